import { describe, expect, test } from 'vitest';
import { readTestDigits, splitDigits } from './digits.ts';

describe('the MNIST test set', () => {
  test('has 10 000 images, about a tenth of each digit, the first of which is a 7', async () => {
    const { images, oneHot, labels } = await readTestDigits();
    expect(images.shape).toEqual([10000, 784]);
    expect(labels[0]).toBe(7);
    const counts = Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length);
    // The published counts of the test set.
    expect(counts).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    expect(Array.from(oneHot.row(0).data)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0, 0]);
    expect(Math.max(...images.row(0).data)).toBeLessThanOrEqual(1);
  });

  test('splits into two parts that share nothing and lose nothing, the same for the same seed', async () => {
    const digits = await readTestDigits();
    const [rest, chosen] = splitDigits(digits, 1000, 3);
    expect([rest.labels.length, chosen.labels.length]).toEqual([9000, 1000]);
    const count = (labels: Uint8Array): number[] =>
      Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length);
    expect(count(rest.labels).map((n, digit) => n + count(chosen.labels)[digit]!)).toEqual(count(digits.labels));
    expect(splitDigits(digits, 1000, 3)[1].labels).toEqual(chosen.labels);
    expect(splitDigits(digits, 1000, 4)[1].labels).not.toEqual(chosen.labels);
  });
});
