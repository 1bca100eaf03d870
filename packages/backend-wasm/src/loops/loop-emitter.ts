/**
 * @file `emitElementwise`: elementwise work as one loop over vectors. What is computed stays in registers for the work that follows
 * in the same loop, and is stored once; what nobody else reads is not stored.
 */
import {
  type Expression,
  hasRepeats,
  isView,
  operandsOf,
  rowMajorStrides,
  topologicalOrder,
  type View,
  viewSize,
} from '@ndl/ir';
import type { Local, Operand } from '@ndl/wasm-module';
import type { Access } from '../views/access.ts';
import type { Elementwise } from './elementwise.ts';
import { type Deferral, deferralOf } from './deferral.ts';
import { KernelCode } from './kernel-code.ts';
import { KernelValues } from './kernel-values.ts';
import type { Address } from '../views/lanes.ts';
import { ListedElements } from './listed-elements.ts';
import { elementBytes } from '../memory/memory.ts';
import { nest, settled, Walk } from '../views/nest.ts';
import { type LoopPiece, piecesOfRow, piecesOfRows } from './loop-pieces.ts';
import type { SectionContext, Work } from '../sections/section-context.ts';
import { isEmpty, type LoopAxis, spaceOf } from '../views/space.ts';
import type { Statement } from './statement.ts';
import { emitSpread, type SpreadRows, spreadRows, spreadSize } from './spread-rows.ts';
import { Turn } from './turn.ts';
import { viewKey } from '../views/view-key.ts';

/**
 * Adds a loop to a section. All work has one shape, and may be done element by element: what one writes, another reads or writes by
 * the same view or not at all.
 * @param isNeeded whether a view that is written is read by others
 */
export function emitElementwise(
  context: SectionContext,
  group: readonly Elementwise[],
  isNeeded: (view: View) => boolean,
): void {
  const loop = new LoopEmitter(context, group, isNeeded);
  if (!loop.isEmpty) context.part(group.map(({ label }) => label).join('\n'), (work) => loop.emit(work));
}

/** Fewer elements are not worth a second loop. */
const FEWEST_LISTED = 32;

const VECTOR_BYTES = 16;

/** Shorter rows are put together. */
const SHORTEST_ROW = 32;

/** Elements that are worked on before what was put off is done: few enough for the cache. */
const LONGEST_LISTED = 1024;

class LoopEmitter {
  readonly #context: SectionContext;
  readonly #statements: readonly Statement[];
  readonly #isNeeded: (view: View) => boolean;
  readonly #accesses: Access[] = [];
  readonly #numbers = new Map<string, number>();
  /** Numbers of the accesses that are written. */
  readonly #written = new Set<number>();
  readonly #axes: readonly LoopAxis[];
  readonly #bases: readonly number[];
  readonly isEmpty: boolean;
  /** What is added to elements that are shown more than once stands apart first: by access, where. */
  readonly #apart = new Map<number, number>();
  /** What is put off, by position of the statement. */
  readonly #deferrals = new Map<number, Deferral>();
  /** Rows that become one. */
  readonly #spread: SpreadRows | undefined;
  /** Where what they have one of is written out, by access. */
  #room: ReadonlyMap<number, number> = new Map();

