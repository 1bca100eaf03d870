/** @file Networks as descriptions tell: populations that hear an input or sources, linked in whatever way the description says. */
import {
  Connection,
  convolution,
  Ensemble,
  lstsqL2,
  Network,
  Node,
  Probe,
  RandomState,
  sparse,
  uniform,
  type ConnectionOptions,
} from './index.ts';
import {
  FUNCTIONS,
  NEURON_TYPES,
  NOISES,
  rulesOf,
  SIGNALS,
  SYNAPSES,
  type LinkDescription,
  type NetworkDescription,
  type PopulationDescription,
} from './described-network.test-helper.ts';

export interface DescribedNetwork {
  readonly net: Network;
  /** Two numbers, which calls feed. */
  readonly input: Node;
  /** Hears the first population; what losses are of. */
  readonly output: Probe;
}

/** @param description what is made; nothing else is drawn */
export function networkOf(description: NetworkDescription): DescribedNetwork {
  const random = new RandomState(description.seed);
  const matrix = (rows: number, columns: number, size: number): number[][] =>
    Array.from({ length: rows }, () => [...random.uniform(-size, size, columns)]);
  const net = new Network({ seed: description.seed });
  return net.within(() => {
    const input = new Node([0.1, -0.1], { label: 'input' });
    const populations = description.populations.map((each) => populationOf(each, input, matrix));
    for (const ensemble of populations) {
      new Probe(ensemble, { synapse: 0.002 });
      new Probe(ensemble.slice(null, null, -1), { sampleEvery: 0.003 });
      if (ensemble.neuronType.kind !== 'direct') new Probe(ensemble.neurons);
    }
    for (const link of description.links) connect(link, populations, input, matrix);
    const end = new Node({ sizeIn: 1 });
    new Connection(populations[0]!.at(0), end, { synapse: null });
    return { net, input, output: new Probe(end) };
  });
}

type Matrix = (rows: number, columns: number, size: number) => number[][];

function populationOf(
  { neuronType, neurons, dimensions, noise, isInside, hears, synapse }: PopulationDescription,
  input: Node,
  matrix: Matrix,
): Ensemble {
  const make = (): Ensemble =>
    new Ensemble({
      nNeurons: neurons,
      dimensions,
      neuronType: NEURON_TYPES[neuronType]!(),
      noise: neuronType === 'direct()' ? null : NOISES[noise]!(),
    });
  const ensemble = isInside ? new Network().within(make) : make();
  const signal = SIGNALS[hears]?.();
  const source = signal === undefined ? input : new Node(signal as never, { sizeOut: 2 });
  new Connection(source, ensemble, { synapse: SYNAPSES[synapse]!(), transform: matrix(dimensions, 2, 1) });
  return ensemble;
}

/** Paths for which no neurons are needed. */
const PATHS_OF_VALUES: ReadonlySet<LinkDescription['path']> = new Set(['squared', 'reversed', 'repeated']);

/** One link. What leads back, or to itself, and neither waits nor is filtered, waits for a step. */
function connect(link: LinkDescription, populations: readonly Ensemble[], input: Node, matrix: Matrix): void {
  const [fromIndex, toIndex] = [link.from % populations.length, link.to % populations.length];
  const [from, to] = [populations[fromIndex]!, populations[toIndex]!];
  const isPrompt = link.synapse === 'none' && toIndex <= fromIndex;
  const options = {
    synapse: SYNAPSES[link.synapse]!(),
    delay: { steps: isPrompt ? Math.max(1, link.delay) : link.delay },
  };
  const isDirect = [from, to].some(({ neuronType }) => neuronType.kind === 'direct');
  const decoded = { ...options, transform: matrix(to.dimensions, from.dimensions, 0.7) };
  const path = isDirect && !PATHS_OF_VALUES.has(link.path) ? 'slices' : link.path;
  const rules = isDirect || path === 'slices' ? [] : link.rules;
  switch (path) {
    case 'decoded':
      return learn(new Connection(from, to, withRules(decoded, link, rules)), rules, input);
    case 'squared':
      return learn(
        new Connection(from, to, withRules({ ...decoded, function: FUNCTIONS.squares as never }, link, rules)),
        rules,
        input,
      );
    case 'weights': {
      const weights = { ...decoded, solver: lstsqL2({ weights: true }) };
      return learn(new Connection(from, to, withRules(weights, link, rules)), rules, input);
    }
    case 'slices':
      new Connection(from.at(-1), to.at(0), { ...options, transform: 0.5 });
      return;
    case 'reversed':
      new Connection(from.slice(null, null, -1), to.slice(null, null, -1), decoded);
      return;
    case 'repeated': {
      const between = new Node({ sizeIn: 3 });
      new Connection(from.at([0, -1, 0]), between, { synapse: null, transform: 0.5 });
      new Connection(between, to, { ...options, transform: matrix(to.dimensions, 3, 0.5) });
      return;
    }
    case 'gathered': {
      const target = to.neurons.slice(null, null, -2);
      const transform = matrix(target.sizeIn, 2, 0.002);
      new Connection(from.neurons.at([-1, 0]), target, { ...options, transform });
      return;
    }
    case 'bent': {
      const node = new Node(FUNCTIONS.bend as never, { sizeIn: from.dimensions, sizeOut: from.dimensions });
      new Connection(from, node, { synapse: null });
      // What is called is called at every step, in an order of its own: what hears it waits.
      new Connection(node, to, { ...decoded, delay: { steps: Math.max(1, link.delay) } });
      return;
    }
    case 'dense': {
      const transform = matrix(to.nNeurons, from.nNeurons, 0.002);
      return learn(
        new Connection(from.neurons, to.neurons, withRules({ ...options, transform }, link, rules)),
        rules,
        input,
      );
    }
    case 'sparse': {
      const entries = { rows: [0, to.nNeurons - 1, 0], columns: [from.nNeurons - 1, 0, from.nNeurons - 1] };
      const transform = sparse([to.nNeurons, from.nNeurons], entries, uniform(-0.002, 0.002));
      new Connection(from.neurons, to.neurons, { ...options, transform });
      return;
    }
    case 'convolution': {
      const size = from.nNeurons;
      const between = new Node({ sizeIn: size });
      const kernel = uniform(-0.002, 0.002);
      const transform = convolution(1, [size, 1], { kernelSize: [2], padding: 'same', kernel });
      new Connection(from.neurons, between, { synapse: null, transform });
      const shared = Math.min(size, to.nNeurons);
      new Connection(between.slice(size - shared, size), to.neurons.slice(0, shared, 1), options);
    }
  }
}

function withRules(options: ConnectionOptions, { path }: LinkDescription, names: readonly string[]): ConnectionOptions {
  return names.length === 0 ? options : { ...options, learningRuleType: names.map((name) => rulesOf(path)[name]!()) };
}

/** Tells rules of their errors, and probes all that moves. */
function learn(connection: Connection, names: readonly string[], input: Node): void {
  names.forEach((_, index) => {
    const rule = (connection.learningRule as never as readonly { readonly sizeIn: number; probeable: string[] }[])[
      index
    ]!;
    if (rule.sizeIn > 0) new Connection(input.slice(0, rule.sizeIn), rule as never, { synapse: null });
    for (const attribute of rule.probeable) new Probe(rule as never, { attribute });
  });
  if (names.length > 0) new Probe(connection, { attribute: 'weights' });
}
