/** @file What kinds of work cost in compiled code: measured by `npm run bench -- costs`, together with the tables of ndl's other backends, and rounded. */
import type { CostTable, Dtype } from '@ndl/ir';

export const WASM_COSTS: Readonly<Partial<Record<Dtype, CostTable>>> = {
  float32: { call: 10, map: 0.033, product: 0.06, largeProduct: 0.027, byte: 0.02 },
  float64: { call: 10, map: 0.067, product: 0.12, largeProduct: 0.07, byte: 0.04 },
};
