/** @file For tests: small operator graphs as one would draw them, and a compilation of them without planning. */
import type {
  CopyOperator,
  DotIncOperator,
  NeuronDefinition,
  Operator,
  OperatorGraph,
  OperatorLowering,
  ResetOperator,
  Selection,
  Settings,
  Signal,
  SignalView,
  SimNeuronsOperator,
} from '@ndl/core';
import { indexByKind } from '@ndl/core';
import { kernel, type Instruction, type Program, type SectionKind } from '@ndl/ir';
import type { NeuronType } from '@ndl/model';
import { NdArray, sizeOf } from '@ndl/numerics';
import { compileNetwork, type CompiledNetwork, type CompileOptions } from './index.ts';
import { copyLowering, elementwiseIncLowering, resetLowering } from './lowerings/elementwise.ts';
import { dotIncLowering } from './lowerings/dot-inc.ts';
import { hostFunctionLowering, timeUpdateLowering } from './lowerings/host-functions.ts';
import { simNeuronsLowering, withNeuronSteps, type StepSources } from './lowerings/sim-neurons.ts';
import { simSynapseLowering } from './lowerings/sim-synapse.ts';

/** Collects signals; ids follow the order in which they are drawn. */
export class Paper {
  readonly signals: Signal[] = [];

  signal(
    name: string,
    shape: readonly number[],
    options: Partial<Pick<Signal, 'role' | 'trainable' | 'initial'>> = {},
  ): Signal {
    const data = Float64Array.from({ length: sizeOf(shape) }, (_, index) => 100 * this.signals.length + index);
    const signal: Signal = {
      id: this.signals.length,
      name,
      shape,
      initial: new NdArray(data, shape),
      role: 'array',
      trainable: false,
      ...options,
    };
    this.signals.push(signal);
    return signal;
  }

  parameter(name: string, shape: readonly number[], trainable = true): Signal {
    return this.signal(name, shape, { role: 'parameter', trainable });
  }

  graph(operators: readonly Operator[], outputs: readonly SignalView[] = []): OperatorGraph {
    return {
      dt: 0.001,
      signals: [...this.signals],
      operators,
      inputs: this.signals.filter(({ role }) => role === 'input').map((signal) => ({ node: {} as never, signal })),
      probes: outputs.map((view) => ({ probe: { sampleEvery: null } as never, view })),
      ensembles: new Map(),
      connections: new Map(),
      seeds: new Map(),
      objects: new Map(),
    };
  }
}

export function whole(signal: Signal): SignalView {
  return { signal, shape: signal.shape };
}

/** Part of a vector or of the rows of a matrix. */
export function part(signal: Signal, selection: Selection): SignalView {
  const length = selection.kind === 'slice' ? selection.length : selection.indices.length;
  return { signal, selection, shape: [length, ...signal.shape.slice(1)] };
}

const accesses = { sets: [], incs: [], reads: [], updates: [] } as const;

export function reset(target: SignalView, value: number | NdArray = 0): ResetOperator {
  return { ...accesses, kind: 'reset', label: `reset ${target.signal.name}`, sets: [target], target, value };
}

export function copy(source: SignalView, target: SignalView, mode: 'set' | 'inc' = 'set'): CopyOperator {
  const written = mode === 'set' ? { sets: [target] } : { incs: [target] };
  return {
    ...accesses,
    kind: 'copy',
    label: `copy ${source.signal.name}`,
    reads: [source],
    ...written,
    source,
    target,
    mode,
  };
}

export function dot(
  matrix: SignalView,
  vector: SignalView,
  target: SignalView,
  mode: 'set' | 'inc' = 'set',
): DotIncOperator {
  const written = mode === 'set' ? { sets: [target] } : { incs: [target] };
  return {
    ...accesses,
    kind: 'dotInc',
    label: `dot ${matrix.signal.name}`,
    reads: [matrix, vector],
    ...written,
    matrix,
    vector,
    target,
    mode,
  };
}

export function population(
  neuronType: NeuronType,
  current: SignalView,
  output: SignalView,
  states: readonly SignalView[] = [],
): SimNeuronsOperator {
  return {
    ...accesses,
    kind: 'simNeurons',
    label: `neurons ${output.signal.name}`,
    reads: [current],
    sets: [output, ...states],
    states,
    neuronType,
    current,
    output,
  };
}

