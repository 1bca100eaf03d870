/** @file What kinds of work cost on the wasm engine of tfjs: measured by `npm run bench -- costs`, together with the tables of ndl's other backends, and rounded. */
import type { CostTable, Dtype } from '@ndl/ir';

export const TFJS_COSTS: Readonly<Partial<Record<Dtype, CostTable>>> = {
  float32: { call: 11000, map: 4, product: 0.4, largeProduct: 0.02, byte: 0 },
};
