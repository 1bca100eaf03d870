/** @file `ListedElements`: the elements of a row for which something was put off, and the loop that does it for them, vector by vector. */
import { type Expression, isView, type View } from '@ndl/ir';
import { at, type Local, op, type Operand } from '@ndl/wasm-module';
import type { Pace } from '../views/access.ts';
import type { Deferral } from './deferral.ts';
import { KernelCode, variable } from './kernel-code.ts';
import { type Address, pointerOf, type Vector } from '../views/lanes.ts';
import type { SectionContext, Work } from '../sections/section-context.ts';
import type { Statement } from './statement.ts';

/** What is known of the accesses of a loop. */
export interface LoopAccesses {
  numberOf(view: View): number;
  /** Whether all its elements can be found later on, at regular distances. */
  staysAtHand(number: number): boolean;
}

/** For each set of lanes, as bits, the numbers of its lanes. */
export const LANES_OF_BITS: readonly number[] = Array.from({ length: 16 }, (_, bits) => {
  const lanes = [0, 1, 2, 3].filter((lane) => ((bits >> lane) & 1) === 1);
  return [...lanes, 0, 0, 0, 0].slice(0, 4);
}).flat();

export class ListedElements {
  readonly #context: SectionContext;
  readonly #work: Work;
  readonly #deferral: Deferral;
  readonly #statement: Statement;
  readonly #accesses: LoopAccesses;
  /** Where the list lies, and where it ends now: numbers of elements, in i32. */
  readonly #list: number;
  readonly #end: Local<'i32'>;
  /** Where the first loop leaves what the second one needs, by element. */
  readonly #kept = new Map<Expression, number>();

  /** @param most elements of a row */
  constructor(
    context: SectionContext,
    work: Work,
    deferral: Deferral,
    statement: Statement,
    accesses: LoopAccesses,
    most: number,
  ) {
    const { scratch } = context.shared;
    this.#context = context;
    this.#work = work;
    this.#deferral = deferral;
    this.#statement = statement;
    this.#accesses = accesses;
    this.#list = scratch.take(4 * (most + 8));
    this.#end = work.f.local('i32', 'end');
    for (const node of deferral.kept)
      if (!this.#isRead(node)) this.#kept.set(node, scratch.take(work.lanes.bytes * (most + 4)));
  }

  /** What the first loop computes of an output, where part of it is put off. */
  otherwise(index: number): Expression | undefined {
    return this.#deferral.outputs.find((output) => output.index === index)?.other;
  }

  /** An empty list. */
  begin(): void {
    this.#work.f.set(this.#end, this.#list);
  }

  /** Lists those of some elements for which the condition holds. No branch is taken: a vector is stored, and kept as far as it counts. */
  list(code: KernelCode, index: Operand<'i32'>, count: number): void {
    const { f, lanes } = this.#work;
    const { condition, whenTrue } = this.#deferral;
    code.compute([condition, ...this.#kept.keys()]);
    const mask = code.mask(condition);
    const all = lanes.bits(whenTrue ? mask : op('v128.not', mask));
    const bits = f.let(count === lanes.count ? all : op('i32.and', all, (1 << count) - 1), 'bits');
    const numbers = at('v128.load', this.#context.listAt(LANES_OF_BITS), op('i32.shl', bits, 4));
    f.do(at('v128.store', 0, this.#end, op('i32x4.add', numbers, op('i32x4.splat', index))));
    f.increase(this.#end, op('i32.shl', op('i32.popcnt', bits), 2));
    if (this.#kept.size === 0) return;
    const element = f.let(op('i32.mul', index, lanes.bytes), 'element');
    for (const [node, address] of this.#kept)
      lanes.store(f, { pointer: element, offset: address }, lanes.kept(code.value(node)), count);
  }

  /** Does what was put off. `addresses` are those of the row's first element. */
  finish(
    addresses: readonly Address[],
    paces: readonly Pace[],
    repeated: ReadonlyMap<number, Local<'v128'>>,
    uniform: KernelCode,
  ): void {
    const { f, lanes } = this.#work;
    f.if(op('i32.lt_u', this.#list, this.#end), () => {
      // The last vector is filled up with its last element, for which the same is done again.
      f.do(at('v128.store', 0, this.#end, at('v128.load32_splat', 0, op('i32.sub', this.#end, 4))));
      const next = f.local('i32', 'next');
      f.set(next, this.#list);
      f.repeat(
        () => {
          this.#turn(next, addresses, paces, repeated, uniform);
          f.increase(next, 4 * lanes.count);
        },
        () => op('i32.lt_u', next, this.#end),
      );
    });
  }

  #turn(
    next: Local<'i32'>,
    addresses: readonly Address[],
    paces: readonly Pace[],
    repeated: ReadonlyMap<number, Local<'v128'>>,
    uniform: KernelCode,
  ): void {
    const { f, lanes } = this.#work;
    const { work, values } = this.#statement;
    const elements = Array.from({ length: lanes.count }, (_, lane) => f.let(at('i32.load', 4 * lane, next), 'n'));
    const distances = new Map<number, readonly Local<'i32'>[]>();
    const place = (start: Address, pace: number, lane: number): Address => {
      const known = distances.get(pace) ?? elements.map((element) => f.let(op('i32.mul', element, pace), 'd'));
      distances.set(pace, known);
      const distance = known[lane]!;
      const pointer = start.pointer === undefined ? distance : f.let(op('i32.add', pointerOf(start), distance), 'a');
      return { pointer, offset: start.offset };
    };
    const gather = (start: Address, pace: number): Vector => {
      let vector = lanes.loadOne(place(start, pace, 0));
      for (let lane = 1; lane < lanes.count; lane++) vector = lanes.withLane(vector, lane, place(start, pace, lane));
      return variable(lanes.kept(vector));
    };
    const code = new KernelCode(lanes, values, () => lanes.constant(0), uniform);
    for (const node of this.#deferral.kept) {
      const address = this.#kept.get(node);
      if (address !== undefined) {
        code.define(node, gather({ pointer: undefined, offset: address }, lanes.bytes));
        continue;
      }
      const number = this.#accesses.numberOf(work.operandOf(node) as View);
      const known = repeated.get(number);
      code.define(node, known === undefined ? gather(addresses[number]!, paces[number] as number) : variable(known));
    }
    for (const { index, other } of this.#deferral.stored) {
      const number = this.#accesses.numberOf(work.outputs[index]!.target);
      code.define(other, gather(addresses[number]!, paces[number] as number));
    }
    const results = this.#deferral.outputs.map(({ listed }) => {
      code.compute([listed]);
      return lanes.kept(code.value(listed));
    });
    this.#deferral.outputs.forEach(({ index }, position) => {
      const number = this.#accesses.numberOf(work.outputs[index]!.target);
      for (let lane = 0; lane < lanes.count; lane++)
        f.do(lanes.storeLane(place(addresses[number]!, paces[number] as number, lane), results[position]!, lane));
    });
  }

  /** Whether the second loop can read it where it stands. */
  #isRead(node: Expression): boolean {
    if (node.kind !== 'input' && node.kind !== 'parameter') return false;
    const operand = this.#statement.work.operandOf(node);
    if (!isView(operand)) return false;
    return this.#accesses.staysAtHand(this.#accesses.numberOf(operand));
  }
}
