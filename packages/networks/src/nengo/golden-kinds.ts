/** @file Nengo's kinds of neurons, synapses, distributions and solvers → ndl's factories. */
import {
  adaptiveLif,
  adaptiveLifRate,
  alpha,
  blockConjugateGradient,
  choice,
  cholesky,
  conjugateGradient,
  cosineSimilarity,
  direct,
  exponential,
  gaussian,
  izhikevich,
  leakyRelu,
  lif,
  lifRate,
  linearFilter,
  lowpass,
  lsmr,
  lstsq,
  lstsqDrop,
  lstsqL1,
  lstsqL2,
  lstsqL2nz,
  lstsqMultNoise,
  lstsqNoise,
  nnls,
  nnlsL2,
  nnlsL2nz,
  noSolver,
  pdf,
  poissonSpiking,
  quasirandomSequence,
  randomizedSvd,
  rectifiedLinear,
  regularSpiking,
  relativeConjugateGradient,
  samples,
  scatteredHypersphere,
  sigmoid,
  softLifRate,
  spikingLeakyRelu,
  spikingRectifiedLinear,
  stochasticSpiking,
  sqrtBeta,
  subvectorLength,
  svd,
  tanh,
  triangle,
  uniform,
  uniformHypersphere,
  type Distribution,
  type LeakyReluOptions,
  type LeastSquaresMethod,
  type LstsqL2Options,
  type LstsqNoiseOptions,
  type NeuronType,
  type Solver,
  type Synapse,
} from '@ndl/model';
import { ndarray, showValue } from '@ndl/numerics';
import type { GoldenData, Matrix, Vector } from './golden-file.ts';
import { MissingKind } from './missing-kind.ts';

/** Factories by Nengo's name of a kind. */
export type Factories<Made> = Readonly<Record<string, (data: GoldenData) => Made>>;

/** Factories have defaults, which are not for what a file lacks. @throws Error where it is not there */
export function parameterOf(data: GoldenData, name: string): unknown {
  if (!Object.hasOwn(data, name)) throw new Error(`${data.type} has no ${name}`);
  return data[name];
}

const number = (data: GoldenData, name: string): number => parameterOf(data, name) as number;
/** A number that may be written as `inf`. */
const limit = (data: GoldenData, name: string): number => (data[name] === 'inf' ? Infinity : number(data, name));
const flag = (data: GoldenData, name: string): boolean => parameterOf(data, name) as boolean;

const neuronTypes: Factories<NeuronType> = {
  Direct: () => direct(),
  LIF: (data) =>
    lif({
      tauRc: number(data, 'tau_rc'),
      tauRef: number(data, 'tau_ref'),
      minVoltage: number(data, 'min_voltage'),
      amplitude: number(data, 'amplitude'),
      ...initialState(data),
    }),
  LIFRate: (data) =>
    lifRate({ tauRc: number(data, 'tau_rc'), tauRef: number(data, 'tau_ref'), amplitude: number(data, 'amplitude') }),
  SoftLIFRate: (data) =>
    softLifRate({
      tauRc: number(data, 'tau_rc'),
      tauRef: number(data, 'tau_ref'),
      amplitude: number(data, 'amplitude'),
      sigma: number(data, 'sigma'),
    }),
  RectifiedLinear: (data) => rectifiedLinear({ amplitude: number(data, 'amplitude') }),
  SpikingRectifiedLinear: (data) =>
    spikingRectifiedLinear({ amplitude: number(data, 'amplitude'), ...initialState(data) }),
  AdaptiveLIF: (data) =>
    adaptiveLif({
      tauRc: number(data, 'tau_rc'),
      tauRef: number(data, 'tau_ref'),
      minVoltage: number(data, 'min_voltage'),
      amplitude: number(data, 'amplitude'),
      tauN: number(data, 'tau_n'),
      incN: number(data, 'inc_n'),
      ...initialState(data),
    }),
  AdaptiveLIFRate: (data) =>
    adaptiveLifRate({
      tauRc: number(data, 'tau_rc'),
      tauRef: number(data, 'tau_ref'),
      amplitude: number(data, 'amplitude'),
      tauN: number(data, 'tau_n'),
      incN: number(data, 'inc_n'),
      ...initialState(data),
    }),
  Izhikevich: (data) =>
    izhikevich({
      tauRecovery: number(data, 'tau_recovery'),
      coupling: number(data, 'coupling'),
      resetVoltage: number(data, 'reset_voltage'),
      resetRecovery: number(data, 'reset_recovery'),
      ...initialState(data),
    }),
  RegularSpiking: (data) =>
    regularSpiking(baseType(data), { amplitude: number(data, 'amplitude'), ...initialState(data) }),
  StochasticSpiking: (data) => stochasticSpiking(baseType(data), { amplitude: number(data, 'amplitude') }),
  PoissonSpiking: (data) => poissonSpiking(baseType(data), { amplitude: number(data, 'amplitude') }),
  LeakyReLU: (data) => leakyRelu(leaking(data)),
  SpikingLeakyReLU: (data) => spikingLeakyRelu({ ...leaking(data), ...initialState(data) }),
  Sigmoid: (data) => sigmoid({ tauRef: number(data, 'tau_ref') }),
  Tanh: (data) => tanh({ tauRef: number(data, 'tau_ref') }),
};

