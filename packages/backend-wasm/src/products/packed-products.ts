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
import { LONGEST_LIST, STRIP, type MatrixProduct } from './matrix-product.ts';
import { nest, Walk } from '../views/nest.ts';
import { isOftenZero } from './often-zero.ts';
import { packed, placeInPanel } from './packing.ts';
import { PanelKernels } from './panel-kernels.ts';
import { type PackedFactor, read, type SectionContext, type Work } from '../sections/section-context.ts';
import type { LoopAxis } from '../views/space.ts';
import { asWindowRows, type WindowRows } from './window-rows.ts';

/** Vectors of a row that are summed at a time, those of a strip. Eight of a single row do not stay in registers, either: engines load them all first. */
const MOST_VECTORS = STRIP / 16;

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
    const { sum, matrix, columns, groups, terms, width, strip, depth, rows } = product;
    this.#context = context;
    const functions = new KernelFunctions(context);
    this.#kernels = new PanelKernels(context, product, functions);
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
      strip,
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
        for (const part of this.#parts([row, ...at_], vectors, lastLanes)) {
          const kernel = this.#kernels.windows(windows, list, part.vectors, part.lastLanes);
          f.call(kernel, from, pointerTo(part.panel), pointerTo(part.target));
        }
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

  /** Row by row, part by part of the panel. */
  #listedRows(places: readonly Address[], count: Local<'i32'> | undefined, vectors: number, lastLanes: number): void {
    const { f } = this.#work;
    const { address, rowBytes, ends } = this.#lists!;
    const { rowPace, targetPace } = this.#product;
    const fixed = (offset: number): Address => ({ pointer: undefined, offset });
    const paces = [rowPace, rowBytes, 4, 0, targetPace];
    for (const part of this.#parts(places, vectors, lastLanes)) {
      const kernel = this.#kernels.listed(part.vectors, part.lastLanes);
      const walk = new Walk(
        f,
        [part.row, fixed(address), fixed(ends), part.panel, part.target],
        paces,
        this.#context.listAt,
      );
      f.count(0, count ?? 1, 1, () => {
        const [from, list, end, at_, to] = walk.at(0).map((place) => pointerTo(place));
        f.call(kernel, from!, list!, at('i32.load', 0, end!), at_!, to!);
        walk.advance(1);
      });
    }
  }

  /** Part by part of the panel, rows two by two while there are, and the last one alone. */
  #denseRows(places: readonly Address[], count: Local<'i32'> | undefined, vectors: number, lastLanes: number): void {
    const { f } = this.#work;
    const { rowPace, targetPace } = this.#product;
    for (const part of this.#parts(places, vectors, lastLanes)) {
      const walk = new Walk(f, [part.row, part.panel, part.target], [rowPace, 0, targetPace], this.#context.listAt);
      const call = (together: number): void => {
        const kernel = this.#kernels.dense(together, part.vectors, part.lastLanes);
        f.call(kernel, ...walk.at(0).map((place) => pointerTo(place)));
      };
      if (count === undefined) {
        call(1);
        continue;
      }
      const left = f.let(read(count), 'left');
      f.while(
        () => op('i32.ge_s', left, 2),
        () => {
          call(2);
          walk.advance(2);
          f.increase(left, -2);
        },
      );
      f.if(left, () => call(1));
    }
  }

  /** The vectors of a panel, as many at a time as sums fit in registers. */
  #parts([row, panel, target]: readonly Address[], vectors: number, lastLanes: number): readonly PanelPart[] {
    const { depth, strip } = this.#product;
    return Array.from({ length: Math.ceil(vectors / MOST_VECTORS) }, (_, index) => {
      const first = MOST_VECTORS * index;
      const some = Math.min(MOST_VECTORS, vectors - first);
      return {
        row: row!,
        panel: shifted(panel!, placeInPanel(first, depth, strip)),
        target: shifted(target!, 16 * first),
        vectors: some,
        lastLanes: first + some === vectors ? lastLanes : this.#work.lanes.count,
      };
    });
  }
}

/** Some vectors of a panel, and where they stand. */
interface PanelPart {
  readonly row: Address;
  readonly panel: Address;
  readonly target: Address;
  readonly vectors: number;
  /** Lanes of the last of them that count. */
  readonly lastLanes: number;
}
