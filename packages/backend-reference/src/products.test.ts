/** @file Products to the last bit: which numbers are rounded, and in which order sums are taken. */
import { fullView, type Dtype, type Instruction, type Program } from '@ndl/ir';
import { NdArray } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import { accumulator, buffer, compile, run } from './program.test-helper.ts';

const [ROWS, COLUMNS] = [6, 37];

/** Numbers without a pattern, of both signs. */
const values = (count: number, salt: number): Float64Array =>
  Float64Array.from({ length: count }, (_, index) => Math.sin(index * salt + salt) * 10 ** (index % 3));

const matrixValues = values(ROWS * COLUMNS, 1.3);
const longValues = values(COLUMNS, 2.1);
const shortValues = values(ROWS, 0.7);

const constant = (id: string, shape: readonly number[], data: Float64Array): ReturnType<typeof buffer> =>
  buffer(id, 'constant', shape, { initial: new NdArray(data, shape) });

const matrix = constant('matrix', [1, ROWS, COLUMNS], matrixValues);
const long = constant('long', [1, COLUMNS], longValues);
const short = constant('short', [1, ROWS], shortValues);
const transposed = { ...fullView(matrix), shape: [1, COLUMNS, ROWS], strides: [0, 1, COLUMNS] };

/** What one instruction leaves in a target that held thirds. */
async function resultOf(
  dtype: Dtype,
  shape: readonly number[],
  write: (target: ReturnType<typeof fullView>) => Instruction,
): Promise<number[]> {
  const target = buffer('target', 'temp', shape);
  const program: Program = {
    ...accumulator,
    dtype,
    buffers: [matrix, long, short, target],
    step: [{ kind: 'fill', value: 1 / 3, target: fullView(target), mode: 'set' }, write(fullView(target))],
    inputs: [],
    outputs: [{ name: 'target', view: fullView(target) }],
    symbols: {},
  };
  const results: number[] = [];
  const sink = { wants: () => true, write: ({ data }: { data: Iterable<number> }) => void results.push(...data) };
  await run(await compile({ run: () => program }), 1, { feed: new Map(), sink });
  return results;
}

describe.each([
  ['float32', Math.fround],
  ['float64', (value: number) => value],
] as const)('in %s', (dtype, round) => {
  const weight = (row: number, column: number): number => round(matrixValues[row * COLUMNS + column]!);
  const summed = (terms: readonly (readonly [number, number])[]): number =>
    terms.reduce((sum, [x, y]) => round(sum + round(x * y)), 0);

  test('dot rounds each product and each sum, by ascending columns', async () => {
    const vector = fullView(long);
    const actual = await resultOf(dtype, [1, ROWS], (target) => ({
      kind: 'dot',
      matrix: fullView(matrix),
      vector,
      target,
      mode: 'set',
    }));
    const expected = Array.from({ length: ROWS }, (_, row) =>
      summed(Array.from(longValues, (value, column) => [weight(row, column), round(value)] as const)),
    );
    expect(actual).toEqual(expected);
  });

  test('dot of a transposed matrix does so too', async () => {
    const vector = fullView(short);
    const actual = await resultOf(dtype, [1, COLUMNS], (target) => ({
      kind: 'dot',
      matrix: transposed,
      vector,
      target,
      mode: 'set',
    }));
    const expected = Array.from({ length: COLUMNS }, (_, column) =>
      summed(Array.from(shortValues, (value, row) => [weight(row, column), round(value)] as const)),
    );
    expect(actual).toEqual(expected);
  });

  test('outer rounds each product before it is added', async () => {
    const [left, right] = [fullView(short), fullView(long)];
    const actual = await resultOf(dtype, [1, ROWS, COLUMNS], (target) => ({
      kind: 'outer',
      left,
      right,
      target,
      mode: 'add',
    }));
    const expected = Array.from(shortValues, (x) =>
      Array.from(longValues, (y) => round(round(1 / 3) + round(round(x) * round(y)))),
    ).flat();
    expect(actual).toEqual(expected);
  });
});
