/** @file The build as a whole: seeds, names, inputs, parameters, and what it refuses. */
import type { BuildFunction, OperatorGraph, Signal, TrainableQuestion } from '@ndl/core';
import {
  choice,
  Connection,
  defineNeuronType,
  defineSynapse,
  Ensemble,
  lif,
  lstsqL2,
  Network,
  Node,
  noSolver,
  Probe,
  uniform,
} from '@ndl/model';
import { describe, expect, it } from 'vitest';
import { BUILT_IN_BUILD_FUNCTIONS } from '../index.ts';
import { build, DEFINITIONS } from './build.test-helper.ts';

const withCode = (code: string): unknown => expect.objectContaining({ code });
const signalNames = (graph: OperatorGraph): string[] => graph.signals.map(({ name }) => name);
const signalNamed = (graph: OperatorGraph, name: string): Signal =>
  graph.signals.find((signal) => signal.name === name)!;

/** A small network with a subnetwork. */
function nested(seed: number | null = 3): { network: Network; inner: Network; outer: Ensemble; deep: Ensemble } {
  const network = new Network({ seed });
  return network.within(() => {
    const outer = new Ensemble({ nNeurons: 5, dimensions: 1 });
    const inner = new Network();
    const deep = inner.within(() => new Ensemble({ nNeurons: 4, dimensions: 2, label: 'deep' }));
    new Connection(outer, deep.at(0), { function: (x) => x[0] ** 2 });
    new Probe(deep);
    return { network, inner, outer, deep };
  });
}

describe('seeds', () => {
  it('are those of objects where they have one, and change no other', async () => {
    const drawn = nested();
    const own = nested();
    const other = new Network({ seed: 3 });
    other.within(() => {
      new Ensemble({ nNeurons: 5, dimensions: 1, seed: 99 });
      new Network().within(() => new Ensemble({ nNeurons: 4, dimensions: 2 }));
      new Connection(other.ensembles[0]!, other.networks[0]!.ensembles[0]!.at(0));
    });
    const seeds = (await build(drawn.network)).seeds;
    expect((await build(own.network)).seeds.get(own.deep)).toBe(seeds.get(drawn.deep));
    const changed = (await build(other)).seeds;
    expect(changed.get(other.ensembles[0]!)).toBe(99);
    expect(changed.get(other.networks[0]!)).toBe(seeds.get(drawn.inner));
    expect(changed.get(other.networks[0]!.ensembles[0]!)).toBe(seeds.get(drawn.deep));
    expect(changed.get(other.connections[0]!)).toBe(seeds.get(drawn.network.connections[0]!));
  });

  it('come from the host where the network has none, and are recorded', async () => {
    const { network } = nested(null);
    expect((await build(network, { drawSeed: () => 12 })).seeds.get(network)).toBe(12);
    expect((await build(network, { drawSeed: () => 12 })).seeds).toEqual(
      (await build(network, { drawSeed: () => 12 })).seeds,
    );
    expect((await build(network)).seeds.get(network)).not.toBe((await build(network)).seeds.get(network));
  });
});

describe('signals', () => {
  it('are named by the path of their object, each once', async () => {
    const graph = await build(nested().network);
    expect(new Set(signalNames(graph)).size).toBe(graph.signals.length);
    expect(graph.signals.map(({ id }) => id)).toEqual([...graph.signals.keys()]);
    expect(signalNames(graph)).toEqual([
      ...['input', 'bias', 'current', 'output', 'voltage', 'refractoryTime', 'encoders'].map(
        (role) => `ensembles[0].${role}`,
      ),
      ...['input', 'bias', 'current', 'output', 'voltage', 'refractoryTime', 'encoders'].map(
        (role) => `networks[0].ensembles[0].${role}`,
      ),
      ...['weights', 'weighted', 'synapse'].map((role) => `connections[0].${role}`),
      ...['recorded', 'weights', 'weighted'].map((role) => `probes[0].${role}`),
    ]);
  });

  it('are found by object and role', async () => {
    const { network, outer, deep } = nested();
    const graph = await build(network);
    expect(graph.objects.get(deep)!['encoders']!.signal.name).toBe('networks[0].ensembles[0].encoders');
    expect(graph.objects.get(outer.neurons)!['input']).toBe(graph.objects.get(outer)!['current']);
    expect(graph.objects.get(outer.neurons)!['voltage']!.signal.name).toBe('ensembles[0].voltage');
    expect(graph.objects.get(network.connections[0]!)!['weighted']!.signal.name).toBe('connections[0].synapse');
  });
});

