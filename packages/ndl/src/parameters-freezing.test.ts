/** @file `freezeParameters` at its edges: encoders that were zero, direct targets, networks that changed meanwhile; all or nothing. */
import { describe, expect, it } from 'vitest';
import {
  adam,
  configureSettings,
  Connection,
  direct,
  Ensemble,
  lifRate,
  lstsqL2,
  Network,
  Node,
  Probe,
  rectifiedLinear,
  sgd,
  type EnsembleOptions,
  type Simulator,
} from './index.ts';
import { expectClose } from './linear-network.test-helper.ts';
import { failing, simulate } from './reference-simulator.test-helper.ts';

/** An input into an ensemble of everything trainable into a node. */
function network(options: Partial<EnsembleOptions> = {}) {
  const net = new Network({ seed: 1 });
  return net.within(() => {
    configureSettings({ trainable: null });
    const input = new Node([0.5, -0.3]);
    const ensemble = new Ensemble({
      nNeurons: 3,
      dimensions: 2,
      neuronType: rectifiedLinear(),
      label: 'a',
      ...options,
    });
    const sum = new Node({ sizeIn: 1 });
    new Connection(input, ensemble, { synapse: null });
    const out = new Connection(ensemble, sum, { synapse: null, function: ([x]) => x, label: 'out' });
    return { net, input, ensemble, out, output: new Probe(sum) };
  });
}

type Model = Pick<ReturnType<typeof network>, 'net' | 'input' | 'output'>;

const learn = async (sim: Simulator, { input, output }: Model, optimizer = sgd({ learningRate: 1e-3 })) => {
  const size = output.target.sizeOut;
  await sim.train([[input, [[0.5, -0.3].slice(0, input.sizeOut)]]], {
    targets: [[output, [new Array<number>(size).fill(0.9)]]],
    optimizer,
    epochs: 2,
  });
};

async function expectSameNumbers(sim: Simulator, { net, output }: Model): Promise<void> {
  await using fresh = await simulate(net);
  for (const each of [sim, fresh]) {
    each.reset();
    await each.runSteps(5);
  }
  expectClose(fresh.data.get(output).data, sim.data.get(output).data, 1e-12);
}

/** All that freezing may write, as text. */
const written = ({ allEnsembles, allConnections }: Network): string =>
  JSON.stringify([
    allEnsembles.map(({ encoders, gain, bias, normalizeEncoders }) => [encoders, gain, bias, normalizeEncoders]),
    allConnections.map(({ solver, transform, function: computed }) => [solver, transform, String(computed)]),
  ]);

describe('encoders and gains of zero that learn', () => {
  it.each<[string, number[][], number[], number[]]>([
    [
      'an encoder of zeros',
      [
        [0, 0],
        [1, 0],
        [0, 2],
      ],
      [3, 1, 2],
      [1, 0.5, 0],
    ],
    [
      'a gain of zero',
      [
        [1, 0],
        [0, -1],
        [1, 1],
      ],
      [0, 1, 2],
      [1, 0.5, 0],
    ],
    [
      'both',
      [
        [0, 0],
        [0, -1],
        [1, 1],
      ],
      [0, 1, 2],
      [1, 0.5, 0],
    ],
    [
      'a gain below zero',
      [
        [1, 0],
        [0, -1],
        [1, 1],
      ],
      [-2, 1, 2],
      [1, 0.5, 0],
    ],
  ])('%s', async (_, encoders, gain, bias) => {
    const model = network({ encoders, gain, bias, normalizeEncoders: false, radius: 1.5 });
    await using sim = await simulate(model.net);
    await learn(sim, model);
    const data = sim.data.get(model.ensemble);
    expect([...data.gain!.data, ...data.encoders.data].every(Number.isFinite)).toBe(true);
    const product = data.encoders.data.map((value, index) => (value * data.gain!.data[index >> 1]!) / 1.5);
    expectClose(product, data.scaledEncoders.data, 1e-12);
    expect(data.scaledEncoders.row(0).toNested()).not.toEqual([0, 0]);
    sim.freezeParameters();
    await expectSameNumbers(sim, model);
  });

  it('keep the gain that was built where the encoder was zeros', async () => {
    const model = network({
      encoders: [
        [0, 0],
        [1, 0],
        [0, 2],
      ],
      gain: [3, 1, 2],
      bias: [1, 0.5, 0],
      normalizeEncoders: false,
    });
    await using sim = await simulate(model.net);
    await learn(sim, model);
    expect(sim.data.get(model.ensemble).gain!.data[0]).toBe(3);
  });
});

