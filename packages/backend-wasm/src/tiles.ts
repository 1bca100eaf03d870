/**
 * @file Sums in tiles: some rows times some vectors of the target are held in registers while all their terms are added, one
 * by one, in the order of the law. Nothing but targets stands side by side.
 */
import { type FunctionBuilder, type FunctionHandle, type Local, op, type Operand } from '@ndl/wasm-module';
import { variable } from './kernel-code.ts';
import { type Address, lanesIn, type Lanes, shifted, type Vector } from './lanes.ts';
import { nest, Walk, type WalkedAxis } from './nest.ts';
import { read, type SectionContext, type Work } from './section-context.ts';
import type { LoopAxis } from './space.ts';
import type { SpreadSum } from './sum.ts';

/** How a sum is cut into tiles. */
interface Tiling {
  /** Along which targets stand in vectors. */
  readonly vector: LoopAxis | undefined;
  /** Along which rows of vectors stand. */
  readonly rows: LoopAxis | undefined;
  readonly others: readonly LoopAxis[];
  readonly rowsAtOnce: number;
  readonly vectorsAtOnce: number;
}

/** The size of one tile. */
interface Tile {
  readonly rows: number;
  readonly vectors: number;
  /** Lanes of the last vector that count. */
  readonly lastLanes: number;
}

export function emitTiles(context: SectionContext, sum: SpreadSum): void {
  if (sum.kept.some(({ length }) => length === 0)) return;
  const tiling = tilingOf(context, sum);
  const kernels = new Map<string, FunctionHandle>();
  context.part(sum.label, (work) => {
    const starts = [...sum.factors, sum.target].map((access, index) => context.start(work, access, sum.bases[index]!));
    nest(work.f, context.walked(work.f, tiling.others), starts, context.listAt, (addresses) => {
      acrossVectors(context, work, tiling, addresses, (vectors, lastLanes, at) => {
        acrossRows(context, work, tiling, at, (rows, place) => {
          const kernel = kernelFor(context, sum, tiling, { rows, vectors, lastLanes }, kernels);
          work.f.call(kernel, ...place.map((address) => pointerTo(address)));
        });
      });
    });
  });
}

function pointerTo({ pointer, offset }: Address): Operand<'i32'> {
  if (pointer === undefined) return offset;
  return offset === 0 ? pointer : op('i32.add', pointer, offset);
}

/** Panels of whole vectors, then what is left. */
function acrossVectors(
  context: SectionContext,
  { f, lanes }: Work,
  { vector, vectorsAtOnce }: Tiling,
  addresses: readonly Address[],
  body: (vectors: number, lastLanes: number, at: readonly Address[]) => void,
): void {
  if (vector === undefined) return body(1, 1, addresses);
  const length = vector.length!;
  const panel = vectorsAtOnce * lanes.count;
  const panels = Math.floor(length / panel);
  const rest = length - panels * panel;
  const walk = new Walk(f, addresses, vector.paces, context.listAt);
  f.count(0, panels, 1, () => {
    body(vectorsAtOnce, lanes.count, walk.at(0));
    if (panels > 1 || rest > 0) walk.advance(panel);
  });
  if (rest === 0) return;
  const lastLanes = rest % lanes.count;
  body(Math.ceil(rest / lanes.count), lastLanes === 0 ? lanes.count : lastLanes, walk.at(0));
}

/** Groups of rows, then single ones. */
function acrossRows(
  context: SectionContext,
  { f }: Work,
  { rows, rowsAtOnce }: Tiling,
  addresses: readonly Address[],
  body: (rows: number, at: readonly Address[]) => void,
): void {
  if (rows === undefined) return body(1, addresses);
  const walk = new Walk(f, addresses, rows.paces, context.listAt);
  if (rows.length !== undefined) {
    const groups = Math.floor(rows.length / rowsAtOnce);
    f.count(0, groups, 1, () => {
      body(rowsAtOnce, walk.at(0));
      walk.advance(rowsAtOnce);
    });
    f.count(groups * rowsAtOnce, rows.length, 1, () => {
      body(1, walk.at(0));
      walk.advance(1);
    });
    return;
  }
  const left = context.steps(f);
  f.while(
    () => op('i32.ge_s', left, rowsAtOnce),
    () => {
      body(rowsAtOnce, walk.at(0));
      walk.advance(rowsAtOnce);
      f.increase(left, -rowsAtOnce);
    },
  );
  f.while(
    () => op('i32.gt_s', left, 0),
    () => {
      body(1, walk.at(0));
      walk.advance(1);
      f.increase(left, -1);
    },
  );
}

/** The function that computes one tile: addresses of the factors and of the target. */
function kernelFor(
  context: SectionContext,
  sum: SpreadSum,
  tiling: Tiling,
  tile: Tile,
  kernels: Map<string, FunctionHandle>,
): FunctionHandle {
  const key = `${tile.rows}x${tile.vectors}.${tile.lastLanes}`;
  const known = kernels.get(key);
  if (known !== undefined) return known;
  const names = sum.factors.length === 1 ? ['source', 'target'] : ['left', 'right', 'target'];
  const places = Object.fromEntries(names.map((name) => [name, 'i32' as const]));
  const made = context.function(key, places, (f, locals) => {
    const pointers = names.map((name): Address => ({ pointer: locals[name]!, offset: 0 }));
    new TileKernel(context, f, sum, tiling, tile).emit(pointers);
  });
  kernels.set(key, made);
  return made;
}

