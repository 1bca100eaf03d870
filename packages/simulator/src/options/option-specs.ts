/** @file The options of every call of a Simulator as one table: names, and what is wrong with a value. */
import { isDecoderCache } from '@ndl/builder';
import { isNetworkObject } from '@ndl/model';
import { isCallable, isNdArray, isRevoked } from '@ndl/numerics';
import type { GradientCheckOptions } from '../gradients/gradient-check-options.ts';
import type { GradientOptions } from '../gradients/gradient-options.ts';
import type { EvaluateOptions, PredictOptions, TrainOptions } from '../training/learning-options.ts';
import { badOption } from '../errors.ts';
import { requireKnownOptions } from './known-options.ts';
import type { ProfileOptions } from '../profile/profile-options.ts';
import type { KeepLearntOptions } from '../parameters/online-learning.ts';
import type { RunOptions, TimeRangeOptions } from '../runner.ts';
import type { SimulatorOptions } from './simulator-options.ts';
import type { StreamOptions } from './stream-options.ts';

/** What is wrong with a value, to follow the option's name; undefined where nothing is. */
type Problem = (value: unknown) => string | undefined;

const requirement =
  (text: string, isMet: (value: unknown) => boolean): Problem =>
  (value) =>
    isMet(value) ? undefined : text;

const isWhole = (value: unknown, least: number): boolean => Number.isSafeInteger(value) && (value as number) >= least;

const flag = requirement('must be true or false', (value) => typeof value === 'boolean');
const listener = requirement('must be a function', isCallable);
const progressListener = requirement(
  "must be a function, or 'terminal'",
  (value) => value === 'terminal' || isCallable(value),
);
const abortSignal = requirement('must be an AbortSignal', isAbortSignal);
const list = requirement('must be a list', Array.isArray);
const positiveInteger = requirement('must be a positive integer', (value) => isWhole(value, 1));
const count = requirement('must be an integer >= 0', (value) => isWhole(value, 0));
const countOrEndless = requirement(
  'must be an integer >= 0, or Infinity',
  (value) => value === Infinity || isWhole(value, 0),
);
const seed = requirement(
  'must be an integer from 0 to 4294967295',
  (value) => isWhole(value, 0) && (value as number) <= 0xffffffff,
);
const positiveNumber = requirement(
  'must be a positive number',
  (value) => typeof value === 'number' && value > 0 && value < Infinity,
);
const positiveSeconds = requirement(
  'must be a positive number of seconds',
  (value) => typeof value === 'number' && value > 0 && value < Infinity,
);
const samplingPeriod = requirement(
  'must be a number of seconds above 1e-10',
  (value) => typeof value === 'number' && value > 1e-10 && value < Infinity,
);
const mode = requirement("must be 'spiking' or 'rate'", (value) => value === 'spiking' || value === 'rate');
const settings = requirement('must be an object of settings', isRecord);
/** Judged where the data are read, the settings resolved, or the task is made: with all that belongs to it. */
const judgedLater: Problem = () => undefined;

const dataCall = {
  steps: positiveInteger,
  minibatchSize: positiveInteger,
  signal: abortSignal,
  onProgress: progressListener,
};
const running = { inputs: judgedLater, signal: abortSignal, onProgress: progressListener };
const measures = { targets: judgedLater, losses: judgedLater, lossWeights: judgedLater };

const training = {
  ...dataCall,
  ...measures,
  metrics: judgedLater,
  optimizer: judgedLater,
  epochs: positiveInteger,
  truncation: positiveInteger,
  processes: requirement("must be 'restart' or 'continue'", (value) => value === 'restart' || value === 'continue'),
  memory: positiveInteger,
  seed,
  shuffle: flag,
  validation: judgedLater,
  callbacks: list,
};

type Specs<Options> = { readonly [Name in keyof Required<Options>]: Problem };

/** The options of each call that has some. */
export interface CallOptions {
  'Simulator.create': SimulatorOptions;
  run: RunOptions;
  runSteps: RunOptions;
  step: RunOptions;
  stream: StreamOptions;
  train: TrainOptions;
  evaluate: EvaluateOptions;
  predict: PredictOptions;
  gradients: GradientOptions;
  checkGradients: GradientCheckOptions;
  profile: ProfileOptions;
  profileTraining: TrainOptions;
  keepLearnt: KeepLearntOptions;
  trange: TimeRangeOptions;
}

const SPECS: { readonly [Call in keyof CallOptions]: Specs<CallOptions[Call]> } = {
  'Simulator.create': {
    dt: positiveSeconds,
    seed,
    minibatchSize: positiveInteger,
    plugins: requirement('must be an array of plugins', Array.isArray),
    settings,
    decoderCache: requirement('must be a DecoderCache', isDecoderCache),
    signal: abortSignal,
    onProgress: progressListener,
    onWarning: listener,
  },
  run: running,
  runSteps: running,
  step: running,
  stream: { steps: countOrEndless, every: positiveInteger, signal: abortSignal, onProgress: progressListener },
  train: training,
  evaluate: { ...dataCall, ...measures, metrics: judgedLater, mode },
  predict: {
    ...dataCall,
    mode,
    probes: requirement(
      'must be a list of probes',
      (value) => Array.isArray(value) && Array.from(value).every(isProbe),
    ),
    lastStepOnly: flag,
  },
  gradients: {
    ...measures,
    metrics: judgedLater,
    steps: positiveInteger,
    truncation: positiveInteger,
    signal: abortSignal,
  },
  checkGradients: {
    ...measures,
    inputs: judgedLater,
    steps: positiveInteger,
    tolerance: positiveNumber,
    signal: abortSignal,
    onProgress: progressListener,
  },
  profile: { ...running, steps: positiveInteger },
  profileTraining: training,
  keepLearnt: { item: count },
  trange: { sampleEvery: samplingPeriod },
};

/**
 * A copy of the options of a call, checked: `undefined` is as if left out, `null` is a value like others.
 * @throws NdlError UNKNOWN_OPTION for the first name that is not known; INVALID_OPTION for a value that cannot be, and for what
 * holds no options at all.
 */
export function checkedOptions<Call extends keyof CallOptions>(
  call: Call,
  options: CallOptions[Call],
): CallOptions[Call] {
  if (!isRecord(options) || isOfKind(options)) throw badOption(call, 'options', 'must be an object', options);
  const specs: Readonly<Record<string, Problem>> = SPECS[call];
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  requireKnownOptions(call, options, Object.keys(specs));
  for (const [option, value] of given) {
    const problem = isRevoked(value) ? 'must be something that can be looked at' : specs[option]!(value);
    if (problem !== undefined) throw badOption(call, option, problem, value);
  }
  return Object.fromEntries(given) as CallOptions[Call];
}

/** Checks a number of steps that stands by itself. @throws NdlError INVALID_OPTION. */
export function requireSteps(call: string, steps: unknown): asserts steps is number {
  const problem = count(steps);
  if (problem !== undefined) throw badOption(call, 'steps', problem, steps);
}

/** Neither lists, Maps, arrays of numbers nor promises. */
function isRecord(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]' && !isNdArray(value);
}

/** Objects of a network, and frozen data such as neuron types: never options. */
function isOfKind(value: object): boolean {
  return typeof (value as { readonly kind?: unknown }).kind === 'string';
}

function isAbortSignal(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { aborted, throwIfAborted, addEventListener } = value as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof throwIfAborted === 'function' && typeof addEventListener === 'function';
}

function isProbe(value: unknown): boolean {
  return isNetworkObject(value) && value.kind === 'probe';
}