const synapses: Factories<Synapse> = {
  Lowpass: (data) => lowpass(number(data, 'tau')),
  Alpha: (data) => alpha(number(data, 'tau')),
  Triangle: (data) => triangle(number(data, 't')),
  LinearFilter: (data) =>
    linearFilter(data['num'] as Vector, data['den'] as Vector, {
      analog: flag(data, 'analog'),
      method: (data['method'] === 'backward_diff' ? 'backward' : data['method']) as 'zoh',
    }),
};

const distributions: Factories<Distribution> = {
  Uniform: (data) => uniform(number(data, 'low'), number(data, 'high'), { integer: flag(data, 'integer') }),
  Gaussian: (data) => gaussian(number(data, 'mean'), number(data, 'std')),
  Choice: (data) => choice(data['options'] as Matrix, (data['weights'] ?? undefined) as Vector | undefined),
  Samples: (data) => samples(data['samples'] as Matrix | Vector),
  UniformHypersphere: (data) =>
    uniformHypersphere({ surface: flag(data, 'surface'), minMagnitude: number(data, 'min_magnitude') }),
  QuasirandomSequence: () => quasirandomSequence(),
  Exponential: (data) =>
    exponential(number(data, 'scale'), { shift: number(data, 'shift'), high: limit(data, 'high') }),
  PDF: (data) => pdf(data['x'] as Vector, data['p'] as Vector),
  SqrtBeta: (data) => sqrtBeta(number(data, 'n'), number(data, 'm')),
  SubvectorLength: (data) => subvectorLength(number(data, 'n') + number(data, 'm'), number(data, 'm')),
  CosineSimilarity: (data) => cosineSimilarity(number(data, 'n') + 1),
  ScatteredHypersphere: (data) =>
    scatteredHypersphere({
      surface: flag(data, 'surface'),
      minMagnitude: number(data, 'min_magnitude'),
      base: distributionFrom(data['base'] as GoldenData),
      method: data['method'] as 'sct-approx',
    }),
};

const methods: Factories<LeastSquaresMethod> = {
  Cholesky: (data) => cholesky({ transpose: (data['transpose'] ?? null) as boolean | null }),
  SVD: () => svd(),
  Conjgrad: (data) =>
    conjugateGradient({
      tolerance: number(data, 'tol'),
      mostIterations: (data['maxiters'] ?? null) as number | null,
      start: (data['X0'] ?? null) as Matrix | null,
    }),
  BlockConjgrad: (data) =>
    blockConjugateGradient({ tolerance: number(data, 'tol'), start: (data['X0'] ?? null) as Matrix | null }),
  ConjgradScipy: (data) =>
    relativeConjugateGradient({ tolerance: number(data, 'tol'), absoluteTolerance: number(data, 'atol') }),
  RandomizedSVD: (data) =>
    randomizedSvd({ components: number(data, 'n_components'), oversamples: number(data, 'n_oversamples') }),
  LSMRScipy: (data) => lsmr({ tolerance: number(data, 'tol') }),
};

