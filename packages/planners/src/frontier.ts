/**
 * @file `Frontier`: how far a plan has come. Ready operators stand by merge class; taking a class schedules all its ready
 * operators as one group, and can be undone.
 */
import type { OperatorGraph, PlanContext } from '@ndl/core';
import { planningConditions, type PlanningConditions } from './planning-conditions.ts';

/** A scheduled group: positions in the graph's operators. */
export type Group = readonly number[];

/** The state of a search for a plan. */
export class Frontier {
  readonly #conditions: PlanningConditions;
  readonly #waitingFor: number[];
  readonly #ready: number[][];
  /** Operators of each class that are not scheduled. */
  readonly #left: number[];
  readonly #classesReady = new Set<number>();
  readonly #marks: readonly number[];
  #remaining: number;
  #signature = 0;

  constructor(graph: OperatorGraph, context: Pick<PlanContext, 'mergeClassOf'>) {
    this.#conditions = planningConditions(graph, context);
    const { classOf, classes, before, notAfter } = this.#conditions;
    this.#waitingFor = classOf.map(() => 0);
    for (const waiting of [...before, ...notAfter]) for (const index of waiting) this.#waitingFor[index]!++;
    this.#ready = Array.from({ length: classes }, (): number[] => []);
    this.#left = Array.from({ length: classes }, () => 0);
    for (const number of classOf) this.#left[number]!++;
    this.#remaining = classOf.length;
    this.#marks = pseudorandomMarks(classOf.length);
    const readyAtOnce = [...this.#waitingFor.keys()].filter((index) => this.#waitingFor[index] === 0);
    for (const index of readyAtOnce) this.#becomeReady(index);
  }

  /** Operators that are not scheduled yet. */
  get remaining(): number {
    return this.#remaining;
  }

  /** Equal for equal sets of scheduled operators; for unequal ones, equal with a chance of about 2^-52. */
  get signature(): number {
    return this.#signature;
  }

  /** Classes with ready operators, in no particular order. */
  get readyClasses(): Iterable<number> & { readonly size: number } {
    return this.#classesReady;
  }

  readyCount(mergeClass: number): number {
    return this.#ready[mergeClass]!.length;
  }

  /** Whether all that is left of a class is ready: one group would end it. */
  isComplete(mergeClass: number): boolean {
    return this.#ready[mergeClass]!.length === this.#left[mergeClass];
  }

  /** Schedules all ready operators of a class as one group. */
  take(mergeClass: number): Group {
    const group = this.#ready[mergeClass]!;
    this.#ready[mergeClass] = [];
    this.#classesReady.delete(mergeClass);
    this.#left[mergeClass]! -= group.length;
    this.#remaining -= group.length;
    for (const index of group) {
      this.#signature = toggled(this.#signature, this.#marks[index]!);
      for (const next of this.#conditions.before[index]!) this.#release(next);
    }
    return group;
  }

  /** Takes back the group that was scheduled last. */
  undo(group: Group): void {
    const mergeClass = this.#conditions.classOf[group[0]!]!;
    for (let position = group.length - 1; position >= 0; position--) {
      const index = group[position]!;
      this.#signature = toggled(this.#signature, this.#marks[index]!);
      const waiting = this.#conditions.before[index]!;
      for (let last = waiting.length - 1; last >= 0; last--) this.#hold(waiting[last]!);
    }
    this.#remaining += group.length;
    this.#left[mergeClass]! += group.length;
    this.#ready[mergeClass] = group as number[];
    this.#classesReady.add(mergeClass);
  }

  /** Members in topological order, which is also the order in which sums are to be made. */
  inOrder(groups: readonly Group[]): readonly Group[] {
    const { rank } = this.#conditions;
    return groups.map((group) => [...group].sort((a, b) => rank[a]! - rank[b]!));
  }

  #release(index: number): void {
    if (--this.#waitingFor[index]! === 0) this.#becomeReady(index);
  }

  #becomeReady(index: number): void {
    const mergeClass = this.#conditions.classOf[index]!;
    this.#ready[mergeClass]!.push(index);
    this.#classesReady.add(mergeClass);
    for (const next of this.#conditions.notAfter[index]!) this.#release(next);
  }

  /** Undoes `#release`. Things become unready in the opposite order, so the last of its class is always the one. */
  #hold(index: number): void {
    if (this.#waitingFor[index]!++ > 0) return;
    const waiting = this.#conditions.notAfter[index]!;
    for (let last = waiting.length - 1; last >= 0; last--) this.#hold(waiting[last]!);
    const mergeClass = this.#conditions.classOf[index]!;
    this.#ready[mergeClass]!.pop();
    if (this.#ready[mergeClass]!.length === 0) this.#classesReady.delete(mergeClass);
  }
}

/** Half of a mark's bits: 2^26. */
const HALF = 0x4000000;

/** One number below 2^52 per operator, by Marsaglia's xorshift (J. Stat. Software 8(14), 2003): for Zobrist's hashing. */
function pseudorandomMarks(count: number): readonly number[] {
  let word = 2463534242;
  const next = (): number => {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    return word >>> 6;
  };
  return Array.from({ length: count }, () => next() * HALF + next());
}

/** Exclusive or of two numbers below 2^52. */
function toggled(a: number, b: number): number {
  const high = Math.floor(a / HALF) ^ Math.floor(b / HALF);
  return high * HALF + ((a % HALF) ^ (b % HALF));
}
