/** @file `earlyStopping`: ends a training that does not get better any more. */
import { refuseSurplus } from '@ndl/numerics';
import type { TrainingCallbacks } from '@ndl/training';
import { badOption } from '../../errors.ts';
import { Monitor, type MonitorOptions } from './monitor.ts';

/** Options of `earlyStopping`. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /**
   * After how many epochs in a row without improvement training ends, as in Keras: a loss that stays the same ends it after epoch
   * `patience + 1`. 0 and 1 are the same: the first such epoch is the last. Default 0.
   */
  readonly patience?: number | undefined;
}

/**
 * A callback that makes an epoch the last once so many have gone by without improvement, but never the first of a training. Each call of
 * `train` is looked at anew. The parameters stay those of the last epoch: `bestParameters` keeps others.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION; while training, UNKNOWN_REPORT
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): TrainingCallbacks {
  refuseSurplus('earlyStopping', arguments, 1);
  const monitor = new Monitor('earlyStopping', options, ['patience']);
  const { patience = 0 } = options;
  if (!Number.isInteger(patience) || patience < 0)
    throw badOption('earlyStopping', 'patience', 'must be a whole number, 0 or above', patience);
  let waited = 0;
  return {
    onEpochEnd(record) {
      if (record.epoch === 1) waited = 0;
      waited = monitor.isBestOfTraining(record) ? 0 : waited + 1;
      return waited > 0 && waited >= patience && record.epoch > 1 ? 'stop' : undefined;
    },
  };
}
