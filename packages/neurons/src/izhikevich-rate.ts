/** @file The steady rate of Izhikevich's neurons, which has no closed form: counted, and tabulated for training. */
import type { NeuronStep } from '@ndl/core';
import { kernel, type Expression, type Kernel } from '@ndl/ir';
import type { Izhikevich } from '@ndl/model';

/** Where the voltage spikes, in millivolts. */
export const THRESHOLD = 30;
/** Currents below are taken for this. */
export const LEAST_CURRENT = -30;

type Parameters = Pick<Izhikevich, 'tauRecovery' | 'coupling' | 'resetVoltage' | 'resetRecovery'>;

/** Steps in time: their length in milliseconds, how many the neuron settles for, and in how many more spikes are counted. */
interface Steps {
  readonly length: number;
  readonly settling: number;
  readonly counted: number;
}

/** Spikes of a neuron from a state of zero. */
function spikesAt(current: number, parameters: Parameters, { length, settling, counted }: Steps): number {
  const { tauRecovery, coupling, resetVoltage, resetRecovery } = parameters;
  const drive = Math.max(current, LEAST_CURRENT);
  let [voltage, recovery, spikes] = [0, 0, 0];
  for (let step = -settling; step < counted; step++) {
    voltage += length * (0.04 * voltage * voltage + 5 * voltage + 140 - recovery + drive);
    const isSpike = voltage >= THRESHOLD;
    if (isSpike) voltage = resetVoltage;
    recovery += length * (tauRecovery * (coupling * voltage - recovery));
    if (!isSpike) continue;
    recovery += resetRecovery;
    if (step >= 0) spikes++;
  }
  return spikes;
}

/** A second of steps of 1 ms, after one to settle. */
const SECOND: Steps = { length: 1, settling: 1, counted: 1000 };

/** Spikes in a second of steps of 1 ms, whatever those of the simulation are, after a step to settle: rates as Nengo counts them, in whole Hz. */
export function countedRates(neuronType: Izhikevich, current: Float64Array): Float64Array {
  const { tauRecovery, coupling, resetVoltage, resetRecovery } = neuronType;
  const parameters = { tauRecovery, coupling, resetVoltage, resetRecovery };
  return current.map((value) => spikesAt(value, parameters, SECOND));
}

/** Stretches of the table. They are shorter near the threshold, where the rate bends most: their ends lie at (i / 32)³. */
const STRETCHES = 32;
const ENDS: readonly number[] = Array.from({ length: STRETCHES + 1 }, (_, index) => {
  const fraction = index / STRETCHES;
  return fraction * fraction * fraction;
});
const RISES: readonly string[] = Array.from({ length: STRETCHES }, (_, index) => `rise${index}`);

/** Milliseconds that rates of the table settle for, and are averaged over. */
const SETTLING = 1000;
const AVERAGED = 4000;

/** Of the currents at which the table begins and ends. */
const RESOLUTION = 0.01;

/** Milliseconds: the length of steps that the model's constants are made for (Izhikevich 2003, fig. 2). Longer ones overshoot. */
const USUAL = 1;
/** Milliseconds: shorter steps go where these go. */
const SHORTEST = 0.1;

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
 * The table of a neuron type for steps of `dt` seconds, 0.001 unless told: from the last silent current to the one from which each step has a
 * spike.
 *
 * A rate r counted in whole steps comes in plateaus, r, r / (1 + r · dt), …: neurons keep to intervals of whole steps. The table goes
 * up where they jump. Its error, against the mean of long runs in such steps, is at most 2 Hz + 2 r² · dt, two such intervals, and r / 5 more where
 * steps are shorter than 1 ms and spikes come in bursts, as r jumps where a burst gets one spike more. For dt below 0.1 ms the table is that of
 * 0.1 ms, which takes the place of dt in the bound. Steps longer than 1 ms overshoot the reset, and have neurons fire at weak currents, even at
 * inhibiting ones, because they have fired: wherever they fire faster than steps of 1 ms would have them, the table says the latter.
 */
export function tabulatedRate(neuronType: Izhikevich, dt = 0.001): NeuronStep {
  const { tauRecovery, coupling, resetVoltage, resetRecovery } = neuronType;
  const parameters: Parameters = { tauRecovery, coupling, resetVoltage, resetRecovery };
  const length = Math.max(dt * 1000, SHORTEST);
  const key = JSON.stringify([...Object.values(parameters), length]);
  const known = tables.get(key) ?? table(parameters, length);
  tables.delete(key);
  tables.set(key, known);
  if (tables.size > REMEMBERED) tables.delete(tables.keys().next().value!);
  return { kernel: tabulated, parameters: known };
}

/** Tables take some milliseconds each, and a step is asked for more than once. */
const tables = /* @__PURE__ */ new Map<string, NeuronStep['parameters']>();
const REMEMBERED = 16;

/** @param length of a step, in milliseconds */
function table(parameters: Parameters, length: number): NeuronStep['parameters'] {
  const { tauRecovery, coupling, resetVoltage, resetRecovery } = parameters;
  const rateIn = (current: number, milliseconds: number): number => {
    const [settling, counted] = [SETTLING, AVERAGED].map((time) => Math.ceil(time / milliseconds)) as [number, number];
    const spikes = spikesAt(current, parameters, { length: milliseconds, settling, counted });
    return (1000 * spikes) / (counted * milliseconds);
  };
  const rateAt = (current: number): number =>
    length > USUAL ? Math.min(rateIn(current, length), rateIn(current, USUAL)) : rateIn(current, length);
  // With a spike in each step, the recovery goes from its first value, after a state of zero, to its last; from c, each step has to reach 30.
  const first = length * tauRecovery * coupling * resetVoltage + resetRecovery;
  const last = resetRecovery / (tauRecovery * length) + coupling * resetVoltage;
  const recovery = Math.max(first, last);
  const slope = (THRESHOLD - resetVoltage) / length;
  const steepest = slope - 0.04 * resetVoltage * resetVoltage - 5 * resetVoltage - 140 + recovery;
  const end = Math.max(steepest + RESOLUTION, LEAST_CURRENT + 1);
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
  while (firing - silent > RESOLUTION) {
    const middle = (silent + firing) / 2;
    if (rateAt(middle) > 0) firing = middle;
    else silent = middle;
  }
  return silent;
}