describe('parameters', () => {
  it('are encoders, biases and weights; those of probes are never trained', async () => {
    const graph = await build(nested().network);
    const parameters = graph.signals.filter(({ role }) => role === 'parameter');
    expect(Object.fromEntries(parameters.map(({ name, trainable }) => [name, trainable]))).toEqual({
      'ensembles[0].bias': true,
      'ensembles[0].encoders': true,
      'networks[0].ensembles[0].bias': true,
      'networks[0].ensembles[0].encoders': true,
      'connections[0].weights': true,
      'probes[0].weights': false,
    });
    expect(graph.signals.filter(({ trainable, role }) => trainable && role !== 'parameter')).toEqual([]);
  });

  it('are trainable as the answer to each question says', async () => {
    const { network, deep } = nested();
    const questions: TrainableQuestion[] = [];
    const graph = await build(network, {
      isTrainable: (question) => {
        questions.push(question);
        return question.array === 'bias' && 'ensemble' in question && question.ensemble === deep;
      },
    });
    const asked = questions.map(({ array }) => array);
    expect(asked.filter((array) => array !== 'tau')).toEqual(['bias', 'encoders', 'bias', 'encoders', 'weights']);
    expect(asked).toContain('tau');
    expect(graph.signals.filter(({ trainable }) => trainable).map(({ name }) => name)).toEqual([
      'networks[0].ensembles[0].bias',
    ]);
  });

  it('do not exist for connections without weights', async () => {
    const network = new Network({ seed: 0 }, () => {
      const junction = new Node({ sizeIn: 2 });
      new Connection(new Node([1, 2]), junction);
      new Connection(junction, new Node({ sizeIn: 2 }), { transform: 3 });
    });
    const graph = await build(network);
    expect(graph.signals.filter(({ role }) => role === 'parameter').map(({ name }) => name)).toEqual([
      'connections[1].weights',
    ]);
    expect(graph.connections.get(network.connections[0]!)!.weights).toBeNull();
    expect(signalNamed(graph, 'connections[1].weights')).toMatchObject({ shape: [] });
  });
});

describe('inputs', () => {
  it('are the nodes without input, in order of creation, and begin with their constants', async () => {
    const network = new Network({ seed: 0 }, () => {
      new Node([1, -2]);
      new Node({ sizeIn: 1 });
      new Node(Math.sin);
    });
    const { inputs } = await build(network);
    expect(inputs.map(({ node }) => network.nodes.indexOf(node))).toEqual([0, 2]);
    expect(inputs.map(({ signal }) => Array.from(signal.initial.data))).toEqual([[1, -2], [0]]);
    expect(inputs.every(({ signal }) => signal.role === 'input')).toBe(true);
  });
});

describe('the order of operators', () => {
  it('is ensembles and nodes, subnetworks, connections, probes', async () => {
    const graph = await build(nested().network);
    expect(graph.operators.map(({ kind, label }) => `${label}: ${kind}`)).toEqual([
      'ensembles[0]: input: reset',
      'ensembles[0]: bias: copy',
      'ensembles[0]: neurons: simNeurons',
      'ensembles[0]: encode: dotInc',
      'deep: input: reset',
      'deep: bias: copy',
      'deep: neurons: simNeurons',
      'deep: encode: dotInc',
      'connections[0]: weighted: reset',
      'connections[0]: weights: dotInc',
      'connections[0]: synapse: simSynapse',
      'connections[0]: copy',
      'probes[0]: reset',
      'probes[0]: weighted: reset',
      'probes[0]: weights: dotInc',
      'probes[0]: copy',
    ]);
  });

  it('reaches what is nested however deep', async () => {
    const depth = 3000;
    const top = new Network({ seed: 1 });
    let inner = top;
    for (let level = 0; level < depth; level++) {
      const outer = inner;
      inner = outer.within(() => new Network());
    }
    const node = inner.within(() => new Node({ sizeIn: 1 }));
    top.within(() => new Connection(new Node([1]), node));
    const graph = await build(top);
    expect(graph.inputs).toHaveLength(1);
    expect(graph.objects.get(node)!['input']!.signal.name).toBe(`${'networks[0].'.repeat(depth)}nodes[0].input`);
    expect(graph.seeds.size).toBe(depth + 4);
  });

  it('says of each operator what it sets, increments, reads and updates', async () => {
    const graph = await build(nested().network);
    const names = (views: readonly { signal: Signal }[]): string[] => views.map(({ signal }) => signal.name);
    const described = graph.operators
      .filter(({ label }) => label.startsWith('ensembles[0]') || label.startsWith('connections[0]'))
      .map(({ sets, incs, reads, updates }) => [sets, incs, reads, updates].map(names));
    expect(described).toEqual([
      [['ensembles[0].input'], [], [], []],
      [['ensembles[0].current'], [], ['ensembles[0].bias'], []],
      [
        ['ensembles[0].output', 'ensembles[0].voltage', 'ensembles[0].refractoryTime'],
        [],
        ['ensembles[0].current'],
        [],
      ],
      [[], ['ensembles[0].current'], ['ensembles[0].encoders', 'ensembles[0].input'], []],
      [['connections[0].weighted'], [], [], []],
      [[], ['connections[0].weighted'], ['connections[0].weights', 'ensembles[0].output'], []],
      [[], [], ['connections[0].weighted'], ['connections[0].synapse']],
      [[], ['networks[0].ensembles[0].input'], ['connections[0].synapse'], []],
    ]);
  });
});

