/** @file Golden replay: networks as Nengo ran them, run by ndl. Imports no test runner. */
export { relativeError, relativeRootMeanSquare } from './compare.ts';
export { judgeGolden, type GoldenBench, type GoldenVerdict } from './judge.ts';
export { isGoldenFile, type GoldenFile } from '@ndl/networks/nengo';
export { MissingKind } from '@ndl/networks/nengo';
export type { RebuiltNetwork } from '@ndl/networks/nengo';
export { rebuildNetwork } from './rebuild-network.ts';
export {
  replayGolden,
  type CreateSimulator,
  type ReplayedProbe,
  type ReplayErrors,
  type ReplayResult,
} from './replay.ts';
export { isSpiking, spikeTimeBounds } from './spike-times.ts';
