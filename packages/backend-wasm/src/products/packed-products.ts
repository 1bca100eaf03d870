/**
 * @file Products with a factor that seldom changes: matrices of parameters and constants, by rows of the other factor. The matrix is
 * packed in panels, and where a row is mostly zeros, as spikes are, only the terms of its other elements are added: where all numbers
 * of the matrix are finite, and the sum begins at +0, no bit shows it.
 */
import { at, constant, type Local, op, type Operand } from '@ndl/wasm-module';
import { GatheredRows } from './gathered-rows.ts';
import { KernelFunctions } from './kernel-functions.ts';
import { type Address, pointerCode, pointerTo, shifted } from '../views/lanes.ts';
import { ListedRange } from './listed-range.ts';
import { ListedTerms } from './listed-terms.ts';
import { LONGEST_LIST, type MatrixProduct } from './matrix-product.ts';
import { nest, Walk } from '../views/nest.ts';
import { isOftenZero } from './often-zero.ts';
import { packed } from './packing.ts';
import { PanelKernels } from './panel-kernels.ts';
import { type PackedFactor, read, type SectionContext, type Work } from '../sections/section-context.ts';
import type { LoopAxis } from '../views/space.ts';
import { asWindowRows, type WindowRows } from './window-rows.ts';

/** Vectors of a row where two rows are taken together: more sums do not fit in registers. */
const MOST_VECTORS = 4;

/** Rows whose lists are made before panels are walked. */
const BLOCK_ROWS = 32;

export function emitMatrixProduct(context: SectionContext, product: MatrixProduct): void {
  const { sum, rows, width } = product;
  context.part(`${sum.label}, by panels of ${width}`, (work) => {
    const start = (index: number): Address =>
      context.start(work, [...sum.factors, sum.target][index]!, sum.bases[index]!);
    const [row, target] = [start(rows), start(2)];
    new MatrixEmitter(context, product, work).emitAt(row, target);
  });
}

/** Windows, and the list of their numbers. */
interface ListedWindows extends WindowRows {
  readonly list: ListedRange;
}

export class MatrixEmitter {
  readonly #context: SectionContext;
  readonly #product: MatrixProduct;
  readonly #work: Work;
  readonly #packed: PackedFactor;
  readonly #kernels: PanelKernels;
  /** Where rows are not in a row. */
  readonly #gathering: GatheredRows | undefined;
  /** Where rows are looked through for zeros: one by one, or windows together. */
  readonly #lists: ListedTerms | undefined;
  readonly #windows: ListedWindows | undefined;

