/** @file Graphs of all kinds of nodes, written to files, read back, made networks and exported: the same, unless something was learnt. */
import { NdArray } from '@ndl/numerics';
import {
  adam,
  configureSettings,
  defaultPlugins,
  FAST_SIGMOID_GRADIENT,
  Network,
  Probe,
  Simulator,
  type Ensemble,
} from 'ndl';
import { describe, expect, it, vi } from 'vitest';
import { chain, graph, int, node } from './graphs.test-helper.ts';
import { exportNir, importNir, nir, nirNetwork, readNir, writeNir, type NirGraph, type NirNode } from './index.ts';

const single = (...values: number[]): NdArray => new NdArray(Float32Array.from(values), [values.length]);

/** All kinds of nodes, a graph within a graph, and a cycle. */
function everything(): NirGraph {
  const pooling = { kernel_size: int([2, 2]), stride: int([2, 2]), padding: int([0, 0]) };
  const membrane = { tau: single(0.01), r: [1], v_leak: [0] };
  const cuba = { tau_syn: [0.01], tau_mem: [0.01], r: [1], v_leak: [0] };
  const inner = graph(
    {
      in: node('Input', { shape: int([2]) }),
      lif: node('CubaLIF', { ...cuba, w_in: [2], v_threshold: [1] }),
      back: node('Linear', { weight: [[0, 1], [1, 0]] }), // prettier-ignore
      out: node('Output', { shape: int([2]) }),
    },
    [
      ['in', 'lif'],
      ['lif', 'back'],
      ['back', 'lif'],
      ['lif', 'out'],
    ],
  );
  const described = chain([1, 8, 8], [2], {
    pool: node('SumPool2d', pooling),
    conv: node('Conv2d', {
      weight: [[[[1, 0], [0, 1]]], [[[0, 1], [1, 0]]]], // prettier-ignore
      bias: [0.5, 0],
      stride: int([1, 1]),
      padding: int([1, 1]),
      dilation: int([1, 1]),
      groups: int(1),
      input_shape: int([4, 4]),
    }),
    mean: node('AvgPool2d', { ...pooling, stride: int([3, 3]) }),
    if: node('IF', { r: [1], v_threshold: single(1, 2, 1, 2, 1, 2, 1, 2), v_reset: [0] }),
    flat: node('Flatten', { input_type: int([2, 2, 2]), start_dim: int(0), end_dim: int(-1) }),
    affine: node('Affine', { weight: new NdArray(new Float32Array(32).fill(0.25), [4, 8]), bias: single(1, 2, 3, 4) }),
    convolved: node('Conv1d', {
      weight: [[[1, -1, 0.5]]],
      stride: int(1),
      padding: int(0),
      dilation: int(1),
      groups: int(1),
      input_shape: int(4),
    }),
    scale: node('Scale', { scale: [2, 3] }),
    delay: node('Delay', { delay: [0.001, 0.002] }),
    i: node('I', { r: [1] }),
    li: node('LI', membrane),
    lif: node('LIF', { ...membrane, v_threshold: [0.5] }),
    cubali: node('CubaLI', cuba),
    threshold: node('Threshold', { threshold: [0.1] }),
    inner,
  });
  const { nodes } = described;
  const metadata = new Map<string, string | number>([
    ['author', 'nobody'],
    ['count', 3],
  ]);
  const marked = new Map(nodes).set('lif', { ...(nodes.get('lif') as NirGraph), metadata });
  return { ...described, nodes: marked, version: '0.2.0' };
}

describe('a graph of all kinds of nodes', () => {
  it('is the same when it is written, read, made a network, and exported', async () => {
    const described = everything();
    const read = await readNir(await writeNir(described));
    expect(read).toEqual(described);
    const imported = nirNetwork(read);
    expect(exportNir(imported)).toEqual(described);
    expect(exportNir(imported.network)).toEqual(described);
    expect([...imported.nodes.keys()]).toContain('inner/lif');
    expect(imported.shapes.get('conv')).toEqual([2, 5, 5]);
  });

  it('runs', async () => {
    const { network, inputs, outputs } = await importNir(await writeNir(everything()));
    const probe = network.within(() => new Probe(outputs.get('output')!));
    const sim = await Simulator.create(network, { plugins: [...defaultPlugins(), nir()] });
    const found = await sim.predict([[inputs.get('input')!, [new Array<number>(64).fill(1)]]], { steps: 40 });
    await sim.dispose();
    expect(found.get(probe)!.data.some((value) => value !== 0)).toBe(true);
  });
});

