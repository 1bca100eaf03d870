/** @file What all distributions have in common. */
import type { FrozenData } from '../data/frozen-data.ts';

/** Any kind of distribution. */
export interface Distribution extends FrozenData<'distribution'> {}
