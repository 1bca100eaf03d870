/**
 * @file Discrete Fourier transforms of any length: radix by radix where all its prime factors are small, else by Bluestein's algorithm
 * (L. I. Bluestein, A linear filtering approach to the computation of discrete Fourier transform, 1970).
 */
import { shapeMismatch } from '../basics/errors.ts';
import { isSmooth, plannedStages, unitRoots, type ComplexVector, type FourierSum } from './fourier-stages.ts';
import { complete, type Pieces } from '../basics/pieces.ts';
import { refuseSurplus } from '../basics/refuse-surplus.ts';

export type { ComplexVector } from './fourier-stages.ts';

/** Σ over n of x[n] · e^(-2πi·jn/N), for each j; with `inverse`, of x[n] · e^(2πi·jn/N) / N. A fresh vector. */
export function fourierTransform(vector: ComplexVector, direction: 'forward' | 'inverse' = 'forward'): ComplexVector {
  refuseSurplus('fourierTransform', arguments, 2);
  const { real, imaginary } = vector;
  const length = real.length;
  if (length !== imaginary.length) throw shapeMismatch('fourierTransform', [length], [imaginary.length]);
  if (length === 0) return { real: new Float64Array(), imaginary: new Float64Array() };
  const transform = complete(plannedSum(length, direction === 'forward' ? -1 : 1));
  const result = complete(transform({ real: real.slice(), imaginary: imaginary.slice() }));
  if (direction === 'inverse') complete(scaled(result, 1 / length));
  return result;
}

/**
 * The real signal of even length 2k that has these k + 1 Fourier coefficients, from frequency 0 to the highest; imaginary parts of
 * the first and the last count for nothing.
 */
export function inverseRealFourier({ real, imaginary }: ComplexVector): Float64Array {
  refuseSurplus('inverseRealFourier', arguments, 1);
  const half = real.length - 1;
  if (half < 1 || imaginary.length !== real.length)
    throw shapeMismatch('inverseRealFourier', [Math.max(2, real.length)], [imaginary.length]);
  return complete(complete(inverseRealFourierInPieces(half))({ real, imaginary }));
}

/** `inverseRealFourier` for spectra of one length, [k + 1] each; one after the other. */
export type InverseRealFourier = (spectrum: ComplexVector) => Pieces<Float64Array>;

/**
 * What signals of length 2k are made with, k ≥ 1. Even and odd samples are the parts of one complex signal of length k, so that no
 * transform is longer than that.
 */
export function* inverseRealFourierInPieces(half: number): Pieces<InverseRealFourier> {
  refuseSurplus('inverseRealFourierInPieces', arguments, 1);
  const transform = yield* plannedSum(half, 1);
  const turns = yield* unitRoots(half, half, 1);
  return function* (spectrum) {
    const { real, imaginary } = yield* transform(yield* folded(spectrum, turns));
    const signal = new Float64Array(2 * half);
    for (let from = 0; from < half; from += PART) {
      const end = Math.min(from + PART, half);
      for (let index = from; index < end; index++) {
        signal[2 * index] = real[index]! / half;
        signal[2 * index + 1] = imaginary[index]! / half;
      }
      yield 2 * (end - from);
    }
    return signal;
  };
}

/** Elements that are gone through at a time. */
const PART = 2 ** 14;

/** E + i·O, with E and O the transforms of the even and of the odd samples. */
function* folded({ real, imaginary }: ComplexVector, turns: ComplexVector): Pieces<ComplexVector> {
  const half = real.length - 1;
  const both = { real: new Float64Array(half), imaginary: new Float64Array(half) };
  for (let from = 0; from < half; from += PART) {
    const end = Math.min(from + PART, half);
    for (let index = from; index < end; index++) {
      const mirrored = half - index;
      const [a, b] = [real[index]!, index === 0 ? 0 : imaginary[index]!];
      const [c, d] = [real[mirrored]!, index === 0 ? 0 : -imaginary[mirrored]!];
      const [x, y] = [(a - c) / 2, (b - d) / 2];
      const [cosine, sine] = [turns.real[index]!, turns.imaginary[index]!];
      both.real[index] = (a + c) / 2 - (x * sine + y * cosine);
      both.imaginary[index] = (b + d) / 2 + (x * cosine - y * sine);
    }
    yield 16 * (end - from);
  }
  return both;
}

/** The unscaled transform of one length, `sign` that of the exponent. */
function plannedSum(length: number, sign: number): Pieces<FourierSum> {
  return isSmooth(length) ? plannedStages(length, sign) : plannedChirps(length, sign);
}

/** jn = (j² + n² - (j - n)²) / 2 makes of a transform of any length a convolution, and that is done by transforms of a smooth length. */
function* plannedChirps(length: number, sign: number): Pieces<FourierSum> {
  const size = smoothNotBelow(2 * length - 1);
  const chirp = yield* unitRoots(length, length, sign, (index) => (index * index) % (2 * length));
  const forwards = yield* plannedStages(size, -1);
  const backwards = yield* plannedStages(size, 1);
  const answer = { real: new Float64Array(size), imaginary: new Float64Array(size) };
  for (let index = 0; index < length; index++) {
    for (const at of index === 0 ? [0] : [index, size - index]) {
      answer.real[at] = chirp.real[index]!;
      answer.imaginary[at] = -chirp.imaginary[index]!;
    }
  }
  const transformed = yield* forwards(answer);
  return function* (vector) {
    const signal = { real: new Float64Array(size), imaginary: new Float64Array(size) };
    signal.real.set(vector.real);
    signal.imaginary.set(vector.imaginary);
    yield* multiplied(signal, chirp);
    const product = yield* forwards(signal);
    yield* multiplied(product, transformed);
    const convolved = yield* backwards(product);
    yield* scaled(convolved, 1 / size);
    yield* multiplied(convolved, chirp);
    return { real: convolved.real.slice(0, length), imaginary: convolved.imaginary.slice(0, length) };
  };
}

/** The smallest of some smooth lengths that is at least `length`. */
function smoothNotBelow(length: number): number {
  const candidates = [1, 3, 5, 9, 15].map((factor) => {
    let smooth = factor;
    while (smooth < length) smooth *= 2;
    return smooth;
  });
  return Math.min(...candidates);
}

function* scaled({ real, imaginary }: ComplexVector, factor: number): Pieces<void> {
  for (let from = 0; from < real.length; from += PART) {
    const end = Math.min(from + PART, real.length);
    for (let index = from; index < end; index++) {
      real[index]! *= factor;
      imaginary[index]! *= factor;
    }
    yield 2 * (end - from);
  }
}

/** The first elements of `vector` times those of `by`, as far as that has some. */
function* multiplied({ real, imaginary }: ComplexVector, by: ComplexVector): Pieces<void> {
  for (let from = 0; from < by.real.length; from += PART) {
    const end = Math.min(from + PART, by.real.length);
    for (let index = from; index < end; index++) {
      const [a, b] = [real[index]!, imaginary[index]!];
      const [c, s] = [by.real[index]!, by.imaginary[index]!];
      real[index] = a * c - b * s;
      imaginary[index] = a * s + b * c;
    }
    yield 8 * (end - from);
  }
}
