/**
 * @file Which way a map is faster on the wasm engine: one loop per node in JavaScript, in a single pass over memory, or one
 * tfjs operation per node, some of which are vectorized and some of which are slower than JavaScript. Measured on arrays of
 * 128 000 elements with tfjs 4.22.0 in Node 20, SIMD; only the proportions matter.
 */
import { topologicalOrder, type BinaryOperation, type Expression, type Kernel, type UnaryOperation } from '@ndl/ir';

type Operation = UnaryOperation | BinaryOperation | 'select';

/** Nanoseconds per element. */
interface Cost {
  readonly loop: number;
  readonly operation: number;
}

// prettier-ignore
const COSTS: Readonly<Record<Operation, Cost>> = {
  add: { loop: 2.4, operation: 0.3 },
  subtract: { loop: 2.4, operation: 0.3 },
  multiply: { loop: 2.4, operation: 0.3 },
  divide: { loop: 2.4, operation: 0.3 },
  negate: { loop: 1.7, operation: 0.9 },
  abs: { loop: 1.4, operation: 0.3 },
  floor: { loop: 1.4, operation: 0.6 },
  sqrt: { loop: 2.5, operation: 2.8 },
  sigmoid: { loop: 12, operation: 1.4 },
  exp: { loop: 13, operation: 8 },
  expm1: { loop: 10, operation: 18 },
  log: { loop: 7.2, operation: 10 },
  log1p: { loop: 10, operation: 7.4 },
  tanh: { loop: 18, operation: 21 },
  softplus: { loop: 23, operation: 23 },
  isNan: { loop: 1.8, operation: 2.2 },
  min: { loop: 2.2, operation: 13 },
  max: { loop: 2.2, operation: 13 },
  less: { loop: 2.2, operation: 8 },
  lessEqual: { loop: 2.2, operation: 8 },
  greater: { loop: 2.2, operation: 8 },
  greaterEqual: { loop: 2.2, operation: 8 },
  equal: { loop: 2.2, operation: 8 },
  select: { loop: 2.1, operation: 25 },
};

/** Nanoseconds that each operation of tfjs takes before its first element. */
const OPERATION_OVERHEAD = 15_000;

/** Elements from which a kernel is faster as tfjs operations; infinite where it never is. */
export function elementsForOperations(kernel: Kernel): number {
  let saved = 0;
  let operations = 0;
  for (const node of topologicalOrder(
    kernel.outputs.map(({ expression }) => expression),
    'values',
  )) {
    const operation = operationOf(node);
    if (operation === undefined) continue;
    operations += 1;
    saved += COSTS[operation].loop - COSTS[operation].operation;
  }
  return saved > 0 ? (operations * OPERATION_OVERHEAD) / saved : Infinity;
}

function operationOf(node: Expression): Operation | undefined {
  if (node.kind === 'select') return 'select';
  return node.kind === 'unary' || node.kind === 'binary' ? node.operation : undefined;
}
