/**
 * @file Descriptions of networks of all kinds, as plain data for fast-check to draw, to shrink and to print: neurons, noise, rules,
 * processes, filters, delays and transforms stand in them as the code that makes them.
 */
import fc from 'fast-check';
import {
  adaptiveLif,
  adaptiveLifRate,
  alpha,
  bcm,
  brownNoise,
  direct,
  filteredNoise,
  gaussian,
  izhikevich,
  leaky,
  leakyRelu,
  lif,
  lifRate,
  linearFilter,
  lowpass,
  oja,
  pes,
  piecewise,
  poissonSpiking,
  presentInput,
  rectifiedLinear,
  regularSpiking,
  rls,
  sigmoid,
  softLifRate,
  spikingLeakyRelu,
  spikingRectifiedLinear,
  stochasticSpiking,
  tanh,
  triangle,
  voja,
  whiteNoise,
  whiteSignal,
  type LearningRuleType,
  type NeuronType,
  type Process,
  type Synapse,
} from './index.ts';

export const NEURON_TYPES: Readonly<Record<string, () => NeuronType>> = {
  'rectifiedLinear()': () => rectifiedLinear(),
  'lif()': () => lif(),
  'lif({ tauRef: 0.001 })': () => lif({ tauRef: 0.001 }),
  'lifRate()': () => lifRate(),
  'softLifRate()': () => softLifRate(),
  'spikingRectifiedLinear()': () => spikingRectifiedLinear(),
  'leaky()': () => leaky(),
  'leakyRelu()': () => leakyRelu(),
  'spikingLeakyRelu()': () => spikingLeakyRelu(),
  'sigmoid()': () => sigmoid(),
  'tanh()': () => tanh(),
  'adaptiveLif({ tauN: 0.01, incN: 0.05 })': () => adaptiveLif({ tauN: 0.01, incN: 0.05 }),
  'adaptiveLifRate({ tauN: 0.01 })': () => adaptiveLifRate({ tauN: 0.01 }),
  'izhikevich()': () => izhikevich(),
  'regularSpiking(lifRate())': () => regularSpiking(lifRate()),
  'stochasticSpiking(tanh())': () => stochasticSpiking(tanh()),
  'poissonSpiking(lifRate())': () => poissonSpiking(lifRate()),
  'direct()': () => direct(),
};

export const NOISES: Readonly<Record<string, () => Process | null>> = {
  none: () => null,
  'whiteNoise({ distribution: gaussian(0, 0.1) })': () => whiteNoise({ distribution: gaussian(0, 0.1) }),
  'filteredNoise({ synapse: alpha(0.01) })': () => filteredNoise({ synapse: alpha(0.01) }),
};

/** What sources say: two numbers at each step. */
export const SIGNALS: Readonly<Record<string, () => Process | ((t: number) => number[])>> = {
  wave: () => wave,
  'presentInput([[0.5, -0.5], [1, 0]], 0.003)': () =>
    presentInput(
      [
        [0.5, -0.5],
        [1, 0],
      ],
      0.003,
    ),
  "piecewise({ 0: [0, 1], 0.006: [1, -1] }, { interpolation: 'linear' })": () =>
    piecewise({ 0: [0, 1], 0.006: [1, -1] }, { interpolation: 'linear' }),
  'whiteNoise()': () => whiteNoise(),
  'filteredNoise()': () => filteredNoise(),
  'brownNoise()': () => brownNoise(),
  'whiteSignal(0.05, 100)': () => whiteSignal(0.05, 100),
};

export const SYNAPSES: Readonly<Record<string, () => Synapse | null>> = {
  none: () => null,
  'lowpass(0.005)': () => lowpass(0.005),
  'lowpass(0)': () => lowpass(0),
  'alpha(0.003)': () => alpha(0.003),
  'linearFilter([1], [0.0001, 0.01, 1])': () => linearFilter([1], [0.0001, 0.01, 1]),
  'linearFilter([1], [1, 0, 0], { analog: false })': () => linearFilter([1], [1, 0, 0], { analog: false }),
  'triangle(0.003)': () => triangle(0.003),
};

