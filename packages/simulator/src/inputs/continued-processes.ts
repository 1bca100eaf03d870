/**
 * @file Processes that go on from minibatch to minibatch of a training call, each item's where it stood, their time too: those that
 * drive input nodes, those that run within the program as host functions, and what neurons draw.
 */
import {
  rewriteGraphInPieces,
  type HostFunctionOperator,
  type HostFunctionStep,
  type InputFeed,
  type Operator,
  type OperatorGraph,
  type SimNeuronsOperator,
} from '@ndl/core';
import { drawnForNeurons, drawnName } from '@ndl/compiler';
import { GeneratedStream } from '@ndl/ir';
import { itemSeed, RandomState, sizeOf, type FloatArray, type Pieces } from '@ndl/numerics';
import type { InputSources } from './input-sources.ts';
import { ProcessFeed } from './process-feed.ts';

/** The processes of one training call. */
export class ContinuedProcesses {
  /** Steps of the minibatches before. */
  #before = 0;
  readonly #feeds: ReadonlyMap<string, ProcessFeed>;
  readonly #hosts = new Map<HostFunctionOperator, HostFunctionStep[]>();
  readonly #dt: number;

  readonly #drawn: readonly HostFunctionOperator[];
  readonly #neurons: readonly SimNeuronsOperator[];
  /** Streams of neurons by the names of their draws and by item: of what backends draw, and of what depends on currents. */
  readonly #streams = new Map<string, GeneratedStream[]>();
  readonly #currentStreams = new Map<string, RandomState[]>();

  /**
   * @param sources fresh ones, of as many items as the largest minibatch has
   * @param drawn functions in whose place the backend would draw
   * @param neurons those that may draw
   */
  constructor(
    sources: InputSources,
    drawn: readonly HostFunctionOperator[],
    neurons: readonly SimNeuronsOperator[],
    dt: number,
  ) {
    this.#drawn = drawn;
    this.#neurons = neurons;
    this.#feeds = new Map(
      [...sources].flatMap(([name, feed]) => (feed instanceof ProcessFeed ? [[name, feed] as const] : [])),
    );
    this.#dt = dt;
  }

  /** Feeds in place of what the backend would draw for functions. */
  *#functions(): Iterable<readonly [string, InputFeed]> {
    for (const operator of this.#drawn) {
      const size = sizeOf(operator.output.shape);
      const steps: HostFunctionStep[] = [];
      const call = (time: number, _step: number, into: FloatArray): void => {
        for (let item = 0; item * size < into.length; item++) {
          steps[item] ??= this.stepOf(operator, item);
          into.set(steps[item]!(time, NOTHING) as ArrayLike<number>, item * size);
        }
      };
      yield [drawnName(operator), { kind: 'source', call }];
    }
  }

  /** Feeds in place of what the backend would draw for neurons, as they are trained. */
  *#draws(): Iterable<readonly [string, InputFeed]> {
    for (const operator of this.#neurons) {
      for (const { name, size, source } of drawnForNeurons(operator, operator.steps!.training)) {
        const streams = this.#streams.get(name) ?? [];
        this.#streams.set(name, streams);
        const call = (_time: number, _step: number, into: FloatArray): void => {
          for (let item = 0; item * size < into.length; item++) {
            const stream = (streams[item] ??= new GeneratedStream(source, item));
            stream.fill(into.subarray(item * size, (item + 1) * size));
          }
        };
        yield [name, { kind: 'source', call }];
      }
    }
  }

  /** The stream that an item has in all minibatches for a draw that depends on currents. */
  streamOf(draw: string, item: number, seed: number): RandomState {
    const known = this.#currentStreams.get(draw) ?? [];
    this.#currentStreams.set(draw, known);
    return (known[item] ??= new RandomState(itemSeed(seed, item)));
  }

  /** The sources of the next minibatch: `fresh` ones, but for processes, also of those that the backend would draw. */
  over(fresh: InputSources): InputSources {
    const before = this.#before;
    const going = [...this.#feeds].map(([name, process]) => {
      const call: ProcessFeed['call'] = (_time, step, into) =>
        process.call((before + step) * this.#dt, before + step, into);
      return [name, { kind: 'source', live: process.live, call }] as const;
    });
    return new Map([...fresh, ...going, ...this.#functions(), ...this.#draws()]);
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

const NOTHING = new Float64Array();

/** Which training call's processes are going on, if any, so that host functions are theirs. */
export class ProcessContinuation {
  #going: ContinuedProcesses | undefined;
  readonly #drawn: HostFunctionOperator[] = [];
  #neurons: readonly SimNeuronsOperator[] = [];

  /** The processes of a training call. `sources`: fresh ones, of as many items as its largest minibatch has. */
  begin(sources: InputSources, dt: number): ContinuedProcesses {
    return new ContinuedProcesses(sources, this.#drawn, this.#neurons, dt);
  }

  /** Tells of the neurons of the graph, with what they run. */
  see({ operators }: OperatorGraph): void {
    this.#neurons = operators.filter((operator) => operator.kind === 'simNeurons');
  }

  /** Does `work`, in which processes are those of a training call. */
  async during<Result>(continued: ContinuedProcesses | undefined, work: () => Promise<Result>): Promise<Result> {
    this.#going = continued;
    try {
      return await work();
    } finally {
      this.#going = undefined;
    }
  }

  /** The graph with functions, and neurons, that ask, when they are made, whether they go on. */
  *onto(graph: OperatorGraph): Pieces<OperatorGraph> {
    const operators = new Map<Operator, readonly Operator[]>();
    for (const operator of graph.operators) {
      if (operator.kind === 'simNeurons' && operator.random !== undefined) {
        const goingOn = (draw: string, item: number, seed: number): RandomState | undefined =>
          this.#going?.streamOf(draw, item, seed);
        operators.set(operator, [{ ...operator, random: { ...operator.random, goingOn } }]);
      }
      if (operator.kind !== 'hostFunction' || operator.isProcess !== true) continue;
      const make = (item: number): HostFunctionStep => this.#going?.stepOf(operator, item) ?? operator.make(item);
      operators.set(operator, [{ ...operator, make }]);
      if (operator.drawn !== undefined) this.#drawn.push(operator);
    }
    return operators.size === 0 ? graph : yield* rewriteGraphInPieces(graph, { operators });
  }
}
