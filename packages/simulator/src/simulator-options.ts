/** @file The options of `Simulator.create`, checked at the door. */
import type { Plugin, Settings } from '@ndl/core';
import { copyOf } from './copy-of.ts';
import { checkedOptions } from './option-specs.ts';
import type { OnProgress } from './progress.ts';

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
  /** Aborts the build, and every later call that brings no signal of its own. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
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

/** Defaults filled in, and whatever may be changed meanwhile copied. @throws NdlError UNKNOWN_OPTION, INVALID_OPTION. */
export function resolveOptions(options: SimulatorOptions, defaultPlugins: () => readonly Plugin[]): ResolvedOptions {
  const checked = checkedOptions('Simulator.create', options);
  const { dt = 0.001, plugins = defaultPlugins(), settings = {}, onWarning = warnInConsole } = checked;
  return { ...checked, dt, plugins: [...plugins], settings: copyOf(settings), onWarning };
}

function warnInConsole(message: string): void {
  // oxlint-disable-next-line no-console -- this is where warnings go that nobody asked for
  console.warn(message);
}
