/** @file What can go wrong between a user's call and the executable. */
import { hintForOtherCopy } from '@ndl/model';
import { NdlError, showThrown, showValue, suggest, withHint } from '@ndl/numerics';
import { describeBytes } from './memory/describe-bytes.ts';

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

/** An object that was made after the simulator. */
export function cameLater(what: string, object: string): NdlError {
  return new NdlError(
    'FOREIGN_OBJECT',
    `${what}: ${object} was added to the network after this simulator was created, and is not part of it. Create a new Simulator.`,
  );
}

/** An object that the simulated network does not contain. */
export function foreignObject(what: string, name: string, object: unknown, known: readonly string[]): NdlError {
  const sentence = `${what}: ${name} does not belong to the simulated network. Known: ${firstOf(known)}.`;
  return new NdlError('FOREIGN_OBJECT', withHint(sentence, hintForOtherCopy(object)), { known });
}

/** Names of a network that may have thousands. */
function firstOf(names: readonly string[]): string {
  const rest = names.length - 10;
  return rest > 0 ? `${names.slice(0, 10).join(', ')} and ${rest} more` : names.join(', ') || 'none';
}

/** Another network than the simulated one, in its place. */
export function otherNetwork(call: string, name: string, network: unknown): NdlError {
  const sentence = `${call}: ${name} is another network than the simulated one. Leave the argument out, or give the network that the simulator was created with.`;
  return new NdlError('FOREIGN_OBJECT', withHint(sentence, hintForOtherCopy(network)));
}

/** An object that is no longer what learnt arrays go with. */
export function networkChanged(call: string, object: string, parameters: readonly string[]): NdlError {
  const were = parameters.length === 1 ? 'was' : 'were';
  return new NdlError(
    'NETWORK_CHANGED',
    `${call}: ${parameters.join(', ')} of ${object} ${were} changed after this simulator was created, and what it learnt goes with what ${were} before. Undo the change, call ${call}, then make it again; or create a new Simulator and train that. Nothing was changed.`,
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
    'UNKNOWN_SESSION_CONFIG',
    `sessionConfig: backend ${backend} has no '${name}', nor has any other. ${suggest(name, known)}`,
    { known },
  );
}

/** A value in `sessionConfig` of the wrong type or range. */
export function invalidSessionConfig(name: string, expects: string, value: unknown): NdlError {
  return new NdlError('INVALID_SESSION_CONFIG', `sessionConfig "${name}" must be ${expects}, got ${showValue(value)}.`);
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
  return new NdlError('UNKNOWN_KIND', `No loaded plugin defines neurons of kind '${kind}'. ${suggest(kind, known)}`, {
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

/** Something that no learning rule changes. */
export function nothingLearnt(call: string, name: string): NdlError {
  return new NdlError(
    'NOTHING_LEARNT',
    `${call}: nothing of ${name} is learnt while the network runs. Rules are given to connections: learningRuleType: pes() and the like; those ` +
      'of encoders are read of the ensemble. What training has moved is in sim.data.',
  );
}

/** Weights that a learning rule has let grow out of all bounds. */
export function divergedOnline(name: string, value: number): NdlError {
  return new NdlError(
    'NOT_FINITE',
    `keepLearnt: ${name} has become ${value} in the runs so far. Lower the learningRate of its rule, reset(), and run again. Nothing was changed.`,
  );
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

/** A parameter file that does not fit this network. */
export function parameterMismatch(problems: readonly string[]): NdlError {
  return new NdlError(
    'PARAMETERS_MISMATCH',
    `These parameters do not fit this network: ${problems.map(withoutStop).join('; ')}. Nothing was changed.`,
  );
}

/** Something in the place of the bytes of a parameter file. */
export function noBytes(call: string, value: unknown): NdlError {
  const fix =
    typeof value === 'string'
      ? 'Read the file first; in Node, loadParameters and loadState of ndl/node take a path.'
      : 'Of a Response or a Blob take `await value.arrayBuffer()`.';
  return new NdlError(
    'INVALID_OPTION',
    `${call}: bytes must be a Uint8Array, an ArrayBuffer or a view of one (got ${showValue(value)}). ${fix}`,
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
export function fileRefused(path: string, refusal: NdlError): NdlError {
  return new NdlError(refusal.code, `${path}: ${refusal.message}`, { known: refusal.known, cause: refusal });
}

/** A file of parameters, or of a saved state, that cannot be read at all. */
export function fileUnreadable(kind: 'parameters' | 'state', path: string, reason: string, cause: unknown): NdlError {
  return new NdlError(
    kind === 'parameters' ? 'PARAMETERS_UNREADABLE' : 'STATE_UNREADABLE',
    `${path}: the ${kind === 'parameters' ? 'parameter' : 'state'} file cannot be read: ${withoutStop(reason)}. Nothing was changed.`,
    { cause },
  );
}

/** A file that cannot be written; what was there before is there still. */
export function fileNotWritten(path: string, reason: string, cause: unknown): NdlError {
  return new NdlError('FILE_NOT_WRITTEN', `${path} cannot be written: ${withoutStop(reason)}. Nothing was changed.`, {
    cause,
  });
}

/** A folder that is missing and cannot be made. */
export function folderNotMade(path: string, reason: string, cause: unknown): NdlError {
  return new NdlError('FOLDER_UNWRITABLE', `The folder ${path} cannot be made: ${withoutStop(reason)}.`, { cause });
}

/** An optimizer whose scalars could not be asked for. */
export function optimizerFailed(kind: string, update: number, cause: unknown): NdlError {
  const reason = reasonOf(cause);
  return new NdlError(
    'OPTIMIZER_INVALID',
    `The optimizer '${kind}' threw, asked for its scalars of update ${update}: ${reason}`,
    {
      cause,
    },
  );
}

/** A loss or metric that threw while it was written. */
export function objectiveFailed(kind: string, cause: unknown): NdlError {
  return new NdlError(
    'OBJECTIVE_INVALID',
    `The loss or metric '${kind}' threw while it was built: ${reasonOf(cause)}`,
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

/** A callback that returned what is no verdict. */
export function callbackResult(index: number, call: keyof typeof ANSWERS, value: unknown): NdlError {
  return badOption('train', `callbacks[${index}].${call}`, ANSWERS[call], value);
}

const ANSWERS = {
  onTrainBegin: 'must return nothing, or a promise of nothing: only onEpochEnd can end a training',
  onEpochEnd: "must return nothing, or 'stop' to make this the last epoch; the parameters are those after it",
} as const;

/** What was thrown, in words. */
function reasonOf(cause: unknown): string {
  return showThrown(cause);
}

/** A sentence to which something is going to be added. */
function withoutStop(sentence: string): string {
  return sentence.replace(/\.+$/, '');
}

/** Rates asked of an ensemble that has no neurons. */
export function noNeuronsToFire(name: string): NdlError {
  return new NdlError(
    'NO_NEURONS',
    `rates: ${name} is of type direct() and has no neurons that could fire; choose another neuronType.`,
  );
}
