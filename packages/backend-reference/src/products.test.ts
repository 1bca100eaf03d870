/** @file Products to the last bit: which numbers are rounded, and in which order sums are taken. */
import { fullView, matrixVector, outerProduct, type Buffer, type Dtype, type Instruction, type View } from '@ndl/ir';
import { describe, expect, test } from 'vitest';
import { buffer, executableOf, program, run, stored } from './program.test-helper.ts';

const [ROWS, COLUMNS] = [6, 37];

/** Numbers without a pattern, of both signs. */
const values = (count: number, salt: number): Float64Array =>
  Float64Array.from({ length: count }, (_, index) => Math.sin(index * salt + salt) * 10 ** (index % 3));

const matrixValues = values(ROWS * COLUMNS, 1.3);
const longValues = values(COLUMNS, 2.1);
const shortValues = values(ROWS, 0.7);

const constant = (id: string, shape: readonly number[], data: Float64Array): ReturnType<typeof buffer> =>
  buffer(id, 'constant', shape, { initial: stored(data, shape) });

const matrix = constant('matrix', [1, ROWS, COLUMNS], matrixValues);
const long = constant('long', [1, COLUMNS], longValues);
const short = constant('short', [1, ROWS], shortValues);
const transposed = { ...fullView(matrix), shape: [1, COLUMNS, ROWS], strides: [0, 1, COLUMNS] };

/** What one instruction leaves in a target that held thirds, or `start`. */
async function resultOf(
  dtype: Dtype,
  shape: readonly number[],
  write: (target: ReturnType<typeof fullView>) => Instruction,
  others: readonly Buffer[] = [],
  start = 1 / 3,
): Promise<number[]> {
  const target = buffer('target', 'temp', shape);
  const tested = program({
    dtype,
    buffers: [matrix, long, short, ...others, target],
    step: [{ kind: 'fill', value: start, target: fullView(target), mode: 'set' }, write(fullView(target))],
    outputs: [{ name: 'target', view: fullView(target), every: 1 }],
  });
  return [...(await run(await executableOf({ run: tested }), 1)).of('target')];
}

