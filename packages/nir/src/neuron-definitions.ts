/** @file What the kinds of neurons of NIR do. They are driven and read neuron by neuron: there are no rates to decode. */
import { readsOnly, type NeuronDefinition } from '@ndl/core';
import { neuronsOnly } from './errors.ts';
import { stepKernel } from './neuron-kernels.ts';
import { isSpiking, type NirNeurons } from './neuron-types.ts';
import type { NirNeuronType } from './node-types.ts';

function definitionOf(type: NirNeuronType): NeuronDefinition<NirNeurons> {
  const kind = `nir${type}` as const;
  const refuse = (): never => {
    throw neuronsOnly(kind);
  };
  return {
    kind,
    step: ({ convention }) => ({ kernel: stepKernel(type, convention), parameters: {} }),
    // What does not spike is smooth as it is, and trains through its own step.
    ...(isSpiking(type)
      ? {
          spikeStep: ({ convention }, surrogate) => ({
            kernel: stepKernel(type, convention, surrogate),
            parameters: {},
          }),
        }
      : { rateStep: ({ convention }) => ({ kernel: stepKernel(type, convention), parameters: {} }) }),
    rates: refuse,
    gainBias: refuse,
    // There are none to find; whoever asks is told so by numbers that are none.
    maxRatesIntercepts: (_, gain) => ({ maxRates: gain.map(() => NaN), intercepts: gain.map(() => NaN) }),
  };
}

const TYPES: readonly NirNeuronType[] = ['Threshold', 'I', 'IF', 'LI', 'LIF', 'CubaLI', 'CubaLIF'];

/** One for each kind. */
export const nirNeuronDefinitions: readonly NeuronDefinition[] = TYPES.map(
  (type) => readsOnly(definitionOf(type)) as unknown as NeuronDefinition,
);
