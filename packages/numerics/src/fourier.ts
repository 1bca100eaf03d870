/**
 * @file Discrete Fourier transforms of any length: radix two where the length is a power of two, else by Bluestein's algorithm
 * (L. I. Bluestein, A linear filtering approach to the computation of discrete Fourier transform, 1970).
 */
import { cos, sin } from './elementary/circular.ts';
import { shapeMismatch } from './errors.ts';
import { refuseSurplus } from './refuse-surplus.ts';

/** Complex numbers, their parts side by side; [length] each. */
export interface ComplexVector {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** Σ over n of x[n] · e^(-2πi·jn/N), for each j; with `inverse`, of x[n] · e^(2πi·jn/N) / N. A fresh vector. */
export function fourierTransform(vector: ComplexVector, direction: 'forward' | 'inverse' = 'forward'): ComplexVector {
  refuseSurplus('fourierTransform', arguments, 2);
  const { real, imaginary } = vector;
  if (real.length !== imaginary.length) throw shapeMismatch('fourierTransform', [real.length], [imaginary.length]);
  const length = real.length;
  const result = { real: real.slice(), imaginary: imaginary.slice() };
  const sign = direction === 'forward' ? -1 : 1;
  if (isPowerOfTwo(length)) transformInPlace(result, sign);
  else transformByChirps(result, sign);
  if (direction === 'inverse') scale(result, 1 / length);
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
  const whole = { real: new Float64Array(2 * half), imaginary: new Float64Array(2 * half) };
  whole.real[0] = real[0]!;
  whole.real[half] = real[half]!;
  for (let index = 1; index < half; index++) {
    whole.real[index] = whole.real[2 * half - index] = real[index]!;
    whole.imaginary[index] = imaginary[index]!;
    whole.imaginary[2 * half - index] = -imaginary[index]!;
  }
  return fourierTransform(whole, 'inverse').real;
}

function isPowerOfTwo(length: number): boolean {
  return length === 0 || powerNotBelow(length) === length;
}

/** The smallest power of two that is at least `length`. */
function powerNotBelow(length: number): number {
  let power = 1;
  while (power < length) power *= 2;
  return power;
}

function scale({ real, imaginary }: ComplexVector, factor: number): void {
  for (let index = 0; index < real.length; index++) {
    real[index]! *= factor;
    imaginary[index]! *= factor;
  }
}

/** e^(sign·πi·m/count) for m from 0 to count - 1, or for other numerators. */
function roots(count: number, sign: number, numerator: (index: number) => number): ComplexVector {
  const result = { real: new Float64Array(count), imaginary: new Float64Array(count) };
  for (let index = 0; index < count; index++) {
    const angle = (Math.PI * numerator(index)) / count;
    result.real[index] = cos(angle);
    result.imaginary[index] = sign * sin(angle);
  }
  return result;
}

/** Cooley and Tukey's transform, unscaled; the length is a power of two. */
function transformInPlace(vector: ComplexVector, sign: number): void {
  const { real, imaginary } = vector;
  const length = real.length;
  reverseBits(vector);
  const factors = roots(length / 2, sign, (index) => index);
  for (let span = 1; span < length; span *= 2) {
    const stride = length / (2 * span);
    for (let start = 0; start < length; start += 2 * span) {
      for (let offset = 0; offset < span; offset++) {
        const [low, high] = [start + offset, start + offset + span];
        const [cosine, sine] = [factors.real[offset * stride]!, factors.imaginary[offset * stride]!];
        const [a, b] = [real[high]!, imaginary[high]!];
        const [x, y] = [a * cosine - b * sine, a * sine + b * cosine];
        real[high] = real[low]! - x;
        imaginary[high] = imaginary[low]! - y;
        real[low]! += x;
        imaginary[low]! += y;
      }
    }
  }
}

function reverseBits({ real, imaginary }: ComplexVector): void {
  const length = real.length;
  for (let index = 1, reversed = 0; index < length; index++) {
    let bit = length >> 1;
    for (; (reversed & bit) !== 0; bit >>= 1) reversed ^= bit;
    reversed |= bit;
    if (index >= reversed) continue;
    for (const part of [real, imaginary]) {
      const kept = part[index]!;
      part[index] = part[reversed]!;
      part[reversed] = kept;
    }
  }
}

/** jn = (j² + n² - (j - n)²) / 2 makes of a transform of any length a convolution, and that is done by transforms of a power of two. */
function transformByChirps({ real, imaginary }: ComplexVector, sign: number): void {
  const length = real.length;
  const size = powerNotBelow(2 * length - 1);
  const chirp = roots(length, sign, (index) => (index * index) % (2 * length));
  const signal = { real: new Float64Array(size), imaginary: new Float64Array(size) };
  const answer = { real: new Float64Array(size), imaginary: new Float64Array(size) };
  for (let index = 0; index < length; index++) {
    const [c, s] = [chirp.real[index]!, chirp.imaginary[index]!];
    signal.real[index] = real[index]! * c - imaginary[index]! * s;
    signal.imaginary[index] = real[index]! * s + imaginary[index]! * c;
    for (const at of index === 0 ? [0] : [index, size - index]) {
      answer.real[at] = c;
      answer.imaginary[at] = -s;
    }
  }
  transformInPlace(signal, -1);
  transformInPlace(answer, -1);
  multiply(signal, answer);
  transformInPlace(signal, 1);
  scale(signal, 1 / size);
  multiply(signal, chirp);
  real.set(signal.real.subarray(0, length));
  imaginary.set(signal.imaginary.subarray(0, length));
}

/** The first elements of `vector` times those of `by`, as far as that has some. */
function multiply({ real, imaginary }: ComplexVector, by: ComplexVector): void {
  for (let index = 0; index < by.real.length; index++) {
    const [a, b] = [real[index]!, imaginary[index]!];
    const [c, s] = [by.real[index]!, by.imaginary[index]!];
    real[index] = a * c - b * s;
    imaginary[index] = a * s + b * c;
  }
}
