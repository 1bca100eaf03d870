/** @file Values of built-in kinds as files tell of them, held to what their factories let in. */
import { contentKey, isNdArray, isNdlError, NdlError, withoutStop } from '@ndl/numerics';
import {
  choice,
  gaussian,
  samples,
  scatteredHypersphere,
  uniform,
  uniformHypersphere,
} from '../distributions/distributions.ts';
import { truncatedNormal, varianceScaling } from '../distributions/initializers.ts';
import { cosineSimilarity, sqrtBeta } from '../distributions/length-distributions.ts';
import { exponential, pdf } from '../distributions/shaped-distributions.ts';
import { adaptiveLif, adaptiveLifRate } from '../neuron-types/adaptive-lif-types.ts';
import { izhikevich } from '../neuron-types/izhikevich-type.ts';
import { leakyRelu, spikingLeakyRelu } from '../neuron-types/leaky-relu-types.ts';
import { leaky } from '../neuron-types/leaky-type.ts';
import {
  lif,
  lifRate,
  rectifiedLinear,
  sigmoid,
  softLifRate,
  spikingRectifiedLinear,
  tanh,
} from '../neuron-types/neuron-types.ts';
import { poissonSpiking, regularSpiking, stochasticSpiking } from '../neuron-types/rates-to-spikes-types.ts';
import { filteredNoise, whiteNoise, whiteSignal } from '../processes/noise.ts';
import { piecewise } from '../processes/piecewise.ts';
import { presentInput } from '../processes/processes.ts';
import {
  blockConjugateGradient,
  cholesky,
  conjugateGradient,
  lsmr,
  randomizedSvd,
  relativeConjugateGradient,
} from '../solvers/least-squares-methods.ts';
import {
  lstsq,
  lstsqDrop,
  lstsqL1,
  lstsqL2,
  lstsqL2nz,
  lstsqMultNoise,
  lstsqNoise,
} from '../solvers/least-squares-solvers.ts';
import { nnls, nnlsL2, nnlsL2nz } from '../solvers/nonnegative-solvers.ts';
import { noSolver } from '../solvers/solvers.ts';
import type { ChannelShape } from '../transforms/channel-shape.ts';
import { alpha, linearFilter, lowpass, triangle } from '../synapses/synapses.ts';
import { convolution, convolutionTranspose } from '../transforms/convolutions.ts';
import { averagePooling, maxPooling } from '../transforms/pooling.ts';
import { sparse } from '../transforms/sparse-transform.ts';
import { jsonInvalid } from './json-errors.ts';

type Fields = Readonly<Record<string, unknown>>;
type Make = (fields: Fields) => unknown;

/** By one object of options. */
function byOptions(factory: (options: never) => unknown, ...names: readonly string[]): Make {
  return (fields) => factory(picked(fields, names) as never);
}

/** By arguments, and after these an object of options where some are named. */
function byArguments(
  factory: (...given: never[]) => unknown,
  first: readonly string[],
  ...names: readonly string[]
): Make {
  return (fields) => {
    const options = names.length === 0 ? [] : [picked(fields, names)];
    return factory(...([...first.map((name) => fields[name]), ...options] as never[]));
  };
}

function picked(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.filter((name) => Object.hasOwn(fields, name)).map((name) => [name, fields[name]]));
}

/** Times, each with its value or its function, as `piecewise` takes them. */
function pointsOf({ times, values, functions }: Fields): unknown {
  if (!isNdArray(times) || !isNdArray(values)) return undefined;
  const size = values.shape[1] ?? 1;
  return Array.from(times.data, (time, index) => {
    const computed: unknown = Array.isArray(functions) ? functions[index] : undefined;
    return [time, computed ?? Array.from(values.data.subarray(index * size, (index + 1) * size))];
  });
}

