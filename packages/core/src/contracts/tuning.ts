/** @file What the tuning of every kind of neuron has in common: which max rates and intercepts are possible at all. */
import { refuseSurplus } from '@ndl/numerics';
import { interceptOutOfRange, maxRateUnreachable } from '../errors.ts';

/** The open interval of max rates that neurons can be given, in Hz, and how to say it. */
export interface ReachableRates {
  readonly above: number;
  readonly below: number;
  /** Completes the sentence "maxRates must be …". */
  readonly rule: string;
  readonly fix: string;
}

/** Any positive rate. */
export const POSITIVE_RATES: ReachableRates = {
  above: 0,
  below: Infinity,
  rule: 'positive and finite',
  fix: 'Give rates in Hz.',
};

/** Rates between 0 and 1 / `tauRef`, the reciprocal of the refractory time in seconds. */
export function belowRefractoryLimit(tauRef: number): ReachableRates {
  refuseSurplus('belowRefractoryLimit', arguments, 1);
  if (tauRef === 0) return POSITIVE_RATES;
  const limit = 1 / tauRef;
  return {
    above: 0,
    below: limit,
    rule: `above 0 and below 1 / tauRef = ${limit} Hz (tauRef is ${tauRef} s)`,
    fix: 'Lower maxRates or shorten tauRef.',
  };
}

/**
 * Refuses tuning without a positive, finite gain.
 * @throws NdlError MAX_RATE_UNREACHABLE, INTERCEPT_OUT_OF_RANGE
 */
export function checkTuning(
  kind: string,
  maxRates: Float64Array,
  intercepts: Float64Array,
  reachable: ReachableRates,
): void {
  refuseSurplus('checkTuning', arguments, 4);
  const { above, below, rule, fix } = reachable;
  const badRates = culprits(maxRates, (rate) => rate > above && rate < below);
  if (badRates.length > 0) {
    const isTooSlow = badRates.some(({ value }) => value <= above);
    throw maxRateUnreachable(kind, badRates, rule, isTooSlow ? `Rates are in Hz: give maxRates above ${above}.` : fix);
  }
  const badIntercepts = culprits(intercepts, (intercept) => intercept > -Infinity && intercept < 1);
  if (badIntercepts.length > 0) throw interceptOutOfRange(kind, badIntercepts);
}

function culprits(values: Float64Array, isFine: (value: number) => boolean): { neuron: number; value: number }[] {
  const found: { neuron: number; value: number }[] = [];
  values.forEach((value, neuron) => {
    if (!isFine(value)) found.push({ neuron, value });
  });
  return found;
}
