/** @file What a training program is made for: losses and metrics of outputs, and an optimizer. */
import type { Objective, Optimizer } from '@ndl/core';

/** A loss or a metric on one output. */
export interface ObjectiveOnOutput {
  /** Its name in what a call reports: no other objective of the task has it, and it is not `loss`. */
  readonly report: string;
  /** Name of the output, which is the name of its target too. */
  readonly output: string;
  readonly objective: Objective;
  /** Factor in the sum that is minimized; `null` for metrics, which are reported only. */
  readonly weight: number | null;
}

/** What is to be learnt, and how. */
export interface LearningTask {
  /** None: the forward pass alone, with all its outputs. */
  readonly objectives: readonly ObjectiveOnOutput[];
  /** Absent where nothing is to be updated, as in evaluations. */
  readonly optimizer?: Optimizer | undefined;
}
