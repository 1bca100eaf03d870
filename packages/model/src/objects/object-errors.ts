/** @file What is said of objects: of what they connect, probe, compute and learn, and of changes that others cannot live with. */
import { isRefusedPromise, NdlError, showThrown, showValue, suggest } from '@ndl/numerics';
import { unknownOption } from '../errors.ts';

/** An assignment to a name that an object does not have. `way` is a clause; without it the names that it has are told. */
export function unknownProperty(
  subject: string,
  property: string,
  way: string | undefined,
  known: readonly string[],
): NdlError {
  if (way === undefined) return unknownOption(subject, property, known);
  return new NdlError('UNKNOWN_OPTION', `${subject} has no '${property}' to assign to; ${way}.`);
}

/** Something that a connection cannot begin or end at. */
export function notConnectable(where: string, problem: string): NdlError {
  return new NdlError('NOT_CONNECTABLE', `${where} ${problem}`);
}

/** Something that has nothing to probe. */
export function notProbeable(subject: string, problem: string): NdlError {
  return new NdlError('NOT_PROBEABLE', `${subject}: ${problem}`);
}

/** What neurons put out is their output, spikes or rates; what they are is asked of them, and not of their ensemble. */
function whereNeuronsHaveIt(attribute: string, known: readonly string[], neurons: readonly string[]): string {
  const isSpikes = attribute.startsWith('spike');
  if (isSpikes && known.includes('output')) return "Spikes are the 'output' of neurons. ";
  const own = isSpikes ? 'output' : attribute;
  if (!neurons.includes(own)) return '';
  const whose = isSpikes ? "Spikes are the 'output' of its neurons" : 'Its neurons have it';
  return `${whose}: new Probe(ensemble.neurons, { attribute: '${own}' }). `;
}

/**
 * An attribute that the target of a probe does not have.
 * @param neurons what can be probed of the neurons of an ensemble; of other targets nothing
 */
export function unknownProbeAttribute(
  subject: string,
  attribute: string,
  target: string,
  known: readonly string[],
  neurons: readonly string[],
): NdlError {
  const hint = whereNeuronsHaveIt(attribute, known, neurons);
  return new NdlError(
    'UNKNOWN_ATTRIBUTE',
    `${subject}: '${attribute}' of ${target} cannot be probed. ${hint}${suggest(attribute, known)}`,
    { known },
  );
}

/** A learning rule of a connection that has nothing for it to change. */
export function cannotLearn(where: string, problem: string): NdlError {
  return new NdlError('CANNOT_LEARN', `${where} ${problem}`);
}

/** A function on a connection that cannot have one. */
export function functionNotAllowed(where: string, problem: string): NdlError {
  return new NdlError('FUNCTION_NOT_ALLOWED', `${where} ${problem}`);
}

/** A user's function threw when it was tried. */
export function functionFailed(who: string, cause: unknown): NdlError {
  return new NdlError('FUNCTION_FAILED', `${who} threw: ${showThrown(cause)}`, { cause });
}

/** A user's function returned what is no number and no flat list of numbers. */
export function functionResultInvalid(who: string, result: unknown): NdlError {
  return new NdlError(
    'FUNCTION_RESULT',
    `${who} must return a number or a flat list of numbers; it returned ${showValue(result)}.` +
      (isRefusedPromise(result) ? ' Functions are synchronous: await before they are called.' : ''),
  );
}

/** A node function that wants more than it gets. */
export function functionArguments(where: string, wanted: number, given: number): NdlError {
  const fix = given === 1 ? ' Give the node a sizeIn to have an input.' : '';
  return new NdlError(
    'FUNCTION_ARGUMENTS',
    `${where} takes ${wanted} arguments, but is called with ${given === 1 ? 'the time alone' : 'the time and the input'}.${fix}`,
  );
}

/** Evaluation points, or an array in place of a function, where they cannot be. */
export function evalPointsNotAllowed(where: string, problem: string): NdlError {
  return new NdlError('EVAL_POINTS_NOT_ALLOWED', `${where} ${problem}`);
}

/** A selection that picks nothing, or what is not there. */
export function invalidSelection(object: string, problem: string): NdlError {
  return new NdlError('INVALID_SELECTION', `${object}: ${problem}`);
}

/** Repeated indices where a matrix could not tell them apart. */
export function repeatedIndices(where: string): NdlError {
  return new NdlError(
    'REPEATED_INDICES',
    `${where} selects an index twice, which does not go with a matrix transform. Add the columns or rows of the repeated index, or use a scalar transform.`,
  );
}

/** A seed on a node. */
export function nodeSeed(subject: string): NdlError {
  return new NdlError(
    'NODE_SEED',
    `${subject}: nodes draw no random numbers, so they take no seed. Give the seed to the node's process.`,
  );
}

/** An assignment to what an object is made of for good. `way` is a clause: "make another ensemble instead". */
export function fixedProperty(subject: string, property: string, way: string): NdlError {
  return new NdlError('FIXED_PROPERTY', `${subject}: ${property} cannot be assigned; ${way}.`);
}

/** A change that other objects of the network cannot live with. */
export function changeRefused(subject: string, cause: NdlError): NdlError {
  return new NdlError(cause.code, `${subject} stays as it was: with this change, ${cause.message}`, {
    known: cause.known,
    cause,
  });
}

/** A removal of what others lean on. */
export function removalRefused(subject: string, dependent: string): NdlError {
  return new NdlError('REMOVAL_REFUSED', `${subject} cannot be removed: ${dependent} depends on it. Make that later.`);
}

/** Firing rates that a neuron type cannot reach. */
export function maxRateUnreachable(where: string, rate: number, limit: number, neuronKind: string): NdlError {
  return new NdlError(
    'MAX_RATE_UNREACHABLE',
    `${where} goes up to ${rate} Hz, but ${neuronKind} neurons stay below 1/tauRef = ${limit} Hz. Lower maxRates or tauRef.`,
  );
}
