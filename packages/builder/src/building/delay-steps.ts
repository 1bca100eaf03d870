/** @file Delays of connections, in steps. */
import { secondsInSteps } from '@ndl/core';
import type { Connection } from '@ndl/model';

/** A delay as a number of steps: the nearest to so many seconds. */
export function delayInSteps(given: Connection['delay'], dt: number): number {
  if (given === null) return 0;
  return typeof given === 'number' ? Math.round(secondsInSteps(given, dt)) : given.steps;
}
