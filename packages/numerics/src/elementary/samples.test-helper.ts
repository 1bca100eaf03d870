/** @file Arguments to try elementary functions on: fixed, dense, over all magnitudes, and at every seam. */
import type { Precision } from './wide-arithmetic.test-helper.ts';
import { SINGLE } from './wide-arithmetic.test-helper.ts';

/** A fixed sequence of numbers from 0 up to 1. */
function* uniforms(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state + 0x9e3779b9) | 0;
    let word = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    const low = Math.imul(word ^ 0x5bd1e995, 0x2c1b3c6d) >>> 0;
    yield (((word ^ (word >>> 15)) >>> 0) + low / 2 ** 32) / 2 ** 32;
  }
}

/** `count` numbers from `lowest` to `highest`: half of them evenly, half with evenly distributed exponents. */
export function sampleOf(lowest: number, highest: number, count: number, { smallest }: Precision): number[] {
  const source = uniforms(count);
  const next = (): number => source.next().value;
  const sample: number[] = [];
  while (sample.length < count) {
    if (sample.length % 2 === 0) {
      // Not their difference, which can overflow.
      const at = next();
      sample.push(lowest * (1 - at) + highest * at);
    } else {
      const most = next() < 0.5 && lowest < 0 ? lowest : highest;
      const exponents = Math.log2(Math.abs(most)) - smallest;
      const size = Math.abs(most) * 2 ** (-exponents * next() ** (next() < 0.7 ? 4 : 1));
      sample.push(Math.max(lowest, Math.min(highest, Math.sign(most) * size)));
    }
  }
  return sample;
}

/** Each number and its neighbours, three to either side, in the given precision. */
export function around(values: readonly number[], precision: Precision): number[] {
  const isSingle = precision === SINGLE;
  const float = isSingle ? new Float32Array(1) : new Float64Array(1);
  const integer = isSingle ? new Int32Array(float.buffer) : new BigInt64Array(float.buffer);
  return values.flatMap((value) =>
    [-3, -2, -1, 0, 1, 2, 3].map((offset) => {
      float[0] = value;
      if (integer instanceof Int32Array) integer[0]! += offset;
      else integer[0]! += BigInt(offset);
      return float[0]!;
    }),
  );
}

const WHOLE = Array.from({ length: 41 }, (_, index) => index - 20);

/** Where the forms change: multiples of ln 2 / 2, powers of two and their roots, clamps, borders of what is normal. */
export const SEAMS: readonly number[] = [
  ...WHOLE.flatMap((k) => [(k * Math.LN2) / 2, (k * Math.PI) / 4]),
  ...[
    -1074,
    -1060,
    -1022,
    -1021,
    -500,
    -149,
    -140,
    -126,
    -125,
    -60,
    -54,
    -53,
    -40,
    -30,
    -28,
    -27,
    -26,
    -25,
    -24,
    -23,
    ...WHOLE,
    23,
    24,
    25,
    27,
    28,
    30,
    40,
    52,
    53,
    54,
    60,
    126,
    127,
    500,
    1022,
    1023,
  ]
    .flatMap((k) => [2 ** k, 2 ** k * Math.SQRT2])
    .flatMap((size) => [size, -size, size - 1, -size - 1, 1 - size]),
  -746,
  -745.2,
  -744.5,
  -708.4,
  -40,
  -38,
  -20,
  -18,
  -17.3,
  -104,
  -103.98,
  -103.3,
  -87.34,
  0.34,
  0.35,
  18,
  38,
  88.02,
  88.72,
  89,
  709,
  709.78,
  710,
  710.47,
  711,
];
