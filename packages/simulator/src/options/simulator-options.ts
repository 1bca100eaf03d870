/** @file The options of `Simulator.create`. */
import type { DecoderCache } from '@ndl/builder';
import type { Plugin, Settings } from '@ndl/core';
import type { ProgressListener } from '../progress/progress-listener.ts';

/** How to simulate a network. */
export interface SimulatorOptions {
  /** Seconds per step (default 0.001). */
  readonly dt?: number | undefined;
  /** Seed of processes without a seed of their own, and of planners that draw. Default: the network's seed + 1, else random. */
  readonly seed?: number | undefined;
  /** Items simulated side by side. Where given, data have an items axis in front: [items, steps, size]. */
  readonly minibatchSize?: number | undefined;
  /** What the simulation is composed of, beside build functions and operators, which are always there. */
  readonly plugins?: readonly Plugin[] | undefined;
  /** Outranks the network's settings, for this simulator only. */
  readonly settings?: Partial<Settings> | undefined;
  /** Decoders of earlier simulators, which are used where nothing changed, and of this one for later ones. Default: none. */
  readonly decoderCache?: DecoderCache | undefined;
  /** Aborts the build, and every later call that brings no signal of its own. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Told of what is odd, but no error (default: `console.warn`). */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** Options with defaults filled in. */
export interface ResolvedOptions extends SimulatorOptions {
  readonly dt: number;
  readonly plugins: readonly Plugin[];
  readonly settings: Partial<Settings>;
  readonly onWarning: (message: string) => void;
}