it.each([
  ['fewer neurons than dimensions', 1, 3],
  ['more neurons than dimensions', 10, 1],
])('full weights onto a direct ensemble of %s are frozen', async (_, nNeurons, dimensions) => {
  const net = new Network({ seed: 2 });
  const model = net.within(() => {
    const input = new Node([0.5]);
    const pre = new Ensemble({ nNeurons: 6, dimensions: 1, neuronType: lifRate() });
    const post = new Ensemble({ nNeurons, dimensions, neuronType: direct() });
    new Connection(input, pre, { synapse: null });
    const transform = new Array<number[]>(dimensions).fill([1]);
    const full = new Connection(pre, post, { solver: lstsqL2({ weights: true }), transform, synapse: null });
    return { net, input, full, output: new Probe(post) };
  });
  await using sim = await simulate(net);
  await learn(sim, model, adam());
  sim.freezeParameters();
  expect(model.full.solver).toMatchObject({ kind: 'noSolver', weights: true });
  await expectSameNumbers(sim, model);
});

describe('a network that changed after the simulator was created', () => {
  const changes: readonly [string, RegExp, (model: ReturnType<typeof network>) => void][] = [
    ['a radius', /radius of Ensemble 'a' .*Nothing was changed/, ({ ensemble }) => (ensemble.radius = 2)],
    ['neurons', /neuronType of Ensemble 'a'/, ({ ensemble }) => (ensemble.neuronType = lifRate())],
    [
      'encoders',
      /encoders of Ensemble 'a'/,
      ({ ensemble }) =>
        (ensemble.encoders = [
          [1, 0],
          [0, 1],
          [1, 1],
        ]),
    ],
    ['a function', /function of Connection 'out'/, ({ out }) => (out.function = ([, y]) => y)],
    ['a transform', /transform of Connection 'out'/, ({ out }) => (out.transform = 0.5)],
    [
      'several parameters',
      /radius, seed of Ensemble 'a'/,
      ({ ensemble }) => ensemble.replaceParameters({ radius: 2, seed: 5 }),
    ],
  ];
  it.each(changes)('is refused by name, and nothing is written: %s', async (_, names, change) => {
    const model = network();
    await using sim = await simulate(model.net);
    await learn(sim, model);
    change(model);
    const before = written(model.net);
    expect(() => sim.freezeParameters()).toThrow(failing('NETWORK_CHANGED', names) as Error);
    expect(written(model.net)).toBe(before);
  });

  it.each<[string, (model: ReturnType<typeof network>) => void]>([
    ['a value that is the same', ({ ensemble }) => (ensemble.radius = 1)],
    ['a label', ({ ensemble }) => (ensemble.label = 'another')],
    [
      'a change that was undone',
      ({ out }) => {
        const { function: computed } = out;
        out.function = () => 0;
        out.function = computed as () => number;
      },
    ],
  ])('is frozen where that does not matter: %s', async (_, change) => {
    const model = network();
    await using sim = await simulate(model.net);
    await learn(sim, model);
    change(model);
    sim.freezeParameters();
    await expectSameNumbers(sim, model);
  });

  it('by freezing can be frozen again, but not where it was changed in between', async () => {
    const model = network();
    await using sim = await simulate(model.net);
    for (let round = 0; round < 2; round++) {
      await learn(sim, model);
      sim.freezeParameters();
      await expectSameNumbers(sim, model);
    }
    await learn(sim, model);
    model.ensemble.bias = [0, 0, 0];
    expect(() => sim.freezeParameters()).toThrow(failing('NETWORK_CHANGED', /bias of Ensemble 'a'/) as Error);
  });
});
