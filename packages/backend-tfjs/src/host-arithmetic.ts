/**
 * @file Arithmetic for engines whose tensors lie in the host's memory (cpu, wasm). All but large matrix products happens in
 * loops over typed arrays: a map is one pass over its operands instead of an operation per node of its kernel, and the
 * largest products alone go to tfjs. The array of each tensor is remembered, so that it is fetched from the engine at most
 * once.
 */
import { createKernelEvaluator, type Kernel, type KernelEvaluator } from '@ndl/ir';
import type { Arithmetic, Groups, MatrixMemory, Reduction } from './arithmetic.ts';
import { dotInLoops, dotTransposedInLoops, outerInLoops, type Rows } from './host-products.ts';
import type { Picking, Piece } from './picking.ts';
import { dimsOf, jointDims, rowMap, rowsOf, sameDims, type Dims, type Tensor, type TensorFlow } from './tensors.ts';

/** Multiplications per matrix from which a product of tfjs is faster than a loop here. */
const LARGE_PRODUCT = 1 << 16;

/** Elements per copy from which `set` beats a loop. */
const LONG_RUN = 32;

export class HostArithmetic implements Arithmetic {
  readonly #tf: TensorFlow;
  readonly #arrays = new WeakMap<Tensor, Float32Array>();
  readonly #expansions = new WeakMap<Float32Array, { readonly dims: Dims; readonly array: Float32Array }>();
  readonly #evaluators = new WeakMap<Kernel, KernelEvaluator>();

  constructor(tf: TensorFlow) {
    this.#tf = tf;
  }

  fromArray(data: Float32Array, dims: Dims): Tensor {
    const tensor = this.#tf.tensor3d(data, dims as [number, number, number], 'float32');
    this.#arrays.set(tensor, data);
    return tensor;
  }

  toArray(tensor: Tensor): Float32Array {
    const known = this.#arrays.get(tensor);
    if (known !== undefined) return known;
    const array = tensor.dataSync<'float32'>();
    this.#arrays.set(tensor, array);
    return array;
  }

  filled(value: number, dims: Dims): Tensor {
    return this.fromArray(new Float32Array(rowsOf(dims) * dims[2]).fill(value), dims);
  }

  copy(value: Tensor): Tensor {
    return this.fromArray(this.toArray(value), dimsOf(value));
  }

  untaped(value: Tensor): Tensor {
    return value;
  }

  add(left: Tensor, right: Tensor): Tensor {
    const [a, b] = [this.toArray(left), this.toArray(right)];
    const out = new Float32Array(a.length);
    for (let k = 0; k < out.length; k++) out[k] = a[k]! + b[k]!;
    return this.fromArray(out, dimsOf(left));
  }

