/** @file Checks at the door of every factory. */
import { invalidParameter, scheduleFailed, scheduleInvalid, unknownOption } from './errors.ts';

/** A number, or a function of the number of the update (from 1): a schedule. */
export type LearningRate = number | ((update: number) => number);

/** Refuses options that a factory does not have, and what is no object at all. */
export function checkOptions(factory: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw invalidParameter(`${factory}: options`, 'an object', options);
  for (const option of Object.keys(options)) {
    if (!known.includes(option)) throw unknownOption(factory, option, known);
  }
}

/** The learning rate at each update, checked when it is asked for where it is a schedule. @throws NdlError SCHEDULE_INVALID. */
export function learningRateOf(
  optimizer: string,
  given: LearningRate | undefined,
  fallback: number,
): (update: number) => number {
  const learningRate = given === undefined ? fallback : given;
  if (typeof learningRate !== 'function') {
    if (isRate(learningRate)) return () => learningRate;
    throw invalidParameter(
      `${optimizer}: learningRate`,
      'a finite number, 0 or above, or a function of the update that returns one',
      learningRate,
    );
  }
  const rateAt = (update: number): unknown => {
    try {
      return learningRate(update);
    } catch (error) {
      throw scheduleFailed(optimizer, update, error);
    }
  };
  return (update) => {
    const rate = rateAt(update);
    if (!isRate(rate)) throw scheduleInvalid(optimizer, update, rate);
    return rate;
  };
}

/** A factor by which something fades from update to update: from 0 on, below 1. */
export function decayFactor(where: string, given: number | undefined, fallback: number): number {
  const value = given === undefined ? fallback : given;
  if (typeof value === 'number' && value >= 0 && value < 1) return value;
  throw invalidParameter(where, 'a number from 0 on and below 1', value);
}

/** A finite number above 0. Whether the dtype of a simulation makes it 0 is seen when it is trained with. */
export function positiveNumber(where: string, given: number | undefined, fallback: number): number {
  const value = given === undefined ? fallback : given;
  if (typeof value === 'number' && value > 0 && value < Infinity) return value;
  throw invalidParameter(where, 'a finite number above 0', value);
}

/** A finite number. */
export function finiteNumber(where: string, value: number): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw invalidParameter(where, 'a finite number', value);
}

function isRate(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Infinity;
}
