/** @file The user's network as it was built: whose objects the doors of a simulator know, and whose they hand out. */
import type { OperatorGraph } from '@ndl/core';
import type { Dtype } from '@ndl/ir';
import { isNetworkObject, snapshotNetwork, type Network, type NetworkObject, type NetworkSnapshot } from '@ndl/model';
import { isNdlError } from '@ndl/numerics';
import { badOption } from '../errors.ts';
import { cameLater, foreignObject, otherNetwork } from './object-errors.ts';
import { nameOf } from '../results/object-name.ts';

/** A network, its copy from when the simulator was asked for, and what was built from the copy. */
export class BuiltNetwork {
  /** The user's: it may have changed since. */
  readonly network: Network;
  readonly snapshot: NetworkSnapshot;
  /** Of the copy's objects. */
  readonly graph: OperatorGraph;
  readonly dtype: Dtype;

  constructor(network: Network, snapshot: NetworkSnapshot, graph: OperatorGraph, dtype: Dtype) {
    this.network = network;
    this.snapshot = snapshot;
    this.graph = graph;
    this.dtype = dtype;
  }

  /** That of the network, given or drawn, from which neurons and decoders were built. */
  get seed(): number {
    return this.graph.seeds.get(this.snapshot.network)!;
  }

  /** The copy that an object of the user's was built as; undefined for all that was not built. */
  readonly copyOf = <Object extends NetworkObject>(original: Object): Object | undefined =>
    this.snapshot.copyOf(original);

  /** The user's object that a copy stands for; an object of another network, which functions may hold, stays itself. */
  readonly originalOf = <Object extends NetworkObject>(copy: Object): Object =>
    networkOf(copy).toplevel === this.snapshot.network ? this.snapshot.originalOf(copy) : copy;

  /** Whether an object was built, was added to the network later, or belongs elsewhere. */
  partOf(object: unknown): 'built' | 'late' | 'foreign' {
    if (!isNetworkObject(object)) return 'foreign';
    if (this.copyOf(object) !== undefined) return 'built';
    return networkOf(object).toplevel === this.network ? 'late' : 'foreign';
  }

  /** Why an object, called `name`, is none of those that were built: it came later, or belongs elsewhere. */
  readonly refusalOf = (what: string, object: unknown, name: string, known: readonly string[]): Error =>
    this.partOf(object) === 'late' ? cameLater(what, name) : foreignObject(what, name, object, known);
}

function networkOf(object: NetworkObject): Network {
  return object.kind === 'network' ? object : object.network;
}

/** @throws NdlError INVALID_OPTION for what is no network, or a part of one. */
export function snapshotOf(network: Network): NetworkSnapshot {
  try {
    return snapshotNetwork(network);
  } catch (error) {
    const isNoNetwork = isNdlError(error, 'INVALID_OPTION') || isNdlError(error, 'NOT_TOP_LEVEL');
    throw isNoNetwork ? badOption('Simulator.create', 'network', 'must be a top-level Network', network) : error;
  }
}

/** @throws NdlError INVALID_OPTION for what is no network, FOREIGN_OBJECT for another than the simulator's own. */
export function requireOwnNetwork(call: string, network: Network, own: Network): void {
  if (network === own) return;
  if (!isNetworkObject(network) || network.kind !== 'network')
    throw badOption(call, 'network', 'must be a Network', network);
  throw otherNetwork(call, nameOf(network), network);
}
