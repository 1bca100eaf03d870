/** @file The options of train, evaluate and predict. */
import type { Objective, Optimizer } from '@ndl/core';
import type { Node, Probe } from '@ndl/model';
import type { TrainingCallbacks } from '@ndl/training';
import type { DataFor } from './data-table.ts';
import { badOption } from './errors.ts';
import type { OnProgress } from './progress.ts';

/** One objective for every target, or one per probe. */
export type Objectives = Objective | ReadonlyMap<Probe, Objective> | readonly (readonly [Probe, Objective])[];

/** Data for input nodes. Nodes that are not named give their own output. */
export type Inputs = DataFor<Node>;

/** Data for probes: what their outputs should have been. NaN asks for nothing. */
export type Targets = DataFor<Probe>;

interface DataCall {
  /** Steps to simulate. Default: as many as the data have, or 1 where all are held. */
  readonly steps?: number | undefined;
  /** Items side by side (default: the simulator's, or 1 to 128 as the data have). */
  readonly minibatchSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

interface Measured extends DataCall {
  readonly targets: Targets;
  /** Default: mean squared error on every target. */
  readonly losses?: Objectives | undefined;
  /** Factors of the losses in their sum (default 1). */
  readonly lossWeights?: ReadonlyMap<Probe, number> | readonly (readonly [Probe, number])[] | undefined;
  readonly metrics?: Objectives | undefined;
}

export interface TrainOptions extends Measured {
  readonly optimizer: Optimizer;
  /** Passes over the data (default 1). */
  readonly epochs?: number | undefined;
  /** Truncated backpropagation through time: blocks of this many steps, one update each. Default: none. */
  readonly truncation?: number | undefined;
  /** Seed of the shuffling (default: the simulator's). */
  readonly seed?: number | undefined;
  /** Whether each epoch takes the items in a new order (default true). */
  readonly shuffle?: boolean | undefined;
  /** Measured after each epoch, without learning. */
  readonly validation?: { readonly inputs: Inputs; readonly targets: Targets } | undefined;
  readonly callbacks?: readonly TrainingCallbacks[] | undefined;
}

export interface EvaluateOptions extends Measured {
  /** `spiking` (default): neurons as they are; `rate`: as training runs them. */
  readonly mode?: 'spiking' | 'rate' | undefined;
}

export interface PredictOptions extends DataCall {
  readonly mode?: 'spiking' | 'rate' | undefined;
  /** Probes to record (default: all). */
  readonly probes?: readonly Probe[] | undefined;
  /** Only the last step of each probe (default: as `keepHistory` says). */
  readonly lastStepOnly?: boolean | undefined;
}

/** @throws NdlError OPTION_INVALID. */
export function checkedTrainOptions(options: TrainOptions): TrainOptions {
  const { optimizer } = options;
  if (optimizer?.update === undefined)
    throw badOption('train', 'optimizer', 'must be an optimizer such as adam()', optimizer);
  return options;
}
