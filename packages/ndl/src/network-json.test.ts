/** @file Networks as JSON, and copies of networks: what comes back is built and runs with the same bits. */
import { describe, expect, it, test } from 'vitest';
import { importNengo } from '@ndl/networks';
import {
  adaptiveLif,
  alpha,
  choice,
  configureSettings,
  Connection,
  convolution,
  Ensemble,
  EnsembleArray,
  gaussian,
  GREEDY_PLANNER,
  lif,
  linearFilter,
  lstsqL2,
  Network,
  networkFromJson,
  Node,
  noSolver,
  pes,
  Probe,
  sparse,
  uniform,
  voja,
  whiteNoise,
  whiteSignal,
  type NetworkJsonOptions,
} from './index.ts';
import { bitsOf, failing, goldenNetwork, goldenSample, simulate } from './reference-simulator.test-helper.ts';

const square = ([x]: readonly number[]): number => x! ** 2;
const sine = (t: number): number => Math.sin(40 * t);
const functions: NetworkJsonOptions['functions'] = { square, sine };

/** Something of everything, subnetworks, rules by name, views, defaults and attributes too. */
function everything(): Network {
  const net = new Network({ seed: 5, label: '<b>"net"</b>' });
  net.within(() => {
    configureSettings({ trainable: null, planner: GREEDY_PLANNER, lifSmoothing: 0.1 });
    net.config.of(Ensemble).neuronType = lif({ tauRc: 0.03 });
    net.config.of(Connection).solver = lstsqL2({ regularization: 0.02 });
    const source = new Node(sine, { label: 'source' });
    const noise = new Node(whiteSignal(0.1, 50, { seed: 3 }));
    const a = new Ensemble({
      nNeurons: 12,
      dimensions: 2,
      noise: whiteNoise({ distribution: gaussian(0, 0.1) }),
    });
    new Connection(source, a.at(1), { synapse: alpha(0.01), transform: -0 });
    new Connection(noise, a.slice(0, 1), { delay: { steps: 2 } });
    const inner = new Network({ label: 'inner' });
    inner.within(() => {
      inner.config.of(Ensemble).radius = 1.5;
      const b = new Ensemble({ nNeurons: 9, dimensions: 1, neuronType: adaptiveLif(), encoders: choice([[1], [-1]]) });
      new Connection(a.at([1, 0, 1]), new Node({ sizeIn: 3 }), { synapse: linearFilter([1], [0.01, 1]) });
      const learning = new Connection(a.at(0), b, {
        function: square,
        learningRuleType: { error: pes(), keys: voja() },
      });
      new Connection(b, (learning.learningRule as never as Record<string, never>)['error']!, { transform: -1 });
      new Connection(b.neurons, b.neurons.slice(null, null, -1), { transform: 0.001 });
      net.config.of(learning).trainable = { weights: false, tau: true };
      net.config.of(b.neurons).trainable = false;
      new Probe(learning, { attribute: 'weights' });
      new Probe(b.neurons, { attribute: 'adaptation', sampleEvery: 0.002 });
    });
    new Connection(a, new Node({ sizeIn: 2 }), {
      transform: sparse([2, 2], { rows: [0, 1], columns: [1, 0] }, uniform(-1, 1)),
    });
    new Connection(a.neurons, new Node({ sizeIn: 10 }), {
      transform: convolution(1, [12, 1], { kernelSize: [3] }),
    });
    const frozen = new Connection(a, new Node({ sizeIn: 1 }), {
      solver: noSolver({ values: Array.from({ length: 12 }, () => [0.01]) }),
      function: square,
    });
    new Probe(a.at(0), { synapse: 0.01 });
    net.config.of(frozen).trainable = true;
    new Probe(frozen, { label: 'frozen' });
  });
  return net;
}

/** What a network computes, as bits: all that is built, and what probes record of some steps. */
async function bitsOfNetwork(network: Network, steps = 10): Promise<unknown> {
  await using sim = await simulate(network, {}, { seed: 1 });
  const { signals } = sim.graph;
  await sim.runSteps(steps);
  return {
    signals: signals.map(({ name, initial, role, trainable }) => [name, role, trainable, bitsOf(initial.data)]),
    probes: network.allProbes.map((probe) => bitsOf(sim.data.get(probe).data)),
    settings: [...network.config.settings()].map(([name, { value }]) => [name, value]),
  };
}

