import { isNdArray, ndarray, type NdArray } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import {
  choice,
  Connection,
  defineDistribution,
  defineNeuronType,
  defineProcess,
  defineSolver,
  defineSynapse,
  dense,
  Ensemble,
  lif,
  linearFilter,
  Network,
  Node,
  noSolver,
  piecewise,
  presentInput,
  Probe,
  samples,
  type FrozenData,
} from '../index.ts';

/** Everything in data that is an array, as plain numbers. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Overwrites every array that can be reached, in lists and objects too, and says how many there were. */
function scribble(value: unknown): number {
  if (isNdArray(value)) return scribble(value.data);
  if (value instanceof DataView) return (value.setUint8(0, 77), 1);
  if (value instanceof ArrayBuffer) return scribble(new Uint8Array(value));
  if (ArrayBuffer.isView(value)) {
    const array = value as Float64Array;
    array.fill(typeof array[0] === 'bigint' ? (77n as never) : 77);
    return 1;
  }
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + scribble(part), 0);
}

const array = (): NdArray => ndarray([[1, 2, 3]]);
const bytes = (): Uint8Array => Uint8Array.of(1, 2, 3);

const FACTORIES: readonly (readonly [string, (given: NdArray) => FrozenData, arrays: number])[] = [
  ['choice', (given) => choice(given, [1]), 2],
  ['samples', (given) => samples(given), 1],
  ['presentInput', (given) => presentInput(given, 0.1), 1],
  ['piecewise', (given) => piecewise([[0, given.data as never]]), 2],
  ['linearFilter', (given) => linearFilter(given.data, given.data), 2],
  ['noSolver', (given) => noSolver({ values: given }), 1],
  ['dense, a matrix', (given) => dense([1, 3], given), 1],
  ['dense, drawn', (given) => dense([1, 3], samples(given)), 1],
  ['lif', (given) => lif({ initialState: { voltage: given } }), 2],
  [
    'defineNeuronType, states',
    (given) => defineNeuronType({ kind: 'x', spiking: true, initialState: { s: given } }),
    1,
  ],
  [
    'defineNeuronType, own',
    (given) => defineNeuronType({ kind: 'x', spiking: true, table: given, in: [given, { given }] }),
    3,
  ],
  ['defineProcess', (given) => defineProcess({ kind: 'x', table: given.data, rows: [given.data] }), 2],
  ['defineDistribution', (given) => defineDistribution({ kind: 'x', deep: { deeper: [[given]] } }), 1],
  [
    'defineSynapse',
    () => defineSynapse({ kind: 'x', bytes: bytes(), view: new DataView(bytes().buffer as ArrayBuffer) }),
    2,
  ],
  ['defineSolver', () => defineSolver({ kind: 'x', weights: false, compositional: true, buffer: bytes().buffer }), 1],
];

describe.each(FACTORIES)('%s', (_, make, arrays) => {
  test('keeps a copy of the arrays that it is given', () => {
    const given = array();
    const data = make(given);
    const before = plain(data);
    scribble(given);
    expect(plain(data)).toEqual(before);
  });

  test('hands out copies, also inside lists and objects', () => {
    const data = make(array());
    const before = plain(data);
    expect(scribble(data)).toBe(arrays);
    expect(plain(data)).toEqual(before);
  });

  test('gives plain data: frozen, cloneable, with the same properties when spread', () => {
    const data = make(array());
    expect(Object.isFrozen(data)).toBe(true);
    expect(plain(structuredClone({ ...data, kind: 'again' }))).toMatchObject({ family: data.family, kind: 'again' });
    expect(Object.keys({ ...data })).toEqual(Object.keys(data));
  });
});

test('nothing in data that are handed out can be replaced', () => {
  const type = defineNeuronType({ kind: 'x', spiking: true, list: [1, [2]], nested: { a: 1 }, initialState: { s: 0 } });
  for (const part of [type, type.states, type.probeable, type.initialState, type.list, type.list[1], type.nested]) {
    expect(Object.isFrozen(part)).toBe(true);
  }
});

test('a Buffer is copied too, though its own slice copies nothing', () => {
  const buffer = Buffer.from([1, 2]);
  const data = defineProcess({ kind: 'x', buffer });
  buffer[0] = 9;
  data.buffer[1] = 9;
  expect([...data.buffer]).toEqual([1, 2]);
});

test('data written by hand are copied where they are given', () => {
  const type = { ...lif() };
  const process = { ...presentInput([[1]], 1) };
  const net = new Network();
  const { ensemble, node } = net.within(() => ({
    ensemble: new Ensemble({ nNeurons: 1, dimensions: 1, neuronType: type }),
    node: new Node(process),
  }));
  Object.assign(type, { tauRc: 7 });
  scribble(process);
  expect(ensemble.neuronType).toMatchObject({ kind: 'lif', tauRc: 0.02 });
  expect(plain(node.output)).toMatchObject({ inputs: { data: [1] } });
});

