/** @file The options of train, evaluate and predict. */
import type { Objective, Optimizer } from '@ndl/core';
import type { Node, Probe } from '@ndl/model';
import type { TrainingCallbacks } from '@ndl/training';
import type { DataFor } from '../inputs/data-table.ts';
import { checkedOptimizer } from './checked-optimizer.ts';
import { checkedCallbacks, type CheckedCallback } from './training-callbacks.ts';
import { badOption } from '../errors.ts';
import { requireKnownOptions } from '../options/known-options.ts';
import type { ProgressListener } from '../progress/progress-listener.ts';

/** One objective for every target, or one per probe. */
export type Objectives = Objective | ReadonlyMap<Probe, Objective> | readonly (readonly [Probe, Objective])[];

/** Data for input nodes. Nodes that are not named give their own output. */
export type Inputs = DataFor<Node>;

/**
 * Data for probes: what their outputs should have been. NaN asks for nothing. Probes of matrices, as of weights, take
 * [items, rows, columns] and [items, steps, rows, columns] too. Probes with `sampleEvery` take one per sample, as `predict` gives
 * them, [items, samples, size], and losses and metrics are measured at the sampled steps alone.
 */
export type Targets = DataFor<Probe>;

interface DataCall {
  /**
   * Steps to simulate. Default: as many as the data have, or 1 where all are held. Where targets of probes with `sampleEvery` alone
   * say how many: up to their last sample.
   */
  readonly steps?: number | undefined;
  /** Items side by side (default: the simulator's, or 1 to 128 as the data have). */
  readonly minibatchSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

interface Measured extends DataCall {
  readonly targets: Targets;
  /** Default: mean squared error on every target. */
  readonly losses?: Objectives | undefined;
  /** Factors of the losses in their sum (default 1). */
  readonly lossWeights?: ReadonlyMap<Probe, number> | readonly (readonly [Probe, number])[] | undefined;
  readonly metrics?: Objectives | undefined;
}

/** Options of `train`. */
export interface TrainOptions extends Measured {
  /**
   * One that is given to call after call of a simulator goes on: with what it remembers, its schedule, and the order of the items, where the seed
   * is the same. One that is new begins anew.
   */
  readonly optimizer: Optimizer;
  /** Passes over the data (default 1). */
  readonly epochs?: number | undefined;
  /** Truncated backpropagation through time: blocks of this many steps, one update each. Default: none. */
  readonly truncation?: number | undefined;
  /**
   * Whether processes, of nodes and of noise, and what neurons draw where training lets them spike, begin anew with each minibatch (`restart`, default), or go on where they stood, their time
   * too (`continue`), through all minibatches and epochs of the call; each item of a minibatch has a process of its own, which goes on
   * with the item in its place. Validation begins anew in any case.
   */
  readonly processes?: 'restart' | 'continue' | undefined;
  /**
   * Bytes that the values which gradients need may take. Where those of a minibatch's window would take more, they are not kept: its
   * blocks are computed once more, backwards, which takes about a third longer and changes no bit. Default: whatever they take.
   */
  readonly memory?: number | undefined;
  /** Seed of the shuffling (default: the simulator's). */
  readonly seed?: number | undefined;
  /** Whether each epoch takes the items in a new order (default true). */
  readonly shuffle?: boolean | undefined;
  /** Measured after each epoch, without learning. */
  readonly validation?: { readonly inputs: Inputs; readonly targets: Targets } | undefined;
  readonly callbacks?: readonly TrainingCallbacks[] | undefined;
}

/** Options of `evaluate`. */
export interface EvaluateOptions extends Measured {
  /** `spiking` (default): neurons as they are; `rate`: as training runs them. */
  readonly mode?: 'spiking' | 'rate' | undefined;
}

/** Options of `predict`. */
export interface PredictOptions extends DataCall {
  readonly mode?: 'spiking' | 'rate' | undefined;
  /** Probes to record (default: all). */
  readonly probes?: readonly Probe[] | undefined;
  /** Only the last sample of each probe (default: as `keepHistory` says). */
  readonly lastStepOnly?: boolean | undefined;
}

/** Which neurons a mode runs. */
export function neuronsOf(mode: EvaluateOptions['mode'] = 'spiking'): 'training' | 'run' {
  return mode === 'rate' ? 'training' : 'run';
}

/** Options of a training call whose callbacks and optimizer are what they were at the call, whatever becomes of them meanwhile. */
export interface CheckedTrainOptions extends Omit<TrainOptions, 'callbacks'> {
  readonly callbacks: readonly CheckedCallback[];
}

/** @throws NdlError INVALID_OPTION, OPTIMIZER_INVALID. */
export function checkedTrainOptions(options: TrainOptions): CheckedTrainOptions {
  const { optimizer, callbacks = [], validation } = options;
  if (validation !== undefined) requireValidation(validation);
  const called = checkedCallbacks(callbacks);
  return { ...options, callbacks: called, optimizer: checkedOptimizer(optimizer) };
}

function requireValidation(validation: unknown): void {
  if (typeof validation !== 'object' || validation === null || Array.isArray(validation))
    throw badOption('train', 'validation', 'must be an object { inputs, targets }', validation);
  requireKnownOptions('train: validation', validation, ['inputs', 'targets']);
  for (const part of ['inputs', 'targets'] as const) {
    if ((validation as Partial<Record<typeof part, unknown>>)[part] === undefined)
      throw badOption('train: validation', part, 'must be given', undefined);
  }
}
