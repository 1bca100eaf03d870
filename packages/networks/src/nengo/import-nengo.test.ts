/** @file Files of Nengo become networks; what is broken, or made to do harm, is refused at the door. */
import { leakyRelu, lstsqL1, lstsqL2, Network, randomizedSvd, spikingLeakyRelu } from '@ndl/model';
import { describe, expect, it } from 'vitest';
import { goldenNames, readGolden } from '../../../golden/networks/read-golden.ts';
import { importNengo } from '../index.ts';
import { isGoldenFile, type GoldenFile } from '../nengo.ts';

type Loose = Record<string, never> & { [name: string]: never };
const file = readGolden<GoldenFile>('product');
const allGolden = goldenNames()
  .map((name) => readGolden(name))
  .filter(isGoldenFile);
/** The file with something changed, or added. */
const changed = (change: (copy: Loose) => void): unknown => {
  const copy = structuredClone(file) as unknown as Loose;
  change(copy);
  return copy;
};
const refusal = (code: string, text: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

describe('a file of Nengo', () => {
  it('becomes a network with its objects, labels and seeds', () => {
    const network = importNengo(JSON.stringify(file));
    expect([network.label, network.seed]).toEqual(['product', file.networks[0]!.seed]);
    expect(network.networks.map(({ label, seed }) => [label, seed])).toEqual([['Product', file.networks[1]!.seed]]);
    expect(network.allEnsembles.map(({ seed }) => seed)).toEqual(file.ensembles.map(({ seed }) => seed));
    expect(network.allConnections.length).toBe(file.connections.length);
    expect(network.probes.length).toBe(file.probes.length);
  });

  it.each(allGolden)('becomes a network: $name', (golden) => {
    const network = importNengo(golden);
    expect(network.allEnsembles.map(({ nNeurons }) => nNeurons)).toEqual(
      golden.ensembles.map((each) => each.n_neurons),
    );
    expect(network.allNodes.length).toBe(golden.nodes.length);
  });

  it('may have Direct ensembles of any number of neurons, to which arrays were given that count for nothing', () => {
    const network = importNengo(
      changed((copy) => {
        const ensemble = copy['ensembles']![0] as Loose;
        const spec = { ...(ensemble['spec'] as unknown as object), encoders: 'array', gain: 'array', bias: 'array' };
        Object.assign(ensemble, { neuron_type: { type: 'Direct' }, n_neurons: 7, encoders: [[1]], spec });
        Object.assign(ensemble, { dimensions: 1, gain: null, bias: null });
      }),
    );
    expect(network.allEnsembles[0]!.nNeurons).toBe(7);
  });

  it.each([
    [
      'solver',
      { type: 'LstsqL1', l1: 1e-3, l2: 1e-5, max_iter: 50, weights: false },
      lstsqL1({ l1: 1e-3, l2: 1e-5, mostIterations: 50 }),
    ],
    [
      'solver',
      {
        type: 'LstsqL2',
        reg: 0.1,
        weights: false,
        solver: { type: 'RandomizedSVD', n_components: 7, n_oversamples: 3 },
      },
      lstsqL2({ method: randomizedSvd({ components: 7, oversamples: 3 }) }),
    ],
  ] as const)('may have a %s of the kind %j', (name, data, wanted) => {
    const network = importNengo(
      changed((copy) => {
        for (const connection of copy['connections']! as Loose[]) connection[name] = data as never;
      }),
    );
    const decoded = network.allConnections.filter(({ isDecoded }) => isDecoded);
    expect(decoded.length).toBeGreaterThan(0);
    for (const { solver } of decoded) expect(solver).toEqual(wanted);
  });

  it('may have solvers for weights of connections to what has none: decoders are solved for, as Nengo does with a warning', () => {
    const network = importNengo(
      changed((copy) => {
        for (const connection of copy['connections']! as Loose[])
          (connection['solver']! as Loose)['weights'] = true as never;
      }),
    );
    const decoded = network.allConnections.filter(({ isDecoded }) => isDecoded);
    expect(decoded.length).toBeGreaterThan(0);
    for (const { solver, postObject } of decoded) expect(solver.weights).toBe(postObject.kind === 'ensemble');
  });

  it('may have leaky neurons of NengoDL', () => {
    const parameters = { negative_slope: 0.2, amplitude: 2 };
    const types = [
      { type: 'LeakyReLU', ...parameters },
      { type: 'SpikingLeakyReLU', ...parameters, initial_state: null },
    ];
    const network = importNengo(
      changed((copy) =>
        types.forEach((type, index) => ((copy['ensembles']![index] as Loose)['neuron_type'] = type as never)),
      ),
    );
    expect(network.allEnsembles.slice(0, 2).map(({ neuronType }) => neuronType)).toEqual([
      leakyRelu({ negativeSlope: 0.2, amplitude: 2 }),
      spikingLeakyRelu({ negativeSlope: 0.2, amplitude: 2 }),
    ]);
  });

  it('may have markup and code in its labels: they are texts', () => {
    const label = '<img src=x onerror="alert(1)"> ${process.exit()} "); DROP TABLE networks;';
    const network = importNengo(changed((copy) => ((copy['ensembles']![0] as Loose)['label'] = label as never)));
    expect(network.allEnsembles[0]!.label).toBe(label);
  });
});

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const set =
  (list: string, name: string, value: unknown) =>
  (copy: Loose): void => {
    (copy[list]![0] as Loose)[name] = value as never;
  };

describe('refuses', () => {
  const text = JSON.stringify(file);
  it.each<[string, unknown, string, string]>([
    ['half a file', text.slice(0, text.length / 2), 'NENGO_FILE', 'it is no JSON, or a part of one'],
    ['no file', undefined, 'NENGO_FILE', 'it is no object'],
    ['a list', '[]', 'NENGO_FILE', 'it is no object'],
    [
      'another version',
      changed((copy) => (copy['format'] = 'nengo-golden/3' as never)),
      'NENGO_FILE',
      '"nengo-golden/3"',
    ],
    ['no version', '{}', 'NENGO_FILE', 'its format is not told'],
    [
      'deep nesting',
      `{"format": "nengo-golden/2", "doc": ${nested(100_000)}}`,
      'NENGO_FILE',
      'nested more than 32 deep',
    ],
    ['a prototype', text.replace('"format"', '"__proto__": {"polluted": 1}, "format"'), 'NENGO_FILE', '__proto__'],
    ['a constructor', text.replace('"format"', '"constructor": {}, "format"'), 'NENGO_FILE', 'constructor'],
    [
      'ensembles that are none',
      changed((copy) => (copy['ensembles'] = {} as never)),
      'NENGO_FILE',
      'ensembles is no list',
    ],
    ['more neurons than there are', changed(set('ensembles', 'n_neurons', 1e6)), 'NENGO_FILE', 'encoders are not'],
    ['neurons beyond number', changed(set('ensembles', 'n_neurons', 1e300)), 'NENGO_FILE', 'n_neurons is no size'],
    ['huge nodes', changed(set('nodes', 'size_in', 1e12)), 'NENGO_FILE', 'nodes[0]: size_in is no size'],
    ['points beyond number', changed(set('ensembles', 'n_eval_points', 1e9)), 'NENGO_FILE', 'n_eval_points'],
    ['a time step of zero', changed((copy) => (copy['dt'] = 0 as never)), 'NENGO_FILE', 'dt is no size'],
    ['a label that is a list', changed(set('nodes', 'label', ['x'])), 'NENGO_FILE', 'nodes[0]: label is no text'],
    ['a seed that is a text', changed(set('ensembles', 'seed', '7')), 'NENGO_FILE', 'seed is none'],
    ['one id twice', changed(set('nodes', 'id', 'ens0')), 'NENGO_FILE', 'has the id of another'],
    [
      'networks that contain themselves',
      changed(set('networks', 'networks', ['net0'])),
      'NENGO_FILE',
      'networks[0]: networks',
    ],
    [
      'an end that is not there',
      changed(set('connections', 'pre', { kind: 'node', id: 'x' })),
      'NENGO_FILE',
      'connections[0]: pre',
    ],
    [
      'an end of a kind that is none',
      changed(set('connections', 'pre', { kind: 'neuron', id: 'ens0' })),
      'NENGO_FILE',
      'connections[0]: pre is of the kind "neuron"; known kinds: node, ensemble, neurons',
    ],
    [
      'an end of no kind',
      changed(set('connections', 'post', { id: 'ens0' })),
      'NENGO_FILE',
      'connections[0]: post is of no kind; known kinds: node, ensemble, neurons, rule',
    ],
    [
      'an end whose kind is not that of what it names',
      changed(set('connections', 'post', { kind: 'node', id: 'ens0' })),
      'NENGO_FILE',
      'connections[0]: post is of the kind "node", but its id "ens0" is in ensembles',
    ],
    [
      'a rule that is not there',
      changed(set('connections', 'post', { kind: 'rule', id: 'conn0', rule: 3 })),
      'NENGO_FILE',
      'connections[0]: post names a rule that "conn0" does not have: it has 0',
    ],
    [
      'a target of a kind that is none',
      changed(set('probes', 'target', { kind: 'toString', id: 'ens0' })),
      'NENGO_FILE',
      'probes[0]: target is of the kind "toString"; known kinds: node, ensemble, neurons, rule, connection',
    ],
    [
      'a node of a kind that is none',
      changed(set('nodes', 'kind', 'zzz')),
      'NENGO_FILE',
      'nodes[0] is of the kind "zzz"; known kinds: constant, function, passthrough, process',
    ],
    [
      'a process of a node that runs none',
      changed(set('nodes', 'process', { type: 'WhiteNoise' })),
      'NENGO_FILE',
      'but has a process',
    ],
    [
      'indices that are texts',
      changed(set('connections', 'pre', { kind: 'node', id: 'node0', indices: ['0'] })),
      'NENGO_FILE',
      'indices are no whole numbers',
    ],
    ['a spec that is missing', changed(set('ensembles', 'spec', null)), 'NENGO_FILE', 'ensembles[0] has no spec'],
    [
      'a solver that is missing',
      changed(set('connections', 'solver', undefined)),
      'NENGO_FILE',
      'something is missing',
    ],
    [
      'a solver that ndl does not have',
      changed(set('connections', 'solver', { type: 'Oracle' })),
      'NENGO_KIND',
      'connections[0] of the network needs solver Oracle',
    ],
    [
      'a kind named as what objects have',
      changed(set('connections', 'solver', { type: 'toString' })),
      'NENGO_KIND',
      'solver toString',
    ],
    [
      'a radius that is negative',
      changed(set('ensembles', 'radius', -1)),
      'INVALID_OPTION',
      'ensembles[0] of the file: ',
    ],
    [
      'a solver that is a text',
      changed(set('connections', 'solver', 'LstsqL2')),
      'NENGO_FILE',
      "connections[0]: something is missing, or of another form (solver of no type: 'LstsqL2')",
    ],
    [
      'neurons without one of their parameters',
      changed(set('ensembles', 'neuron_type', { type: 'LIF', tau_ref: 0.002, min_voltage: 0, amplitude: 1 })),
      'NENGO_FILE',
      'ensembles[0]: something is missing, or of another form (LIF has no tau_rc)',
    ],
    [
      'a kind that is nearly one',
      changed(set('probes', 'synapse', { type: 'LowPass', tau: 0.01 })),
      'NENGO_KIND',
      'probes[0] of the network needs synapse LowPass, which ndl does not have. Did you mean Lowpass? Known: ',
    ],
    [
      'a kind without end',
      changed(set('connections', 'solver', { type: 'x'.repeat(1e5) })),
      'NENGO_KIND',
      `solver ${'x'.repeat(100)}, which`,
    ],
    [
      'samples that are no numbers',
      changed((copy) => Object.assign(copy['nodes']![0]!, { kind: 'function', size_out: 1, samples: [['1']] })),
      'NENGO_FILE',
      'nodes[0]: samples are not there, or not of size_out numbers',
    ],
    [
      'values of a function of another size',
      changed(set('connections', 'function_targets', [[1, 2, 3, 4, 5, 6, 7]])),
      'NENGO_FILE',
      'connections[0]: function_targets are not [points, size_mid] values',
    ],
  ])('%s', (_, json, code, message) => {
    expect(() => importNengo(json)).toThrow(refusal(code, message));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('nothing that leaves a network open or half made', () => {
    const outer = new Network({ seed: 0 });
    outer.within(() => {
      expect(() => importNengo(changed(set('connections', 'solver', { type: 'Oracle' })))).toThrow(
        refusal('NENGO_KIND', 'Oracle'),
      );
      expect(outer.networks).toEqual([]);
    });
  });
});
