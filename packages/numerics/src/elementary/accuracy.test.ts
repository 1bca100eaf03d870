/** @file Every elementary function against wider arithmetic: fixed point on BigInt for float64, the engine's float64 beside it for float32. */
import { expect, test } from 'vitest';
import { sampleSize } from '../../../../tools/sample-size.ts';
import * as numerics from '../index.ts';
import { around, sampleOf, SEAMS } from './samples.test-helper.ts';
import {
  bitsFor,
  constant,
  DOUBLE,
  exponentOf,
  FixedPoint,
  SINGLE,
  ulpsFrom,
  type Precision,
} from './wide-arithmetic.test-helper.ts';

type Exact = (f: FixedPoint, x: bigint) => bigint;

interface Law {
  readonly exact: Exact;
  /** The largest error in units in the last place. */
  readonly bound: number;
  /** Where to look; beyond it the function is a constant, or nothing. */
  readonly from: number;
  readonly to: number;
}

const sinh: Exact = (f, x) => (f.exp(x) - f.exp(-x)) / 2n;
const cosh: Exact = (f, x) => (f.exp(x) + f.exp(-x)) / 2n;
const sine: Exact = (f, x) => f.sinAndCos(x)[0];
const cosine: Exact = (f, x) => f.sinAndCos(x)[1];
const otherSide: Exact = (f, x) => f.sqrt(f.one - f.multiply(x, x));
const asin: Exact = (f, x) => {
  const other = otherSide(f, x);
  if (other !== 0n) return f.atan(f.divide(x, other));
  return (x > 0n ? 1n : -1n) * (constant('pi', f.bits) / 2n);
};
const withSignOf = (x: bigint, size: bigint): bigint => (x < 0n ? -size : size);
const sizeOf = (x: bigint): bigint => (x < 0n ? -x : x);

const ndl = { ...numerics };
const single = { ...numerics.float32 };

/** Those of kernels, which have a float32 form too. */
const KERNEL_LAWS = {
  exp: { exact: (f, x) => f.exp(x), bound: 2, from: -750, to: 712 },
  expm1: { exact: (f, x) => f.exp(x) - f.one, bound: 2, from: -60, to: 712 },
  log: { exact: (f, x) => f.log(x), bound: 2, from: 0, to: Number.MAX_VALUE },
  log1p: { exact: (f, x) => f.log(f.one + x), bound: 2, from: -1, to: Number.MAX_VALUE },
  tanh: { exact: (f, x) => f.divide(f.exp(2n * x) - f.one, f.exp(2n * x) + f.one), bound: 3, from: -30, to: 30 },
  sigmoid: { exact: (f, x) => f.divide(f.exp(x), f.one + f.exp(x)), bound: 4, from: -750, to: 60 },
  softplus: { exact: (f, x) => f.log(f.one + f.exp(x)), bound: 4, from: -750, to: 800 },
} as const satisfies Record<string, Law>;

/** Those of builds. Only results that are denormal are rounded twice. */
const BUILD_LAWS = {
  exp2: { exact: (f, x) => f.exp(f.multiply(x, constant('ln2', f.bits))), bound: 0.76, from: -1080, to: 1025 },
  log2: { exact: (f, x) => f.divide(f.log(x), constant('ln2', f.bits)), bound: 0.51, from: 0, to: Number.MAX_VALUE },
  log10: { exact: (f, x) => f.divide(f.log(x), f.log(10n * f.one)), bound: 0.51, from: 0, to: Number.MAX_VALUE },
  cbrt: { exact: (f, x) => withSignOf(x, f.exp(f.log(sizeOf(x)) / 3n)), bound: 0.51, from: -1e300, to: 1e300 },
  sin: { exact: sine, bound: 0.51, from: -1e4, to: 1e4 },
  cos: { exact: cosine, bound: 0.51, from: -1e4, to: 1e4 },
  tan: { exact: (f, x) => f.divide(sine(f, x), cosine(f, x)), bound: 0.51, from: -1e4, to: 1e4 },
  asin: { exact: asin, bound: 0.51, from: -1, to: 1 },
  acos: { exact: (f, x) => constant('pi', f.bits) / 2n - asin(f, x), bound: 0.51, from: -1, to: 1 },
  atan: { exact: (f, x) => f.atan(x), bound: 0.51, from: -1e20, to: 1e20 },
  sinh: { exact: sinh, bound: 0.51, from: -712, to: 712 },
  cosh: { exact: cosh, bound: 0.51, from: -712, to: 712 },
  asinh: {
    exact: (f, x) => withSignOf(x, f.log(sizeOf(x) + f.sqrt(f.multiply(x, x) + f.one))),
    bound: 0.51,
    from: -1e300,
    to: 1e300,
  },
  acosh: { exact: (f, x) => f.log(x + f.sqrt(f.multiply(x, x) - f.one)), bound: 0.51, from: 1, to: 1e300 },
  atanh: { exact: (f, x) => f.log(f.divide(f.one + x, f.one - x)) / 2n, bound: 0.51, from: -1, to: 1 },
} as const satisfies Record<string, Law>;