/** Rules of decoded connections, which learn decoders or encoders. */
const RULES_OF_DECODERS: Readonly<Record<string, () => LearningRuleType>> = {
  pes: () => pes({ learningRate: 0.05 }),
  'pes, unfiltered': () => pes({ learningRate: 0.01, preSynapse: null }),
  rls: () => rls({ learningRate: 0.5 }),
  voja: () => voja({ learningRate: 0.2 }),
};

/** Rules of connections between neurons, and of those whose solver gives whole weights. */
const RULES_OF_WEIGHTS: Readonly<Record<string, () => LearningRuleType>> = {
  pes: () => pes({ learningRate: 0.05 }),
  bcm: () => bcm({ learningRate: 1e-9, thetaSynapse: lowpass(0.02) }),
  oja: () => oja({ learningRate: 1e-7 }),
};

/** Functions of descriptions, by the names that they have in files. */
export const FUNCTIONS = { wave, squares, bend };

function wave(t: number): number[] {
  return [Math.sin(60 * t), Math.cos(90 * t)];
}

function squares(x: readonly number[]): number[] {
  return x.map((value) => value * value);
}

function bend(_t: number, x: readonly number[]): number[] {
  return x.map((value) => value / (1 + value * value));
}

export interface PopulationDescription {
  readonly neuronType: string;
  readonly neurons: number;
  readonly dimensions: number;
  readonly noise: string;
  /** Whether it lives in a network of its own. */
  readonly isInside: boolean;
  /** What it hears: the input of the network, or a source of its own. */
  readonly hears: string;
  readonly synapse: string;
}

/** How links can go: decoded, whole or in parts, through a node, or between neurons. */
const PATHS = [
  'decoded',
  'squared',
  'slices',
  'reversed',
  'repeated',
  'weights',
  'bent',
  'dense',
  'gathered',
  'sparse',
  'convolution',
] as const;

export interface LinkDescription {
  /** Of populations, taken modulo their number. */
  readonly from: number;
  readonly to: number;
  readonly path: (typeof PATHS)[number];
  readonly synapse: string;
  /** In steps. */
  readonly delay: number;
  /** Of rules of the sort that the path can have. */
  readonly rules: readonly string[];
}

/** A network as plain data. `seed` also draws the entries of its matrices. */
export interface NetworkDescription {
  readonly seed: number;
  readonly populations: readonly PopulationDescription[];
  readonly links: readonly LinkDescription[];
}

const keyOf = (table: Readonly<Record<string, unknown>>): fc.Arbitrary<string> =>
  fc.constantFrom(...Object.keys(table));

const POPULATION: fc.Arbitrary<PopulationDescription> = fc.record({
  neuronType: keyOf(NEURON_TYPES),
  neurons: fc.integer({ min: 2, max: 7 }),
  dimensions: fc.integer({ min: 1, max: 2 }),
  noise: keyOf(NOISES),
  isInside: fc.boolean(),
  hears: fc.constantFrom('input', 'input', ...Object.keys(SIGNALS)),
  synapse: keyOf(SYNAPSES),
});

const LINK: fc.Arbitrary<LinkDescription> = fc.constantFrom(...PATHS).chain((path) =>
  fc.record({
    from: fc.nat(3),
    to: fc.nat(3),
    path: fc.constant(path),
    synapse: keyOf(SYNAPSES),
    delay: fc.nat(4),
    rules: fc.uniqueArray(keyOf(rulesOf(path)), { maxLength: Math.min(2, Object.keys(rulesOf(path)).length) }),
  }),
);

const NO_RULES: Readonly<Record<string, () => LearningRuleType>> = { none: () => pes() };

/** Rules that connections of a path can have. */
export function rulesOf(path: LinkDescription['path']): Readonly<Record<string, () => LearningRuleType>> {
  if (path === 'decoded' || path === 'squared') return RULES_OF_DECODERS;
  return path === 'weights' || path === 'dense' ? RULES_OF_WEIGHTS : NO_RULES;
}

/** Any description: what fast-check shrinks goes towards one population of rectified neurons, and no links. */
export const NETWORK_DESCRIPTIONS: fc.Arbitrary<NetworkDescription> = fc.record({
  seed: fc.nat(1000),
  populations: fc.array(POPULATION, { minLength: 1, maxLength: 3 }),
  links: fc.array(LINK, { maxLength: 5 }),
});
