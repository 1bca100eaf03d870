/** @file The learning rule: frozen data that a network holds. What it does is in `normalized-hebb-definition.ts`. */
import { defineLearningRule, type LearningRuleType } from '@ndl/model';

/** Hebbian learning, of weights to neurons, by the direction of their input alone. */
export interface NormalizedHebb extends LearningRuleType {
  readonly kind: 'acmeNormalizedHebb';
  /** What is added to the squared length of the input, so that silence divides nothing by 0; above 0. */
  readonly floor: number;
}

/** Options of `normalizedHebb`. */
export interface NormalizedHebbOptions {
  readonly learningRate?: number;
  readonly floor?: number;
}

/** Weights change by learningRate · dt · post · pre / (floor + ‖pre‖²) in each step. @throws NdlError INVALID_OPTION */
export function normalizedHebb({ learningRate = 0.1, floor = 1 }: NormalizedHebbOptions = {}): NormalizedHebb {
  return defineLearningRule({ kind: 'acmeNormalizedHebb', modifies: 'weights', learningRate, floor });
}
