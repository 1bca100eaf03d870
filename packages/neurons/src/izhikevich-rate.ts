/**
 * @file The steady rate of Izhikevich's neurons, which has no closed form: counted, and tabulated for training.
 *
 * Steps are of 1 ms, the length that the model's constants are made for (Izhikevich 2003, fig. 2).
 */
import type { NeuronStep } from '@ndl/core';
import { kernel, type Expression, type Kernel } from '@ndl/ir';
import type { Izhikevich } from '@ndl/model';

/** Where the voltage spikes, in millivolts. */
export const THRESHOLD = 30;
/** Currents below are taken for this. */
export const LEAST_CURRENT = -30;

type Parameters = Pick<Izhikevich, 'tauRecovery' | 'coupling' | 'resetVoltage' | 'resetRecovery'>;

/** Spikes of a neuron in `steps` steps of 1 ms after `settling` more, from a state of zero. */
function spikesAt(current: number, parameters: Parameters, settling: number, steps: number): number {
  const { tauRecovery, coupling, resetVoltage, resetRecovery } = parameters;
  const drive = Math.max(current, LEAST_CURRENT);
  let [voltage, recovery, spikes] = [0, 0, 0];
  for (let step = -settling; step < steps; step++) {
    voltage += 0.04 * voltage * voltage + 5 * voltage + 140 - recovery + drive;
    const isSpike = voltage >= THRESHOLD;
    if (isSpike) voltage = resetVoltage;
    recovery += tauRecovery * (coupling * voltage - recovery);
    if (!isSpike) continue;
    recovery += resetRecovery;
    if (step >= 0) spikes++;
  }
  return spikes;
}

/** Spikes in a second, after a step to settle: rates as Nengo counts them, in whole Hz. */
export function countedRates(neuronType: Izhikevich, current: Float64Array): Float64Array {
  const { tauRecovery, coupling, resetVoltage, resetRecovery } = neuronType;
  const parameters = { tauRecovery, coupling, resetVoltage, resetRecovery };
  return current.map((value) => spikesAt(value, parameters, 1, 1000));
}

/** Stretches of the table. They are shorter near the threshold, where the rate bends most: their ends lie at (i / 32)³. */
const STRETCHES = 32;
const ENDS: readonly number[] = Array.from({ length: STRETCHES + 1 }, (_, index) => {
  const fraction = index / STRETCHES;
  return fraction * fraction * fraction;
});
const RISES: readonly string[] = Array.from({ length: STRETCHES }, (_, index) => `rise${index}`);

/** Steps that rates of the table settle for, and are averaged over. */
const SETTLING = 1000;
const AVERAGED = 4000;

/**
 * The rate from the table: Σ rise_i · min(max((J - start_i) / length_i, 0), 1), a polygon that never falls, flat beyond its ends.
 */
const tabulated: Kernel = /* @__PURE__ */ kernel(
  { name: 'izhikevichRate', inputs: ['current'], parameters: ['start', 'range', ...RISES] },
  (k) => {
    const place = k.divide(k.subtract(k.inputs.current, k.parameters['start']!), k.parameters['range']!);
    const terms = RISES.map((rise, index): Expression => {
      const [from, to] = [ENDS[index]!, ENDS[index + 1]!];
      const share = k.min(k.max(k.multiply(k.subtract(place, from), 1 / (to - from)), 0), 1);
      return k.multiply(k.parameters[rise]!, share);
    });
    return { output: k.add(...terms) };
  },
);

/**
 * The table of a neuron type, from the last silent current to the one from which each step has a spike: it reaches the reset
 * voltage c and a recovery of d / a + b c there, so that 0.04 c² + 6 c + 140 - u + J is 30.
 *
 * A rate r counted in whole steps comes in plateaus, r, r / (1 + r · dt), …: neurons keep to intervals of whole steps. The table goes
 * up where they jump. Its error, against the mean of long runs, is at most 2 Hz + 2 r² · dt, two such intervals.
 */
export function tabulatedRate(neuronType: Izhikevich): NeuronStep {
  const { tauRecovery, coupling, resetVoltage, resetRecovery } = neuronType;
  const parameters: Parameters = { tauRecovery, coupling, resetVoltage, resetRecovery };
  const key = JSON.stringify(Object.values(parameters));
  const known = tables.get(key) ?? table(parameters);
  tables.delete(key);
  tables.set(key, known);
  if (tables.size > REMEMBERED) tables.delete(tables.keys().next().value!);
  return { kernel: tabulated, parameters: known };
}

/** Tables take some milliseconds each, and a step is asked for more than once. */
const tables = /* @__PURE__ */ new Map<string, NeuronStep['parameters']>();
const REMEMBERED = 16;

function table(parameters: Parameters): NeuronStep['parameters'] {
  const { tauRecovery, coupling, resetVoltage, resetRecovery } = parameters;
  const rateAt = (current: number): number => spikesAt(current, parameters, SETTLING, AVERAGED) / (AVERAGED / 1000);
  const recovery = resetRecovery / tauRecovery + coupling * resetVoltage;
  const afterReset = 0.04 * resetVoltage * resetVoltage + 6 * resetVoltage + 140;
  const end = Math.max(THRESHOLD - afterReset + recovery, LEAST_CURRENT + 1);
  const start = lastSilent(rateAt, end);
  const range = end - start;
  let reached = 0;
  const rises = RISES.map((name, index) => {
    const from = reached;
    reached = Math.max(reached, rateAt(start + range * ENDS[index + 1]!));
    return [name, reached - from] as const;
  });
  return { start, range, ...Object.fromEntries(rises) };
}

/** By bisection; the least current where none is silent. */
function lastSilent(rateAt: (current: number) => number, end: number): number {
  let [silent, firing] = [LEAST_CURRENT, end];
  if (rateAt(silent) > 0) return silent;
  while (firing - silent > 0.01) {
    const middle = (silent + firing) / 2;
    if (rateAt(middle) > 0) firing = middle;
    else silent = middle;
  }
  return silent;
}
