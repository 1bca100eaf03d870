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
import { dimsOf, jointDims, rowsOf, sameDims, type Dims, type Tensor, type TensorFlow } from '../engines/tensors.ts';
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
  readonly #expansions = new WeakMap<Tensor, { readonly dims: Dims; readonly array: Float32Array }>();
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
      allocate: (dims) => this.#memory.allocate(dims),
      elements: (tensor) => this.#memory.elements(tensor),
      expanded: (tensor, dims) => (sameDims(dimsOf(tensor), dims) ? tensor : this.expand(tensor, dims)),
      filled: (value, dims) => this.filled(value, dims),
    };
  }

  fromArray(data: FloatArray, dims: Dims): Tensor {
    return this.#make(dims, (out) => out.set(data));
  }

  fetch(tensors: readonly Tensor[]): Promise<readonly Float32Array[]> {
    return Promise.resolve(tensors.map((tensor) => this.#elements(tensor).slice()));
  }

  localElements(tensor: Tensor): Float32Array {
    return this.#elements(tensor);
  }

  filled(value: number, dims: Dims): Tensor {
    return this.#make(dims, (out) => out.fill(value));
  }

  copy(value: Tensor): Tensor {
    return this.#make(dimsOf(value), (out) => out.set(this.#elements(value)));
  }

  add(left: Tensor, right: Tensor): Tensor {
    return this.#make(dimsOf(left), (out) => {
      const [a, b] = [this.#elements(left), this.#elements(right)];
      for (let k = 0; k < out.length; k++) out[k] = a[k]! + b[k]!;
    });
  }

  gather(sources: readonly Tensor[], { length, pieces }: Picking): Tensor {
    const [steps, items] = dimsOf(sources[0]!);
    return this.#make([steps, items, length], (out) => {
      for (const { source, from, to, isRun } of pieces) {
        const [array, width] = [this.#elements(sources[source]!), dimsOf(sources[source]!)[2]];
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
    const [steps, items, width] = dimsOf(value);
    return this.#make([steps, items, length], (out) => {
      const array = this.#elements(value);
      out.fill(0);
      for (let row = 0; row < steps * items; row++) {
        const [origin, place] = [row * width, row * length];
        for (let k = 0; k < from.length; k++) out[place + from[k]!]! += array[origin + to[k]!]!;
      }
    });
  }

  expand(value: Tensor, dims: Dims): Tensor {
    return this.#make(dims, (out) => expandInto(out, dims, this.#rows(value)));
  }

  sumTo(value: Tensor, dims: Dims): Tensor {
    return this.#make(dims, (out) => sumInto(out, dims, this.#rows(value)));
  }

  joinSteps(values: readonly Tensor[]): Tensor {
    const [, items, elements] = dimsOf(values[0]!);
    const steps = values.reduce((sum, value) => sum + dimsOf(value)[0], 0);
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
    const [, items, elements] = dimsOf(value);
    const size = items * elements;
    return this.#make([count, items, elements], (out) =>
      out.set(this.#elements(value).subarray(first * size, (first + count) * size)),
    );
  }

  greatest(value: Tensor, { destinations, length }: Reduction, [steps, items]: Dims): Tensor {
    const dims: Dims = [steps, items, length];
    return this.#make(dims, (out) => greatestInto(out, dims, destinations, this.#rows(value)));
  }

  map(kernel: Kernel, operands: readonly (Tensor | number)[], dims: Dims): readonly Tensor[] {
    const count = rowsOf(dims) * dims[2];
    const { evaluator, vectorized, elementsForVectors: limit } = this.#prepared(kernel);
    if (count >= limit) return this.#tf.tidy(() => [...vectorized.evaluate(operands, dims, this.#vectorMemory)]);
    const results = kernel.outputs.map(() => this.#memory.allocate(dims));
    const lanes = operands.map((operand) =>
      typeof operand === 'number' ? Float32Array.of(operand) : this.#lane(operand, dims),
    );
    const outputs = results.map((result) => this.#elements(result));
    const inputs = lanes.slice(0, kernel.inputs.length);
    evaluator.evaluate(count, inputs, lanes.slice(kernel.inputs.length), outputs);
    return results;
  }

  dot(matrix: Tensor, x: Tensor, sizes: Groups, memory: MatrixMemory): Tensor {
    const { groups, rows, columns } = sizes;
    const dims = jointDims(groups * rows, dimsOf(matrix), dimsOf(x));
    if (isSmall(matrix, dims, sizes))
      return this.#make(dims, (out) => dotInLoops(out, this.#rows(matrix), this.#rows(x), sizes, dims));
    const transposed = memory.recall(matrix, 'transposed', () =>
      this.#groupsOf(matrix, sizes).map((group) => this.#tf.transpose(group)),
    );
    return this.#perGroup(groups, dims, rows, (group) =>
      this.#tf.matMul(this.#columns(x, group, columns), transposed[group]!),
    );
  }

  dotTransposed(matrix: Tensor, y: Tensor, sizes: Groups, memory: MatrixMemory): Tensor {
    const { groups, rows, columns } = sizes;
    const dims = jointDims(groups * columns, dimsOf(matrix), dimsOf(y));
    if (isSmall(matrix, dims, sizes)) {
      return this.#make(dims, (out) => dotTransposedInLoops(out, this.#rows(matrix), this.#rows(y), sizes, dims));
    }
    const plain = memory.recall(matrix, 'plain', () => this.#groupsOf(matrix, sizes));
    return this.#perGroup(groups, dims, columns, (group) =>
      this.#tf.matMul(this.#columns(y, group, rows), plain[group]!),
    );
  }

  outer(left: Tensor, right: Tensor, sizes: Groups, dims: Dims): Tensor {
    const { groups, rows, columns } = sizes;
    const joint = jointDims(1, dimsOf(left), dimsOf(right));
    const isLarge = rowsOf(joint) * rows * columns >= LARGE_PRODUCT && rowsOf(dims) === 1 && rowsOf(joint) > 1;
    if (!isLarge) return this.#make(dims, (out) => outerInLoops(out, this.#rows(left), this.#rows(right), sizes, dims));
    return this.#tf.tidy(() => {
      const [a, b] = [this.#expandedRows(left, joint), this.#expandedRows(right, joint)];
      // Transposing first: the transposed products of tfjs are many times slower on wasm.
      const products = Array.from({ length: groups }, (_, group) =>
        this.#tf.matMul(this.#tf.transpose(this.#columns(a, group, rows)), this.#columns(b, group, columns)),
      );
      if (groups === 1) return this.#tf.reshape(products[0]!, [...dims]);
      return this.#make(dims, (out) =>
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
  #make(dims: Dims, write: (out: Float32Array) => void): Tensor {
    const tensor = this.#memory.allocate(dims);
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
    return { array: this.#elements(tensor), dims: dimsOf(tensor) };
  }

  /** What the evaluator reads: all elements, or one that stands for all. */
  #lane(operand: Tensor, dims: Dims): Float32Array {
    const own = dimsOf(operand);
    if (sameDims(own, dims) || (rowsOf(own) === 1 && own[2] === 1)) return this.#elements(operand);
    // Remembered, as constants and parameters are expanded alike in each step.
    const known = this.#expansions.get(operand);
    if (known !== undefined && sameDims(known.dims, dims)) return known.array;
    const array = new Float32Array(rowsOf(dims) * dims[2]);
    expandInto(array, dims, this.#rows(operand));
    this.#expansions.set(operand, { dims, array });
    return array;
  }

  #expandedRows(value: Tensor, joint: Dims): Tensor {
    const dims: Dims = [joint[0], joint[1], dimsOf(value)[2]];
    return sameDims(dimsOf(value), dims) ? value : this.expand(value, dims);
  }

  /** Columns of one group, as a matrix [steps · items, count]. */
  #columns(value: Tensor, group: number, count: number): Tensor {
    const dims = dimsOf(value);
    const rows = rowsOf(dims);
    if (dims[2] === count) return this.#tf.reshape(value, [rows, count]);
    const taken = this.#make([1, rows, count], (out) => {
      const array = this.#elements(value);
      for (let row = 0; row < rows; row++) {
        const start = row * dims[2] + group * count;
        out.set(array.subarray(start, start + count), row * count);
      }
    });
    return this.#tf.reshape(taken, [rows, count]);
  }

  /** Products of each group, [steps · items, width] each, side by side. */
  #perGroup(groups: number, dims: Dims, width: number, productOf: (group: number) => Tensor): Tensor {
    return this.#tf.tidy(() => {
      if (groups === 1) return this.#tf.reshape(productOf(0), [...dims]);
      const products = Array.from({ length: groups }, (_, group) => productOf(group));
      return this.#make(dims, (out) => {
        products.forEach((product, group) => {
          const array = this.#elements(product);
          for (let row = 0; row < rowsOf(dims); row++) {
            out.set(array.subarray(row * width, (row + 1) * width), row * dims[2] + group * width);
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
function isSmall(matrix: Tensor, dims: Dims, { rows, columns }: Groups): boolean {
  return rowsOf(dimsOf(matrix)) > 1 || rowsOf(dims) * rows * columns < LARGE_PRODUCT;
}
