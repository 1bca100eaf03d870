import { isNdArray } from '@ndl/numerics';
import { expect, test, vi } from 'vitest';
import {
  Connection,
  dense,
  Ensemble,
  lowpass,
  lstsqL2,
  Network,
  Node,
  noSolver,
  noTransform,
  uniform,
  type ConnectionOptions,
  type Vector,
} from '../index.ts';
import { connect, failing, objects } from './objects.test-helper.ts';

test('has the defaults of Nengo', () => {
  const all = objects();
  expect(connect(all, all.a, all.b)).toMatchObject({
    kind: 'connection',
    pre: all.a,
    post: all.b,
    preObject: all.a,
    postObject: all.b,
    preSelection: null,
    postSelection: null,
    synapse: { kind: 'lowpass', tau: 0.005 },
    function: null,
    transform: { kind: 'none', size: 2 },
    solver: { kind: 'lstsqL2', regularization: 0.1, weights: false },
    evalPoints: null,
    scaleEvalPoints: true,
    label: null,
    seed: null,
    sizeIn: 2,
    sizeMid: 2,
    sizeOut: 2,
    isDecoded: true,
  });
});

test('a number stands for a low-pass synapse, null for none', () => {
  const all = objects();
  expect(connect(all, all.a, all.b, { synapse: 0.1 }).synapse).toEqual(lowpass(0.1));
  expect(connect(all, all.a, all.b, { synapse: null }).synapse).toBeNull();
});

test('slices give sizes, and know their objects', () => {
  const all = objects();
  const connection = connect(all, all.a.at(1), all.three.at([2]));
  expect(connection).toMatchObject({
    preObject: all.a,
    postObject: all.three,
    preSelection: { kind: 'slice', start: 1, length: 1 },
    postSelection: { kind: 'indices', indices: [2] },
    sizeIn: 1,
    sizeOut: 1,
  });
});

test('a function is called once with zeros, or with the first evaluation point', () => {
  const all = objects();
  const product = vi.fn<(x: Vector) => number>(([x, y]) => x * y);
  expect(connect(all, all.a, all.one, { function: product }).sizeMid).toBe(1);
  expect(product.mock.calls).toEqual([[[0, 0]]]);
  connect(all, all.a, all.one, {
    function: product,
    evalPoints: [
      [3, 4],
      [5, 6],
    ],
  });
  expect(product.mock.lastCall).toEqual([[3, 4]]);
});

test('a function may have its values at the evaluation points in its place', () => {
  const all = objects();
  const connection = connect(all, all.a, all.three, {
    function: [
      [1, 2, 3],
      [4, 5, 6],
    ],
    evalPoints: [
      [0, 1],
      [1, 0],
    ],
  });
  expect(connection.sizeMid).toBe(3);
  expect(isNdArray(connection.function) && connection.function.shape).toEqual([2, 3]);
});

test('transforms are read from numbers, vectors, matrices and distributions', () => {
  const all = objects();
  const transformOf = (options: ConnectionOptions): unknown => {
    const { transform } = connect(all, all.a, all.two, options);
    if (!('initial' in transform)) return transform;
    const { shape, initial } = transform;
    return { shape, initial: isNdArray(initial) ? initial.toNested() : initial };
  };
  expect(transformOf({ transform: 2 })).toEqual({ shape: [2, 2], initial: 2 });
  expect(transformOf({ transform: [1, 2] })).toEqual({ shape: [2, 2], initial: [1, 2] });
  expect(
    transformOf({
      transform: [
        [1, 2],
        [3, 4],
      ],
    }),
  ).toEqual({
    shape: [2, 2],
    initial: [
      [1, 2],
      [3, 4],
    ],
  });
  expect(transformOf({ transform: uniform(-1, 1) })).toEqual({ shape: [2, 2], initial: uniform(-1, 1) });
  expect(transformOf({ transform: dense([2, 2], 3) })).toEqual({ shape: [2, 2], initial: 3 });
  expect(transformOf({ transform: noTransform(2) })).toMatchObject({ kind: 'none', size: 2 });
  expect(transformOf({ transform: [[1], [2]], function: (x) => x[0] })).toEqual({ shape: [2, 1], initial: [[1], [2]] });
});

test('weights can be probed where there are some', () => {
  const all = objects();
  expect(connect(all, all.a, all.b).probeable).toEqual(['output', 'input', 'weights']);
  expect(connect(all, all.two, all.b, { transform: 2 }).probeable).toContain('weights');
  expect(connect(all, all.two, all.b).probeable).toEqual(['output', 'input']);
  expect(connect(all, all.exact, all.b)).toMatchObject({ isDecoded: false, probeable: ['output', 'input'] });
});

test('a function that throws is named, with its cause', () => {
  const all = objects();
  const cause = new Error('division by zero');
  const attempt = (): Connection =>
    connect(all, all.a, all.one, {
      function: () => {
        throw cause;
      },
    });
  expect(attempt).toThrow(
    failing('FUNCTION_FAILED', 'Connection (connections[1]): function, called with [0, 0], threw: division by zero'),
  );
  expect(attempt).toThrow(expect.objectContaining({ cause }));
});

test('a default solver for weights does not stand in the way of other connections', () => {
  const all = objects();
  all.net.config.of(Connection).solver = lstsqL2({ weights: true });
  expect(connect(all, all.source, all.a).solver.weights).toBe(true);
});

test('objects of subnetworks may be connected', () => {
  const net = new Network();
  const connection = net.within(() => {
    const inner = new Network();
    const hidden = inner.within(() => new Ensemble({ nNeurons: 2, dimensions: 1 }));
    return new Connection(new Node(1), hidden);
  });
  expect(connection.network).toBe(net);
});

test('replaceParameters changes what it names, or nothing', () => {
  const all = objects();
  const connection = connect(all, all.a, all.b, { synapse: 0.1 });
  connection.replaceParameters({
    transform: [
      [0, 1],
      [1, 0],
    ],
    solver: noSolver(),
  });
  expect(connection).toMatchObject({
    transform: { kind: 'dense' },
    solver: { kind: 'noSolver' },
    synapse: { tau: 0.1 },
  });
  expect(() => connection.replaceParameters({ synapse: 0.2, transform: [[1]] })).toThrow(failing('SHAPE_MISMATCH'));
  expect(connection.synapse).toEqual(lowpass(0.1));
});
