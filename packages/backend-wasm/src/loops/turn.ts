/** @file `Turn`: one vector of elements on its way through all work of a loop. */
import type { Expression, View } from '@ndl/ir';
import type { Local, Operand } from '@ndl/wasm-module';
import type { Pace } from '../views/access.ts';
import { KernelCode, variable } from './kernel-code.ts';
import type { Address, Vector } from '../views/lanes.ts';
import type { ListedElements } from './listed-elements.ts';
import type { Walk } from '../views/nest.ts';
import { read, type Work } from '../sections/section-context.ts';
import type { Statement } from './statement.ts';

/** What a turn is told of its loop. */
export interface LoopPlan {
  /** The number of the access to a view. */
  number(view: View): number;
  /** Accesses that stand in for those whose elements may be shown more than once. */
  readonly apart: ReadonlyMap<number, number>;
  isNeeded(view: View): boolean;
  /** By position of the statement, where part of it is put off. */
  readonly listed: ReadonlyMap<number, ListedElements>;
}

export class Turn {
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

  run(statements: readonly Statement[], uniform: readonly KernelCode[], plan: LoopPlan): void {
    const changed = new Set<number>();
    statements.forEach((statement, position) => {
      const results = this.#results(statement, uniform[position]!, plan, plan.listed.get(position));
      statement.work.outputs.forEach(({ target, mode }, index) => {
        const number = plan.number(target);
        const apart = plan.apart.get(number);
        if (apart !== undefined) {
          this.#write(apart, results[index]!);
          return;
        }
        const { lanes } = this.#work;
        const sum = mode === 'set' ? undefined : lanes.add(this.#read(number), read(results[index]!));
        this.#now.set(number, sum === undefined ? results[index]! : lanes.kept(sum));
        if (plan.isNeeded(target)) changed.add(number);
      });
    });
    for (const number of changed) this.#write(number, this.#now.get(number)!);
  }

  /** All outputs, before any of them is one of the things that can be read. */
  #results(
    { work, values }: Statement,
    uniform: KernelCode,
    plan: LoopPlan,
    listed: ListedElements | undefined,
  ): readonly Local<'v128'>[] {
    const { lanes } = this.#work;
    const leaf = (node: Expression): Vector => this.#read(plan.number(work.operandOf(node) as View));
    const code = new KernelCode(lanes, values, leaf, uniform);
    const roots = work.outputs.map(({ expression }, index) => listed?.otherwise(index) ?? expression);
    code.compute(roots);
    listed?.list(code, this.#index, this.#count);
    return roots.map((root) => lanes.kept(code.value(root)));
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
    if (this.#paces[number] === lanes.bytes) {
      lanes.store(f, this.#at(number, 0), value, this.#count);
      return;
    }
    for (let lane = 0; lane < this.#count; lane++) f.do(lanes.storeLane(this.#at(number, lane), value, lane));
  }

  #at(number: number, lane: number): Address {
    return this.#walk.ahead(number, this.#index, lane);
  }
}
