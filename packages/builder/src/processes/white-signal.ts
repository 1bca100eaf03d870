/** @file White signals: random Fourier coefficients up to a frequency, as Nengo draws them from a seed. */
import type { ProcessDefinition } from '@ndl/core';
import type { WhiteSignal } from '@ndl/model';
import { inverseRealFourier, RandomState } from '@ndl/numerics';
import { whiteSignalTooFast } from '../errors.ts';
import { requireNoInput, withoutState } from './noise.ts';

/**
 * The signal of a period is made at once; step i (from 1) shows its sample i, modulo its length of 2k samples, with k = ⌈period / dt / 2⌉.
 * With a y0 the first step shows the sample nearest to it, by element.
 * Draws: k + 1 imaginary parts per element, then as many real parts, frequency by frequency.
 */
export const WHITE_SIGNAL: ProcessDefinition<WhiteSignal> = {
  kind: 'whiteSignal',
  check(process, sizes) {
    requireNoInput(process, sizes);
    if (process.high > 0.5 / sizes.dt) throw whiteSignalTooFast(process.high, sizes.dt);
  },
  makeStep(process, { dt, sizeOut, seed }) {
    const { length, columns } = samplesOf(process, dt, sizeOut, new RandomState(seed));
    /** The sample of the first step. */
    const starts = columns.map((column) => (process.y0 === null ? 1 : indexNearest(column, process.y0)));
    return withoutState((time) => {
      const step = Math.round(time / dt);
      return Float64Array.from(columns, (column, element) => column[(step - 1 + starts[element]!) % length]!);
    });
  },
};

interface Samples {
  readonly length: number;
  /** By element. */
  readonly columns: readonly Float64Array[];
}

/**
 * Coefficients are normal with deviation rms·√½; that of frequency 0, the imaginary part of the last, and those above `high` are 0.
 * The power of the latter is given to the others.
 */
function samplesOf({ period, high, rms }: WhiteSignal, dt: number, size: number, random: RandomState): Samples {
  const half = Math.ceil(period / dt / 2);
  const deviation = rms * Math.sqrt(0.5);
  const imaginary = random.normal(0, deviation, (half + 1) * size);
  const real = random.normal(0, deviation, (half + 1) * size);
  const isAbove = (index: number): boolean => index / (2 * half * dt) > high;
  let above = 0;
  for (let index = 0; index <= half; index++) if (isAbove(index)) above += 1;
  const factor = Math.sqrt(2 * half) / Math.sqrt(1 - above / half);
  const columns = Array.from({ length: size }, (_, element) => {
    const coefficient = (of: Float64Array, index: number): number =>
      index === 0 || isAbove(index) ? 0 : of[index * size + element]! * factor;
    return inverseRealFourier({
      real: Float64Array.from({ length: half + 1 }, (_part, index) => coefficient(real, index)),
      imaginary: Float64Array.from({ length: half + 1 }, (_part, index) =>
        index === half ? 0 : coefficient(imaginary, index),
      ),
    });
  });
  return { length: 2 * half, columns };
}

/** The first of the indices whose values are nearest. */
function indexNearest(values: Float64Array, wanted: number): number {
  let nearest = 0;
  values.forEach((value, index) => {
    if (Math.abs(value - wanted) < Math.abs(values[nearest]! - wanted)) nearest = index;
  });
  return nearest;
}
