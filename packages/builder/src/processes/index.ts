/** @file The processes that every network can use: noise, white signals, PresentInput and Piecewise; pooling; functions with a derivative. */
import { completedPeriods, secondsInSteps, type ProcessDefinition } from '@ndl/core';
import { kept, type PresentInput } from '@ndl/model';
import { BATCH_FUNCTION } from './batch-function.ts';
import { FILTERED_NOISE, WHITE_NOISE, withoutState } from './noise.ts';
import { PIECEWISE } from './piecewise.ts';
import { AVERAGE_POOLING, MAX_POOLING } from './pooling.ts';
import { WHITE_SIGNAL } from './white-signal.ts';

/** Shows input number ⌊(t - dt) / presentationTime⌋, beginning again after the last. */
const PRESENT_INPUT: ProcessDefinition<PresentInput> = {
  kind: 'presentInput',
  makeStep(process, { dt, sizeOut }) {
    const inputs = kept(process, 'inputs');
    const count = inputs.shape[0]!;
    const period = secondsInSteps(process.presentationTime, dt);
    return withoutState((time) => {
      const index = completedPeriods(Math.round(time / dt) - 1, period) % count;
      return inputs.data.slice(index * sizeOut, (index + 1) * sizeOut) as Float64Array;
    });
  },
};

export const BUILT_IN_PROCESSES: readonly ProcessDefinition[] = [
  PRESENT_INPUT,
  PIECEWISE,
  WHITE_NOISE,
  FILTERED_NOISE,
  WHITE_SIGNAL,
  MAX_POOLING,
  AVERAGE_POOLING,
  BATCH_FUNCTION,
];
