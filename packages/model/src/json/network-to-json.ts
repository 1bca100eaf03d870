/** @file A network as data for JSON: all that is in it, in lists, with functions by name. */
import { refuseSurplus } from '@ndl/numerics';
import { checkOptions } from '../data/checks.ts';
import { configContents } from '../config/config-store.ts';
import type { Connection } from '../objects/connection.ts';
import { invalidParameter } from '../errors.ts';
import { notTopLevel } from '../networks/network-errors.ts';
import { isPlainObject } from '../data/immutable-data.ts';
import { valueAsJson, type FunctionNames } from './json-values.ts';
import { describeObject } from '../networks/naming.ts';
import type { Network } from '../networks/network.ts';
import { networksWithin } from '../networks/network-walk.ts';
import {
  CLASS_NAMES,
  objectOf,
  selectionOf,
  type ConfigurableKind,
  type NetworkObject,
  type ProbeTarget,
} from '../objects/objects.ts';
import type { DirectedSelection } from '../objects/object-view.ts';
import { recordOf, type Recorded } from '../objects/recorded.ts';

/** Version of the format. */
export const NETWORK_FORMAT = 'ndl-network/1';

/** Options of `network.toJSON` and `networkFromJson`. */
export interface NetworkJsonOptions {
  /** What functions of the network are called in the file. Default none. */
  readonly functions?: FunctionNames;
}

/** Plain data of the format, for `JSON.stringify` and `networkFromJson`. */
export type NetworkJson = Readonly<Record<string, unknown>> & { readonly format: typeof NETWORK_FORMAT };

/** @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
export function checkedFunctions(call: string, options: NetworkJsonOptions): FunctionNames {
  checkOptions(options, ['functions'], call);
  const { functions = {} } = options;
  if (!isPlainObject(functions)) throw invalidParameter(`${call}: functions`, 'functions by name', functions);
  for (const [name, value] of Object.entries(functions))
    if (typeof value !== 'function') throw invalidParameter(`${call}: functions.${name}`, 'a function', value);
  return functions;
}

/**
 * All of a top-level network. Sites of settings are left out.
 * @throws NdlError NOT_TOP_LEVEL, FUNCTION_NOT_NAMED, NOT_JSON
 */
export function networkToJson(network: Network, options: NetworkJsonOptions): NetworkJson {
  refuseSurplus('networkToJson', arguments, 2);
  if (network.parent !== null) throw notTopLevel('toJSON', describeObject(network));
  const functions = checkedFunctions('toJSON', options);
  const networks = networksWithin(network);
  const ensembles = networks.flatMap((owner) => owner.ensembles);
  const nodes = networks
    .flatMap((owner) => owner.nodes)
    .toSorted((a, b) => (contentOf(a)['before'] as number) - (contentOf(b)['before'] as number));
  const connections = inOrderOfRules(networks);
  const probes = networks.flatMap((owner) => owner.probes);
  const places = new Map<unknown, number>();
  for (const list of [networks, ensembles, nodes, connections, probes])
    for (const [place, object] of list.entries()) places.set(object, place);

  const of = (object: NetworkObject, value: unknown, name: string): unknown =>
    valueAsJson(value, functions, `${describeObject(object)}: ${name}`);
  const valuesOf = (object: (typeof ensembles | typeof nodes | typeof connections | typeof probes)[number]): object => {
    const values = contentOf(object)['values'] as object;
    const named = Object.entries(values).map(([name, value]) => [name, of(object, value, name)] as const);
    return { in: places.get(object.network), values: Object.fromEntries(named) };
  };
  const end = (target: ProbeTarget, which: keyof DirectedSelection): object => {
    const whole = objectOf(target);
    const selection = selectionOf(target, which);
    return { ...place(whole, places), ...(selection !== null && { selection }) };
  };
  const { attributes, ownAttributes, settings } = configContents(network.config);
  return {
    format: NETWORK_FORMAT,
    networks: networks.map((owner) => ({
      ...(owner.parent !== null && places.has(owner.parent) && { in: places.get(owner.parent) }),
      label: owner.label,
      seed: owner.seed,
      defaults: defaultsOf(owner, of),
    })),
    ensembles: ensembles.map(valuesOf),
    nodes: nodes.map(valuesOf),
    connections: connections.map((connection) => ({
      pre: end(connection.pre, 'ofOutput'),
      post: end(connection.post, 'ofInput'),
      ...valuesOf(connection),
    })),
    probes: probes.map((probe) => ({
      target: end(probe.target, 'ofOutput'),
      solver: of(probe, probe.solver, 'solver'),
      ...valuesOf(probe),
    })),
    attributes: [...attributes].map(([name, { value }]) => ({ name, value: of(network, value, name) })),
    own: [...ownAttributes].flatMap(([owner, values]) =>
      [...values].map(([name, { value }]) => ({
        of: typeof owner === 'string' ? { class: owner } : place(owner, places),
        name,
        value: of(network, value, name),
      })),
    ),
    settings: [...settings].map(([name, { value }]) => ({ name, value: of(network, value, name) })),
  };
}

/** Defaults for classes, in the order of these. */
function defaultsOf(owner: Network, of: (object: Network, value: unknown, name: string) => unknown): object {
  const { classDefaults } = configContents(owner.config);
  const entries = Object.keys(CLASS_NAMES).flatMap((kind) => {
    const defaults = [...(classDefaults.get(kind as ConfigurableKind) ?? [])];
    if (defaults.length === 0) return [];
    return [[kind, Object.fromEntries(defaults.map(([name, value]) => [name, of(owner, value, name)]))] as const];
  });
  return Object.fromEntries(entries);
}

function contentOf(object: object): Readonly<Record<string, unknown>> {
  return recordOf(object as Recorded<Record<string, unknown>>);
}

/** Where an object stands in the lists of the file; a part of one says which. */
function place(
  object: Exclude<NetworkObject, { readonly kind: 'view' }>,
  places: ReadonlyMap<unknown, number>,
): object {
  if (object.kind === 'neurons') return { ensemble: places.get(object.ensemble), part: 'neurons' };
  if (object.kind === 'learningRule') return { connection: places.get(object.connection), rule: object.key };
  return { [object.kind]: places.get(object) };
}

/** Connections of all networks, each network's in its order, and behind those whose rules they end at. */
function inOrderOfRules(networks: readonly Network[]): readonly Connection[] {
  const order = new Set<Connection>();
  const visit = (connection: Connection): void => {
    const { postObject } = connection;
    if (order.has(connection)) return;
    if (postObject.kind === 'learningRule') {
      const learning = postObject.connection;
      for (const before of learning.network.connections) {
        visit(before);
        if (before === learning) break;
      }
    }
    order.add(connection);
  };
  for (const owner of networks) for (const connection of owner.connections) visit(connection);
  return [...order];
}
