/** @file Arguments beyond those that a call takes: they would do nothing, and whoever gives one believes that it does. */
import { isRevoked } from './calls.ts';
import { revokedArgument, surplusArgument } from './errors.ts';

/**
 * Refuses arguments beyond the first `most`; undefined is none. What `list.map(call)` adds to a call of one argument, the index and
 * the list, is let through.
 * @param call what the user wrote. @param given `arguments`, as the engine has them.
 * @throws NdlError SURPLUS_ARGUMENT; INVALID_OPTION for a proxy that was revoked
 */
export function refuseSurplus(call: string, given: ArrayLike<unknown>, most: number): void {
  for (let position = 0; position < given.length; position++) {
    if (isRevoked(given[position])) throw revokedArgument(call, position);
  }
  if (given.length <= most) return;
  const [element, index, list] = Array.from(given);
  const isMapped = most === 1 && given.length === 3 && Array.isArray(list) && list[index as number] === element;
  if (isMapped) return;
  for (let position = most; position < given.length; position++) {
    if (given[position] !== undefined) throw surplusArgument(call, most, position, given[position]);
  }
}
