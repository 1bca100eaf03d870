/** @file Products in WebAssembly have the bits of plain loops, whatever their sizes. */
import { afterEach, expect, test, vi } from 'vitest';
import { complete, type Pieces } from '../basics/pieces.ts';
import { transposed, type Panel, type RowProductOptions } from './panel.ts';
import { addByTiles, addRowProducts } from './row-products.ts';

afterEach(() => vi.unstubAllGlobals());

/** Numbers of many magnitudes, zeros of both signs among them. */
function numbers(length: number, seed: number): Float64Array {
  return Float64Array.from({ length }, (_, index) => {
    const value = Math.sin((index + 1) * (seed + 0.7) * 12.9898) * 43758.5453;
    const fraction = value - Math.floor(value) - 0.5;
    if (index % 17 === 0) return index % 34 === 0 ? 0 : -0;
    return fraction * 2 ** ((index * 7) % 31);
  });
}

/** A matrix inside a wider one. */
function panelOf(rows: number, columns: number, seed: number): Panel {
  const stride = columns + 3;
  return { data: numbers(2 + rows * stride, seed), start: 2, stride, rows, columns };
}

type Add = (target: Panel, left: Panel, right: Panel, options?: RowProductOptions) => Pieces<void>;

/** What a target holds afterwards, where the result says something. */
function result(
  add: Add,
  sizes: { rows: number; columns: number; inner: number },
  options: RowProductOptions,
): number[] {
  const { rows, columns, inner } = sizes;
  const target = panelOf(rows, columns, 3);
  const left = panelOf(rows, inner, 1);
  complete(add(target, left, options.lowerOnly === true ? left : panelOf(columns, inner, 2), options));
  const isMeant = (row: number, column: number): boolean => options.lowerOnly !== true || column <= row;
  return Array.from({ length: rows * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    return isMeant(row, column) ? target.data[target.start + row * target.stride + column]! : 0;
  });
}

const SIZES = [
  { rows: 64, columns: 64, inner: 64 },
  { rows: 261, columns: 67, inner: 31 },
  { rows: 5, columns: 129, inner: 517 },
  { rows: 1, columns: 513, inner: 256 },
  { rows: 515, columns: 3, inner: 257 },
  { rows: 300, columns: 1, inner: 600 },
  { rows: 300, columns: 450, inner: 1 },
  { rows: 300, columns: 250, inner: 2 },
  { rows: 7, columns: 2, inner: 300 },
];

test.each(SIZES)('$rows by $inner times $inner by $columns', (sizes) => {
  for (const sign of [1, -1] as const)
    expect(result(addRowProducts, sizes, { sign })).toEqual(result(addByTiles, sizes, { sign }));
});

test.each(SIZES)(
  'factors that lie transposed, $rows by $inner times $inner by $columns',
  ({ rows, columns, inner }) => {
    const lyingOf = ({ data, start, stride, rows: count, columns: depth }: Panel): Panel => {
      const lying = numbers(7 + (depth + 1) * count, 9);
      for (let row = 0; row < count; row++)
        for (let k = 0; k < depth; k++) lying[7 + k * count + row] = data[start + row * stride + k]!;
      return transposed({ data: lying, start: 7, stride: count, rows: depth, columns: count });
    };
    const [left, right] = [panelOf(rows, inner, 1), panelOf(columns, inner, 2)];
    const sums = (add: Add, a: Panel, b: Panel): Float64Array => {
      const target = panelOf(rows, columns, 3);
      complete(add(target, a, b));
      return target.data;
    };
    const wanted = sums(addByTiles, left, right);
    for (const add of [addRowProducts, addByTiles]) expect(sums(add, lyingOf(left), lyingOf(right))).toEqual(wanted);
  },
);

test.each([64, 65, 259, 321])('the lower half of a symmetric product of %d rows', (rows) => {
  const sizes = { rows, columns: rows, inner: 300 };
  const options = { sign: -1, lowerOnly: true } as const;
  expect(result(addRowProducts, sizes, options)).toEqual(result(addByTiles, sizes, options));
});

test('what lies beside the target is left alone', () => {
  const target = panelOf(70, 66, 3);
  const before = target.data.slice();
  complete(addRowProducts(target, panelOf(70, 40, 1), panelOf(66, 40, 2)));
  const isInside = (index: number): boolean => index >= 2 && (index - 2) % target.stride < 66;
  expect(target.data.filter((_, index) => !isInside(index))).toEqual(before.filter((_, index) => !isInside(index)));
});

test('plain loops do it where there is no WebAssembly', async () => {
  vi.stubGlobal('WebAssembly', undefined);
  vi.resetModules();
  const { addRowProducts: addWithout } = await import('./row-products.ts');
  expect(result(addWithout, SIZES[0]!, {})).toEqual(result(addByTiles, SIZES[0]!, {}));
});

test('products that take turns do not disturb each other', () => {
  const make = (seed: number): [Panel, Panel, Panel] => [
    panelOf(130, 130, seed),
    panelOf(130, 130, seed + 1),
    panelOf(130, 130, seed + 2),
  ];
  const alone = [1, 5].map((seed) => {
    const [target, left, right] = make(seed);
    complete(addByTiles(target, left, right));
    return target.data;
  });
  const together = [1, 5].map(make);
  const running = together.map(([target, left, right]) => addRowProducts(target, left, right));
  for (let left = [...running]; left.length > 0;) left = left.filter((each) => each.next().done !== true);
  expect(together.map(([target]) => target.data)).toEqual(alone);
});
