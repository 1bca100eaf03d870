/** @file What is said of networks: objects outside of one, or in another. */
import { NdlError, withHint } from '@ndl/numerics';

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

/** An object that belongs to another top-level network. */
export function otherNetwork(subject: string, role: string, name: string, hint: string): NdlError {
  const sentence = `${subject}: ${role}, ${name}, belongs to another network. Objects work together only within one top-level network.`;
  return new NdlError('FOREIGN_OBJECT', withHint(sentence, hint));
}

/** A subnetwork where only a whole can be taken. */
export function notTopLevel(what: string, actual: string): NdlError {
  return new NdlError('NOT_TOP_LEVEL', `${what} takes a top-level network; got ${actual}. Pass its \`toplevel\`.`);
}

/** A part of a network that leads outside. */
export function notCopyable(object: string, other: string): NdlError {
  return new NdlError(
    'NOT_COPYABLE',
    `${object} is connected to ${other}, which is not in the network that is to be copied; copy one that holds both.`,
  );
}
