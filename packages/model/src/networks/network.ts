/** @file `Network`: a container of objects and of other networks, with a configuration of its own. */
import { isCallable, refuseSurplus } from '@ndl/numerics';
import { guardAssignments } from '../objects/assignment-guard.ts';
import { orNull, flag, seedNumber, text, checkOptions } from '../data/checks.ts';
import { ConfigStore } from '../config/config-store.ts';
import type { Connection } from '../objects/connection.ts';
import { currentNetwork, hintForContext, isAsyncFunction, openFor } from './context.ts';
import type { Ensemble } from '../objects/ensemble.ts';
import { invalidParameter } from '../errors.ts';
import { asyncBuild, networkContext } from './network-errors.ts';
import { MemberLists } from './member-lists.ts';
import { describeNewcomer, describeObject } from './naming.ts';
import { forgetPaths } from './network-paths.ts';
import { copyNetworkAlone } from './network-snapshot.ts';
import { networkToJson, type NetworkJson, type NetworkJsonOptions } from '../json/network-to-json.ts';
import { networksWithin, outermost } from './network-walk.ts';
import type { Node } from '../objects/node.ts';
import type { Member } from '../objects/objects.ts';
import { checkedChanges, parameter, type ParameterTable } from '../config/parameters.ts';
import type { Probe } from '../objects/probe.ts';
import { Recorded, recordOf, replaceRecord } from '../objects/recorded.ts';

/** Options of `new Network`. */
export interface NetworkOptions {
  /** Default null. */
  readonly label?: string | null | undefined;
  /** Seed of everything in it; null, the default, for one drawn at random. */
  readonly seed?: number | null | undefined;
  /** Whether it becomes part of the network that is open. Default null: where one is open. */
  readonly addToContainer?: boolean | null | undefined;
}

/** Puts a finished object into the list of its network. */
export function register(object: Exclude<Member, Network>): void {
  recordOf<NetworkRecord>(object.network).members.add(object);
}

/** Takes an object out of the list of its network again. */
export function unregister(object: Exclude<Member, Network>): void {
  recordOf<NetworkRecord>(object.network).members.remove(object);
  forgetPaths();
}

/** What a network is: all but its lists is replaced as a whole. */
export interface NetworkRecord {
  readonly parent: Network | null;
  readonly label: string | null;
  readonly seed: number | null;
  readonly members: MemberLists;
  readonly config: ConfigStore;
}

const PARAMETERS: ParameterTable<Pick<NetworkRecord, 'label' | 'seed'>> = {
  label: parameter(null, orNull(text)),
  seed: parameter(null, orNull(seedNumber)),
};

/**
 * A network of ensembles, nodes, connections, probes and further networks. Objects are made inside `within`.
 * Lists are in the order of creation; those handed out are frozen, and do not grow with the network.
 */
export class Network extends Recorded<NetworkRecord> {
  static readonly kind = 'network';
  static readonly parameters: ParameterTable<object> = {};

  static {
    const lists = 'objects join a network by being made in it: network.within(() => new …)';
    guardAssignments(Network, {
      describe: (object) => describeObject(object as Network),
      ways: {
        ensembles: lists,
        nodes: lists,
        connections: lists,
        probes: lists,
        networks: lists,
        allEnsembles: lists,
        allNodes: lists,
        allConnections: lists,
        allProbes: lists,
        allNetworks: lists,
        parent: 'a network stays where it was made; make another in that network',
        config: 'set what it holds: network.config.of(…)',
      },
    });
  }

  /**
   * @param build runs at once, as with `within`.
   * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, ASYNC_BUILD; NETWORK_CONTEXT where `addToContainer` finds no container.
   */
  constructor(options: NetworkOptions = {}, build?: (network: Network) => void) {
    refuseSurplus('new Network', arguments, 2);
    const open = currentNetwork() ?? null;
    const subject = describeNewcomer('network', options?.label, open);
    checkOptions(options, ['label', 'seed', 'addToContainer'], subject);
    const { label = null, seed = null, addToContainer = null } = options;
    const checked = {
      label: PARAMETERS.label.check(label, `${subject}: label`),
      seed: PARAMETERS.seed.check(seed, `${subject}: seed`),
    };
    const isAdded = orNull(flag)(addToContainer, `${subject}: addToContainer`) ?? open !== null;
    if (isAdded && open === null) throw networkContext(`${subject} with addToContainer`, hintForContext());
    if (build !== undefined && isAsyncFunction(build)) throw asyncBuild(subject);
    super(recordWithoutConfig(isAdded ? open : null, checked));
    replaceRecord<NetworkRecord>(this, { ...recordOf<NetworkRecord>(this), config: new ConfigStore(this) });

    const siblings = this.parent === null ? undefined : recordOf<NetworkRecord>(this.parent).members;
    siblings?.add(this);
    try {
      if (build !== undefined) this.within(build);
    } catch (error) {
      siblings?.remove(this);
      forgetPaths();
      throw error;
    }
  }

