/** @file What can go wrong between a user's call and the executable. */
import type { GradientApproximation, NeuronDefinition } from '@ndl/core';
import { NdlError, showValue, suggest } from '@ndl/numerics';

/** An option that `where` does not know. */
export function unknownOption(where: string, option: string, known: readonly string[]): NdlError {
  return new NdlError('UNKNOWN_OPTION', `${where} has no option '${option}'. ${suggest(option, known)}`, { known });
}

/** An option with a value that it cannot take. */
export function badOption(where: string, option: string, requirement: string, value: unknown): NdlError {
  return new NdlError('OPTION_INVALID', `${where}: ${option} ${requirement} (got ${showValue(value)}).`);
}

/** A call after `dispose`. */
export function disposed(call: string): NdlError {
  return new NdlError(
    'SIMULATOR_DISPOSED',
    `${call} was called after the simulator was disposed of. Data recorded before stay readable; create a new Simulator to go on.`,
  );
}

/** A call while another one runs. */
export function busy(call: string, running: string): NdlError {
  return new NdlError(
    'SIMULATOR_BUSY',
    `${call} was called while ${running} is still running. Await it first, or abort it through its signal.`,
  );
}

/** An object that the simulated network does not contain. */
export function foreignObject(what: string, object: string, known: readonly string[]): NdlError {
  return new NdlError(
    'FOREIGN_OBJECT',
    `${what}: ${object} does not belong to the simulated network. Known: ${known.join(', ') || 'none'}.`,
    { known },
  );
}

/** Another network than the simulated one, in its place. */
export function otherNetwork(call: string, network: string): NdlError {
  return new NdlError(
    'FOREIGN_OBJECT',
    `${call}: ${network} is another network than the simulated one. Leave the argument out, or give the network that the simulator was created with.`,
  );
}

/** Inputs for an object of the network that cannot be fed. */
export function notAnInput(what: string, object: string, why: string, known: readonly string[]): NdlError {
  return new NdlError(
    'NOT_AN_INPUT',
    `${what}: ${object} ${why} and cannot be fed; feed nodes without sizeIn: ${known.join(', ') || 'there are none'}.`,
    { known },
  );
}

/** Targets for an object of the network that is no probe. */
export function notATarget(what: string, object: string, known: readonly string[]): NdlError {
  return new NdlError(
    'NOT_A_TARGET',
    `${what}: ${object} is no probe, and targets belong to probes: ${known.join(', ') || 'there are none'}.`,
    { known },
  );
}

/** A constructor called in place of the factory. */
export function notConstructible(): NdlError {
  return new NdlError(
    'USE_CREATE',
    'new Simulator() cannot work, since compiling is asynchronous: use await Simulator.create(network, options).',
  );
}

/** Bare data where it is not clear what they are for. */
export function ambiguousData(what: string, known: readonly string[]): NdlError {
  return new NdlError(
    'DATA_AMBIGUOUS',
    `${what} were given without saying for which object, which works only where there is exactly one; here there are ${known.length} (${known.join(', ') || 'none'}). Give pairs [[object, data], …].`,
    { known },
  );
}

/** Data of a wrong shape. */
export function dataShape(owner: string, expected: string, got: readonly number[]): NdlError {
  return new NdlError('DATA_SHAPE', `Data for ${owner} must be ${expected}; got shape [${got.join(', ')}].`);
}

