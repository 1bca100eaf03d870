/**
 * @file Processes that go on from minibatch to minibatch of a training call, each item's where it stood, their time too: those that
 * drive input nodes, and those that run within the program as host functions.
 */
import {
  rewriteGraphInPieces,
  type HostFunctionOperator,
  type HostFunctionStep,
  type Operator,
  type OperatorGraph,
} from '@ndl/core';
import type { Pieces } from '@ndl/numerics';
import type { InputSources } from './input-sources.ts';
import { ProcessFeed } from './process-feed.ts';

/** The processes of one training call. */
export class ContinuedProcesses {
  /** Steps of the minibatches before. */
  #before = 0;
  readonly #feeds: ReadonlyMap<string, ProcessFeed>;
  readonly #hosts = new Map<HostFunctionOperator, HostFunctionStep[]>();
  readonly #dt: number;

  /** @param sources fresh ones, of as many items as the largest minibatch has */
  constructor(sources: InputSources, dt: number) {
    this.#feeds = new Map(
      [...sources].flatMap(([name, feed]) => (feed instanceof ProcessFeed ? [[name, feed] as const] : [])),
    );
    this.#dt = dt;
  }

  /** The sources of the next minibatch: `fresh` ones, but for processes, also of those that the backend would draw. */
  over(fresh: InputSources): InputSources {
    const before = this.#before;
    const going = [...this.#feeds].map(([name, process]) => {
      const call: ProcessFeed['call'] = (_time, step, into) =>
        process.call((before + step) * this.#dt, before + step, into);
      return [name, { kind: 'source', live: process.live, call }] as const;
    });
    return new Map([...fresh, ...going]);
  }

  /** A minibatch of so many steps is over. */
  advance(steps: number): void {
    this.#before += steps;
  }

  /** The copy of a function that one item has in all minibatches. */
  stepOf(operator: HostFunctionOperator, item: number): HostFunctionStep {
    const known = this.#hosts.get(operator) ?? [];
    this.#hosts.set(operator, known);
    known[item] ??= operator.make(item);
    const [step, before, dt] = [known[item], this.#before, this.#dt];
    return (time, input) => step((before + Math.round(time / dt)) * dt, input);
  }
}

/** Which training call's processes are going on, if any, so that host functions are theirs. */
export class ProcessContinuation {
  #going: ContinuedProcesses | undefined;

  /** Does `work`, in which processes are those of a training call. */
  async during<Result>(continued: ContinuedProcesses | undefined, work: () => Promise<Result>): Promise<Result> {
    this.#going = continued;
    try {
      return await work();
    } finally {
      this.#going = undefined;
    }
  }

  /** The graph with functions that ask, when they are made, whether they go on. */
  *onto(graph: OperatorGraph): Pieces<OperatorGraph> {
    const operators = new Map<Operator, readonly Operator[]>();
    for (const operator of graph.operators) {
      if (operator.kind !== 'hostFunction' || operator.isProcess !== true) continue;
      const make = (item: number): HostFunctionStep => this.#going?.stepOf(operator, item) ?? operator.make(item);
      operators.set(operator, [{ ...operator, make }]);
    }
    return operators.size === 0 ? graph : yield* rewriteGraphInPieces(graph, { operators });
  }
}
