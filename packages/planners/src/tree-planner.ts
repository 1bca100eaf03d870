/** @file The tree planner, the default: looks a few groups ahead before it schedules one. */
import { OperationCount, type Pieces, type Planner, refuseSurplus } from '@ndl/core';
import { invalidTreeDepth, invalidTreeOptions, treePlannerNotCalled, unknownTreeOption } from './errors.ts';
import { Frontier, type Group } from './frontier.ts';
import { planner, planOf } from './in-pieces.ts';
import { LargestClasses } from './largest-classes.ts';
import { inOrder, planningConditions } from './planning-conditions.ts';

/** How the tree planner searches. */
export interface TreePlannerOptions {
  /** How many groups to look ahead, at least 1. Default 3; the time grows with its power. */
  readonly depth?: number;
}

/** Operators that all searches of one plan may schedule and take back, and the part of what is left for one search. */
const WORK_PER_PLAN = 2e7;
/** What a group is worth beside its operators. */
const GROUP_WORK = 3;
const PART_PER_SEARCH = 1 / 16;

/**
 * Schedules, each time, the first group of that sequence of `depth` groups which leaves least to do: groups so far plus
 * operators left. A class of which everything left is ready needs one group whatever comes, so it is scheduled at once,
 * without search and without counting as depth; with a depth of the number of groups the plan is a shortest one among plans
 * that never split ready operators of a class. Searches share a budget of work: in graphs of many thousands of operators
 * with dozens of competing classes, late choices may be made at a lesser depth, and where thousands compete, greedily. The same
 * graph gives the same plan.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION.
 */
export function treePlanner(options: TreePlannerOptions = {}): Planner {
  refuseSurplus('treePlanner', arguments, 1);
  checkOptions(options);
  const { depth = 3 } = options;
  if (!Number.isInteger(depth) || depth < 1) throw invalidTreeDepth(depth);
  return planner(function* (graph, context) {
    const conditions = yield* planningConditions(graph, context);
    const frontier = new Frontier(conditions);
    const search = new TreeSearch(frontier, depth);
    const groups: Group[] = [];
    const operations = new OperationCount();
    const schedule = (group: Group): number | undefined => {
      groups.push(group);
      return operations.add(TAKE_COST * (1 + group.length));
    };
    while (frontier.remaining > 0 && !search.isExhausted) {
      const done = schedule(frontier.take(yield* search.bestClass()));
      if (done !== undefined) yield done;
    }
    const classes = new LargestClasses(frontier);
    while (frontier.remaining > 0) {
      const done = schedule(classes.take(frontier.completeClass() ?? classes.first));
      if (done !== undefined) yield done;
    }
    yield operations.rest();
    return planOf(inOrder(groups, conditions.order), graph);
  });
}

/** What scheduling an operator is worth, in operations. */
const TAKE_COST = 512;

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
  /** Groups that the present search has scheduled, and will take back. */
  #taken = 0;
  /** Whether the present search met a place where it could have gone deeper. */
  #isCutShort = false;
  /** By depth, the cost of going on from a set of scheduled operators. */
  #known: Map<number, number>[] = [];

  constructor(frontier: Frontier, depth: number) {
    this.#frontier = frontier;
    this.#depth = depth;
  }

  /** Whether all searches together have spent what they may. */
  get isExhausted(): boolean {
    return this.#budget <= 0;
  }

  /** The class to schedule next. */
  *bestClass(): Pieces<number> {
    const forced = this.#frontier.completeClass();
    if (forced !== undefined) return forced;
    this.#spent = 0;
    const classes = this.#readyClasses();
    if (classes.length === 1) return classes[0]!;
    const limit = this.#budget * PART_PER_SEARCH;
    // Depth 1 never runs out: it is the greedy choice.
    let best = yield* this.#choose(classes, 1, Infinity);
    for (let depth = 2; depth <= this.#depth && !this.#wasExhaustive(); depth++) {
      const deeper = yield* this.#choose(classes, depth, limit);
      if (deeper === undefined) break;
      best = deeper;
    }
    this.#budget -= this.#spent;
    return best!;
  }

  /** Whether the last search saw the end of every branch: looking further would show nothing new. */
  #wasExhaustive(): boolean {
    return !this.#isCutShort;
  }

  *#choose(classes: readonly number[], depth: number, limit: number): Pieces<number | undefined> {
    let best: number | undefined;
    let least = Infinity;
    this.#limit = limit;
    this.#isCutShort = false;
    this.#known = Array.from({ length: depth }, () => new Map<number, number>());
    try {
      for (const candidate of classes) {
        const before = this.#spent;
        const cost = this.#costOfTaking(candidate, depth);
        if (cost < least) [best, least] = [candidate, cost];
        yield TAKE_COST * (this.#spent - before);
      }
    } catch (thrown) {
      if (thrown !== OUT_OF_BUDGET) throw thrown;
      while (this.#taken > 0) this.#undo();
      return undefined;
    }
    return best;
  }

  /** Groups used, plus operators left, after taking a class and the best `depth - 1` more. */
  #costOfTaking(mergeClass: number, depth: number): number {
    this.#take(mergeClass);
    const cost = 1 + this.#costFromHere(depth - 1);
    this.#undo();
    return cost;
  }

  #costFromHere(depth: number): number {
    const base = this.#taken;
    let forced = this.#frontier.completeClass();
    while (forced !== undefined) {
      this.#take(forced);
      forced = this.#frontier.completeClass();
    }
    const groups = this.#taken - base;
    const cost = groups + this.#costOfBranches(depth);
    while (this.#taken > base) this.#undo();
    return cost;
  }

  #costOfBranches(depth: number): number {
    if (depth === 0 || this.#frontier.remaining === 0) {
      if (this.#frontier.remaining > 0) this.#isCutShort = true;
      return this.#frontier.remaining;
    }
    const known = this.#known[depth]!;
    const { signature } = this.#frontier;
    const remembered = known.get(signature);
    if (remembered !== undefined) return remembered;
    const costs = this.#readyClasses().map((candidate) => this.#costOfTaking(candidate, depth));
    const least = costs.reduce((smallest, cost) => Math.min(smallest, cost), Infinity);
    known.set(signature, least);
    return least;
  }

  #take(mergeClass: number): void {
    const group = this.#frontier.take(mergeClass);
    this.#taken++;
    this.#spent += GROUP_WORK + group.length;
    if (this.#spent > this.#limit) throw OUT_OF_BUDGET;
  }

  #undo(): void {
    this.#frontier.undo();
    this.#taken--;
  }

  #readyClasses(): number[] {
    this.#spent += this.#frontier.readyClasses.size / 8;
    return [...this.#frontier.readyClasses].sort((a, b) => a - b);
  }
}
