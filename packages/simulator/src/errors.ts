/** @file What can go wrong between a user's call and the executable. */
import { describeInfinite, type Dtype } from '@ndl/ir';
import { NdlError, showValue, suggest } from '@ndl/numerics';
import { describeBytes } from './describe-bytes.ts';

/** An option that `where` does not know. */
export function unknownOption(where: string, option: string, known: readonly string[]): NdlError {
  return new NdlError('UNKNOWN_OPTION', `${where} has no option '${option}'. ${suggest(option, known)}`, { known });
}

/** An option with a value that it cannot take. */
export function badOption(where: string, option: string, requirement: string, value: unknown): NdlError {
  return new NdlError('OPTION_INVALID', `${where}: ${option} ${requirement} (got ${showValue(value)}).`);
}

/** An assignment to a property that can only be read. */
export function fixedProperty(property: string, way: string): NdlError {
  return new NdlError('FIXED_PROPERTY', `Simulator: ${property} cannot be assigned; ${way}.`);
}

/** A call that was under way when the simulator was disposed of. */
export function disposedMeanwhile(call: string, cause: unknown): NdlError {
  return new NdlError(
    'SIMULATOR_DISPOSED',
    `${call} was still running when the simulator was disposed of; await it before the simulator goes (\`return await sim.${call}(…)\` where \`await using\` ends its life), or abort it through its signal.`,
    { cause },
  );
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

/** An object that was made after the simulator. */
export function cameLater(what: string, object: string): NdlError {
  return new NdlError(
    'FOREIGN_OBJECT',
    `${what}: ${object} was added to the network after this simulator was created, and is not part of it. Create a new Simulator.`,
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

/** An object that is no longer what learnt arrays go with. */
export function networkChanged(call: string, object: string, parameters: readonly string[]): NdlError {
  const were = parameters.length === 1 ? 'was' : 'were';
  return new NdlError(
    'NETWORK_CHANGED',
    `${call}: ${parameters.join(', ')} of ${object} ${were} changed after this simulator was created, and what it learnt goes with what ${were} before. Undo the change, call ${call}, then make it again; or create a new Simulator and train that. Nothing was changed.`,
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

/** Targets, losses, metrics or weights for an object that is no probe. */
export function notATarget(what: string, object: string, known: readonly string[], given = 'targets'): NdlError {
  return new NdlError(
    'NOT_A_TARGET',
    `${what}: ${object} is no probe, and ${given} belong to probes: ${known.join(', ') || 'there are none'}.`,
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

/** Data where the network has nothing that they could be for. */
export function nobodyToMean(what: string, fix: string): NdlError {
  return new NdlError('DATA_AMBIGUOUS', `${what} were given, but ${fix}.`);
}

/** Something in the place of data that is none, and no objects with data either. */
export function noData(what: string, value: unknown): NdlError {
  return new NdlError(
    'OPTION_INVALID',
    `${what} must be an array of numbers, pairs [[object, data], …], or a Map of objects and data, an empty Map for none (got ${showValue(value)}).`,
  );
}

/** Something in the place of the object that data, or losses, are for. `which`: `the first of a pair`; `wanted`: `a Node`. */
export function wrongKey(what: string, which: string, wanted: string, value: unknown): NdlError {
  return new NdlError('OPTION_INVALID', `${what}: ${which} must be ${wanted} (got ${showValue(value)}).`);
}

/** An object with no data, or with more than one. */
export function noPair(what: string, object: string, length: number): NdlError {
  return new NdlError(
    'OPTION_INVALID',
    `${what}: ${object} must come in a pair [object, data], got a list of ${length}.`,
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

/** NaN or infinity in data, or what the dtype makes infinite. */
export function dataNotFinite(owner: string, item: number, value: number, dtype: Dtype): NdlError {
  return new NdlError(
    'DATA_NOT_FINITE',
    `Data for ${owner}: item ${item} holds ${describeInfinite(dtype, value)}. Inputs must be finite; only targets may hold NaN, for "no error here".`,
  );
}

/** A weight of a loss that the dtype cannot hold. */
export function lossWeightNotFinite(where: string, probe: string, value: number, dtype: Dtype): NdlError {
  return new NdlError(
    'OPTION_INVALID',
    `${where}: lossWeights: that of ${probe} is ${describeInfinite(dtype, value)}.`,
  );
}

/** Something of training on a simulator built without it. */
export function inferenceOnly(call: string): NdlError {
  return new NdlError(
    'INFERENCE_ONLY',
    `${call} needs what training needs, but this network was configured with inferenceOnly: true. Configure it with inferenceOnly: false.`,
  );
}

/** A call that needs more memory than there is. */
export function notEnoughMemory(
  call: string,
  bytes: number,
  available: number,
  parts: readonly string[],
  fix: string,
): NdlError {
  return new NdlError(
    'TOO_LARGE',
    `${call} needs ${describeBytes(bytes)} of memory, and ${describeBytes(available)} are to be had. ${parts.join('; ')}. ${fix}.`,
  );
}

/** A call that needs an array longer than arrays can be. */
export function tooManyNumbers(call: string, part: string, most: number, fix: string): NdlError {
  return new NdlError(
    'TOO_LARGE',
    `${call} needs an array of more than ${most.toLocaleString('en-US')} numbers, the most that one holds. ${part}. ${fix}.`,
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
  const untrained =
    "direct() ensembles have no neurons, and nothing in them is trained: leave 'direct' out of `gradient`.";
  if (kind === 'direct') return new NdlError('GRADIENT_UNSUPPORTED', untrained);
  return new NdlError('UNKNOWN_NEURON', `No loaded plugin defines neurons of kind '${kind}'. ${suggest(kind, known)}`, {
    known,
  });
}

/** A gradient approximation chosen for a kind that it is not for. `known`: kinds that it is for. */
export function gradientCannotTrain(name: string, kind: string, known: readonly string[]): NdlError {
  return new NdlError(
    'GRADIENT_UNSUPPORTED',
    `The gradient approximation "${name}" cannot train ${kind} neurons. It can train: ${known.join(', ') || 'none of the loaded kinds'}. Kinds that are left out keep the default.`,
    { known },
  );
}

/** A gradient approximation that was asked whether it can train a kind, and did not say. `did`: `threw`, `returned`. */
export function gradientInvalid(name: string, kind: string, did: 'threw' | 'returned', what: unknown): NdlError {
  const shown = what instanceof Error ? what.message : showValue(what);
  return new NdlError(
    'GRADIENT_INVALID',
    `The gradient approximation "${name}" ${did} ${shown} in supports(), asked about ${kind} neurons; it must return true or false. ` +
      'Repair the plugin.',
    { cause: did === 'threw' ? what : undefined },
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

/** Something in the place of the bytes of a parameter file. */
export function noBytes(value: unknown): NdlError {
  const fix =
    typeof value === 'string'
      ? 'Read the file first; in Node, loadParameters of ndl/node takes a path.'
      : 'Of a Response or a Blob take `await value.arrayBuffer()`.';
  return new NdlError(
    'OPTION_INVALID',
    `decodeParameters: bytes must be a Uint8Array, an ArrayBuffer or a view of one (got ${showValue(value)}). ${fix}`,
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

/** A gradient check that can tell nothing. */
export function gradientsUndecided(elements: number): NdlError {
  return new NdlError(
    'GRADIENTS_UNDECIDED',
    `checkGradients: none of ${elements} elements can be checked by differences: each stands at a kink or so close to one that the ` +
      'loss has no derivative to tell, or the loss is so large that its rounding hides what they change. Give other inputs, ' +
      'targets that outputs do not meet exactly, or a loss without large constants.',
  );
}

/** A call whose targets are all NaN. */
export function nothingAskedFor(where: string): NdlError {
  return new NdlError(
    'TARGETS_ASK_FOR_NOTHING',
    `${where}: all targets of all probes are NaN, and NaN asks for nothing: there is nothing to measure.`,
  );
}

/** A network without probes, where something is to be measured. */
export function noProbe(where: string): NdlError {
  return new NdlError(
    'TARGETS_MISSING',
    `${where}: the network has no probe, and losses are measured on what probes record. Make a Probe of what shall be measured.`,
  );
}

/** A callback that returned what is no verdict. */
export function callbackResult(index: number, value: unknown): NdlError {
  return badOption(
    'train',
    `callbacks[${index}].onEpochEnd`,
    "must return nothing, or 'stop' to make this the last epoch; the parameters are those after it",
    value,
  );
}

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
