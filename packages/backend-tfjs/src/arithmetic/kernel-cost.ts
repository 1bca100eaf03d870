/**
 * @file What the wasm engine of tfjs has vectorized, and from how many elements on it pays to use that instead of a single
 * pass in loops. Measured with tfjs 4.22.0 in Node 20, SIMD, on 160 000 elements.
 */
import { topologicalOrder, type BinaryOperation, type Expression, type Kernel, type UnaryOperation } from '@ndl/ir';

/** 0.2 to 1.5 ns per element; the loops take 1.5 to 12. Of exp, log, tanh and the like, tfjs's are no faster than loops. */
const VECTORIZED_UNARY = { negate: 'neg', abs: 'abs', floor: 'floor', sqrt: 'sqrt', sigmoid: 'sigmoid' } as const;
/** 0.2 to 0.4 ns per element; the loops take 2.5. Comparisons, `where` and extrema of tfjs are slower than loops, and its clipping loses NaN. */
const VECTORIZED_BINARY = { add: 'add', subtract: 'sub', multiply: 'mul', divide: 'div' } as const;

type VectorizedUnary = (typeof VECTORIZED_UNARY)[keyof typeof VECTORIZED_UNARY];
type VectorizedBinary = (typeof VECTORIZED_BINARY)[keyof typeof VECTORIZED_BINARY];

/** The operation of tfjs, where it is vectorized. */
export function vectorizedUnary(operation: UnaryOperation): VectorizedUnary | undefined {
  return (VECTORIZED_UNARY as Partial<Record<UnaryOperation, VectorizedUnary>>)[operation];
}

/** The operation of tfjs, where it is vectorized. */
export function vectorizedBinary(operation: BinaryOperation): VectorizedBinary | undefined {
  return (VECTORIZED_BINARY as Partial<Record<BinaryOperation, VectorizedBinary>>)[operation];
}

/** Nanoseconds that a node costs before its first element, when it is computed on its own. */
const NODE_OVERHEAD = 15_000;
/** Nanoseconds per element that a vectorized operation saves. */
const SAVED = 2;
/** Nanoseconds per element that a loop over whole arrays, rather than within one pass, loses. */
const LOST = 0.5;

/** Elements from which a kernel is faster node by node; infinite where it never is. */
export function elementsForVectors(kernel: Kernel): number {
  let gain = 0;
  let nodes = 0;
  for (const node of topologicalOrder(
    kernel.outputs.map(({ expression }) => expression),
    'values',
  )) {
    if (node.kind !== 'unary' && node.kind !== 'binary' && node.kind !== 'select') continue;
    nodes += 1;
    gain += isVectorized(node) ? SAVED : -LOST;
  }
  return gain > 0 ? (nodes * NODE_OVERHEAD) / gain : Infinity;
}

function isVectorized(node: Expression): boolean {
  if (node.kind === 'unary') return vectorizedUnary(node.operation) !== undefined;
  return node.kind === 'binary' && vectorizedBinary(node.operation) !== undefined;
}
