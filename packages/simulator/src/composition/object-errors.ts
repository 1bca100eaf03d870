/** @file What is said of objects and networks that are not those of the simulation. */
import { hintForOtherCopy } from '@ndl/model';
import { NdlError, withHint } from '@ndl/numerics';

/** An object that was made after the simulator. */
export function cameLater(what: string, object: string): NdlError {
  return new NdlError(
    'FOREIGN_OBJECT',
    `${what}: ${object} was added to the network after this simulator was created, and is not part of it. Create a new Simulator.`,
  );
}

/** Another network than the simulated one, in its place. */
export function otherNetwork(call: string, name: string, network: unknown): NdlError {
  const sentence = `${call}: ${name} is another network than the simulated one. Leave the argument out, or give the network that the simulator was created with.`;
  return new NdlError('FOREIGN_OBJECT', withHint(sentence, hintForOtherCopy(network)));
}

/** An object that the simulated network does not contain. */
export function foreignObject(what: string, name: string, object: unknown, known: readonly string[]): NdlError {
  const sentence = `${what}: ${name} does not belong to the simulated network. Known: ${firstOf(known)}.`;
  return new NdlError('FOREIGN_OBJECT', withHint(sentence, hintForOtherCopy(object)), { known });
}

/** Names of a network that may have thousands. */
function firstOf(names: readonly string[]): string {
  const rest = names.length - 10;
  return rest > 0 ? `${names.slice(0, 10).join(', ')} and ${rest} more` : names.join(', ') || 'none';
}
