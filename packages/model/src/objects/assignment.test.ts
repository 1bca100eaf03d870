import { isNdArray, ndarray } from '@ndl/numerics';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  alpha,
  Connection,
  direct,
  Ensemble,
  lif,
  lowpass,
  lstsq,
  lstsqL2,
  Network,
  Node,
  piecewise,
  Probe,
  rectifiedLinear,
  uniform,
  type NetworkObject,
} from '../index.ts';

const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

const build = () => {
  const net = new Network({ label: 'net', seed: 1 });
  return net.within(() => {
    const constant = new Node([0.5], { label: 'constant' });
    const doubled = new Node((_, x) => 2 * x[0], { sizeIn: 1, label: 'doubled' });
    const junction = new Node({ sizeIn: 2, label: 'junction' });
    const ensemble = new Ensemble({ nNeurons: 3, dimensions: 1, label: 'ensemble' });
    const connection = new Connection(constant, ensemble, { label: 'connection' });
    const decoded = new Connection(ensemble, doubled, { function: (x) => x[0] ** 2, label: 'decoded' });
    const probe = new Probe(ensemble, { label: 'probe' });
    const inner = new Network();
    const view = ensemble.neurons.slice(0, 2);
    return { net, constant, doubled, junction, ensemble, connection, decoded, probe, inner, view };
  });
};
type All = ReturnType<typeof build>;

const set = (object: object, name: string, value: unknown): void => {
  (object as Record<string, unknown>)[name] = value;
};
const get = (object: object, name: string): unknown => (object as Record<string, unknown>)[name];
/** A value as plain data, to compare before and after; functions by their text. */
const plain = (value: unknown): unknown =>
  typeof value === 'function' ? String(value) : JSON.parse(JSON.stringify(value));

const ASSIGNMENTS: readonly (readonly [keyof All, string, given: unknown, read?: unknown])[] = [
  ['net', 'seed', 7],
  ['net', 'seed', null],
  ['net', 'label', 'other'],
  ['inner', 'label', null],
  ['ensemble', 'radius', 2],
  ['ensemble', 'encoders', [[1], [1], [-1]], ndarray([[1], [1], [-1]])],
  ['ensemble', 'intercepts', uniform(-1, 0)],
  ['ensemble', 'maxRates', [10, 20, 30], ndarray([10, 20, 30])],
  ['ensemble', 'evalPoints', [[0.5]], ndarray([[0.5]])],
  ['ensemble', 'nEvalPoints', 12],
  ['ensemble', 'neuronType', lif({ tauRc: 0.05 })],
  ['ensemble', 'noise', piecewise({ 0: 1 })],
  ['ensemble', 'normalizeEncoders', false],
  ['ensemble', 'label', 'another'],
  ['ensemble', 'seed', 3],
  ['constant', 'output', [0.25], ndarray([0.25])],
  ['constant', 'output', 0.25, ndarray([0.25])],
  ['constant', 'output', piecewise({ 0: 1 })],
  ['constant', 'label', null],
  ['connection', 'synapse', 0.01, lowpass(0.01)],
  ['connection', 'synapse', alpha(0.1)],
  ['connection', 'synapse', null],
  ['decoded', 'solver', lstsq()],
  ['connection', 'label', 'x'],
  ['connection', 'seed', 5],
  ['decoded', 'evalPoints', [[1]], ndarray([[1]])],
  ['decoded', 'scaleEvalPoints', false],
  ['decoded', 'function', null],
  ['probe', 'attribute', 'input'],
  ['probe', 'sampleEvery', 0.01],
  ['probe', 'synapse', 0.01, lowpass(0.01)],
  ['probe', 'solver', lstsq()],
  ['probe', 'label', 'x'],
  ['probe', 'seed', 2],
];

for (const [owner, name, given, read = given] of ASSIGNMENTS) {
  test(`${owner}.${name} = ${JSON.stringify(given)} takes effect`, () => {
    const object = build()[owner];
    set(object, name, given);
    expect(plain(get(object, name))).toEqual(plain(read));
  });
}