/** Of images: by the shapes of what comes in and goes out. What goes out follows from the rest, and must. */
function ofImages(make: (image: Image) => unknown): Make {
  return (fields) => {
    const { input, output } = fields as {
      readonly input?: Partial<ChannelShape>;
      readonly output?: Partial<ChannelShape>;
    };
    const options = { ...picked(fields, IMAGE_OPTIONS), channelsLast: input?.channelsLast };
    const made = make({ input, output, fields, options: options as never }) as Fields;
    const derived = ['shape', 'input', 'output', 'defaultSizeIn', 'defaultSizeOut'].filter((name) => name in made);
    const wrong = derived.find((name) => contentKey(made[name]) !== contentKey(fields[name]));
    if (wrong !== undefined) throw new NdlError('NETWORK_JSON', `its ${wrong} does not follow from the rest`);
  };
}

interface Image {
  readonly input: Partial<ChannelShape> | undefined;
  readonly output: Partial<ChannelShape> | undefined;
  readonly fields: Fields;
  readonly options: never;
}

const IMAGE_OPTIONS = ['kernelSize', 'strides', 'dilation', 'padding', 'groups', 'kernel', 'poolSize', 'countBorder'];

const LIF_RATE = ['tauRc', 'tauRef', 'amplitude'] as const;
const LIF = [...LIF_RATE, 'minVoltage', 'initialState'] as const;
const ADAPTATION = ['tauN', 'incN', 'initialState'] as const;
const NOISE = ['distribution', 'scale', 'seed'] as const;

