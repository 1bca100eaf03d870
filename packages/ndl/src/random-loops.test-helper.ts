/**
 * @file Random networks full of loops through time: populations that feed themselves, each other and a junction that they share, through
 * filters of all kinds, delays longer than blocks and functions that are called; with probes on whatever can be probed.
 */
import {
  adaptiveLif,
  adaptiveLifRate,
  alpha,
  Connection,
  Ensemble,
  izhikevich,
  lif,
  lifRate,
  linearFilter,
  lowpass,
  Network,
  Node,
  poissonSpiking,
  Probe,
  RandomState,
  rectifiedLinear,
  regularSpiking,
  sigmoid,
  spikingLeakyRelu,
  spikingRectifiedLinear,
  stochasticSpiking,
  tanh,
  triangle,
  uniform,
  type Synapse,
} from './index.ts';

export interface RandomLoops {
  readonly net: Network;
  /** A source of two numbers; there is a constant one, too. */
  readonly source: Node;
  /** Of whatever can be probed; the last is of a node that hears all populations. */
  readonly probes: readonly Probe[];
}

/** @param canLearn whether gradients pass through all of it: no function is called */
export function randomLoops(seed: number, canLearn = false): RandomLoops {
  const draw = new Draw(seed);
  const net = new Network({ seed });
  return net.within(() => {
    const wave = draw.number(10, 60);
    const source = new Node((t) => [Math.sin(wave * t), Math.cos(3 * wave * t)], { sizeOut: 2 });
    const populations = chain(source, draw);
    const junction = new Node({ sizeIn: 2 });
    closeLoops(populations, junction, draw);
    if (!canLearn) callFunction(populations, junction, draw);
    const end = new Node({ sizeIn: 1 });
    for (const each of populations)
      new Connection(each, end, { synapse: draw.filterOrNone(), transform: draw.matrix(1, each.dimensions, 1) });
    const probes = [...probesOn(net, draw), new Probe(end, { synapse: draw.filterOrNone() })];
    return { net, source, probes };
  });
}

/** Populations in a row, of which some begin anew at the source or at a constant. */
function chain(source: Node, draw: Draw): readonly Ensemble[] {
  const constant = new Node([0.3]);
  const types = [
    lif(),
    lif({ tauRef: 0.001 }),
    lifRate(),
    spikingRectifiedLinear(),
    rectifiedLinear(),
    sigmoid(),
    tanh(),
    adaptiveLif({ tauN: 0.01, incN: 0.05 }),
    izhikevich(),
    spikingLeakyRelu(),
    regularSpiking(adaptiveLifRate({ tauN: 0.01 })),
    stochasticSpiking(lifRate()),
    poissonSpiking(tanh()),
  ];
  const populations: Ensemble[] = [];
  for (let count = draw.whole(2, 4); count > 0; count--) {
    const [nNeurons, dimensions] = [draw.whole(3, 8), draw.whole(1, 2)];
    const population = new Ensemble({ nNeurons, dimensions, neuronType: draw.oneOf(types) });
    const last = populations.at(-1);
    const from = last === undefined ? source : draw.oneOf([source, constant, last]);
    const transform = draw.matrix(dimensions, from.kind === 'node' ? from.sizeOut : from.dimensions, 1);
    new Connection(from, population, { synapse: draw.filterOrNone(), transform });
    populations.push(population);
  }
  return populations;
}

/** Cycles, of one population or several, which meet in populations and in the junction. */
function closeLoops(populations: readonly Ensemble[], junction: Node, draw: Draw): void {
  for (let count = draw.whole(1, 4); count > 0; count--) {
    const [from, to] = [draw.oneOf(populations), draw.oneOf(populations)];
    const synapse = draw.filter();
    if (draw.isSo(0.3)) new Connection(from.neurons, to.neurons, { synapse, transform: uniform(-0.003, 0.003) });
    else new Connection(from, to, { synapse, transform: draw.matrix(to.dimensions, from.dimensions, 0.8) });
  }
  const [into, back] = [draw.oneOf(populations), draw.oneOf(populations)];
  new Connection(into, junction, { synapse: draw.filter(), transform: draw.matrix(2, into.dimensions, 1) });
  if (draw.isSo(0.6))
    new Connection(junction, back, { synapse: draw.filterOrNone(), transform: draw.matrix(back.dimensions, 2, 0.5) });
}

/** A function in a loop, of what a population and the junction say. */
function callFunction(populations: readonly Ensemble[], junction: Node, draw: Draw): void {
  if (draw.isSo(0.3)) return;
  const bent = new Node((_time, x) => x.map((value) => value / (1 + value * value)), {
    sizeIn: 2,
    sizeOut: 2,
    inert: true,
  });
  const [said, heard] = [draw.oneOf(populations), draw.oneOf(populations)];
  new Connection(said, bent.at(0), { synapse: draw.filter(), function: (x) => x[0] });
  new Connection(junction, bent.at(1), { synapse: null, transform: [[0.2, 0.3]] });
  new Connection(bent, heard, { synapse: draw.filter(), transform: draw.matrix(heard.dimensions, 2, 0.4) });
}

/** Probes on more than half of what can be probed, with filters and periods of their own. */
function probesOn({ ensembles, connections, nodes }: Network, draw: Draw): readonly Probe[] {
  const targets = [...ensembles, ...ensembles.map(({ neurons }) => neurons), ...connections, nodes.at(-1)!];
  return targets.flatMap((target) =>
    ('probeable' in target ? target.probeable : ['output'])
      .filter((attribute) => !CONSTANT.has(attribute) && draw.isSo(0.6))
      .map((attribute) => {
        const synapse = draw.isSo(0.4) ? draw.filter() : null;
        const sampleEvery = draw.isSo(0.3) ? draw.oneOf([0.002, 0.003, 0.0045, 0.011]) : null;
        return new Probe(target, { attribute, synapse, sampleEvery });
      }),
  );
}

const CONSTANT: ReadonlySet<string> = new Set(['scaledEncoders', 'weights']);

/** What is drawn follows from the seed. */
class Draw {
  readonly #random: RandomState;

  constructor(seed: number) {
    this.#random = new RandomState(seed);
  }

  number(low: number, high: number): number {
    return this.#random.uniform(low, high, 1)[0]!;
  }

  /** `high` included. */
  whole(low: number, high: number): number {
    return Math.floor(this.number(low, high + 1));
  }

  isSo(probability: number): boolean {
    return this.number(0, 1) < probability;
  }

  oneOf<Choice>(choices: readonly Choice[]): Choice {
    return choices[this.whole(0, choices.length - 1)]!;
  }

  matrix(rows: number, columns: number, size: number): number[][] {
    return Array.from({ length: rows }, () => Array.from({ length: columns }, () => this.number(-size, size)));
  }

  filter(): Synapse {
    const filters: readonly (() => Synapse)[] = [
      () => lowpass(this.number(0.002, 0.02)),
      () => alpha(this.number(0.002, 0.01)),
      () => triangle(this.number(0.001, 0.004)),
      () => lowpass(0),
      () => linearFilter([1], [0.0001, 0.01, 1]),
      // These see further back than the blocks that are tried are long; the second is a delay.
      () => triangle(0.013),
      () => linearFilter([1], [1, ...new Array<number>(9).fill(0)], { analog: false }),
    ];
    return this.oneOf(filters)();
  }

  filterOrNone(): Synapse | null {
    return this.isSo(0.5) ? null : this.filter();
  }
}
