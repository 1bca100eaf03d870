/** @file Izhikevich's neurons. Izhikevich (2003), Simple model of spiking neurons, IEEE Trans. Neural Networks 14. */
import type { NeuronDefinition } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import type { Izhikevich } from '@ndl/model';
import { countedRates, LEAST_CURRENT, tabulatedRate, THRESHOLD } from './izhikevich-rate.ts';

/**
 * One step of dt seconds by Euler's method, time in milliseconds: v' = 0.04 v² + 5 v + 140 - u + J, and with the v that comes of it,
 * after a reset where it reaches 30, u' = a (b v - u). A spike is 1 / dt, and adds d to u.
 */
const izhikevichStep: Kernel = /* @__PURE__ */ kernel(
  {
    name: 'izhikevich',
    inputs: ['current', 'voltage', 'recovery'],
    parameters: ['dt', 'tauRecovery', 'coupling', 'resetVoltage', 'resetRecovery'],
  },
  (k) => {
    const { voltage, recovery } = k.inputs;
    const { dt, tauRecovery, coupling, resetVoltage, resetRecovery } = k.parameters;
    const milliseconds = k.multiply(dt, 1000);
    const drive = k.max(k.inputs.current, LEAST_CURRENT);
    const square = k.multiply(0.04, k.multiply(voltage, voltage));
    const slope = k.add(k.subtract(k.add(square, k.multiply(5, voltage), 140), recovery), drive);
    const raised = k.add(voltage, k.multiply(milliseconds, slope));
    const spikes = k.greaterEqual(raised, THRESHOLD);
    const after = k.select(spikes, resetVoltage, raised);
    const pull = k.multiply(tauRecovery, k.subtract(k.multiply(coupling, after), recovery));
    const recovered = k.add(recovery, k.multiply(milliseconds, pull));
    return {
      output: k.select(spikes, k.divide(1, dt), 0),
      voltage: after,
      recovery: k.select(spikes, k.add(recovered, resetRecovery), recovered),
    };
  },
);

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
  rates: countedRates,
};
