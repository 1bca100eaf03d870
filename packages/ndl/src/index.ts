/**
 * @file One import for all that users and authors of plugins type: describe a network, configure it, run it, train it, extend it.
 * A published plugin imports `@ndl/core`, whose contracts are all here too.
 */

// Describe.
export {
  Connection,
  Ensemble,
  Network,
  networkFromJson,
  Neurons,
  Node,
  Probe,
  type ConnectionEnd,
  type ConnectionFunction,
  type ConnectionOptions,
  type EnsembleOptions,
  type NetworkJson,
  type NetworkJsonOptions,
  type NetworkOptions,
  type NodeFunction,
  type NodeOptions,
  type ObjectView,
  type ProbeOptions,
  type ProbeTarget,
  type TrainableOpinion,
  type Vector,
} from '@ndl/model';
export {
  adaptiveLif,
  adaptiveLifRate,
  defineNeuronType,
  direct,
  izhikevich,
  leaky,
  leakyRelu,
  lif,
  lifRate,
  poissonSpiking,
  rectifiedLinear,
  regularSpiking,
  sigmoid,
  softLifRate,
  spikingLeakyRelu,
  spikingRectifiedLinear,
  stochasticSpiking,
  tanh,
  type NeuronType,
} from '@ndl/model';
export { alpha, combineFilters, defineSynapse, linearFilter, lowpass, triangle, type Synapse } from '@ndl/model';
export {
  choice,
  cosineSimilarity,
  defineDistribution,
  exponential,
  gaussian,
  glorot,
  he,
  pdf,
  quasirandomSequence,
  samples,
  scatteredHypersphere,
  sqrtBeta,
  subvectorLength,
  truncatedNormal,
  uniform,
  uniformHypersphere,
  varianceScaling,
  type Distribution,
} from '@ndl/model';
export {
  defineSolver,
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
  type Solver,
} from '@ndl/model';
export {
  blockConjugateGradient,
  cholesky,
  conjugateGradient,
  lsmr,
  randomizedSvd,
  relativeConjugateGradient,
  svd,
  type LeastSquaresMethod,
} from '@ndl/model';
export {
  AssociativeMemory,
  BasalGanglia,
  CircularConvolution,
  discreteLegendreSystem,
  EnsembleArray,
  importNengo,
  InputGatedMemory,
  Integrator,
  LegendreMemory,
  legendreReadout,
  legendreSystem,
  LegendreUnit,
  Oscillator,
  Product,
  Thalamus,
  thresholdingEnsembles,
  withDefaults,
} from '@ndl/networks';
export {
  averagePooling,
  batchFunction,
  brownNoise,
  defineProcess,
  filteredNoise,
  maxPooling,
  piecewise,
  presentInput,
  whiteNoise,
  whiteSignal,
  type AveragePooling,
  type AveragePoolingOptions,
  type BatchFunction,
  type BatchFunctionOptions,
  type MaxPooling,
  type PoolingOptions,
  type Process,
} from '@ndl/model';
export {
  bcm,
  defineLearningRule,
  oja,
  pes,
  rls,
  voja,
  type LearningRule,
  type LearningRuleType,
  type LearningRuleTypes,
} from '@ndl/model';
export {
  channelShape,
  convolution,
  convolutionTranspose,
  defineTransform,
  dense,
  noTransform,
  sparse,
  type ChannelShape,
  type Convolution,
  type ConvolutionOptions,
  type ConvolutionTranspose,
  type ConvolutionTransposeOptions,
  type Padding,
  type SparseEntries,
  type SparseTransform,
  type Transform,
} from '@ndl/model';
export {
  applyProcess,
  cumulativeProbability,
  filter,
  filtfilt,
  frequencyResponse,
  probabilityDensity,
  quantile,
  runProcess,
  runProcessSteps,
} from '@ndl/builder';

// Configure.
export { configureSettings, type SettingsInput } from '@ndl/config';
export {
  ARCTANGENT_GRADIENT,
  arctangentGradient,
  FAST_SIGMOID_GRADIENT,
  fastSigmoidGradient,
  RATE_GRADIENT,
  rateGradient,
  SOFT_LIF_GRADIENT,
  softLifGradient,
  STRAIGHT_THROUGH_GRADIENT,
  straightThroughGradient,
  SUPER_SPIKE_GRADIENT,
  superSpikeGradient,
  surrogateGradient,
  TRIANGULAR_GRADIENT,
  triangularGradient,
} from '@ndl/neurons';
export {
  GREEDY_PLANNER,
  greedyPlanner,
  KEEP_ORDER,
  keepOrder,
  NOOP_PLANNER,
  noopPlanner,
  ORDER_SIGNALS,
  orderSignals,
  REMOVE_CONSTANT_COPIES,
  removeConstantCopies,
  REMOVE_IDENTITY_MULTIPLICATIONS,
  removeIdentityMultiplications,
  REMOVE_RESET_INCS,
  removeResetIncs,
  REMOVE_UNMODIFIED_RESETS,
  removeUnmodifiedResets,
  REMOVE_ZERO_INCS,
  removeZeroIncs,
  TRANSITIVE_PLANNER,
  transitivePlanner,
  TREE_PLANNER,
  treePlanner,
} from '@ndl/planners';
export { REFERENCE_BACKEND } from '@ndl/backend-reference';
export { WASM_BACKEND } from '@ndl/backend-wasm';
export { TFJS_BACKEND } from '@ndl/backend-tfjs';

// Run and measure.
export {
  bestParameters,
  earlyStopping,
  type BackendReport,
  type BestParameters,
  type Data,
  type DataFor,
  type EarlyStoppingOptions,
  type EvaluateOptions,
  type GradientCheckOptions,
  type GradientReport,
  type Inputs,
  type MeasuredPart,
  type MeasuredProfile,
  type MeasuredSection,
  type OnProgress,
  type KeepLearntOptions,
  type MonitorOptions,
  type PredictOptions,
  type ProfileOptions,
  type Progress,
  type RunOptions,
  type SimulationData,
  type Profile,
  type SimulatorOptions,
  type StreamedSteps,
  type StreamOptions,
  type Targets,
  type TrainOptions,
} from '@ndl/simulator';
export { Simulator } from './simulator.ts';
export { describeGroup, type CompiledNetwork } from '@ndl/compiler';
export { kernel, printProgram, type Kernel } from '@ndl/ir';
export { ndarray, RandomState, type ArrayLikeInput, type Nested } from '@ndl/numerics';

// Train.
export {
  accuracy,
  adam,
  directGradient,
  hostLoss,
  kernelLoss,
  latencyEncoding,
  latencyLoss,
  meanSquaredError,
  momentum,
  rateEncoding,
  rateLoss,
  rmsprop,
  sgd,
  softmaxCrossEntropy,
  spikeCountLoss,
  type EpochRecord,
  type History,
  type LossAndGradient,
  type MissingTargets,
  type Reports,
  type TrainingCallbacks,
} from '@ndl/training';

// Compose, and extend: contracts and their tokens.
export * from '@ndl/core';
export { defaultPlugins } from './default-plugins.ts';
export { referenceBackend } from '@ndl/backend-reference';
export { wasmBackend } from '@ndl/backend-wasm';
export { tfjs } from '@ndl/backend-tfjs';
export { neurons } from '@ndl/neurons';
export {
  greedyPlannerPlugin,
  noopPlannerPlugin,
  planners,
  simplifications,
  sorters,
  transitivePlannerPlugin,
  treePlannerPlugin,
} from '@ndl/planners';
