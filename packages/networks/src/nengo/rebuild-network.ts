/** @file Rebuilds a golden network from its front-end description and the top seed alone. */
import {
  Connection,
  Ensemble,
  lowpass,
  Network,
  Node,
  Probe,
  rulesOf,
  type ConnectionEnd,
  type ConnectionOptions,
  type Distribution,
  type Process,
  type ProbeTarget,
  type Synapse,
} from '@ndl/model';
import { ndarray, type NdArray } from '@ndl/numerics';
import { connectionFunction } from './connection-function.ts';
import { configure, construct, constructionOf } from './construct-network.ts';
import {
  topSeed,
  type ConstructedRecord,
  type GoldenConnection,
  type GoldenData,
  type GoldenEnd,
  type GoldenEnsemble,
  type GoldenFile,
  type GoldenNetwork,
  type GoldenNode,
  type GoldenProbe,
  type Matrix,
} from './golden-file.ts';
import { camelCase, distributionFrom, neuronTypeFrom, solverFrom, synapseFrom } from './golden-kinds.ts';
import { entryOf, madeFrom, placeOf } from './entries.ts';
import { MissingKind } from './missing-kind.ts';
import { processFrom } from './golden-processes.ts';
import { learningRulesOf } from './golden-rules.ts';
import { transformFrom } from './golden-transforms.ts';

/** Objects of the rebuilt network, by the ids of the file. */
export interface RebuiltNetwork {
  readonly network: Network;
  readonly networks: ReadonlyMap<string, Network>;
  readonly ensembles: ReadonlyMap<string, Ensemble>;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly connections: ReadonlyMap<string, Connection>;
  readonly probes: ReadonlyMap<string, Probe>;
  /** Of nodes that run a process and whose output was recorded: probes that Nengo's network does not have. */
  readonly nodeProbes: ReadonlyMap<string, Probe>;
  /** Connections and probes whose synapse ndl does not have: they were built with another, to keep every seed in its place. */
  readonly substituted: readonly Substitution[];
}

interface Substitution {
  /** Id of the connection or probe. */
  readonly id: string;
  readonly missing: MissingKind;
}

/**
 * Rebuilds a network. Files record the seed of every object, but not whether it was drawn or given; `givenSeeds` (by id) are
 * those that were given. `processSeed` says what seed a process had whose file does not tell.
 * @throws MissingKind for what ndl does not have.
 */
export function rebuildNetwork(
  file: GoldenFile,
  givenSeeds: ReadonlyMap<string, number>,
  processSeed: ProcessSeed = () => undefined,
): RebuiltNetwork {
  return new Rebuilder(file, givenSeeds, processSeed).rebuild();
}

/** The seed of a process that gave these samples; undefined where none is known. */
export type ProcessSeed = (file: GoldenFile, process: GoldenData, samples: Matrix) => number | undefined;

class Rebuilder {
  readonly #file: GoldenFile;
  readonly #networks = new Map<string, Network>();
  readonly #ensembles = new Map<string, Ensemble>();
  readonly #nodes = new Map<string, Node>();
  readonly #connections = new Map<string, Connection>();
  readonly #probes = new Map<string, Probe>();
  readonly #nodeProbes = new Map<string, Probe>();
  readonly #substituted: Substitution[] = [];
  readonly #givenSeeds: ReadonlyMap<string, number>;
  readonly #processSeed: ProcessSeed;

  constructor(file: GoldenFile, givenSeeds: ReadonlyMap<string, number>, processSeed: ProcessSeed) {
    this.#file = file;
    this.#givenSeeds = givenSeeds;
    this.#processSeed = processSeed;
  }

