/** @file What to call a definition in messages, and what it throws, with that name in front. */
import { isNdlError } from '@ndl/core';
import { isPieces, unfinishedWork, type Pieces } from '@ndl/numerics';
import { definitionFailed, resultInvalid } from './definition-errors.ts';
import { kindOf } from './arrays.ts';

/** `the solver 'acme/lasso' of plugin @acme/solvers`; the plugin is left out where it is not known. */
export function definitionName(what: string, kind: string, plugin: string | undefined): string {
  return `the ${what} '${kind}'${plugin === undefined ? '' : ` of plugin ${plugin}`}`;
}

/**
 * Calls a definition. NdlErrors pass; all else that it throws is its fault, and becomes the cause.
 * @throws NdlError DEFINITION_FAILED
 */
export function calling<Result>(name: string, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    throw blamed(name, error);
  }
}

/** `calling` for a definition that writes operators. @throws NdlError DEFINITION_FAILED, DEFINITION_RESULT for a promise or a generator */
export function writeOperators(name: string, call: () => unknown): void {
  const unfinished = unfinishedWork(calling(name, call));
  if (unfinished !== undefined)
    throw resultInvalid(name, `${unfinished} from build`, 'it must have written its operators when it returns');
}

/** `calling` for a definition that may be asynchronous. @throws NdlError DEFINITION_FAILED */
export async function callingAsync<Result>(name: string, call: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw blamed(name, error);
  }
}

/**
 * `calling` for a definition that works in pieces. `method`: what is called, for messages.
 * @throws NdlError DEFINITION_FAILED; DEFINITION_RESULT for what is no generator
 */
export function* callingInPieces<Result>(name: string, method: string, call: () => Pieces<Result>): Pieces<Result> {
  try {
    const pieces: unknown = call();
    if (!isPieces(pieces)) {
      const returned = `${kindOf(pieces)} from ${method}`;
      throw resultInvalid(name, returned, `${method} must be a generator function that is not async, *${method}(…)`);
    }
    return (yield* pieces) as Result;
  } catch (error) {
    throw blamed(name, error);
  }
}

/** What a definition threw, as it is thrown on. Failed allocations pass too: the build knows whose they are. */
export function blamed(name: string, error: unknown): unknown {
  return isNdlError(error) || isAllocationFailure(error) ? error : definitionFailed(name, error);
}

/** Whether an error says that an array could not be made, for want of memory or because engines allow none so long. */
export function isAllocationFailure(error: unknown): boolean {
  return error instanceof RangeError && /array|allocat|memory/i.test(error.message);
}
