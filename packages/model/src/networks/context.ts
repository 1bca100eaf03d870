/**
 * @file The context stack: which networks are open for building. It is what lets `new Ensemble(…)` know where it belongs,
 * and where defaults of parameters are looked up.
 */
import { refuseSurplus } from '@ndl/numerics';
import { asyncBuild, networkContext, networkContextDepth } from './network-errors.ts';
import type { Network } from './network.ts';
import { networksAround } from './network-walk.ts';
import { describeObject } from './naming.ts';
import type { ConfigurableKind } from '../objects/objects.ts';
import { hintForOtherContext, shareOpenNetworks } from '../objects/other-copies.ts';

const MAXIMUM_DEPTH = 100;

/** Open networks, the outermost first. Builds are synchronous, so between two tasks it is always empty. */
const openNetworks: Network[] = [];

/** The innermost open network. */
export function currentNetwork(): Network | undefined {
  refuseSurplus('currentNetwork', arguments, 0);
  return openNetworks.at(-1);
}

/** The innermost open network, for `what` that cannot do without. @throws NdlError NETWORK_CONTEXT */
export function requireNetwork(what: string): Network {
  refuseSurplus('requireNetwork', arguments, 1);
  const network = currentNetwork();
  if (network === undefined) throw networkContext(what, hintForContext());
  return network;
}

/** What to say where no network is open, for those who have opened one of another copy of this package. */
export function hintForContext(): string {
  return hintForOtherContext(openNetworks);
}

/**
 * Runs a build function with the network open, which closes even if it throws.
 * @throws NdlError ASYNC_BUILD, NETWORK_CONTEXT_DEPTH
 */
export function openFor<R>(network: Network, build: () => R): R {
  if (openNetworks.length >= MAXIMUM_DEPTH) throw networkContextDepth(MAXIMUM_DEPTH);
  shareOpenNetworks(openNetworks);
  openNetworks.push(network);
  let result: R;
  try {
    result = build();
  } finally {
    openNetworks.pop();
  }
  if (isPromiseLike(result)) {
    // What the abandoned rest of the build does is of no interest: the error below is the one to see.
    result.then(undefined, () => undefined);
    throw asyncBuild(describeObject(network));
  }
  return result;
}

/** Whether a function is declared `async`, so that it can be refused before it does anything. */
export function isAsyncFunction(build: unknown): boolean {
  return Object.prototype.toString.call(build) === '[object AsyncFunction]';
}

/** The default that a parameter of a class has here: set on the innermost open network that has one. */
export function configuredDefault(kind: ConfigurableKind, name: string): { readonly value: unknown } | undefined {
  for (const network of openNetworks.toReversed()) {
    const configured = network.config.classDefault(kind, name);
    if (configured !== undefined) return configured;
  }
  return undefined;
}

/** The default that a parameter of a class has for objects of this network, whatever is open. */
export function defaultWithin(
  network: Network,
  kind: ConfigurableKind,
  name: string,
): { readonly value: unknown } | undefined {
  for (const around of networksAround(network)) {
    const configured = around.config.classDefault(kind, name);
    if (configured !== undefined) return configured;
  }
  return undefined;
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
