/** @file Call sites: the line of the user's program that called us, for errors that come up later than their cause. */

interface StackCapturer {
  captureStackTrace?: (target: { stack?: string }, callee: Function) => void;
}

/** Where `callee` was called from, as `file:line:column`; "an unknown place" where the engine does not say. */
export function callSiteOf(callee: Function): string {
  const holder: { stack?: string } = {};
  (Error as StackCapturer).captureStackTrace?.(holder, callee);
  const frame = holder.stack?.split('\n').find((line) => /^\s*at /.test(line));
  const place = frame?.match(/\(([^()]+)\)\s*$/)?.[1] ?? frame?.replace(/^\s*at (async )?/, '').trim();
  return place === undefined || place === '' ? 'an unknown place' : place;
}