/** Names for all functions of a network. */
function namedFunctions(network: Network): NetworkJsonOptions['functions'] {
  const found = [...network.allNodes.map(({ output }) => output), ...network.allConnections.map((one) => one.function)];
  const all = found.filter((one) => typeof one === 'function');
  return Object.fromEntries(all.map((one, index) => [`f${index}`, one as () => unknown]));
}

test('everything comes back from its text with the same bits, and as the same text', async () => {
  const net = everything();
  const text = JSON.stringify(net.toJSON({ functions }));
  const back = networkFromJson(text, { functions });
  expect(back.label).toBe('<b>"net"</b>');
  expect(JSON.stringify(back.toJSON({ functions }))).toBe(text);
  expect(await bitsOfNetwork(back)).toEqual(await bitsOfNetwork(net));
});

test.each(goldenSample)('the network of Nengo %s comes back with the same bits', async (name) => {
  const { constructed: _, ...file } = goldenNetwork(name) as unknown as Record<string, unknown>;
  const net = importNengo(file);
  const options = { functions: namedFunctions(net)! };
  const back = networkFromJson(JSON.parse(JSON.stringify(net.toJSON(options))), options);
  expect(await bitsOfNetwork(back, 3)).toEqual(await bitsOfNetwork(net, 3));
});

test('JSON.stringify writes a network without functions by itself', () => {
  const net = new Network({ seed: 1 }, () => new Ensemble({ nNeurons: 3, dimensions: 1 }));
  expect(networkFromJson(JSON.stringify(net)).ensembles[0]!.nNeurons).toBe(3);
  expect(JSON.parse(JSON.stringify({ net }))).toHaveProperty('net.format', 'ndl-network/1');
});

