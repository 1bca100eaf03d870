/** @file `Network`: a container of objects and of other networks, with a configuration of its own. */
import { orNull, flag, seedNumber, text, checkOptions } from './checks.ts';
import { ConfigStore } from './config-store.ts';
import type { Connection } from './connection.ts';
import { currentNetwork, isAsyncFunction, openFor } from './context.ts';
import type { Ensemble } from './ensemble.ts';
import { asyncBuild, invalidParameter, networkContext } from './errors.ts';
import { describeNewcomer, describeObject } from './naming.ts';
import type { Node } from './node.ts';
import { LIST_NAMES, type Member } from './objects.ts';
import type { ParameterTable } from './parameters.ts';
import type { Probe } from './probe.ts';

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
export let register: (object: Exclude<Member, Network>) => void;

/**
 * A network of ensembles, nodes, connections, probes and further networks. Objects are made inside `within`.
 * Lists are in the order of creation.
 */
export class Network {
  static readonly kind = 'network';
  static readonly parameters: ParameterTable<object> = {};

  static {
    register = (object) => {
      const list: Member[] = object.network.#members[LIST_NAMES[object.kind]];
      list.push(object);
    };
  }

  readonly kind = 'network';
  readonly label: string | null;
  readonly seed: number | null;
  /** The network that contains this one; null for a top-level network. */
  readonly parent: Network | null;
  readonly config: ConfigStore;
  readonly #members: {
    ensembles: Ensemble[];
    nodes: Node[];
    connections: Connection[];
    probes: Probe[];
    networks: Network[];
  } = { ensembles: [], nodes: [], connections: [], probes: [], networks: [] };

  /**
   * @param build runs at once, as with `within`.
   * @throws NdlError INVALID_PARAMETER, UNKNOWN_OPTION, ASYNC_BUILD; NETWORK_CONTEXT where `addToContainer` finds no container.
   */
  constructor(options: NetworkOptions = {}, build?: (network: Network) => void) {
    const open = currentNetwork() ?? null;
    const subject = describeNewcomer('network', options?.label, open);
    checkOptions(options, ['label', 'seed', 'addToContainer'], subject);
    const { label = null, seed = null, addToContainer = null } = options;
    this.label = orNull(text)(label, `${subject}: label`);
    this.seed = orNull(seedNumber)(seed, `${subject}: seed`);
    const isAdded = orNull(flag)(addToContainer, `${subject}: addToContainer`) ?? open !== null;
    if (isAdded && open === null) throw networkContext(`${subject} with addToContainer`);
    if (build !== undefined && isAsyncFunction(build)) throw asyncBuild(subject);
    this.parent = isAdded ? open : null;
    this.config = new ConfigStore(this);

    const siblings = this.parent === null ? [] : this.parent.#members.networks;
    siblings.push(this);
    try {
      if (build !== undefined) this.within(build);
    } catch (error) {
      siblings.splice(siblings.indexOf(this), 1);
      throw error;
    }
  }

  /**
   * Runs `build` with this network open: objects made meanwhile belong to it. It closes when `build` returns or throws.
   * @returns what `build` returned.
   * @throws NdlError ASYNC_BUILD when `build` is asynchronous, INVALID_PARAMETER when it is no function.
   */
  within<R>(build: (network: this) => R): R {
    if (typeof build !== 'function')
      throw invalidParameter(`${describeObject(this)}: within`, 'given a function', build);
    if (isAsyncFunction(build)) throw asyncBuild(describeObject(this));
    return openFor(this, () => build(this));
  }

  get ensembles(): readonly Ensemble[] {
    return this.#members.ensembles;
  }

  get nodes(): readonly Node[] {
    return this.#members.nodes;
  }

  get connections(): readonly Connection[] {
    return this.#members.connections;
  }

  get probes(): readonly Probe[] {
    return this.#members.probes;
  }

  get networks(): readonly Network[] {
    return this.#members.networks;
  }

  /** Its own ensembles, then those of each subnetwork, depth first; likewise below. */
  get allEnsembles(): readonly Ensemble[] {
    return this.#all((network) => network.ensembles);
  }

  get allNodes(): readonly Node[] {
    return this.#all((network) => network.nodes);
  }

  get allConnections(): readonly Connection[] {
    return this.#all((network) => network.connections);
  }

  get allProbes(): readonly Probe[] {
    return this.#all((network) => network.probes);
  }

  get allNetworks(): readonly Network[] {
    return this.#all((network) => network.networks);
  }

  /** Number of neurons, subnetworks included. */
  get nNeurons(): number {
    return this.allEnsembles.reduce((sum, ensemble) => sum + ensemble.nNeurons, 0);
  }

  /** The outermost network around this one, itself if there is none. */
  get toplevel(): Network {
    return this.parent === null ? this : this.parent.toplevel;
  }

  #all<Object>(list: (network: Network) => readonly Object[]): readonly Object[] {
    return [...list(this), ...this.networks.flatMap((network) => network.#all(list))];
  }
}
