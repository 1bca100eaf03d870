/** @file White signals: random Fourier coefficients up to a frequency, as Nengo draws them from a seed. */
import type { ProcessDefinition } from '@ndl/core';
import type { WhiteSignal } from '@ndl/model';
import { complete, inverseRealFourierInPieces, RandomState, type ComplexVector, type Pieces } from '@ndl/numerics';
import { DRAW_COST, drawn } from '../distributions/in-pieces.ts';
import { whiteSignalTooFast, whiteSignalTooLong } from './process-errors.ts';
import { LONGEST_ARRAY } from '../longest-array.ts';
import { requireNoInput, withoutState } from './noise.ts';

/** What a sample is worth beside the draw of its coefficient, in operations. */
const TRANSFORM_COST = 128;

/** More samples than there is memory for anywhere: what periods beyond numbers are counted as. */
const LARGEST_COUNT = 1e300;

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
    const length = 2 * halfOf(process, sizes.dt);
    if ((length + 2) * Math.max(1, sizes.sizeOut) > LONGEST_ARRAY)
      throw whiteSignalTooLong(process.period, sizes.dt, length, sizes.sizeOut, LONGEST_ARRAY);
  },
  cost(process, { dt, sizeOut }) {
    const samples = Math.min(2 * halfOf(process, dt) * sizeOut, LARGEST_COUNT);
    return { operations: samples * (DRAW_COST + TRANSFORM_COST), bytes: 8 * 3 * samples };
  },
  prepare: (process, { dt, sizeOut, seed }) => signalsOf(process, dt, sizeOut, new RandomState(seed)),
  makeStep(process, { dt, sizeOut, seed, prepared }) {
    const signals = prepared ?? complete(signalsOf(process, dt, sizeOut, new RandomState(seed)));
    const { length, columns, starts } = signals as Signals;
    return withoutState((time) => {
      const step = Math.round(time / dt);
      return Float64Array.from(columns, (column, element) => column[(step - 1 + starts[element]!) % length]!);
    });
  },
};

interface Signals {
  readonly length: number;
  /** By element. */
  readonly columns: readonly Float64Array[];
  /** The samples of the first step. */
  readonly starts: readonly number[];
}

function halfOf({ period }: WhiteSignal, dt: number): number {
  return Math.ceil(period / dt / 2);
}

/**
 * Coefficients are normal with deviation rms·√½; that of frequency 0, the imaginary part of the last, and those above `high` are 0.
 * The power of the latter is given to the others.
 */
function* signalsOf(process: WhiteSignal, dt: number, size: number, random: RandomState): Pieces<Signals> {
  const { high, rms, y0 } = process;
  const half = halfOf(process, dt);
  const deviation = rms * Math.sqrt(0.5);
  const draw = (part: number): Float64Array => random.normal(0, deviation, part);
  const imaginary = yield* drawn((half + 1) * size, draw);
  const real = yield* drawn((half + 1) * size, draw);
  const heard = heardUpTo(half, (index) => index / (2 * half * dt) > high);
  const factor = Math.sqrt(2 * half) / Math.sqrt(1 - (half - heard) / half);
  const signalOf = size === 0 ? undefined : yield* inverseRealFourierInPieces(half);
  const columns: Float64Array[] = [];
  const starts: number[] = [];
  for (let element = 0; element < size; element++) {
    const coefficients: ComplexVector = { real: new Float64Array(half + 1), imaginary: new Float64Array(half + 1) };
    for (let from = 1; from <= heard; from += PART) {
      const end = Math.min(from + PART, heard + 1);
      for (let index = from; index < end; index++) {
        coefficients.real[index] = real[index * size + element]! * factor;
        if (index < half) coefficients.imaginary[index] = imaginary[index * size + element]! * factor;
      }
      yield 4 * (end - from);
    }
    const column = yield* signalOf!(coefficients);
    columns.push(column);
    starts.push(y0 === null ? 1 : yield* indexNearest(column, y0));
  }
  return { length: 2 * half, columns, starts };
}

/** The largest index that is not above, of indices that are not up to a certain one, and then are. */
function heardUpTo(half: number, isAbove: (index: number) => boolean): number {
  let [low, high] = [0, half];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isAbove(middle)) high = middle - 1;
    else low = middle;
  }
  return low;
}

/** Elements that are gone through at a time. */
const PART = 2 ** 14;

/** The first of the indices whose values are nearest. */
function* indexNearest(values: Float64Array, wanted: number): Pieces<number> {
  let nearest = 0;
  for (let from = 0; from < values.length; from += PART) {
    const end = Math.min(from + PART, values.length);
    for (let index = from; index < end; index++)
      if (Math.abs(values[index]! - wanted) < Math.abs(values[nearest]! - wanted)) nearest = index;
    yield 4 * (end - from);
  }
  return nearest;
}
