/**
 * @file Networks from JSON. What is read is data that somebody else may have made: it is let in only where it is of the format, and then
 * goes through the constructors of objects like anybody's options. Nothing in it is run.
 */
import { refuseSurplus } from '@ndl/numerics';
import { Connection } from '../objects/connection.ts';
import type { ConnectionEnd, ProbeTarget } from '../objects/objects.ts';
import { Ensemble, type EnsembleOptions } from '../objects/ensemble.ts';
import { jsonInvalid } from './json-errors.ts';
import { checkedNetworkJson, type LISTS, type Entry } from './check-network-json.ts';
import { valueFromJson, type FunctionNames } from './json-values.ts';
import { ruleOf } from '../objects/learning-rule.ts';
import { rulesByKey } from '../learning-rules/learning-rules.ts';
import { Network } from '../networks/network.ts';
import { checkedFunctions, type NetworkJsonOptions } from './network-to-json.ts';
import { Neurons } from '../objects/neurons.ts';
import { Node } from '../objects/node.ts';
import { Probe } from '../objects/probe.ts';
import type { Selection } from '../objects/selection.ts';
import type { ConfigurableClass, ConfigurableObject } from '../config/config-accessor.ts';

/**
 * The network that `network.toJSON` wrote: the same objects in the same order, with their seeds, so that it is built and runs with the same
 * bits. Always a top-level network. What made a part of it is not called again: an ensemble array, a product or basal ganglia come back as
 * plain networks of the objects that they had made, without properties and methods of their own; objects are found by place or label.
 * @param json the text of a file, or what was parsed of it
 * @throws NdlError NETWORK_JSON for what is not of the format, FUNCTION_NOT_NAMED for a function that `functions` lacks, and what objects refuse
 */
export function networkFromJson(json: unknown, options: NetworkJsonOptions = {}): Network {
  refuseSurplus('networkFromJson', arguments, 2);
  const functions = checkedFunctions('networkFromJson', options);
  const content = checkedNetworkJson(json);
  return new Reading(content, functions).network;
}

type Defaults = Record<string, unknown>;

/** Objects as far as they are read; what one names stands before it. */
class Reading {
  readonly network: Network;
  readonly #functions: FunctionNames;
  readonly #made = new Map<string, readonly object[]>();