  rebuild(): RebuiltNetwork {
    const top = this.#file.networks[0]!;
    const network = new Network({ label: top.label, seed: topSeed(this.#file), addToContainer: false });
    this.#fillWithObjects(network, top);
    this.#connect(top);
    this.#probeProcesses(network);
    return {
      network,
      networks: this.#networks,
      ensembles: this.#ensembles,
      nodes: this.#nodes,
      connections: this.#connections,
      probes: this.#probes,
      nodeProbes: this.#nodeProbes,
      substituted: this.#substituted,
    };
  }

  /** Ensembles, nodes and subnetworks of every level come before connections, which may reach into any of them. */
  #fillWithObjects(network: Network, golden: GoldenNetwork): void {
    this.#networks.set(golden.id, network);
    this.#make('networks', golden.id, ({ config = {} }: GoldenNetwork) => configure(network, config));
    network.within(() => {
      for (const id of golden.ensembles)
        this.#ensembles.set(
          id,
          this.#make('ensembles', id, (found: GoldenEnsemble) => this.#ensemble(found)),
        );
      for (const id of golden.nodes)
        this.#nodes.set(
          id,
          this.#make('nodes', id, (found: GoldenNode) => this.#node(found)),
        );
      for (const id of golden.networks) {
        const inner = this.#find(this.#file.networks, id);
        const record = constructionOf(this.#file, id);
        if (record !== undefined) {
          this.#takeIn(construct(record, this.#constructorSeed(record, id)), inner);
          continue;
        }
        this.#fillWithObjects(new Network({ label: inner.label, seed: this.#seed(id) }), inner);
      }
    });
  }

  #connect(golden: GoldenNetwork): void {
    this.#networks.get(golden.id)!.within(() => {
      for (const id of golden.connections)
        this.#connections.set(
          id,
          this.#make('connections', id, (found: GoldenConnection) => this.#connection(found)),
        );
      for (const id of golden.probes)
        this.#probes.set(
          id,
          this.#make('probes', id, (found: GoldenProbe) => this.#probe(found)),
        );
    });
    for (const id of golden.networks) {
      if (constructionOf(this.#file, id) === undefined) this.#connect(this.#find(this.#file.networks, id));
    }
  }

  #constructorSeed({ args }: ConstructedRecord, id: string): number | null {
    return (args['seed'] as number | undefined) ?? this.#seed(id);
  }

  /** What a constructor made has the ids of the file in the order of creation. @throws Error where it made something else */
  #takeIn(network: Network, golden: GoldenNetwork): void {
    this.#networks.set(golden.id, network);
    this.#pair(golden, 'ensembles', network.ensembles, this.#ensembles);
    this.#pair(golden, 'nodes', network.nodes, this.#nodes);
    this.#pair(golden, 'connections', network.connections, this.#connections);
    this.#pair(golden, 'networks', network.networks, this.#networks);
    golden.networks.forEach((id, index) => this.#takeIn(network.networks[index]!, this.#find(this.#file.networks, id)));
  }

  #pair<Made extends { readonly label: string | null }>(
    golden: GoldenNetwork,
    list: 'ensembles' | 'nodes' | 'connections' | 'networks',
    made: readonly Made[],
    objects: Map<string, Made>,
  ): void {
    const recorded = golden[list].map((id) => this.#find<{ id: string; label: string | null }>(this.#file[list], id));
    const labels = (members: readonly { readonly label: string | null }[]): string =>
      JSON.stringify(members.map(({ label }) => label));
    if (labels(made) !== labels(recorded))
      throw new Error(`${golden.id}: constructed ${list} ${labels(made)} in place of ${labels(recorded)}`);
    golden[list].forEach((id, index) => objects.set(id, made[index]!));
  }

  /** After all else, where a network draws the seeds of its probes: no other seed changes. */
  #probeProcesses(network: Network): void {
    network.within(() => {
      for (const { id, process, samples } of this.#file.nodes) {
        if (process !== null && samples !== undefined) this.#nodeProbes.set(id, new Probe(this.#nodes.get(id)!));
      }
    });
  }

  #ensemble(golden: GoldenEnsemble): Ensemble {
    const { spec } = golden;
    // Nothing of a Direct ensemble is as it was given: the identity stands for encoders, and nothing for gains and biases.
    const isDirect = golden.neuron_type.type === 'Direct';
    const source = (
      data: GoldenData | 'array' | null,
      array: Matrix | readonly number[] | null,
    ): Distribution | NdArray | null =>
      data === null ? null : data === 'array' ? ndarray(array!) : distributionFrom(data);
    const tuned = (
      name: keyof typeof spec,
      array: Matrix | readonly number[] | null,
    ): Distribution | NdArray | undefined =>
      isDirect && spec[name] === 'array' ? undefined : (source(spec[name], array) ?? undefined);
    const scaledBack = golden.eval_points?.map((point) => point.map((value) => value / golden.radius)) ?? null;
    return new Ensemble({
      label: golden.label,
      seed: this.#seed(golden.id),
      nNeurons: golden.n_neurons,
      dimensions: golden.dimensions,
      radius: golden.radius,
      neuronType: neuronTypeFrom(golden.neuron_type),
      normalizeEncoders: golden.normalize_encoders,
      encoders: tuned('encoders', golden.encoders)!,
      intercepts: tuned('intercepts', golden.intercepts)!,
      maxRates: tuned('max_rates', golden.max_rates)!,
      evalPoints: source(spec.eval_points, scaledBack)!,
      nEvalPoints: this.#explicitNumberOfPoints(golden),
      gain: tuned('gain', golden.gain),
      bias: tuned('bias', golden.bias),
      noise: golden.noise === null ? null : processFrom(golden.noise, { seed: golden.noise_seed }),
    });
  }

  #seed(id: string): number | null {
    return this.#givenSeeds.get(id) ?? null;
  }

  /** The number of points, where it is not the one that Nengo takes by default. */
  #explicitNumberOfPoints({
    spec,
    dimensions,
    n_neurons: neurons,
    n_eval_points: points,
  }: GoldenEnsemble): number | null {
    const byDefault = Math.max(Math.min(Math.max(500 * dimensions, 750), 2500), 2 * neurons);
    return spec.eval_points === 'array' || points === byDefault ? null : points;
  }

  #node(golden: GoldenNode): Node {
    const { label, size_in: sizeIn, size_out: sizeOut, samples } = golden;
    if (golden.kind === 'passthrough') return new Node({ sizeIn, label });
    if (golden.kind === 'constant') return new Node(golden.value!, { label });
    if (golden.process !== null) return new Node(this.#process(golden), { sizeIn, sizeOut, label });
    if (sizeOut === 0) return new Node(() => undefined, { sizeIn, sizeOut, label });
    const outputAt = (time: number): number[] => [...(samples![Math.round(time / this.#file.dt) - 1] ?? samples![0]!)];
    return new Node(outputAt, { sizeIn, sizeOut, label });
  }

  #process({ process, process_seed: recorded, samples }: GoldenNode): Process {
    const isSeeded = (process!['seed'] ?? recorded ?? null) !== null;
    const seed = isSeeded || samples === undefined ? recorded : this.#processSeed(this.#file, process!, samples);
    return processFrom(process!, { seed });
  }

  #connection(golden: GoldenConnection): Connection {
    const { label, scale_eval_points: scaleEvalPoints } = golden;
    const solver = solverFrom(golden.solver);
    const options: ConnectionOptions = {
      label,
      seed: this.#seed(golden.id),
      scaleEvalPoints,
      synapse: this.#synapse('connections', golden),
      function: connectionFunction(this.#file, golden),
      evalPoints: this.#evalPoints(golden),
      learningRuleType: learningRulesOf(golden),
    };
    const pre = this.#end(golden.pre);
    const post = this.#end(golden.post);
    // Nengo gives every connection one, also where nothing is decoded; for weights it solves where an ensemble is the target, and else warns.
    const [from, to] = [pre, post].map((end) => (end.kind === 'view' ? end.object : end).kind);
    const decoding = from === 'ensemble' ? { solver: to === 'ensemble' ? solver : { ...solver, weights: false } } : {};
    return new Connection(pre, post, { ...options, ...decoding, transform: transformFrom(golden) });
  }

  #probe(golden: GoldenProbe): Probe {
    const { label, sample_every: sampleEvery, attr, solver } = golden;
    return new Probe(this.#target(golden.target), {
      label,
      sampleEvery,
      attribute: camelCase(attr),
      synapse: this.#synapse('probes', golden),
      seed: this.#seed(golden.id),
      ...(solver && { solver: solverFrom(solver) }),
    });
  }

  /** What stands in for a missing synapse is slower than no synapse at all, which might close a cycle without delay. */
  #synapse(list: 'connections' | 'probes', { id, synapse }: GoldenConnection | GoldenProbe): Synapse | null {
    try {
      return synapseFrom(synapse);
    } catch (error) {
      if (!(error instanceof MissingKind)) throw error;
      this.#substituted.push({ id, missing: error.at(`${list}[${placeOf(this.#file[list], id)}]`) });
      return lowpass(0);
    }
  }

  #evalPoints({ eval_points: points }: GoldenConnection): Distribution | NdArray | null {
    if (points === null || points === 'ensemble') return null;
    return 'type' in points ? distributionFrom(points) : ndarray(points);
  }

  #end(end: GoldenEnd): ConnectionEnd {
    const whole =
      end.kind === 'rule'
        ? rulesOf(this.#connections.get(end.id)!)[end.rule ?? 0]!
        : end.kind === 'node'
          ? this.#nodes.get(end.id)!
          : end.kind === 'neurons'
            ? this.#ensembles.get(end.id)!.neurons
            : this.#ensembles.get(end.id)!;
    return end.indices === undefined ? whole : whole.at(end.indices);
  }

  #target(target: GoldenEnd): ProbeTarget {
    return target.kind === 'connection' ? this.#connections.get(target.id)! : this.#end(target);
  }

  #find<Entry extends { readonly id: string }>(entries: readonly Entry[], id: string): Entry {
    return entryOf(entries, id)!;
  }

  /** What is made of the object of a list that has this id; errors say where it stands. */
  #make<Made, List extends 'networks' | 'ensembles' | 'nodes' | 'connections' | 'probes'>(
    list: List,
    id: string,
    make: (entry: GoldenFile[List][number]) => Made,
  ): Made {
    const entries: GoldenFile[List] = this.#file[list];
    const place = placeOf(entries, id)!;
    return madeFrom(`${list}[${place}]`, () => make(entries[place]!));
  }
}
