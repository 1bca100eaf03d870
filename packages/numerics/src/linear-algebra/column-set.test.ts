/** @file `ColumnSet` beside plain loops, with WebAssembly and without. */
import { afterEach, expect, test, vi } from 'vitest';
import { ColumnSet } from './column-set.ts';
import { gramMatrix, matmul, NdArray, RandomState, transpose, transposedMatmul, type Matrix } from '../index.ts';
import { productFrom } from './reflection.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

const numbers = (seed: number, count: number): Float64Array => new RandomState(seed).standardNormal(count);
const drawn = (seed: number, rows: number, columns: number): Matrix =>
  new NdArray(numbers(seed, rows * columns), [rows, columns]);

async function withoutWebAssembly(): Promise<typeof ColumnSet> {
  vi.stubGlobal('WebAssembly', undefined);
  vi.resetModules();
  return (await import('./column-set.ts')).ColumnSet;
}

/** All that can be seen of a set, as bits. */
function seen(set: ColumnSet): readonly (readonly number[])[] {
  const solved = [...set.solved().subarray(0, set.size)];
  return [[...set.gains()], solved, [...set.side], ...set.columns.map((column) => [...column])];
}

/** Takes and lets go; what is seen after each. */
function takenInTurn(Chosen: typeof ColumnSet, length: number): unknown[] {
  const count = 4;
  const set = new Chosen(drawn(length, count, length), numbers(100 + length, length));
  const history: unknown[] = [seen(set)];
  for (let turn = 0; turn < 8; turn++) {
    if (turn % 3 === 2 && set.size > 0) set.letGo(0);
    else if (set.size < Math.min(count, length)) {
      const gains = set.gains();
      const best = gains.indexOf(Math.max(...gains));
      history.push([best, gains[best]! > 0 && set.takes(best)]);
    }
    history.push(seen(set));
  }
  set.giveBack();
  return history;
}

test('columns are taken and let go with the same bits in WebAssembly and without', async () => {
  const Plain = await withoutWebAssembly();
  for (let length = 1; length <= 13; length++)
    expect(takenInTurn(ColumnSet, length)).toEqual(takenInTurn(Plain, length));
});

test('gains are what the columns that are not taken have in common with what is left of the side', () => {
  const [columns, side] = [drawn(1, 5, 9), numbers(2, 9)];
  const set = new ColumnSet(columns, side);
  expect([...set.gains()]).toEqual(Array.from({ length: 5 }, (_, row) => productFrom(columns.row(row).data, side, 0)));
  const best = set.gains().indexOf(Math.max(...set.gains()));
  expect(set.takes(best)).toBe(true);
  expect([set.size, set.takenAt(0)]).toEqual([1, best]);
  // What the column does not explain of the side is orthogonal to it.
  const [taken, gains] = [columns.row(best).data, set.gains()];
  const share = productFrom(taken, side, 0) / productFrom(taken, taken, 0);
  const rest = side.map((value, at) => value - share * taken[at]!);
  for (const row of [0, 1, 2, 3, 4])
    expect(gains[row]).toBeCloseTo(row === best ? 0 : productFrom(columns.row(row).data, rest, 0), 12);
  set.giveBack();
});

test('what is solved are the least squares of the columns that are taken', () => {
  const length = 9;
  const columns = drawn(3, 6, length);
  // A sum of columns, so that every one of them raises it.
  const side = transposedMatmul(columns, new NdArray(Float64Array.of(1, 2, 3, 4, 5, 6), [6, 1]));
  const set = new ColumnSet(columns, side.data);
  for (const column of [4, 1, 5, 2, 0]) set.takes(column);
  set.letGo(1);
  const order = Array.from({ length: set.size }, (_, place) => set.takenAt(place));
  const chosen = transpose(
    new NdArray(Float64Array.from(order.flatMap((row) => [...columns.row(row).data])), [order.length, length]),
  );
  // By the normal equations.
  const solved = new NdArray(set.solved().slice(0, set.size), [set.size, 1]);
  const [left, right] = [matmul(gramMatrix(chosen), solved), matmul(transpose(chosen), side)];
  expect(set.size).toBeGreaterThan(2);
  left.data.forEach((value, at) => expect(value).toBeCloseTo(right.data[at]!, 10));
  set.giveBack();
});

test('a column that the others span is not taken, nor one whose element would be negative', () => {
  const set = new ColumnSet(new NdArray(Float64Array.of(1, 2, 2, 4, -1, 0), [3, 2]), Float64Array.of(3, 1));
  expect([set.takes(0), set.takes(1), set.takes(2), set.size]).toEqual([true, false, false, 1]);
  expect(set.takenAt(0)).toBe(0);
});

test('two sets at a time are apart, however large', () => {
  const [small, large] = [1, 300].map((count) => new ColumnSet(drawn(count, count, 300), numbers(0, 300)));
  large!.columns[0]![0] = 5;
  expect(small!.columns[0]![0]).toBe(numbers(1, 1)[0]);
  expect(large!.columns[299]!.at(-1)).toBe(numbers(300, 90_000).at(-1));
});