class TileKernel {
  readonly #context: SectionContext;
  readonly #f: FunctionBuilder;
  readonly #lanes: Lanes;
  readonly #sum: SpreadSum;
  readonly #tiling: Tiling;
  readonly #tile: Tile;

  constructor(context: SectionContext, f: FunctionBuilder, sum: SpreadSum, tiling: Tiling, tile: Tile) {
    this.#context = context;
    this.#f = f;
    this.#lanes = lanesIn(f, context.dtype);
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
    const [axes, starts] = this.#inOrder(summed, factors);
    nest(this.#f, axes, starts, this.#context.listAt, (at) => this.#term(at, sums));
    this.#positions().forEach(({ row, vector }, index) => {
      const sum = sums[index]!;
      if (mode === 'add' && isGreatest)
        this.#f.set(sum, this.#lanes.add(this.#load(target, this.#paces(-1), row, vector), read(sum)));
      this.#store(target, row, vector, sum);
    });
  }

  /** The summed axes of the factors; steps in the direction of the section. */
  #inOrder(
    summed: readonly LoopAxis[],
    factors: readonly Address[],
  ): readonly [readonly WalkedAxis[], readonly Address[]] {
    const [first] = summed;
    const axes = this.#context.walked(
      this.#f,
      summed.map((axis) => ({ ...axis, paces: axis.paces.slice(0, -1) })),
    );
    if (first?.kind !== 'steps' || this.#context.direction === 'ascending') return [axes, factors];
    const paces = axes[0]!.paces as readonly number[];
    const last = op('i32.sub', axes[0]!.length, 1);
    const starts = factors.map((address, index) => {
      const distance = op('i32.mul', last, paces[index]!);
      return { pointer: this.#f.let(op('i32.add', pointerTo(address), distance), 'last'), offset: 0 };
    });
    return [[{ ...axes[0]!, paces: paces.map((pace) => -pace) }, ...axes.slice(1)], starts];
  }

  #term(at: readonly Address[], sums: readonly Local<'v128'>[]): void {
    const loaded = new Map<string, Local<'v128'>>();
    const value = (factor: number, row: number, vector: number): Vector => {
      const paces = this.#paces(factor);
      const key = `${factor} ${paces.row === 0 ? 0 : row} ${paces.vector === 0 ? 0 : vector}`;
      const known = loaded.get(key);
      if (known !== undefined) return variable(known);
      const made = this.#lanes.kept(this.#load(at[factor]!, paces, row, vector));
      loaded.set(key, made);
      return read(made);
    };
    const { skipsZeros } = this.#sum;
    const isSplat = this.#paces(0).vector === 0;
    this.#rows().forEach((row) => {
      const add = (): void => {
        for (let vector = 0; vector < this.#tile.vectors; vector++) {
          const sum = sums[row * this.#tile.vectors + vector]!;
          const next = this.#added(
            read(sum),
            at.map((_, factor) => value(factor, row, vector)),
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

/** Which targets stand side by side: what is contiguous where that is so, the longest axis else. */
function tilingOf(context: SectionContext, { kept, factors, isInOrder }: SpreadSum): Tiling {
  if (isInOrder) return { vector: undefined, rows: undefined, others: kept, rowsAtOnce: 1, vectorsAtOnce: 1 };
  const bytes = context.dtype === 'float32' ? 4 : 8;
  const isRegular = ({ length, paces }: LoopAxis): boolean =>
    length !== undefined && paces.every((pace) => typeof pace === 'number' && pace >= 0);
  const isAligned = ({ paces }: LoopAxis): boolean =>
    paces.at(-1) === bytes && paces.every((pace) => pace === 0 || pace === bytes);
  const byLength = (a: LoopAxis, b: LoopAxis): number => b.length! - a.length!;
  const regular = kept.filter(isRegular).sort(byLength);
  const vector =
    regular.find((axis) => isAligned(axis) && axis.length! >= 16 / bytes) ?? regular.find(isAligned) ?? regular[0];
  const contiguous = factors.map((_, index) => vector?.paces[index] !== 0);
  // Rows share what stands in vectors.
  const canBeRows = (axis: LoopAxis): boolean =>
    axis !== vector &&
    axis.paces.every((pace) => typeof pace === 'number' && pace >= 0) &&
    factors.length === 2 &&
    contiguous[0] !== contiguous[1] &&
    axis.paces[contiguous[0] ? 0 : 1] === 0;
  const rows = kept.filter(canBeRows).sort((a, b) => (b.length ?? Infinity) - (a.length ?? Infinity))[0];
  const others = kept.filter((axis) => axis !== vector && axis !== rows);
  const isGathered = vector !== undefined && !isAligned(vector);
  const vectors = isGathered ? 1 : rows === undefined ? 8 : 4;
  return { vector, rows, others, rowsAtOnce: 2, vectorsAtOnce: vectors };
}
