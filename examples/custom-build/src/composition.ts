/** @file A composition of one's own: what these plugins do not mention is not in the bundle. */
import { referenceBackend } from '@ndl/backend-reference';
import type { Plugin } from '@ndl/core';
import { neurons } from '@ndl/neurons';
import { sorters, treePlannerPlugin } from '@ndl/planners';

/** Neurons, one planner of four, the sorters, and the backend that needs nothing but JavaScript. */
export function plugins(): readonly Plugin[] {
  return [neurons(), treePlannerPlugin(), sorters(), referenceBackend()];
}
