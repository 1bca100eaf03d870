/** @file `freezeParameters`: what was learnt becomes the model, and a fresh Simulator of it gives the same numbers. */
import { describe, expect, it } from 'vitest';
import {
  adam,
  configureSettings,
  Connection,
  Ensemble,
  GREEDY_PLANNER,
  lif,
  lifRate,
  lowpass,
  lstsqL2,
  ndarray,
  Network,
  Node,
  NOOP_PLANNER,
  Probe,
  REFERENCE_BACKEND,
  rectifiedLinear,
  sigmoid,
  Simulator,
  TFJS_BACKEND,
  TRANSITIVE_PLANNER,
  TREE_PLANNER,
  uniform,
  type Settings,
} from './index.ts';
import { expectClose } from './linear-network.test-helper.ts';
import { bitsOf, failing, simulate } from './reference-simulator.test-helper.ts';

interface RichNetwork {
  readonly net: Network;
  readonly input: Node;
  readonly probes: readonly Probe[];
  readonly output: Probe;
}

/** Parameters of every kind: encoders, gains and biases, decoders, dense, diagonal, scalar and neuron weights. */
function richNetwork(): RichNetwork {
  const net = new Network({ seed: 12 });
  return net.within(() => {
    const input = new Node((t) => [Math.sin(40 * t), Math.cos(40 * t)], { label: 'input' });
    const spiking = new Ensemble({ nNeurons: 12, dimensions: 2, neuronType: lif(), label: 'spiking', radius: 1.5 });
    const rates = new Ensemble({ nNeurons: 9, dimensions: 1, neuronType: lifRate() });
    const bare = new Ensemble({
      nNeurons: 6,
      dimensions: 1,
      neuronType: rectifiedLinear(),
      gain: [1, 2, 3, 1, 2, 3],
      bias: [0, 0, 0, 1, 1, 1],
    });
    const bounded = new Ensemble({
      nNeurons: 5,
      dimensions: 1,
      neuronType: sigmoid(),
      normalizeEncoders: false,
      encoders: [[1], [-2], [0.5], [3], [-1]],
    });
    const pair = new Node({ sizeIn: 2 });
    const sum = new Node({ sizeIn: 1 });
    new Connection(input, spiking, { synapse: null });
    new Connection(spiking, spiking, { synapse: lowpass(0.01), transform: 0.5 });
    new Connection(spiking, rates, { function: ([x, y]) => x * y, synapse: lowpass(0.005) });
    new Connection(spiking.at(1), pair.at(0), { transform: [[0.7]], synapse: null });
    new Connection(input, pair, { transform: [0.3, -0.2], synapse: null });
    new Connection(rates.neurons, bare.neurons, { transform: uniform(-0.01, 0.01), synapse: lowpass(0.002) });
    new Connection(bare, sum, { synapse: null });
    new Connection(rates, bounded, { transform: -1, synapse: null });
    new Connection(bounded, sum, { synapse: null });
    new Connection(pair.at([1, 0]), sum, { transform: [[1, 2]], synapse: null });
    const output = new Probe(sum);
    return {
      net,
      input,
      output,
      probes: [
        output,
        new Probe(spiking, { synapse: lowpass(0.02) }),
        new Probe(rates),
        new Probe(spiking.neurons),
        new Probe(bare.neurons),
      ],
    };
  });
}

async function learn(sim: Simulator, { input, output }: RichNetwork): Promise<void> {
  const data = [
    [0.5, 0.2],
    [-0.3, 0.8],
    [0.1, -0.9],
  ];
  await sim.train([[input, data]], {
    targets: [[output, [[0.3], [-0.2], [0.8]]]],
    optimizer: adam({ learningRate: 2e-3 }),
    steps: 6,
    epochs: 4,
  });
}

const planners = [
  ['tree', TREE_PLANNER],
  ['greedy', GREEDY_PLANNER],
  ['transitive', TRANSITIVE_PLANNER],
  ['noop', NOOP_PLANNER],
] as const;

describe('a fresh simulator of the frozen network gives the same numbers', () => {
  it.each([
    ...planners.map(([name, planner]) => [`reference, ${name} planner`, REFERENCE_BACKEND, planner] as const),
    ['tfjs', TFJS_BACKEND, TREE_PLANNER] as const,
  ])('float32, bit for bit: %s', async (_, backend, planner) => {
    const model = richNetwork();
    const settings: Partial<Settings> = { backend, planner };
    await using untrained = await Simulator.create(model.net, { settings });
    await using sim = await Simulator.create(model.net, { settings });
    await learn(sim, model);
    sim.freezeParameters();
    await using fresh = await Simulator.create(model.net, { settings });
    for (const each of [untrained, sim, fresh]) await each.run(0.05);
    for (const probe of model.probes) {
      expect(bitsOf(fresh.data.get(probe).data)).toEqual(bitsOf(sim.data.get(probe).data));
      expect(bitsOf(fresh.data.get(probe).data)).not.toEqual(bitsOf(untrained.data.get(probe).data));
    }
  });

  it.each(planners)('float64, to 1e-12: %s planner', async (_, planner) => {
    const model = richNetwork();
    await using sim = await simulate(model.net, { planner });
    await learn(sim, model);
    sim.freezeParameters();
    await using fresh = await simulate(model.net, { planner });
    for (const each of [sim, fresh]) await each.run(0.05);
    for (const probe of model.probes) expectClose(fresh.data.get(probe).data, sim.data.get(probe).data, 1e-12);
  });

  it('and shows the same arrays of ensembles and connections', async () => {
    const model = richNetwork();
    await using sim = await simulate(model.net);
    await learn(sim, model);
    sim.freezeParameters();
    await using fresh = await simulate(model.net);
    for (const ensemble of model.net.ensembles) {
      const [learnt, built] = [sim.data.get(ensemble), fresh.data.get(ensemble)];
      for (const name of ['scaledEncoders', 'encoders', 'gain', 'bias'] as const)
        expectClose(built[name]!.data, learnt[name]!.data, 1e-12);
    }
    for (const connection of model.net.connections) {
      const [learnt, built] = [sim.data.get(connection).weights, fresh.data.get(connection).weights];
      if (learnt !== null) expectClose(built!.data, learnt.data, 1e-12);
    }
  });

  it('can be trained further and frozen again', async () => {
    const model = richNetwork();
    for (let round = 0; round < 2; round++) {
      await using sim = await simulate(model.net);
      await learn(sim, model);
      sim.freezeParameters();
      await using fresh = await simulate(model.net);
      for (const each of [sim, fresh]) await each.run(0.02);
      for (const probe of model.probes) expectClose(fresh.data.get(probe).data, sim.data.get(probe).data, 1e-12);
    }
  });

  it('after loading parameters rather than learning them', async () => {
    const model = richNetwork();
    await using sim = await simulate(model.net);
    await learn(sim, model);
    const bytes = sim.encodeParameters();
    await using other = await simulate(model.net);
    await other.decodeParameters(bytes);
    other.freezeParameters();
    await using fresh = await simulate(model.net);
    for (const each of [sim, fresh]) await each.run(0.02);
    for (const probe of model.probes) expectClose(fresh.data.get(probe).data, sim.data.get(probe).data, 1e-12);
  });
});

