/** @file Every diagnostic of `@ndl/model`: one function each, with a stable code, the culprit, and the fix. */
import { isRefusedPromise, NdlError, showThrown, showValue, suggest, withHint } from '@ndl/numerics';

/** An object was made, or settings were made, outside every network. */
export function networkContext(what: string, hint = ''): NdlError {
  const sentence = `${what} belongs in a network, and none is open here: put it inside network.within(() => …), or into the build function of new Network(options, build).`;
  return new NdlError('NETWORK_CONTEXT', withHint(sentence, hint));
}

/** Contexts opened inside each other without end. */
export function networkContextDepth(limit: number): NdlError {
  return new NdlError(
    'NETWORK_CONTEXT_DEPTH',
    `Networks are open inside each other more than ${limit} deep; is a build function calling itself?`,
  );
}

/** A build function that would go on after its context has closed. */
export function asyncBuild(network: string): NdlError {
  return new NdlError(
    'ASYNC_BUILD',
    `${network}: the build function is asynchronous (it returns a promise), but the network is open only until it returns. ` +
      'Await what you need before calling within(), then build synchronously.',
  );
}

/** A name that the receiver does not know. */
export function unknownOption(subject: string, option: string, known: readonly string[]): NdlError {
  const isAttribute = option === 'trainable' || option === 'keepHistory';
  const fix = isAttribute
    ? `It belongs to the configuration: say net.config.of(object).${option} = …, after configureSettings({ ${option}: … }) has added it.`
    : suggest(option, known);
  return new NdlError('UNKNOWN_OPTION', `${subject}: unknown option '${option}'. ${fix}`, { known });
}

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

/** A value of the wrong type or outside its range. `where` is subject and parameter: `lif: tauRc`. */
export function invalidParameter(where: string, requirement: string, actual: unknown, hint = ''): NdlError {
  const got = isNamedByPlace(actual, where) ? 'a function' : showValue(actual);
  return new NdlError('INVALID_OPTION', withHint(`${where} must be ${requirement}; got ${got}.`, hint));
}

/** Whether a function has its name from the option that it was written for, as in `encoders: () => 1`. */
export function isNamedByPlace(value: unknown, where: string): boolean {
  return typeof value === 'function' && value.name !== '' && /\w+$/.exec(where)?.[0] === value.name;
}

/** A parameter without default that was not given. */
export function missingParameter(where: string): NdlError {
  return new NdlError('MISSING_OPTION', `${where} is required and was not given.`);
}

/** An array of another shape than its place asks for; `*` stands for any length. */
export function wrongShape(
  where: string,
  expected: readonly (number | '*')[],
  actual: readonly number[],
  why = '',
): NdlError {
  return new NdlError(
    'SHAPE_MISMATCH',
    withHint(`${where}: expected shape [${expected.join(', ')}], got [${actual.join(', ')}].`, why),
  );
}

/** Sizes whose array no engine can hold. `count` says what there is too much of: "too many neurons". */
export function tooLarge(where: string, count: string, sizes: readonly number[], limit: number): NdlError {
  const total = sizes.reduce((product, size) => product * size, 1);
  const sum = sizes.length === 1 ? '' : ` = ${total}`;
  return new NdlError(
    'TOO_LARGE',
    `${where}: ${count}: an array of ${sizes.join(' · ')}${sum} numbers is wanted, and ${limit} are the most that one can hold.`,
  );
}

/** NaN or infinity where a number is wanted. */
export function nonFinite(where: string, value: number, position?: readonly number[]): NdlError {
  const place = position === undefined || position.length === 0 ? '' : ` at [${position.join(', ')}]`;
  return new NdlError('NOT_FINITE', `${where} holds ${value}${place}; every number must be finite.`);
}

