/** @file The way through a network and all that is nested in it, however deep. */
import { refuseSurplus } from '@ndl/numerics';
import type { Network } from './network.ts';

/** A step of the way: into a network, or out of it, once all that is nested in it has been seen. */
export interface NetworkStep {
  readonly network: Network;
  readonly direction: 'in' | 'out';
}

/** Into a network, through each of its subnetworks in the same way, and out again. */
export function* walkNetworks(network: Network): Generator<NetworkStep, void> {
  refuseSurplus('walkNetworks', arguments, 1);
  yield { network, direction: 'in' };
  const open = [{ network, inner: network.networks.values() }];
  while (open.length > 0) {
    const { network: outer, inner } = open.at(-1)!;
    const next = inner.next();
    if (next.done === true) {
      yield { network: outer, direction: 'out' };
      open.pop();
    } else {
      yield { network: next.value, direction: 'in' };
      open.push({ network: next.value, inner: next.value.networks.values() });
    }
  }
}

/** A network, then each of its subnetworks with all that is nested in it. */
export function networksWithin(network: Network): readonly Network[] {
  refuseSurplus('networksWithin', arguments, 1);
  const networks: Network[] = [];
  for (const step of walkNetworks(network)) if (step.direction === 'in') networks.push(step.network);
  return networks;
}

/** A network and those around it, the innermost first. */
export function networksAround(network: Network): readonly Network[] {
  refuseSurplus('networksAround', arguments, 1);
  const networks: Network[] = [];
  for (let around: Network | null = network; around !== null; around = around.parent) networks.push(around);
  return networks;
}

/** A network stays where it was made, and so do those around it. */
const known = new WeakMap<Network, Network>();

/** The outermost network around a network, itself if there is none. */
export function outermost(network: Network): Network {
  const unknown: Network[] = [];
  let around = network;
  for (let parent = around.parent; parent !== null && !known.has(around); parent = around.parent) {
    unknown.push(around);
    around = parent;
  }
  const top = known.get(around) ?? around;
  for (const inner of unknown) known.set(inner, top);
  return top;
}
