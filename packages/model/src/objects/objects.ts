/** @file The objects of a network as one discriminated union, and the lists that hold them. */
import type { Connection } from './connection.ts';
import type { Ensemble } from './ensemble.ts';
import type { LearningRule } from './learning-rule.ts';
import type { Network } from '../networks/network.ts';
import type { Neurons } from './neurons.ts';
import type { Node } from './node.ts';
import type { DirectedSelection, ObjectView } from './object-view.ts';
import type { Probe } from './probe.ts';
import type { Selection } from './selection.ts';

/** What a network's lists hold. */
export type Member = Ensemble | Node | Connection | Probe | Network;

/** Everything that stands for a part of a network. */
export type NetworkObject = Member | Neurons | LearningRule | ObjectView;

/** What connections may begin at. */
export type Sliceable = Ensemble | Neurons | Node;

/** What connections may end at, and what a view may select from. */
export type Viewable = Sliceable | LearningRule;

/** Where a connection may begin and end; at learning rules it may only end. */
export type ConnectionEnd = Viewable | ObjectView;

/** What a probe may record. */
export type ProbeTarget = ConnectionEnd | Connection;

/** Discriminators of the classes that have a configuration. */
export type ConfigurableKind = 'network' | 'ensemble' | 'neurons' | 'node' | 'connection' | 'probe';

/** The class that a kind belongs to, as users know it. */
export const CLASS_NAMES: Readonly<Record<ConfigurableKind, string>> = {
  network: 'Network',
  ensemble: 'Ensemble',
  neurons: 'Neurons',
  node: 'Node',
  connection: 'Connection',
  probe: 'Probe',
};

/** The list of a network that holds objects of a kind. */
export const LIST_NAMES: {
  readonly ensemble: 'ensembles';
  readonly node: 'nodes';
  readonly connection: 'connections';
  readonly probe: 'probes';
  readonly network: 'networks';
} = { ensemble: 'ensembles', node: 'nodes', connection: 'connections', probe: 'probes', network: 'networks' };

/** Parts of objects, which have no configuration of their own. */
const UNNAMED_KINDS: readonly string[] = ['view', 'learningRule'];

/** Whether a value is one of the objects of a network, made by this copy of the package or by another. */
export function isNetworkObject(value: unknown): value is NetworkObject {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, toplevel, network = { toplevel } } = value as Readonly<Record<string, unknown>>;
  const isKnown = typeof kind === 'string' && (UNNAMED_KINDS.includes(kind) || Object.hasOwn(CLASS_NAMES, kind));
  return isKnown && typeof (network as { toplevel?: unknown } | null)?.toplevel === 'object' && !('family' in value);
}

/** The object that an end or a target is, or is a slice of. */
export function objectOf(end: ConnectionEnd): Viewable;
export function objectOf(target: ProbeTarget): Viewable | Connection;
export function objectOf(end: ProbeTarget): Viewable | Connection {
  return end.kind === 'view' ? end.object : end;
}

/** Which inputs or outputs of its object an end or a target stands for; null for all. */
export function selectionOf(end: ProbeTarget, which: keyof DirectedSelection): Selection | null {
  return end.kind === 'view' ? end.directed[which] : null;
}