/** By family and kind; kinds that have nothing to be checked are not among them. */
const FACTORIES: Readonly<Record<string, Readonly<Record<string, Make>>>> = {
  neuronType: {
    lif: byOptions(lif, ...LIF),
    lifRate: byOptions(lifRate, ...LIF_RATE),
    softLifRate: byOptions(softLifRate, ...LIF_RATE, 'sigma'),
    adaptiveLif: byOptions(adaptiveLif, ...LIF, 'tauN', 'incN'),
    adaptiveLifRate: byOptions(adaptiveLifRate, ...LIF_RATE, ...ADAPTATION),
    izhikevich: byOptions(izhikevich, 'tauRecovery', 'coupling', 'resetVoltage', 'resetRecovery', 'initialState'),
    rectifiedLinear: byOptions(rectifiedLinear, 'amplitude'),
    spikingRectifiedLinear: byOptions(spikingRectifiedLinear, 'amplitude', 'initialState'),
    leakyRelu: byOptions(leakyRelu, 'negativeSlope', 'amplitude'),
    spikingLeakyRelu: byOptions(spikingLeakyRelu, 'negativeSlope', 'amplitude', 'initialState'),
    leaky: byOptions(leaky, 'beta', 'threshold', 'reset', 'step', 'amplitude', 'initialState'),
    sigmoid: byOptions(sigmoid, 'tauRef'),
    tanh: byOptions(tanh, 'tauRef'),
    regularSpiking: byArguments(regularSpiking, ['baseType'], 'amplitude', 'initialState'),
    stochasticSpiking: byArguments(stochasticSpiking, ['baseType'], 'amplitude'),
    poissonSpiking: byArguments(poissonSpiking, ['baseType'], 'amplitude'),
  },
  synapse: {
    lowpass: byArguments(lowpass, ['tau']),
    alpha: byArguments(alpha, ['tau']),
    triangle: byArguments(triangle, ['time']),
    linearFilter: byArguments(linearFilter, ['numerator', 'denominator'], 'analog', 'method'),
  },
  process: {
    whiteNoise: byOptions(whiteNoise, ...NOISE),
    filteredNoise: byOptions(filteredNoise, ...NOISE, 'synapse'),
    whiteSignal: byArguments(whiteSignal, ['period', 'high'], 'rms', 'y0', 'seed'),
    piecewise: (fields) => piecewise(pointsOf(fields) as never, picked(fields, ['interpolation'])),
    presentInput: byArguments(presentInput, ['inputs', 'presentationTime']),
    maxPooling: ofImages(({ input, fields, options }) =>
      maxPooling(input?.shape as never, { ...(options as object), padding: fields['border'] as never }),
    ),
    averagePooling: ofImages(({ input, fields, options }) =>
      averagePooling(input?.shape as never, { ...(options as object), padding: fields['border'] as never }),
    ),
  },
  transform: {
    sparse: ({ shape, rows, columns, values }) => sparse(shape as never, { rows, columns } as never, values as never),
    convolution: ofImages(({ input, output, options }) =>
      convolution(output?.channels as never, input?.shape as never, options),
    ),
    convolutionTranspose: ofImages(({ input, output, options }) =>
      convolutionTranspose(output?.channels as never, input?.shape as never, {
        ...(options as object),
        outputSize: output?.spatial,
      }),
    ),
  },
  distribution: {
    uniform: byArguments(uniform, ['low', 'high'], 'integer'),
    gaussian: byArguments(gaussian, ['mean', 'standardDeviation']),
    choice: byArguments(choice, ['options', 'weights']),
    samples: byArguments(samples, ['samples']),
    uniformHypersphere: byOptions(uniformHypersphere, 'surface', 'minMagnitude'),
    scatteredHypersphere: byOptions(scatteredHypersphere, 'surface', 'minMagnitude', 'base', 'method'),
    truncatedNormal: byOptions(truncatedNormal, 'mean', 'standardDeviation', 'limit'),
    varianceScaling: byOptions(varianceScaling, 'scale', 'mode', 'distribution'),
    sqrtBeta: byArguments(sqrtBeta, ['n', 'm']),
    cosineSimilarity: byArguments(cosineSimilarity, ['dimensions']),
    exponential: byArguments(exponential, ['scale'], 'shift', 'high'),
    pdf: byArguments(pdf, ['values', 'probabilities']),
  },
  leastSquaresMethod: {
    cholesky: byOptions(cholesky, 'transpose'),
    randomizedSvd: byOptions(randomizedSvd, 'components', 'oversamples', 'iterations'),
    conjugateGradient: byOptions(conjugateGradient, 'tolerance', 'mostIterations', 'start'),
    blockConjugateGradient: byOptions(blockConjugateGradient, 'tolerance', 'start'),
    relativeConjugateGradient: byOptions(relativeConjugateGradient, 'tolerance', 'absoluteTolerance'),
    lsmr: byOptions(lsmr, 'tolerance'),
  },
  solver: {
    lstsq: byOptions(lstsq, 'conditionThreshold', 'weights'),
    lstsqL1: byOptions(lstsqL1, 'l1', 'l2', 'mostIterations', 'weights'),
    lstsqL2: byOptions(lstsqL2, 'regularization', 'method', 'weights'),
    lstsqL2nz: byOptions(lstsqL2nz, 'regularization', 'method', 'weights'),
    lstsqNoise: byOptions(lstsqNoise, 'noise', 'method', 'weights'),
    lstsqMultNoise: byOptions(lstsqMultNoise, 'noise', 'method', 'weights'),
    lstsqDrop: byOptions(lstsqDrop, 'drop', 'first', 'second', 'weights'),
    nnls: byOptions(nnls, 'weights'),
    nnlsL2: byOptions(nnlsL2, 'regularization', 'weights'),
    nnlsL2nz: byOptions(nnlsL2nz, 'regularization', 'weights'),
    noSolver: byOptions(noSolver, 'values', 'weights', 'compositional'),
  },
};

/** Refuses a value of a built-in kind that its factory would not make. @throws NdlError NETWORK_JSON, with the place and the factory's words */
export function checkKind(fields: Fields, where: string): void {
  const { family, kind } = fields;
  if (typeof family !== 'string' || typeof kind !== 'string' || !Object.hasOwn(FACTORIES, family)) return;
  const factories = FACTORIES[family]!;
  if (!Object.hasOwn(factories, kind)) return;
  try {
    factories[kind]!(fields);
  } catch (error) {
    if (!isNdlError(error)) throw error;
    throw jsonInvalid(`${where}: ${withoutStop(error.message)}`, error);
  }
}