describe.each([
  ['float32', Math.fround],
  ['float64', (value: number) => value],
] as const)('in %s', (dtype, round) => {
  const weight = (row: number, column: number): number => round(matrixValues[row * COLUMNS + column]!);
  const summed = (terms: readonly (readonly [number, number])[]): number =>
    terms.reduce((sum, [x, y]) => round(sum + round(x * y)), 0);

  test('a matrix times a vector rounds each product and each sum, by ascending columns', async () => {
    const vector = fullView(long);
    const actual = await resultOf(dtype, [1, ROWS], (target) => ({
      kind: 'contract',
      members: [matrixVector(fullView(matrix), vector, target)],
      mode: 'set',
    }));
    const expected = Array.from({ length: ROWS }, (_, row) =>
      summed(Array.from(longValues, (value, column) => [weight(row, column), round(value)] as const)),
    );
    expect(actual).toEqual(expected);
  });

  test('a transposed matrix does so too', async () => {
    const vector = fullView(short);
    const actual = await resultOf(dtype, [1, COLUMNS], (target) => ({
      kind: 'contract',
      members: [matrixVector(transposed, vector, target)],
      mode: 'set',
    }));
    const expected = Array.from({ length: COLUMNS }, (_, column) =>
      summed(Array.from(shortValues, (value, row) => [weight(row, column), round(value)] as const)),
    );
    expect(actual).toEqual(expected);
  });

  test('an outer product rounds each product before it is added', async () => {
    const [left, right] = [fullView(short), fullView(long)];
    const actual = await resultOf(dtype, [1, ROWS, COLUMNS], (target) => ({
      kind: 'contract',
      members: [outerProduct(left, right, target)],
      mode: 'add',
    }));
    const expected = Array.from(shortValues, (x) =>
      Array.from(longValues, (y) => round(round(1 / 3) + round(round(x) * round(y)))),
    ).flat();
    expect(actual).toEqual(expected);
  });

  test('what is added to begins the sum, and is not added at the end', async () => {
    // From the target, each small term is lost; summed apart they would not be.
    const [start, small] = dtype === 'float32' ? [2 ** 24, 1] : [2 ** 53, 1];
    const ones = {
      ...constant('ones', [8], new Float64Array(8).fill(small)),
      role: 'state',
      lifetime: 'run',
      items: true,
    } as const;
    const sum: View = { buffer: 'target', offset: 0, shape: [8], strides: [0] };
    const added = (instruction: Instruction): Promise<number[]> =>
      resultOf(dtype, [1], () => instruction, [ones], start);
    const product: Instruction = {
      kind: 'contract',
      members: [{ left: fullView(ones), right: { ...fullView(ones), strides: [0] }, target: sum }],
      mode: 'add',
    };
    const target: View = { buffer: 'target', offset: 0, shape: [], strides: [] };
    expect(await added(product)).toEqual([start]);
    expect(
      await added({ kind: 'reduce', operation: 'sum', source: fullView(ones), axes: [0], target, mode: 'add' }),
    ).toEqual([start]);
    // Where the target shows an element twice, each position is summed from 0 first.
    const twice: View = {
      buffer: 'target',
      offset: 0,
      shape: [2, 4],
      strides: [1, 0],
      indices: [{ axis: 0, offsets: [0, 0] }],
    };
    const apart = { ...fullView(ones), shape: [2, 4], strides: [4, 1] };
    const scattered: Instruction = {
      kind: 'contract',
      members: [{ left: apart, right: { ...apart, strides: [0, 0] }, target: twice }],
      mode: 'add',
    };
    expect(await added(scattered)).toEqual([start + 8]);
  });

  test('a sum begins at +0, whatever its terms', async () => {
    const minus = constant('minus', [1], Float64Array.of(-0));
    const one = { ...fullView(minus), shape: [1] };
    const target: View = { buffer: 'target', offset: 0, shape: [1], strides: [1] };
    const [zero] = await resultOf(
      dtype,
      [1],
      () => ({
        kind: 'contract',
        members: [{ left: one, right: fullView(buffer('short', 'constant', [1])), target }],
        mode: 'set',
      }),
      [minus],
    );
    expect(Object.is(zero, 0)).toBe(true);
  });

  test('the zero terms of spikes are absent: with them or without, the bits are the same', async () => {
    const spiking = [0, 1, 0, 0, 1, -0];
    const spikes = constant('spikes', [1, ROWS], Float64Array.from(spiking));
    const broken = Float64Array.from(matrixValues);
    for (let row = 0; row < ROWS; row++) {
      if (spiking[row] === 0) broken.fill([NaN, Infinity, -Infinity][row % 3]!, row * COLUMNS, (row + 1) * COLUMNS);
    }
    const weights = constant('broken', [1, ROWS, COLUMNS], broken);
    const factors = { ...fullView(weights), shape: [1, COLUMNS, ROWS], strides: [0, 1, COLUMNS] };
    const expected = Array.from({ length: COLUMNS }, (_, column) => round(weight(1, column) + weight(4, column)));
    for (const events of ['left', 'right'] as const) {
      const actual = await resultOf(
        dtype,
        [1, COLUMNS],
        (target) => {
          const { left, right, ...product } = matrixVector(factors, fullView(spikes), target);
          const member = events === 'right' ? { left, right, ...product } : { left: right, right: left, ...product };
          return { kind: 'contract', members: [member], events, mode: 'set' };
        },
        [spikes, weights],
      );
      expect(actual).toEqual(expected);
    }
  });

  test('items do not touch each other: alone or together, each has the same bits', async () => {
    const input = buffer('x', 'input', [1, COLUMNS]);
    const product = buffer('product', 'temp', [1, ROWS]);
    const tested = program({
      dtype,
      buffers: [matrix, input, product],
      step: [
        {
          kind: 'contract',
          members: [matrixVector(fullView(matrix), fullView(input), fullView(product))],
          mode: 'set',
        },
      ],
      inputs: [{ name: 'x', buffer: 'x', held: false }],
      outputs: [{ name: 'product', view: fullView(product), every: 1 }],
    });
    const items = 5;
    const data = values(items * COLUMNS, 3.7);
    const outputsOf = async (count: number, from: number): Promise<readonly number[]> => {
      const part = data.slice(from * COLUMNS, (from + count) * COLUMNS);
      const feed = new Map([['x', { kind: 'sequence', data: part } as const]]);
      return (await run(await executableOf({ run: tested }), 1, { items: count, feed })).of('product');
    };
    const alone = await Promise.all(Array.from({ length: items }, (_, item) => outputsOf(1, item)));
    expect(await outputsOf(items, 0)).toEqual(alone.flat());
  });
});