test('Object.assign assigns likewise', () => {
  const { ensemble } = build();
  Object.assign(ensemble, { radius: 3, label: 'b' });
  expect([ensemble.radius, ensemble.label]).toEqual([3, 'b']);
  expect(() => Object.assign(ensemble, { radius: 4, seed: -1 })).toThrow(failing('INVALID_OPTION', 'seed'));
});

test('what is assigned is copied', () => {
  const { ensemble } = build();
  const points = ndarray([[0.5]]);
  ensemble.evalPoints = points;
  points.data[0] = 9;
  expect(isNdArray(ensemble.evalPoints) && ensemble.evalPoints.data[0]).toBe(0.5);
});

test('a transform follows the size that a function gets', () => {
  const { decoded, ensemble, net, junction } = build();
  const drawn = net.within(
    () => new Connection(ensemble, junction, { function: (x) => x[0], transform: uniform(0, 1) }),
  );
  drawn.function = (x) => [x[0], 1, 2];
  expect([drawn.sizeMid, drawn.transform]).toMatchObject([3, { shape: [2, 3], initial: { kind: 'uniform' } }]);
  decoded.transform = 3;
  expect(decoded.transform).toMatchObject({ kind: 'dense', initial: 3 });
});

test('a null solver of a probe is what connections have by default in its network, wherever it is assigned', () => {
  const { net, probe } = build();
  net.config.of(Connection).solver = lstsqL2({ regularization: 0.3 });
  probe.solver = lstsq();
  probe.solver = null;
  expect(probe.solver).toMatchObject({ kind: 'lstsqL2', regularization: 0.3 });
});

test('a null attribute of a probe is the first of its target', () => {
  const { probe } = build();
  probe.attribute = 'input';
  probe.attribute = null;
  expect(probe.attribute).toBe('decodedOutput');
});

const REFUSED: readonly (readonly [keyof All, string, given: unknown, code: string])[] = [
  ['net', 'seed', -1, 'INVALID_OPTION'],
  ['net', 'seed', 1.5, 'INVALID_OPTION'],
  ['net', 'label', 7, 'INVALID_OPTION'],
  ['net', 'label', undefined, 'INVALID_OPTION'],
  ['ensemble', 'radius', 0, 'INVALID_OPTION'],
  ['ensemble', 'radius', '2', 'INVALID_OPTION'],
  ['ensemble', 'radius', undefined, 'INVALID_OPTION'],
  ['ensemble', 'encoders', [[1]], 'SHAPE_MISMATCH'],
  ['ensemble', 'encoders', [[0], [1], [1]], 'INVALID_OPTION'],
  ['ensemble', 'evalPoints', [[NaN]], 'NOT_FINITE'],
  ['ensemble', 'gain', [1, 1, 1], 'OPTION_CONFLICT'],
  ['ensemble', 'maxRates', 1000, 'SHAPE_MISMATCH'],
  ['ensemble', 'maxRates', [1, 1, 1000], 'MAX_RATE_UNREACHABLE'],
  ['ensemble', 'normalizeEncoders', 'no', 'INVALID_OPTION'],
  ['ensemble', 'neuronType', lowpass(1), 'INVALID_OPTION'],
  ['constant', 'output', [1, 2], 'OPTION_CONFLICT'],
  ['constant', 'output', null, 'OPTION_CONFLICT'],
  ['constant', 'output', () => [1, 2], 'OPTION_CONFLICT'],
  ['constant', 'output', () => 'x', 'FUNCTION_RESULT'],
  ['constant', 'seed', 1, 'NODE_SEED'],
  ['doubled', 'output', [1], 'OPTION_CONFLICT'],
  ['junction', 'output', () => 1, 'OPTION_CONFLICT'],
  ['connection', 'synapse', -1, 'INVALID_OPTION'],
  ['connection', 'function', () => [1, 2], 'SHAPE_MISMATCH'],
  ['connection', 'transform', [[1, 2]], 'SHAPE_MISMATCH'],
  ['connection', 'evalPoints', [[1]], 'EVAL_POINTS_NOT_ALLOWED'],
  ['decoded', 'function', [[1]], 'EVAL_POINTS_NOT_ALLOWED'],
  ['connection', 'solver', lstsqL2({ weights: true }), 'OPTION_CONFLICT'],
  ['probe', 'attribute', 'voltage', 'UNKNOWN_ATTRIBUTE'],
  ['probe', 'sampleEvery', 0, 'INVALID_OPTION'],
];

