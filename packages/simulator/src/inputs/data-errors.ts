/** @file What can be wrong with the data of a call: with what they are for, with their shapes, and with each other. */
import { describeInfinite, type Dtype } from '@ndl/ir';
import { hintForOtherCopy } from '@ndl/model';
import { NdlError, showValue, withHint } from '@ndl/numerics';

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
    'INVALID_OPTION',
    `${what} must be an array of numbers, pairs [[object, data], …], or a Map of objects and data, an empty Map for none (got ${showValue(value)}).`,
  );
}

/** Something in the place of the object that data, or losses, are for. `which`: `the first of a pair`; `wanted`: `a Node`. */
export function wrongKey(what: string, which: string, wanted: string, value: unknown): NdlError {
  const sentence = `${what}: ${which} must be ${wanted} (got ${showValue(value)}).`;
  return new NdlError('INVALID_OPTION', withHint(sentence, hintForOtherCopy(value)));
}

/** An object with no data, or with more than one. */
export function noPair(what: string, object: string, length: number): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    `${what}: ${object} must come in a pair [object, data], got a list of ${length}.`,
  );
}

/** Data of a wrong shape. */
export function dataShape(owner: string, expected: string, got: readonly number[]): NdlError {
  return new NdlError('SHAPE_MISMATCH', `Data for ${owner} must be ${expected}; got shape [${got.join(', ')}].`);
}

/** Data that are no arrays of numbers. The code stays that of the refusal. */
export function dataInvalid(owner: string, refusal: NdlError): NdlError {
  return new NdlError(refusal.code, `Data for ${owner} are no array of numbers: ${refusal.message}`, {
    cause: refusal,
  });
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

/** Targets of a probe that samples, which are not as many as its samples. `period`: steps from one to the next. */
export function samplesDisagree(owner: string, got: number, samples: number, steps: number, period: number): NdlError {
  const every = Number(period.toPrecision(6));
  return new NdlError(
    'DATA_DISAGREE',
    `${owner} has ${got} targets, but takes ${samples} ${samples === 1 ? 'sample' : 'samples'} in ${steps} steps: its sampleEvery is ${every} steps long. ` +
      'Give a target per sample, or [items, size] to hold one over all samples.',
  );
}

/** NaN or infinity in data, or what the dtype makes infinite. */
export function dataNotFinite(owner: string, item: number, value: number, dtype: Dtype): NdlError {
  return new NdlError(
    'NOT_FINITE',
    `Data for ${owner}: item ${item} holds ${describeInfinite(dtype, value)}. Inputs must be finite; only targets may hold NaN, for "no error here".`,
  );
}

/** A weight of a loss that the dtype cannot hold. */
export function lossWeightNotFinite(where: string, probe: string, value: number, dtype: Dtype): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    `${where}: lossWeights: that of ${probe} is ${describeInfinite(dtype, value)}.`,
  );
}

/** A call whose targets are all NaN. */
export function nothingAskedFor(where: string): NdlError {
  return new NdlError(
    'TARGETS_ASK_FOR_NOTHING',
    `${where}: all targets of all probes are NaN, and NaN asks for nothing: there is nothing to measure.`,
  );
}

/** A probe with targets that takes no sample. */
export function noSample(where: string, owner: string, steps: number, least: number): NdlError {
  return new NdlError(
    'TARGETS_ASK_FOR_NOTHING',
    `${where}: ${owner} takes no sample in ${steps} ${steps === 1 ? 'step' : 'steps'}, as its sampleEvery is longer: there is nothing to measure. Simulate at least ${least} steps, with the option steps or by data of so many, or shorten sampleEvery.`,
  );
}

/** A network without probes, where something is to be measured. */
export function noProbe(where: string): NdlError {
  return new NdlError(
    'TARGETS_MISSING',
    `${where}: the network has no probe, and losses are measured on what probes record. Make a Probe of what shall be measured.`,
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
