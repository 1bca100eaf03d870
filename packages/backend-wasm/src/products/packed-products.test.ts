/** @file Products of rows with a matrix that lasts, of sizes around those that loops are written out for: bit for bit sums in order. */
import { type Buffer, type Dtype, fullView, matrixVector, type Program } from '@ndl/ir';
import { NdArray } from '@ndl/numerics';
import { expect, test } from 'vitest';
import { wasmEntry } from '../index.ts';

interface Sizes {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
}

/** target = matrix · row, of each row. */
function product(dtype: Dtype, { depth, columns }: Sizes): Program {
  const vector = { items: true, steps: 'one', role: 'input', lifetime: 'window', initial: 0 } as const;
  const row: Buffer = { ...vector, id: 'row', name: 'row', shape: [depth] };
  const target: Buffer = { ...vector, id: 'target', name: 'target', shape: [columns], role: 'temp', lifetime: 'step' };
  const matrix: Buffer = {
    id: 'matrix',
    name: 'matrix',
    shape: [columns, depth],
    items: false,
    steps: 'one',
    role: 'parameter',
    lifetime: 'forever',
    initial: { array: 'matrix' },
  };
  const members = [matrixVector(fullView(matrix), fullView(row), fullView(target))];
  return {
    dtype,
    dt: 0.001,
    scalars: [],
    buffers: [row, matrix, target],
    sections: [{ kind: 'steps', direction: 'ascending', instructions: [{ kind: 'contract', mode: 'set', members }] }],
    inputs: [{ name: 'row', buffer: 'row', held: true }],
    outputs: [{ name: 'target', view: fullView(target), every: 1 }],
    hosts: [],
    symbols: {},
  };
}

/** Numbers in (-1, 1) of many bits. `isSparse`: most of them are zeros. */
const numbers = (length: number, seed: number, isSparse = false): Float64Array =>
  Float64Array.from({ length }, (_, index) => {
    const value = Math.fround(Math.sin(seed + 12.9898 * index));
    return isSparse && index % 7 !== 0 ? 0 : value;
  });

async function onWasm(dtype: Dtype, sizes: Sizes, row: Float64Array, matrix: Float64Array): Promise<readonly number[]> {
  const { rows, depth, columns } = sizes;
  const backend = await wasmEntry.load({});
  const executable = await backend.create();
  const arrays = new Map([['matrix', new NdArray(matrix, [columns, depth])]]);
  await executable.add('product', product(dtype, sizes), { arrays, hosts: new Map() });
  const data = dtype === 'float32' ? Float32Array.from(row) : row;
  let made: readonly number[] = [];
  await executable.run({
    program: 'product',
    items: rows,
    steps: 1,
    feed: new Map([['row', { kind: 'held', data }]]),
    sink: { write: (block) => void (made = Array.from(block.data)) },
    state: 'carried',
  });
  backend.dispose();
  return made;
}

/** Term by term, rounded after each operation. */
function inOrder(dtype: Dtype, { rows, depth, columns }: Sizes, row: Float64Array, matrix: Float64Array): number[] {
  const round = dtype === 'float32' ? Math.fround : (value: number): number => value;
  return Array.from({ length: rows * columns }, (_, index) => {
    const [item, column] = [Math.floor(index / columns), index % columns];
    let sum = 0;
    for (let term = 0; term < depth; term++)
      sum = round(sum + round(round(row[item * depth + term]!) * round(matrix[column * depth + term]!)));
    return sum;
  });
}

test.each(['float32', 'float64'] as const)('%s', async (dtype) => {
  for (const depth of [7, 8, 9, 10, 11, 16, 17])
    for (const [rows, columns] of [
      [1, 40],
      [2, 16],
      [3, 32],
      [4, 33],
      [5, 70],
    ] as const)
      for (const isSparse of [false, true]) {
        const sizes = { rows, depth, columns };
        const [row, matrix] = [numbers(rows * depth, depth, isSparse), numbers(columns * depth, 0.5)];
        const expected = inOrder(dtype, sizes, row, matrix);
        expect({ ...sizes, made: await onWasm(dtype, sizes, row, matrix) }).toEqual({ ...sizes, made: expected });
      }
});
