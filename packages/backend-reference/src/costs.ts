/** @file What kinds of work cost in plain loops: measured by `npm run bench -- costs`, together with the tables of ndl's other backends, and rounded. */
import type { CostTable, Dtype } from '@ndl/ir';

export const REFERENCE_COSTS: Readonly<Partial<Record<Dtype, CostTable>>> = {
  float32: { call: 350, map: 3.9, product: 4.9, largeProduct: 5, byte: 1.4 },
  float64: { call: 360, map: 4.5, product: 4.8, largeProduct: 4.8, byte: 1.3 },
};
