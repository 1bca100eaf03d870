/** @file Writes operator graphs for the suite of planners: bare signals and operators, each with a merge class of its maker's choice. */
import {
  frozen,
  type DiscreteSystem,
  type Operator,
  type OperatorGraph,
  type Selection,
  type Signal,
  type SignalView,
} from '@ndl/core';
import { zeros } from '@ndl/numerics';

/** A graph and what the planner is told about it. */
export interface PlannerCase {
  readonly graph: OperatorGraph;
  readonly mergeClassOf: (operator: Operator) => string;
}

/** What an operator touches; signals stand for the whole of themselves. */
export interface Accesses {
  readonly sets?: readonly (Signal | SignalView)[];
  readonly incs?: readonly (Signal | SignalView)[];
  readonly reads?: readonly (Signal | SignalView)[];
  readonly updates?: readonly (Signal | SignalView)[];
}

const DELAY: DiscreteSystem = { form: 'passthrough', a: zeros([0, 0]), b: zeros([0]), c: zeros([0]), d: 1 };

/** Collects signals and operators. */
export class GraphWriter {
  readonly #signals: Signal[] = [];
  readonly #operators: Operator[] = [];
  readonly #classes = new Map<Operator, string>();

  /** A vector. */
  signal(length = 4): Signal {
    const id = this.#signals.length;
    const shape = [length];
    const signal: Signal = { id, name: `signal${id}`, shape, initial: zeros(shape), role: 'array', trainable: false };
    this.#signals.push(signal);
    return signal;
  }

  /** An operator of whichever kind has such accesses: planners look at these, at the kind, and at the class. */
  operator(mergeClass: string, accesses: Accesses): Operator {
    const [sets, incs, reads, updates] = [accesses.sets, accesses.incs, accesses.reads, accesses.updates].map((parts) =>
      (parts ?? []).map(viewOf),
    ) as [SignalView[], SignalView[], SignalView[], SignalView[]];
    const base = { label: `operator ${this.#operators.length}`, sets, incs, reads, updates };
    const target = (updates[0] ?? incs[0] ?? sets[0])!;
    const [left, right] = [reads[0] ?? target, reads[1] ?? reads[0] ?? target];
    const mode = incs.length > 0 ? 'inc' : 'set';
    const operator = ((): Operator => {
      if (updates.length > 0)
        return { ...base, kind: 'simSynapse', system: DELAY, input: left, output: target, states: [], mode: 'update' };
      if (reads.length === 0 && mode === 'set') return { ...base, kind: 'reset', target, value: 0 };
      if (reads.length < 2) return { ...base, kind: 'copy', source: left, target, mode };
      return { ...base, kind: 'elementwiseInc', left, right, target, mode };
    })();
    this.#operators.push(operator);
    this.#classes.set(operator, `${operator.kind} ${mergeClass}`);
    return operator;
  }

  /** The graph, frozen as the compiler hands it to planners. */
  finish(): PlannerCase {
    const graph: OperatorGraph = frozen({
      dt: 0.001,
      signals: this.#signals,
      operators: this.#operators,
      inputs: [],
      probes: [],
      ensembles: new Map(),
      connections: new Map(),
      seeds: new Map(),
      objects: new Map(),
    });
    return { graph, mergeClassOf: (operator) => this.#classes.get(operator)! };
  }
}

/** Elements `start`, `start + step`, … of a signal. */
export function slice(signal: Signal, start: number, length: number, step = 1): SignalView {
  return part(signal, { kind: 'slice', start, step, length }, length);
}

/** Elements of a signal by number. */
export function pick(signal: Signal, ...indices: readonly number[]): SignalView {
  return part(signal, { kind: 'indices', indices }, indices.length);
}

function part(signal: Signal, selection: Selection, length: number): SignalView {
  return { signal, selection, shape: [length] };
}

function viewOf(each: Signal | SignalView): SignalView {
  return 'signal' in each ? each : { signal: each, shape: each.shape };
}
