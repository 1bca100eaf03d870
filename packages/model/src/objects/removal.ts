/** @file Taking a connection out of its network again. */
import { refuseSurplus } from '@ndl/numerics';
import type { Connection } from './connection.ts';
import { invalidParameter } from '../errors.ts';
import { removalRefused } from './object-errors.ts';
import { describeObject } from '../networks/naming.ts';
import { unregister } from '../networks/network.ts';
import { isNetworkObject, objectOf, type ConnectionEnd, type ProbeTarget } from './objects.ts';

/**
 * Takes a connection out of its network: it will not be built, and those made after it move up. Nothing may lean on it.
 * @throws NdlError INVALID_OPTION for what is no connection, or in no network any more; REMOVAL_REFUSED where a probe looks at it,
 * or a connection leads to its learning rule
 */
export function removeConnection(connection: Connection): void {
  refuseSurplus('removeConnection', arguments, 1);
  if (!isNetworkObject(connection) || (connection.kind as string) !== 'connection')
    throw invalidParameter('removeConnection: connection', 'a connection', connection);
  const { toplevel, connections } = connection.network;
  if (!connections.includes(connection))
    throw invalidParameter('removeConnection: connection', 'in its network still', describeObject(connection));
  const isIt = (end: ConnectionEnd | ProbeTarget): boolean => {
    const whole = objectOf(end);
    return (whole.kind === 'learningRule' ? whole.connection : whole) === connection;
  };
  const dependent =
    toplevel.allProbes.find(({ target }) => isIt(target)) ?? toplevel.allConnections.find(({ post }) => isIt(post));
  if (dependent !== undefined) throw removalRefused(describeObject(connection), describeObject(dependent));
  unregister(connection);
}
