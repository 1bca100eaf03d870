/** @file The public names of `@ndl/networks/nengo`: the format "nengo-golden/2", and what its names mean. */
export { checkedNengoFile } from './nengo/check-nengo-file.ts';
export { connectionFunction } from './nengo/connection-function.ts';
export {
  isGoldenFile,
  topSeed,
  type ConstructedRecord,
  type GoldenConfig,
  type GoldenConnection,
  type GoldenData,
  type GoldenFile,
  type GoldenNetwork,
  type Matrix,
} from './nengo/golden-file.ts';
export { camelCase, distributionFrom, neuronTypeFrom, solverFrom, synapseFrom } from './nengo/golden-kinds.ts';
export { MissingKind } from './nengo/missing-kind.ts';
export { processFrom } from './nengo/golden-processes.ts';
export { learningRuleFrom } from './nengo/golden-rules.ts';
export { parameterOfWeights, transformFrom } from './nengo/golden-transforms.ts';
export { rebuildNetwork, type RebuiltNetwork } from './nengo/rebuild-network.ts';
