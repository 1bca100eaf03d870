/**
 * @file A scalar kernel over large arrays on a wasm engine, node by node: by the operations that tfjs has vectorized there,
 * and by loops for all others. What is the same for all elements is computed once.
 */
import {
  operandsOf,
  topologicalOrder,
  type BinaryOperation,
  type Expression,
  type Kernel,
  type UnaryOperation,
} from '@ndl/ir';
import { vectorizedUnary, vectorizedBinary } from './kernel-cost.ts';
import { BINARY_LOOPS, selectLoop, UNARY_LOOPS } from './vector-loops.ts';
import { extentsOf, sameExtents, type Extents, type Tensor, type TensorFlow } from '../engines/tensors.ts';

/** What the nodes are computed with. */
export interface VectorMemory {
  readonly tf: TensorFlow;
  allocate(extents: Extents): Tensor;
  /** Valid until the next allocation. */
  elements(tensor: Tensor): Float32Array;
  /** The tensor itself where it has these dimensions. */
  expanded(tensor: Tensor, extents: Extents): Tensor;
  filled(value: number, extents: Extents): Tensor;
}

/** A tensor, or one number for all elements. */
type Value = Tensor | number;

export class VectorizedKernel {
  readonly #kernel: Kernel;
  readonly #order: readonly Expression[];
  readonly #results: readonly Expression[];
  /** For each node of the order, those that nobody reads after it. */
  readonly #finished: readonly (readonly Expression[])[];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#results = kernel.outputs.map(({ expression }) => valueNode(expression));
    this.#order = topologicalOrder(this.#results, 'values').filter((node) => node.kind !== 'withDerivativeOf');
    const lastUse = new Map<Expression, number>();
    this.#order.forEach((node, index) => {
      lastUse.set(node, index);
      for (const operand of operandsOf(node, 'values')) lastUse.set(valueNode(operand), index);
    });
    for (const result of this.#results) lastUse.set(result, Infinity);
    this.#finished = this.#order.map((_, index) =>
      this.#order.filter((node) => isComputed(node) && lastUse.get(node) === index),
    );
  }

  /** New tensors of shape `extents`, one per output. Operands: inputs, then parameters. */
  evaluate(operands: readonly Value[], extents: Extents, memory: VectorMemory): readonly Tensor[] {
    const values = new Map<Expression, Value>();
    const step = new NodeEvaluation(extents, memory);
    const at = (operand: Expression): Value => values.get(valueNode(operand))!;
    const { inputs, parameters } = this.#kernel;
    this.#order.forEach((node, index) => {
      values.set(
        node,
        step.valueOf(node, at, (kind, name) => {
          const operand = operands[kind === 'input' ? inputs.indexOf(name) : inputs.length + parameters.indexOf(name)]!;
          return typeof operand === 'number' ? Math.fround(operand) : operand;
        }),
      );
      for (const done of this.#finished[index]!) {
        const value = values.get(done)!;
        if (typeof value !== 'number') value.dispose();
      }
    });
    const given = new Set<Value>(operands);
    return this.#results.map((result) => {
      const value = values.get(result)!;
      if (typeof value === 'number') return memory.filled(value, extents);
      const whole = memory.expanded(value, extents);
      // What is an operand, or the result of another output too, is copied.
      if (!given.has(whole)) {
        given.add(whole);
        return whole;
      }
      return step.loop(extents, [whole], (out, [x]) => out.set(x!));
    });
  }
}

/** What stands for a node: approximations are never computed. */
function valueNode(node: Expression): Expression {
  return node.kind === 'withDerivativeOf' ? valueNode(node.value) : node;
}

function isComputed({ kind }: Expression): boolean {
  return kind === 'unary' || kind === 'binary' || kind === 'select';
}

class NodeEvaluation {
  readonly #extents: Extents;
  readonly #memory: VectorMemory;
  readonly #scalars = new Map<number, Tensor>();

  constructor(extents: Extents, memory: VectorMemory) {
    this.#extents = extents;
    this.#memory = memory;
  }

  valueOf(
    node: Expression,
    at: (operand: Expression) => Value,
    operandOf: (kind: 'input' | 'parameter', name: string) => Value,
  ): Value {
    switch (node.kind) {
      case 'constant':
        return Math.fround(node.value);
      case 'input':
      case 'parameter':
        return operandOf(node.kind, node.name);
      case 'withDerivativeOf':
        return at(node.value);
      case 'unary':
        return this.#unary(node.operation, at(node.operand));
      case 'binary':
        return this.#binary(node.operation, at(node.left), at(node.right));
      case 'select':
        return this.#select(at(node.condition), at(node.whenTrue), at(node.whenFalse));
    }
  }

  /** A new tensor, computed from the elements of operands that are expanded to its dimensions. */
  loop(
    extents: Extents,
    operands: readonly Value[],
    work: (out: Float32Array, operands: readonly Float32Array[]) => void,
  ): Tensor {
    const { allocate, elements, expanded, filled } = this.#memory;
    const whole = operands.map((operand) =>
      typeof operand === 'number' ? filled(operand, extents) : expanded(operand, extents),
    );
    const result = allocate(extents);
    work(
      elements(result),
      whole.map((tensor) => elements(tensor)),
    );
    return result;
  }

  #unary(operation: UnaryOperation, x: Value): Value {
    const loop = UNARY_LOOPS[operation];
    if (typeof x === 'number') return computed((out) => loop(out, Float32Array.of(x)));
    const vectorized = vectorizedUnary(operation);
    if (vectorized !== undefined) return this.#memory.tf[vectorized](x);
    return this.loop(extentsOf(x), [x], (out, [array]) => loop(out, array!));
  }

  #binary(operation: BinaryOperation, x: Value, y: Value): Value {
    const loop = BINARY_LOOPS[operation];
    if (typeof x === 'number' && typeof y === 'number')
      return computed((out) => loop(out, Float32Array.of(x), Float32Array.of(y)));
    const vectorized = vectorizedBinary(operation);
    const { tf } = this.#memory;
    if (vectorized !== undefined) return tf[vectorized](this.#tensor(x), this.#tensor(y));
    return this.loop(this.#jointExtents(x, y), [x, y], (out, [left, right]) => loop(out, left!, right!));
  }

  #select(condition: Value, yes: Value, no: Value): Value {
    if (typeof condition === 'number') return this.#own(condition !== 0 ? yes : no);
    return this.loop(this.#jointExtents(condition, yes, no), [condition, yes, no], (out, [c, x, y]) =>
      selectLoop(out, c!, x!, y!),
    );
  }

  /** A copy: each node has a tensor of its own. */
  #own(value: Value): Value {
    return typeof value === 'number' ? value : this.loop(extentsOf(value), [value], (out, [x]) => out.set(x!));
  }

  #jointExtents(...values: readonly Value[]): Extents {
    const all = values.filter((value) => typeof value !== 'number').map(extentsOf);
    return all.every((extents) => sameExtents(extents, all[0]!)) ? all[0]! : this.#extents;
  }

  #tensor(value: Value): Tensor {
    if (typeof value !== 'number') return value;
    const known = this.#scalars.get(value) ?? this.#memory.tf.scalar(value);
    this.#scalars.set(value, known);
    return known;
  }
}

function computed(write: (out: Float32Array) => void): number {
  const out = new Float32Array(1);
  write(out);
  return out[0]!;
}
