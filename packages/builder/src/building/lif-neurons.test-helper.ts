/** @file LIF and LIFRate, written down again for the tests of the build, which knows no neurons of its own. */
import type { NeuronDefinition } from '@ndl/core';
import type { Lif, LifRate } from '@ndl/model';

/** Steady-state rate for normalized current J: 1 / (τref + τrc·log(1 + 1/(J - 1))). */
function rate(current: number, { tauRc, tauRef, amplitude }: Lif | LifRate): number {
  return current > 1 ? amplitude / (tauRef + tauRc * Math.log1p(1 / (current - 1))) : 0;
}

function definition(kind: 'lif' | 'lifRate'): NeuronDefinition<Lif | LifRate> {
  return {
    kind,
    step: () => {
      throw new Error('The build does not step neurons.');
    },
    rates: (type, current) => current.map((value) => rate(value, type)),
    gainBias({ tauRc, tauRef }, maxRates, intercepts) {
      const topCurrent = maxRates.map((maximum) => 1 / -Math.expm1((tauRef - 1 / maximum) / tauRc));
      const gain = topCurrent.map((top, neuron) => (1 - top) / (intercepts[neuron]! - 1));
      return { gain, bias: gain.map((value, neuron) => 1 - value * intercepts[neuron]!) };
    },
    maxRatesIntercepts(type, gain, bias) {
      return {
        maxRates: gain.map((value, neuron) => rate(value + bias[neuron]!, type)),
        intercepts: gain.map((value, neuron) => (1 - bias[neuron]!) / value),
      };
    },
  };
}

export const LIF_FOR_TESTS: readonly NeuronDefinition[] = [
  definition('lif'),
  definition('lifRate'),
] as NeuronDefinition[];

/** The output of each LIFRate neuron. */
export function stepLifRate(type: LifRate, current: Float64Array, output: Float64Array): void {
  current.forEach((value, neuron) => (output[neuron] = rate(value, type)));
}