  get kind(): 'network' {
    return 'network';
  }

  /** The network that contains this one; null for a top-level network. */
  get parent(): Network | null {
    return recordOf<NetworkRecord>(this).parent;
  }

  get config(): ConfigStore {
    return recordOf<NetworkRecord>(this).config;
  }

  get label(): string | null {
    return recordOf<NetworkRecord>(this).label;
  }

  set label(label: string | null) {
    replace(this, { label });
  }

  get seed(): number | null {
    return recordOf<NetworkRecord>(this).seed;
  }

  set seed(seed: number | null) {
    replace(this, { seed });
  }

  /**
   * Runs `build` with this network open: objects made meanwhile belong to it. It closes when `build` returns or throws.
   * @returns what `build` returned.
   * @throws NdlError ASYNC_BUILD when `build` is asynchronous, INVALID_OPTION when it is no function.
   */
  within<R>(build: (network: this) => R): R {
    refuseSurplus('within', arguments, 1);
    if (!isCallable(build)) throw invalidParameter(`${describeObject(this)}: within`, 'given a function', build);
    if (isAsyncFunction(build)) throw asyncBuild(describeObject(this));
    return openFor(this, () => build(this));
  }

  /**
   * A copy of the network and all that is in it, subnetworks too, with its seeds, its configuration and that of its objects: a top-level
   * network, which shares nothing with this one that could change. Objects stand at the same places of its lists. What made a part of it is
   * not called again: networks of a class of their own, like ensemble arrays, become plain networks of the same objects.
   * @throws NdlError NOT_COPYABLE for a part of a network that is connected to what is around it
   */
  copy(): Network {
    refuseSurplus('copy', arguments, 0);
    return copyNetworkAlone(this);
  }

  /**
   * The network as plain data, which `networkFromJson` makes a network of that is built, and runs, with the same bits. `JSON.stringify` calls it.
   * Functions of nodes and connections are written by the names that `functions` has for them.
   * @throws NdlError NOT_TOP_LEVEL; FUNCTION_NOT_NAMED for a function without a name; NOT_JSON for what else is no data
   */
  toJSON(options: NetworkJsonOptions | string = {}): NetworkJson {
    refuseSurplus('toJSON', arguments, 1);
    return networkToJson(this, typeof options === 'string' ? {} : options);
  }

  get ensembles(): readonly Ensemble[] {
    return recordOf<NetworkRecord>(this).members.of('ensemble');
  }

  get nodes(): readonly Node[] {
    return recordOf<NetworkRecord>(this).members.of('node');
  }

  get connections(): readonly Connection[] {
    return recordOf<NetworkRecord>(this).members.of('connection');
  }

  get probes(): readonly Probe[] {
    return recordOf<NetworkRecord>(this).members.of('probe');
  }

  get networks(): readonly Network[] {
    return recordOf<NetworkRecord>(this).members.of('network');
  }

  /** Its own ensembles, then those of each subnetwork, depth first; likewise below. */
  get allEnsembles(): readonly Ensemble[] {
    return allOf(this, (network) => network.ensembles);
  }

  get allNodes(): readonly Node[] {
    return allOf(this, (network) => network.nodes);
  }

  get allConnections(): readonly Connection[] {
    return allOf(this, (network) => network.connections);
  }

  get allProbes(): readonly Probe[] {
    return allOf(this, (network) => network.probes);
  }

  get allNetworks(): readonly Network[] {
    return allOf(this, (network) => network.networks);
  }

  /** Number of neurons, subnetworks included. */
  get nNeurons(): number {
    return this.allEnsembles.reduce((sum, ensemble) => sum + ensemble.nNeurons, 0);
  }

  /** The outermost network around this one, itself if there is none. */
  get toplevel(): Network {
    return outermost(this);
  }
}

function recordWithoutConfig(parent: Network | null, checked: Pick<NetworkRecord, 'label' | 'seed'>): NetworkRecord {
  return { parent, ...checked, members: new MemberLists() } as unknown as NetworkRecord;
}

function replace(network: Network, changes: Partial<Pick<NetworkRecord, 'label' | 'seed'>>): void {
  const checked = checkedChanges(PARAMETERS, changes, describeObject(network));
  replaceRecord<NetworkRecord>(network, { ...recordOf<NetworkRecord>(network), ...checked });
}

/** What a list of the network holds, then that of each subnetwork, depth first. */
function allOf<Object>(network: Network, list: (network: Network) => readonly Object[]): readonly Object[] {
  return networksWithin(network).flatMap(list);
}