test.each(REFUSED)('%s.%s = %j is refused as in the constructor, and changes nothing', (owner, name, given, code) => {
  const object = build()[owner];
  const before = plain(get(object, name));
  expect(() => set(object, name, given)).toThrow(failing(code, `'${owner}'`));
  expect(plain(get(object, name))).toEqual(before);
});

const FIXED: readonly (readonly [keyof All, readonly string[], way: string])[] = [
  ['net', ['kind', 'parent', 'config', 'ensembles', 'allProbes', 'nNeurons', 'toplevel'], ''],
  ['net', ['ensembles', 'nodes', 'connections', 'probes', 'networks'], 'network.within'],
  ['ensemble', ['nNeurons', 'dimensions', 'sizeIn', 'sizeOut'], 'make another ensemble'],
  ['ensemble', ['kind', 'network', 'neurons', 'probeable'], ''],
  ['constant', ['sizeIn', 'sizeOut'], 'make another node'],
  ['connection', ['pre', 'post', 'preObject', 'postSelection'], 'make another connection'],
  ['connection', ['sizeMid'], 'set function'],
  ['connection', ['kind', 'network', 'isDecoded', 'probeable', 'sizeIn', 'sizeOut'], ''],
  ['probe', ['target', 'targetObject', 'selection'], 'make another probe'],
  ['view', ['object', 'selection', 'sizeIn', 'sizeOut', 'network', 'kind'], 'at()'],
];

describe.each(FIXED)('of %s', (owner, names, way) => {
  test.each(names)('%s cannot be assigned, and the error says what to do', (name) => {
    const object = build()[owner];
    const before = get(object, name);
    expect(() => set(object, name, before)).toThrow(failing('FIXED_PROPERTY', way));
    expect(() => set(object, name, 5)).toThrow(failing('FIXED_PROPERTY', name));
  });
});

test('neurons cannot be assigned to', () => {
  const { neurons } = build().ensemble;
  for (const name of ['ensemble', 'sizeIn', 'network', 'kind'])
    expect(() => set(neurons, name, 1)).toThrow(failing('FIXED_PROPERTY', 'change the ensemble'));
});

describe('a name that an object does not have', () => {
  test.each<[keyof All, string, string]>([
    ['net', 'sede', 'seed'],
    ['ensemble', 'raduis', 'radius'],
    ['constant', 'ouput', 'output'],
    ['connection', 'synapses', 'synapse'],
    ['probe', 'sample_every', 'sampleEvery'],
    ['view', 'indices', ''],
  ])('%s.%s is refused', (owner, name, meant) => {
    const object = build()[owner] as NetworkObject;
    expect(() => set(object, name, 1)).toThrow(failing('UNKNOWN_OPTION', meant));
    expect(name in object).toBe(false);
    expect(() => Object.defineProperty(object, name, { value: 1 })).toThrow(TypeError);
  });
});

test('lists that a network hands out cannot be changed, and stay as they were', () => {
  const { net, ensemble } = build();
  const { ensembles } = net;
  for (const change of [
    () => (ensembles as Ensemble[]).push(ensemble),
    () => ((ensembles as Ensemble[]).length = 0),
    () => ((ensembles as Ensemble[])[0] = ensemble),
  ]) {
    expect(change).toThrow(TypeError);
  }
  net.within(() => new Ensemble({ nNeurons: 1, dimensions: 1 }));
  (net.allEnsembles as Ensemble[]).length = 0;
  expect([ensembles.length, net.ensembles.length, net.allEnsembles.length]).toEqual([1, 2, 2]);
});

