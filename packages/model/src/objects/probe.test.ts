import { expect, test } from 'vitest';
import {
  Connection,
  direct,
  Ensemble,
  lif,
  lifRate,
  lowpass,
  lstsq,
  lstsqL2,
  Network,
  Node,
  noSolver,
  poissonSpiking,
  Probe,
  recordsSpikes,
  spikingRectifiedLinear,
  type NeuronType,
  type ProbeOptions,
  type ProbeTarget,
} from '../index.ts';

const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

function objects() {
  const net = new Network();
  return net.within(() => {
    const a = new Ensemble({ nNeurons: 4, dimensions: 2, label: 'a' });
    const node = new Node([1, 2], { label: 'n' });
    const exact = new Ensemble({ nNeurons: 1, dimensions: 1, neuronType: direct() });
    return {
      net,
      a,
      node,
      exact,
      recording: new Probe(node),
      connection: new Connection(node, a, { transform: 2 }),
      plain: new Connection(node, a),
    };
  });
}
type Objects = ReturnType<typeof objects>;

const probe = ({ net }: Objects, target: ProbeTarget, options?: ProbeOptions): Probe =>
  net.within(() => new Probe(target, options));

test('has the defaults of Nengo', () => {
  const all = objects();
  expect(probe(all, all.a)).toMatchObject({
    kind: 'probe',
    target: all.a,
    targetObject: all.a,
    selection: null,
    attribute: 'decodedOutput',
    sampleEvery: null,
    synapse: null,
    solver: { kind: 'lstsqL2' },
    label: null,
    seed: null,
    sizeIn: 2,
    sizeOut: 0,
  });
});

test('every probeable attribute of every object can be probed', () => {
  const all = objects();
  const attributesOf = (target: ProbeTarget): string[] =>
    target.probeable.map((attribute) => probe(all, target, { attribute }).attribute);
  expect(attributesOf(all.a)).toEqual(['decodedOutput', 'input', 'scaledEncoders']);
  expect(attributesOf(all.a.neurons)).toEqual(['output', 'voltage', 'refractoryTime', 'input']);
  expect(attributesOf(all.node)).toEqual(['output']);
  expect(attributesOf(all.connection)).toEqual(['output', 'input', 'weights']);
});

test('the first probeable attribute is the default', () => {
  const all = objects();
  expect(probe(all, all.a.neurons).attribute).toBe('output');
  expect(probe(all, all.connection).attribute).toBe('output');
});

test('a slice is probed as its object is', () => {
  const all = objects();
  expect(probe(all, all.a.neurons.slice(1), { attribute: 'voltage', sampleEvery: 0.01, synapse: 0.1 })).toMatchObject({
    targetObject: all.a.neurons,
    selection: { kind: 'slice', start: 1, length: 3 },
    sampleEvery: 0.01,
    synapse: lowpass(0.1),
    sizeIn: 3,
  });
});

test('its solver is, unless given, the one that connections have by default', () => {
  const all = objects();
  all.net.config.of(Connection).solver = lstsq();
  expect(probe(all, all.a).solver.kind).toBe('lstsq');
  all.net.config.of(Probe).solver = noSolver();
  expect(probe(all, all.a).solver.kind).toBe('noSolver');
  expect(probe(all, all.a, { solver: lstsqL2() }).solver.kind).toBe('lstsqL2');
});

test('takes learnt decoders', () => {
  const all = objects();
  const decoded = probe(all, all.a);
  decoded.replaceSolver(noSolver());
  expect(decoded.solver.kind).toBe('noSolver');
  expect(() => decoded.replaceSolver(lowpass(1) as never)).toThrow(failing('INVALID_OPTION', 'solver'));
});