  gather(sources: readonly Tensor[], { length, pieces }: Picking): Tensor {
    const [steps, items] = dimsOf(sources[0]!);
    const out = new Float32Array(steps * items * length);
    for (const { source, from, to, isRun } of pieces) {
      const [array, width] = [this.toArray(sources[source]!), dimsOf(sources[source]!)[2]];
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
    return this.fromArray(out, [steps, items, length]);
  }

  scatter(value: Tensor, { from, to }: Piece, length: number): Tensor {
    const [steps, items, width] = dimsOf(value);
    const array = this.toArray(value);
    const out = new Float32Array(steps * items * length);
    for (let row = 0; row < steps * items; row++) {
      const [origin, place] = [row * width, row * length];
      for (let k = 0; k < from.length; k++) out[place + from[k]!]! += array[origin + to[k]!]!;
    }
    return this.fromArray(out, [steps, items, length]);
  }

  expand(value: Tensor, dims: Dims): Tensor {
    return this.fromArray(this.#expanded(value, dims), dims);
  }

  sumTo(value: Tensor, dims: Dims): Tensor {
    const own = dimsOf(value);
    const array = this.toArray(value);
    const sums = new Float64Array(rowsOf(dims) * dims[2]);
    const stride = dims[2] === 1 ? 0 : 1;
    rowMap(dims, own).forEach((target, row) => {
      const [origin, place] = [row * own[2], target * dims[2]];
      for (let k = 0; k < own[2]; k++) sums[place + k * stride]! += array[origin + k]!;
    });
    return this.fromArray(Float32Array.from(sums), dims);
  }

  joinSteps(values: readonly Tensor[]): Tensor {
    const arrays = values.map((value) => this.toArray(value));
    const out = new Float32Array(arrays.reduce((length, array) => length + array.length, 0));
    let start = 0;
    for (const array of arrays) {
      out.set(array, start);
      start += array.length;
    }
    const [, items, elements] = dimsOf(values[0]!);
    return this.fromArray(out, [values.reduce((steps, value) => steps + dimsOf(value)[0], 0), items, elements]);
  }

  sliceSteps(value: Tensor, first: number, count: number): Tensor {
    const [, items, elements] = dimsOf(value);
    const size = items * elements;
    return this.fromArray(this.toArray(value).slice(first * size, (first + count) * size), [count, items, elements]);
  }

  greatest(value: Tensor, { destinations, length }: Reduction, [steps, items]: Dims): Tensor {
    const own = dimsOf(value);
    const array = this.toArray(value);
    const dims: Dims = [steps, items, length];
    const out = new Float32Array(rowsOf(dims) * length).fill(-Infinity);
    rowMap(dims, own).forEach((target, row) => {
      for (let k = 0; k < own[2]; k++) {
        const place = target * length + destinations.from[k]!;
        out[place] = Math.max(out[place]!, array[row * own[2] + k]!);
      }
    });
    return this.fromArray(out, dims);
  }

  map(kernel: Kernel, operands: readonly (Tensor | number)[], dims: Dims): readonly Tensor[] {
    const count = rowsOf(dims) * dims[2];
    const arrays = operands.map((operand) => (typeof operand === 'number' ? Float32Array.of(operand) : this.#lane(operand, dims)));
    const outputs = kernel.outputs.map(() => new Float32Array(count));
    const inputs = arrays.slice(0, kernel.inputs.length);
    this.#evaluatorOf(kernel).evaluate(count, inputs, arrays.slice(kernel.inputs.length), outputs);
    return outputs.map((output) => this.fromArray(output, dims));
  }

  dot(matrix: Tensor, x: Tensor, sizes: Groups, memory: MatrixMemory): Tensor {
    const { groups, rows, columns } = sizes;
    const dims = jointDims(groups * rows, dimsOf(matrix), dimsOf(x));
    if (this.#isSmall(matrix, dims, sizes)) return this.fromArray(dotInLoops(this.#rows(matrix), this.#rows(x), sizes, dims), dims);
    const transposed = memory.recall(matrix, 'transposed', () => this.#transposedGroups(matrix, sizes));
    return this.#perGroup(groups, dims, rows, (group) => this.#tf.matMul(this.#columns(x, group, columns), transposed[group]!));
  }

  dotTransposed(matrix: Tensor, y: Tensor, sizes: Groups, memory: MatrixMemory): Tensor {
    const { groups, rows, columns } = sizes;
    const dims = jointDims(groups * columns, dimsOf(matrix), dimsOf(y));
    if (this.#isSmall(matrix, dims, sizes)) {
      return this.fromArray(dotTransposedInLoops(this.#rows(matrix), this.#rows(y), sizes, dims), dims);
    }
    const plain = memory.recall(matrix, 'plain', () => this.#plainGroups(matrix, sizes));
    return this.#perGroup(groups, dims, columns, (group) => this.#tf.matMul(this.#columns(y, group, rows), plain[group]!));
  }

  outer(left: Tensor, right: Tensor, sizes: Groups, dims: Dims): Tensor {
    const { groups, rows, columns } = sizes;
    const joint = jointDims(1, dimsOf(left), dimsOf(right));
    const isLarge = rowsOf(joint) * rows * columns >= LARGE_PRODUCT && rowsOf(dims) === 1 && rowsOf(joint) > 1;
    if (!isLarge) return this.fromArray(outerInLoops(this.#rows(left), this.#rows(right), sizes, dims), dims);
    return this.#tf.tidy(() => {
      const [a, b] = [this.#expandedRows(left, joint), this.#expandedRows(right, joint)];
      const out = new Float32Array(groups * rows * columns);
      for (let group = 0; group < groups; group++) {
        // Transposing first: tfjs's own transposed products are many times slower on wasm.
        const product = this.#tf.matMul(this.#tf.transpose(this.#columns(a, group, rows)), this.#columns(b, group, columns));
        out.set(product.dataSync<'float32'>(), group * rows * columns);
      }
      return this.fromArray(out, dims);
    });
  }

  dispose(): void {}

  #evaluatorOf(kernel: Kernel): KernelEvaluator {
    const known = this.#evaluators.get(kernel) ?? createKernelEvaluator(kernel, 'float32');
    this.#evaluators.set(kernel, known);
    return known;
  }

  #rows(tensor: Tensor): Rows {
    return { array: this.toArray(tensor), dims: dimsOf(tensor) };
  }

  /** What the evaluator reads: all elements, or one that stands for all. */
  #lane(operand: Tensor, dims: Dims): Float32Array {
    const array = this.toArray(operand);
    return array.length === 1 ? array : this.#expanded(operand, dims);
  }

  /** Remembered with the array, as constants and parameters are expanded alike in each step. */
  #expanded(value: Tensor, dims: Dims): Float32Array {
    const own = dimsOf(value);
    const array = this.toArray(value);
    if (sameDims(own, dims)) return array;
    const known = this.#expansions.get(array);
    if (known !== undefined && sameDims(known.dims, dims)) return known.array;
    const out = new Float32Array(rowsOf(dims) * dims[2]);
    rowMap(own, dims).forEach((row, place) => {
      const start = place * dims[2];
      if (own[2] === 1) out.fill(array[row]!, start, start + dims[2]);
      else out.set(array.subarray(row * own[2], (row + 1) * own[2]), start);
    });
    this.#expansions.set(array, { dims, array: out });
    return out;
  }

  #expandedRows(value: Tensor, joint: Dims): Tensor {
    const dims: Dims = [joint[0], joint[1], dimsOf(value)[2]];
    return sameDims(dimsOf(value), dims) ? value : this.expand(value, dims);
  }

  #isSmall(matrix: Tensor, dims: Dims, { rows, columns }: Groups): boolean {
    return rowsOf(dimsOf(matrix)) > 1 || rowsOf(dims) * rows * columns < LARGE_PRODUCT;
  }

  /** Columns of one group, as a matrix [steps · items, count]. */
  #columns(value: Tensor, group: number, count: number): Tensor {
    const dims = dimsOf(value);
    if (dims[2] === count) return this.#tf.reshape(value, [rowsOf(dims), count]);
    const array = this.toArray(value);
    const out = new Float32Array(rowsOf(dims) * count);
    for (let row = 0; row < rowsOf(dims); row++) {
      const start = row * dims[2] + group * count;
      out.set(array.subarray(start, start + count), row * count);
    }
    return this.#tf.tensor2d(out, [rowsOf(dims), count]);
  }

  /** Products of each group, [steps · items, width] each, side by side. */
  #perGroup(groups: number, dims: Dims, width: number, product: (group: number) => Tensor): Tensor {
    return this.#tf.tidy(() => {
      if (groups === 1) return this.#tf.reshape(product(0), dims as [number, number, number]);
      const out = new Float32Array(rowsOf(dims) * dims[2]);
      for (let group = 0; group < groups; group++) {
        const array = product(group).dataSync<'float32'>();
        for (let row = 0; row < rowsOf(dims); row++) {
          out.set(array.subarray(row * width, (row + 1) * width), row * dims[2] + group * width);
        }
      }
      return this.fromArray(out, dims);
    });
  }

  #plainGroups(matrix: Tensor, { groups, rows, columns }: Groups): readonly Tensor[] {
    if (groups === 1) return [this.#tf.reshape(matrix, [rows, columns])];
    const array = this.toArray(matrix);
    const size = rows * columns;
    return Array.from({ length: groups }, (_, group) =>
      this.#tf.tensor2d(array.slice(group * size, (group + 1) * size), [rows, columns]),
    );
  }

  #transposedGroups(matrix: Tensor, sizes: Groups): readonly Tensor[] {
    return this.#plainGroups(matrix, sizes).map((group) => this.#tf.transpose(group));
  }
}
