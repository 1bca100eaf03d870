/**
 * @file Arithmetic in terms of tfjs operations alone, for engines whose tensors lie on another device. Nothing is fetched but
 * what callers ask for and what host functions read, and never synchronously.
 */
import type { Kernel } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import type { Arithmetic, Groups, MatrixMemory, Reduction } from './arithmetic.ts';
import { Convolutions } from './convolutions.ts';
import { mapByOperations } from './kernel-operations.ts';
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

/** Numbers up to which several tensors are joined on the device, to be fetched with one read. */
const MOST_JOINED = 1 << 24;

/** Scalars that are remembered. */
const MOST_SCALARS = 1000;

export class DeviceArithmetic implements Arithmetic {
  readonly isLocal = false;
  readonly convolutions: Convolutions;
  readonly #tf: TensorFlow;
  /** Index tensors and 0/1 matrices, made once. */
  readonly #constants = new Map<object, Tensor>();
  readonly #scalars = new Map<number, Tensor>();

  constructor(tf: TensorFlow) {
    this.#tf = tf;
    this.convolutions = new Convolutions(tf);
  }

  fromArray(data: FloatArray, extents: Extents): Tensor {
    return this.#tf.tensor3d(new Float32Array(data), shapeOf(extents), 'float32');
  }

  async fetch(tensors: readonly Tensor[]): Promise<readonly Float32Array[]> {
    const total = tensors.reduce((sum, { size }) => sum + size, 0);
    if (tensors.length < 2 || total === 0 || total > MOST_JOINED)
      return Promise.all(tensors.map((tensor) => tensor.data<'float32'>()));
    const tf = this.#tf;
    const joined = tf.tidy(() => tf.keep(tf.concat(tensors.map((tensor) => tf.reshape(tensor, [tensor.size])))));
    try {
      const all = await joined.data<'float32'>();
      let start = 0;
      return tensors.map(({ size }) => all.subarray(start, (start += size)));
    } finally {
      joined.dispose();
    }
  }

  localElements(): undefined {
    return undefined;
  }

  filled(value: number, extents: Extents): Tensor {
    return this.#tf.fill(shapeOf(extents), value, 'float32');
  }

  copy(value: Tensor): Tensor {
    return this.#tf.clone(value);
  }

  add(left: Tensor, right: Tensor): Tensor {
    return this.#tf.add(left, right);
  }

