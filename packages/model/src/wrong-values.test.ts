import { describe, expect, test } from 'vitest';
import {
  choice,
  Connection,
  dense,
  Ensemble,
  lif,
  lstsqL2,
  Network,
  Node,
  piecewise,
  Probe,
  readFunctionResult,
  uniform,
} from './index.ts';

const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

const inNet = <R>(build: () => R): R => new Network().within(build);

/* oxlint-disable no-sparse-arrays -- holes are the point of these tests */

describe('what is wrong with a selection is said', () => {
  const node = inNet(() => new Node([1, 2, 3], { label: 'n' }));
  test.each<[string, unknown, string]>([
    ['a hole', [0, , 2], 'entry 1 is missing: the list has a hole'],
    ['a hole at the beginning', [, 1], 'entry 0 is missing'],
    ['nothing but holes', new Array<number>(2), 'entry 0 is missing'],
    ['a hole among flags', [true, , false], 'entry 1 is missing'],
    ['a fraction', 1.5, 'index 1.5 is no whole number'],
    ['a fraction in a list', [0, 1.5], 'index 1.5 is no whole number'],
    ['NaN', NaN, 'index NaN is no whole number'],
    ['a BigInt', 1n, 'got the BigInt 1n'],
    ['a BigInt in a list', [0, 1n], 'entry 1 is the BigInt 1n'],
    ['a text', '1', "got '1'"],
    ['a typed array', Int32Array.of(0, 1), 'got an Int32Array of 2'],
    ['undefined', [0, undefined], 'entry 1 is undefined'],
  ])('%s', (_, index, text) => {
    expect(() => node.at(index as never)).toThrow(failing('INVALID_SELECTION', text));
    expect(() => node.at(index as never)).toThrow(failing('INVALID_SELECTION', "Node 'n'"));
  });
});

describe('holes in arrays are found by their place', () => {
  const HOLES: readonly (readonly [string, () => unknown, string])[] = [
    ['node output', () => new Node([1, , 3] as number[]), 'element [1] is missing'],
    [
      'encoders',
      () =>
        new Ensemble({
          nNeurons: 2,
          dimensions: 2,
          encoders: [
            [1, 0],
            [, 1],
          ] as number[][],
        }),
      'encoders: element [1][0] is missing',
    ],
    [
      'a whole row',
      () => new Ensemble({ nNeurons: 3, dimensions: 1, encoders: [[1], , [1]] as number[][] }),
      'encoders: element [1] is missing',
    ],
    [
      'the first row',
      () => new Ensemble({ nNeurons: 2, dimensions: 1, encoders: [, [1]] as number[][] }),
      'encoders: element [0] is missing',
    ],
    [
      'gain',
      () => new Ensemble({ nNeurons: 2, dimensions: 1, gain: [, 1] as number[], bias: [1, 1] }),
      'gain: element [0] is missing',
    ],
    ['choice', () => choice([1, , 2] as number[]), 'element [1] is missing'],
    ['piecewise', () => piecewise([[0, 1], , [1, 2]] as never), 'entry 1'],
    ['dense', () => dense([2, , 2] as never), 'shape'],
  ];
  test.each(HOLES)('%s', (_, make, text) => {
    expect(() => inNet(make)).toThrow(
      expect.objectContaining({ name: 'NdlError', message: expect.stringContaining(text) as string }),
    );
  });
});

describe('what functions return is checked when they are tried, naming their object', () => {
  const RESULTS: readonly (readonly [unknown, string])[] = [
    [BigInt64Array.of(1n), 'a BigInt64Array of 1'],
    [BigUint64Array.of(1n, 2n), 'a BigUint64Array of 2'],
    [[1n], '[the BigInt 1n]'],
    [2n, 'the BigInt 2n'],
    [['a'], "['a']"],
    ['1', "'1'"],
    [[1, , 2], '[1, a hole, 2]'],
    [[[1]], '[[1]]'],
    [new Date(0), 'a Date'],
    [Promise.resolve(1), 'a promise'],
    [new DataView(new ArrayBuffer(8)), 'a DataView'],
    [{ length: 1, 0: 1 }, 'an object'],
    [Symbol('s'), 'the symbol s'],
    [true, 'true'],
  ];
  test.each(RESULTS)('value %#', (result, text) => {
    const compute = () => result as number;
    expect(() => inNet(() => new Node(compute, { label: 'n' }))).toThrow(failing('FUNCTION_RESULT', "Node 'n'"));
    expect(() => inNet(() => new Node(compute))).toThrow(failing('FUNCTION_RESULT', text));
    const connect = () => new Connection(new Node([1]), new Node({ sizeIn: 1 }), { function: compute, label: 'c' });
    expect(() => inNet(connect)).toThrow(failing('FUNCTION_RESULT', "Connection 'c'"));
    expect(() => readFunctionResult(result, 'f')).toThrow(failing('FUNCTION_RESULT', text));
  });

  test.each([[Uint8ClampedArray.of(1, 2)], [Int32Array.of(1, 2)], [Float32Array.of(1, 2)], [[1, 2]]])(
    'numbers of any type are welcome: %o',
    (result) => {
      expect([...readFunctionResult(result, 'f')]).toEqual([1, 2]);
    },
  );
});

