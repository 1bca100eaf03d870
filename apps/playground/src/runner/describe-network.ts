/** @file A network as the picture shows it: objects that can be pointed at, subnetworks, and what connects them. */
import type { ReadModel } from '@ndl/model-source';
import type { Connection, Ensemble, Network, Node } from 'ndl';
import type { DrawnConnection, DrawnObject } from './messages.ts';

/** An object of a network that is drawn in a box. */
type Drawable = Ensemble | Node | Network;

/** Objects by their identity. */
export interface DescribedNetwork {
  readonly byId: ReadonlyMap<string, Drawable | Connection>;
  readonly idOf: ReadonlyMap<object, string>;
  readonly objects: readonly DrawnObject[];
  readonly connections: readonly DrawnConnection[];
}

/** Values that a source may have and still be moved by hand. */
const MOST_SLIDERS = 4;
const MOST_WISHED_SLIDERS = 16;

/**
 * @param declarations where objects were made, as far as it is known
 * @param panels those that the model asks for: a source of up to 16 values that is to have sliders has them
 */
export function describeNetwork(
  network: Network,
  declarations: ReadModel['declarations'],
  panels: ReadModel['panels'] = undefined,
): DescribedNetwork {
  const wished = new Set<object>(panels?.flatMap(({ of, kind }) => (kind === 'slider' ? [of] : [])));
  const byId = new Map<string, Drawable | Connection>();
  const idOf = new Map<object, string>();
  const objects: DrawnObject[] = [];
  const lineOf = (object: object): number | null => declarations.get(object)?.line ?? null;
  const identify = (object: Drawable | Connection, name: string): string => {
    let id = name;
    for (let copy = 2; byId.has(id); copy++) id = `${name} (${copy})`;
    byId.set(id, object);
    idOf.set(object, id);
    return id;
  };
  const describe = (owner: Network, parent: string | null): void => {
    const members: Drawable[] = [...owner.nodes, ...owner.ensembles, ...owner.networks];
    for (const [place, object] of members.entries()) {
      // A label of nothing names nothing.
      const label = object.label?.trim() ? object.label : `${object.kind} ${place}`;
      const id = identify(object, parent === null ? label : `${parent}/${label}`);
      const most = wished.has(object) ? MOST_WISHED_SLIDERS : MOST_SLIDERS;
      objects.push({ ...factsOf(object, most), id, label: labelIn(id, parent), line: lineOf(object), parent });
      if (object.kind === 'network') describe(object, id);
    }
  };
  describe(network, null);
  const connections = network.allConnections.flatMap((connection): DrawnConnection[] => {
    const [from, to] = [idOf.get(ownerOf(connection.preObject)), idOf.get(ownerOf(connection.postObject))];
    if (from === undefined || to === undefined) return [];
    const id = identify(connection, connection.label ?? `${from} → ${to}`);
    const kind = kindOf(connection, from === to);
    const plots: DrawnConnection['plots'] = connection.probeable.includes('weights') ? ['weights'] : [];
    return [{ id, from, to, kind, detail: detailOfConnection(connection, kind), line: lineOf(connection), plots }];
  });
  return { byId, idOf, objects, connections };
}

const labelIn = (id: string, parent: string | null): string => (parent === null ? id : id.slice(parent.length + 1));

function factsOf(
  object: Drawable,
  mostSliders: number,
): Pick<DrawnObject, 'kind' | 'detail' | 'isInput' | 'size' | 'neurons' | 'plots'> {
  if (object.kind === 'network') {
    const { nNeurons, allEnsembles, allNodes } = object;
    const detail = `${nNeurons} neurons in ${allEnsembles.length} ensembles, ${allNodes.length} nodes`;
    return { kind: 'network', detail, isInput: false, size: 0, neurons: nNeurons, plots: [] };
  }
  const size = object.sizeOut;
  const values: DrawnObject['plots'] = size === 0 ? [] : size === 1 ? ['value'] : ['value', 'xy'];
  if (object.kind === 'node') {
    const isInput = object.sizeIn === 0 && size <= mostSliders && isSettable(object.output);
    return { kind: 'node', detail: detailOfNode(object), isInput, size, neurons: 0, plots: values };
  }
  const { nNeurons, dimensions, neuronType } = object;
  const detail = `${nNeurons} neurons, ${dimensions === 1 ? '1 dimension' : `${dimensions} dimensions`}, ${neuronType.kind}`;
  const ofNeurons: DrawnObject['plots'] =
    object.neurons.sizeOut === 0 ? [] : neuronType.spiking ? ['raster', 'grid'] : ['grid'];
  const voltages: DrawnObject['plots'] = object.neurons.probeable.includes('voltage') ? ['voltages'] : [];
  const plots = [...values, ...ofNeurons, ...voltages];
  return { kind: 'ensemble', detail, isInput: false, size, neurons: nNeurons, plots };
}

function detailOfNode(node: Node): string {
  if (node.sizeIn === 0) return `source of ${node.sizeOut}`;
  return node.output === null ? `junction of ${node.sizeOut}` : `function of ${node.sizeIn} to ${node.sizeOut}`;
}

function detailOfConnection({ sizeIn, sizeOut, learningRuleType }: Connection, kind: string): string {
  return `${kind}, ${sizeIn} to ${sizeOut}${learningRuleType === null ? '' : ', learns'}`;
}

/** Neurons and learning rules belong to something that is drawn. */
function ownerOf(end: object): object {
  const { kind, ensemble, connection } = end as { kind?: string; ensemble?: object; connection?: Connection };
  if (kind === 'neurons' && ensemble) return ensemble;
  return kind === 'learningRule' && connection ? ownerOf(connection.postObject) : end;
}

function kindOf(connection: Connection, isRecurrent: boolean): DrawnConnection['kind'] {
  if (isLearning(connection)) return 'learning';
  if (isInhibitory(connection)) return 'inhibitory';
  if (isRecurrent) return 'recurrent';
  return kindOfEnd(connection.preObject) === 'neurons' ? 'neurons' : 'decoded';
}

const kindOfEnd = (end: unknown): string | undefined => (end as { kind?: string }).kind;

const isLearning = (connection: Connection): boolean =>
  connection.postObject.kind === 'learningRule' || connection.learningRuleType !== null;

/** Into neurons, by weights of which none is above zero. */
function isInhibitory({ postObject, transform }: Connection): boolean {
  if (kindOfEnd(postObject) !== 'neurons') return false;
  const { initial } = transform as { readonly initial?: number | { readonly data?: ArrayLike<number> } };
  const values = typeof initial === 'number' ? [initial] : Array.from(initial?.data ?? []);
  return values.length > 0 && values.every((value) => value <= 0) && values.some((value) => value < 0);
}

const isSettable = (output: Node['output']): boolean =>
  typeof output === 'function' || (output !== null && 'data' in output);
