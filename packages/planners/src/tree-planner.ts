/** @file The tree planner, the default: looks a few groups ahead before it schedules one. */
import type { Planner } from '@ndl/core';
import { invalidTreeDepth, invalidTreeOptions, treePlannerNotCalled, unknownTreeOption } from './errors.ts';
import { Frontier, type Group } from './frontier.ts';

/** How the tree planner searches. */
export interface TreePlannerOptions {
  /** How many groups to look ahead, at least 1. Default 3; the time grows with its power. */
  readonly depth?: number;
}

/** Operators that all searches of one plan may schedule and take back, and the part of what is left for one search. */
const WORK_PER_PLAN = 2e7;
const PART_PER_SEARCH = 1 / 16;

/**
 * Schedules, each time, the first group of that sequence of `depth` groups which leaves least to do: groups so far plus
 * operators left. A class of which everything left is ready needs one group whatever comes, so it is scheduled at once,
 * without search and without counting as depth; with a depth of the number of groups the plan is a shortest one among plans
 * that never split ready operators of a class. Searches share a budget of work: in graphs of many thousands of operators
 * with dozens of competing classes, late choices may be made at a lesser depth. The same graph gives the same plan.
 * @throws NdlError INVALID_TREE_DEPTH, INVALID_OPTION, UNKNOWN_OPTION.
 */
export function treePlanner(options: TreePlannerOptions = {}): Planner {
  checkOptions(options);
  const { depth = 3 } = options;
  if (!Number.isInteger(depth) || depth < 1) throw invalidTreeDepth(depth);
  return (graph, context) => {
    const frontier = new Frontier(graph, context);
    const search = new TreeSearch(frontier, depth);
    const groups: Group[] = [];
    while (frontier.remaining > 0) groups.push(frontier.take(search.bestClass()));
    return { groups: frontier.inOrder(groups).map((group) => group.map((index) => graph.operators[index]!)) };
  };
}

function checkOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) throw invalidTreeOptions(options);
  if ('operators' in options) throw treePlannerNotCalled();
  const strange = Object.keys(options).find((name) => name !== 'depth');
  if (strange !== undefined) throw unknownTreeOption(strange);
}

/** Thrown and caught within a search that has spent its budget. */
const OUT_OF_BUDGET = Symbol('out of budget');

class TreeSearch {
  readonly #frontier: Frontier;
  readonly #depth: number;
  #budget = WORK_PER_PLAN;
  #spent = 0;
  #limit = 0;
  /** Whether the present search met a place where it could have gone deeper. */
  #isCutShort = false;
  /** By depth, the cost of going on from a set of scheduled operators. */
  #known: Map<number, number>[] = [];

  constructor(frontier: Frontier, depth: number) {
    this.#frontier = frontier;
    this.#depth = depth;
  }

  /** The class to schedule next. */
  bestClass(): number {
    const forced = this.#completeClass();
    if (forced !== undefined) return forced;
    const classes = this.#readyClasses();
    if (classes.length === 1) return classes[0]!;
    this.#spent = 0;
    const limit = this.#budget * PART_PER_SEARCH;
    // Depth 1 never runs out: it is the greedy choice.
    let best = this.#choose(classes, 1, Infinity);
    for (let depth = 2; depth <= this.#depth && !this.#wasExhaustive(); depth++) {
      const deeper = this.#choose(classes, depth, limit);
      if (deeper === undefined) break;
      best = deeper;
    }
    this.#budget -= Math.min(this.#spent, this.#budget);
    return best!;
  }

  /** Whether the last search saw the end of every branch: looking further would show nothing new. */
  #wasExhaustive(): boolean {
    return !this.#isCutShort;
  }

  #choose(classes: readonly number[], depth: number, limit: number): number | undefined {
    let best: number | undefined;
    let least = Infinity;
    this.#limit = limit;
    this.#isCutShort = false;
    this.#known = Array.from({ length: depth }, () => new Map<number, number>());
    const undoStack: Group[] = [];
    try {
      for (const candidate of classes) {
        const cost = this.#costOfTaking(candidate, depth, undoStack);
        if (cost < least) [best, least] = [candidate, cost];
      }
    } catch (thrown) {
      if (thrown !== OUT_OF_BUDGET) throw thrown;
      while (undoStack.length > 0) this.#frontier.undo(undoStack.pop()!);
      return undefined;
    }
    return best;
  }

  /** Groups used, plus operators left, after taking a class and the best `depth - 1` more. */
  #costOfTaking(mergeClass: number, depth: number, undoStack: Group[]): number {
    this.#take(mergeClass, undoStack);
    const cost = 1 + this.#costFromHere(depth - 1, undoStack);
    this.#frontier.undo(undoStack.pop()!);
    return cost;
  }

  #costFromHere(depth: number, undoStack: Group[]): number {
    const base = undoStack.length;
    let forced = this.#completeClass();
    while (forced !== undefined) {
      this.#take(forced, undoStack);
      forced = this.#completeClass();
    }
    const groups = undoStack.length - base;
    const cost = groups + this.#costOfBranches(depth, undoStack);
    while (undoStack.length > base) this.#frontier.undo(undoStack.pop()!);
    return cost;
  }

  #costOfBranches(depth: number, undoStack: Group[]): number {
    if (depth === 0 || this.#frontier.remaining === 0) {
      if (this.#frontier.remaining > 0) this.#isCutShort = true;
      return this.#frontier.remaining;
    }
    const known = this.#known[depth]!;
    const { signature } = this.#frontier;
    const remembered = known.get(signature);
    if (remembered !== undefined) return remembered;
    const costs = this.#readyClasses().map((candidate) => this.#costOfTaking(candidate, depth, undoStack));
    const least = costs.reduce((smallest, cost) => Math.min(smallest, cost), Infinity);
    known.set(signature, least);
    return least;
  }

  #take(mergeClass: number, undoStack: Group[]): void {
    const group = this.#frontier.take(mergeClass);
    undoStack.push(group);
    this.#spent += group.length;
    if (this.#spent > this.#limit) throw OUT_OF_BUDGET;
  }

  #readyClasses(): number[] {
    return [...this.#frontier.readyClasses].sort((a, b) => a - b);
  }

  /** The first class that one group would end, if there is any. */
  #completeClass(): number | undefined {
    this.#spent += this.#frontier.readyClasses.size / 8;
    let first: number | undefined;
    for (const candidate of this.#frontier.readyClasses) {
      if ((first === undefined || candidate < first) && this.#frontier.isComplete(candidate)) first = candidate;
    }
    return first;
  }
}
