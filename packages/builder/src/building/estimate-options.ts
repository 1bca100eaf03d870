/** @file What an estimate of a build goes by. */
import type { BuildableObjects, SolverDefinition } from '@ndl/core';
import type { ProcessEstimate } from './estimate-steps.ts';

/** Operations that an object of each kind takes after the build: in its plan, its program, its backend. */
export type LaterCosts = Readonly<Record<keyof BuildableObjects, number>>;

/** What is known of a network's kinds, and steps, before it is built. */
export interface EstimateOptions {
  /** Seconds per step. */
  readonly dt: number;
  solverOf(kind: string): SolverDefinition | undefined;
  readonly processes: ProcessEstimate;
  /** Default: nothing comes later. */
  readonly laterCosts?: LaterCosts | undefined;
}
