/** @file What is said of parameters: those of files, those that were learnt, and those that go with another network. */
import { NdlError, showValue, withoutStop } from '@ndl/numerics';

/** An object that is no longer what learnt arrays go with. */
export function networkChanged(call: string, object: string, parameters: readonly string[]): NdlError {
  const were = parameters.length === 1 ? 'was' : 'were';
  return new NdlError(
    'NETWORK_CHANGED',
    `${call}: ${parameters.join(', ')} of ${object} ${were} changed after this simulator was created, and what it learnt goes with what ${were} before. Undo the change, call ${call}, then make it again; or create a new Simulator and train that. Nothing was changed.`,
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
