/** @file The public names of `@ndl/model`: the objects of a network, their configuration, and behaviour as data. */
export { guardAssignments, type AssignmentRules } from './objects/assignment-guard.ts';
export { trainableOpinion, type ObjectAttributes, type TrainableOpinion } from './config/attributes.ts';
export { callSiteOf } from './networks/call-site.ts';
export type {
  ClassAccessor,
  ConfigurableClass,
  ConfigurableObject,
  NetworkSettings,
  ObjectAccessor,
} from './config/config-accessor.ts';
export type { ConfigStore, SitedValue } from './config/config-store.ts';
export type { ConfigTarget } from './config/config-target.ts';
export { Connection, type ConnectionOptions, type ConnectionParameters, type Delay } from './objects/connection.ts';
export { currentNetwork, requireNetwork } from './networks/context.ts';
export { hintForOtherCopy } from './objects/other-copies.ts';
export type { Distribution } from './distributions/any-distribution.ts';
export {
  choice,
  defineDistribution,
  gaussian,
  quasirandomSequence,
  samples,
  scatteredHypersphere,
  uniform,
  uniformHypersphere,
  type Choice,
  type Gaussian,
  type HypersphereOptions,
  type QuasirandomSequence,
  type Samples,
  type ScatteredHypersphere,
  type ScatteredHypersphereOptions,
  type ScatterMethod,
  type Uniform,
  type UniformHypersphere,
} from './distributions/distributions.ts';
export { Ensemble, type EnsembleOptions, type EnsembleParameters } from './objects/ensemble.ts';
export {
  cosineSimilarity,
  sqrtBeta,
  subvectorLength,
  type CosineSimilarity,
  type SqrtBeta,
} from './distributions/length-distributions.ts';
export {
  glorot,
  he,
  truncatedNormal,
  varianceScaling,
  type InitializerOptions,
  type TruncatedNormal,
  type TruncatedNormalOptions,
  type VarianceMode,
  type VarianceScaling,
  type VarianceScalingOptions,
  type WeightDistribution,
} from './distributions/initializers.ts';
export {
  exponential,
  pdf,
  type Exponential,
  type ExponentialOptions,
  type Pdf,
} from './distributions/shaped-distributions.ts';
export { isOfFamily, type Family, type FrozenData } from './data/frozen-data.ts';
export {
  readFunctionResult,
  vectorOf,
  type ConnectionFunction,
  type NodeFunction,
  type Vector,
  type VectorResult,
} from './objects/functions.ts';
export type { FunctionNames } from './json/json-values.ts';
export { networkFromJson } from './json/network-from-json.ts';
export type { NetworkJson, NetworkJsonOptions } from './json/network-to-json.ts';
export { immutableData, isPlainObject } from './data/immutable-data.ts';
export { kept } from './data/kept.ts';
export { rulesOf, type LearningRule, type LearningRulesOf } from './objects/learning-rule.ts';
export {
  bcm,
  defineLearningRule,
  oja,
  pes,
  rls,
  voja,
  type Bcm,
  type BcmOptions,
  type DefinedLearningRule,
  type LearningRuleDefinitionData,
  type LearningRuleType,
  type LearningRuleTypes,
  type ModifiedArray,
  type Oja,
  type OjaOptions,
  type Pes,
  type PesOptions,
  type Rls,
  type RuleInputSize,
  type RuleKey,
  type Voja,
  type VojaOptions,
} from './learning-rules/learning-rules.ts';
export { describeObject, pathOf, pathOfRule } from './networks/naming.ts';
export { Network, type NetworkOptions } from './networks/network.ts';
export { changeTogether } from './networks/change-together.ts';
export { snapshotNetwork, type NetworkSnapshot } from './networks/network-snapshot.ts';
export { networksAround, networksWithin, walkNetworks, type NetworkStep } from './networks/network-walk.ts';
export { Neurons } from './objects/neurons.ts';
export {
  adaptiveLif,
  adaptiveLifRate,
  type AdaptiveLif,
  type AdaptiveLifOptions,
  type AdaptiveLifRate,
  type AdaptiveLifRateOptions,
} from './neuron-types/adaptive-lif-types.ts';
export {
  defineNeuronType,
  type DefinedNeuronType,
  type NeuronTypeDefinition,
} from './neuron-types/define-neuron-type.ts';
export { izhikevich, type Izhikevich, type IzhikevichOptions } from './neuron-types/izhikevich-type.ts';
export {
  leakyRelu,
  spikingLeakyRelu,
  type LeakyRelu,
  type LeakyReluOptions,
  type SpikingLeakyRelu,
  type SpikingLeakyReluOptions,
} from './neuron-types/leaky-relu-types.ts';
export { leaky, type Leaky, type LeakyOptions, type LeakyReset } from './neuron-types/leaky-type.ts';
export type { InitialStateInput, NeuronType } from './neuron-types/neuron-type.ts';
export {
  direct,
  lif,
  lifRate,
  rectifiedLinear,
  sigmoid,
  softLifRate,
  spikingRectifiedLinear,
  tanh,
  type Direct,
  type Lif,
  type LifOptions,
  type LifRate,
  type LifRateOptions,
  type RectifiedLinear,
  type Sigmoid,
  type SoftLifRate,
  type SoftLifRateOptions,
  type SpikingRectifiedLinear,
  type SpikingRectifiedLinearOptions,
  type Tanh,
} from './neuron-types/neuron-types.ts';
export {
  poissonSpiking,
  regularSpiking,
  stochasticSpiking,
  type PoissonSpiking,
  type RatesToSpikesOptions,
  type RegularSpiking,
  type RegularSpikingOptions,
  type StochasticSpiking,
} from './neuron-types/rates-to-spikes-types.ts';
export {
  compareCreation,
  Node,
  type NodeOptions,
  type NodeOutput,
  type NodeOutputInput,
  type NodeParameters,
} from './objects/node.ts';
export { ObjectView, type DirectedSelection } from './objects/object-view.ts';
export {
  isNetworkObject,
  type ConnectionEnd,
  type Member,
  type NetworkObject,
  type ProbeTarget,
  type Sliceable,
  type Viewable,
} from './objects/objects.ts';
export { Probe, recordsSpikes, type ProbeOptions, type ProbeParameters } from './objects/probe.ts';
export {
  brownNoise,
  filteredNoise,
  whiteNoise,
  whiteSignal,
  type FilteredNoise,
  type FilteredNoiseOptions,
  type NoiseSeedOptions,
  type WhiteNoise,
  type WhiteNoiseOptions,
  type WhiteSignal,
  type WhiteSignalOptions,
} from './processes/noise.ts';
export {
  piecewise,
  type Interpolation,
  type Piecewise,
  type PiecewiseData,
  type PiecewiseOptions,
  type PiecewiseValue,
  type TimeFunction,
} from './processes/piecewise.ts';
export { checkedProcess, defineProcess, presentInput, type PresentInput, type Process } from './processes/processes.ts';
export { removeConnection } from './objects/removal.ts';
export { hasRepeats, selectionIndices, selectionSize, type IndexInput, type Selection } from './objects/selection.ts';
export {
  blockConjugateGradient,
  cholesky,
  conjugateGradient,
  lsmr,
  randomizedSvd,
  relativeConjugateGradient,
  svd,
  type BlockConjugateGradient,
  type BlockConjugateGradientOptions,
  type Cholesky,
  type ConjugateGradient,
  type ConjugateGradientOptions,
  type LeastSquaresMethod,
  type Lsmr,
  type RandomizedSvd,
  type RandomizedSvdOptions,
  type RelativeConjugateGradient,
  type RelativeConjugateGradientOptions,
  type Svd,
} from './solvers/least-squares-methods.ts';
export {
  lstsq,
  lstsqDrop,
  lstsqL1,
  lstsqL2,
  lstsqL2nz,
  lstsqMultNoise,
  lstsqNoise,
  type Lstsq,
  type LstsqDrop,
  type LstsqDropOptions,
  type LstsqL1,
  type LstsqL1Options,
  type LstsqL2,
  type LstsqL2nz,
  type LstsqL2Options,
  type LstsqMultNoise,
  type LstsqNoise,
  type LstsqNoiseOptions,
  type LstsqOptions,
} from './solvers/least-squares-solvers.ts';
export {
  nnls,
  nnlsL2,
  nnlsL2nz,
  type Nnls,
  type NnlsL2,
  type NnlsL2nz,
  type NnlsL2Options,
} from './solvers/nonnegative-solvers.ts';
export { defineSolver, noSolver, type NoSolver, type NoSolverOptions, type Solver } from './solvers/solvers.ts';
export {
  alpha,
  defineSynapse,
  linearFilter,
  lowpass,
  checkedSynapse,
  triangle,
  type Alpha,
  type DiscretizationMethod,
  type LinearFilter,
  type LinearFilterOptions,
  type Lowpass,
  type Synapse,
  type SynapseInput,
  type Triangle,
} from './synapses/synapses.ts';
export {
  batchFunction,
  type BatchCall,
  type BatchDerivative,
  type BatchFunction,
  type BatchFunctionOptions,
} from './objects/batch-function.ts';
export { channelShape, type ChannelShape } from './transforms/channel-shape.ts';
export {
  borderOf,
  convolution,
  convolutionTranspose,
  type Convolution,
  type ConvolutionOptions,
  type ConvolutionTranspose,
  type ConvolutionTransposeOptions,
  type Padding,
} from './transforms/convolutions.ts';
export {
  averagePooling,
  maxPooling,
  windowsAlong,
  type AveragePooling,
  type AveragePoolingOptions,
  type Border,
  type MaxPooling,
  type Pooling,
  type PoolingOptions,
} from './transforms/pooling.ts';
export { sparse, type SparseEntries, type SparseTransform } from './transforms/sparse-transform.ts';
export { combineFilters, transferFunctionOf, type TransferFunction } from './synapses/transfer-functions.ts';
export {
  defineTransform,
  dense,
  noTransform,
  type DenseTransform,
  type NoTransform,
  type Transform,
  type TransformDefinitionData,
  type TransformInput,
} from './transforms/transforms.ts';