describe('files that call a node otherwise than its key', () => {
  it('are read, which is noted, and written by the key', async () => {
    const written = graph(
      {
        input: node('Input', { shape: int([1]) }),
        lif1: node('I', { r: [1] }),
        output: node('Output', { shape: int([1]) }),
      },
      [
        ['input', 'lif'],
        ['lif', 'output'],
        ['lif', 'output'],
      ],
    );
    const { notes, edges } = nirNetworkOf(written);
    expect(notes).toEqual([
      "the graph: its edges call the node 'lif1' by the name 'lif'.",
      "the graph: the edge from 'lif1' to 'output' is there twice.",
    ]);
    expect(edges).toEqual([
      ['input', 'lif1'],
      ['lif1', 'output'],
    ]);
    expect((await readNir(await writeNir(written))).edges).toEqual(edges);
  });
});

function nirNetworkOf(described: NirGraph): Pick<NirGraph, 'notes' | 'edges'> {
  const imported = nirNetwork(described);
  return { notes: imported.notes, edges: exportNir(imported).edges };
}

describe('what was learnt', () => {
  it('is in the graph that is exported', async () => {
    const described = chain([2], [1], {
      affine: node('Affine', { weight: [[0.6, 0.2]], bias: single(0.3) }),
      lif: node('LIF', { tau: [0.01], r: [2], v_leak: [0], v_threshold: [1] }),
      scale: node('Scale', { scale: [1.5] }),
    });
    const { network, inputs, outputs } = nirNetwork(described, { convention: 'norse' });
    const probe = network.within(() => {
      configureSettings({ trainable: false, gradient: FAST_SIGMOID_GRADIENT });
      return new Probe(outputs.get('output')!);
    });
    for (const connection of network.connections) network.config.of(connection).trainable = true;
    await using sim = await Simulator.create(network, { plugins: [...defaultPlugins(), nir()] });
    const items = [[[1, 0]], [[0, 1]]].map(([item]) => Array.from({ length: 10 }, () => item!));
    const { epochs } = await sim.train([[inputs.get('input')!, items]], {
      targets: [[probe, items.map((item) => item.map(() => [1]))]],
      optimizer: adam({ learningRate: 0.01 }),
      epochs: 20,
    });
    expect(epochs.at(-1)!.training['loss']).toBeLessThan(epochs[0]!.training['loss']!);
    sim.freezeParameters();
    const learnt = exportNir(network);
    const array = (of: NirGraph, name: string, parameter: string): NdArray =>
      (of.nodes.get(name) as NirNode).parameters.get(parameter) as NdArray;
    for (const [name, parameter] of [
      ['affine', 'weight'],
      ['affine', 'bias'],
      ['scale', 'scale'],
    ] as const) {
      const [before, after] = [array(described, name, parameter), array(learnt, name, parameter)];
      expect(after.shape).toEqual(before.shape);
      expect(after.data.constructor).toBe(before.data.constructor);
      expect(after.data).not.toEqual(before.data);
    }
    expect(array(learnt, 'lif', 'tau')).toEqual(array(described, 'lif', 'tau'));
    // The graph that was exported does what the trained network does.
    const again = nirNetwork(learnt, { convention: 'norse' });
    const itsProbe = again.network.within(() => new Probe(again.outputs.get('output')!));
    await using other = await Simulator.create(again.network, { plugins: [...defaultPlugins(), nir()] });
    const mine = (await sim.predict([[inputs.get('input')!, items]])).get(probe)!;
    const its = (await other.predict([[again.inputs.get('input')!, items]])).get(itsProbe)!;
    expect(its.toNested()).toEqual(mine.toNested());
  });

  it('is refused where NIR has no place for it', () => {
    const { network, nodes } = nirNetwork(chain([1], [1], { i: node('I', { r: [1] }) }));
    const ensemble = nodes.get('i') as Ensemble;
    ensemble.bias = [0.5];
    expect(() => exportNir(network)).toThrow(expect.objectContaining({ code: 'NIR_CHANGED' }));
    expect(() => exportNir(new Network())).toThrow(expect.objectContaining({ code: 'NIR_NOT_IMPORTED' }));
  });

  it('is told of two copies where another has made the network', async () => {
    vi.resetModules();
    const other = await import('./index.ts');
    const { network } = other.nirNetwork(chain([1], [1], { i: node('I', { r: [1] }) }));
    expect(() => exportNir(network)).toThrow(/It was made by another copy of ndl\./);
  });
});
