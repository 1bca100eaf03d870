/** @file Numbers as spikes: how many there are, and when. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomState } from '@ndl/numerics';
import { latencyEncoding, rateEncoding } from './index.ts';
import { codeOf } from './objective-fixtures.test-helper.ts';

describe('rateEncoding', () => {
  it('spikes as often as the number says', () => {
    const steps = 20_000;
    const { data, shape } = rateEncoding([[0, 0.1, 0.5, 1, 2, -1]], { steps, seed: 3 });
    expect(shape).toEqual([1, steps, 6]);
    const counts = [0, 0, 0, 0, 0, 0];
    data.forEach((value, index) => {
      expect([0, 1000]).toContain(value);
      if (value > 0) counts[index % 6]!++;
    });
    // Within five standard deviations of a binomial number.
    const [probabilities, deviation] = [[0, 0.1, 0.5, 1, 1, 0], (p: number) => 5 * Math.sqrt(steps * p * (1 - p))];
    counts.forEach((count, index) => {
      const p = probabilities[index]!;
      expect(Math.abs(count - steps * p)).toBeLessThanOrEqual(deviation(p));
    });
  });

  it('takes the rate of 1 in Hz, and the seconds of a step', () => {
    const { data } = rateEncoding([[1]], { steps: 10_000, dt: 0.002, rate: 50 });
    const spikes = data.filter((value) => value > 0);
    expect(Math.abs(spikes.length - 1000)).toBeLessThan(5 * Math.sqrt(900));
    expect(new Set(spikes)).toEqual(new Set([500]));
  });

  it('gives the same for the same seed, and each item spikes of its own', () => {
    const of = (seed: number): number[] => [...rateEncoding([[0.5], [0.5]], { steps: 100, seed }).data];
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
    expect(of(1).slice(0, 100)).not.toEqual(of(1).slice(100));
  });

  it('gives no item the spikes of another, of its own seed or of others beside it', () => {
    const [items, steps, seeds] = [50, 200, [0, 1, 2, 3, 2 ** 32 - 2, 2 ** 32 - 1]];
    const data = Array.from({ length: items }, () => [0.5]);
    const trains = seeds.flatMap((seed) => {
      const { data: spikes } = rateEncoding(data, { steps, seed });
      return Array.from({ length: items }, (_, item) => spikes.slice(item * steps, (item + 1) * steps).join());
    });
    expect(new Set(trains).size).toBe(seeds.length * items);
  });

  it('draws an item from its seed and its place alone', () => {
    const uniform = new RandomState([7, 2]).uniform(0, 1, 20 * 2);
    const { data } = rateEncoding(
      [[0], [0], [0.3, 0.8]].map(([a, b = a]) => [a!, b!]),
      { steps: 20, seed: 7 },
    );
    expect(Array.from(data.subarray(80))).toEqual(
      Array.from(uniform, (value, index) => (value < [0.3, 0.8][index % 2]! ? 1000 : 0)),
    );
  });
});

describe('latencyEncoding', () => {
  const stepsOf = (data: number[], options: Parameters<typeof latencyEncoding>[1]): number[] => {
    const encoded = latencyEncoding([data], options);
    return data.map((_, element) => {
      const steps = Array.from({ length: options.steps }, (__, step) => encoded.data[step * data.length + element]!);
      expect(steps.filter((value) => value !== 0).length).toBeLessThan(2);
      return steps.findIndex((value) => value !== 0);
    });
  };

  it('spikes when a membrane would that the number charges', () => {
    // 5 ms · ln(x / (x - 0.5)): 3.47 ms, 4.9 ms, 8.05 ms; too late; never.
    const options = { steps: 20, tau: 0.005, threshold: 0.5 };
    expect(stepsOf([1, 0.8, 0.625, 0.501, 0.5, 0], options)).toEqual([3, 4, 8, 19, -1, -1]);
  });

  it('or evenly over the steps', () => {
    expect(stepsOf([1, 0.5, 0.25, 0, 7, -7], { steps: 5, linear: true })).toEqual([0, 2, 3, 4, 0, 4]);
  });

  it('never spikes later for more', () => {
    const value = fc.double({ min: 0.0101, max: 1, noNaN: true });
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        const [late, soon] = stepsOf([less, more], { steps: 50 });
        expect(soon!).toBeLessThanOrEqual(late!);
      }),
      { numRuns: 100 },
    );
  });
});

describe('both', () => {
  it('refuse what is no data, and options that are none', () => {
    for (const encode of [rateEncoding, latencyEncoding] as ((...given: unknown[]) => unknown)[]) {
      expect(codeOf(() => encode([0.5], { steps: 2 }))).toBe('ENCODED_DATA_INVALID');
      expect(codeOf(() => encode([[NaN]], { steps: 2 }))).toBe('ENCODED_DATA_INVALID');
      for (const steps of [0, 1.5, NaN, 2 ** 40, undefined])
        expect(codeOf(() => encode([[0.5]], { steps }))).toBe('INVALID_OPTION');
      expect(codeOf(() => encode([[0.5]], { steps: 2, dt: 0 }))).toBe('INVALID_OPTION');
      expect(codeOf(() => encode([[0.5]], { steps: 2, speed: 1 }))).toBe('UNKNOWN_OPTION');
      expect(codeOf(() => encode([[0.5]]))).toBe('INVALID_OPTION');
    }
    for (const seed of [-1, 0.5, 2 ** 32])
      expect(codeOf(() => rateEncoding([[0.5]], { steps: 2, seed }))).toBe('INVALID_OPTION');
    expect(codeOf(() => latencyEncoding([[0.5]], { steps: 2, threshold: 1 }))).toBe('INVALID_OPTION');
  });
});
