/** @file Leaky neurons whose voltage loses a part of it in each step (`leaky`). */
import type { NeuronDefinition, NeuronStep } from '@ndl/core';
import { kernel, type Expression, type Kernel, type KernelBuilder } from '@ndl/ir';
import type { Leaky } from '@ndl/model';
import { log } from '@ndl/numerics';
import { ratesFromStep } from './rates.ts';
import { trainedSpikes } from './spike-kernels.ts';

const PARAMETERS = ['dt', 'beta', 'threshold', 'toZero', 'amplitude'] as const;

/** The voltage of a step. @param spiked whether there was a spike in the step before */
function voltageAfter(
  k: KernelBuilder<'current' | 'voltage', (typeof PARAMETERS)[number]>,
  spiked: Expression,
): Expression {
  const { beta, threshold, toZero } = k.parameters;
  const charged = k.add(k.multiply(beta, k.inputs.voltage), k.inputs.current);
  return k.select(
    toZero,
    k.multiply(charged, k.subtract(1, spiked)),
    k.subtract(charged, k.multiply(threshold, spiked)),
  );
}

/** Eshraghian et al. (2023), eqs. 4 and 5. The state is the voltage before the reset, which is due in the next step. */
const leakyStep: Kernel = /* @__PURE__ */ kernel(
  { name: 'leaky', inputs: ['current', 'voltage'], parameters: PARAMETERS },
  (k) => {
    const { dt, threshold, amplitude } = k.parameters;
    const voltage = voltageAfter(k, k.select(k.greater(k.inputs.voltage, threshold), 1, 0));
    return { output: k.select(k.greater(voltage, threshold), k.divide(amplitude, dt), 0), voltage };
  },
);

const trainedLeaky = /* @__PURE__ */ trainedSpikes<'current' | 'voltage', (typeof PARAMETERS)[number]>(
  leakyStep,
  (k, spikes) => {
    const { dt, threshold, amplitude } = k.parameters;
    const voltage = voltageAfter(k, spikes.above(k.subtract(k.inputs.voltage, threshold)).reset);
    const { output } = spikes.above(k.subtract(voltage, threshold));
    return { output: k.multiply(k.divide(amplitude, dt), output), voltage };
  },
);

/** Keeps reciprocals finite, with their squares. */
const LEAST_EXCESS = 1e-16;

/**
 * amplitude over the seconds between spikes, as of a voltage that charges from 0 in continuous time, which passes the threshold after
 * log1p(1 / excess) / -log(beta) steps, where excess = J / (threshold · (1 - beta)) - 1; one spike a step at most.
 */
const leakyRate: Kernel = /* @__PURE__ */ kernel(
  { name: 'leakyRate', inputs: ['current'], parameters: ['least', 'steps', 'step', 'amplitude'] },
  (k) => {
    const { least, steps, step, amplitude } = k.parameters;
    const excess = k.subtract(k.divide(k.inputs.current, least), 1);
    const charging = k.multiply(steps, k.log1p(k.divide(1, k.max(excess, LEAST_EXCESS))));
    const rate = k.divide(amplitude, k.multiply(step, k.max(charging, 1)));
    return { output: k.select(k.greater(excess, 0), rate, 0) };
  },
);

function rateStep({ beta, threshold, step, amplitude }: Leaky): NeuronStep {
  const parameters = { least: threshold * (1 - beta), steps: -1 / log(beta), step, amplitude };
  return { kernel: leakyRate, parameters };
}

/** Leaky neurons. They train as the rate of continuous time, or through surrogates. */
export const leakyDefinition: NeuronDefinition<Leaky> = {
  kind: 'leaky',
  stepField: 'step',
  step: ({ beta, threshold, reset, amplitude }) => ({
    kernel: leakyStep,
    parameters: { beta, threshold, toZero: reset === 'zero' ? 1 : 0, amplitude },
  }),
  rateStep,
  spikeStep: (neuronType, surrogate) => ({ ...leakyDefinition.step(neuronType), kernel: trainedLeaky(surrogate) }),
  rates: (neuronType, current) => ratesFromStep(rateStep(neuronType), current),
};
