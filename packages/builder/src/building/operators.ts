/** @file Makes operators: each fills in which views its kind sets, increments, reads and updates. */
import {
  sameView,
  type ContractOperator,
  type MapOperator,
  type CopyOperator,
  type DelayOperator,
  type DiscreteSystem,
  type DotIncOperator,
  type ElementwiseIncOperator,
  type HostFunctionOperator,
  type ResetOperator,
  type SignalView,
  type SimNeuronsOperator,
  type SimSynapseOperator,
} from '@ndl/core';
import type { NeuronType } from '@ndl/model';

/** target = value. */
export function reset(label: string, target: SignalView, value = 0): ResetOperator {
  return { kind: 'reset', label, target, value, sets: [target], incs: [], reads: [], updates: [] };
}

/** target = source, or target += source. */
export function copy(label: string, source: SignalView, target: SignalView, mode: 'set' | 'inc'): CopyOperator {
  return { kind: 'copy', label, source, target, mode, ...written(target, mode), reads: [source], updates: [] };
}

/** target += left ∘ right. */
export function elementwiseInc(
  label: string,
  left: SignalView,
  right: SignalView,
  target: SignalView,
): ElementwiseIncOperator {
  return {
    kind: 'elementwiseInc',
    label,
    left,
    right,
    target,
    mode: 'inc',
    ...written(target, 'inc'),
    reads: [left, right],
    updates: [],
  };
}

/** target += matrix · vector. */
export function dotInc(label: string, matrix: SignalView, vector: SignalView, target: SignalView): DotIncOperator {
  return {
    kind: 'dotInc',
    label,
    matrix,
    vector,
    target,
    mode: 'inc',
    ...written(target, 'inc'),
    reads: [matrix, vector],
    updates: [],
  };
}

/** A step of a population. */
export function simNeurons(
  label: string,
  neuronType: NeuronType,
  {
    current,
    output,
    states,
    random,
    timeConstants = {},
  }: Pick<SimNeuronsOperator, 'current' | 'output' | 'states' | 'random' | 'timeConstants'>,
): SimNeuronsOperator {
  const sets = [output, ...states];
  return {
    kind: 'simNeurons',
    label,
    neuronType,
    current,
    output,
    states,
    ...(random !== undefined && { random }),
    ...(Object.keys(timeConstants).length > 0 && { timeConstants }),
    sets,
    incs: [],
    reads: [current, ...Object.values(timeConstants)],
    updates: [],
  };
}

/** A step of a filter whose output others see one step later; with mode `set`, in the same step. */
export function simSynapse(
  label: string,
  system: DiscreteSystem,
  {
    input,
    output,
    states,
  }: { readonly input: SignalView; readonly output: SignalView; readonly states: readonly SignalView[] },
  mode: SimSynapseOperator['mode'] = 'update',
): SimSynapseOperator {
  const written = [output, ...states];
  // What is set is a value of one step, unless it is said to be kept.
  const kept = mode === 'set' && system.form === 'firstOrder' ? [output] : states;
  return {
    kind: 'simSynapse',
    label,
    system,
    input,
    output,
    states: kept,
    mode,
    incs: [],
    reads: [input],
    ...(mode === 'update' ? { sets: [], updates: written } : { sets: written, updates: [] }),
  };
}

/** A delay by `steps`, at least 1. */
export function delay(
  label: string,
  steps: number,
  {
    input,
    output,
    history,
  }: { readonly input: SignalView; readonly output: SignalView; readonly history: SignalView | null },
): DelayOperator {
  const updates = history === null ? [output] : [output, history];
  return { kind: 'delay', label, steps, input, output, history, sets: [], incs: [], reads: [input], updates };
}

/** A call of a function of the host language. */
export function hostFunction(
  label: string,
  call: Pick<
    HostFunctionOperator,
    'node' | 'isProcess' | 'drawn' | 'takesTime' | 'make' | 'prepare' | 'batch' | 'input' | 'output'
  >,
): HostFunctionOperator {
  const reads = call.input === null ? [] : [call.input];
  return { kind: 'hostFunction', label, ...call, sets: [call.output], incs: [], reads, updates: [] };
}

/** outputs = kernel(inputs), elementwise. */
export function map(
  label: string,
  {
    kernel,
    inputs,
    parameters,
    outputs,
    mode,
  }: Pick<MapOperator, 'kernel' | 'inputs' | 'parameters' | 'outputs' | 'mode'>,
): MapOperator {
  const others = inputs.map(({ view }) => view).filter((view) => !outputs.some((output) => sameView(output, view)));
  return {
    kind: 'map',
    label,
    kernel,
    inputs,
    parameters,
    outputs,
    mode,
    sets: mode === 'set' ? outputs : [],
    incs: [],
    reads: others,
    updates: mode === 'update' ? outputs : [],
  };
}

/** target = Σ left · right over `shape`. */
export function contract(
  label: string,
  { shape, left, right, target }: Pick<ContractOperator, 'shape' | 'left' | 'right' | 'target'>,
): ContractOperator {
  const reads = [left.view, right.view];
  return { kind: 'contract', label, shape, left, right, target, sets: [target.view], incs: [], reads, updates: [] };
}

function written(
  target: SignalView,
  mode: 'set' | 'inc',
): { readonly sets: SignalView[]; readonly incs: SignalView[] } {
  return mode === 'set' ? { sets: [target], incs: [] } : { sets: [], incs: [target] };
}