  gather(sources: readonly Tensor[], picking: Picking): Tensor {
    const { pieces } = picking;
    return this.#tf.tidy(() => {
      if (areRunsInOrder(picking)) {
        const parts = pieces.map(({ source, from }) => this.#sliceElements(sources[source]!, from[0]!, from.length));
        return parts.length === 1 ? this.#tf.clone(parts[0]!) : this.#tf.concat(parts, 2);
      }
      const starts: number[] = [];
      let start = 0;
      for (const { source } of pieces) {
        starts.push(start);
        start += extentsOf(sources[source]!)[2];
      }
      const indices = this.#constant(picking, () => {
        const positions = new Int32Array(picking.length);
        pieces.forEach(({ from, to }, index) =>
          from.forEach((position, k) => (positions[to[k]!] = starts[index]! + position)),
        );
        return this.#tf.tensor1d(positions, 'int32');
      });
      const used = pieces.map(({ source }) => sources[source]!);
      return this.#tf.gather(used.length === 1 ? used[0]! : this.#tf.concat(used, 2), indices, 2);
    });
  }

  scatter(value: Tensor, piece: Piece, length: number): Tensor {
    const [steps, items, width] = extentsOf(value);
    const [start, isAll] = [piece.from[0] ?? 0, piece.isRun && piece.to[0] === 0 && piece.to.length === width];
    if (isAll)
      return this.#tf.pad(value, [
        [0, 0],
        [0, 0],
        [start, length - start - width],
      ]);
    return this.#tf.tidy(() => {
      const matrix = this.#constant(piece, () => {
        const ones = new Float32Array(width * length);
        piece.from.forEach((position, k) => (ones[piece.to[k]! * length + position]! += 1));
        return this.#tf.tensor2d(ones, [width, length]);
      });
      const product = this.#tf.matMul(this.#tf.reshape(value, [steps * items, width]), matrix);
      return this.#tf.reshape(product, [steps, items, length]);
    });
  }

  expand(value: Tensor, extents: Extents): Tensor {
    if (sameExtents(extentsOf(value), extents)) return this.#tf.clone(value);
    return this.#tf.broadcastTo(value, shapeOf(extents));
  }

  sumTo(value: Tensor, extents: Extents): Tensor {
    const axes = extentsOf(value).flatMap((length, axis) => (length !== extents[axis] ? [axis] : []));
    return axes.length === 0 ? this.#tf.clone(value) : this.#tf.sum(value, axes, true);
  }

  joinSteps(values: readonly Tensor[]): Tensor {
    return values.length === 1 ? this.#tf.clone(values[0]!) : this.#tf.concat([...values], 0);
  }

  sliceSteps(value: Tensor, first: number, count: number): Tensor {
    return this.#tf.slice(value, [first, 0, 0], [count, -1, -1]);
  }

  greatest(value: Tensor, { shape, axes, length }: Reduction, [steps, items]: Extents): Tensor {
    const own = extentsOf(value);
    const reduced = [...(steps < own[0] ? [0] : []), ...(items < own[1] ? [1] : []), ...axes.map((axis) => axis + 2)];
    return this.#tf.tidy(() => {
      const spread = this.#tf.reshape(value, [own[0], own[1], ...shape]);
      return this.#tf.reshape(this.#tf.max(spread, reduced), [steps, items, length]);
    });
  }

  map(kernel: Kernel, operands: readonly (Tensor | number)[], extents: Extents): readonly Tensor[] {
    if (this.#scalars.size > MOST_SCALARS) this.#forgetScalars();
    return mapByOperations(this.#tf, kernel, operands, extents, (value) => this.#scalar(value));
  }

  dot(matrix: Tensor, x: Tensor, { groups, rows, columns }: Groups, memory: MatrixMemory): Tensor {
    if (rowsOf(extentsOf(matrix)) > 1) return this.#dotPerItem(matrix, x, { groups, rows, columns }, false);
    const [transposed] = memory.recall(matrix, 'transposed', () => [
      this.#tf.transpose(this.#tf.reshape(matrix, [groups, rows, columns]), [0, 2, 1]),
    ]);
    return this.#tf.tidy(() =>
      this.#rejoin(this.#tf.matMul(this.#apart(x, groups, columns), transposed!), extentsOf(x)),
    );
  }

  dotTransposed(matrix: Tensor, y: Tensor, { groups, rows, columns }: Groups): Tensor {
    if (rowsOf(extentsOf(matrix)) > 1) return this.#dotPerItem(matrix, y, { groups, rows, columns }, true);
    return this.#tf.tidy(() => {
      const plain = this.#tf.reshape(matrix, [groups, rows, columns]);
      return this.#rejoin(this.#tf.matMul(this.#apart(y, groups, rows), plain), extentsOf(y));
    });
  }

  outer(left: Tensor, right: Tensor, { groups, rows, columns }: Groups, extents: Extents): Tensor {
    const joint = jointExtents(1, extentsOf(left), extentsOf(right));
    const whole = (value: Tensor): Tensor => this.#tf.broadcastTo(value, [joint[0], joint[1], extentsOf(value)[2]]);
    return this.#tf.tidy(() => {
      if (rowsOf(extents) === 1) {
        const a = this.#apart(whole(left), groups, rows);
        return this.#tf.reshape(this.#tf.matMul(a, this.#apart(whole(right), groups, columns), true), shapeOf(extents));
      }
      const a = this.#tf.reshape(whole(left), [-1, rows, 1]);
      const products = this.#tf.matMul(a, this.#tf.reshape(whole(right), [-1, 1, columns]));
      const summed = this.sumTo(this.#tf.reshape(products, [joint[0], joint[1], extents[2]]), [
        Math.min(extents[0], joint[0]),
        Math.min(extents[1], joint[1]),
        extents[2],
      ]);
      return this.expand(summed, extents);
    });
  }

  dispose(): void {
    for (const tensor of this.#constants.values()) tensor.dispose();
    this.#constants.clear();
    this.#forgetScalars();
  }

  /** Remembered, as each is written to the device. */
  #scalar(value: number): Tensor {
    // A map does not tell it from 0.
    if (Object.is(value, -0)) return this.#tf.scalar(value);
    const known = this.#scalars.get(value) ?? this.#tf.keep(this.#tf.scalar(value));
    this.#scalars.set(value, known);
    return known;
  }

  #forgetScalars(): void {
    for (const tensor of this.#scalars.values()) tensor.dispose();
    this.#scalars.clear();
  }

  #constant(key: object, make: () => Tensor): Tensor {
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const made = this.#tf.keep(make());
    this.#constants.set(key, made);
    return made;
  }

  #sliceElements(value: Tensor, first: number, count: number): Tensor {
    return this.#tf.slice(value, [0, 0, first], [-1, -1, count]);
  }

  /** [groups, steps · items, count]. */
  #apart(value: Tensor, groups: number, count: number): Tensor {
    const rows = rowsOf(extentsOf(value));
    if (groups === 1) return this.#tf.reshape(value, [1, rows, count]);
    return this.#tf.transpose(this.#tf.reshape(value, [rows, groups, count]), [1, 0, 2]);
  }

  /** The way back, for results of [groups, steps · items, count]. */
  #rejoin(value: Tensor, [steps, items]: Extents): Tensor {
    const [groups, , count] = value.shape as [number, number, number];
    const together = groups === 1 ? value : this.#tf.transpose(value, [1, 0, 2]);
    return this.#tf.reshape(together, [steps, items, groups * count]);
  }

  #dotPerItem(matrix: Tensor, x: Tensor, { groups, rows, columns }: Groups, transposed: boolean): Tensor {
    const extents = jointExtents(groups * (transposed ? columns : rows), extentsOf(matrix), extentsOf(x));
    return this.#tf.tidy(() => {
      const whole = (value: Tensor): Tensor =>
        this.#tf.broadcastTo(value, [extents[0], extents[1], extentsOf(value)[2]]);
      const matrices = this.#tf.reshape(whole(matrix), [-1, rows, columns]);
      const vectors = this.#tf.reshape(whole(x), [-1, transposed ? rows : columns, 1]);
      return this.#tf.reshape(this.#tf.matMul(matrices, vectors, transposed), shapeOf(extents));
    });
  }
}

/** Whether the pieces are runs that follow each other in the value. */
function areRunsInOrder({ length, pieces }: Picking): boolean {
  let next = 0;
  for (const { isRun, to } of pieces) {
    if (!isRun || to[0] !== next) return false;
    next += to.length;
  }
  return next === length && pieces.length > 0;
}

function shapeOf(extents: Extents): [number, number, number] {
  return [...extents];
}
