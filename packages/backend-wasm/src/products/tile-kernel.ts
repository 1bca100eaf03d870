/** @file `TileKernel`: one tile of a sum - some rows times some vectors of the target, in registers while all their terms are added. */
import { type FunctionBuilder, type Local, op } from '@ndl/wasm-module';
import { variable } from '../loops/kernel-code.ts';
import { inOrder } from './in-order.ts';
import { type Address, type Lanes, shifted, type Vector } from '../views/lanes.ts';
import { nest, Walk, type WalkedAxis } from '../views/nest.ts';
import { read, type SectionContext } from '../sections/section-context.ts';
import type { SpreadSum } from './sum.ts';
import type { Tile, Tiling } from './tiling.ts';
import { transposed } from './transposed.ts';

/** Values of factors at one term. */
interface Loading {
  value(factor: number, row: number, vector: number): Vector;
  /** What was loaded so far. */
  readonly loaded: Map<string, Local<'v128'>>;
  readonly factors: number;
}

export class TileKernel {
  readonly #context: SectionContext;
  readonly #f: FunctionBuilder;
  readonly #lanes: Lanes;
  readonly #sum: SpreadSum;
  readonly #tiling: Tiling;
  readonly #tile: Tile;

  constructor(context: SectionContext, f: FunctionBuilder, sum: SpreadSum, tiling: Tiling, tile: Tile) {
    this.#context = context;
    this.#f = f;
    this.#lanes = context.lanesIn(f);
    this.#sum = sum;
    this.#tiling = tiling;
    this.#tile = tile;
  }

