/**
 * @file Products that are summed over positions of images, row by row in the order of the law. Where one factor is mostly zeros, its other
 * numbers are listed, and each adds its multiple of a row of the other factor to sums that stand together: where that factor is finite and
 * the sum began at +0, no bit shows what is left out. Where it is not, all terms are added.
 */
import { type Code, type FunctionHandle, type Local, op } from '@ndl/wasm-module';
import { read, type SectionContext, type Work } from '../sections/section-context.ts';
import { type Address, pointerCode, pointerTo, shifted, type Vector } from '../views/lanes.ts';
import { nest, type WalkedAxis } from '../views/nest.ts';
import type { LoopAxis } from '../views/space.ts';
import { copyRun } from './copy-run.ts';
import { FiniteRange } from './finite-range.ts';
import { inOrder } from './in-order.ts';
import { KernelFunctions } from './kernel-functions.ts';
import { ListedRange } from './listed-range.ts';
import { sizeOf, stridesOf } from './range.ts';
import { addTiles } from './tiles.ts';
import type { WindowGradient } from './window-gradient.ts';

/** Vectors of a row of the other factor that stay in registers. */
const MOST_VECTORS = 8;

export function emitWindowGradient(context: SectionContext, product: WindowGradient): void {
  context.part(`${product.sum.label}, summed over positions`, (work) =>
    new WindowEmitter(context, product, work).emit(),
  );
}

class WindowEmitter {
  readonly #context: SectionContext;
  readonly #product: WindowGradient;
  readonly #work: Work;
  readonly #kernels: KernelFunctions;
  readonly #list: ListedRange;
  readonly #finite: FiniteRange;
  /** Sums: a row for each column of what is listed, in which the columns of the other factor begin at whole vectors. */
  readonly #sums: Address;
  readonly #runBytes: number;
  readonly #rowBytes: number;
  readonly #groupBytes: number;
  /** Where rows are copied to. */
  readonly #copies: number | undefined;

  constructor(context: SectionContext, product: WindowGradient, work: Work) {
    const { listed, listedRange, other, otherRange, groups, isGathered } = product;
    const { bytes, count } = work.lanes;
    const { scratch } = context.shared;
    this.#context = context;
    this.#product = product;
    this.#work = work;
    this.#kernels = new KernelFunctions(context);
    this.#list = new ListedRange(context, this.#kernels, listedRange.elements, bytes);
    this.#finite = new FiniteRange(context, this.#kernels, otherRange.elements);
    this.#runBytes = 16 * Math.ceil(other.run.length! / count);
    this.#rowBytes = (other.columns / other.run.length!) * this.#runBytes;
    this.#groupBytes = listed.columns * this.#rowBytes;
    this.#sums = { pointer: undefined, offset: scratch.take(sizeOf(groups) * this.#groupBytes) };
    this.#copies = isGathered ? scratch.take(listedRange.elements * bytes) : undefined;
  }

  emit(): void {
    const { f } = this.#work;
    const { sum, outer, groups, listed, other } = this.#product;
    const [left, right, target] = [...sum.factors, sum.target].map((access, index) =>
      this.#context.start(this.#work, access, sum.bases[index]!),
    ) as [Address, Address, Address];
    if (sum.mode === 'set') this.#eachSum(target, (_, own) => this.#clear(own));
    else this.#eachSum(target, (theirs, own) => this.#copy(theirs, own));
    const ofFactors = outer.map((axis) => ({ ...axis, paces: axis.paces.slice(0, 2) }));
    const [axes, starts] = inOrder(this.#context, f, ofFactors, [left, right]);
    const ofGroups = this.#targets(groups, this.#groupBytes).map(({ length, paces }) => ({ length: length!, paces }));
    nest(f, axes, starts, this.#context.listAt, (places) => {
      nest(f, ofGroups, [...places, this.#sums], this.#context.listAt, (at_) => {
        this.#rows(at_[listed.factor]!, at_[other.factor]!, at_[2]!);
      });
    });
    this.#eachSum(target, (theirs, own) => this.#copy(own, theirs));
  }

