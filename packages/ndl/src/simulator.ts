/** @file The Simulator with batteries: its plugins default to all that ship with ndl. */
import type { Network } from '@ndl/model';
import { Simulator as ComposedSimulator, type SimulatorOptions } from '@ndl/simulator';
import { defaultPlugins } from './default-plugins.ts';

/** Simulates and trains a network; see `@ndl/simulator`. Where no `plugins` are given, they are `defaultPlugins()`. */
export class Simulator extends ComposedSimulator {
  static override create(network: Network, options: SimulatorOptions = {}): Promise<Simulator> {
    return super.create(network, { ...options, plugins: options.plugins ?? defaultPlugins() });
  }
}