  constructor(content: Entry, functions: FunctionNames) {
    this.#functions = functions;
    const networks = this.#each(content, 'networks', (entry) => this.#makeNetwork(entry));
    this.network = networks[0]!;
    this.#each(content, 'ensembles', (entry, where) => {
      return this.#within(entry, () => new Ensemble(this.#values(entry, where) as unknown as EnsembleOptions));
    });
    this.#each(content, 'nodes', (entry, where) => this.#within(entry, () => new Node(this.#values(entry, where))));
    this.#each(content, 'connections', (entry, where) => this.#makeConnection(entry, where));
    this.#each(content, 'probes', (entry, where) => this.#makeProbe(entry, where));
    for (const [place, network] of networks.entries())
      this.#configure(network, (content['networks'] as readonly Entry[])[place]!['defaults'], `networks[${place}]`);
    this.#setAttributes(content);
  }

  /** Makes an object of each entry of a list. */
  #each<Made extends object>(
    content: Entry,
    list: (typeof LISTS)[number],
    make: (entry: Entry, where: string) => Made,
  ): readonly Made[] {
    const made: Made[] = [];
    this.#made.set(list, made);
    for (const [place, entry] of (content[list] as readonly Entry[]).entries())
      made.push(make(entry, `${list}[${place}]`));
    return made;
  }

  #makeNetwork({ in: parent, label, seed }: Entry): Network {
    const make = (): Network =>
      new Network({ label: label as string, seed: seed as number, addToContainer: parent !== undefined });
    if (parent === undefined) return make();
    return this.#networkAt(parent).within(make);
  }

  /** A solver that was not asked for is no mistake where nothing is decoded, so it comes as a default. */
  #makeConnection(entry: Entry, where: string): Connection {
    const { solver, ...options } = this.#values(entry, where);
    const [pre, post] = [this.#end(entry['pre'], where), this.#end(entry['post'], where)] as ConnectionEnd[];
    return this.#within(entry, (network) =>
      withSolver(network, solver, () => new Connection(pre!, post!, options as object)),
    );
  }

  #makeProbe(entry: Entry, where: string): Probe {
    const { solver, ...options } = this.#values(entry, where);
    const target = this.#end(entry['target'], where) as ProbeTarget;
    const ofConnections = valueFromJson(entry['solver'], this.#functions, `${where}.solver`);
    const given = solver === null ? options : { ...options, solver };
    return this.#within(entry, (network) =>
      withSolver(network, ofConnections, () => new Probe(target, given as object)),
    );
  }

  #values({ values }: Entry, where: string): Defaults {
    return valueFromJson(values, this.#functions, where) as Defaults;
  }

  #within<Made>(entry: Entry, make: (network: Network) => Made): Made {
    return this.#networkAt(entry['in']).within(make);
  }

  #networkAt(place: unknown): Network {
    return this.#at('networks', place, 'a network') as Network;
  }

  #at(list: string, place: unknown, what: string): object {
    const found = Number.isSafeInteger(place) ? this.#made.get(list)?.[place as number] : undefined;
    if (found === undefined) throw jsonInvalid(`${what} is named that does not stand before`);
    return found;
  }

  #end(end: unknown, where: string): object {
    const { selection } = end as Entry;
    const whole = this.#object(end as Entry, where) as Ensemble;
    if (selection === undefined) return whole;
    const { kind, indices, start, step, length } = selection as Extract<Selection, { readonly kind: 'slice' }> &
      Pick<Extract<Selection, { readonly kind: 'indices' }>, 'indices'>;
    if ((kind as Selection['kind']) === 'indices') return whole.at(indices);
    const stop = start + step * length;
    return whole.slice(start, stop < 0 ? null : stop, step);
  }

  #object(reference: Entry, where: string): object {
    const { ensemble, node, connection, network, probe, part, rule } = reference;
    if (node !== undefined) return this.#at('nodes', node, where);
    if (network !== undefined) return this.#at('networks', network, where);
    if (probe !== undefined) return this.#at('probes', probe, where);
    if (ensemble !== undefined) {
      const found = this.#at('ensembles', ensemble, where) as Ensemble;
      return part === 'neurons' ? found.neurons : found;
    }
    const found = this.#at('connections', connection, where) as Connection;
    if (rule === undefined) return found;
    const known = rulesByKey(found.learningRuleType).some(([key]) => key === rule);
    if (!known) throw jsonInvalid(`${where} names a rule that is not there`);
    return ruleOf(found, rule as string);
  }

  #configure(network: Network, defaults: unknown, where: string): void {
    for (const [kind, values] of Object.entries(defaults as Entry)) {
      const accessor = network.config.of(classOf(kind, where)) as Defaults;
      for (const [name, value] of Object.entries(values as Entry))
        accessor[name] = valueFromJson(value, this.#functions, `${where}.${kind}.${name}`);
    }
  }

  #setAttributes(content: Entry): void {
    const { config } = this.network;
    const named = (list: string): readonly (readonly [string, unknown, Entry])[] =>
      (content[list] as readonly Entry[]).map((entry, place) => [
        entry['name'] as string,
        valueFromJson(entry['value'], this.#functions, `${list}[${place}]`),
        entry,
      ]);
    for (const [name, value] of named('attributes')) config.addAttribute(name, value, 'a file');
    for (const [name, value] of named('settings')) config.setSetting(name, value, 'a file');
    for (const [name, value, { of: owner }] of named('own')) {
      const { class: kind } = owner as Entry;
      const target = kind === undefined ? this.#object(owner as Entry, 'own') : classOf(kind, 'own');
      (config.of(target as ConfigurableObject) as Defaults)[name] = value;
    }
  }
}

/** Makes something while connections have this solver by default here. */
function withSolver<Made>(network: Network, solver: unknown, make: () => Made): Made {
  const defaults = network.config.of(Connection) as Defaults;
  defaults['solver'] = solver;
  try {
    return make();
  } finally {
    delete defaults['solver'];
  }
}

function classOf(kind: unknown, where: string): ConfigurableClass {
  const found = ([Ensemble, Neurons, Node, Connection, Probe, Network] as readonly ConfigurableClass[]).find(
    (known) => known.kind === kind,
  );
  if (found === undefined) throw jsonInvalid(`${where} names a class that is not there`);
  return found;
}
