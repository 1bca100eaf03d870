/** @file `earlyStopping`: ends a training that does not get better any more. */
import { refuseSurplus } from '@ndl/numerics';
import type { TrainingCallbacks } from '@ndl/training';
import { badOption } from '../errors.ts';
import { Monitor, type MonitorOptions } from './monitor.ts';

/** Options of `earlyStopping`. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without improvement that are waited for. Default 0: the first one is the last. */
  readonly patience?: number | undefined;
}

/**
 * A callback that makes an epoch the last once so many have gone by without improvement. Each call of `train` is looked at anew. The parameters stay those of the
 * last epoch: `bestParameters` keeps others.
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
      waited = monitor.isBest(record) ? 0 : waited + 1;
      return waited > patience ? 'stop' : undefined;
    },
  };
}
