/** @file Makes operators: each fills in which views its kind sets, increments, reads and updates. */
import type {
  CopyOperator,
  DiscreteSystem,
  DotIncOperator,
  ElementwiseIncOperator,
  HostFunctionOperator,
  ResetOperator,
  SignalView,
  SimNeuronsOperator,
  SimSynapseOperator,
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
  { current, output, states, random }: Pick<SimNeuronsOperator, 'current' | 'output' | 'states' | 'random'>,
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
    sets,
    incs: [],
    reads: [current],
    updates: [],
  };
}

/** A step of a filter whose output others see one step later. */
export function simSynapse(
  label: string,
  system: DiscreteSystem,
  {
    input,
    output,
    states,
  }: { readonly input: SignalView; readonly output: SignalView; readonly states: readonly SignalView[] },
): SimSynapseOperator {
  const updates = [output, ...states];
  return {
    kind: 'simSynapse',
    label,
    system,
    input,
    output,
    states,
    mode: 'update',
    sets: [],
    incs: [],
    reads: [input],
    updates,
  };
}

/** A call of a function of the host language. */
export function hostFunction(
  label: string,
  call: Pick<HostFunctionOperator, 'node' | 'takesTime' | 'make' | 'input' | 'output'>,
): HostFunctionOperator {
  const reads = call.input === null ? [] : [call.input];
  return { kind: 'hostFunction', label, ...call, sets: [call.output], incs: [], reads, updates: [] };
}

function written(
  target: SignalView,
  mode: 'set' | 'inc',
): { readonly sets: SignalView[]; readonly incs: SignalView[] } {
  return mode === 'set' ? { sets: [target], incs: [] } : { sets: [], incs: [target] };
}