  /** Adds the terms of the rows that are listed together. */
  #rows(listed: Address, other: Address, sums: Address): void {
    const { f } = this.#work;
    const { listedRange, otherRange, sum } = this.#product;
    const dense = (): void => this.#dense(listed, other, sums);
    if (this.#copies !== undefined) this.#gather(listed);
    const from = this.#copies ?? pointerTo(shiftedBack(f, listed, listedRange.before));
    const found = this.#list.scan(this.#work, from);
    const isSparse = op('i32.le_u', op('i32.shl', found, 1), listedRange.elements);
    const add = (): void => this.#panels(from, other, sums);
    if (sum.skipsZeros) return f.if(isSparse, add, dense);
    f.if(
      isSparse,
      () => f.if(this.#finite.isFinite(this.#work, pointerTo(shiftedBack(f, other, otherRange.before))), add, dense),
      dense,
    );
  }

  /** Panel by panel of the other factor, all rows. */
  #panels(from: Local<'i32'> | number | Code<'i32'>, other: Address, sums: Address): void {
    const { f, lanes } = this.#work;
    const { around, run, factor } = this.#product.other;
    const pace = run.paces[factor] as number;
    const width = MOST_VECTORS * lanes.count;
    const whole = Math.floor(run.length! / width);
    const rest = run.length! - whole * width;
    const paces = [pace * width, 16 * MOST_VECTORS];
    nest(f, this.#beside(around, factor, this.#runBytes), [other, sums], this.#context.listAt, ([begin, own]) => {
      const panel =
        (columns: number) =>
        (at_: readonly Address[]): void => {
          const [place, to] = at_ as [Address, Address];
          f.call(this.#kernel(columns), from, pointerTo(place), pointerTo(to));
        };
      nest(f, [{ length: whole, paces }], [begin!, own!], this.#context.listAt, panel(width));
      if (rest > 0) panel(rest)([shifted(begin!, whole * paces[0]!), shifted(own!, whole * paces[1]!)]);
    });
  }

  /** For some columns of the other factor: takes where the range, the first row of these and their sums begin. */
  #kernel(columns: number): FunctionHandle {
    return this.#kernels.of(`rows.${columns}`, ['range', 'other', 'sums'], (f, [range, other, sums]) => {
      const { listed, other: side, rows, listedRange } = this.#product;
      const lanes = this.#context.lanesIn(f);
      const vectors = Math.ceil(columns / lanes.count);
      const [ofRows, ofColumns] = this.#listedAxes(rows, side.factor);
      const runColumns = this.#copies === undefined ? listed.run.length! : listed.columns;
      const scale = this.#rowBytes / lanes.bytes;
      // Places of what is listed are bytes from the beginning of the range.
      const first: Address = { pointer: f.let(op('i32.add', listedRange.before, 0), 'first'), offset: 0 };
      nest(f, ofRows, [first, { pointer: other!, offset: 0 }], this.#context.listAt, ([row, beside]) => {
        const factors = Array.from({ length: vectors }, (_, vector) =>
          lanes.kept(this.#vectorOf(f, beside!, vector, Math.min(lanes.count, columns - vector * lanes.count))),
        );
        nest(f, ofColumns, [row!, { pointer: sums!, offset: 0 }], this.#context.listAt, ([run, own]) => {
          const begin = f.let(op('i32.sub', pointerCode(own!), op('i32.mul', pointerCode(run!), scale)), 'begin');
          this.#list.each(f, run!, runColumns, (place) => {
            const number = f.let(op('i32.add', range!, place), 'number');
            const left = lanes.kept(lanes.splat({ pointer: number, offset: 0 }));
            const to = f.let(op('i32.add', begin, op('i32.mul', place, scale)), 'to');
            factors.forEach((right, vector) => {
              const sum: Address = { pointer: to, offset: 16 * vector };
              lanes.store(f, sum, lanes.kept(lanes.add(lanes.load(sum), lanes.multiply(read(left), read(right)))));
            });
          });
        });
      });
    });
  }

  /** Rows, and runs of columns, as the listed range is walked: beside the other factor, and beside the sums. */
  #listedAxes(rows: readonly LoopAxis[], other: 0 | 1): readonly [readonly WalkedAxis[], readonly WalkedAxis[]] {
    const { listed } = this.#product;
    const { bytes } = this.#work.lanes;
    if (this.#copies !== undefined) {
      const strides = stridesOf(rows, listed.columns * bytes);
      const ofRows = rows.map(({ length, paces }, axis) => ({
        length: length!,
        paces: [strides[axis]!, paces[other]!],
      }));
      return [ofRows, []];
    }
    const ofRows = rows.map(({ length, paces }) => ({
      length: length!,
      paces: [paces[listed.factor]!, paces[other]!],
    }));
    return [ofRows, this.#beside(listed.around, listed.factor, listed.run.length! * this.#rowBytes)];
  }

  /** Axes of one factor, and how they lead through what stands in a row. @param inner bytes of that for one position of all of them */
  #beside(axes: readonly LoopAxis[], factor: 0 | 1 | 2, inner: number): readonly WalkedAxis[] {
    const strides = stridesOf(axes, inner);
    return axes.map(({ length, paces }, axis) => ({ length: length!, paces: [paces[factor]!, strides[axis]!] }));
  }

  #vectorOf(f: Work['f'], place: Address, vector: number, columns: number): Vector {
    const lanes = this.#context.lanesIn(f);
    const { run, factor } = this.#product.other;
    const pace = run.paces[factor] as number;
    const at_ = (lane: number): Address => shifted(place, (vector * lanes.count + lane) * pace);
    if (pace === lanes.bytes) return lanes.load(at_(0), columns);
    let gathered = lanes.loadOne(at_(0));
    for (let lane = 1; lane < columns; lane++) gathered = lanes.withLane(gathered, lane, at_(lane));
    return gathered;
  }

  /** Adds all terms of the rows. */
  #dense(listed: Address, other: Address, sums: Address): void {
    const names = ['listed', 'other', 'sums'];
    const kernel = this.#kernels.of('dense', names, (f, locals) => {
      const { sum, rows, listed: own, other: beside } = this.#product;
      const [ofListed, ofOther, target] = locals.map((pointer): Address => ({ pointer, offset: 0 })) as [
        Address,
        Address,
        Address,
      ];
      const columns = [
        ...this.#targets(own.around, own.run.length! * this.#rowBytes),
        ...this.#targets([own.run], this.#rowBytes),
        ...this.#targets(beside.around, this.#runBytes),
        ...this.#targets([beside.run], this.#work.lanes.bytes),
      ];
      const factors = own.factor === 0 ? [ofListed, ofOther] : [ofOther, ofListed];
      const ofRows: typeof sum = { ...sum, kept: columns, summed: rows, mode: 'add' };
      addTiles(this.#context, { ...this.#work, f, lanes: this.#context.lanesIn(f) }, ofRows, [...factors, target]);
    });
    this.#work.f.call(kernel, pointerTo(listed), pointerTo(other), pointerTo(sums));
  }

  /** Axes whose target is the sums. @param inner bytes of the sums for one position of all of them */
  #targets(axes: readonly LoopAxis[], inner: number): readonly LoopAxis[] {
    const strides = stridesOf(axes, inner);
    return axes.map((axis, index) => ({ ...axis, paces: [axis.paces[0]!, axis.paces[1]!, strides[index]!] }));
  }

  /** Copies the rows of what is listed, so that the numbers of each stand side by side. */
  #gather(listed: Address): void {
    const kernel = this.#kernels.of('gather', ['from'], (f, [from]) => {
      const { rows, listed: side } = this.#product;
      const { bytes } = this.#work.lanes;
      const { factor, run, around } = side;
      const axes = this.#beside([...rows, ...around], factor, run.length! * bytes);
      const starts: readonly Address[] = [
        { pointer: from!, offset: 0 },
        { pointer: undefined, offset: this.#copies! },
      ];
      const ofRun = { length: run.length!, paces: [run.paces[factor]!, bytes] };
      nest(f, axes, starts, this.#context.listAt, ([theirs, own]) => copyRun(this.#context, f, ofRun, theirs!, own!));
    });
    this.#work.f.call(kernel, pointerTo(listed));
  }

  /** Elements of the target, and where their sums stand. */
  #eachSum(target: Address, body: (theirs: Address, own: Address) => void): void {
    const { groups, listed, other } = this.#product;
    const axes = [
      ...this.#beside(groups, 2, this.#groupBytes),
      ...this.#beside(listed.around, 2, listed.run.length! * this.#rowBytes),
      ...this.#beside([listed.run], 2, this.#rowBytes),
      ...this.#beside(other.around, 2, this.#runBytes),
      ...this.#beside([other.run], 2, this.#work.lanes.bytes),
    ];
    nest(this.#work.f, axes, [target, this.#sums], this.#context.listAt, ([theirs, own]) => body(theirs!, own!));
  }

  #copy(from: Address, to: Address): void {
    const { f, lanes } = this.#work;
    lanes.store(f, to, lanes.kept(lanes.loadOne(from)), 1);
  }

  #clear(place: Address): void {
    const { f, lanes } = this.#work;
    lanes.store(f, place, lanes.kept(lanes.constant(0)), 1);
  }
}

/** A place some bytes before. */
function shiftedBack(f: Work['f'], { pointer, offset }: Address, bytes: number): Address {
  if (pointer === undefined || offset >= bytes) return { pointer, offset: offset - bytes };
  return { pointer: f.let(op('i32.add', pointer, offset - bytes), 'begin'), offset: 0 };
}
