/** @file Stable paths of the objects of a network: `networks[1].ensembles[0]`. */
import type { Network } from '@ndl/model';

/**
 * The path of every object below `network` (which itself is `network`), counted in creation order; neurons stand
 * below their ensemble.
 */
export function objectNames(network: Network): ReadonlyMap<object, string> {
  const names = new Map<object, string>([[network, 'network']]);
  nameWithin(network, '', names);
  return names;
}

function nameWithin(network: Network, prefix: string, names: Map<object, string>): void {
  const { ensembles, nodes, connections, probes, networks } = network;
  const lists = { ensembles, nodes, connections, probes, networks };
  for (const [list, objects] of Object.entries(lists)) {
    objects.forEach((object, index) => names.set(object, `${prefix}${list}[${index}]`));
  }
  for (const ensemble of ensembles) names.set(ensemble.neurons, `${names.get(ensemble)!}.neurons`);
  for (const subnetwork of networks) nameWithin(subnetwork, `${names.get(subnetwork)!}.`, names);
}
