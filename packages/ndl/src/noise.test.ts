/** @file Noise in networks: of nodes, and in the currents of neurons. */
import { describe, expect, test } from 'vitest';
import {
  brownNoise,
  choice,
  Connection,
  Ensemble,
  filteredNoise,
  gaussian,
  lifRate,
  Network,
  Node,
  Probe,
  rectifiedLinear,
  runProcessSteps,
  uniform,
  WASM_BACKEND,
  whiteNoise,
  whiteSignal,
  type Process,
  type Settings,
} from './index.ts';
import { bitsOf, failing, simulate } from './reference-simulator.test-helper.ts';

/** Neurons whose current is their noise, and nothing else. */
function noisy(noise: Process) {
  const net = new Network({ seed: 3 });
  const [current, rates] = net.within(() => {
    const ones = new Array<number>(8).fill(1);
    const ensemble = new Ensemble({
      nNeurons: 8,
      dimensions: 1,
      gain: ones,
      bias: new Array<number>(8).fill(0),
      neuronType: rectifiedLinear(),
      noise,
    });
    return [new Probe(ensemble.neurons, { attribute: 'input' }), new Probe(ensemble.neurons)];
  });
  return { net, current: current!, rates: rates! };
}

// The noise of eight neurons at the first two steps in Nengo 4.1.
const NENGO: readonly (readonly [string, Process, readonly number[]])[] = [
  [
    'WhiteNoise(Gaussian(0, 0.05), seed=21)',
    whiteNoise({ distribution: gaussian(0, 0.05), seed: 21 }),
    [
      -0.08216269266938009, -0.17581639296737772, 1.6472253720893344, -1.9870792971387443, 1.1785614066817536,
      -2.705413541448104, -0.3255001676755119, -0.3708897769507343, 1.7837523535968762, -0.01996338238551977,
      -0.9695547842572284, 2.1719922274112906, 2.5472019689007404, -1.0897655824507642, 1.0940274463660717,
      -0.7085329796000505,
    ],
  ],
  [
    'BrownNoise(Gaussian(0, 2), seed=23)',
    brownNoise({ distribution: gaussian(0, 2), seed: 23 }),
    [
      0.04218402860411403, 0.0016325625919198616, -0.049180969968994605, 0.059996870891117896, 0.044377620819681704,
      -0.06647623497116643, -0.023245783932685758, -0.07193926738643576, -0.04143592287860682, 0.11372001782272112,
      -0.07115620607165629, 0.10238025621734312, 0.06475986140586384, -0.06265981271763951, -0.08923935653321229,
      -0.13581360007448132,
    ],
  ],
];

describe('noise of an ensemble', () => {
  test.each(NENGO)('%s is what Nengo adds to the currents', async (_, noise, expected) => {
    const { net, current, rates } = noisy(noise);
    await using sim = await simulate(net);
    await sim.runSteps(2);
    const got = sim.data.get(current).data;
    expected.forEach((value, index) => expect(got[index]).toBeCloseTo(value, 12));
    expect([...sim.data.get(rates).data]).toEqual([...got].map((value) => Math.max(0, value)));
  });

  test.each<[string, Partial<Settings>]>([
    ['reference', {}],
    ['wasm', { backend: WASM_BACKEND }],
  ])('has a stream for each item, that goes on from a saved state: %s', async (_, settings) => {
    const { net, current } = noisy(filteredNoise());
    await using single = await simulate(net, settings, { seed: 5 });
    await single.runSteps(60);
    const whole = bitsOf(single.data.get(current).data);
    await using batch = await simulate(net, settings, { seed: 5, minibatchSize: 3 });
    await batch.runSteps(35);
    const state = await batch.saveState();
    await batch.runSteps(25);
    const items = [0, 1, 2].map((item) => bitsOf(batch.data.get(current).row(item).data));
    expect(items[0]).toEqual(whole);
    expect(new Set(items.map((item) => item[0])).size).toBe(3);
    await using other = await simulate(net, { ...settings, simplifications: [] }, { seed: 5, minibatchSize: 3 });
    await other.restoreState(state);
    await other.runSteps(25);
    items.forEach((item, index) => expect(bitsOf(other.data.get(current).row(index).data)).toEqual(item.slice(35 * 8)));
  });

  test('is drawn by the backend where it is white, each item its own stream, and goes on from a saved state', async () => {
    const noise = whiteNoise({ distribution: uniform(-1, 1), seed: 9 });
    const { net, current } = noisy(noise);
    await using sim = await simulate(net, {}, { minibatchSize: 2 });
    await sim.runSteps(6);
    const state = await sim.saveState();
    await sim.runSteps(6);
    const { program } = sim.compiled.forwardProgram('run', new Set());
    expect(program.hosts).toEqual([]);
    expect(program.inputs.map(({ source }) => source)).toMatchObject([{ generator: 'mt19937', seeds: { first: 9 } }]);
    for (const item of [0, 1]) {
      const expected = runProcessSteps(noise, 12, { sizeOut: 8, item }).data;
      expect(bitsOf(sim.data.get(current).row(item).data)).toEqual(bitsOf(expected));
    }
    await using other = await simulate(net, { backend: WASM_BACKEND }, { minibatchSize: 2 });
    await other.restoreState(state);
    await other.runSteps(6);
    const got = other.data.get(current).row(1).data;
    expect(bitsOf(got)).toEqual(bitsOf(sim.data.get(current).row(1).data.subarray(48)));
  });

  test('that cannot run so is refused when the network is built, by the name of its ensemble', async () => {
    const { net } = noisy(whiteSignal(1, 600));
    await expect(simulate(net)).rejects.toThrow(
      failing('INVALID_OPTION', /^Ensemble \(ensembles\[0\]\): noise: whiteSignal: high must be at most half/),
    );
  });
});

