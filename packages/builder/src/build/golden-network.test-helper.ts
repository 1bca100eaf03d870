/**
 * @file Rebuilds the networks of the golden files from their front-end descriptions, as far as the tests of the build
 * need.
 */
import {
  alpha,
  Connection,
  dense,
  direct,
  Ensemble,
  lif,
  lifRate,
  linearFilter,
  lowpass,
  lstsqL2,
  Network,
  Node,
  noSolver,
  Probe,
  scatteredHypersphere,
  uniform,
  type ConnectionFunction,
  type DiscretizationMethod,
  type Distribution,
  type NeuronType,
  type Solver,
  type Synapse,
} from '@ndl/model';
import { readGolden } from '../../../testing/golden/read-golden.ts';

interface End {
  readonly kind: 'ensemble' | 'neurons' | 'node';
  readonly id: string;
  readonly indices?: number[];
}

interface GoldenCase {
  readonly n_steps: number;
  readonly networks: {
    id: string;
    seed: number;
    ensembles: string[];
    nodes: string[];
    connections: string[];
    networks: string[];
    probes: string[];
  }[];
  readonly ensembles: {
    id: string;
    seed: number;
    n_neurons: number;
    dimensions: number;
    radius: number;
    neuron_type: NeuronSpec;
    n_eval_points: number;
    eval_points: number[][];
    eval_points_sum: number[];
    encoders: number[][];
    scaled_encoders: number[][];
    gain: number[] | null;
    bias: number[] | null;
    max_rates: number[];
    intercepts: number[];
    initial_state: Record<string, number[]>;
    spec: Record<'encoders' | 'intercepts' | 'max_rates' | 'eval_points' | 'gain' | 'bias', Spec>;
  }[];
  readonly nodes: {
    id: string;
    kind: string;
    size_in: number;
    size_out: number;
    value: number[];
    samples?: number[][];
  }[];
  readonly connections: {
    id: string;
    seed: number;
    pre: End;
    post: End;
    function: string | null;
    eval_points: Spec;
    scale_eval_points: boolean;
    synapse: SynapseSpec | null;
    solver: { type: string; reg: number; weights: boolean; values: number[][] };
    transform: { type: string; shape: [number, number]; init: number | number[] | number[][] };
    weights: { data: number | number[] | number[][] } | null;
  }[];
  readonly probes: {
    id: string;
    seed: number;
    target: End;
    attr: string;
    sample_every: number | null;
    synapse: SynapseSpec | null;
    decoder: { data: number[][] } | null;
    data: number[][];
  }[];
}

type Spec = null | string | { type: string; surface: boolean; low: number; high: number };
interface NeuronSpec {
  readonly type: string;
  readonly tau_rc: number;
  readonly tau_ref: number;
  readonly amplitude: number;
  readonly initial_state: Record<string, number[]> | null;
}

type SynapseSpec = { type: string; tau: number; num: number[]; den: number[]; analog: boolean; method: string };

/** A golden network, made anew, and its objects by their names in the file. */
export interface RebuiltCase {
  readonly golden: GoldenCase;
  readonly network: Network;
  readonly objects: ReadonlyMap<string, Ensemble | Node | Connection | Probe | Network>;
}

const FUNCTIONS: Readonly<Record<string, ConnectionFunction>> = {
  square: (x) => Array.from(x, (value) => value ** 2),
  prod: (x) => x[0] * x[1],
  second: (x) => x[1],
  sq: (x) => Array.from(x, (value) => value ** 2),
  tanh: (x) => Array.from(x, Math.tanh),
};

