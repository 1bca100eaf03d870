/**
 * @file Derivatives by differences, each with the error that the differences themselves show: central differences of several
 * steps, extrapolated to none (Richardson 1911). Their tolerance follows from the curvature that is met; kinks within a step, and
 * kinks at the very place, widen it.
 */
import { exp2 } from '@ndl/numerics';

/** A derivative, and how far it may be off. */
export interface NumericDerivative {
  readonly value: number;
  /** Infinity where nothing can be told. */
  readonly uncertainty: number;
  /** What rounding alone has in it. */
  readonly rounding: number;
}

/** The largest step, relative to the scale of the argument. Each further one is a quarter of it. */
const LARGEST_STEP = 2 ** -10;
const STEPS = 8;

/** Loss evaluations round in many places; relative to the loss, an upper bound for most. */
const ROUNDING = 2 ** -49;

/** The second estimate counts where it is so many times less sure than the first, at most. */
const ABOUT_AS_SURE = 8;

/** A central difference and what comes with it. */
interface Difference {
  readonly central: number;
  /** Half the difference of the slopes above and below: curvature times step, or half a kink. */
  readonly bend: number;
  readonly rounding: number;
}

/**
 * Estimates of f'(x), the surest first; two where they are about as sure, since either may be so by luck. Goes to smaller steps until `isEnough` says that an estimate will do, or
 * there are no smaller ones.
 * @param scale size of x, which steps are relative to.
 */
export async function numericDerivatives(
  f: (x: number) => Promise<number>,
  x: number,
  scale: number,
  isEnough: (estimate: NumericDerivative) => boolean,
): Promise<readonly NumericDerivative[]> {
  const middle = await f(x);
  const differenceAt = async (step: number): Promise<Difference> => {
    const [above, below] = [x + step, x - step];
    const [high, low] = [await f(above), await f(below)];
    return {
      central: (high - low) / (above - below),
      bend: (high - middle) / (above - x) / 2 - (middle - low) / (x - below) / 2,
      rounding: (ROUNDING * Math.max(Math.abs(high), Math.abs(low))) / step,
    };
  };
  let coarse = await differenceAt(scale * LARGEST_STEP);
  const estimates: NumericDerivative[] = [];
  let before: number | undefined;
  for (let index = 1; index < STEPS; index++) {
    const fine = await differenceAt((scale * LARGEST_STEP) / exp2(2 * index));
    const estimate = extrapolated(coarse, fine, before);
    estimates.push(estimate);
    if (isEnough(estimate)) return [estimate];
    before = estimate.value;
    coarse = fine;
  }
  if (isDiverging(estimates)) return [{ ...estimates.at(-1)!, uncertainty: Infinity }];
  const [best, second] = estimates
    .map((estimate, index) => ({
      ...estimate,
      uncertainty: Math.max(estimate.uncertainty, ...estimates.slice(index + 1).map((finer) => apart(estimate, finer))),
    }))
    .sort((a, b) => a.uncertainty - b.uncertainty);
  return second!.uncertainty <= ABOUT_AS_SURE * best!.uncertainty ? [best!, second!] : [best!];
}

/** From steps h and h/4: errors of central differences go with h², those of bends with h. */
function extrapolated(coarse: Difference, fine: Difference, before: number | undefined): NumericDerivative {
  const value = (16 * fine.central - coarse.central) / 15;
  const kink = Math.abs(4 * fine.bend - coarse.bend) / 3;
  const drift = before === undefined ? 0 : Math.abs(value - before);
  const uncertainty = Math.abs(value - fine.central) + drift + kink + fine.rounding;
  return { value, uncertainty: Number.isFinite(uncertainty) ? uncertainty : Infinity, rounding: fine.rounding };
}

/** How far two estimates disagree beyond what rounding explains. */
function apart(a: NumericDerivative, b: NumericDerivative): number {
  return Math.max(0, Math.abs(a.value - b.value) - 4 * (a.rounding + b.rounding));
}

/**
 * Whether smaller steps lead ever further away, as next to a kink that is closer than the smallest step. Of the changes from
 * estimate to estimate that are not rounding, the last is to be smaller than the one before: smooth functions make it 256 times so.
 */
function isDiverging(estimates: readonly NumericDerivative[]): boolean {
  const drifts = estimates.slice(1).map((estimate, index) => apart(estimate, estimates[index]!));
  const last = drifts.findLastIndex((drift) => drift > 0);
  return last > 0 && drifts[last]! > 0.5 * drifts[last - 1]!;
}
