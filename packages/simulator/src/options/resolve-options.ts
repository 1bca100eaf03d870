/** @file The options of `Simulator.create`, checked at the door, with their defaults. */
import type { Plugin } from '@ndl/core';
import { copyOf } from '../copy-of.ts';
import { checkedOptions } from './option-specs.ts';
import type { ResolvedOptions, SimulatorOptions } from './simulator-options.ts';

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
