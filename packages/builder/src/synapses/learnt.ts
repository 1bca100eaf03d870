/**
 * @file The built-in synapses as they run where their time constant is a parameter: the same systems, their coefficients computed in the
 * program from it. With r = dt / τ, all of them are functions of r, and none loses digits where r is small.
 */
import type { LearntSynapse } from '@ndl/core';
import { kernel } from '@ndl/ir';

/** Lowpass by zero-order hold: y = e^-r · y + (1 - e^-r) · u. */
export const LEARNT_LOWPASS: LearntSynapse = {
  timeConstants: ['tau'],
  coefficients: /* @__PURE__ */ kernel({ name: 'lowpass of tau', inputs: ['tau'], parameters: ['dt'] }, (k) => {
    const minus = k.negate(k.divide(k.parameters.dt, k.inputs.tau));
    return { decay: k.exp(minus), gain: k.negate(k.expm1(minus)) };
  }),
  step: /* @__PURE__ */ kernel(
    { name: 'lowpass step', inputs: ['input', 'output', 'decay', 'gain'], parameters: [] },
    (k) => {
      const { input, output, decay, gain } = k.inputs;
      return { output: k.add(k.multiply(decay, output), k.multiply(gain, input)) };
    },
  ),
};

/**
 * Alpha by zero-order hold, in the coordinates output y and rise w = τ · dy/dt. The exponential of a double pole has a closed form:
 * y = y + g · (y - u) + f · w and w = (e - f) · w - f · (y - u), with e = e^-r, f = r · e and g = (1 + r) · e - 1.
 */
export const LEARNT_ALPHA: LearntSynapse = {
  timeConstants: ['tau'],
  coefficients: /* @__PURE__ */ kernel({ name: 'alpha of tau', inputs: ['tau'], parameters: ['dt'] }, (k) => {
    const ratio = k.divide(k.parameters.dt, k.inputs.tau);
    const minus = k.negate(ratio);
    const decay = k.exp(minus);
    const drive = k.multiply(ratio, decay);
    return { drive, pull: k.add(k.expm1(minus), drive), hold: k.subtract(decay, drive) };
  }),
  step: /* @__PURE__ */ kernel(
    { name: 'alpha step', inputs: ['input', 'output', 'rise', 'drive', 'pull', 'hold'], parameters: [] },
    (k) => {
      const { input, output, rise, drive, pull, hold } = k.inputs;
      const distance = k.subtract(output, input);
      return {
        output: k.add(output, k.multiply(pull, distance), k.multiply(drive, rise)),
        rise: k.subtract(k.multiply(hold, rise), k.multiply(drive, distance)),
      };
    },
  ),
};
