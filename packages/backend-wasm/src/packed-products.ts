/**
 * @file Products with a factor that seldom changes: matrices of parameters and constants, by rows of the other factor. The matrix is
 * packed in panels, and where a row is mostly zeros, as spikes are, only the terms of its other elements are added: where all numbers
 * of the matrix are finite, and the sum begins at +0, no bit shows it.
 */
import { KernelFunctions } from './kernel-functions.ts';
import { at, constant, type FunctionHandle, type Local, op, type Operand } from '@ndl/wasm-module';
import { type Address, lanesIn, pointerTo, shifted, type Vector } from './lanes.ts';
import { LANES_OF_BITS } from './listed-elements.ts';
import { nest, Walk } from './nest.ts';
import { isOftenZero } from './often-zero.ts';
import { packed } from './packing.ts';
import { type PackedFactor, read, type SectionContext, type Work } from './section-context.ts';
import type { LoopAxis } from './space.ts';
import type { SpreadSum } from './sum.ts';

/** A product of this class. */
interface MatrixProduct {
  readonly sum: SpreadSum;
  /** Position of the factor that is packed, and of the other one. */
  readonly matrix: 0 | 1;
  readonly rows: 0 | 1;
  readonly columns: LoopAxis;
  /** Axes of the target and of both factors. */
  readonly groups: readonly LoopAxis[];
  /** Axes along which the matrix is the same. The last one is walked in blocks. */
  readonly outer: readonly LoopAxis[];
  readonly block: LoopAxis | undefined;
  readonly terms: readonly LoopAxis[];
  readonly depth: number;
  /** Bytes from term to term of a row. */
  readonly termPace: number;
  readonly width: number;
}

/** Fewer multiplications are not worth it. */
const FEWEST = 256;

/** Bytes of a panel's width: four vectors, or eight where rows are taken one by one. */
const WIDTH = 64;

/** Vectors of a row where two rows are taken together. */
const MOST_VECTORS = 4;

/** Rows whose lists are made before panels are walked. */
const BLOCK_ROWS = 32;

/** Most terms of a row whose elements are listed. */
const LONGEST_LIST = 16384;

/** The product as one with a packed factor; undefined where it is none. */
export function asMatrixProduct(context: SectionContext, sum: SpreadSum): MatrixProduct | undefined {
  if (sum.factors.length !== 2 || sum.isInOrder || sum.isGreatest) return undefined;
  for (const matrix of [0, 1] as const) {
    const found = withMatrix(context, sum, matrix);
    if (found !== undefined) return found;
  }
  return undefined;
}

function withMatrix(context: SectionContext, sum: SpreadSum, matrix: 0 | 1): MatrixProduct | undefined {
  const { factors, kept, summed, skipsZeros } = sum;
  const rows = (1 - matrix) as 0 | 1;
  const access = factors[matrix]!;
  const isLasting = isUnchanging(context, access.view.buffer) && !access.hasItems && access.slot === undefined;
  // Zeros of the matrix that are to be left out are no matter of rows.
  if (!isLasting || (skipsZeros && matrix === 0)) return undefined;
  const bytes = context.dtype === 'float32' ? 4 : 8;
  const isForward = ({ paces }: LoopAxis): boolean => paces.every((pace) => typeof pace === 'number' && pace >= 0);
  const numbered = (axis: LoopAxis, index: number): number => axis.paces[index] as number;
  if (![...kept, ...summed].every(isForward) || summed.length === 0) return undefined;
  if (summed.some((axis) => numbered(axis, matrix) === 0 || axis.length === undefined)) return undefined;
  const columns = kept.filter((axis) => numbered(axis, rows) === 0 && numbered(axis, 2) === bytes)[0];
  if (columns?.length === undefined) return undefined;
  const others = kept.filter((axis) => axis !== columns);
  const groups = others.filter((axis) => numbered(axis, matrix) !== 0);
  if (groups.some(({ length }) => length === undefined)) return undefined;
  const outer = others.filter((axis) => numbered(axis, matrix) === 0);
  const depth = summed.reduce((size, { length }) => size * length!, 1);
  if (skipsZeros && depth > LONGEST_LIST) return undefined;
  const termPace = numbered(summed.at(-1)!, rows);
  let reach = termPace;
  for (const axis of summed.toReversed()) {
    if (numbered(axis, rows) !== reach) return undefined;
    reach *= axis.length!;
  }
  if (columns.length * depth < FEWEST || columns.length < WIDTH / bytes / 4) return undefined;
  const isSingle = outer.every(({ length }) => length === 1);
  const mayBeListed = skipsZeros || isOftenZero(context.shared.frame.program, factors[rows]!.view.buffer);
  const isWide = (isSingle || mayBeListed) && columns.length * bytes >= 2 * WIDTH;
  const width = ((isWide ? 2 : 1) * WIDTH) / bytes;
  return {
    sum,
    matrix,
    rows,
    columns,
    groups,
    outer: outer.slice(0, -1),
    block: outer.at(-1),
    terms: summed,
    depth,
    termPace,
    width,
  };
}