/** An object that belongs to another top-level network. */
export function otherNetwork(subject: string, role: string, name: string, hint: string): NdlError {
  const sentence = `${subject}: ${role}, ${name}, belongs to another network. Objects work together only within one top-level network.`;
  return new NdlError('FOREIGN_OBJECT', withHint(sentence, hint));
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

/** A subnetwork where only a whole can be taken. */
export function notTopLevel(what: string, actual: string): NdlError {
  return new NdlError('NOT_TOP_LEVEL', `${what} takes a top-level network; got ${actual}. Pass its \`toplevel\`.`);
}

/** Data that contain themselves. */
export function cyclicData(data: object): NdlError {
  return new NdlError(
    'CYCLIC_DATA',
    `${showValue(data)} contains itself; data that are kept are copied, so they must end somewhere.`,
  );
}

/** Two options that cannot stand together, or one that needs the other. */
export function optionConflict(subject: string, problem: string): NdlError {
  return new NdlError('OPTION_CONFLICT', `${subject}: ${problem}`);
}

/** Firing rates that a neuron type cannot reach. */
export function maxRateUnreachable(where: string, rate: number, limit: number, neuronKind: string): NdlError {
  return new NdlError(
    'MAX_RATE_UNREACHABLE',
    `${where} goes up to ${rate} Hz, but ${neuronKind} neurons stay below 1/tauRef = ${limit} Hz. Lower maxRates or tauRef.`,
  );
}

/** An attribute of objects that was not added to the configuration. */
export function attributeNotAdded(name: string, target: string, known: readonly string[]): NdlError {
  const adds = known.includes(name)
    ? `configureSettings({ ${name}: ${name === 'trainable' ? 'null' : 'true'} }) adds it`
    : `net.config.addAttribute('${name}', …) adds one`;
  const hint = known.includes(name) ? '' : ` ${suggest(name, known)}`;
  return new NdlError(
    'ATTRIBUTE_NOT_ADDED',
    `${target} has no attribute '${name}' in this configuration: ${adds}, on the top-level network.${hint}`,
    { known },
  );
}

/** A parameter taken for an attribute. */
export function parameterNotAttribute(name: string, target: string, way: string): NdlError {
  return new NdlError('ATTRIBUTE_NOT_ADDED', `${target} has no attribute '${name}': ${way}.`);
}

/** An attribute of objects looked for on a subnetwork's own configuration. */
export function subnetworkAttribute(subnetwork: string, name: string, line: string): NdlError {
  return new NdlError(
    'SUBNETWORK_ATTRIBUTE',
    `${subnetwork}: '${name}' is kept on the top-level network, not on a subnetwork's own config. Write: ${line}`,
  );
}

/** An attribute on an object that it means nothing for. */
export function attributeNotApplicable(name: string, target: string, appliesTo: readonly string[]): NdlError {
  return new NdlError(
    'ATTRIBUTE_NOT_APPLICABLE',
    `${target}: '${name}' means nothing here; it applies to: ${appliesTo.join(', ')}.`,
    { known: appliesTo },
  );
}

/** `trainable: true` for an ensemble without parameters. */
export function nothingToTrain(target: string): NdlError {
  return new NdlError(
    'ATTRIBUTE_NOT_APPLICABLE',
    `${target}: there is nothing to train, for direct() passes the value on as it is, without encoders or biases. ` +
      'Leave trainable out here, or give the ensemble another neuronType; connections to and from it can be trained.',
  );
}

/** Something that has no configuration. */
export function notConfigurable(actual: unknown): NdlError {
  return new NdlError(
    'NOT_CONFIGURABLE',
    `config.of takes a class (Ensemble, Neurons, Node, Connection, Probe, Network) or an object of the network; got ${showValue(actual)}.`,
  );
}

/** A name that reaches into JavaScript's prototypes. */
export function reservedName(name: string): NdlError {
  return new NdlError('RESERVED_NAME', `'${name}' is a reserved name of JavaScript and cannot be a setting.`);
}

/** A synapse that is no quotient of polynomials. */
export function noTransferFunction(call: string, kind: string): NdlError {
  return new NdlError(
    'FILTER_NOT_RATIONAL',
    `${call}: a synapse of kind '${kind}' has no transfer function. Lowpass, alpha and linear filters have one.`,
  );
}

/** A filter in continuous time behind one in steps. */
export function filtersNotCombined(): NdlError {
  return new NdlError(
    'FILTERS_NOT_COMBINED',
    'combineFilters: one filter is analog, the other is not; both must be in s, or both in z.',
  );
}

/** What is no network as `network.toJSON` writes it. */
export function jsonInvalid(problem: string, cause?: unknown): NdlError {
  return new NdlError('NETWORK_JSON', `This is no network as network.toJSON() writes it: ${problem}.`, { cause });
}

/** A function that has no name in files, or a name without function. */
export function functionNotNamed(where: string, name: string, known: readonly string[]): NdlError {
  const called = name === '' ? 'a function' : `the function '${name}'`;
  return new NdlError(
    'FUNCTION_NOT_NAMED',
    `${where} is ${called}, and files hold functions by name only: give the same { functions: { ${name || 'square'}: … } } to ` +
      `toJSON and networkFromJson. ${known.length === 0 ? 'None is given.' : `Given are ${known.join(', ')}.`}`,
    { known },
  );
}

/** What cannot stand in a file. */
export function notAsJson(where: string, value: string): NdlError {
  return new NdlError(
    'NOT_JSON',
    `${where} is ${value}, which no file can hold: plain data, arrays and named functions can.`,
  );
}

/** A part of a network that leads outside. */
export function notCopyable(object: string, other: string): NdlError {
  return new NdlError(
    'NOT_COPYABLE',
    `${object} is connected to ${other}, which is not in the network that is to be copied; copy one that holds both.`,
  );
}
