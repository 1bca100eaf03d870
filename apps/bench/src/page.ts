/** @file The page of the subject `browser`: spikes as soon as it can, and measures speed when it is asked to. */
import { microsecondsPerStep } from './default-backend.ts';
import { firstSpike } from './first-spike.ts';

declare global {
  /** See `firstSpike`. */
  var spiked: Promise<number>;
  var speed: typeof microsecondsPerStep;
}

globalThis.spiked = firstSpike();
globalThis.speed = microsecondsPerStep;
