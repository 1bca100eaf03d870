/** @file What the suite of neurons is told about a kind. */
import type { GradientApproximation, NeuronDefinition, Settings } from '@ndl/core';
import type { NeuronType } from '@ndl/model';

/** A kind of neuron under test. */
export interface NeuronSuite<Type extends NeuronType = NeuronType> {
  readonly definition: NeuronDefinition<Type>;
  /** Types of this kind with different parameters, two or more; the suite runs each. */
  readonly neuronTypes: readonly [Type, Type, ...Type[]];
  /** Approximations that are meant to train this kind. Default: none. */
  readonly gradientApproximations?: readonly GradientApproximation[];
  /** Settings that approximations are given. Default: none. */
  readonly settings?: Readonly<Partial<Settings>>;
  /** States at the start of the suite's runs. Default: 0. */
  readonly initialState?: Readonly<Record<string, number>>;
  /** Constant currents of the suite's runs. Default: 16 from -2 to 12. */
  readonly currents?: readonly number[];
  /** Seconds per step of the suite's runs. Default: 0.001. */
  readonly dt?: number;
  /** Seconds until the rate is steady. Default: 0.5. */
  readonly settlingTime?: number;
  /** Largest relative error of the mean output of a steady run, beside one spike. Default: 0.01 for spiking kinds, else 1e-9. */
  readonly rateTolerance?: number;
  /** Mean outputs of long runs in Hz, by another way than the definition's, where they are not `rates`: of neurons that adapt. */
  readonly steadyRates?: (neuronType: Type, currents: Float64Array) => Float64Array;
  /** Largest error of `rateStep`, in Hz, at a rate, where it is not the rate itself: of one that is tabulated, say. */
  readonly rateStepError?: (rate: number) => number;
  /** Largest error of max rates (relative) and intercepts after there and back. Default: 1e-6. */
  readonly tuningTolerance?: number;
}

/** Currents that must not break anything: far below and above, at and around the usual thresholds. */
export const EXTREME_CURRENTS: readonly number[] = [
  -1e4,
  -100,
  -1,
  -1e-6,
  0,
  1e-6,
  0.5,
  1 - 1e-7,
  1,
  1 + 1e-7,
  1.5,
  10,
  100,
  1e4,
];

/** Max rates in Hz of which a kind must be able to reach some. */
export const MAX_RATES: readonly number[] = [10, 40, 90, 160, 210, 260, 330, 390];
export const INTERCEPTS: readonly number[] = [-0.95, -0.4, 0, 0.3, 0.8];

/** The constant currents of a suite's runs. */
export function currentsOf<Type extends NeuronType>({ currents }: NeuronSuite<Type>): Float64Array {
  return Float64Array.from(currents ?? Array.from({ length: 16 }, (_, index) => -2 + (index * 14) / 15));
}

/** Seconds per step of a suite's runs. */
export function dtOf<Type extends NeuronType>({ dt = 0.001 }: NeuronSuite<Type>): number {
  return dt;
}