/** Data that are no arrays of numbers. */
export function dataInvalid(owner: string, cause: unknown): NdlError {
  return new NdlError(
    'DATA_INVALID',
    `Data for ${owner} are no array of numbers: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause },
  );
}

/** Data given twice for one object. */
export function dataTwice(what: string, owner: string): NdlError {
  return new NdlError('DATA_TWICE', `${what} hold data for ${owner} twice. Give each object once.`);
}

/** Data that disagree with each other in items or steps. */
export function dataDisagree(
  axis: 'items' | 'steps',
  owner: string,
  got: number,
  other: string,
  expected: number,
): NdlError {
  return new NdlError(
    'DATA_DISAGREE',
    `${owner} has ${got} ${axis}, but ${other} has ${expected}. All data of one call have the same number of ${axis}; data of shape [items, size] are held over all steps.`,
  );
}

/** NaN or infinity in data. */
export function dataNotFinite(owner: string, item: number, value: number): NdlError {
  return new NdlError(
    'DATA_NOT_FINITE',
    `Data for ${owner} hold ${value} (item ${item}). Inputs must be finite; only targets may hold NaN, for "no error here".`,
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

/** The chosen backend cannot do the job. */
export function backendRefused(
  name: string,
  reason: string,
  alternatives: readonly string[],
  job: 'run' | 'train' = 'run',
): NdlError {
  const others =
    alternatives.length === 0 ? 'No other loaded backend can.' : `Backends that can: ${alternatives.join(', ')}.`;
  return new NdlError('BACKEND_REFUSED', `Backend ${name} cannot ${job} this network: ${reason} ${others}`, {
    known: alternatives,
  });
}

/** A `sessionConfig` name that no backend declares. */
export function unknownSessionConfig(name: string, backend: string, known: readonly string[]): NdlError {
  return new NdlError(
    'SESSION_CONFIG_UNKNOWN',
    `sessionConfig: backend ${backend} has no '${name}', nor has any other. ${suggest(name, known)}`,
    { known },
  );
}

/** A value in `sessionConfig` of the wrong type or range. */
export function invalidSessionConfig(name: string, expects: string, value: unknown): NdlError {
  return new NdlError('SESSION_CONFIG_INVALID', `sessionConfig "${name}" must be ${expects}, got ${showValue(value)}.`);
}

/** What a setting asked for, and was refused. The code stays that of the refusal. */
export function settingRefused(name: string, site: string, refusal: NdlError): NdlError {
  return new NdlError(refusal.code, `Setting '${name}', set at ${site}: ${refusal.message}`, {
    known: refusal.known,
    cause: refusal,
  });
}

/** A kind of neuron in the setting `gradient` that nobody defines. */
export function unknownNeuronKind(kind: string, known: readonly string[]): NdlError {
  return new NdlError('UNKNOWN_NEURON', `No loaded plugin defines neurons of kind '${kind}'. ${suggest(kind, known)}`, {
    known,
  });
}

/** A gradient approximation chosen for a kind that it is not for. */
export function gradientCannotTrain(
  approximation: GradientApproximation,
  kind: string,
  definitions: readonly NeuronDefinition[],
): NdlError {
  const known = definitions
    .filter((definition) => approximation.supports(definition))
    .map((definition) => definition.kind);
  return new NdlError(
    'GRADIENT_UNSUPPORTED',
    `The gradient approximation "${approximation.name}" cannot train ${kind} neurons. It can train: ${known.join(', ') || 'none of the loaded kinds'}. Kinds that are left out keep the default.`,
    { known },
  );
}

/** Nothing that could be learnt. */
export function nothingTrainable(): NdlError {
  return new NdlError(
    'NOTHING_TRAINABLE',
    'No parameter of this network may be trained: all are frozen by `trainable`, or it has no weights, encoders or biases. Set `net.config.of(object).trainable = true` for what should learn.',
  );
}

/** A parameter file that does not fit this network. */
export function parameterMismatch(problems: readonly string[]): NdlError {
  return new NdlError(
    'PARAMETERS_MISMATCH',
    `These parameters do not fit this network: ${problems.map(withoutStop).join('; ')}. Nothing was changed.`,
  );
}

/** Bytes that are no parameter file of ndl. */
export function notParameters(reason: string, cause?: unknown): NdlError {
  return new NdlError(
    'PARAMETERS_INVALID',
    `Not a parameter file of ndl: ${withoutStop(reason)}. Nothing was changed.`,
    { cause },
  );
}

/** What is wrong with a file, with its name. The code stays that of the refusal. */
export function parameterFileRefused(path: string, refusal: NdlError): NdlError {
  return new NdlError(refusal.code, `${path}: ${refusal.message}`, { known: refusal.known, cause: refusal });
}

/** A parameter file that cannot be read at all. */
export function parametersUnreadable(path: string, reason: string, cause: unknown): NdlError {
  return new NdlError(
    'PARAMETERS_UNREADABLE',
    `${path}: the parameter file cannot be read: ${withoutStop(reason)}. Nothing was changed.`,
    { cause },
  );
}

/** A file that cannot be written; what was there before is there still. */
export function fileNotWritten(path: string, reason: string, cause: unknown): NdlError {
  return new NdlError('FILE_NOT_WRITTEN', `${path} cannot be written: ${withoutStop(reason)}. Nothing was changed.`, {
    cause,
  });
}

/** A gradient check that failed. */
export function gradientsDiffer(report: string): NdlError {
  return new NdlError('GRADIENTS_DIFFER', report);
}

/** A loss that stopped being a number. */
export function lossNotFinite(epoch: number, minibatch: number, loss: number): NdlError {
  return new NdlError(
    'LOSS_NOT_FINITE',
    `The loss became ${loss} in epoch ${epoch}, minibatch ${minibatch}. ${DIVERGED}`,
  );
}

/** A parameter that stopped being a number. */
export function parameterNotFinite(epoch: number, parameter: string): NdlError {
  return new NdlError(
    'PARAMETER_NOT_FINITE',
    `Parameter '${parameter}' stopped being finite in epoch ${epoch}. ${DIVERGED}`,
  );
}

const DIVERGED =
  'All parameters are back to what they were when this epoch began; a smaller learning rate is the usual cure.';

/** A loss, a metric or a weight for a probe without targets. */
export function noTargetsFor(option: string, probe: string, targeted: readonly string[]): NdlError {
  return new NdlError(
    'TARGETS_MISSING',
    `${option} names ${probe}, which this call gives no targets for. Targets are given for: ${targeted.join(', ') || 'none'}.`,
    { known: targeted },
  );
}

/** A sentence to which something is going to be added. */
function withoutStop(sentence: string): string {
  return sentence.replace(/\.+$/, '');
}
