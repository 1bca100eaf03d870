/** @file The oracle against numbers worked out by hand. */
import { fullView, kernel, type Instruction } from '@ndl/ir';
import { NdArray } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import { Oracle } from './oracle.ts';
import { buffer, dotTo, mapTo, outerTo, program, setTo } from './write-program.ts';

const numbers = (shape: readonly number[], ...values: readonly number[]): NdArray =>
  new NdArray(Float64Array.from(values), shape);

const matrix = buffer('matrix', 'constant', [2, 3], { initial: numbers([2, 3], 1, 2, 3, 4, 5, 6) });
const vector = buffer('vector', 'constant', [3], { initial: numbers([3], 1, 10, 100) });
const pair = buffer('pair', 'constant', [2], { initial: numbers([2], 2, 3) });

/** What an instruction leaves in a target of this shape that held ones. */
function after(shape: readonly number[], write: (target: ReturnType<typeof fullView>) => Instruction): number[] {
  const target = buffer('target', 'temp', shape, { batched: false });
  const written = program({ buffers: [matrix, vector, pair, target] });
  const oracle = new Oracle(written, 1, 1);
  oracle.execute([{ kind: 'fill', value: 1, ...setTo(fullView(target)) }, write(fullView(target))]);
  return oracle.read(fullView(target));
}

describe('instructions', () => {
  test('fill, set and add', () => {
    expect(after([2], (target) => ({ kind: 'fill', value: 5, target, mode: 'set' }))).toEqual([5, 5]);
    expect(after([2], (target) => ({ kind: 'fill', value: 5, target, mode: 'add' }))).toEqual([6, 6]);
  });

  test('copy through indices that repeat', () => {
    const repeated = {
      buffer: 'target',
      offset: 0,
      shape: [3],
      strides: [0],
      indices: [{ axis: 0, offsets: [1, 0, 1] }],
    };
    expect(after([2], () => ({ kind: 'copy', source: fullView(vector), target: repeated, mode: 'add' }))).toEqual([
      11, 102,
    ]);
  });

  test('map with broadcasting', () => {
    const subtract = kernel({ name: 'subtract', inputs: ['x', 'y'] }, (k) => ({
      output: k.subtract(k.inputs.x, k.inputs.y),
    }));
    const column = { ...fullView(pair), shape: [2, 1], strides: [1, 0] };
    expect(after([2, 3], (target) => mapTo(target, subtract, [fullView(vector), column]))).toEqual([
      -1, 8, 98, -2, 7, 97,
    ]);
  });

  test('dot, plain and transposed', () => {
    expect(after([2], (target) => dotTo(target, fullView(matrix), fullView(vector), 'add'))).toEqual([322, 655]);
    const transposed = { buffer: 'matrix', offset: 0, shape: [3, 2], strides: [1, 3] };
    expect(after([3], (target) => dotTo(target, transposed, fullView(pair)))).toEqual([14, 19, 24]);
  });

  test('outer', () => {
    expect(after([2, 3], (target) => outerTo(target, fullView(pair), fullView(vector)))).toEqual([
      2, 20, 200, 3, 30, 300,
    ]);
  });

  test('reduce over either axis', () => {
    const source = fullView(matrix);
    expect(
      after([3], (target) => ({ kind: 'reduce', operation: 'sum', source, axes: [0], target, mode: 'set' })),
    ).toEqual([5, 7, 9]);
    expect(
      after([2], (target) => ({ kind: 'reduce', operation: 'max', source, axes: [1], target, mode: 'add' })),
    ).toEqual([4, 7]);
  });
});

test('steps, items and histories: sums over all of them at the end of the block', () => {
  const x = buffer('x', 'input', [1]);
  const sum = buffer('sum', 'state', [1], { initial: 0.5 });
  const history = buffer('history', 'temp', [1], { history: true });
  const [total, perItem] = [buffer('total', 'temp', [], { batched: false }), buffer('perItem', 'temp', [1])];
  const written = program({
    buffers: [x, sum, history, total, perItem],
    step: [
      { kind: 'copy', source: fullView(x), target: fullView(sum), mode: 'add' },
      { kind: 'copy', source: fullView(sum), target: fullView(history), mode: 'set' },
    ],
    epilogue: [
      {
        kind: 'reduce',
        operation: 'sum',
        source: fullView(history),
        axes: [0, 'items', 'steps'],
        ...setTo(fullView(total)),
      },
      { kind: 'reduce', operation: 'max', source: fullView(history), axes: ['steps'], ...setTo(fullView(perItem)) },
    ],
    inputs: [{ name: 'x', buffer: 'x', held: false }],
  });
  const oracle = new Oracle(written, 2, 3);
  const sums: number[][] = [];
  oracle.run(written, new Map([['x', (step: number) => [step + 1, -1]]]), 0, (slice) =>
    sums.push(oracle.read(fullView(sum), slice)),
  );
  expect(sums).toEqual([
    [1.5, -0.5],
    [3.5, -1.5],
    [6.5, -2.5],
  ]);
  expect(oracle.read(fullView(total))).toEqual([7, 7]);
  expect(oracle.read(fullView(perItem))).toEqual([6.5, -0.5]);
});

test('float32 rounds every number', () => {
  const third = buffer('third', 'temp', [1]);
  const written = program({ dtype: 'float32', buffers: [third] });
  const oracle = new Oracle(written, 1, 1);
  oracle.execute([{ kind: 'fill', value: 1 / 3, ...setTo(fullView(third)) }]);
  expect(oracle.read(fullView(third))).toEqual([Math.fround(1 / 3)]);
});