/** Whether the section does not write what it reads: updates are sections of their own. */
function isUnchanging(context: SectionContext, buffer: string): boolean {
  const { role } = context.shared.frame.place(buffer).buffer;
  return role === 'constant' || (role === 'parameter' && !context.writes(buffer));
}

export function emitMatrixProduct(context: SectionContext, product: MatrixProduct): void {
  context.part(`${product.sum.label}, by panels of ${product.width}`, (work) =>
    new MatrixEmitter(context, product, work).emit(),
  );
}

class MatrixEmitter {
  readonly #context: SectionContext;
  readonly #product: MatrixProduct;
  readonly #work: Work;
  readonly #packed: PackedFactor;
  readonly #kernels: KernelFunctions;
  readonly #bytes: number;
  /** Whether rows are looked through for zeros, and where their lists lie: numbers of bytes into a panel. */
  readonly #lists: { readonly address: number; readonly rowBytes: number; readonly ends: number } | undefined;

  constructor(context: SectionContext, product: MatrixProduct, work: Work) {
    const { sum, matrix, columns, groups, terms, width, depth, rows } = product;
    this.#context = context;
    this.#kernels = new KernelFunctions(context);
    this.#product = product;
    this.#work = work;
    this.#bytes = work.lanes.bytes;
    const own = ({ length, paces }: LoopAxis): { length: number; pace: LoopAxis['paces'][number] } => {
      return { length: length!, pace: paces[matrix]! };
    };
    this.#packed = packed(context, {
      store: sum.factors[matrix]!.store,
      base: sum.bases[matrix]!,
      groups: groups.map(own),
      columns: own(columns),
      terms: terms.map(own),
      width,
    });
    const mayBeZero = sum.skipsZeros || isOftenZero(context.shared.frame.program, sum.factors[rows]!.view.buffer);
    const isListed = mayBeZero && depth <= LONGEST_LIST && (sum.mode === 'set' || sum.skipsZeros);
    const rowBytes = 4 * (depth + 8);
    this.#lists = isListed
      ? {
          address: context.shared.control.take(rowBytes * BLOCK_ROWS),
          rowBytes,
          ends: context.shared.control.take(4 * BLOCK_ROWS),
        }
      : undefined;
  }

  emit(): void {
    const { f } = this.#work;
    const { sum, rows, groups, outer, block } = this.#product;
    const start = (index: number): Address =>
      this.#context.start(this.#work, [...sum.factors, sum.target][index]!, sum.bases[index]!);
    const places: readonly Address[] = [start(rows), { pointer: undefined, offset: this.#packed.address }, start(2)];
    const groupSizes = groups.map((_, axis) =>
      groups.slice(axis + 1).reduce((size, { length }) => size * length!, this.#packed.groupBytes),
    );
    const paces = ({ paces: all }: LoopAxis, panel: number): LoopAxis['paces'] => [all[rows]!, panel, all[2]!];
    const axes = [
      ...groups.map((axis, index) => ({ ...axis, paces: paces(axis, groupSizes[index]!) })),
      ...outer.map((axis) => ({ ...axis, paces: paces(axis, 0) })),
    ];
    nest(f, this.#context.walked(f, axes), places, this.#context.listAt, (at_) => {
      if (block === undefined) return this.#rowBlock(at_, undefined);
      this.#blocks(block, at_);
    });
  }

  /** Rows in blocks: their number is known, or that of the steps. */
  #blocks(block: LoopAxis, places: readonly Address[]): void {
    const { f } = this.#work;
    const { rows } = this.#product;
    const walk = new Walk(f, places, [block.paces[rows]!, 0, block.paces[2]!], this.#context.listAt);
    const left = f.let(
      block.length === undefined ? read(this.#context.steps(f)) : constant('i32', block.length),
      'rows',
    );
    const count = f.local('i32', 'count');
    f.while(
      () => op('i32.gt_s', left, 0),
      () => {
        f.set(count, left);
        f.if(op('i32.gt_s', left, BLOCK_ROWS), () => f.set(count, BLOCK_ROWS));
        this.#rowBlock(walk.at(0), count);
        walk.advance(BLOCK_ROWS);
        f.increase(left, -BLOCK_ROWS);
      },
    );
  }

  /** Some rows, whose number stands in `count`, or one. */
  #rowBlock(places: readonly Address[], count: Local<'i32'> | undefined): void {
    const { f } = this.#work;
    const { sum, depth } = this.#product;
    if (this.#lists === undefined) return this.#panels(places, count, false);
    const found = f.let(constant('i32', 0), 'found');
    this.#listRows(places, count, found);
    if (sum.skipsZeros && sum.mode === 'add') return this.#panels(places, count, true);
    const half = op('i32.mul', count ?? 1, Math.floor(depth / 2));
    const isSparse = op('i32.lt_s', found, half);
    const isFine = at('i32.load', this.#packed.isFinite, 0);
    const test = sum.skipsZeros ? op('i32.or', isSparse, op('i32.eqz', isFine)) : op('i32.and', isSparse, isFine);
    f.if(
      test,
      () => this.#panels(places, count, true),
      () => this.#panels(places, count, false),
    );
  }

  /** For each row, where in a panel the terms stand whose elements are not 0. */
  #listRows([row]: readonly Address[], count: Local<'i32'> | undefined, found: Local<'i32'>): void {
    const { f } = this.#work;
    const { address, rowBytes, ends } = this.#lists!;
    const { block, rows } = this.#product;
    const scan = this.#kernels.of('list', ['row', 'list', 'end'], (g, [from, list, end]) =>
      this.#scan(g, from!, list!, end!),
    );
    const walk = new Walk(
      f,
      [row!, { pointer: undefined, offset: address }, { pointer: undefined, offset: ends }],
      [block?.paces[rows] ?? 0, rowBytes, 4],
      this.#context.listAt,
    );
    f.count(0, count ?? 1, 1, () => {
      const [from, list, end] = walk.at(0).map((place) => pointerTo(place));
      f.call(scan, from!, list!, end!);
      const listed = op('i32.sub', at('i32.load', 0, end!), list!);
      f.set(found, op('i32.add', found, op('i32.shr_u', listed, 2)));
      walk.advance(1);
    });
  }

  #scan(f: Work['f'], row: Local<'i32'>, list: Local<'i32'>, end: Local<'i32'>): void {
    const { depth, termPace } = this.#product;
    const lanes = lanesIn(f, this.#context.dtype);
    const next = f.let(read(list), 'next');
    const numbers = this.#context.listAt(LANES_OF_BITS);
    const turn = (index: Operand<'i32'>, count: number): void => {
      let vector: Vector;
      if (termPace === lanes.bytes) vector = lanes.load({ pointer: row, offset: 0 }, count);
      else {
        vector = lanes.loadOne({ pointer: row, offset: 0 });
        for (let lane = 1; lane < count; lane++)
          vector = lanes.withLane(vector, lane, { pointer: row, offset: lane * termPace });
      }
      // NaN differs from 0 as well.
      const mask = lanes.bits(lanes.different(vector, lanes.constant(0)));
      const bits = f.let(count === lanes.count ? mask : op('i32.and', mask, (1 << count) - 1), 'bits');
      const elements = op('i32x4.add', at('v128.load', numbers, op('i32.shl', bits, 4)), op('i32x4.splat', index));
      f.do(at('v128.store', 0, next, elements));
      f.increase(next, op('i32.shl', op('i32.popcnt', bits), 2));
      f.increase(row, count * termPace);
    };
    const whole = depth - (depth % lanes.count);
    f.count(0, whole, lanes.count, (index) => turn(index, lanes.count));
    if (whole < depth) turn(whole, depth - whole);
    f.do(at('i32.store', 0, end, next));
  }

  /** Panel by panel, all rows of the block. */
  #panels(places: readonly Address[], count: Local<'i32'> | undefined, isListed: boolean): void {
    const { f, lanes } = this.#work;
    const { columns, width } = this.#product;
    const whole = Math.floor(columns.length! / width);
    const rest = columns.length! - whole * width;
    const walk = new Walk(f, places, [0, this.#packed.panelBytes, width * lanes.bytes], this.#context.listAt);
    const panel = (vectors: number, lastLanes: number): void => {
      const at_ = walk.at(0);
      if (isListed) this.#listedRows(at_, count, vectors, lastLanes);
      else this.#denseRows(at_, count, vectors, lastLanes);
    };
    f.count(0, whole, 1, () => {
      panel(width / lanes.count, lanes.count);
      if (whole > 1 || rest > 0) walk.advance(1);
    });
    if (rest > 0) panel(Math.ceil(rest / lanes.count), rest % lanes.count === 0 ? lanes.count : rest % lanes.count);
  }

  #listedRows(places: readonly Address[], count: Local<'i32'> | undefined, vectors: number, lastLanes: number): void {
    const { f } = this.#work;
    const { address, rowBytes, ends } = this.#lists!;
    const { block } = this.#product;
    const [row, panel, target] = places as [Address, Address, Address];
    const { rows } = this.#product;
    const name = `listed.${vectors}.${lastLanes}`;
    const kernel = this.#kernels.of(name, ['row', 'list', 'end', 'panel', 'target'], (g, locals) =>
      this.#listedKernel(g, locals, vectors, lastLanes),
    );
    const fixed = (offset: number): Address => ({ pointer: undefined, offset });
    const paces = [block?.paces[rows] ?? 0, rowBytes, 4, 0, block?.paces[2] ?? 0];
    const walk = new Walk(f, [row, fixed(address), fixed(ends), panel, target], paces, this.#context.listAt);
    f.count(0, count ?? 1, 1, () => {
      const [from, list, end, at_, to] = walk.at(0).map((place) => pointerTo(place));
      f.call(kernel, from!, list!, at('i32.load', 0, end!), at_!, to!);
      walk.advance(1);
    });
  }

  #denseRows(places: readonly Address[], count: Local<'i32'> | undefined, vectors: number, lastLanes: number): void {
    const { f } = this.#work;
    const { block, rows } = this.#product;
    const kernel = (together: number): FunctionHandle =>
      this.#kernels.of(`dense.${together}.${vectors}.${lastLanes}`, ['row', 'panel', 'target'], (g, locals) =>
        this.#denseKernel(g, locals, together, vectors, lastLanes),
      );
    const walk = new Walk(f, places, [block?.paces[rows] ?? 0, 0, block?.paces[2] ?? 0], this.#context.listAt);
    const call = (together: number): void => {
      f.call(kernel(together), ...walk.at(0).map((place) => pointerTo(place)));
      if (count !== undefined) walk.advance(together);
    };
    if (count === undefined) return call(1);
    const left = f.let(read(count), 'left');
    // More sums than these do not fit in registers.
    for (const together of vectors > MOST_VECTORS ? [1] : [2, 1]) {
      f.while(
        () => op('i32.ge_s', left, together),
        () => {
          call(together);
          f.increase(left, -together);
        },
      );
    }
  }

  #denseKernel(
    f: Work['f'],
    [row, panel, target]: readonly Local<'i32'>[],
    together: number,
    vectors: number,
    lastLanes: number,
  ): void {
    const lanes = lanesIn(f, this.#context.dtype);
    const { block, rows, depth, termPace, width } = this.#product;
    const [rowPace, targetPace] = [(block?.paces[rows] ?? 0) as number, (block?.paces[2] ?? 0) as number];
    const sums = this.#sums(f, target!, together, targetPace, vectors, lastLanes);
    const step = width * this.#bytes;
    const end = f.let(op('i32.add', panel!, depth * step), 'end');
    f.repeat(
      () => {
        const right = Array.from({ length: vectors }, (_, vector) =>
          lanes.kept(lanes.load({ pointer: panel!, offset: 16 * vector })),
        );
        for (let each = 0; each < together; each++) {
          const left = lanes.kept(lanes.splat({ pointer: row!, offset: each * rowPace }));
          right.forEach((vector, index) => {
            const sum = sums[each * vectors + index]!;
            f.set(sum, lanes.add(read(sum), lanes.multiply(read(left), read(vector))));
          });
        }
        f.increase(row!, termPace);
        f.increase(panel!, step);
      },
      () => op('i32.lt_u', panel!, end),
    );
    this.#storeSums(f, target!, targetPace, sums, vectors, lastLanes);
  }

  #listedKernel(
    f: Work['f'],
    [row, list, end, panel, target]: readonly Local<'i32'>[],
    vectors: number,
    lastLanes: number,
  ): void {
    const lanes = lanesIn(f, this.#context.dtype);
    const { termPace, width } = this.#product;
    const sums = this.#sums(f, target!, 1, 0, vectors, lastLanes);
    const next = f.let(read(list!), 'next');
    f.while(
      () => op('i32.lt_u', next, end!),
      () => {
        const term = f.let(at('i32.load', 0, next), 'term');
        const place = f.let(op('i32.add', panel!, op('i32.mul', term, width * this.#bytes)), 'place');
        const value = f.let(op('i32.add', row!, op('i32.mul', term, termPace)), 'value');
        const left = lanes.kept(lanes.splat({ pointer: value, offset: 0 }));
        sums.forEach((sum, vector) => {
          const right = lanes.load({ pointer: place, offset: 16 * vector });
          f.set(sum, lanes.add(read(sum), lanes.multiply(read(left), right)));
        });
        f.increase(next, 4);
      },
    );
    this.#storeSums(f, target!, 0, sums, vectors, lastLanes);
  }

  #sums(
    f: Work['f'],
    target: Local<'i32'>,
    rows: number,
    pace: number,
    vectors: number,
    lastLanes: number,
  ): readonly Local<'v128'>[] {
    const lanes = lanesIn(f, this.#context.dtype);
    return Array.from({ length: rows * vectors }, (_, index) => {
      if (this.#product.sum.mode === 'set') return lanes.kept(lanes.constant(0));
      const vector = index % vectors;
      const place = shifted({ pointer: target, offset: 0 }, Math.floor(index / vectors) * pace + 16 * vector);
      return lanes.kept(lanes.load(place, vector === vectors - 1 ? lastLanes : lanes.count));
    });
  }

  #storeSums(
    f: Work['f'],
    target: Local<'i32'>,
    pace: number,
    sums: readonly Local<'v128'>[],
    vectors: number,
    lastLanes: number,
  ): void {
    const lanes = lanesIn(f, this.#context.dtype);
    sums.forEach((sum, index) => {
      const vector = index % vectors;
      const place = shifted({ pointer: target, offset: 0 }, Math.floor(index / vectors) * pace + 16 * vector);
      lanes.store(f, place, sum, vector === vectors - 1 ? lastLanes : lanes.count);
    });
  }
}