describe('sizes that no array can have are refused at once, naming the object', () => {
  const ensemble = (options: object) => new Ensemble({ nNeurons: 1, dimensions: 1, label: 'e', ...options });
  const SIZES: readonly (readonly [string, () => unknown, string])[] = [
    ['neurons', () => ensemble({ nNeurons: 1e10 }), "Ensemble 'e' (ensembles[0]): too many neurons"],
    ['dimensions', () => ensemble({ dimensions: 1e10 }), "Ensemble 'e' (ensembles[0]): too many dimensions"],
    ['encoders', () => ensemble({ nNeurons: 1e5, dimensions: 1e5 }), '100000 · 100000 = 10000000000'],
    ['evaluation points', () => ensemble({ nEvalPoints: 1e10 }), 'nEvalPoints'],
    ['evaluation points of many dimensions', () => ensemble({ nEvalPoints: 1e8, dimensions: 10 }), 'nEvalPoints'],
    ['inputs of a node', () => new Node({ sizeIn: 1e10, label: 'n' }), "Node 'n' (nodes[0]): too many elements"],
    [
      'outputs of a node',
      () => new Node(() => 1, { sizeOut: 1e10, label: 'n' }),
      "Node 'n' (nodes[0]): too many elements",
    ],
    ['a drawn transform', () => dense([1e6, 1e6], uniform(-1, 1)), 'dense: too many elements'],
    ['sides of a transform', () => dense([1e10, 1e10]), 'dense: too many elements'],
    [
      'a transform drawn between large ends',
      () =>
        new Connection(new Node({ sizeIn: 1e5 }), new Node({ sizeIn: 1e5 }), { transform: uniform(0, 1), label: 'c' }),
      "Connection 'c' (connections[0]): transform: too many elements",
    ],
    [
      'weights between neurons',
      () => {
        const many = ensemble({ nNeurons: 1e5 });
        return new Connection(many, many, { solver: lstsqL2({ weights: true }), label: 'c' });
      },
      "Connection 'c' (connections[0]): too many weights",
    ],
  ];
  test.each(SIZES)('%s', (_, make, text) => {
    expect(() => inNet(make)).toThrow(failing('TOO_LARGE', text));
  });

  test('large sizes that need no large array are none of these', () => {
    expect(dense([1e6, 1e6], 2).initial).toBe(2);
    expect(inNet(() => ensemble({ nNeurons: 1e6 })).nNeurons).toBe(1e6);
  });
});

describe('errors say what was meant', () => {
  const MEANT: readonly (readonly [string, () => unknown, string])[] = [
    [
      'evalPoints: 100',
      () => new Ensemble({ nNeurons: 5, dimensions: 1, evalPoints: 100 }),
      'nEvalPoints is the number of points',
    ],
    [
      'evalPoints: 100, of a connection',
      () => {
        const ensemble = new Ensemble({ nNeurons: 5, dimensions: 1 });
        return new Connection(ensemble, ensemble, { evalPoints: 100 });
      },
      'nEvalPoints is the number of points',
    ],
    ['neuronType: lif', () => new Ensemble({ nNeurons: 5, dimensions: 1, neuronType: lif as never }), 'call it: lif('],
    [
      'encoders: uniform',
      () => new Ensemble({ nNeurons: 5, dimensions: 1, encoders: uniform as never }),
      'call it: uniform(',
    ],
    [
      'encoders: a function without name',
      () => new Ensemble({ nNeurons: 5, dimensions: 1, encoders: (() => 1) as never }),
      'got a function.',
    ],
    ['maxRates: 100', () => new Ensemble({ nNeurons: 5, dimensions: 1, maxRates: 100 as never }), 'choice([100])'],
    ['maxRates: -100', () => new Ensemble({ nNeurons: 5, dimensions: 1, maxRates: -100 as never }), 'above 0 Hz'],
    [
      'trainable of an object',
      () => Object.assign(new Ensemble({ nNeurons: 5, dimensions: 1 }), { trainable: false }),
      'net.config.of(object).trainable = ',
    ],
    [
      'noise: a function',
      () => new Ensemble({ nNeurons: 5, dimensions: 1, noise: (() => 1) as never }),
      'Functions belong on nodes',
    ],
    [
      'function: a process',
      () => new Connection(new Node([1]), new Node({ sizeIn: 1 }), { function: piecewise({ 0: 1 }) as never }),
      'Processes belong on nodes',
    ],
    [
      'a solver that was copied by hand',
      () => new Probe(new Node([1]), { solver: { ...lstsqL2(), weights: 'no' as never } }),
      'weights',
    ],
    [
      'a neuron type that was copied by hand',
      () => new Ensemble({ nNeurons: 5, dimensions: 1, neuronType: { ...lif(), spiking: 'no' as never } }),
      'spiking',
    ],
    [
      'a process that was copied by hand',
      () => new Node({ ...piecewise({ 0: 1 }), fixedSize: 'no' as never }),
      'fixedSize',
    ],
    [
      'lists that contain themselves',
      () => {
        const list: unknown[] = [];
        list.push(list);
        return new Node(list as never);
      },
      'contain itself',
    ],
    ['three numbers in place of a pair', () => piecewise([[0, 1, 2]] as never), 'a pair [time, value]'],
  ];
  test.each(MEANT)('%s', (_, make, text) => {
    expect(() => inNet(make)).toThrow(
      expect.objectContaining({ name: 'NdlError', message: expect.stringContaining(text) as string }),
    );
  });

  test('a function without name of its own is not to be called', () => {
    const encoders = (): number => 1;
    const options = { nNeurons: 5, dimensions: 1, encoders: encoders as never };
    expect(() => inNet(() => new Ensemble(options))).not.toThrow('call it');
  });

  test('a default for evalPoints is checked where it is set', () => {
    const net = new Network();
    expect(() => (net.config.of(Ensemble).evalPoints = 100)).toThrow(failing('SHAPE_MISMATCH', 'nEvalPoints'));
  });
});
