/** @file What several rooms of `@ndl/simulator` say, and what is said of calls, with a stable code, the culprit, and the fix. What one room says alone stands there. */
import { hintForOtherCopy } from '@ndl/model';
import { NdlError, showValue, suggest, withHint } from '@ndl/numerics';

/** An option that `where` does not know. */
export function unknownOption(where: string, option: string, known: readonly string[]): NdlError {
  return new NdlError('UNKNOWN_OPTION', `${where} has no option '${option}'. ${suggest(option, known)}`, { known });
}

/** An option with a value that it cannot take. */
export function badOption(where: string, option: string, requirement: string, value: unknown): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    withHint(`${where}: ${option} ${requirement} (got ${showValue(value)}).`, hintForOtherCopy(value)),
  );
}

/** A call that was under way when the simulator was disposed of. */
export function disposedMeanwhile(call: string, cause: unknown): NdlError {
  return new NdlError(
    'SIMULATOR_DISPOSED',
    `${call} was still running when the simulator was disposed of; await it before the simulator goes (\`return await sim.${call}(…)\` where \`await using\` ends its life), or abort it through its signal.`,
    { cause },
  );
}

/** A call after `dispose`. @param interrupted the call that ran then, if one did */
export function disposed(call: string, interrupted: string | undefined): NdlError {
  const meanwhile = interrupted === undefined ? '' : `, while ${interrupted} was still running`;
  return new NdlError(
    'SIMULATOR_DISPOSED',
    `${call} was called after the simulator was disposed of${meanwhile}. Data recorded before stay readable; create a new Simulator to go on.`,
  );
}

/** A call while another one runs. */
export function busy(call: string, running: string): NdlError {
  return new NdlError(
    'SIMULATOR_BUSY',
    `${call} was called while ${running} is still running. Await it first, or abort it through its signal.`,
  );
}

/** A constructor called in place of the factory. */
export function notConstructible(): NdlError {
  return new NdlError(
    'USE_CREATE',
    'new Simulator() cannot work, since compiling is asynchronous: use await Simulator.create(network, options).',
  );
}

/** Something of training on a simulator built without it. */
export function inferenceOnly(call: string): NdlError {
  return new NdlError(
    'INFERENCE_ONLY',
    `${call} needs what training needs, but this network was configured with inferenceOnly: true. Configure it with inferenceOnly: false.`,
  );
}

/** No backend can do the job. */
export function noBackend(dtype: string, refusals: readonly string[]): NdlError {
  const reasons =
    refusals.length === 0
      ? 'No loaded plugin contributes one to BACKENDS; add for instance tfjs() or referenceBackend() to `plugins`.'
      : refusals.join(' ');
  return new NdlError('NO_BACKEND', `No loaded backend can run this network in ${dtype}. ${reasons}`);
}

/** A warning: what a probe records is no number, or infinite. */
export function recordsNotFinite(call: string, output: string, value: number): string {
  return (
    `${call}: what ${output} records has become ${value}. Something grows without bound: a rule whose learningRate is too high, a ` +
    'connection that feeds back. Until reset(), runs go on with it, and saveState and keepLearnt refuse.'
  );
}

/** Nothing that could be learnt. */
export function nothingTrainable(): NdlError {
  return new NdlError(
    'NOTHING_TRAINABLE',
    'No parameter of this network may be trained: all are frozen by `trainable`, or it has no weights, encoders or biases. Set `net.config.of(object).trainable = true` for what should learn.',
  );
}

/** Rates asked of an ensemble that has no neurons. */
export function noNeuronsToFire(name: string): NdlError {
  return new NdlError(
    'NO_NEURONS',
    `rates: ${name} is of type direct() and has no neurons that could fire; choose another neuronType.`,
  );
}
