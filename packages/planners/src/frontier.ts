/**
 * @file `Frontier`: how far a plan has come. Ready operators stand by merge class; taking a class schedules all its ready
 * operators as one group, and can be undone.
 */
import { Heap } from '@ndl/core';
import type { PlanningConditions } from './planning-conditions.ts';

/** A scheduled group: positions in the graph's operators. */
export type Group = readonly number[];

/** A group, and the nodes that became ready, or open, when it was scheduled, in this order. */
interface Taken {
  readonly group: Group;
  readonly readied: readonly number[];
}

/** The state of a search for a plan. */
export class Frontier {
  readonly #conditions: PlanningConditions;
  readonly #waitingFor: number[];
  readonly #ready: number[][];
  /** Operators of each class that are not scheduled. */
  readonly #left: number[];
  readonly #classesReady = new Set<number>();
  /** All complete classes, and others that were complete once. */
  readonly #complete = new Heap<number>((a, b) => a < b);
  readonly #taken: Taken[] = [];
  readonly #marks: readonly number[];
  #remaining: number;
  #signature = 0;

  constructor(conditions: PlanningConditions) {
    this.#conditions = conditions;
    const { operators, classOf, classes } = conditions;
    this.#waitingFor = [...conditions.waitingFor];
    this.#ready = Array.from({ length: classes }, (): number[] => []);
    this.#left = Array.from({ length: classes }, () => 0);
    for (const number of classOf) this.#left[number]!++;
    this.#remaining = operators;
    this.#marks = pseudorandomMarks(operators);
    const readyAtOnce = [...classOf.keys()].filter((index) => this.#waitingFor[index] === 0);
    const readied: number[] = [];
    for (const index of readyAtOnce) this.#open([index], readied);
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

  /** The first class of which all that is left is ready, if there is any: one group would end it. */
  completeClass(): number | undefined {
    for (;;) {
      const { first } = this.#complete;
      if (first === undefined || this.#isComplete(first)) return first;
      this.#complete.removeFirst();
    }
  }

  /** Schedules all ready operators of a class as one group. */
  take(mergeClass: number): Group {
    const { before } = this.#conditions;
    const group = this.#ready[mergeClass]!;
    this.#ready[mergeClass] = [];
    this.#classesReady.delete(mergeClass);
    this.#left[mergeClass]! -= group.length;
    this.#remaining -= group.length;
    const readied: number[] = [];
    for (const index of group) {
      this.#signature = toggled(this.#signature, this.#marks[index]!);
      this.#release(before[index]!, readied);
    }
    this.#taken.push({ group, readied });
    return group;
  }

  /** Classes of which operators became ready when the last group was scheduled, with repeats. */
  readiedLast(): readonly number[] {
    const { operators, classOf } = this.#conditions;
    const readied = this.#taken.at(-1)?.readied ?? [];
    return readied.filter((node) => node < operators).map((index) => classOf[index]!);
  }

  /** Takes back the group that was scheduled last. */
  undo(): void {
    const { operators, classOf, before, notAfter } = this.#conditions;
    const { group, readied } = this.#taken.pop()!;
    // Things become unready in the opposite order, so the last of its class is always the one.
    for (let place = readied.length - 1; place >= 0; place--) {
      const node = readied[place]!;
      this.#hold(node < operators ? notAfter[node]! : before[node]!);
      if (node >= operators) continue;
      const mergeClass = classOf[node]!;
      this.#ready[mergeClass]!.pop();
      if (this.#ready[mergeClass]!.length === 0) this.#classesReady.delete(mergeClass);
    }
    for (const index of group) {
      this.#signature = toggled(this.#signature, this.#marks[index]!);
      this.#hold(before[index]!);
    }
    const mergeClass = classOf[group[0]!]!;
    this.#remaining += group.length;
    this.#left[mergeClass]! += group.length;
    this.#ready[mergeClass] = group as number[];
    this.#classesReady.add(mergeClass);
    this.#noteIfComplete(mergeClass);
  }

  #release(nodes: readonly number[], readied: number[]): void {
    for (const node of nodes) if (--this.#waitingFor[node]! === 0) this.#open([node], readied);
  }

  #hold(nodes: readonly number[]): void {
    for (const node of nodes) this.#waitingFor[node]!++;
  }

  /** Operators are ready, gates open; and so are those that waited for them alone. */
  #open(nodes: number[], readied: number[]): void {
    const { operators, classOf, before, notAfter } = this.#conditions;
    while (nodes.length > 0) {
      const node = nodes.pop()!;
      readied.push(node);
      if (node < operators) {
        const mergeClass = classOf[node]!;
        this.#ready[mergeClass]!.push(node);
        this.#classesReady.add(mergeClass);
        this.#noteIfComplete(mergeClass);
      }
      for (const next of node < operators ? notAfter[node]! : before[node]!) {
        if (--this.#waitingFor[next]! === 0) nodes.push(next);
      }
    }
  }

  #isComplete(mergeClass: number): boolean {
    const { length } = this.#ready[mergeClass]!;
    return length > 0 && length === this.#left[mergeClass];
  }

  #noteIfComplete(mergeClass: number): void {
    if (this.#isComplete(mergeClass)) this.#complete.add(mergeClass);
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
