/** @file Call sites: the line of the user's program that called us, for errors that come up later than their cause. */
import { refuseSurplus } from '@ndl/numerics';

interface StackCapturer {
  captureStackTrace?: (target: { stack?: string }, callee: Function) => void;
}

/**
 * Where `callee` was called from, as `file:line:column`; functions of the engine itself in between (`forEach`) do not
 * count. "an unknown place" where the engine does not say.
 */
export function callSiteOf(callee: Function): string {
  refuseSurplus('callSiteOf', arguments, 1);
  const holder: { stack?: string } = {};
  (Error as StackCapturer).captureStackTrace?.(holder, callee);
  const frame = holder.stack?.split('\n').find((line) => /^\s*at .*:\d+:\d+\)?\s*$/.test(line));
  const place = frame?.match(/\(([^()]+)\)\s*$/)?.[1] ?? frame?.replace(/^\s*at (async )?/, '').trim();
  return place ?? 'an unknown place';
}