  constructor(context: SectionContext, group: readonly Elementwise[], isNeeded: (view: View) => boolean) {
    this.#context = context;
    this.#isNeeded = isNeeded;
    this.#statements = group.map((work) => {
      const numberOf = (leaf: Expression): number | undefined => {
        const operand = work.operandOf(leaf);
        return typeof operand === 'number' ? operand : undefined;
      };
      return { work, values: new KernelValues(context.dtype, numberOf) };
    });
    for (const { work } of this.#statements) {
      for (const leaf of leavesOf(work)) {
        const operand = work.operandOf(leaf);
        if (isView(operand)) this.#number(operand);
      }
      for (const { target, mode } of work.outputs) {
        const number = this.#number(target);
        this.#written.add(number);
        if (mode === 'add' && hasRepeats(target)) this.#setApart(number, target);
      }
    }
    const space = spaceOf(this.#accesses, group[0]!.shape, context.items);
    this.#axes = space.axes;
    this.#bases = space.bases;
    this.isEmpty = isEmpty(space);
    const lanes = VECTOR_BYTES / elementBytes(context.dtype);
    const spread = spreadRows(this.#axes, (number) => !this.#written.has(number), LONGEST_LISTED, lanes);
    const length = this.#axes.at(-1)?.length ?? 0;
    if ((spread === undefined ? length : spread.atOnce * length) >= FEWEST_LISTED) this.#findDeferrals();
    const isWorthwhile = this.#deferrals.size > 0 || length < SHORTEST_ROW || length % lanes !== 0;
    this.#spread = isWorthwhile ? spread : undefined;
  }

  emit(work: Work): void {
    const starts = this.#accesses.map((access, number) => this.#context.start(work, access, this.#bases[number]!));
    const [first, ...others] = this.#axes;
    if (first?.kind !== 'steps') return this.#emitAt(work, work.step, this.#axes, starts);
    const steps = this.#context.steps(work.f);
    const walk = new Walk(work.f, starts, first.paces, this.#context.listAt);
    work.f.count(0, steps, 1, (step) => {
      this.#emitAt(work, step, others, walk.at(step));
      walk.advance(1);
    });
  }

  /** All elements at a step: what is the same for each is computed first. */
  #emitAt(work: Work, step: Operand<'i32'>, axes: readonly LoopAxis[], starts: readonly Address[]): void {
    const { f } = work;
    const uniform = this.#statements.map((statement) => this.#uniformCode(statement, work, step));
    this.#makeRoom(work);
    const listed = new Map(
      [...this.#deferrals].map(([position, deferral]) => {
        const statement = this.#statements[position]!;
        return [position, new ListedElements(this.#context, work, deferral, statement, this, LONGEST_LISTED)] as const;
      }),
    );
    for (const piece of this.#pieces(axes)) {
      const begin = starts.map((address, number) => {
        const bytes = piece.start(number);
        return bytes === 0 ? address : settled(f, address, bytes);
      });
      nest(f, this.#context.walked(f, piece.outer), begin, this.#context.listAt, (addresses) =>
        this.#row(work, uniform, piece.row, this.#spreadOut(work, addresses, piece.rows), listed),
      );
    }
    for (const [target, apart] of this.#apart)
      this.#addInOrder(work, axes, [starts[target]!, starts[apart]!], [target, apart]);
  }

  #uniformCode({ work, values }: Statement, inside: Work, step: Operand<'i32'>): KernelCode {
    const code = new KernelCode(inside.lanes, values, (leaf) => {
      return this.#context.number(
        inside,
        step,
        work.operandOf(leaf) as Exclude<ReturnType<typeof work.operandOf>, View>,
      );
    });
    const varies = new Set<Expression>();
    const roots = work.outputs.map(({ expression }) => expression);
    for (const node of topologicalOrder(roots, 'values')) {
      const isLeaf = node.kind === 'input' || node.kind === 'parameter';
      if (isLeaf ? isView(work.operandOf(node)) : operandsOf(node, 'values').some((operand) => varies.has(operand)))
        varies.add(node);
      else code.compute([node]);
    }
    return code;
  }

  #pieces(axes: readonly LoopAxis[]): readonly LoopPiece[] {
    if (this.#spread !== undefined)
      return piecesOfRows(axes.slice(0, -2), this.#spread, elementBytes(this.#context.dtype));
    const last = axes.at(-1) ?? { length: 1, kind: 'own', paces: this.#accesses.map(() => 0) };
    return piecesOfRow(axes.slice(0, -1), last, this.#deferrals.size > 0 ? LONGEST_LISTED : Infinity);
  }

  #makeRoom({ lanes }: Work): void {
    const spread = this.#spread;
    if (spread === undefined) return;
    const bytes = spreadSize(spread, lanes.count) * lanes.bytes;
    this.#room = new Map(spread.perRow.map((access) => [access, this.#context.shared.scratch.take(bytes)]));
  }

  /** The addresses of a piece, once what its rows have one of is written out. */
  #spreadOut({ f, lanes }: Work, addresses: readonly Address[], rows: number): readonly Address[] {
    const spread = this.#spread;
    if (spread === undefined) return addresses;
    const own = [...addresses];
    for (const [access, offset] of this.#room) {
      own[access] = { pointer: undefined, offset };
      emitSpread(f, lanes, spread, access, rows, addresses[access]!, own[access]!, this.#context.listAt);
    }
    return own;
  }

  /** Whole vectors, what is left, and then what was put off. */
  #row(
    work: Work,
    uniform: readonly KernelCode[],
    axis: LoopAxis,
    addresses: readonly Address[],
    listed: ReadonlyMap<number, ListedElements>,
  ): void {
    const { f, lanes } = work;
    const length = axis.length!;
    const paces = axis.paces.map((each) => (length === 1 ? lanes.bytes : each));
    const repeated = new Map<number, Local<'v128'>>();
    paces.forEach((each, number) => {
      if (each === 0 && !this.#written.has(number)) repeated.set(number, lanes.kept(lanes.splat(addresses[number]!)));
    });
    for (const elements of listed.values()) elements.begin();
    const walk = new Walk(f, addresses, paces, this.#context.listAt);
    const whole = length - (length % lanes.count);
    const turn = (index: Operand<'i32'>, count: number): void =>
      new Turn(work, walk, paces, index, count, repeated).run(this.#statements, uniform, {
        number: (view) => this.numberOf(view),
        apart: this.#apart,
        isNeeded: this.#isNeeded,
        listed,
      });
    f.count(0, whole, lanes.count, (index) => {
      turn(index, lanes.count);
      if (length > lanes.count) walk.advance(lanes.count);
    });
    if (whole < length) turn(whole, length - whole);
    for (const [position, elements] of listed) elements.finish(addresses, paces, repeated, uniform[position]!);
  }

  /** What a later statement does not look at, and what stands at regular distances, can be put off. */
  #findDeferrals(): void {
    const last = this.#axes.at(-1)!;
    this.#statements.forEach(({ work, values }, position) => {
      const deferral = deferralOf(work, values, this.#isNeeded);
      if (deferral === undefined) return;
      const later = new Set(this.#statements.slice(position + 1).flatMap((other) => this.#accessesOf(other.work)));
      const isFree = deferral.outputs.every(({ index }) => {
        const number = this.numberOf(work.outputs[index]!.target);
        return !later.has(number) && typeof last.paces[number] === 'number' && !this.#apart.has(number);
      });
      if (isFree) this.#deferrals.set(position, deferral);
    });
  }

  #accessesOf(work: Elementwise): readonly number[] {
    const operands = leavesOf(work)
      .map((leaf) => work.operandOf(leaf))
      .filter(isView);
    return [...operands, ...work.outputs.map(({ target }) => target)].map((view) => this.numberOf(view));
  }

  /** The number of an access. */
  numberOf(view: View): number {
    return this.#numbers.get(viewKey(view))!;
  }

  staysAtHand(number: number): boolean {
    return !this.#written.has(number) && typeof this.#axes.at(-1)!.paces[number] === 'number';
  }

  /** Room for what is computed for a target, an element for each position. */
  #setApart(target: number, view: View): void {
    const access = this.#accesses[target]!;
    const bytes = elementBytes(this.#context.dtype);
    const size = viewSize(view);
    const items = access.hasItems ? this.#context.items : 1;
    this.#apart.set(target, this.#accesses.length);
    this.#accesses.push({
      ...access,
      slot: undefined,
      base: this.#context.shared.control.take(size * items * bytes),
      stepBytes: 0,
      itemBytes: access.hasItems ? size * bytes : 0,
      axes: rowMajorStrides(view.shape).map((stride) => stride * bytes),
    });
  }

  /** Adds what was set apart, one position after another. */
  #addInOrder(
    { f, lanes }: Work,
    axes: readonly LoopAxis[],
    starts: readonly Address[],
    accesses: readonly number[],
  ): void {
    const own = axes.map((axis) => ({ ...axis, paces: accesses.map((number) => axis.paces[number]!) }));
    nest(f, this.#context.walked(f, own), starts, this.#context.listAt, ([target, apart]) => {
      lanes.store(f, target!, lanes.kept(lanes.add(lanes.loadOne(target!), lanes.loadOne(apart!))), 1);
    });
  }

  #number(view: View): number {
    const key = viewKey(view);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#accesses.length);
    this.#accesses.push(this.#context.access(view));
    return this.#accesses.length - 1;
  }
}

/** Inputs and parameters that the outputs need. */
function leavesOf({ outputs }: Elementwise): readonly Expression[] {
  const nodes = topologicalOrder(
    outputs.map(({ expression }) => expression),
    'values',
  );
  return nodes.filter(({ kind }) => kind === 'input' || kind === 'parameter');
}
