import { isNdArray } from '@ndl/numerics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  Connection,
  describeObject,
  Ensemble,
  isNetworkObject,
  Network,
  Neurons,
  Node,
  pathOf,
  presentInput,
  Probe,
  rectifiedLinear,
  snapshotNetwork,
  type Member,
  type NetworkObject,
} from '../index.ts';

const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

const build = () => {
  const net = new Network({ label: 'top', seed: 3 });
  net.config.addAttribute('trainable', null);
  net.config.setSetting('dtype', 'float64', 'here:1:2');
  net.config.of(Ensemble).radius = 2;
  net.config.of(Neurons).trainable = false;
  return net.within(() => {
    const input = new Node(presentInput([[1], [2]], 0.1), { label: 'input' });
    const ensemble = new Ensemble({ nNeurons: 2, dimensions: 1, encoders: [[1], [-1]], seed: 5 });
    const inner = new Network({ label: 'inner' });
    const { late, inside } = inner.within(() => {
      inner.config.of(Ensemble).radius = 3;
      const inside = new Ensemble({ nNeurons: 4, dimensions: 2, label: 'inside' });
      return { inside, late: new Connection(ensemble.neurons.at([1, 0]), inside.slice(0, 1), { transform: [[1, 2]] }) };
    });
    const feed = new Connection(input, ensemble, { synapse: 0.1 });
    const probes = [new Probe(late, { attribute: 'weights' }), new Probe(inside.neurons.slice(1)), new Probe(ensemble)];
    net.config.of(late).trainable = true;
    net.config.of(ensemble.neurons).trainable = false;
    net.config.of(inner).trainable = true;
    return { net, inner, input, ensemble, inside, late, feed, probes };
  });
};
type All = ReturnType<typeof build>;

const membersOf = (net: Network): readonly Member[] => [
  net,
  ...net.allNetworks,
  ...net.allEnsembles,
  ...net.allNodes,
  ...net.allConnections,
  ...net.allProbes,
];

/** The names that the objects of a class can be read by. */
const readable = (object: object): readonly string[] =>
  Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(object) as object))
    .filter(([, { get }]) => get)
    .map(([name]) => name);

const text = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(text);
  if (isNetworkObject(value))
    return describeObject(value) + (value.kind === 'view' ? JSON.stringify(value.selection) : '');
  return typeof value === 'function' ? String(value) : value;
};

/** All that can be read of a network, with objects by their descriptions. */
function portrait(net: Network): string {
  const { config } = net;
  const objects = membersOf(net).map((object) => ({
    of: describeObject(object),
    path: pathOf(object),
    values: readable(object)
      .filter((name) => name !== 'config')
      .map((name) => [name, text(object[name as never])]),
    trainable: [object, ...(object.kind === 'ensemble' ? [object.neurons] : [])].map((each) =>
      config.attribute(each, 'trainable'),
    ),
    radius: object.kind === 'network' ? object.config.of(Ensemble).radius : null,
  }));
  const classes = [Ensemble, Neurons].map((each) => config.attribute(each, 'trainable'));
  return JSON.stringify([objects, classes, [...config.settings()], [...config.attributes()]]);
}

/** Changes of every kind; each leaves a portrait other than the one before. */
const CHANGES: readonly (readonly [string, (all: All) => void])[] = [
  ['a new ensemble', ({ net }) => void net.within(() => new Ensemble({ nNeurons: 1, dimensions: 1 }))],
  ['a new network', ({ inner }) => void inner.within(() => new Network())],
  ['a new probe', ({ inner, inside }) => void inner.within(() => new Probe(inside))],
  ['a parameter of an ensemble', ({ ensemble }) => (ensemble.radius += 1)],
  [
    'an array',
    ({ ensemble }) =>
      ensemble.replaceParameters({
        encoders: [[ensemble.radius + 7], [2]],
        normalizeEncoders: false,
        radius: ensemble.radius + 1,
      }),
  ],
  ['neurons', ({ inside }) => (inside.neuronType = rectifiedLinear({ amplitude: inside.nNeurons + Math.random() }))],
  ['a node', ({ input }) => (input.label += 'x')],
  ['a synapse', ({ feed }) => (feed.synapse = ((feed.synapse as { tau?: number }).tau ?? 0) + 1)],
  ['a transform', ({ late }) => (late.transform = [[Math.random(), 0]])],
  ['a probe', ({ probes }) => (probes[0]!.sampleEvery = (probes[0]!.sampleEvery ?? 0) + 1)],
  ['a seed', ({ net }) => (net.seed = (net.seed ?? 0) + 1)],
  ['a label', ({ inner }) => (inner.label += 'x')],
  ['a default', ({ inner }) => (inner.config.of(Ensemble).radius = (inner.config.of(Ensemble).radius ?? 0) + 1)],
  ['a setting', ({ net }) => net.config.setSetting('lifSmoothing', Math.random())],
  [
    'a configured value',
    ({ net }) => net.config.addAttribute('trainable', net.config.attributes().get('trainable')!.value !== true),
  ],
  ['an own attribute', ({ net, feed }) => (net.config.of(feed).trainable = net.config.of(feed).trainable !== true)],
];