describe('what plugins add', () => {
  it('may stand in the place of a built-in build function, but not beside it', async () => {
    const ignoreProbes: BuildFunction<'probe'> = { kind: 'probe', build: () => undefined };
    const others = BUILT_IN_BUILD_FUNCTIONS.filter(({ kind }) => kind !== 'probe');
    const buildWith = (buildFunctions: readonly BuildFunction[]) =>
      build(nested().network, { definitions: { ...DEFINITIONS, buildFunctions } });
    expect((await buildWith([...others, ignoreProbes])).probes).toEqual([]);
    await expect(buildWith([...BUILT_IN_BUILD_FUNCTIONS, ignoreProbes])).rejects.toThrow(
      expect.objectContaining({ code: 'DUPLICATE_KIND' }),
    );
  });

  it('solves for full weights where a solver is not compositional', async () => {
    const targetsSeen: (readonly number[])[] = [];
    const full = { family: 'solver', kind: 'full', weights: true, compositional: false } as const;
    const network = new Network({ seed: 0 }, () => {
      const a = new Ensemble({ nNeurons: 3, dimensions: 2 });
      new Connection(a, new Ensemble({ nNeurons: 7, dimensions: 2 }), { solver: full, transform: uniform(-1, 1) });
    });
    const definition = {
      kind: 'full',
      needsActivities: true,
      solve: (_: unknown, activities: { shape: readonly number[] }, targets: { shape: readonly number[] }) => {
        targetsSeen.push([...activities.shape, ...targets.shape]);
        return DEFINITIONS.solvers
          .find(({ kind }) => kind === 'noSolver')!
          .solve(noSolver() as never, activities as never, targets as never, undefined as never);
      },
    };
    const graph = await build(network, {
      definitions: { ...DEFINITIONS, solvers: [...DEFINITIONS.solvers, definition] },
    });
    expect(targetsSeen).toEqual([[1000, 3, 1000, 7]]);
    expect(graph.connections.get(network.connections[0]!)!).toMatchObject({
      decoders: null,
      weights: { shape: [7, 3] },
    });
  });
});

