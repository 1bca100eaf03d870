/**
 * @file Arithmetic for engines whose tensors lie in the host's memory (cpu, wasm). Most of it happens in loops over the
 * tensors' own elements: a map is one pass over its operands instead of an operation per node of its kernel, compiled where a
 * plugin offers such routines. Large products go to tfjs, and so do, without routines, large maps of what wasm has vectorized.
 */
import type { MapRoutines } from '@ndl/core';
import { createKernelEvaluator, type Kernel, type KernelEvaluator } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import type { Arithmetic, Groups, MatrixMemory, Reduction } from './arithmetic.ts';
import { Convolutions } from './convolutions.ts';
import { hostMemoryOf, type HostMemory } from './host-memory.ts';
import { dotInLoops, dotTransposedInLoops, outerInLoops } from './host-products.ts';
import { expandInto, greatestInto, sumInto, type Rows } from './host-rows.ts';
import { elementsForVectors } from './kernel-cost.ts';
import type { Picking, Piece } from '../lowering/picking.ts';
import {
  extentsOf,
  jointExtents,
  rowsOf,
  sameExtents,
  type Extents,
  type Tensor,
  type TensorFlow,
} from '../engines/tensors.ts';
import { VectorizedKernel, type VectorMemory } from './vectorized-kernel.ts';

/** Multiplications per matrix from which a product of tfjs is faster than a loop here. */
const LARGE_PRODUCT = 1 << 16;

/** Elements per copy from which `set` beats a loop. */
const LONG_RUN = 32;

interface PreparedKernel {
  readonly evaluator: KernelEvaluator;
  readonly vectorized: VectorizedKernel;
  /** Elements from which `vectorized` is faster. */
  readonly elementsForVectors: number;
}

export class HostArithmetic implements Arithmetic {
  readonly isLocal = true;
  readonly convolutions: Convolutions;
  readonly #tf: TensorFlow;
  readonly #routines: MapRoutines | undefined;
  readonly #memory: HostMemory;
  readonly #expansions = new WeakMap<Tensor, { readonly extents: Extents; readonly array: Float32Array }>();
  readonly #evaluators = new WeakMap<Kernel, PreparedKernel>();
  readonly #vectorMemory: VectorMemory;

