/** @file Extension point: what a kind of synapse computes, as a discrete linear system. */
import type { Kernel } from '@ndl/ir';
import type { Synapse } from '@ndl/model';
import type { NdArray, Pieces } from '@ndl/numerics';
import { token, type Token } from './token.ts';

/**
 * A discrete single-input single-output system for one time step dt: one that goes on from its state, or one that looks back at its
 * input.
 */
export type DiscreteSystem = StateSystem | FiniteResponse;

/**
 * A system with a state, in one of four forms (u input, x state, y output):
 * - `passthrough`: y = D·u.
 * - `firstOrder`: y = A·y + B·u, the output being the state (C folded into B, D = 0).
 * - `advanced` (D = 0): x = A·x + B·u, then y = C·x.
 * - `general`: y = C·x + D·u, then x = A·x + B·u.
 */
export interface StateSystem {
  readonly form: 'passthrough' | 'firstOrder' | 'advanced' | 'general';
  /** [order, order]; [1, 1] for `firstOrder`, [0, 0] for `passthrough`. */
  readonly a: NdArray;
  /** [order]. */
  readonly b: NdArray;
  /** [order]. */
  readonly c: NdArray;
  readonly d: number;
}

/** y = taps[0]·u + taps[1]·(u one step before) + …: what it remembers is its input, 0 before the first step. */
export interface FiniteResponse {
  readonly form: 'finiteResponse';
  /** [count], one at least. */
  readonly taps: NdArray;
}

/**
 * A synapse as it runs where time constants of it are parameters: what the program computes from them. One kernel object each for all
 * synapses of a kind, so that theirs merge.
 */
export interface LearntSynapse {
  /** Fields of the synapse that can be learnt: numbers of seconds. */
  readonly timeConstants: readonly string[];
  /** Coefficients by name, one number each. Inputs are the time constants in seconds, all above 0; its only parameter is `dt`. */
  readonly coefficients: Kernel;
  /**
   * A step, for each element of the input. Inputs are `input`, coefficients by name, and, as they were after the step before, `output`
   * and states; outputs are `output` and the same states. All begin as 0.
   */
  readonly step: Kernel;
}

/** The behaviour of one kind of synapse. */
export interface SynapseDefinition<Type extends Synapse = Synapse> {
  readonly kind: Type['kind'];
  /** The system for steps of `dt` seconds. */
  discretize(synapse: Type, dt: number): DiscreteSystem;
  /** The same in pieces, for systems of many states. Preferred where it exists. */
  discretizeInPieces?(synapse: Type, dt: number): Pieces<DiscreteSystem>;
  /** The same system, of time constants that are learnt. Absent where none can be. */
  readonly learnt?: LearntSynapse;
}

/** Collection of the known synapse kinds. */
export const SYNAPSE_DEFINITIONS: Token<SynapseDefinition> = /* @__PURE__ */ token<SynapseDefinition>(
  '@ndl/core/synapse-definitions',
);