const isInside = ({ from, to }: Law, x: number): boolean => x > from && x < to && x !== 0;

/** Arguments of a law besides its seams: a sample in the gate. */
const COUNT = sampleSize(300, 20_000);

const argumentsOf = (law: Law, count: number, precision: Precision): number[] => {
  const sample = sampleOf(law.from, law.to, count, precision);
  return [...sample, ...around(SEAMS, precision)].filter((x) => isInside(law, x));
};

/** The arguments at which the error is beyond the bound, the worst first. */
const misses = (
  evaluate: (x: number) => number,
  { exact, bound }: Law,
  xs: readonly number[],
  precision: Precision,
): { x: number; ulps: number }[] =>
  xs
    .map((x) => {
      const y = evaluate(x);
      const f = new FixedPoint(bitsFor(x, y));
      return { x, ulps: ulpsFrom(y, exact(f, f.of(x)), f.bits, precision) };
    })
    .filter(({ ulps }) => !(ulps <= bound))
    .toSorted((a, b) => b.ulps - a.ulps);

const entries = <T extends Record<string, Law>>(laws: T): [keyof T & string, Law][] => Object.entries(laws);

test.each(entries(KERNEL_LAWS))('%s is as accurate in float64 as promised', (name, law) => {
  expect(misses(ndl[name], law, argumentsOf(law, COUNT, DOUBLE), DOUBLE)).toEqual([]);
});

test.each(entries(KERNEL_LAWS))('%s is as accurate in float32 as promised', (name, law) => {
  const xs = argumentsOf(law, COUNT, SINGLE)
    .map(Math.fround)
    .filter((x) => isInside(law, x));
  expect(misses(single[name], law, xs, SINGLE)).toEqual([]);
});

test.each(entries(BUILD_LAWS))('%s is rounded from a wider result', (name, law) => {
  expect(misses(ndl[name], law, argumentsOf(law, COUNT, DOUBLE), DOUBLE)).toEqual([]);
});

/** What quick ways could round wrongly, and slow ones would not. */
const CORRECT = 0.5 + 2 ** -20;

test.each([
  ['sin', -7, 7],
  ['sin', -1e5, 1e5],
  ['cos', -7, 7],
  ['cos', -1e5, 1e5],
  ['asin', -1, 1],
  ['asin', 0.4999, 0.5001],
] as const)('%s is rounded correctly from %d to %d', (name, from, to) => {
  const law = { ...BUILD_LAWS[name], bound: CORRECT };
  const evenly = Array.from({ length: COUNT }, (_, index) => from + ((index + 0.37) * (to - from)) / COUNT);
  expect(misses(ndl[name], law, evenly, DOUBLE)).toEqual([]);
});

