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
import type { Access, Pace } from './access.ts';
import type { Elementwise } from './elementwise.ts';
import { KernelCode, variable } from './kernel-code.ts';
import { KernelValues } from './kernel-values.ts';
import type { Address, Vector } from './lanes.ts';
import { elementBytes } from './memory.ts';
import { nest, Walk } from './nest.ts';
import { read, type SectionContext, type Work } from './section-context.ts';
import { isEmpty, type LoopAxis, spaceOf } from './space.ts';
import { viewKey } from './view-key.ts';

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

/** Work with what is known of its kernel. */
interface Statement {
  readonly work: Elementwise;
  readonly values: KernelValues;
}

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
    const last = axes.at(-1) ?? { length: 1, kind: 'own' as const, paces: starts.map(() => 0) };
    const outer = this.#context.walked(f, axes.slice(0, -1));
    nest(f, outer, starts, this.#context.listAt, (addresses) => this.#row(work, uniform, last, addresses));
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

  /** The innermost axis: whole vectors, and what is left. */
  #row(work: Work, uniform: readonly KernelCode[], axis: LoopAxis, addresses: readonly Address[]): void {
    const { f, lanes } = work;
    const length = axis.length!;
    const paces = axis.paces.map((pace) => (length === 1 ? lanes.bytes : pace));
    const repeated = new Map<number, Local<'v128'>>();
    paces.forEach((pace, number) => {
      if (pace === 0 && !this.#written.has(number)) repeated.set(number, lanes.kept(lanes.splat(addresses[number]!)));
    });
    const walk = new Walk(f, addresses, paces, this.#context.listAt);
    const whole = length - (length % lanes.count);
    const turn = (index: Operand<'i32'>, count: number): void =>
      new Turn(work, walk, paces, index, count, repeated).run(this.#statements, uniform, {
        number: (view) => this.#numbers.get(viewKey(view))!,
        apart: this.#apart,
        isNeeded: this.#isNeeded,
      });
    f.count(0, whole, lanes.count, (index) => {
      turn(index, lanes.count);
      if (length > lanes.count) walk.advance(lanes.count);
    });
    if (whole < length) turn(whole, length - whole);
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

interface Naming {
  number(view: View): number;
  readonly apart: ReadonlyMap<number, number>;
  isNeeded(view: View): boolean;
}

/** One vector of elements on its way through all work of a loop. */
class Turn {
  readonly #work: Work;
  readonly #walk: Walk;
  readonly #paces: readonly Pace[];
  readonly #index: Operand<'i32'>;
  /** Lanes that count. */
  readonly #count: number;
  /** What each access shows now. */
  readonly #now: Map<number, Local<'v128'>>;

  constructor(
    work: Work,
    walk: Walk,
    paces: readonly Pace[],
    index: Operand<'i32'>,
    count: number,
    repeated: ReadonlyMap<number, Local<'v128'>>,
  ) {
    this.#work = work;
    this.#walk = walk;
    this.#paces = paces;
    this.#index = index;
    this.#count = count;
    this.#now = new Map(repeated);
  }

  run(statements: readonly Statement[], uniform: readonly KernelCode[], naming: Naming): void {
    const { lanes } = this.#work;
    const changed = new Set<number>();
    statements.forEach(({ work, values }, position) => {
      const leaf = (node: Expression): Vector => this.#read(naming.number(work.operandOf(node) as View));
      const code = new KernelCode(lanes, values, leaf, uniform[position]);
      code.compute(work.outputs.map(({ expression }) => expression));
      const results = work.outputs.map(({ expression }) => code.value(expression));
      work.outputs.forEach(({ target, mode }, index) => {
        const number = naming.number(target);
        const result = results[index]!;
        const apart = naming.apart.get(number);
        if (apart !== undefined) return this.#write(apart, lanes.kept(result));
        const value = mode === 'set' ? result : lanes.add(this.#read(number), result);
        this.#now.set(number, lanes.kept(value));
        if (naming.isNeeded(target)) changed.add(number);
      });
    });
    for (const number of changed) this.#write(number, this.#now.get(number)!);
  }

  #read(number: number): Vector {
    const known = this.#now.get(number);
    if (known !== undefined) return variable(known);
    const { lanes } = this.#work;
    const made = lanes.kept(this.#load(number));
    this.#now.set(number, made);
    return read(made);
  }

  #load(number: number): Vector {
    const { lanes } = this.#work;
    const pace = this.#paces[number]!;
    if (pace === lanes.bytes) return lanes.load(this.#at(number, 0), this.#count);
    if (pace === 0) return lanes.splat(this.#at(number, 0));
    let vector = lanes.loadOne(this.#at(number, 0));
    for (let lane = 1; lane < this.#count; lane++) vector = lanes.withLane(vector, lane, this.#at(number, lane));
    return vector;
  }

  #write(number: number, value: Local<'v128'>): void {
    const { f, lanes } = this.#work;
    if (this.#paces[number] === lanes.bytes) return lanes.store(f, this.#at(number, 0), value, this.#count);
    for (let lane = 0; lane < this.#count; lane++) f.do(lanes.storeLane(this.#at(number, lane), value, lane));
  }

  #at(number: number, lane: number): Address {
    return this.#walk.ahead(number, this.#index, lane);
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