  /** For the active engine. @param routines for maps; without them, or where they cannot be, maps are loops */
  constructor(tf: TensorFlow, routines?: MapRoutines) {
    this.#tf = tf;
    this.convolutions = new Convolutions(tf);
    this.#routines = routines;
    this.#memory = hostMemoryOf(tf);
    this.#vectorMemory = {
      tf,
      allocate: (extents) => this.#memory.allocate(extents),
      elements: (tensor) => this.#memory.elements(tensor),
      expanded: (tensor, extents) => (sameExtents(extentsOf(tensor), extents) ? tensor : this.expand(tensor, extents)),
      filled: (value, extents) => this.filled(value, extents),
    };
  }

  fromArray(data: FloatArray, extents: Extents): Tensor {
    return this.#make(extents, (out) => out.set(data));
  }

  fetch(tensors: readonly Tensor[]): Promise<readonly Float32Array[]> {
    return Promise.resolve(tensors.map((tensor) => this.#elements(tensor).slice()));
  }

  localElements(tensor: Tensor): Float32Array {
    return this.#elements(tensor);
  }

  filled(value: number, extents: Extents): Tensor {
    return this.#make(extents, (out) => out.fill(value));
  }

  copy(value: Tensor): Tensor {
    return this.#make(extentsOf(value), (out) => out.set(this.#elements(value)));
  }

  add(left: Tensor, right: Tensor): Tensor {
    return this.#make(extentsOf(left), (out) => {
      const [a, b] = [this.#elements(left), this.#elements(right)];
      for (let k = 0; k < out.length; k++) out[k] = a[k]! + b[k]!;
    });
  }

  gather(sources: readonly Tensor[], { length, pieces }: Picking): Tensor {
    const [steps, items] = extentsOf(sources[0]!);
    return this.#make([steps, items, length], (out) => {
      for (const { source, from, to, isRun } of pieces) {
        const [array, width] = [this.#elements(sources[source]!), extentsOf(sources[source]!)[2]];
        for (let row = 0; row < steps * items; row++) {
          const [origin, place] = [row * width, row * length];
          if (isRun && from.length >= LONG_RUN) {
            const first = origin + from[0]!;
            out.set(array.subarray(first, first + from.length), place + to[0]!);
          } else {
            for (let k = 0; k < from.length; k++) out[place + to[k]!] = array[origin + from[k]!]!;
          }
        }
      }
    });
  }

  scatter(value: Tensor, { from, to }: Piece, length: number): Tensor {
    const [steps, items, width] = extentsOf(value);
    return this.#make([steps, items, length], (out) => {
      const array = this.#elements(value);
      out.fill(0);
      for (let row = 0; row < steps * items; row++) {
        const [origin, place] = [row * width, row * length];
        for (let k = 0; k < from.length; k++) out[place + from[k]!]! += array[origin + to[k]!]!;
      }
    });
  }

  expand(value: Tensor, extents: Extents): Tensor {
    return this.#make(extents, (out) => expandInto(out, extents, this.#rows(value)));
  }

  sumTo(value: Tensor, extents: Extents): Tensor {
    return this.#make(extents, (out) => sumInto(out, extents, this.#rows(value)));
  }

  joinSteps(values: readonly Tensor[]): Tensor {
    const [, items, elements] = extentsOf(values[0]!);
    const steps = values.reduce((sum, value) => sum + extentsOf(value)[0], 0);
    return this.#make([steps, items, elements], (out) => {
      let start = 0;
      for (const value of values) {
        const array = this.#elements(value);
        out.set(array, start);
        start += array.length;
      }
    });
  }

  sliceSteps(value: Tensor, first: number, count: number): Tensor {
    const [, items, elements] = extentsOf(value);
    const size = items * elements;
    return this.#make([count, items, elements], (out) =>
      out.set(this.#elements(value).subarray(first * size, (first + count) * size)),
    );
  }

  greatest(value: Tensor, { destinations, length }: Reduction, [steps, items]: Extents): Tensor {
    const extents: Extents = [steps, items, length];
    return this.#make(extents, (out) => greatestInto(out, extents, destinations, this.#rows(value)));
  }

  map(kernel: Kernel, operands: readonly (Tensor | number)[], extents: Extents): readonly Tensor[] {
    const count = rowsOf(extents) * extents[2];
    const { evaluator, vectorized, elementsForVectors: limit } = this.#prepared(kernel);
    if (count >= limit) return this.#tf.tidy(() => [...vectorized.evaluate(operands, extents, this.#vectorMemory)]);
    const results = kernel.outputs.map(() => this.#memory.allocate(extents));
    const lanes = operands.map((operand) =>
      typeof operand === 'number' ? Float32Array.of(operand) : this.#lane(operand, extents),
    );
    const outputs = results.map((result) => this.#elements(result));
    const inputs = lanes.slice(0, kernel.inputs.length);
    evaluator.evaluate(count, inputs, lanes.slice(kernel.inputs.length), outputs);
    return results;
  }

  dot(matrix: Tensor, x: Tensor, sizes: Groups, memory: MatrixMemory): Tensor {
    const { groups, rows, columns } = sizes;
    const extents = jointExtents(groups * rows, extentsOf(matrix), extentsOf(x));
    if (isSmall(matrix, extents, sizes))
      return this.#make(extents, (out) => dotInLoops(out, this.#rows(matrix), this.#rows(x), sizes, extents));
    const transposed = memory.recall(matrix, 'transposed', () =>
      this.#groupsOf(matrix, sizes).map((group) => this.#tf.transpose(group)),
    );
    return this.#perGroup(groups, extents, rows, (group) =>
      this.#tf.matMul(this.#columns(x, group, columns), transposed[group]!),
    );
  }

  dotTransposed(matrix: Tensor, y: Tensor, sizes: Groups, memory: MatrixMemory): Tensor {
    const { groups, rows, columns } = sizes;
    const extents = jointExtents(groups * columns, extentsOf(matrix), extentsOf(y));
    if (isSmall(matrix, extents, sizes)) {
      return this.#make(extents, (out) => dotTransposedInLoops(out, this.#rows(matrix), this.#rows(y), sizes, extents));
    }
    const plain = memory.recall(matrix, 'plain', () => this.#groupsOf(matrix, sizes));
    return this.#perGroup(groups, extents, columns, (group) =>
      this.#tf.matMul(this.#columns(y, group, rows), plain[group]!),
    );
  }

  outer(left: Tensor, right: Tensor, sizes: Groups, extents: Extents): Tensor {
    const { groups, rows, columns } = sizes;
    const joint = jointExtents(1, extentsOf(left), extentsOf(right));
    const isLarge = rowsOf(joint) * rows * columns >= LARGE_PRODUCT && rowsOf(extents) === 1 && rowsOf(joint) > 1;
    if (!isLarge)
      return this.#make(extents, (out) => outerInLoops(out, this.#rows(left), this.#rows(right), sizes, extents));
    return this.#tf.tidy(() => {
      const [a, b] = [this.#expandedRows(left, joint), this.#expandedRows(right, joint)];
      // Transposing first: the transposed products of tfjs are many times slower on wasm.
      const products = Array.from({ length: groups }, (_, group) =>
        this.#tf.matMul(this.#tf.transpose(this.#columns(a, group, rows)), this.#columns(b, group, columns)),
      );
      if (groups === 1) return this.#tf.reshape(products[0]!, [...extents]);
      return this.#make(extents, (out) =>
        products.forEach((product, group) => out.set(this.#elements(product), group * rows * columns)),
      );
    });
  }

  dispose(): void {}

  /** Not to be changed, and valid until the next allocation only. */
  #elements(tensor: Tensor): Float32Array {
    return this.#memory.elements(tensor);
  }

  /** Operands are looked at within `write`, after the allocation. */
  #make(extents: Extents, write: (out: Float32Array) => void): Tensor {
    const tensor = this.#memory.allocate(extents);
    write(this.#elements(tensor));
    return tensor;
  }

  #prepared(kernel: Kernel): PreparedKernel {
    const known = this.#evaluators.get(kernel);
    if (known !== undefined) return known;
    const routine = this.#routines?.evaluator(kernel, 'float32');
    const prepared = {
      evaluator: routine ?? createKernelEvaluator(kernel, 'float32', 'float64'),
      vectorized: new VectorizedKernel(kernel),
      elementsForVectors: routine === undefined && this.#memory.isVectorized ? elementsForVectors(kernel) : Infinity,
    };
    this.#evaluators.set(kernel, prepared);
    return prepared;
  }

  #rows(tensor: Tensor): Rows {
    return { array: this.#elements(tensor), extents: extentsOf(tensor) };
  }

  /** What the evaluator reads: all elements, or one that stands for all. */
  #lane(operand: Tensor, extents: Extents): Float32Array {
    const own = extentsOf(operand);
    if (sameExtents(own, extents) || (rowsOf(own) === 1 && own[2] === 1)) return this.#elements(operand);
    // Remembered, as constants and parameters are expanded alike in each step.
    const known = this.#expansions.get(operand);
    if (known !== undefined && sameExtents(known.extents, extents)) return known.array;
    const array = new Float32Array(rowsOf(extents) * extents[2]);
    expandInto(array, extents, this.#rows(operand));
    this.#expansions.set(operand, { extents, array });
    return array;
  }

  #expandedRows(value: Tensor, joint: Extents): Tensor {
    const extents: Extents = [joint[0], joint[1], extentsOf(value)[2]];
    return sameExtents(extentsOf(value), extents) ? value : this.expand(value, extents);
  }

  /** Columns of one group, as a matrix [steps · items, count]. */
  #columns(value: Tensor, group: number, count: number): Tensor {
    const extents = extentsOf(value);
    const rows = rowsOf(extents);
    if (extents[2] === count) return this.#tf.reshape(value, [rows, count]);
    const taken = this.#make([1, rows, count], (out) => {
      const array = this.#elements(value);
      for (let row = 0; row < rows; row++) {
        const start = row * extents[2] + group * count;
        out.set(array.subarray(start, start + count), row * count);
      }
    });
    return this.#tf.reshape(taken, [rows, count]);
  }

  /** Products of each group, [steps · items, width] each, side by side. */
  #perGroup(groups: number, extents: Extents, width: number, productOf: (group: number) => Tensor): Tensor {
    return this.#tf.tidy(() => {
      if (groups === 1) return this.#tf.reshape(productOf(0), [...extents]);
      const products = Array.from({ length: groups }, (_, group) => productOf(group));
      return this.#make(extents, (out) => {
        products.forEach((product, group) => {
          const array = this.#elements(product);
          for (let row = 0; row < rowsOf(extents); row++) {
            out.set(array.subarray(row * width, (row + 1) * width), row * extents[2] + group * width);
          }
        });
      });
    });
  }

  /** The matrices [rows, columns] of all groups. */
  #groupsOf(matrix: Tensor, { groups, rows, columns }: Groups): readonly Tensor[] {
    const size = rows * columns;
    return Array.from({ length: groups }, (_, group) => {
      const part =
        groups === 1
          ? matrix
          : this.#make([1, rows, columns], (out) =>
              out.set(this.#elements(matrix).subarray(group * size, (group + 1) * size)),
            );
      return this.#tf.reshape(part, [rows, columns]);
    });
  }
}

/** Whether a loop beats a product of tfjs; matrices that differ from item to item are always multiplied in loops. */
function isSmall(matrix: Tensor, extents: Extents, { rows, columns }: Groups): boolean {
  return rowsOf(extentsOf(matrix)) > 1 || rowsOf(extents) * rows * columns < LARGE_PRODUCT;
}