  emit(pointers: readonly Address[]): void {
    const { mode, isGreatest, summed } = this.#sum;
    const target = pointers.at(-1)!;
    const startsAtTarget = mode === 'add' && !isGreatest;
    const sums = this.#positions().map(({ row, vector }) => {
      if (startsAtTarget) return this.#lanes.kept(this.#load(target, this.#paces(-1), row, vector));
      return this.#lanes.kept(this.#lanes.constant(isGreatest ? -Infinity : 0));
    });
    const factors = pointers.slice(0, -1);
    const ofFactors = summed.map((axis) => ({ ...axis, paces: axis.paces.slice(0, -1) }));
    const [axes, starts] = inOrder(this.#context, this.#f, ofFactors, factors);
    if (this.#takesAcross(axes)) this.#addAcross(axes, starts, sums);
    else nest(this.#f, axes, starts, this.#context.listAt, (at) => this.#term(this.#loading(at), sums));
    this.#positions().forEach(({ row, vector }, index) => {
      const sum = sums[index]!;
      if (mode === 'add' && isGreatest)
        this.#f.set(sum, this.#lanes.add(this.#load(target, this.#paces(-1), row, vector), read(sum)));
      this.#store(target, row, vector, sum);
    });
  }

  /** Whether some factor stands along the last summed axis as others do along the vectors. */
  #takesAcross(axes: readonly WalkedAxis[]): boolean {
    const last = axes.at(-1);
    const isLong = typeof last?.length === 'number' && last.length >= this.#lanes.count;
    return isLong && this.#sum.factors.some((_, factor) => this.#isAcross(factor, last));
  }

  #isAcross(factor: number, { paces }: WalkedAxis): boolean {
    const { vector } = this.#paces(factor);
    return paces[factor] === this.#lanes.bytes && vector !== 0 && vector !== this.#lanes.bytes;
  }

  /** As many terms at a time as a vector has lanes: factors are loaded as they stand, and taken across. */
  #addAcross(axes: readonly WalkedAxis[], starts: readonly Address[], sums: readonly Local<'v128'>[]): void {
    const last = axes.at(-1)!;
    const { count } = this.#lanes;
    const length = last.length as number;
    const whole = length - (length % count);
    nest(this.#f, axes.slice(0, -1), starts, this.#context.listAt, (addresses) => {
      const walk = new Walk(this.#f, addresses, last.paces, this.#context.listAt);
      this.#f.count(0, whole, count, (index) => {
        const squares = new Map<string, readonly Vector[]>();
        const keyOf = (factor: number, row: number, vector: number): string =>
          `${factor} ${this.#paces(factor).row === 0 ? 0 : row} ${vector}`;
        for (const { row, vector } of this.#positions()) {
          addresses.forEach((_, factor) => {
            const key = keyOf(factor, row, vector);
            if (!this.#isAcross(factor, last) || squares.has(key)) return;
            squares.set(key, this.#square(walk.ahead(factor, index, 0), factor, row, vector));
          });
        }
        for (let term = 0; term < count; term++) {
          const at = addresses.map((_, factor) => walk.ahead(factor, index, term));
          const known = (factor: number, row: number, vector: number): Vector | undefined =>
            squares.get(keyOf(factor, row, vector))?.[term];
          this.#term(this.#loading(at, known), sums);
        }
        walk.advance(count);
      });
      this.#f.count(whole, length, 1, (index) => {
        this.#term(this.#loading(walk.at(index)), sums);
        walk.advance(1);
      });
    });
  }

  /** The next terms of one vector of sums: a vector for each term. */
  #square(start: Address, factor: number, row: number, vector: number): readonly Vector[] {
    const paces = this.#paces(factor);
    const { count } = this.#lanes;
    const first = shifted(start, row * paces.row + vector * count * paces.vector);
    const rows: Local<'v128'>[] = [];
    for (let lane = 0; lane < count; lane++)
      rows.push(
        lane < this.#lanesOf(vector)
          ? this.#lanes.kept(this.#lanes.load(shifted(first, lane * paces.vector)))
          : rows[0]!,
      );
    return transposed(this.#lanes, rows).map((each) => variable(this.#lanes.kept(each)));
  }

  /** Values of factors at one term, each loaded once. @param known what need not be loaded */
  #loading(
    at: readonly Address[],
    known: (factor: number, row: number, vector: number) => Vector | undefined = () => undefined,
  ): Loading {
    const loaded = new Map<string, Local<'v128'>>();
    const value = (factor: number, row: number, vector: number): Vector => {
      const there = known(factor, row, vector);
      if (there !== undefined) return there;
      const paces = this.#paces(factor);
      const key = `${factor} ${paces.row === 0 ? 0 : row} ${paces.vector === 0 ? 0 : vector}`;
      const before = loaded.get(key);
      if (before !== undefined) return variable(before);
      const made = this.#lanes.kept(this.#load(at[factor]!, paces, row, vector));
      loaded.set(key, made);
      return read(made);
    };
    return { value, loaded, factors: at.length };
  }

  #term({ value, loaded, factors }: Loading, sums: readonly Local<'v128'>[]): void {
    const { skipsZeros } = this.#sum;
    const isSplat = this.#paces(0).vector === 0;
    this.#rows().forEach((row) => {
      const add = (): void => {
        for (let vector = 0; vector < this.#tile.vectors; vector++) {
          const sum = sums[row * this.#tile.vectors + vector]!;
          const next = this.#added(
            read(sum),
            Array.from({ length: factors }, (_, factor) => value(factor, row, vector)),
          );
          const isMasked = skipsZeros && !isSplat;
          this.#f.set(sum, isMasked ? this.#unlessZero(value(0, row, vector), read(sum), next) : next);
        }
      };
      if (!skipsZeros || !isSplat) return add();
      // What is loaded inside the branch is not there outside.
      const first = value(0, row, 0);
      const before = new Map(loaded);
      const isThere = op('v128.any_true', this.#lanes.different(first, this.#lanes.constant(0)));
      this.#f.if(isThere, add);
      for (const key of loaded.keys()) if (!before.has(key)) loaded.delete(key);
    });
  }

  #added(sum: Vector, factors: readonly Vector[]): Vector {
    const [left, right] = factors;
    if (this.#sum.isGreatest) return this.#lanes.greatest(sum, left!);
    return this.#lanes.add(sum, right === undefined ? left! : this.#lanes.multiply(left!, right));
  }

  #unlessZero(factor: Vector, sum: Vector, next: Vector): Vector {
    return this.#lanes.select(this.#lanes.different(factor, this.#lanes.constant(0)), next, sum);
  }

  #rows(): readonly number[] {
    return [...new Array<undefined>(this.#tile.rows).keys()];
  }

  #positions(): readonly { readonly row: number; readonly vector: number }[] {
    const vectors = [...new Array<undefined>(this.#tile.vectors).keys()];
    return this.#rows().flatMap((row) => vectors.map((vector) => ({ row, vector })));
  }

  #lanesOf(vector: number): number {
    return vector === this.#tile.vectors - 1 ? this.#tile.lastLanes : this.#lanes.count;
  }

  /** How an access lies in a tile: -1 is the target. */
  #paces(access: number): { readonly row: number; readonly vector: number } {
    const { rows, vector } = this.#tiling;
    return { row: (rows?.paces.at(access) ?? 0) as number, vector: (vector?.paces.at(access) ?? 0) as number };
  }

  #load(
    start: Address,
    { row: rowPace, vector: pace }: { row: number; vector: number },
    row: number,
    vector: number,
  ): Vector {
    const o = this.#lanes;
    const address = shifted(start, row * rowPace + vector * o.count * pace);
    const count = this.#lanesOf(vector);
    if (pace === o.bytes) return o.load(address, count);
    if (pace === 0) return o.splat(address);
    let gathered = o.loadOne(address);
    for (let lane = 1; lane < count; lane++) gathered = o.withLane(gathered, lane, shifted(address, lane * pace));
    return gathered;
  }

  #store(start: Address, row: number, vector: number, value: Local<'v128'>): void {
    const o = this.#lanes;
    const { row: rowPace, vector: pace } = this.#paces(-1);
    const address = shifted(start, row * rowPace + vector * o.count * pace);
    const count = this.#lanesOf(vector);
    if (pace === o.bytes || count === 1) return o.store(this.#f, address, value, count);
    for (let lane = 0; lane < count; lane++) this.#f.do(o.storeLane(shifted(address, lane * pace), value, lane));
  }
}