test('a snapshot looks like its original', () => {
  const { net } = build();
  const { network } = snapshotNetwork(net);
  expect(network).not.toBe(net);
  expect(portrait(network)).toBe(portrait(net));
});

test.each(CHANGES)('%s shows in the original, not in the snapshot', (_, change) => {
  const all = build();
  const { network } = snapshotNetwork(all.net);
  const before = portrait(all.net);
  change(all);
  expect(portrait(all.net)).not.toBe(before);
  expect(portrait(network)).toBe(before);
});

test('any number of changes, with snapshots in between: each shows its moment, and is detached both ways', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...CHANGES), { minLength: 1, maxLength: 12 }), (changes) => {
      const all = build();
      const taken = changes.map(([, change]) => {
        const moment = { snapshot: snapshotNetwork(all.net), look: portrait(all.net) };
        change(all);
        return moment;
      });
      const last = portrait(all.net);
      for (const { snapshot, look } of taken) {
        expect(portrait(snapshot.network)).toBe(look);
        snapshot.network.allEnsembles[0]!.radius = 99;
        snapshot.network.config.setSetting('dtype', 'other');
      }
      expect(portrait(all.net)).toBe(last);
    }),
    { numRuns: 30, seed: 5 },
  );
});

describe('objects and their copies', () => {
  test('know each other: objects, networks, neurons, and views that nobody had seen', () => {
    const { net, ensemble, inside, late, feed } = build();
    const snapshot = snapshotNetwork(net);
    const mine = ensemble.slice(0, 1);
    const all: readonly NetworkObject[] = [
      ...membersOf(net),
      inside.neurons,
      late.pre,
      late.post,
      mine,
      inside.neurons.at(2),
    ];
    for (const original of all) {
      const copy = snapshot.copyOf(original)!;
      expect(copy).not.toBe(original);
      expect(copy.kind).toBe(original.kind);
      expect(describeObject(copy)).toBe(describeObject(original));
      expect(snapshot.copyOf(original)).toBe(copy);
      expect(snapshot.originalOf(copy)).toBe(original);
      expect(copy.kind === 'network' ? copy.toplevel : copy.network.toplevel).toBe(snapshot.network);
    }
    const copy = snapshot.copyOf(late)!;
    expect(copy.pre).toBe(snapshot.copyOf(late.pre));
    expect(copy.preObject).toBe(snapshot.copyOf(ensemble)!.neurons);
    expect(snapshot.copyOf(feed)!.post).toBe(snapshot.copyOf(ensemble));
    const seen = snapshot.copyOf(inside)!.at(1);
    expect(snapshot.originalOf(seen).object).toBe(inside);
    expect(snapshot.copyOf(snapshot.originalOf(seen))).toBe(seen);
  });

  test('do not, where the object came later, or belongs elsewhere', () => {
    const { net, ensemble } = build();
    const snapshot = snapshotNetwork(net);
    const later = net.within(() => new Ensemble({ nNeurons: 1, dimensions: 1 }));
    const other = build();
    for (const object of [later, later.neurons, later.at(0), other.ensemble, other.net])
      expect(snapshot.copyOf<NetworkObject>(object)).toBeUndefined();
    expect(() => snapshot.originalOf(ensemble)).toThrow(failing('FOREIGN_OBJECT', 'top'));
    expect(() => snapshot.originalOf('x' as never)).toThrow(failing('INVALID_OPTION'));
  });
});

test('a snapshot is a network like others: it can be built on, and has a snapshot of its own', () => {
  const { net, ensemble } = build();
  const first = snapshotNetwork(net);
  const copy = first.copyOf(ensemble)!;
  first.network.within(() => void new Connection(copy, copy));
  const second = snapshotNetwork(first.network);
  expect(portrait(second.network)).toBe(portrait(first.network));
  expect(net.connections).toHaveLength(1);
});

test('arrays are shared with the original until one is replaced, and never handed out', () => {
  const { net, ensemble } = build();
  const copy = snapshotNetwork(net).copyOf(ensemble)!;
  const { encoders } = copy;
  if (isNdArray(encoders)) encoders.data.fill(9);
  expect([ensemble.encoders, copy.encoders].map((each) => isNdArray(each) && [...each.data])).toEqual([
    [1, -1],
    [1, -1],
  ]);
});

test('a network within which a build failed can be copied', () => {
  const net = new Network();
  net.config.addAttribute('trainable', null);
  net.within(() => {
    const build = (inner: Network): void => {
      net.config.of(inner).trainable = true;
      throw new Error('failed');
    };
    expect(() => new Network({}, build)).toThrow('failed');
  });
  expect(snapshotNetwork(net).network.networks).toEqual([]);
});

test('only a whole network has a snapshot', () => {
  const { inner, ensemble } = build();
  expect(() => snapshotNetwork(inner)).toThrow(failing('NOT_TOP_LEVEL', 'inner'));
  for (const value of [ensemble, null, undefined, {}, 'net'])
    expect(() => snapshotNetwork(value as never)).toThrow(failing('INVALID_OPTION'));
});
