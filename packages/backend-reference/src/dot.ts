/** @file The instruction `dot`: grouped matrix-vector products. Sums run over ascending columns, from 0. */
import type { DotInstruction } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import { groupStarts, itemsOver, slicesOver, type Action, type Binding } from './binding.ts';
import { allocate } from './storage.ts';

/** A strided matrix inside an array. */
interface Matrix {
  readonly array: FloatArray;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Fills `sums` with the product of the matrix at `start` and the vector whose elements stand `vectorStride` apart. */
type Multiply = (
  matrix: Matrix,
  start: number,
  vector: FloatArray,
  vectorStart: number,
  vectorStride: number,
  sums: FloatArray,
) => void;

export function bindDot({ matrix, vector, target, mode }: DotInstruction, binding: Binding): Action {
  const [weights, from, to] = [binding.place(matrix), binding.place(vector), binding.place(target)];
  const [groups, rows, columns] = matrix.shape as [number, number, number];
  const [matrixStarts, vectorStarts, targetStarts] = [groupStarts(matrix), groupStarts(vector), groupStarts(target)];
  const shape: Matrix = {
    array: weights.array,
    rows,
    columns,
    rowStride: matrix.strides[1]!,
    columnStride: matrix.strides[2]!,
  };
  const multiply = multiplyFor(shape, binding.dtype);
  const sums = allocate(binding.dtype, rows);
  const items = itemsOver(binding, to);
  const forEachSlice = slicesOver(binding, [weights, from, to]);
  const [vectorStride, targetStride] = [vector.strides[1]!, target.strides[1]!];
  return (present) =>
    forEachSlice(present, (slice) => {
      for (let item = 0; item < items; item++) {
        const matrixBase = slice * weights.stepStride + item * weights.itemStride;
        const vectorBase = slice * from.stepStride + item * from.itemStride;
        const targetBase = slice * to.stepStride + item * to.itemStride;
        for (let group = 0; group < groups; group++) {
          multiply(
            shape,
            matrixBase + matrixStarts[group]!,
            from.array,
            vectorBase + vectorStarts[group]!,
            vectorStride,
            sums,
          );
          let position = targetBase + targetStarts[group]!;
          for (let row = 0; row < rows; row++, position += targetStride) {
            to.array[position] = mode === 'set' ? sums[row]! : to.array[position]! + sums[row]!;
          }
        }
      }
    });
}

/** The loop order that walks the matrix as it lies. Every order adds each row's products by ascending columns. */
function multiplyFor({ rowStride, columnStride }: Matrix, dtype: Binding['dtype']): Multiply {
  const byColumns = Math.abs(rowStride) < Math.abs(columnStride);
  if (byColumns) return dtype === 'float32' ? columnByColumnSingle : columnByColumn;
  return dtype === 'float32' ? rowByRowSingle : rowByRow;
}

/** Four rows at a time, as their sums do not wait for each other. */
const rowByRow: Multiply = (
  { array, rows, columns, rowStride, columnStride },
  start,
  vector,
  vectorStart,
  vectorStride,
  sums,
) => {
  let row = 0;
  for (; row + 3 < rows; row += 4) {
    let [a, b, c, d] = [0, 0, 0, 0];
    let i = start + row * rowStride;
    let j = vectorStart;
    for (let column = 0; column < columns; column++, i += columnStride, j += vectorStride) {
      const x = vector[j]!;
      a += array[i]! * x;
      b += array[i + rowStride]! * x;
      c += array[i + 2 * rowStride]! * x;
      d += array[i + 3 * rowStride]! * x;
    }
    sums[row] = a;
    sums[row + 1] = b;
    sums[row + 2] = c;
    sums[row + 3] = d;
  }
  for (; row < rows; row++) {
    let sum = 0;
    let i = start + row * rowStride;
    let j = vectorStart;
    for (let column = 0; column < columns; column++, i += columnStride, j += vectorStride)
      sum += array[i]! * vector[j]!;
    sums[row] = sum;
  }
};

/** As `rowByRow`, each product and each sum rounded to float32. */
const rowByRowSingle: Multiply = (
  { array, rows, columns, rowStride, columnStride },
  start,
  vector,
  vectorStart,
  vectorStride,
  sums,
) => {
  const round = Math.fround;
  let row = 0;
  for (; row + 3 < rows; row += 4) {
    let [a, b, c, d] = [round(0), round(0), round(0), round(0)];
    let i = start + row * rowStride;
    let j = vectorStart;
    for (let column = 0; column < columns; column++, i += columnStride, j += vectorStride) {
      const x = vector[j]!;
      a = round(a + round(array[i]! * x));
      b = round(b + round(array[i + rowStride]! * x));
      c = round(c + round(array[i + 2 * rowStride]! * x));
      d = round(d + round(array[i + 3 * rowStride]! * x));
    }
    sums[row] = a;
    sums[row + 1] = b;
    sums[row + 2] = c;
    sums[row + 3] = d;
  }
  for (; row < rows; row++) {
    let sum = round(0);
    let i = start + row * rowStride;
    let j = vectorStart;
    for (let column = 0; column < columns; column++, i += columnStride, j += vectorStride) {
      sum = round(sum + round(array[i]! * vector[j]!));
    }
    sums[row] = sum;
  }
};

const columnByColumn: Multiply = (
  { array, rows, columns, rowStride, columnStride },
  start,
  vector,
  vectorStart,
  vectorStride,
  sums,
) => {
  sums.fill(0);
  for (let column = 0; column < columns; column++) {
    const x = vector[vectorStart + column * vectorStride]!;
    let i = start + column * columnStride;
    for (let row = 0; row < rows; row++, i += rowStride) sums[row]! += array[i]! * x;
  }
};

/** As `columnByColumn`, each product rounded to float32; storing rounds the sums. */
const columnByColumnSingle: Multiply = (
  { array, rows, columns, rowStride, columnStride },
  start,
  vector,
  vectorStart,
  vectorStride,
  sums,
) => {
  const round = Math.fround;
  sums.fill(0);
  for (let column = 0; column < columns; column++) {
    const x = vector[vectorStart + column * vectorStride]!;
    let i = start + column * columnStride;
    for (let row = 0; row < rows; row++, i += rowStride) sums[row]! += round(array[i]! * x);
  }
};
