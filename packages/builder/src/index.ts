/** @file The public names of `@ndl/builder`: the build, its plugin, and filtering with synapses. */
export { buildNetwork } from './building/build-network.ts';
export type { BuildDefinitions, BuildOptions } from './building/build-options.ts';
export { BuildWork, type BuildWorkOptions, type OnBuildProgress } from './building/build-work.ts';
export type { LaterCosts } from './building/estimate-options.ts';
export { assignSeeds } from './building/assign-seeds.ts';
export { checkedOutput } from './building/checked-output.ts';
export { nodeSource, type NodeSource, type NodeSourceOptions, type SourceStep } from './building/node-source.ts';
export { processSeed } from './building/process-seed.ts';
export { checkedContributions } from './checked/checked-contributions.ts';
export { builder, BUILT_IN_BUILD_FUNCTIONS } from './plugin.ts';
export { BUILT_IN_DISTRIBUTIONS } from './distributions/index.ts';
export { BUILT_IN_LEARNING_RULES } from './learning-rules/index.ts';
export {
  cumulativeProbability,
  probabilityDensity,
  quantile,
  type LengthDistribution,
} from './distributions/length-probabilities.ts';
export { BUILT_IN_PROCESSES } from './processes/index.ts';
export {
  applyProcess,
  runProcess,
  runProcessSteps,
  type ProcessKinds,
  type RunProcessOptions,
} from './processes/run-process.ts';
export { processTools, type ProcessToolsOptions } from './processes/process-tools.ts';
export { DecoderCache, isDecoderCache } from './solvers/decoder-cache.ts';
export { BUILT_IN_SOLVERS } from './solvers/index.ts';
export { BUILT_IN_SYNAPSES } from './synapses/index.ts';
export { BUILT_IN_TRANSFORMS } from './transforms/index.ts';
export { filter, filtfilt, type FilterOptions } from './synapses/filter.ts';
export {
  frequencyResponse,
  type FrequencyResponse,
  type FrequencyResponseOptions,
} from './synapses/frequency-response.ts';
