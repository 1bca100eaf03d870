/** @file What can be wrong with a saved state, and with saving one. */
import { NdlError, withoutStop } from '@ndl/numerics';

/** Bytes that are no saved state. */
export function notState(reason: string, cause?: unknown): NdlError {
  return new NdlError('STATE_INVALID', `Not a state saved by ndl: ${withoutStop(reason)}. Nothing was changed.`, {
    cause,
  });
}

/** A state of another network, or of another simulation of it. */
export function stateMismatch(problems: readonly string[]): NdlError {
  return new NdlError(
    'STATE_MISMATCH',
    `This state does not fit this simulator: ${problems.map(withoutStop).join('; ')}. Nothing was changed.`,
  );
}

/** A state with NaN or infinity in it, from which nothing can go on. `isLearnt`: of what a learning rule changes. */
export function stateNotFinite(
  call: 'saveState' | 'restoreState',
  name: string,
  value: number,
  isLearnt: boolean,
): NdlError {
  const held = call === 'saveState' ? 'has become' : 'is';
  const when = call === 'saveState' ? 'in the runs so far' : 'in this state, which was saved after it had diverged';
  const cause = isLearnt
    ? 'Lower the learningRate of its rule'
    : 'Look for what grows without bound: a connection that feeds back, a rule that learns too fast';
  return new NdlError(
    'NOT_FINITE',
    `${call}: '${name}' ${held} ${value} ${when}. ${cause}, reset(), and run again. Nothing was ${call === 'saveState' ? 'saved' : 'changed'}.`,
  );
}

/** What a process or a function of a plugin saves, and JSON cannot hold. `problem` follows it: `has a Map at .history`. */
export function notJson(kind: 'function' | 'process', name: string, problem: string): NdlError {
  return new NdlError(
    'STATE_NOT_PLAIN',
    `saveState: what the ${kind} '${name}' saves ${problem}; its save must return plain data: finite numbers, texts, booleans, null, ` +
      'and lists and records of them. Nothing was saved.',
  );
}

/** What was wrong with a process when it was to save itself, or to go back to what it saved. */
export function processFailed(method: 'save' | 'restore', { code, message, cause }: NdlError): NdlError {
  return new NdlError(code, `${method}State: ${message} Nothing was ${method}d.`, { cause });
}