describe('a copy', () => {
  it('has the same bits, and goes its own way', async () => {
    const net = everything();
    const before = await bitsOfNetwork(net);
    const copy = net.copy();
    expect(await bitsOfNetwork(copy)).toEqual(before);
    copy.seed = 8;
    copy.ensembles[0]!.radius = 3;
    copy.config.of(copy.connections.at(-1)!).trainable = false;
    copy.config.of(Ensemble).radius = 4;
    copy.within(() => new Node(1));
    expect(await bitsOfNetwork(net)).toEqual(before);
    expect(copy.nodes.length).toBe(net.nodes.length + 1);
  });

  it('has plain networks where classes had made them, with all their objects', () => {
    const net = new Network({ seed: 0 });
    const array = net.within(() => new EnsembleArray({ nNeurons: 5, nEnsembles: 2, label: 'array' }));
    class Own extends Network {
      readonly #held: string = 'held by its constructor alone';
      get held(): string {
        return this.#held;
      }
    }
    net.within(() => new Own({ label: 'own' }));
    for (const again of [net.copy(), networkFromJson(net.toJSON())]) {
      expect(again.networks.map(({ constructor, label }) => [constructor, label])).toEqual([
        [Network, 'array'],
        [Network, 'own'],
      ]);
      expect(again.networks[0]!.ensembles.map(({ label }) => label)).toEqual(array.members.map(({ label }) => label));
      expect('held' in again.networks[1]!).toBe(false);
    }
  });

  it('of a subnetwork is a network of its own, if nothing leads out of it', () => {
    const net = everything();
    expect(() => net.networks[0]!.copy()).toThrow(failing('NOT_COPYABLE', 'which is not in the network') as Error);
    const whole = new Network({ seed: 2 });
    whole.within(() => {
      configureSettings({ trainable: null });
      new Network({ label: 'inner', seed: 3 }, (inner) => {
        const a = new Ensemble({ nNeurons: 4, dimensions: 1 });
        whole.config.of(new Connection(a, a)).trainable = false;
        inner.config.of(Ensemble).radius = 2;
      });
    });
    const copy = whole.networks[0]!.copy();
    expect([copy.parent, copy.label, copy.seed]).toEqual([null, 'inner', 3]);
    expect(copy.config.of(copy.connections[0]!).trainable).toBe(false);
    expect(copy.config.of(Ensemble).radius).toBe(2);
  });
});

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('refuses', () => {
  it('functions without a name, saying whose', () => {
    const net = new Network({ seed: 0 }, () => new Node(sine, { label: 'wave' }));
    expect(() => net.toJSON()).toThrow(failing('FUNCTION_NOT_NAMED', "Node 'wave'") as Error);
    const json = net.toJSON({ functions });
    expect(() => networkFromJson(json)).toThrow(failing('FUNCTION_NOT_NAMED', 'sine') as Error);
    expect(() => networkFromJson(json, { functions: { sine: 3 as never } })).toThrow(
      failing('INVALID_OPTION') as Error,
    );
    expect(() => new Network({}, (inner) => new Network({}, () => inner.networks[0]!.toJSON()))).toThrow(
      failing('NOT_TOP_LEVEL') as Error,
    );
  });

  const text = JSON.stringify(everything().toJSON({ functions }));
  type Loose = Record<string, never>;
  const changed = (change: (copy: { readonly [list: string]: Loose[] }) => void): unknown => {
    const copy = JSON.parse(text) as { readonly [list: string]: Loose[] };
    change(copy);
    return copy;
  };
  const put = (list: string, path: readonly string[], value: unknown): unknown =>
    changed((copy) => {
      const last = path.at(-1)!;
      const target = path.slice(0, -1).reduce<Loose>((at, name) => at[name] as never, copy[list]![0]!);
      target[last] = value as never;
    });

  it.each<[string, unknown, string, string]>([
    ['half a file', text.slice(0, text.length / 2), 'NETWORK_JSON', 'it is no JSON, or a part of one'],
    ['nothing', undefined, 'NETWORK_JSON', 'it is no object'],
    ['another version', text.replace('ndl-network/1', 'ndl-network/2'), 'NETWORK_JSON', '"ndl-network/2"'],
    ['deep nesting', `{"format": "ndl-network/1", "x": ${nested(100_000)}}`, 'NETWORK_JSON', 'nested more than 64'],
    ['a prototype', text.replace('"format"', '"__proto__": {"polluted": 1}, "format"'), 'NETWORK_JSON', '__proto__'],
    ['lists that are none', changed((copy) => Object.assign(copy, { nodes: {} })), 'NETWORK_JSON', 'nodes is no list'],
    ['sizes beyond number', put('ensembles', ['values', 'nNeurons'], 1e12), 'NETWORK_JSON', 'nNeurons is above'],
    ['sizes that are none', put('ensembles', ['values', 'nNeurons'], -1), 'INVALID_OPTION', 'nNeurons'],
    [
      'a name of code',
      put('nodes', ['values', 'output'], { $function: 'constructor' }),
      'FUNCTION_NOT_NAMED',
      'constructor',
    ],
    ['what is no value', put('nodes', ['values', 'output'], { $eval: 'x' }), 'NETWORK_JSON', '$eval'],
    [
      'an array of another shape',
      put('nodes', ['values', 'output'], { $array: { type: 'float64', shape: [1e9], data: [1] } }),
      'NETWORK_JSON',
      'its shape is of',
    ],
    ['options that are none', put('ensembles', ['values', 'onload'], 'alert(1)'), 'UNKNOWN_OPTION', 'onload'],
    ['a label that is a list', put('nodes', ['values', 'label'], ['x']), 'INVALID_OPTION', 'label'],
    ['an end that is not there', put('connections', ['pre'], { node: 77 }), 'NETWORK_JSON', 'does not stand before'],
    ['an end of a prototype', put('connections', ['pre'], { node: 'length' }), 'NETWORK_JSON', 'does not stand before'],
    [
      'a selection of nothing',
      put('connections', ['post', 'selection'], { kind: 'all' }),
      'NETWORK_JSON',
      'selects nothing',
    ],
    ['a network in none', changed((copy) => delete copy['networks']![1]!['in']), 'NETWORK_JSON', 'are apart'],
    [
      'a network in itself',
      changed((copy) => (copy['networks']![1]!['in'] = 1 as never)),
      'NETWORK_JSON',
      'does not stand before',
    ],
    ['defaults of no class', put('networks', ['defaults', 'toString'], {}), 'NETWORK_JSON', 'a class'],
    ['a name of settings that is none', put('settings', ['name'], 'constructor'), 'RESERVED_NAME', 'constructor'],
  ])('%s', (_, json, code, message) => {
    expect(() => networkFromJson(json, { functions })).toThrow(failing(code, message) as Error);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
