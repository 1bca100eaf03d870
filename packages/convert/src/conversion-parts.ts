/** @file What a conversion is made of: the model as it was read, and the network that was written. */
import type { Network } from 'ndl';
import type { LayerGraph } from './layer-graph.ts';
import type { NetworkPlan, WrittenNetwork } from './network-writing.ts';

/** What a conversion is made of. */
export interface ConversionParts {
  readonly source: unknown;
  /** Layers as they were read. */
  readonly read: LayerGraph;
  readonly plan: NetworkPlan;
  readonly network: Network;
  readonly written: WrittenNetwork;
  readonly dropped: ReadonlyMap<string, string>;
  readonly tensorNodes: readonly string[];
}