describe('a change that others could not live with is refused, naming them, and nothing is changed', () => {
  const CASES: readonly (readonly [string, (all: All) => void, (all: All) => void, string, string])[] = [
    [
      'neurons that a connection reaches vanish',
      ({ constant, ensemble }) => void new Connection(constant, ensemble.neurons, { transform: [[1], [1], [1]] }),
      ({ ensemble }) => (ensemble.neuronType = direct()),
      'NOT_CONNECTABLE',
      'connections[2]',
    ],
    [
      'neurons that a connection reads a slice of vanish',
      ({ doubled, ensemble }) => void new Connection(ensemble.neurons.at(1), doubled),
      ({ ensemble }) => (ensemble.neuronType = direct()),
      'NOT_CONNECTABLE',
      'connections[2]',
    ],
    [
      'neurons that a probe in a subnetwork records vanish',
      ({ inner, ensemble }) => void inner.within(() => new Probe(ensemble.neurons.slice(1))),
      ({ ensemble }) => ensemble.replaceParameters({ neuronType: direct() }),
      'NOT_PROBEABLE',
      'networks[0].probes[0]',
    ],
    [
      'a state that a probe records vanishes',
      ({ ensemble }) => void new Probe(ensemble.neurons, { attribute: 'voltage', label: 'v' }),
      ({ ensemble }) => (ensemble.neuronType = rectifiedLinear()),
      'UNKNOWN_ATTRIBUTE',
      "Probe 'v'",
    ],
    [
      'decoders that a probe records vanish',
      ({ decoded }) => void new Probe(decoded, { attribute: 'weights' }),
      ({ ensemble }) => (ensemble.neuronType = direct()),
      'UNKNOWN_ATTRIBUTE',
      'probes[1]',
    ],
    [
      'a transform that a probe records vanishes',
      ({ connection }) => {
        connection.transform = 2;
        void new Probe(connection, { attribute: 'weights' });
      },
      ({ connection }) => (connection.transform = null),
      'UNKNOWN_ATTRIBUTE',
      'probes[1]',
    ],
    [
      'a node of which a function is computed becomes a junction',
      ({ doubled, constant }) =>
        void new Connection(doubled, new Node({ sizeIn: 1 }), { function: () => 1, label: constant.label }),
      ({ doubled }) => (doubled.output = null),
      'FUNCTION_NOT_ALLOWED',
      'connections[2]',
    ],
  ];

  test.each(CASES)('%s', (_, prepare, change, code, dependent) => {
    const all = build();
    all.net.within(() => prepare(all));
    expect(() => change(all)).toThrow(failing(code, 'stays as it was'));
    expect(() => change(all)).toThrow(failing(code, dependent));
    expect(all.ensemble.neuronType.kind).toBe('lif');
    expect(typeof all.doubled.output).toBe('function');
  });

  test('where nobody depends on it, the same change is made', () => {
    const { ensemble, view, doubled } = build();
    ensemble.neuronType = direct();
    expect([ensemble.neurons.sizeOut, view.sizeOut]).toEqual([0, 0]);
    doubled.output = null;
    expect([doubled.output, doubled.sizeOut]).toEqual([null, 1]);
  });
});

test('a console shows the properties of an object, and of others their kind and label', () => {
  const { net, ensemble } = build();
  const shown = inspect(ensemble);
  expect(shown).toMatch(/^Ensemble \{/);
  for (const property of ["label: 'ensemble'", 'nNeurons: 3', "kind: 'lif'", 'network: "(network \'net\')"'])
    expect(shown).toContain(property);
  expect(inspect(net)).toContain('ensembles: 1');
  expect(inspect(ensemble.neurons)).toContain('ensemble: "(ensemble \'ensemble\')"');
});

test.each<[keyof All, string]>([
  ['net', 'within'],
  ['ensemble', 'at'],
  ['ensemble', 'replaceParameters'],
  ['constant', 'slice'],
  ['connection', 'replaceParameters'],
  ['probe', 'replaceSolver'],
])('the method %s.%s cannot be assigned to', (owner, name) => {
  const object = build()[owner];
  const before = get(object, name);
  expect(() => set(object, name, () => undefined)).toThrow(failing('FIXED_PROPERTY', `${name} cannot be assigned`));
  expect(get(object, name)).toBe(before);
});
