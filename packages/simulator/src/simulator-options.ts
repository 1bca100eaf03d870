/** @file The options of `Simulator.create`, checked at the door. */
import { tokenId, type Plugin, type Settings } from '@ndl/core';
import { badOption, unknownOption } from './errors.ts';
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

const known: Record<keyof SimulatorOptions, 1> = {
  dt: 1,
  seed: 1,
  minibatchSize: 1,
  plugins: 1,
  settings: 1,
  signal: 1,
  onProgress: 1,
  onWarning: 1,
};

/** @throws NdlError UNKNOWN_OPTION, OPTION_INVALID. */
export function resolveOptions(options: SimulatorOptions): ResolvedOptions {
  const where = 'Simulator.create';
  requireKnownOptions(where, options, Object.keys(known));
  const { dt = 0.001, seed, minibatchSize, plugins = [], settings = {}, onWarning = warnInConsole } = options;
  if (!(Number.isFinite(dt) && dt > 0)) throw badOption(where, 'dt', 'must be a positive number of seconds', dt);
  if (seed !== undefined && !isSeed(seed))
    throw badOption(where, 'seed', 'must be an integer from 0 to 4294967295', seed);
  if (minibatchSize !== undefined) requirePositiveInteger(where, 'minibatchSize', minibatchSize);
  if (!Array.isArray(plugins)) throw badOption(where, 'plugins', 'must be an array of plugins', plugins);
  return { ...options, dt, plugins, settings, onWarning };
}

function warnInConsole(message: string): void {
  // oxlint-disable-next-line no-console -- this is where warnings go that nobody asked for
  console.warn(message);
}

/** @throws NdlError UNKNOWN_OPTION for the first name that is not known, OPTION_INVALID for what holds no options at all. */
export function requireKnownOptions(where: string, options: object, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw badOption(where, 'options', 'must be an object', options);
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) throw unknownOption(where, name, names);
  }
}

/** @throws NdlError OPTION_INVALID. */
export function requirePositiveInteger(where: string, option: string, value: unknown): asserts value is number {
  if (!Number.isInteger(value) || (value as number) < 1)
    throw badOption(where, option, 'must be a positive integer', value);
}

/** @throws NdlError OPTION_INVALID. */
export function requireCount(where: string, option: string, value: unknown): asserts value is number {
  if (!Number.isInteger(value) || (value as number) < 0)
    throw badOption(where, option, 'must be an integer >= 0', value);
}

function isSeed(seed: number): boolean {
  return Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff;
}

/** What to call a planner or sorter in messages: its token's id, or its function's name. */
export function nameOfChoice(choice: symbol | { readonly name: string }): string {
  return typeof choice === 'symbol' ? tokenId(choice) : choice.name || 'anonymous function';
}