test.each<[string, (all: Objects) => unknown, string, string]>([
  [
    'encoders of some dimensions',
    (all) => probe(all, all.a.at(0), { attribute: 'scaledEncoders' }),
    'NOT_PROBEABLE',
    "'scaledEncoders' are [neurons, dimensions], and not of a slice of Ensemble 'a' (ensembles[0]); probe those of Ensemble 'a'",
  ],
  [
    'an attribute that an ensemble does not have',
    (all) => probe(all, all.a, { attribute: 'voltage' }),
    'UNKNOWN_ATTRIBUTE',
    "Probe (probes[1]): 'voltage' of Ensemble 'a' (ensembles[0]) cannot be probed. Its neurons have it: " +
      "new Probe(ensemble.neurons, { attribute: 'voltage' }). Known: decodedOutput, input, scaledEncoders.",
  ],
  [
    'spikes of an ensemble',
    (all) => probe(all, all.a, { attribute: 'spikes' }),
    'UNKNOWN_ATTRIBUTE',
    "cannot be probed. Spikes are the 'output' of its neurons: new Probe(ensemble.neurons, { attribute: 'output' }). Known: decodedOutput",
  ],
  [
    'spikes of a dimension',
    (all) => probe(all, all.a.at(0), { attribute: 'spikes' }),
    'UNKNOWN_ATTRIBUTE',
    "new Probe(ensemble.neurons, { attribute: 'output' })",
  ],
  [
    'spikes of an ensemble without neurons',
    (all) => probe(all, all.exact, { attribute: 'spikes' }),
    'UNKNOWN_ATTRIBUTE',
    'cannot be probed. Known: decodedOutput',
  ],
  [
    'spikes, by that name',
    (all) => probe(all, all.a.neurons, { attribute: 'spikes' }),
    'UNKNOWN_ATTRIBUTE',
    "Spikes are the 'output' of neurons.",
  ],
  [
    'a misspelt attribute',
    (all) => probe(all, all.a.neurons, { attribute: 'voltag' }),
    'UNKNOWN_ATTRIBUTE',
    'Did you mean voltage?',
  ],
  [
    'weights where there are none',
    (all) => probe(all, all.plain, { attribute: 'weights' }),
    'UNKNOWN_ATTRIBUTE',
    'Known: output, input.',
  ],
  ['a network', (all) => probe(all, all.net as never), 'NOT_PROBEABLE', 'Network'],
  ['a probe', (all) => probe(all, all.recording as never), 'NOT_PROBEABLE', 'Probe (probes[0])'],
  ['nothing', (all) => probe(all, null as never), 'INVALID_OPTION', 'target'],
  ['Direct neurons', (all) => probe(all, all.exact.neurons), 'NOT_PROBEABLE', 'without neurons (direct)'],
  ['an object of another network', (all) => probe(all, objects().a), 'FOREIGN_OBJECT', 'its target'],
  ['samples at no distance', (all) => probe(all, all.a, { sampleEvery: 0 }), 'INVALID_OPTION', 'sampleEvery'],
  ['samples backwards', (all) => probe(all, all.a, { sampleEvery: -1 }), 'INVALID_OPTION', 'sampleEvery'],
  ['a synapse below zero', (all) => probe(all, all.a, { synapse: -1 }), 'INVALID_OPTION', 'synapse'],
  ['an unknown option', (all) => probe(all, all.a, { sample: 1 } as never), 'UNKNOWN_OPTION', 'sampleEvery'],
  ['a solver of neurons', (all) => probe(all, all.a.neurons, { solver: lstsqL2() }), 'OPTION_CONFLICT', 'Neurons'],
  [
    'a solver of what is not decoded',
    (all) => probe(all, all.a, { attribute: 'input', solver: lstsqL2() }),
    'OPTION_CONFLICT',
    "nothing is decoded from 'input' of Ensemble",
  ],
])('%s is refused, and nothing is added', (_, attempt, code, text) => {
  const all = objects();
  expect(() => attempt(all)).toThrow(failing(code, text));
  expect(all.net.probes).toHaveLength(1);
  expect(all.net.probes[0]).toBe(all.recording);
});

test('states follow the neuron type', () => {
  const net = new Network();
  const ensemble = net.within(() => new Ensemble({ nNeurons: 1, dimensions: 1, neuronType: spikingRectifiedLinear() }));
  expect(ensemble.neurons.probeable).toEqual(['output', 'voltage', 'input']);
});

test.each<[string, boolean, NeuronType, (ensemble: Ensemble) => Probe]>([
  ['spikes', true, poissonSpiking(lifRate()), ({ neurons }) => new Probe(neurons)],
  ['spikes of some', true, lif(), ({ neurons }) => new Probe(neurons.slice(0, 2), { attribute: 'output' })],
  ['voltages', false, lif(), ({ neurons }) => new Probe(neurons, { attribute: 'voltage' })],
  ['filtered spikes', false, lif(), ({ neurons }) => new Probe(neurons, { synapse: 0.01 })],
  ['rates', false, lifRate(), ({ neurons }) => new Probe(neurons)],
  ['decoded values', false, lif(), (ensemble) => new Probe(ensemble)],
])('whether spikes are recorded is told of %s', (_, areSpikes, neuronType, make) => {
  const net = new Network();
  const probe = net.within(() => make(new Ensemble({ nNeurons: 3, dimensions: 1, neuronType })));
  expect(recordsSpikes(probe)).toBe(areSpikes);
});

test('a solver assigned where nothing is decoded is refused', () => {
  const all = objects();
  const spikes = probe(all, all.a.neurons);
  expect(() => (spikes.solver = lstsqL2())).toThrow(failing('OPTION_CONFLICT', 'leave it out'));
  spikes.solver = null;
  expect(spikes.solver.kind).toBe('lstsqL2');
});
