/** @file Stable paths of the objects of a network: `networks[1].ensembles[0]`. */
import { pathOfRule, rulesOf, walkNetworks, type Network } from '@ndl/model';
import { OperationCount, type Pieces } from '@ndl/numerics';

/** What a name is worth, in operations. */
const NAME_COST = 512;

/**
 * The path of every object below `network` (which itself is `network`), counted in creation order; neurons stand
 * below their ensemble.
 */
export function* objectNames(network: Network): Pieces<ReadonlyMap<object, string>> {
  const names = new Map<object, string>([[network, 'network']]);
  const operations = new OperationCount();
  for (const { network: owner, direction } of walkNetworks(network)) {
    if (direction === 'out') continue;
    const prefix = owner === network ? '' : `${names.get(owner)!}.`;
    const { ensembles, nodes, connections, probes, networks } = owner;
    const lists = { ensembles, nodes, connections, probes, networks };
    for (const [list, objects] of Object.entries(lists)) {
      for (const [index, object] of objects.entries()) {
        names.set(object, `${prefix}${list}[${index}]`);
        const done = operations.add(NAME_COST);
        if (done !== undefined) yield done;
      }
    }
    for (const connection of connections) {
      for (const rule of rulesOf(connection)) names.set(rule, `${names.get(connection)!}${pathOfRule(rule)}`);
    }
    for (const ensemble of ensembles) names.set(ensemble.neurons, `${names.get(ensemble)!}.neurons`);
  }
  yield operations.rest();
  return names;
}
