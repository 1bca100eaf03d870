/** @file The composition that a newcomer gets: every planner, neuron and backend that ships with ndl. */
import { refuseSurplus } from '@ndl/numerics';
import { referenceBackend } from '@ndl/backend-reference';
import { wasmBackend } from '@ndl/backend-wasm';
import { tfjs } from '@ndl/backend-tfjs';
import type { Plugin } from '@ndl/core';
import { neurons } from '@ndl/neurons';
import { planners, simplifications, sorters } from '@ndl/planners';

/** A fresh array of the built-in plugins; leave some out, or add your own. */
export function defaultPlugins(): readonly Plugin[] {
  refuseSurplus('defaultPlugins', arguments, 0);
  return [neurons(), planners(), sorters(), simplifications(), tfjs(), wasmBackend(), referenceBackend()];
}
