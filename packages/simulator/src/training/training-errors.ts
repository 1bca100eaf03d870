/** @file What is said of what a training is given: losses, metrics, optimizers, callbacks. */
import { NdlError, showThrown } from '@ndl/numerics';
import { badOption } from '../errors.ts';

/** An optimizer whose scalars could not be asked for. */
export function optimizerFailed(kind: string, update: number, cause: unknown): NdlError {
  return new NdlError(
    'OPTIMIZER_INVALID',
    `The optimizer '${kind}' threw, asked for its scalars of update ${update}: ${showThrown(cause)}`,
    {
      cause,
    },
  );
}

/** A loss or metric that threw while it was written. */
export function objectiveFailed(kind: string, cause: unknown): NdlError {
  return new NdlError(
    'OBJECTIVE_INVALID',
    `The loss or metric '${kind}' threw while it was built: ${showThrown(cause)}`,
    {
      cause,
    },
  );
}

/** A loss or metric that has not written its instructions when `build` returns. @param returned `a promise` */
export function objectiveUnfinished(kind: string, returned: string): NdlError {
  return new NdlError(
    'OBJECTIVE_INVALID',
    `The loss or metric '${kind}': build returned ${returned}, but it must have written its instructions when it returns.`,
  );
}

/** An optimizer whose parts do not fit each other. `problem` follows it: `has …`. */
export function optimizerMisfit(kind: string, problem: string): NdlError {
  return new NdlError('OPTIMIZER_INVALID', `train: the optimizer '${kind}' ${problem}.`);
}

/** A callback that returned what is no verdict. */
export function callbackResult(index: number, call: keyof typeof ANSWERS, value: unknown): NdlError {
  return badOption('train', `callbacks[${index}].${call}`, ANSWERS[call], value);
}

const ANSWERS = {
  onTrainBegin: 'must return nothing, or a promise of nothing: only onEpochEnd can end a training',
  onEpochEnd: "must return nothing, or 'stop' to make this the last epoch; the parameters are those after it",
} as const;
