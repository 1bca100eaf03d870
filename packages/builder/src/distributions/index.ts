/** @file The distributions that every network can use. */
import type { DistributionDefinition } from '@ndl/core';
import { ELEMENTARY_DISTRIBUTIONS } from './elementary.ts';
import { INITIALIZERS } from './initializers.ts';
import { SHAPED_DISTRIBUTIONS } from './shaped.ts';
import { SCATTERED_HYPERSPHERE, UNIFORM_HYPERSPHERE } from './hypersphere.ts';

export const BUILT_IN_DISTRIBUTIONS: readonly DistributionDefinition[] = [
  ...ELEMENTARY_DISTRIBUTIONS,
  ...SHAPED_DISTRIBUTIONS,
  ...INITIALIZERS,
  UNIFORM_HYPERSPHERE,
  SCATTERED_HYPERSPHERE,
];
