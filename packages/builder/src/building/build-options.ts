/** @file How a network is built, and what plugins contribute to it. */
import type {
  BuildContext,
  BuildFunction,
  DistributionDefinition,
  LearningRuleDefinition,
  NeuronDefinition,
  ProcessDefinition,
  SolverDefinition,
  SynapseDefinition,
  TrainableQuestion,
  TransformDefinition,
} from '@ndl/core';
import type { DecoderCache } from '../solvers/decoder-cache.ts';
import type { OnBuildProgress } from './build-work.ts';
import type { LaterCosts } from './estimate-options.ts';

/** What plugins contributed, each list in plugin order, with one entry per kind. */
export interface BuildDefinitions {
  readonly buildFunctions: readonly BuildFunction[];
  readonly neurons: readonly NeuronDefinition[];
  readonly synapses: readonly SynapseDefinition[];
  readonly distributions: readonly DistributionDefinition[];
  readonly solvers: readonly SolverDefinition[];
  readonly processes: readonly ProcessDefinition[];
  readonly learningRules: readonly LearningRuleDefinition[];
  readonly transforms: readonly TransformDefinition[];
  /** The name of the plugin that contributed a definition, where it is known: for messages. */
  readonly pluginOf?: (definition: object) => string | undefined;
}

/** How a network is built. */
export interface BuildOptions {
  /** Seconds per step, above 0. */
  readonly dt: number;
  /** Seeds processes that have no seed of their own. */
  readonly simulatorSeed: number;
  /** Which parameters training may change. */
  readonly isTrainable: (question: TrainableQuestion) => boolean;
  /** Which time constants are parameters, trained or not. Default: those that training may change. */
  readonly isNamed?: (question: TrainableQuestion) => boolean;
  readonly definitions: BuildDefinitions;
  /** The seed of a network that has none. Default: from the host's randomness; `seeds` of the graph records it. */
  readonly drawSeed?: () => number;
  /** Told of what the function of a path makes of its evaluation points, [points, size]; may throw to refuse it. */
  readonly onTargets?: BuildContext['onTargets'] | undefined;
  /** Decoders of earlier builds. Default: everything is solved. */
  readonly decoderCache?: DecoderCache | undefined;
  /** Bytes of memory that any one object may take: what is estimated to take more is refused first. Default: no limit. */
  readonly availableBytes?: number | undefined;
  /** Threads that share long linear algebra, this one among them, with the same bits. Default 0: as many as there are cores, up to 8. */
  readonly threads?: number | undefined;
  /** Aborts the build. */
  readonly signal?: AbortSignal | undefined;
  /** Told of progress each time that the event loop has its turn. */
  readonly onProgress?: OnBuildProgress | undefined;
  /** What follows the build, to be told of in warnings. Default: nothing. */
  readonly laterCosts?: LaterCosts | undefined;
  /** Told before the build if it is estimated to take more than ten seconds: how long, how much memory, and what helps. */
  readonly onWarning?: ((message: string) => void) | undefined;
}