describe('freezing', () => {
  it('leaves objects as they are that learnt nothing', async () => {
    const model = richNetwork();
    const before = model.net.ensembles.map(({ encoders, gain, bias }) => [encoders, gain, bias]);
    await using sim = await simulate(model.net);
    sim.freezeParameters();
    expect(model.net.ensembles.map(({ encoders, gain, bias }) => [encoders, gain, bias])).toEqual(before);
    expect(model.net.connections.every(({ solver }) => solver.kind === 'lstsqL2')).toBe(true);
  });

  it('refuses another network', async () => {
    await using sim = await simulate(richNetwork().net);
    expect(() => sim.freezeParameters(new Network({ label: 'another' }))).toThrow(
      failing('FOREIGN_OBJECT', 'another') as Error,
    );
  });

  it('turns learnt weights of a weight solver into full weights, which can be learnt and frozen again', async () => {
    const net = new Network({ seed: 13 });
    const { input, output, full } = net.within(() => {
      const input = new Node([0]);
      const pre = new Ensemble({ nNeurons: 6, dimensions: 1, neuronType: lifRate() });
      const post = new Ensemble({ nNeurons: 5, dimensions: 2, neuronType: lifRate() });
      new Connection(input, pre, { synapse: null });
      const full = new Connection(pre, post.at(1), {
        solver: lstsqL2({ weights: true }),
        function: ([x]) => x * x,
        transform: -0.5,
        synapse: null,
      });
      return { input, output: new Probe(post), full };
    });
    for (let round = 0; round < 2; round++) {
      await using sim = await simulate(net, { dtype: 'float32' });
      await sim.train([[input, [[0.5]]]], { targets: [[output, [[0.9, -0.9]]]], optimizer: adam() });
      const learnt = sim.data.get(full).weights!;
      sim.freezeParameters();
      expect(full.solver).toMatchObject({ kind: 'noSolver', weights: true, compositional: false });
      await using fresh = await simulate(net, { dtype: 'float32' });
      expect(bitsOf(fresh.data.get(full).weights!.data)).toEqual(bitsOf(learnt.data));
      for (const each of [sim, fresh]) await each.run(0.02);
      expect(bitsOf(fresh.data.get(output).data)).toEqual(bitsOf(sim.data.get(output).data));
    }
  });

  it('keeps weights between neurons that did not learn while encoders of the target did', async () => {
    const net = new Network({ seed: 14 });
    const { input, output, post } = net.within(() => {
      configureSettings({ trainable: null });
      const input = new Node([0]);
      const pre = new Ensemble({ nNeurons: 6, dimensions: 1, neuronType: lifRate() });
      const post = new Ensemble({ nNeurons: 5, dimensions: 1, neuronType: lifRate() });
      new Connection(input, pre, { synapse: null });
      new Connection(input, post, { synapse: null });
      const full = new Connection(pre, post, { solver: lstsqL2({ weights: true }), synapse: null });
      net.config.of(full).trainable = false;
      net.config.of(pre).trainable = false;
      return { input, output: new Probe(post.neurons), post };
    });
    await using sim = await simulate(net);
    const target = [[40, 50, 60, 70, 80]];
    await sim.train([[input, [[0.5]]]], { targets: [[output, target]], optimizer: adam({ learningRate: 0.1 }) });
    sim.freezeParameters();
    await using fresh = await simulate(net);
    expectClose(fresh.data.get(post).scaledEncoders.data, sim.data.get(post).scaledEncoders.data, 1e-12);
    for (const each of [sim, fresh]) await each.run(0.01);
    expectClose(fresh.data.get(output).data, sim.data.get(output).data, 1e-9);
  });

  it('gives a model whose arrays can be written as JSON and read again', async () => {
    const model = richNetwork();
    await using sim = await simulate(model.net);
    await learn(sim, model);
    sim.freezeParameters();
    const { encoders } = model.net.ensembles[0]!;
    const read = JSON.parse(JSON.stringify({ encoders })) as { encoders: { shape: number[]; data: number[] } };
    expect(read.encoders.shape).toEqual([12, 2]);
    expect(ndarray(read.encoders.data).reshape(read.encoders.shape)).toEqual(encoders);
  });
});