/** Makes the network of a golden file; objects get their seeds from the top-level network's alone. */
export function rebuild(name: string): RebuiltCase {
  const golden = readGolden<GoldenCase>(name);
  const objects: Map<string, Ensemble | Node | Connection | Probe | Network> = new Map();
  const end = ({ kind, id, indices }: End): Ensemble | Node => {
    const object = objects.get(id) as Ensemble;
    const whole = kind === 'neurons' ? object.neurons : object;
    return (indices === undefined ? whole : whole.at(indices)) as unknown as Ensemble;
  };
  const find = <Entry extends { id: string }>(entries: Entry[], id: string): Entry =>
    entries.find((entry) => entry.id === id)!;
  const network = makeNetwork('net0');
  return { golden, network, objects };

  function makeNetwork(id: string): Network {
    const { seed, ensembles, nodes, networks, connections, probes } = find(golden.networks, id);
    return new Network(id === 'net0' ? { seed } : {}, (made) => {
      objects.set(id, made);
      for (const name of ensembles) objects.set(name, makeEnsemble(find(golden.ensembles, name)));
      for (const name of nodes) objects.set(name, makeNode(find(golden.nodes, name)));
      for (const name of networks) makeNetwork(name);
      for (const name of connections) objects.set(name, makeConnection(find(golden.connections, name)));
      for (const name of probes) objects.set(name, makeProbe(find(golden.probes, name)));
    });
  }

  function makeEnsemble(entry: GoldenCase['ensembles'][number]): Ensemble {
    const { spec } = entry;
    return new Ensemble({
      nNeurons: entry.n_neurons,
      dimensions: entry.dimensions,
      radius: entry.radius,
      neuronType: neuronTypeOf(entry.neuron_type),
      encoders: spec.encoders === 'array' ? entry.encoders : distributionOf(spec.encoders),
      intercepts: distributionOf(spec.intercepts),
      maxRates: distributionOf(spec.max_rates),
      evalPoints: spec.eval_points === 'array' ? entry.eval_points : distributionOf(spec.eval_points),
      ...(spec.gain === 'array' && { gain: entry.gain, bias: entry.bias }),
    });
  }

  /** Functions give the samples of the file, whatever their input is. */
  function makeNode({ kind, size_in, size_out, value, samples }: GoldenCase['nodes'][number]): Node {
    if (kind === 'constant') return new Node(value);
    if (kind === 'passthrough') return new Node({ sizeIn: size_in });
    return new Node((time) => samples![Math.round(time / 0.001) - 1]!, { sizeIn: size_in, sizeOut: size_out });
  }

  function makeConnection(entry: GoldenCase['connections'][number]): Connection {
    const { transform, eval_points } = entry;
    return new Connection(end(entry.pre), end(entry.post), {
      synapse: synapseOf(entry.synapse),
      function: entry.function === null ? null : FUNCTIONS[entry.function]!,
      transform: transform.type === 'NoTransform' ? null : dense(transform.shape, transform.init),
      solver: solverOf(entry.solver),
      evalPoints: eval_points === null || eval_points === 'ensemble' ? null : distributionOf(eval_points),
      scaleEvalPoints: entry.scale_eval_points,
    });
  }

  function makeProbe({ target, attr, synapse }: GoldenCase['probes'][number]): Probe {
    const attribute = attr.replace(/_(.)/, (_, letter: string) => letter.toUpperCase());
    return new Probe(end(target), { attribute, synapse: synapseOf(synapse) });
  }
}

function neuronTypeOf({ type, tau_rc: tauRc, tau_ref: tauRef, amplitude, initial_state }: NeuronSpec): NeuronType {
  if (type === 'Direct') return direct();
  if (type === 'LIFRate') return lifRate({ tauRc, tauRef, amplitude });
  const voltage = initial_state?.['voltage'];
  return lif({ tauRc, tauRef, amplitude, ...(voltage !== undefined && { initialState: { voltage } }) });
}

function distributionOf(spec: Spec): Distribution {
  const { type, surface, low, high } = spec as Exclude<Spec, null | string>;
  return type === 'Uniform' ? uniform(low, high) : scatteredHypersphere({ surface });
}

function solverOf({ type, reg, weights, values }: GoldenCase['connections'][number]['solver']): Solver {
  return type === 'NoSolver' ? noSolver({ values, weights }) : lstsqL2({ regularization: reg, weights });
}

/** The synapse of a golden file. */
export function synapseOf(spec: SynapseSpec | null): Synapse | null {
  if (spec === null) return null;
  const { type, tau, num, den, analog, method } = spec;
  if (type === 'Lowpass') return lowpass(tau);
  if (type === 'Alpha') return alpha(tau);
  return linearFilter(num, den, {
    analog,
    method: (method === 'backward_diff' ? 'backward' : method) as DiscretizationMethod,
  });
}