test('data that contain themselves are refused', () => {
  const loop: { kind: string; self?: object } = { kind: 'x' };
  loop.self = [loop];
  expect(() => defineProcess(loop)).toThrow(expect.objectContaining({ code: 'CYCLIC_DATA' }));
});

describe('objects of a network hand out copies of their arrays, and keep copies', () => {
  const build = () => {
    const given = { one: Float64Array.of(1, 1), rows: ndarray([[1], [-1]]), list: [[2, 0]] };
    const net = new Network();
    return net.within(() => {
      const ensemble = new Ensemble({
        nNeurons: 2,
        dimensions: 1,
        encoders: given.rows,
        evalPoints: given.rows,
        gain: given.one,
        bias: given.one,
        intercepts: given.one,
        maxRates: given.one,
      });
      const node = new Node(given.one);
      const sink = new Node({ sizeIn: 2 });
      const connection = new Connection(ensemble, sink, {
        function: given.rows,
        evalPoints: given.rows,
        transform: [[1], [2]],
      });
      const learnt = new Connection(ensemble.neurons, sink.at([0, 1]), { transform: given.list.concat([[0, 1]]) });
      return { given, net, ensemble, node, connection, learnt };
    });
  };
  const READINGS: readonly (readonly [string, (all: ReturnType<typeof build>) => unknown])[] = [
    ['encoders', ({ ensemble }) => ensemble.encoders],
    ['evalPoints', ({ ensemble }) => ensemble.evalPoints],
    ['gain', ({ ensemble }) => ensemble.gain],
    ['bias', ({ ensemble }) => ensemble.bias],
    ['intercepts', ({ ensemble }) => ensemble.intercepts],
    ['maxRates', ({ ensemble }) => ensemble.maxRates],
    ['node.output', ({ node }) => node.output],
    ['connection.function', ({ connection }) => connection.function],
    ['connection.evalPoints', ({ connection }) => connection.evalPoints],
    ['connection.transform', ({ connection }) => connection.transform],
    ['weights between neurons', ({ learnt }) => learnt.transform],
  ];
  test.each(READINGS)('%s', (_, read) => {
    const all = build();
    const before = plain(read(all));
    expect(scribble(read(all))).toBeGreaterThan(0);
    expect(plain(read(all))).toEqual(before);
    scribble(Object.values(all.given));
    expect(plain(read(all))).toEqual(before);
  });
});

test('a list of indices may be changed after it was given', () => {
  new Network({}, () => {
    const indices = [0, 2];
    const probe = new Probe(new Node([1, 2, 3]).at(indices));
    indices[0] = 1;
    expect(probe.selection).toEqual({ kind: 'indices', indices: [0, 2] });
    expect(Object.isFrozen(probe.selection)).toBe(true);
  });
});

describe('the configuration keeps copies, and hands out copies', () => {
  test('of defaults', () => {
    const net = new Network();
    const encoders = ndarray([[1], [1]]);
    net.config.of(Ensemble).encoders = encoders;
    scribble(encoders);
    scribble(net.config.of(Ensemble).encoders);
    const ensemble = net.within(() => new Ensemble({ nNeurons: 2, dimensions: 1 }));
    scribble(ensemble.encoders);
    expect(plain(net.config.of(Ensemble).encoders)).toEqual({ shape: [2, 1], data: [1, 1] });
    expect(plain(ensemble.encoders)).toEqual({ shape: [2, 1], data: [1, 1] });
  });

  test('of settings and attributes, whatever they are', () => {
    const net = new Network();
    const value = () => ({ table: Float32Array.of(1), list: [{ deep: ndarray([1]) }], name: 'a' });
    const given = value();
    net.config.setSetting('own', given);
    net.config.addAttribute('colour', given);
    Object.assign(net.config.of(net), { colour: given });
    const readings = (): unknown[] => [
      (net.config.of(Network) as { own?: unknown }).own,
      net.config.settings().get('own')!.value,
      net.config.attributes().get('colour')!.value,
      net.config.attribute(net, 'colour')!.value,
      (net.config.of(net) as { colour?: unknown }).colour,
    ];
    scribble(given);
    given.name = 'b';
    for (const reading of readings()) expect(scribble(reading)).toBe(2);
    for (const reading of readings()) expect(plain(reading)).toEqual(plain(value()));
  });

  test('of the maps of settings and attributes', () => {
    const net = new Network();
    net.config.setSetting('own', 1);
    net.config.addAttribute('colour', 1);
    (net.config.settings() as Map<string, unknown>).clear();
    (net.config.attributes() as Map<string, unknown>).clear();
    expect([net.config.settings().size, net.config.attributes().size]).toEqual([1, 1]);
  });
});
