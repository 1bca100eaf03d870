/** @file Izhikevich's neurons. Izhikevich (2003), Simple model of spiking neurons, IEEE Trans. Neural Networks 14. */
import type { NeuronDefinition } from '@ndl/core';
import { kernel, type Expression, type Kernel, type KernelBuilder } from '@ndl/ir';
import type { Izhikevich } from '@ndl/model';
import { countedRates, LEAST_CURRENT, tabulatedRate, THRESHOLD } from './izhikevich-rate.ts';
import { trainedSpikes } from './spike-kernels.ts';

const PARAMETERS = ['dt', 'tauRecovery', 'coupling', 'resetVoltage', 'resetRecovery'] as const;

type Builder = KernelBuilder<'current' | 'voltage' | 'recovery', (typeof PARAMETERS)[number]>;

/** The voltage after dt seconds, by Euler's method, before a spike: v' = 0.04 v² + 5 v + 140 - u + J, time in milliseconds. */
function raisedVoltage(k: Builder): Expression {
  const { current, voltage, recovery } = k.inputs;
  const square = k.multiply(0.04, k.multiply(voltage, voltage));
  const drive = k.max(current, LEAST_CURRENT);
  const slope = k.add(k.subtract(k.add(square, k.multiply(5, voltage), 140), recovery), drive);
  return k.add(voltage, k.multiply(k.multiply(k.parameters.dt, 1000), slope));
}

/** The recovery after it, before a spike: u' = a (b v - u), with the voltage after a reset. */
function movedRecovery(k: Builder, voltage: Expression): Expression {
  const { recovery } = k.inputs;
  const { dt, tauRecovery, coupling } = k.parameters;
  const pull = k.multiply(tauRecovery, k.subtract(k.multiply(coupling, voltage), recovery));
  return k.add(recovery, k.multiply(k.multiply(dt, 1000), pull));
}

/** A neuron spikes where its voltage reaches 30: 1 / dt, a reset of the voltage, and d more of the recovery. */
const izhikevichStep: Kernel = /* @__PURE__ */ kernel(
  { name: 'izhikevich', inputs: ['current', 'voltage', 'recovery'], parameters: PARAMETERS },
  (k) => {
    const { dt, resetVoltage, resetRecovery } = k.parameters;
    const raised = raisedVoltage(k);
    const spikes = k.greaterEqual(raised, THRESHOLD);
    const voltage = k.select(spikes, resetVoltage, raised);
    const recovery = movedRecovery(k, voltage);
    return {
      output: k.select(spikes, k.divide(1, dt), 0),
      voltage,
      recovery: k.select(spikes, k.add(recovery, resetRecovery), recovery),
    };
  },
);

/** Millivolts from the usual reset to the threshold. */
const SPAN = 95;

const trainedIzhikevich = /* @__PURE__ */ trainedSpikes<
  'current' | 'voltage' | 'recovery',
  (typeof PARAMETERS)[number]
>(izhikevichStep, (k, spikes) => {
  const { dt, resetVoltage, resetRecovery } = k.parameters;
  const raised = raisedVoltage(k);
  const { output, reset } = spikes.above(k.divide(k.subtract(raised, THRESHOLD), SPAN));
  const voltage = k.add(raised, k.multiply(k.subtract(resetVoltage, raised), reset));
  return {
    output: k.divide(output, dt),
    voltage,
    recovery: k.add(movedRecovery(k, voltage), k.multiply(resetRecovery, reset)),
  };
});

/**
 * Izhikevich's neurons. Gain and bias are found from the rates alone. They train through their steady rate, tabulated: see
 * `tabulatedRate` for how close it is.
 */
export const izhikevichDefinition: NeuronDefinition<Izhikevich> = {
  kind: 'izhikevich',
  step: ({ tauRecovery, coupling, resetVoltage, resetRecovery }) => ({
    kernel: izhikevichStep,
    parameters: { tauRecovery, coupling, resetVoltage, resetRecovery },
  }),
  rateStep: tabulatedRate,
  spikeStep: (neuronType, surrogate) => ({
    ...izhikevichDefinition.step(neuronType),
    kernel: trainedIzhikevich(surrogate),
  }),
  rates: countedRates,
};
