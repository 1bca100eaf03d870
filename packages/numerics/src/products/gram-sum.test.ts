import { expect, test, vi } from 'vitest';
import { complete, gramMatrix, GramSum, NdArray, RandomState, SUM_BLOCK, type Matrix } from '../index.ts';

/** Columns that are zero at one side of a threshold each: [rows, columns], some of them everywhere, or nowhere. */
const rectified = (rows: number, columns: number): Matrix => {
  const random = new RandomState(rows + columns);
  const points = random.standardNormal(2 * rows);
  const [turns, thresholds] = [random.standardNormal(2 * columns), random.standardNormal(columns)];
  const data = Float64Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    const projection = points[2 * row]! * turns[2 * column]! + points[2 * row + 1]! * turns[2 * column + 1]!;
    return Math.max(projection - thresholds[column]!, column % 5 === 0 ? -0 : 0);
  });
  return new NdArray(data, [rows, columns]);
};

const rowsOf = ({ data, shape }: Matrix, from: number, to: number): Matrix =>
  new NdArray(data.subarray(from * shape[1]!, to * shape[1]!), [to - from, shape[1]!]);

/** Where two matrices have other bits, on and below the diagonal. */
const differences = (a: Matrix, b: Matrix): number[] => {
  const [left, right] = [a, b].map(({ data }) => new BigUint64Array(data.buffer, data.byteOffset, data.length));
  const order = a.shape[1]!;
  const wrong: number[] = [];
  left!.forEach((bits, at) => {
    if (bits !== right![at] && at % order <= Math.floor(at / order)) wrong.push(at);
  });
  return wrong;
};

const summed = (...parts: readonly Matrix[]): Matrix => {
  const sum = new GramSum(parts[0]!.shape[1]!);
  for (const part of parts) {
    complete(sum.add(part));
    complete(sum.lowerTriangle());
  }
  return complete(sum.lowerTriangle());
};

test('sums with zeros left out have the bits of the Gram matrix, at the ends of all blocks', () => {
  const check = (rows: number, columns: number): void => {
    const matrix = rectified(rows, columns);
    expect(differences(summed(matrix), gramMatrix(matrix)), `${rows} rows, ${columns} columns`).toEqual([]);
  };
  for (const rows of [1, 4, 8, 31, 32, 33, 255, 256, 257]) check(rows, 257);
  for (const columns of [255, 256, 258, 259, 260, 287, 288, 289, 511, 512, 513, 515]) check(20, columns);
});

test('rows may come in parts, and go on after the sum was asked for', () => {
  const matrix = rectified(2 * SUM_BLOCK + 5, 260);
  const [first, second] = [rowsOf(matrix, 0, SUM_BLOCK), rowsOf(matrix, SUM_BLOCK, 2 * SUM_BLOCK + 5)];
  expect(differences(summed(first, second), gramMatrix(matrix))).toEqual([]);
});

test('a host without WebAssembly gets the same bits', async () => {
  const matrix = rectified(40, 258);
  const expected = gramMatrix(matrix);
  vi.resetModules();
  vi.stubGlobal('WebAssembly', undefined);
  try {
    const plain = await import('../index.ts');
    const sum = new plain.GramSum(258);
    plain.complete(sum.add(matrix));
    expect(differences(plain.complete(sum.lowerTriangle()), expected)).toEqual([]);
  } finally {
    vi.unstubAllGlobals();
    vi.resetModules();
  }
});

test('rows of another width are refused', () => {
  expect(() => complete(new GramSum(3).add(rectified(2, 4)))).toThrow(
    expect.objectContaining({ code: 'SHAPE_MISMATCH' }),
  );
});
