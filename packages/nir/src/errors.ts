/** @file Every diagnostic of `@ndl/nir`: one function each, with a stable code, the culprit, and the fix. */
import { NdlError, showThrown, showValue, suggest, withHint } from '@ndl/numerics';

/** An option that is not known. */
export function unknownOption(subject: string, option: string, known: readonly string[]): NdlError {
  return new NdlError('UNKNOWN_OPTION', `${subject}: unknown option '${option}'. ${suggest(option, known)}`, { known });
}

/** A value of the wrong type or outside its range. `where` is subject and option: `nirNetwork: convention`. */
export function invalidOption(where: string, requirement: string, actual: unknown): NdlError {
  return new NdlError('INVALID_OPTION', `${where} must be ${requirement}; got ${showValue(actual)}.`);
}

/** One of some words, and another was given. */
export function unknownChoice(where: string, choice: unknown, known: readonly string[]): NdlError {
  const hint = typeof choice === 'string' ? suggest(choice, known) : `Known: ${known.join(', ')}.`;
  return new NdlError('INVALID_OPTION', `${where} is ${showValue(choice)}, which there is not. ${hint}`, { known });
}

/** Options for a node that the graph does not have. */
export function unknownNode(subject: string, name: string, known: readonly string[]): NdlError {
  return new NdlError('UNKNOWN_NAME', `${subject}: the graph has no node '${name}'. ${suggest(name, known)}`, {
    known,
  });
}

/** Bytes that HDF5 cannot read, or that hold something else than a graph. */
export function fileInvalid(problem: string, cause?: unknown): NdlError {
  return new NdlError('NIR_FILE', `This is no file of NIR that can be read: ${problem}.`, { cause });
}

/** A file that HDF5 itself gives up on. */
export function fileUnreadable(what: string, cause: unknown): NdlError {
  const reason = showThrown(cause)
    .split('\n')
    .findLast((line) => /^\s*#\d+:/u.test(line));
  const detail = reason === undefined ? '' : ` (${reason.replace(/^.*?\bin \w+\(\): /u, '').trim()})`;
  return fileInvalid(`${what}${detail}; is it whole, and is it HDF5?`, cause);
}

/** A file, or a graph, that is larger than any that is meant. */
export function tooLarge(what: string, size: string, limit: string): NdlError {
  return new NdlError('TOO_LARGE', `${what} has ${size}; no more than ${limit} are read.`);
}

/** A file that could not be written. */
export function notWritten(cause: unknown): NdlError {
  return new NdlError('NIR_FILE', `The graph cannot be written as HDF5: ${showThrown(cause)}.`, { cause });
}

/** A graph whose nodes or edges make no network. `node` is its path, as in "node 'lif1' (LIF)". */
export function graphInvalid(node: string, problem: string): NdlError {
  return new NdlError('NIR_GRAPH', `${node}: ${problem}.`);
}

/** A kind of node that NIR, as ndl knows it, does not have. */
export function typeUnknown(node: string, type: string, known: readonly string[]): NdlError {
  return new NdlError('NIR_TYPE', `${node} is of type '${type}', which ndl does not know. ${suggest(type, known)}`, {
    known,
  });
}

/** Arrays that do not fit each other, or what arrives. */
export function shapeInvalid(node: string, problem: string): NdlError {
  return new NdlError('SHAPE_MISMATCH', `${node}: ${problem}.`);
}

/** A cycle in which nothing takes time. */
export function cycleWithoutDelay(names: readonly string[]): NdlError {
  return new NdlError(
    'NIR_CYCLE',
    `The nodes ${names.map((name) => `'${name}'`).join(' → ')} → '${names[0]}' are a cycle in which nothing remembers: ` +
      'each would wait for the others. Put a Delay, or a node with a membrane, into it.',
  );
}

/** Asked for the graph of a network that was not made from one. `hint`: of what it looks as if it were. */
export function noGraph(network: string, hint: string): NdlError {
  const sentence = `${network} was not made by nirNetwork or importNir, so its nodes have no counterparts in NIR.`;
  return new NdlError('NIR_NOT_IMPORTED', withHint(sentence, hint));
}

/** An object of the network that no longer is what its node stands for. */
export function changedBeyondNir(node: string, problem: string): NdlError {
  return new NdlError('NIR_CHANGED', `${node} cannot be written: ${problem}.`);
}

/** Decoders, or tuning by rates, asked of neurons that have none. */
export function neuronsOnly(kind: string): NdlError {
  return new NdlError(
    'NIR_NEURONS_ONLY',
    `Neurons of kind '${kind}' have no decoders, as each has parameters of its own: connect to and from ensemble.neurons.`,
  );
}
