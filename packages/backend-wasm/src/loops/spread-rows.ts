/**
 * @file Short rows as one long one. Where rows differ only in a few numbers that each has one of, such as what the neurons of an
 * ensemble receive, these are written out for each element first; then vectors cross from row to row, and nothing is left over.
 */
import { at, type FunctionBuilder } from '@ndl/wasm-module';
import type { Address, Lanes } from '../views/lanes.ts';
import { pointerOf, shifted } from '../views/lanes.ts';
import { type ListAddress, Walk } from '../views/nest.ts';
import type { LoopAxis } from '../views/space.ts';

/** The last two axes of a loop, if they can be one. */
export interface SpreadRows {
  readonly rows: LoopAxis;
  readonly row: LoopAxis;
  /** Rows that are worked on at a time. */
  readonly atOnce: number;
  /** Accesses that have one number for each row. */
  readonly perRow: readonly number[];
}

/** More numbers per row than this are not worth writing out. */
const MOST_PER_ROW = 4;

/** Vectors of a row that are stored without a loop. */
const MOST_UNROLLED = 16;

/**
 * @param isRead whether an access is only read
 * @param most elements that are worked on at a time
 * @returns undefined where rows cannot follow each other, or where no two are worked on at a time
 */
export function spreadRows(
  axes: readonly LoopAxis[],
  isRead: (access: number) => boolean,
  most: number,
  lanes: number,
): SpreadRows | undefined {
  const [rows, row] = axes.slice(-2);
  if (rows?.length === undefined || row?.length === undefined) return undefined;
  const { length } = row;
  const perRow: number[] = [];
  for (const [access, inner] of row.paces.entries()) {
    const outer = rows.paces[access]!;
    if (typeof inner !== 'number' || typeof outer !== 'number') return undefined;
    if (outer === inner * length) continue;
    if (inner !== 0 || !isRead(access)) return undefined;
    perRow.push(access);
  }
  if (perRow.length === 0 || perRow.length > MOST_PER_ROW) return undefined;
  const atOnce = rowsAtOnce(rows.length, length, most, lanes);
  return atOnce < 2 ? undefined : { rows, row, atOnce, perRow };
}

/** As many as there is room for: such that none are left over, or at least no elements. */
function rowsAtOnce(rows: number, length: number, most: number, lanes: number): number {
  const largest = Math.min(rows, Math.floor(most / length));
  for (let count = largest; count > 1 && 2 * count > largest; count--)
    if (rows % count === 0 && (count * length) % lanes === 0) return count;
  for (let count = largest; count > 1 && 2 * count > largest; count--) if ((count * length) % lanes === 0) return count;
  return largest;
}

/** Elements of room that spreading `atOnce` rows takes. */
export function spreadSize({ row, atOnce }: SpreadRows, lanes: number): number {
  return atOnce * row.length! + lanes;
}

/** Writes out the number that each of `count` rows has, from `source` to `target`: whole vectors, of which the next row covers what is too much. */
export function emitSpread(
  f: FunctionBuilder,
  lanes: Lanes,
  { rows, row }: SpreadRows,
  access: number,
  count: number,
  source: Address,
  target: Address,
  listAt: ListAddress,
): void {
  const length = row.length!;
  const vectors = Math.ceil(length / lanes.count);
  const walk = new Walk(f, [source, target], [rows.paces[access]!, length * lanes.bytes], listAt);
  f.count(0, count, 1, (index) => {
    const [from, to] = walk.at(index);
    const value = lanes.kept(lanes.splat(from!));
    const width = lanes.count * lanes.bytes;
    const store = (place: Address): void => f.do(at('v128.store', place.offset, pointerOf(place), value));
    if (vectors <= MOST_UNROLLED) {
      for (let vector = 0; vector < vectors; vector++) store(shifted(to!, vector * width));
    } else {
      const along = new Walk(f, [to!], [lanes.bytes], listAt);
      f.count(0, vectors * lanes.count, lanes.count, (element) => {
        store(along.ahead(0, element, 0));
        along.advance(lanes.count);
      });
    }
    walk.advance(1);
  });
}