  constructor(context: SectionContext, product: MatrixProduct, work: Work) {
    const { sum, matrix, columns, groups, terms, width, depth, rows } = product;
    this.#context = context;
    const functions = new KernelFunctions(context);
    this.#kernels = new PanelKernels(context, product, functions, work.lanes.bytes);
    this.#product = product;
    this.#work = work;
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
    const isApart = product.isGathered || product.isScattered;
    this.#gathering = isApart ? new GatheredRows(context, product, functions, BLOCK_ROWS) : undefined;
    const mayBeZero = sum.skipsZeros || isOftenZero(context.shared.frame.program, sum.factors[rows]!.view.buffer);
    const isListed = mayBeZero && depth <= LONGEST_LIST && (sum.mode === 'set' || sum.skipsZeros);
    const windows = isListed ? asWindowRows(product, work.lanes.bytes) : undefined;
    this.#windows = windows && {
      ...windows,
      list: new ListedRange(context, functions, windows.range.elements, work.lanes.bytes),
    };
    const isOneByOne = isListed && windows === undefined;
    this.#lists = isOneByOne ? new ListedTerms(context, product, functions, BLOCK_ROWS) : undefined;
  }

  /** The product, from where its rows and its target begin. */
  emitAt(row: Address, target: Address): void {
    const { f } = this.#work;
    const { rows, groups, outer, block } = this.#product;
    const places: readonly Address[] = [row, { pointer: undefined, offset: this.#packed.address }, target];
    const groupSizes = groups.map((_, axis) =>
      groups.slice(axis + 1).reduce((size, { length }) => size * length!, this.#packed.groupBytes),
    );
    const paces = ({ paces: all }: LoopAxis, panel: number): LoopAxis['paces'] => [all[rows]!, panel, all[2]!];
    const axes = [
      ...groups.map((axis, index) => ({ ...axis, paces: paces(axis, groupSizes[index]!) })),
      ...(this.#windows?.far ?? outer).map((axis) => ({ ...axis, paces: paces(axis, 0) })),
    ];
    nest(f, this.#context.walked(f, axes), places, this.#context.listAt, (at_) => {
      if (this.#windows !== undefined) return this.#nearRows(this.#windows, at_);
      if (block === undefined) return this.#rowBlock(at_, undefined);
      this.#blocks(block, at_);
    });
  }

  /** Windows whose numbers are listed together: row by row in blocks, where there are too many. */
  #nearRows(windows: ListedWindows, places: readonly Address[]): void {
    const { f } = this.#work;
    const { near, range, list } = windows;
    const { rows, block } = this.#product;
    const [row, matrix, target] = places as [Address, Address, Address];
    const from = f.let(op('i32.sub', pointerCode(row), range.before), 'from');
    const found = f.let(list.scan(this.#work, from), 'found');
    const listed = (): void =>
      this.#eachPanel([matrix, target], (at_, vectors, lastLanes) => {
        const kernel = this.#kernels.windows(windows, list, this.#packed.panelBytes, vectors, lastLanes);
        f.call(kernel, from, ...at_.map((place) => pointerTo(place)));
      });
    const dense = (): void => {
      const axes = near.slice(0, -1).map((axis) => ({ ...axis, paces: [axis.paces[rows]!, 0, axis.paces[2]!] }));
      nest(f, this.#context.walked(f, axes), places, this.#context.listAt, (at_) => this.#blocks(block!, at_));
    };
    this.#ifSparse(found, range.elements, listed, dense);
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

  /** Some rows, whose number stands in `count`, or one: gathered, and written in a row, where they are not so themselves. */
  #rowBlock([row, matrix, target]: readonly Address[], count: Local<'i32'> | undefined): void {
    const { isGathered, isScattered, sum } = this.#product;
    if (isGathered) this.#gathering!.gather(this.#work, row!, count);
    if (isScattered && sum.mode === 'add') this.#gathering!.fetch(this.#work, target!, count);
    const from = isGathered ? this.#gathering!.row : row!;
    const to = isScattered ? this.#gathering!.target : target!;
    this.#listedOrNot([from, matrix!, to], count);
    if (isScattered) this.#gathering!.scatter(this.#work, target!, count);
  }

  #listedOrNot(places: readonly Address[], count: Local<'i32'> | undefined): void {
    const { f } = this.#work;
    if (this.#lists === undefined) return this.#panels(places, count, false);
    const found = f.let(constant('i32', 0), 'found');
    this.#lists.emit(this.#work, places[0]!, count, found);
    const all = op('i32.mul', count ?? 1, this.#product.depth);
    this.#ifSparse(
      found,
      all,
      () => this.#panels(places, count, true),
      () => this.#panels(places, count, false),
    );
  }

  /** What is listed alone, where that is little and no bit shows what is left out, or must be left out; all terms else. */
  #ifSparse(found: Local<'i32'>, all: Operand<'i32'>, listed: () => void, dense: () => void): void {
    const { f } = this.#work;
    const { sum } = this.#product;
    if (sum.skipsZeros && sum.mode === 'add') return listed();
    const isSparse = op('i32.lt_s', op('i32.shl', found, 1), all);
    const isFine = at('i32.load', this.#packed.isFinite, 0);
    const test = sum.skipsZeros ? op('i32.or', isSparse, op('i32.eqz', isFine)) : op('i32.and', isSparse, isFine);
    f.if(test, listed, dense);
  }

  /** Panel by panel, all rows of the block. */
  #panels([row, matrix, target]: readonly Address[], count: Local<'i32'> | undefined, isListed: boolean): void {
    this.#eachPanel([matrix!, target!], (at_, vectors, lastLanes) => {
      if (isListed) this.#listedRows([row!, ...at_], count, vectors, lastLanes);
      else this.#denseRows([row!, ...at_], count, vectors, lastLanes);
    });
  }

  /** Where each panel of the matrix and its part of the target begin, and how many vectors and lanes of the last one it has. */
  #eachPanel(
    places: readonly [Address, Address],
    body: (at_: readonly Address[], vectors: number, lastLanes: number) => void,
  ): void {
    const { f, lanes } = this.#work;
    const { columns, width } = this.#product;
    const whole = Math.floor(columns.length! / width);
    const rest = columns.length! - whole * width;
    const walk = new Walk(f, places, [this.#packed.panelBytes, width * lanes.bytes], this.#context.listAt);
    f.count(0, whole, 1, () => {
      body(walk.at(0), width / lanes.count, lanes.count);
      if (whole > 1 || rest > 0) walk.advance(1);
    });
    if (rest > 0)
      body(walk.at(0), Math.ceil(rest / lanes.count), rest % lanes.count === 0 ? lanes.count : rest % lanes.count);
  }

  #listedRows(places: readonly Address[], count: Local<'i32'> | undefined, vectors: number, lastLanes: number): void {
    const { f } = this.#work;
    const { address, rowBytes, ends } = this.#lists!;
    const { rowPace, targetPace } = this.#product;
    const [row, panel, target] = places as [Address, Address, Address];
    const kernel = this.#kernels.listed(vectors, lastLanes);
    const fixed = (offset: number): Address => ({ pointer: undefined, offset });
    const paces = [rowPace, rowBytes, 4, 0, targetPace];
    const walk = new Walk(f, [row, fixed(address), fixed(ends), panel, target], paces, this.#context.listAt);
    f.count(0, count ?? 1, 1, () => {
      const [from, list, end, at_, to] = walk.at(0).map((place) => pointerTo(place));
      f.call(kernel, from!, list!, at('i32.load', 0, end!), at_!, to!);
      walk.advance(1);
    });
  }

  /** Rows two by two while there are, a wide panel part by part, and the last one alone. */
  #denseRows(places: readonly Address[], count: Local<'i32'> | undefined, vectors: number, lastLanes: number): void {
    const { f, lanes } = this.#work;
    const { rowPace, targetPace } = this.#product;
    const walkFrom = (vector: number): Walk => {
      const [row, panel, target] = places as [Address, Address, Address];
      const from = [row, shifted(panel, 16 * vector), shifted(target, 16 * vector)];
      return new Walk(f, from, [rowPace, 0, targetPace], this.#context.listAt);
    };
    const call = (walk: Walk, together: number, some: number, itsLanes: number): void => {
      f.call(this.#kernels.dense(together, some, itsLanes), ...walk.at(0).map((place) => pointerTo(place)));
    };
    if (count === undefined) return call(walkFrom(0), 1, vectors, lastLanes);
    const left = f.local('i32', 'left');
    // The part that begins the panel comes last, and leaves off where a single row is left.
    for (let first = MOST_VECTORS * Math.floor((vectors - 1) / MOST_VECTORS); first >= 0; first -= MOST_VECTORS) {
      const some = Math.min(MOST_VECTORS, vectors - first);
      const walk = walkFrom(first);
      f.set(left, count);
      f.while(
        () => op('i32.ge_s', left, 2),
        () => {
          call(walk, 2, some, first + some === vectors ? lastLanes : lanes.count);
          walk.advance(2);
          f.increase(left, -2);
        },
      );
      if (first === 0) f.if(left, () => call(walk, 1, vectors, lastLanes));
    }
  }
}
