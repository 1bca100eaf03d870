/** @file One term of a tile: factors of some rows, each times the vectors of a panel's row, added to the sums of its row. */
import type { FunctionBuilder, Local } from '@ndl/wasm-module';
import type { Address, Lanes } from '../views/lanes.ts';
import { read } from '../sections/section-context.ts';

/** Where the factors of a term stand. */
interface TileFactors {
  /** Of each row, one number. */
  readonly left: readonly Address[];
  /** Vectors side by side. */
  readonly right: Address;
}

/** Adds a term. @param sums row after row, a vector each */
export function addTileTerm(
  f: FunctionBuilder,
  lanes: Lanes,
  { left, right }: TileFactors,
  sums: readonly Local<'v128'>[],
): void {
  const vectors = sums.length / left.length;
  const loaded = Array.from({ length: vectors }, (_, vector) => lanes.kept(lanes.load(besides(right, vector))));
  left.forEach((address, row) => {
    const factor = lanes.kept(lanes.splat(address));
    loaded.forEach((vector, index) => {
      const sum = sums[row * vectors + index]!;
      f.set(sum, lanes.add(read(sum), lanes.multiply(read(factor), read(vector))));
    });
  });
}

/** Adds a term of one row, whose vectors are loaded as they are wanted. @param left none where the row of the panel is the product already */
export function addRowTerm(
  f: FunctionBuilder,
  lanes: Lanes,
  { left, right }: { readonly left: Address | undefined; readonly right: Address },
  sums: readonly Local<'v128'>[],
): void {
  const factor = left && lanes.kept(lanes.splat(left));
  sums.forEach((sum, vector) => {
    const value = lanes.load(besides(right, vector));
    f.set(sum, lanes.add(read(sum), factor === undefined ? value : lanes.multiply(read(factor), value)));
  });
}

function besides({ pointer, offset }: Address, vector: number): Address {
  return { pointer, offset: offset + 16 * vector };
}
