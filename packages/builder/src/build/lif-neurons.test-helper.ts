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

/** One step of each LIF neuron, in place. `r` is measured from the end of a step. */
export function stepLif(
  type: Lif,
  dt: number,
  current: Float64Array,
  output: Float64Array,
  [voltage, refractory]: Float64Array[],
): void {
  for (let neuron = 0; neuron < current.length; neuron++) {
    const input = current[neuron]!;
    const remaining = refractory![neuron]! - dt;
    const charging = Math.min(Math.max(dt - remaining, 0), dt);
    const reached = voltage![neuron]! - (input - voltage![neuron]!) * Math.expm1(-charging / type.tauRc);
    const spikes = reached > 1;
    const sinceSpike = dt + type.tauRc * Math.log1p(-(reached - 1) / (input - 1));
    output[neuron] = spikes ? type.amplitude / dt : 0;
    voltage![neuron] = spikes ? 0 : Math.max(reached, type.minVoltage);
    refractory![neuron] = spikes ? type.tauRef + sinceSpike : remaining;
  }
}

/** The output of each LIFRate neuron. */
export function stepLifRate(type: LifRate, current: Float64Array, output: Float64Array): void {
  current.forEach((value, neuron) => (output[neuron] = rate(value, type)));
}