/** Leaky neurons: voltage ← decay · voltage + current, output = gain · voltage. */
export function leaky(parameters: { readonly decay?: number; readonly gain?: number } = {}): NeuronType {
  return {
    kind: 'leaky',
    states: ['voltage'],
    parameters: { decay: 0.5, gain: 1, ...parameters },
  } as unknown as NeuronType;
}

const leakyStep = kernel(
  { name: 'leaky', inputs: ['current', 'voltage'], parameters: ['decay', 'gain', 'dt'] },
  (k) => {
    const voltage = k.add(
      k.multiply(k.parameters.decay, k.inputs.voltage),
      k.multiply(k.parameters.dt, k.inputs.current),
    );
    return { output: k.multiply(k.parameters.gain, voltage), voltage };
  },
);

export const leakyDefinition = {
  kind: 'leaky',
  step: (neuronType: NeuronType) => ({
    kernel: leakyStep,
    parameters: (neuronType as unknown as { parameters: Record<string, number> }).parameters,
  }),
} as unknown as NeuronDefinition;

export const lowerings: ReadonlyMap<string, OperatorLowering> = indexByKind(
  [
    resetLowering,
    copyLowering,
    elementwiseIncLowering,
    dotIncLowering,
    simNeuronsLowering,
    simSynapseLowering,
    hostFunctionLowering,
    timeUpdateLowering,
  ] as OperatorLowering[],
  'lowerings',
);

/** How a graph is compiled as it is drawn: what is chosen, and the groups. */
export type DrawnOptions = Partial<CompileOptions & StepSources> & {
  readonly groups?: readonly (readonly Operator[])[];
};

/** Compiles with the groups given, or each operator by itself, and without passes. */
export function compileAsDrawn(drawn: OperatorGraph, options: DrawnOptions = {}): CompiledNetwork {
  return compileNetwork(...asDrawn(drawn, options));
}

/** What `compileNetwork` is given for a graph as it is drawn. */
export function asDrawn(
  drawn: OperatorGraph,
  { groups = drawn.operators.map((operator) => [operator]), ...options }: DrawnOptions = {},
): [graph: OperatorGraph, options: CompileOptions] {
  const settings = { dtype: 'float64' } as Settings;
  const graph = withNeuronSteps(drawn, {
    settings,
    neurons: new Map([['leaky', leakyDefinition]]),
    gradientFor: () => ({
      name: 'own',
      supports: () => true,
      trainingStep: (definition, neuronType) => definition.step(neuronType),
    }),
    ...options,
  });
  const carrying = (operator: Operator): Operator => graph.operators[drawn.operators.indexOf(operator)]!;
  const compiled: CompileOptions = {
    settings,
    simplifications: [],
    planner: () => ({ groups: groups.map((group) => group.map(carrying)) }),
    plannerName: 'as drawn',
    sorter: (plan) => ({ plan, signals: graph.signals }),
    sorterName: 'as drawn',
    random: () => 0.5,
    lowerings,
    passes: [],
    loopPasses: [],
    verify: 'each',
    ...options,
  };
  return [graph, compiled];
}

/** input → weights → two populations, and a probe of each. */
export function twoPopulations(): {
  readonly paper: Paper;
  readonly operators: [
    ReturnType<typeof dot>,
    ReturnType<typeof dot>,
    ReturnType<typeof population>,
    ReturnType<typeof population>,
  ];
  readonly outputs: ReturnType<typeof whole>[];
} {
  const paper = new Paper();
  const input = paper.signal('input', [2], { role: 'input' });
  const weights = [0, 1].map((index) => paper.parameter(`weights ${index}`, [3, 2]));
  const currents = [0, 1].map((index) => paper.signal(`current ${index}`, [3]));
  const outputs = [0, 1].map((index) => paper.signal(`output ${index}`, [3]));
  const voltages = [0, 1].map((index) => paper.signal(`voltage ${index}`, [3]));
  const [first, second] = [0, 1].map((index) => dot(whole(weights[index]!), whole(input), whole(currents[index]!)));
  const [left, right] = [leaky({ decay: 0.5 }), leaky({ decay: 0.9 })].map((type, index) =>
    population(type, whole(currents[index]!), whole(outputs[index]!), [whole(voltages[index]!)]),
  );
  return { paper, operators: [first!, second!, left!, right!], outputs: outputs.map(whole) };
}

export const NOTHING_HELD: ReadonlySet<string> = new Set();

/** The instructions of the sections of a kind. */
export function instructionsIn({ sections }: Program, kind: SectionKind): readonly Instruction[] {
  return sections.filter((section) => section.kind === kind).flatMap(({ instructions }) => instructions);
}
