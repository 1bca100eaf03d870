/** @file The Simulator with batteries: its plugins default to all that ship with ndl. */
import { Simulator as ComposedSimulator } from '@ndl/simulator';
import type { Plugin } from '@ndl/core';
import { defaultPlugins } from './default-plugins.ts';

/** Simulates and trains a network; see `@ndl/simulator`. Where no `plugins` are given, they are `defaultPlugins()`. */
export class Simulator extends ComposedSimulator {
  protected static override defaultPlugins(): readonly Plugin[] {
    return defaultPlugins();
  }
}
