/** @file For tests: small graphs, written as one would on paper. */
import {
  NdArray,
  type DiscreteSystem,
  type GraphInput,
  type GraphProbe,
  type Operator,
  type OperatorGraph,
  type ResetOperator,
  type Selection,
  type Signal,
  type SignalView,
} from '@ndl/core';

/** A signal stands for the whole of itself. */
export type Part = Signal | SignalView;

/** Contents of a signal: a vector, or rows of a matrix. */
export type Contents = readonly number[] | readonly (readonly number[])[];

/** Collects signals and operators; labels number the operators of a kind. */
export class GraphBuilder {
  readonly #signals: Signal[] = [];
  readonly #operators: Operator[] = [];
  /** Operators of each name so far. */
  readonly #counts = new Map<string, number>();
  readonly #inputs: GraphInput[] = [];
  readonly #probes: GraphProbe[] = [];

  signal(name: string, contents: Contents, options: Partial<Pick<Signal, 'role' | 'trainable'>> = {}): Signal {
    const data = Float64Array.from(contents.flat());
    const shape = Array.isArray(contents[0]) ? [contents.length, contents[0].length] : [contents.length];
    const initial = new NdArray(data, shape);
    const signal: Signal = {
      id: this.#signals.length,
      name,
      shape,
      initial,
      role: 'array',
      trainable: false,
      ...options,
    };
    this.#signals.push(signal);
    return signal;
  }

  /** A vector of zeros. */
  vector(name: string, length: number): Signal {
    return this.signal(
      name,
      Array.from({ length }, () => 0),
    );
  }

  /** A vector fed from outside. */
  input(name: string, length: number): Signal {
    const signal = this.signal(
      name,
      Array.from({ length }, () => 0),
      { role: 'input' },
    );
    this.#inputs.push({ node: { name } as unknown as GraphInput['node'], signal });
    return signal;
  }

  reset(target: Part, value: number | readonly number[]): void {
    const view = viewOf(target);
    const filled = typeof value === 'number' ? value : new NdArray(Float64Array.from(value), view.shape);
    const operator: Omit<ResetOperator, keyof Accesses> = {
      kind: 'reset',
      label: this.#label('reset'),
      target: view,
      value: filled,
    };
    this.#add(operator, { sets: [view] });
  }

  copy(source: Part, target: Part, mode: 'set' | 'inc' = 'inc'): void {
    const [from, to] = [viewOf(source), viewOf(target)];
    this.#add(
      { kind: 'copy', label: this.#label('copy'), source: from, target: to, mode },
      { reads: [from], ...writes(to, mode) },
    );
  }

  multiply(left: Part, right: Part, target: Part, mode: 'set' | 'inc' = 'inc'): void {
    const [a, b, to] = [viewOf(left), viewOf(right), viewOf(target)];
    this.#add(
      { kind: 'elementwiseInc', label: this.#label('multiply'), left: a, right: b, target: to, mode },
      { reads: [a, b], ...writes(to, mode) },
    );
  }

  dot(matrix: Part, vector: Part, target: Part, mode: 'set' | 'inc' = 'inc'): void {
    const [a, x, to] = [viewOf(matrix), viewOf(vector), viewOf(target)];
    this.#add(
      { kind: 'dotInc', label: this.#label('dot'), matrix: a, vector: x, target: to, mode },
      { reads: [a, x], ...writes(to, mode) },
    );
  }

  /** Next step's output is half of the output plus half of the input. */
  delay(input: Part, output: Part): void {
    const [from, to] = [viewOf(input), viewOf(output)];
    this.#add(
      {
        kind: 'simSynapse',
        label: this.#label('delay'),
        system: HALVING,
        input: from,
        output: to,
        states: [],
        mode: 'update',
      },
      { reads: [from], updates: [to] },
    );
  }

  /** An operator of a kind that nobody knows. */
  custom(kind: string, accesses: { readonly [Key in keyof Accesses]?: readonly Part[] }): void {
    const views = Object.fromEntries(Object.entries(accesses).map(([key, parts]) => [key, parts.map(viewOf)]));
    this.#add({ kind, label: this.#label(kind) } as unknown as Operator, views);
  }

  probe(part: Part): void {
    this.#probes.push({ probe: {} as unknown as GraphProbe['probe'], view: viewOf(part) });
  }

  graph(): OperatorGraph {
    return {
      dt: 0.001,
      signals: this.#signals,
      operators: this.#operators,
      inputs: this.#inputs,
      probes: this.#probes,
      ensembles: new Map(),
      connections: new Map(),
      seeds: new Map(),
      objects: new Map(this.#probes.map(({ probe, view }) => [probe, { output: view }])),
    };
  }

  #label(name: string): string {
    const count = this.#counts.get(name) ?? 0;
    this.#counts.set(name, count + 1);
    return `${name} ${count}`;
  }

  #add(operator: object, accesses: Partial<Accesses>): void {
    this.#operators.push({
      sets: [],
      incs: [],
      reads: [],
      updates: [],
      ...operator,
      ...accesses,
    } as unknown as Operator);
  }
}

interface Accesses {
  readonly sets: readonly SignalView[];
  readonly incs: readonly SignalView[];
  readonly reads: readonly SignalView[];
  readonly updates: readonly SignalView[];
}

const HALVING: DiscreteSystem = {
  form: 'firstOrder',
  a: new NdArray(Float64Array.of(0.5), [1, 1]),
  b: new NdArray(Float64Array.of(0.5), [1]),
  c: new NdArray(Float64Array.of(1), [1]),
  d: 0,
};

/** The graph that `build` describes. */
export function graphOf(build: (builder: GraphBuilder) => void): OperatorGraph {
  const builder = new GraphBuilder();
  build(builder);
  return builder.graph();
}

/** `signal[start:start + length * step:step]`. */
export function slice(signal: Signal, start: number, length: number, step = 1): SignalView {
  return part(signal, { kind: 'slice', start, step, length }, length);
}

/** `signal[[i, j, …]]`. */
export function pick(signal: Signal, ...indices: readonly number[]): SignalView {
  return part(signal, { kind: 'indices', indices }, indices.length);
}

function part(signal: Signal, selection: Selection, length: number): SignalView {
  return { signal, selection, shape: [length, ...signal.shape.slice(1)] };
}

function viewOf(part: Part): SignalView {
  return 'signal' in part ? part : { signal: part, shape: part.shape };
}

function writes(target: SignalView, mode: 'set' | 'inc'): Partial<Accesses> {
  return mode === 'set' ? { sets: [target] } : { incs: [target] };
}

/** Merge classes by kind, mode and the shape of every operand. */
export const byKindAndShape: { mergeClassOf(operator: Operator): string } = {
  mergeClassOf: (operator) => {
    const shapes = (['sets', 'incs', 'reads', 'updates'] as const).map((access) =>
      operator[access].map(({ shape, signal }) => `${shape.join('x')}${signal.trainable ? '!' : ''}`).join(),
    );
    return [operator.kind, ...shapes].join('|');
  },
};