describe('noise of a node', () => {
  test('is refused at the build where it cannot run so', async () => {
    const fast = new Network({ seed: 0 }, () => void new Node(whiteSignal(1, 600), { label: 'n' }));
    await expect(simulate(fast)).rejects.toThrow(failing('INVALID_OPTION', /^Node 'n' .*whiteSignal: high/));
    const given = new Network({ seed: 0 }, () => void new Node(whiteNoise(), { sizeIn: 2, label: 'n' }));
    await expect(simulate(given)).rejects.toThrow(failing('PROCESS_TAKES_NO_INPUT', /^Node 'n'/));
  });

  test('has as many elements as the node, and reaches what it is connected to', async () => {
    const net = new Network({ seed: 1 });
    const [source, heard] = net.within(() => {
      const node = new Node(whiteSignal(0.1, 50, { seed: 2 }), { sizeOut: 2 });
      const ensemble = new Ensemble({ nNeurons: 30, dimensions: 2, neuronType: lifRate(), radius: 2 });
      new Connection(node, ensemble, { synapse: null });
      return [new Probe(node), new Probe(ensemble)];
    });
    await using sim = await simulate(net);
    await sim.runSteps(100);
    const [signal, decoded] = [sim.data.get(source!).data, sim.data.get(heard!).data];
    signal.forEach((value, index) => expect(Math.abs(value - decoded[index]!)).toBeLessThan(0.5));
  });
});

describe('white noise of a node is drawn by the backend', () => {
  const drawn: readonly (readonly [string, Process])[] = [
    ['normal', whiteNoise({ seed: 8 })],
    ['uniform', whiteNoise({ distribution: uniform(-1, 2), scale: false, seed: 8 })],
    ['unseeded', whiteNoise()],
  ];
  const model = (process: Process) => {
    const net = new Network({ seed: 6 });
    return net.within(() => {
      const node = new Node(process, { sizeOut: 3 });
      const sum = new Node({ sizeIn: 3 });
      new Connection(node, sum, { synapse: 0.01 });
      return { net, node, probe: new Probe(node), filtered: new Probe(sum) };
    });
  };

  test.each(drawn)('%s: with the numbers of the process, for each item', async (_, process) => {
    const { net, probe } = model(process);
    await using sim = await simulate(net, {}, { minibatchSize: 2, seed: 4 });
    await sim.runSteps(7);
    await sim.runSteps(8);
    const { program } = sim.compiled.forwardProgram('run', new Set());
    const { source = 'fed' } = program.inputs[0]!;
    const seed = source === 'fed' ? NaN : source.seeds.first;
    expect(seed).toBe(process.seed ?? seed);
    for (const item of [0, 1]) {
      const expected = runProcessSteps(process, 15, { sizeOut: 3, item, seed }).data;
      expect(bitsOf(sim.data.get(probe).row(item).data)).toEqual(bitsOf(expected));
    }
    sim.reset();
    await sim.runSteps(2);
    expect([...sim.data.get(probe).row(1).data]).toEqual([
      ...runProcessSteps(process, 2, { sizeOut: 3, item: 1, seed }).data,
    ]);
  });

  test('goes on from a saved state, on another backend too', async () => {
    const { net, probe, filtered } = model(whiteNoise());
    await using sim = await simulate(net, {}, { seed: 4 });
    await sim.runSteps(13);
    const state = await sim.saveState();
    sim.clearProbes();
    await sim.runSteps(9);
    await using other = await simulate(net, { backend: WASM_BACKEND }, { seed: 4 });
    await other.restoreState(state);
    await other.runSteps(9);
    for (const each of [probe, filtered])
      expect(bitsOf(other.data.get(each).data)).toEqual(bitsOf(sim.data.get(each).data));
  });

  test('where nothing else is fed to the node', async () => {
    const { net, node, probe } = model(whiteNoise({ seed: 8 }));
    await using sim = await simulate(net);
    await sim.runSteps(2, {
      inputs: [
        [
          node,
          [
            [
              [1, 2, 3],
              [4, 5, 6],
            ],
          ],
        ],
      ],
    });
    await sim.runSteps(1, { inputs: [[node, [[7, 8, 9]]]] });
    await sim.runSteps(1);
    const first = runProcessSteps(whiteNoise({ seed: 8 }), 1, { sizeOut: 3 }).data;
    expect([...sim.data.get(probe).data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, ...first]);
  });

  test.each<[string, Process]>([
    ['whole numbers', whiteNoise({ distribution: uniform(0, 5, { integer: true }), seed: 1 })],
    ['vectors', whiteNoise({ distribution: choice([[1, 2, 3]]), seed: 1 })],
  ])('but %s are drawn in JavaScript', async (_, process) => {
    const { net, probe } = model(process);
    await using sim = await simulate(net);
    await sim.runSteps(4);
    expect(sim.compiled.forwardProgram('run', new Set()).program.inputs[0]!.source ?? 'fed').toBe('fed');
    expect([...sim.data.get(probe).data]).toEqual([...runProcessSteps(process, 4, { sizeOut: 3 }).data]);
  });
});
