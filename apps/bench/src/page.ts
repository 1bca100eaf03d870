/** @file The page of the subject `browser`: spikes as soon as it can, and measures speed when it is asked to. */
import { microsecondsPerStep } from './default-backend.ts';
import { gainOfFastArithmetic } from './fast-arithmetic.ts';
import { firstSpike } from './first-spike.ts';

declare global {
  /** See `firstSpike`. */
  var spiked: Promise<number>;
  var speed: typeof microsecondsPerStep;
  var gain: typeof gainOfFastArithmetic;
}

globalThis.spiked = firstSpike();
globalThis.speed = microsecondsPerStep;
globalThis.gain = gainOfFastArithmetic;
