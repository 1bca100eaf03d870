/** @file A network as the picture shows it: objects that can be pointed at, and what connects them. */
import type { ReadModel } from '@ndl/model-source';
import type { Connection, Ensemble, Network, Node } from 'ndl';
import type { DrawnConnection, DrawnObject } from './messages.ts';

/** An object of a network that is drawn. */
export type Drawable = Ensemble | Node;

/** Objects by their identity. */
export interface DescribedNetwork {
  readonly byId: ReadonlyMap<string, Drawable>;
  readonly objects: readonly DrawnObject[];
  readonly connections: readonly DrawnConnection[];
}

/** @param declarations where objects were made, as far as it is known */
export function describeNetwork(network: Network, declarations: ReadModel['declarations']): DescribedNetwork {
  const byId = new Map<string, Drawable>();
  const ids = new Map<object, string>();
  const objects: DrawnObject[] = [];
  const drawables: Drawable[] = [...network.allNodes, ...network.allEnsembles];
  for (const [place, object] of drawables.entries()) {
    const name = object.label ?? `${object.kind} ${place}`;
    let id = name;
    for (let copy = 2; byId.has(id); copy++) id = `${name} (${copy})`;
    byId.set(id, object);
    ids.set(object, id);
    objects.push({
      id,
      kind: object.kind,
      label: id,
      detail: detailOf(object),
      line: declarations.get(object)?.line ?? null,
      isInput: object.kind === 'node' && object.sizeIn === 0 && object.sizeOut <= 4 && isSettable(object.output),
      size: object.sizeOut,
      neurons: object.kind === 'ensemble' ? object.nNeurons : 0,
    });
  }
  const connections = network.allConnections.flatMap((connection) => {
    const [from, to] = [ids.get(ownerOf(connection.preObject)), ids.get(ownerOf(connection.postObject))];
    return from === undefined || to === undefined ? [] : [{ from, to, kind: kindOf(connection, from === to) }];
  });
  return { byId, objects, connections };
}

function detailOf(object: Drawable): string {
  if (object.kind === 'ensemble') {
    const { nNeurons, dimensions } = object;
    return `${nNeurons} neurons, ${dimensions === 1 ? '1 dimension' : `${dimensions} dimensions`}, ${object.neuronType.kind}`;
  }
  if (object.sizeIn === 0) return `source of ${object.sizeOut}`;
  return object.output === null ? `junction of ${object.sizeOut}` : `function of ${object.sizeIn} to ${object.sizeOut}`;
}

/** Neurons and learning rules belong to something that is drawn. */
function ownerOf(end: object): object {
  const { kind, ensemble, connection } = end as { kind?: string; ensemble?: object; connection?: Connection };
  if (kind === 'neurons' && ensemble) return ensemble;
  return kind === 'learningRule' && connection ? ownerOf(connection.postObject) : end;
}

function kindOf(connection: Connection, isRecurrent: boolean): DrawnConnection['kind'] {
  if (isLearning(connection)) return 'learning';
  if (isRecurrent) return 'recurrent';
  return (connection.preObject as { kind?: string }).kind === 'neurons' ? 'neurons' : 'decoded';
}

const isLearning = (connection: Connection): boolean =>
  connection.postObject.kind === 'learningRule' || connection.learningRuleType !== null;

const isSettable = (output: Node['output']): boolean =>
  typeof output === 'function' || (output !== null && 'data' in output);