const method = (data: GoldenData): LeastSquaresMethod =>
  data['solver'] === undefined ? cholesky() : made('sub-solver', methods, data['solver'] as GoldenData);
const regularized = (data: GoldenData): LstsqL2Options => ({
  regularization: number(data, 'reg'),
  method: method(data),
  weights: flag(data, 'weights'),
});
const noisy = (data: GoldenData): LstsqNoiseOptions => ({
  noise: number(data, 'noise'),
  method: method(data),
  weights: flag(data, 'weights'),
});

const solvers: Factories<Solver> = {
  Lstsq: (data) => lstsq({ conditionThreshold: number(data, 'rcond'), weights: flag(data, 'weights') }),
  LstsqL2: (data) => lstsqL2(regularized(data)),
  LstsqL2nz: (data) => lstsqL2nz(regularized(data)),
  LstsqNoise: (data) => lstsqNoise(noisy(data)),
  LstsqMultNoise: (data) => lstsqMultNoise(noisy(data)),
  LstsqDrop: (data) =>
    lstsqDrop({
      drop: number(data, 'drop'),
      first: solverFrom(data['solver1'] as GoldenData),
      second: solverFrom(data['solver2'] as GoldenData),
      weights: flag(data, 'weights'),
    }),
  LstsqL1: (data) =>
    lstsqL1({
      l1: number(data, 'l1'),
      l2: number(data, 'l2'),
      mostIterations: number(data, 'max_iter'),
      weights: flag(data, 'weights'),
    }),
  Nnls: (data) => nnls({ weights: flag(data, 'weights') }),
  NnlsL2: (data) => nnlsL2({ regularization: number(data, 'reg'), weights: flag(data, 'weights') }),
  NnlsL2nz: (data) => nnlsL2nz({ regularization: number(data, 'reg'), weights: flag(data, 'weights') }),
  NoSolver: (data) => noSolver({ values: (data['values'] ?? null) as Matrix | null, weights: flag(data, 'weights') }),
};

const leaking = (data: GoldenData): LeakyReluOptions => ({
  negativeSlope: number(data, 'negative_slope'),
  amplitude: number(data, 'amplitude'),
});

const baseType = (data: GoldenData): NeuronType => neuronTypeFrom(data['base_type'] as GoldenData);

/** @throws MissingKind */
export function neuronTypeFrom(data: GoldenData): NeuronType {
  return made('neuron type', neuronTypes, data);
}

/** @throws MissingKind */
export function synapseFrom(data: GoldenData | null): Synapse | null {
  return data === null ? null : made('synapse', synapses, data);
}

/** @throws MissingKind */
export function distributionFrom(data: GoldenData): Distribution {
  return made('distribution', distributions, data);
}

/** @throws MissingKind */
export function solverFrom(data: GoldenData): Solver {
  return made('solver', solvers, data);
}

/** @throws MissingKind */
export function made<Made>(family: string, factories: Factories<Made>, data: GoldenData): Made {
  return factoryOf(family, factories, data)(data);
}

/** What makes something of a kind. @throws MissingKind; Error for what is of no kind */
export function factoryOf<Factory>(
  family: string,
  factories: Readonly<Record<string, Factory>>,
  data: { readonly type: string },
): Factory {
  const { type } = Object(data) as { readonly type?: unknown };
  if (typeof type !== 'string') throw new Error(`${family} of no type: ${showValue(data)}`);
  const factory = Object.hasOwn(factories, type) ? factories[type] : undefined;
  if (factory === undefined) throw new MissingKind(`${family} ${type.slice(0, 100)}`, Object.keys(factories));
  return factory;
}

function initialState(data: GoldenData): {
  readonly initialState?: Record<string, Distribution | ReturnType<typeof ndarray>>;
} {
  const states = data['initial_state'] as Readonly<Record<string, Vector | GoldenData>> | null;
  if (states === null || states === undefined) return {};
  const entries = Object.entries(states).map(
    ([name, value]) => [camelCase(name), isData(value) ? distributionFrom(value) : ndarray(value)] as const,
  );
  return { initialState: Object.fromEntries(entries) };
}

function isData(value: Vector | GoldenData): value is GoldenData {
  return !Array.isArray(value);
}

/** Nengo's snake_case as ndl's camelCase. */
export function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