test('roots of volumes are rounded correctly', () => {
  for (let index = 0; index < COUNT; index++) {
    const [x, y] = [(index + 0.37) / COUNT, 1 / (1 + (index % 40))];
    const root = ndl.pow(x, y);
    const f = new FixedPoint(bitsFor(x, root) + bitsFor(y, 1));
    const ulps = ulpsFrom(root, f.exp(f.multiply(f.of(y), f.log(f.of(x)))), f.bits, DOUBLE);
    expect(ulps, `pow(${x}, ${y})`).toBeLessThanOrEqual(CORRECT);
  }
});

test.each(['sin', 'cos', 'tan'] as const)('%s takes angles of any size', (name) => {
  const law = { ...BUILD_LAWS[name], from: -Number.MAX_VALUE, to: Number.MAX_VALUE };
  const multiples = [1, 11, 355, 52174, 1e6, 5e9, 6381956970095103 * 2 ** 797];
  const xs = [
    ...argumentsOf(law, 100, DOUBLE),
    ...around(
      multiples.map((n) => (n * Math.PI) / 2),
      DOUBLE,
    ),
    multiples.at(-1)!,
  ];
  expect(misses(ndl[name], law, xs, DOUBLE)).toEqual([]);
});

/** The engine's functions in float64, which is wide enough for float32. */
const ENGINE: Readonly<Record<keyof typeof KERNEL_LAWS, (x: number) => number>> = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => (x < 0 ? Math.log1p(Math.exp(x)) : x + Math.log1p(Math.exp(-x))),
};

/** Patterns of bits apart: every 43 037th float32 number in the gate, every 101st in full. Primes, so as to meet all low bits. */
const STRIDE = sampleSize(43_037, 101);

test.each(entries(KERNEL_LAWS))('%s agrees with a wider one at float32 numbers of all magnitudes', (name, law) => {
  const evaluate = single[name];
  const wide = ENGINE[name];
  const word = new Uint32Array(1);
  const float = new Float32Array(word.buffer);
  let worst = 0;
  for (let pattern = 0; pattern < 2 ** 32; pattern += STRIDE) {
    word[0] = pattern;
    const x = float[0]!;
    const [got, wanted] = [evaluate(x), wide(x)];
    if (Object.is(got, Math.fround(wanted))) continue;
    const unit = 2 ** Math.max(SINGLE.smallest, exponentOf(wanted) - 23);
    worst = Math.max(worst, Number.isFinite(wanted) ? Math.abs(got - wanted) / unit : Infinity);
  }
  expect(worst).toBeLessThanOrEqual(law.bound);
});

test('powers are rounded from a wider result, of all magnitudes', () => {
  const bases = [
    ...sampleOf(0, 20, COUNT, DOUBLE),
    ...sampleOf(0, Number.MAX_VALUE, COUNT, DOUBLE),
    ...around([1, 0.5, 2], DOUBLE),
  ].filter((x) => x !== 0 && x !== 1);
  const magnitudes = sampleOf(-1070, 1023.5, bases.length, DOUBLE);
  for (const [index, x] of bases.entries()) {
    const y = magnitudes[index]! / Math.log2(x);
    const power = ndl.pow(x, y);
    const f = new FixedPoint(bitsFor(x, power) + bitsFor(y, 1));
    const ulps = ulpsFrom(power, f.exp(f.multiply(f.of(y), f.log(f.of(x)))), f.bits, DOUBLE);
    expect(ulps, `pow(${x}, ${y})`).toBeLessThanOrEqual(power < 2 ** -1022 ? 0.76 : 0.501);
  }
});

test('angles of points are rounded from a wider result, in all quadrants', () => {
  const sides = sampleOf(-10, 10, 400, DOUBLE);
  for (const [index, y] of sides.entries()) {
    const x = sides.at(-index)!;
    const angle = ndl.atan2(y, x);
    const f = new FixedPoint(bitsFor(Math.min(Math.abs(x), Math.abs(y)), angle) + 64);
    const half = f.atan(f.divide(f.of(y), f.of(x)));
    const exact = x > 0 ? half : half + withSignOf(f.of(y), constant('pi', f.bits));
    expect(ulpsFrom(angle, exact, f.bits, DOUBLE), `atan2(${y}, ${x})`).toBeLessThanOrEqual(0.51);
  }
});
