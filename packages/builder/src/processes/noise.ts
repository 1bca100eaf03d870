/** @file White and filtered noise, number for number as Nengo draws them from a seed. */
import type { DiscreteSystem, GeneratedNoise, ProcessDefinition, ProcessSizes, ProcessStep } from '@ndl/core';
import type { Distribution, FilteredNoise, Gaussian, Process, Uniform, WhiteNoise } from '@ndl/model';
import { RandomState, type RandomSnapshot } from '@ndl/numerics';
import { processTakesNoInput } from './process-errors.ts';
import { orderOf, stepOf } from '../synapses/system-step.ts';

/** Each step draws one sample of `sizeOut` numbers, times 1/√dt where noise is scaled. */
export const WHITE_NOISE: ProcessDefinition<WhiteNoise> = {
  kind: 'whiteNoise',
  check(process, sizes) {
    requireNoInput(process, sizes);
    sizes.sample(process.distribution, 1, sizes.sizeOut, new RandomState(0));
  },
  generated({ distribution, scale }, { dt }) {
    const factor = factorOf(scale, dt);
    const numbers = independent(distribution);
    return numbers && { generator: 'mt19937', distribution: numbers, factor };
  },
  makeStep(process, options) {
    const random = new RandomState(options.seed);
    const draw = drawing(process, options);
    return Object.assign((): Float64Array => draw(random), {
      save: (): SavedRandom => savedRandom(random),
      restore: (saved: unknown): void => restoreRandom(random, saved as SavedRandom),
    });
  },
};

/** White noise through the system of the synapse, which has no delay: each step's output has that step's draw in it. */
export const FILTERED_NOISE: ProcessDefinition<FilteredNoise> = {
  kind: 'filteredNoise',
  check(process, sizes) {
    requireNoInput(process, sizes);
    sizes.sample(process.distribution, 1, sizes.sizeOut, new RandomState(0));
    sizes.discretize(process.synapse, sizes.dt);
  },
  makeStep(process, options) {
    const random = new RandomState(options.seed);
    const draw = drawing(process, options);
    const filter = filterBank(options.discretize(process.synapse, options.dt), options.sizeOut);
    return Object.assign((): Float64Array => filter.step(draw(random)), {
      save: () => ({ random: savedRandom(random), state: Array.from(filter.state) }),
      restore: (saved: unknown): void => {
        const { random: stream, state } = saved as { readonly random: SavedRandom; readonly state: readonly number[] };
        restoreRandom(random, stream);
        filter.state.set(state);
      },
    });
  },
};

/** @throws NdlError PROCESS_TAKES_NO_INPUT */
export function requireNoInput({ kind }: Process, { sizeIn }: ProcessSizes): void {
  if (sizeIn > 0) throw processTakesNoInput(kind, sizeIn);
}

/** `step` for a process whose output follows from the time and its input alone: there is nothing to save. */
export function withoutState(step: (time: number, input: Float64Array) => Float64Array): ProcessStep {
  return Object.assign(step, { save: () => null, restore: () => undefined });
}

function factorOf(scale: boolean, dt: number): number {
  return scale ? 1 / Math.sqrt(dt) : 1;
}

/** Beyond this, numbers may be infinite in float32, which those who run the process find out number by number. */
const LARGEST = 1e30;

/** A distribution that draws the numbers of a vector one after the other, each alone; undefined for another. */
function independent(distribution: Distribution): GeneratedNoise['distribution'] | undefined {
  const isModest = (...numbers: readonly number[]): boolean => numbers.every((number) => Math.abs(number) < LARGEST);
  if (distribution.kind === 'uniform') {
    const { low, high, integer } = distribution as Uniform;
    return integer || !isModest(low, high) ? undefined : { kind: 'uniform', low, high };
  }
  if (distribution.kind !== 'gaussian') return undefined;
  const { mean, standardDeviation: deviation } = distribution as Gaussian;
  return isModest(mean, deviation) ? { kind: 'normal', mean, deviation } : undefined;
}

function drawing(
  { distribution, scale }: { readonly distribution: Distribution; readonly scale: boolean },
  { dt, sizeOut, sample }: ProcessSizes,
): (random: RandomState) => Float64Array {
  const factor = factorOf(scale, dt);
  return (random) => Float64Array.from(sample(distribution, 1, sizeOut, random).data, (value) => value * factor);
}

/** One filter per channel. */
function filterBank(
  system: DiscreteSystem,
  channels: number,
): { readonly state: Float64Array; step(input: Float64Array): Float64Array } {
  const order = orderOf(system);
  const state = new Float64Array(channels * order);
  const steps = Array.from({ length: channels }, (_, channel) =>
    stepOf(system, state.subarray(channel * order, (channel + 1) * order)),
  );
  return { state, step: (input) => input.map((value, channel) => steps[channel]!(value)) };
}

/** A random stream as JSON can hold it. */
interface SavedRandom extends Omit<RandomSnapshot, 'words'> {
  readonly words: readonly number[];
}

function savedRandom(random: RandomState): SavedRandom {
  const { words, ...rest } = random.save();
  return { ...rest, words: Array.from(words) };
}

function restoreRandom(random: RandomState, { words, ...rest }: SavedRandom): void {
  random.restore({ ...rest, words: Uint32Array.from(words) });
}