describe('the build refuses', () => {
  const network = (options: Partial<ConstructorParameters<typeof Ensemble>[0]>): Network =>
    new Network({ seed: 0, label: 'top' }, () => new Ensemble({ nNeurons: 4, dimensions: 1, label: 'a', ...options }));

  it('a dt that is no time', async () => {
    await expect(build(network({}), { dt: 0 })).rejects.toThrow(withCode('INVALID_OPTION'));
    await expect(build(network({}), { dt: NaN })).rejects.toThrow(withCode('INVALID_OPTION'));
  });

  it('intercepts at or beyond the radius, naming ensemble and neuron', async () => {
    const outside = network({ intercepts: [0, 0.5, 1, 2] });
    await expect(build(outside)).rejects.toThrow(withCode('INTERCEPT_OUT_OF_RANGE'));
    await expect(build(outside)).rejects.toThrow(/Ensemble 'a' \(ensembles\[0\]\): neuron 2 .* intercept 1 /);
  });

  it('maximum rates at or beyond 1/tauRef', () => {
    const neuronType = lif({ tauRef: 0.004 });
    expect(() => network({ neuronType, maxRates: uniform(245, 260) })).toThrow(withCode('MAX_RATE_UNREACHABLE'));
  });

  it('encoders without direction', async () => {
    const encoders = choice([[0], [0]]);
    await expect(build(network({ encoders }))).rejects.toThrow(withCode('ENCODERS_ZERO'));
    await expect(build(network({ encoders, normalizeEncoders: false }))).resolves.toBeDefined();
  });

  it('to decode from neurons that are silent', async () => {
    const silent = new Network({ seed: 0 }, () => {
      const a = new Ensemble({ nNeurons: 4, dimensions: 1, intercepts: uniform(0.5, 0.9), evalPoints: [[0], [0.1]] });
      new Connection(a, new Node({ sizeIn: 1 }));
    });
    await expect(build(silent)).rejects.toThrow(withCode('NO_ACTIVITY'));
  });

  it.each<[string, object, object, RegExp]>([
    ['a radius', { radius: 1e155 }, {}, /evaluation points are too large.*smaller radius/],
    ['evaluation points', {}, { evalPoints: [[1e200], [0]] }, /evaluation points are too large.*1e\+200.*evalPoints/],
    ['function values', {}, { function: (x: number[]) => 1e200 * x[0]! }, /function values are too large.*function/],
    [
      'values for full weights',
      {},
      { function: (x: number[]) => 1e200 * x[0]!, solver: lstsqL2({ weights: true }) },
      /function values are too large/,
    ],
  ])('squares that overflow, by the connection and its numbers: %s', async (_, ensemble, connection, message) => {
    const network = new Network({ seed: 1 }, () => {
      const source = new Ensemble({ nNeurons: 10, dimensions: 1, ...ensemble });
      const target = new Ensemble({ nNeurons: 10, dimensions: 1 });
      new Connection(source, target, { label: 'large', ...connection });
    });
    const refusal = { code: 'DECODED_TOO_LARGE', message: expect.stringMatching(message) as unknown };
    await expect(build(network)).rejects.toMatchObject(refusal);
    await expect(build(network)).rejects.toThrow(/^Connection 'large'/);
  });

  it('functions that fail at an evaluation point', async () => {
    const failing = (computed: (x: number) => number | number[]): Network =>
      new Network({ seed: 0 }, () => {
        const a = new Ensemble({ nNeurons: 4, dimensions: 1 });
        new Connection(a, new Node({ sizeIn: 1 }), { function: (x) => computed(x[0]) });
      });
    await expect(build(failing((x) => (x < 0 ? NaN : x)))).rejects.toThrow(withCode('CONNECTION_FUNCTION_INVALID'));
    await expect(build(failing((x) => [x < 0 ? Infinity : x]))).rejects.toThrow(/returned Infinity at/);
    await expect(build(failing((x) => [x < 0 ? ('1' as never) : x]))).rejects.toThrow(
      withCode('CONNECTION_FUNCTION_INVALID'),
    );
    await expect(build(failing((x) => (x < 0 ? [x, x] : x)))).rejects.toThrow(
      /returned 2 numbers in place of 1 at the evaluation point \[-/,
    );
    await expect(
      build(
        failing((x) => {
          if (x > 0.9) throw new Error('too much');
          return x;
        }),
      ),
    ).rejects.toThrow(/threw "too much"/);
  });

  it('kinds that nobody defines, with what is known', async () => {
    const odd = new Network({ seed: 0 }, () => {
      const end = new Node({ sizeIn: 1 });
      new Connection(end, end, { synapse: defineSynapse({ kind: 'alfa' }) });
    });
    await expect(build(odd)).rejects.toThrow(/synapse 'alfa'.*Did you mean alpha\?/);
    const neuronType = defineNeuronType({ kind: 'lifRat', spiking: false });
    await expect(build(network({ neuronType }))).rejects.toThrow(/'lifRat'.*Did you mean lifRate\?/);
  });

  it('initial states of the wrong shape', () => {
    const neuronType = lif({ initialState: { voltage: [0, 1] } });
    expect(() => network({ neuronType })).toThrow(withCode('SHAPE_MISMATCH'));
  });

  it('objects outside of the network that is built', async () => {
    const { network: outerNetwork, inner } = new Network({ seed: 0 }).within((made) => {
      const outside = new Node([1]);
      const subnetwork = new Network().within((inside) => {
        new Connection(outside, new Node({ sizeIn: 1 }));
        return inside;
      });
      return { network: made, inner: subnetwork };
    });
    await expect(build(outerNetwork)).resolves.toBeDefined();
    await expect(build(inner, { drawSeed: () => 0 })).rejects.toThrow(withCode('OBJECT_NOT_BUILT'));
  });
});
