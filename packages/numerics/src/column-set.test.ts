import { afterEach, expect, test, vi } from 'vitest';
import { ColumnSet } from './column-set.ts';
import { NdArray, RandomState } from './index.ts';
import { eliminating, offsetProduct, reflect } from './reflection.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

const numbers = (seed: number, count: number): Float64Array => new RandomState(seed).standardNormal(count);

async function withoutWebAssembly(): Promise<typeof ColumnSet> {
  vi.stubGlobal('WebAssembly', undefined);
  vi.resetModules();
  return (await import('./column-set.ts')).ColumnSet;
}

test.each(['in WebAssembly', 'plainly'])('columns that are not taken are multiplied and reflected, %s', async (way) => {
  const Chosen = way === 'plainly' ? await withoutWebAssembly() : ColumnSet;
  for (let length = 1; length <= 12; length++) {
    for (let from = 0; from < length; from++) {
      const matrix = new NdArray(numbers(length, 3 * length), [3, length]);
      const expected = [0, 1, 2].map((row) => matrix.row(row).data.slice());
      const set = new Chosen(matrix);
      set.take(0);
      set.take(1);
      set.letGo(0);
      const vector = numbers(7, length - from);
      const products = [0, 1, 2].map((row) => (row === 1 ? 0 : offsetProduct(vector, expected[row]!, from)));
      expect([...set.products(vector, from)]).toEqual(products);
      const reflection = eliminating(numbers(8, length), from);
      set.reflect(reflection);
      for (const row of [0, 2]) reflect(expected[row]!, reflection);
      expect(set.columns.map((column) => [...column])).toEqual(expected.map((column) => [...column]));
      expect([0, 1, 2].map((row) => set.isTaken(row))).toEqual([false, true, false]);
      set.giveBack();
    }
  }
});

test('two sets at a time are apart, however large', () => {
  const [small, large] = [1, 300].map((count) => new ColumnSet(new NdArray(numbers(count, 300 * count), [count, 300])));
  large!.columns[0]![0] = 5;
  expect(small!.columns[0]![0]).toBe(numbers(1, 1)[0]);
  expect(large!.columns[299]!.at(-1)).toBe(numbers(300, 90_000).at(-1));
});
