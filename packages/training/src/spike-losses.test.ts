/** @file Counts, rates and latencies of spikes, as losses: by hand, and by differences. */
import { describe, expect, it } from 'vitest';
import { latencyLoss, rateLoss, spikeCountLoss } from './index.ts';
import { DT, evaluateObjective, type History } from './objective-evaluation.test-helper.ts';
import { gradientError } from './objective-fixtures.test-helper.ts';

const SPIKE = 1 / DT;

/** Four steps of two items of two neurons: 2 and 0 spikes, 1 and 3. */
const spikes: History = [
  [
    [0, 0],
    [0, SPIKE],
  ],
  [
    [SPIKE, 0],
    [0, SPIKE],
  ],
  [
    [0, 0],
    [SPIKE, 0],
  ],
  [
    [SPIKE, 0],
    [0, SPIKE],
  ],
];
const held = (...rows: number[][]): History => [rows];
const smooth: History = spikes.map((items, step) => items.map((row) => row.map((x, k) => x + 0.3 * step - 0.2 * k)));

describe('spikeCountLoss', () => {
  it('is the mean squared error of numbers of spikes', () => {
    const { value } = evaluateObjective(spikeCountLoss(), spikes, held([2, 1], [3, 0]));
    expect(value).toBeCloseTo((0 + 1 + 4 + 9) / 4, 12);
    expect(gradientError(spikeCountLoss(), smooth, held([2, 1], [3, 0]))).toBeLessThan(1e-7);
  });

  it('takes targets of NaN as no error, or leaves them out', () => {
    const target = held([NaN, 1], [3, 0]);
    expect(evaluateObjective(spikeCountLoss(), spikes, target).value).toBeCloseTo((0 + 1 + 4 + 9) / 4, 12);
    const ignoring = spikeCountLoss({ missing: 'ignore' });
    expect(evaluateObjective(ignoring, spikes, target).value).toBeCloseTo((1 + 4 + 9) / 3, 12);
    expect(gradientError(ignoring, smooth, target)).toBeLessThan(1e-7);
    expect(evaluateObjective(ignoring, spikes, held([NaN, NaN], [NaN, NaN])).value).toBe(0);
  });

  it('counts the steps that have a target', () => {
    const last: History = [0, 1, 2, 3].map((step) =>
      step < 2
        ? [
            [NaN, NaN],
            [NaN, NaN],
          ]
        : [
            [1, 0],
            [1, 2],
          ],
    );
    expect(evaluateObjective(spikeCountLoss(), spikes, last).value).toBeCloseTo((0 + 0 + 0 + 1) / 4, 12);
  });
});

describe('rateLoss', () => {
  it('is the mean squared error of mean outputs', () => {
    const target = held([5, 1], [2.5, 7]);
    const { value } = evaluateObjective(rateLoss(), spikes, target);
    // 0.4 seconds: 5 and 0 Hz, 2.5 and 7.5 Hz.
    expect(value).toBeCloseTo((0 + 1 + 0 + 0.25) / 4, 12);
    expect(gradientError(rateLoss(), smooth, target)).toBeLessThan(1e-7);
  });
});

describe('latencyLoss', () => {
  const target = held([0.2, 0.5], [0.1, 0.4]);

  it('is the mean squared error of the times of first spikes', () => {
    // First spikes after 0.2 s and never (0.5 s: a step behind the last), 0.3 and 0.1 s.
    expect(evaluateObjective(latencyLoss(), spikes, target).value).toBeCloseTo((0 + 0 + 0.04 + 0.09) / 4, 12);
  });

  it('moves the first spike, or asks for one in the last step', () => {
    const asked = held([0.1, 0.2], [0.3, 0.1]);
    const { gradient } = evaluateObjective(latencyLoss(), spikes, asked);
    // A spike, of which DT is an output of 1, moves the time by a step; the mean is over four.
    const slope = (latency: number, wanted: number): number => (2 * (latency - wanted) * -DT * DT) / 4;
    const expected = [0, 1, 2, 3].map((step) => [
      [step === 1 ? slope(0.2, 0.1) : 0, step === 3 ? slope(0.5, 0.2) : 0],
      [step === 2 ? slope(0.3, 0.3) : 0, step === 0 ? slope(0.1, 0.1) : 0],
    ]);
    gradient.flat(2).forEach((value, index) => expect(value).toBeCloseTo(expected.flat(2)[index]!, 12));
  });
});
