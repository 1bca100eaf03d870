/** @file The public names of `@acme/ndl-connections`. */
export { diagonalPlusLowRankDefinition } from './diagonal-plus-low-rank-definition.ts';
export { diagonalPlusLowRank, type DiagonalPlusLowRank } from './diagonal-plus-low-rank.ts';
export { normalizedHebbDefinition } from './normalized-hebb-definition.ts';
export { normalizedHebb, type NormalizedHebb } from './normalized-hebb.ts';
export { connections } from './plugin.ts';
