/** @file The subject `inference-only`: what the setting `inferenceOnly` gains, in build time and speed. */
import { REFERENCE_BACKEND } from 'ndl';
import { NETWORKS } from './backends.ts';
import { compareRuns, type Setup } from './measure.ts';
import type { Row, Subject } from './report.ts';

const FULL: Setup = { name: 'full', settings: { backend: REFERENCE_BACKEND, dtype: 'float64' } };
const LEAN: Setup = { name: 'lean', settings: { ...FULL.settings, inferenceOnly: true } };

export const inferenceOnly: Subject = {
  heading: '`inferenceOnly`, ratios on reference float64:',
  digits: 2,
  async measure() {
    const rows: Row[] = [];
    for (const { make, steps } of NETWORKS) {
      const ratios = await compareRuns(make, FULL, LEAN, steps);
      const values = { 'build time': ratios.buildSeconds, 'steps/s': ratios.stepsPerSecond };
      rows.push({ what: make().label!, unit: 'without / with inferenceOnly', values });
    }
    return rows;
  },
};
