import { isNdArray, ndarray } from '@ndl/numerics';
import { expect, test, vi } from 'vitest';
import {
  choice,
  defineProcess,
  Network,
  Node,
  piecewise,
  presentInput,
  type NodeOptions,
  type NodeOutputInput,
} from '../index.ts';

const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

const make = (output?: NodeOutputInput, options?: NodeOptions): Node =>
  new Network().within(() => new Node(output, options));

test('without output it passes its input on', () => {
  expect(new Network().within(() => new Node({ sizeIn: 3 }))).toMatchObject({ output: null, sizeIn: 3, sizeOut: 3 });
  expect(make(null, { sizeIn: 2 })).toMatchObject({ output: null, sizeIn: 2, sizeOut: 2 });
  expect(make()).toMatchObject({ output: null, sizeIn: 0, sizeOut: 0 });
});

test('a constant is kept as a vector', () => {
  const constant = (output: NodeOutputInput): unknown => {
    const node = make(output);
    return [isNdArray(node.output) && node.output.toNested(), node.sizeIn, node.sizeOut];
  };
  expect(constant(0.5)).toEqual([[0.5], 0, 1]);
  expect(constant([1, 2])).toEqual([[1, 2], 0, 2]);
  expect(constant(ndarray([1, 2, 3]))).toEqual([[1, 2, 3], 0, 3]);
  expect(constant(Float32Array.of(1))).toEqual([[1], 0, 1]);
});

test('a function of time is called once, at time 0, to learn its size', () => {
  const output = vi.fn<(t: number) => number[]>((t) => [t, t + 1]);
  expect(make(output)).toMatchObject({ sizeIn: 0, sizeOut: 2 });
  expect(output.mock.calls).toEqual([[0]]);
});

test('a function of time and input is called once, with a plain array of zeros', () => {
  const output = vi.fn<(t: number, x: readonly number[]) => number>((t, x) => t + x.length);
  expect(make(output, { sizeIn: 3 })).toMatchObject({ sizeIn: 3, sizeOut: 1 });
  expect(output.mock.calls).toEqual([[0, [0, 0, 0]]]);
  expect(Array.isArray(output.mock.calls[0]![1])).toBe(true);
});

test('a function whose size is given is not called', () => {
  const output = vi.fn<() => number>(() => 1);
  expect(make(output, { sizeOut: 4 })).toMatchObject({ sizeOut: 4 });
  expect(output).not.toHaveBeenCalled();
});

test('a function that returns nothing makes a node without output', () => {
  expect(make((_, x) => void x.length, { sizeIn: 1 })).toMatchObject({ sizeIn: 1, sizeOut: 0 });
});

test('a process brings its sizes', () => {
  expect(
    make(
      presentInput(
        [
          [1, 2],
          [3, 4],
        ],
        0.1,
      ),
    ),
  ).toMatchObject({ sizeIn: 0, sizeOut: 2 });
  expect(make(piecewise({ 0: 1, 0.5: 2 }))).toMatchObject({ sizeOut: 1 });
  const free = defineProcess({ kind: 'test/noise' });
  expect(make(free)).toMatchObject({ sizeIn: 0, sizeOut: 1 });
  expect(make(free, { sizeIn: 1, sizeOut: 5 })).toMatchObject({ sizeIn: 1, sizeOut: 5 });
});

test.each<[string, NodeOutputInput, NodeOptions | undefined, string, string]>([
  ['a matrix', [[1, 2]], undefined, 'SHAPE_MISMATCH', 'Node (nodes[0]): output: expected shape [*], got [1, 2]'],
  ['NaN', [1, Number.NaN], undefined, 'NOT_FINITE', 'output holds NaN at [1]'],
  ['an infinite number', Infinity, undefined, 'NOT_FINITE', 'output holds Infinity'],
  ['a constant with an input', 1, { sizeIn: 1 }, 'OPTION_CONFLICT', 'a constant takes no input'],
  ['a constant of another size', [1, 2], { sizeOut: 3 }, 'SHAPE_MISMATCH', 'sizeOut'],
  ['another sizeOut of a passthrough', null, { sizeIn: 2, sizeOut: 3 }, 'OPTION_CONFLICT', 'set sizeIn alone'],
  ['a text', 'sine' as never, undefined, 'INVALID_OPTION', 'output'],
  ['a distribution', choice([1]) as never, undefined, 'INVALID_OPTION', "kind 'choice'"],
  [
    'a function that wants an input where there is none',
    (_, x) => x[0],
    undefined,
    'FUNCTION_ARGUMENTS',
    'Give the node a sizeIn',
  ],
  [
    'a function of three arguments',
    ((_: number, x: number[], y: number) => x[0]! + y) as never,
    { sizeIn: 1 },
    'FUNCTION_ARGUMENTS',
    'takes 3 arguments',
  ],
  ['a function that returns a text', (() => 'high') as never, undefined, 'FUNCTION_RESULT', "it returned 'high'"],
  ['a function that returns a matrix', (() => [[1]]) as never, undefined, 'FUNCTION_RESULT', 'flat list'],
  ['an async function', (async () => 1) as never, undefined, 'FUNCTION_RESULT', 'output, called with time 0,'],
  [
    'another size than its process has',
    piecewise({ 0: 1 }),
    { sizeOut: 2 },
    'OPTION_CONFLICT',
    "'piecewise' has 0 inputs and 1 outputs",
  ],
  ['an input for a process without', presentInput([1], 1), { sizeIn: 1 }, 'OPTION_CONFLICT', "'presentInput'"],
  ['a negative size', null, { sizeIn: -1 }, 'INVALID_OPTION', 'sizeIn'],
  ['a seed', 1, { seed: 3 as never }, 'NODE_SEED', 'process'],
  ['an unknown option', 1, { sizein: 3 } as never, 'UNKNOWN_OPTION', 'Did you mean sizeIn?'],
  ['options that are no object', 1, 5 as never, 'INVALID_OPTION', 'the options'],
])('%s is refused, and nothing is added', (_, output, options, code, text) => {
  const net = new Network();
  expect(() => net.within(() => new Node(output, options))).toThrow(failing(code, text));
  expect(net.nodes).toEqual([]);
});

test('a function that throws is named, with its cause', () => {
  const cause = new Error('no such file');
  const attempt = (): Node =>
    make(
      () => {
        throw cause;
      },
      { label: 'reader' },
    );
  expect(attempt).toThrow(
    failing('FUNCTION_FAILED', "Node 'reader' (nodes[0]): output, called with time 0, threw: no such file"),
  );
  expect(attempt).toThrow(expect.objectContaining({ cause }));
});

test('options are given once', () => {
  const twice = (): Node => new Network().within(() => new Node({ sizeIn: 1 } as never, { sizeIn: 1 }));
  expect(twice).toThrow(failing('OPTION_CONFLICT', 'twice'));
});
