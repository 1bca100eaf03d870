/** @file One pass over the training images, and some of the test images in spikes: the job itself takes minutes a seed. */
import { expect, test } from 'vitest';
import { runConvolutional } from './experiment.ts';

test(
  'one epoch reads most digits, in rates and in spikes, and layers do the same in both',
  { timeout: 300_000 },
  async () => {
    const layers = [
      { size: 5, strides: 2, filters: 8 },
      { size: 3, strides: 2, filters: 16 },
    ];
    const result = await runConvolutional({ seed: 1, layers, epochs: 1, testImages: 500 });
    expect(result.rateAccuracy).toBeGreaterThan(0.93);
    expect(result.spikingAccuracy).toBeGreaterThan(result.rateAccuracy - 0.02);
    for (const { correlation } of result.layers) expect(correlation).toBeGreaterThan(0.9);
  },
);
