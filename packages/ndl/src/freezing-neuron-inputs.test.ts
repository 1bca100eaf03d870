/**
 * @file `freezeParameters` where connections reach neurons directly: what arrives there is weighed by the gains that were built, and
 * a fresh Simulator gives the same numbers, whatever was learnt beside.
 */
import { describe, expect, it } from 'vitest';
import {
  configureSettings,
  Connection,
  Ensemble,
  Network,
  Node,
  Probe,
  rectifiedLinear,
  sgd,
  type ConnectionOptions,
  type Simulator,
} from './index.ts';
import { expectClose } from './linear-network.test-helper.ts';
import { simulate } from './reference-simulator.test-helper.ts';

/** What may learn. */
const PARTS = ['encoders', 'biases', 'into neurons', 'from neurons', 'decoders'] as const;
type Part = (typeof PARTS)[number];

/** Every choice of parts. */
const choices: readonly (readonly Part[])[] = Array.from({ length: 2 ** PARTS.length }, (_, bits) =>
  PARTS.filter((_part, index) => ((bits >> index) & 1) === 1),
);

interface Model {
  readonly net: Network;
  readonly input: Node;
  readonly ensemble: Ensemble;
  readonly into: Connection;
  readonly probes: readonly Probe[];
}

interface Given {
  readonly trainable?: readonly Part[];
  readonly gain?: readonly number[];
  readonly transform?: ConnectionOptions['transform'];
  readonly neurons?: readonly number[];
}

/** An input to the vector of an ensemble and to its neurons; two outputs, from its neurons and decoded. */
function network({ trainable = PARTS, gain = [2, 0.5, 3], transform = null, neurons = [0, 1, 2] }: Given): Model {
  const net = new Network({ seed: 1 });
  return net.within(() => {
    configureSettings({ trainable: null });
    const input = new Node([0.5]);
    const current = new Node([0.3, 0.2, 0.4].slice(0, neurons.length));
    const ensemble = new Ensemble({
      nNeurons: 3,
      dimensions: 1,
      radius: 1.5,
      neuronType: rectifiedLinear(),
      encoders: [[1], [-1], [1]],
      gain,
      bias: [1, 1.5, 0.5],
    });
    new Connection(input, ensemble, { synapse: null });
    const isAll = neurons.join() === '0,1,2';
    const into = new Connection(current, isAll ? ensemble.neurons : ensemble.neurons.at([...neurons]), {
      synapse: null,
      transform,
    });
    const sums = [new Node({ sizeIn: 1 }), new Node({ sizeIn: 1 })] as const;
    const from = new Connection(ensemble.neurons, sums[0], { synapse: null, transform: [[0.1, 0.2, 0.3]] });
    const decoded = new Connection(ensemble, sums[1], { synapse: null });
    for (const [part, object] of [
      ['encoders', ensemble],
      ['biases', ensemble.neurons],
      ['into neurons', into],
      ['from neurons', from],
      ['decoders', decoded],
    ] as const)
      net.config.of(object).trainable = trainable.includes(part);
    return { net, input, ensemble, into, probes: [...sums.map((sum) => new Probe(sum)), new Probe(ensemble.neurons)] };
  });
}

async function learn(sim: Simulator, { input, probes }: Model): Promise<void> {
  await sim.train([[input, [[0.5]]]], {
    targets: probes.slice(0, 2).map((probe) => [probe, [[2]]] as const),
    optimizer: sgd({ learningRate: 0.02 }),
    epochs: 2,
  });
}

/** Trains, freezes, and compares a run with that of a fresh simulator, and with one before. */
async function expectSameAfterFreezing(model: Model): Promise<void> {
  const { net, probes } = model;
  const run = async (sim: Simulator): Promise<readonly Float64Array[]> => {
    sim.reset();
    await sim.runSteps(2);
    return probes.map((probe) => Float64Array.from(sim.data.get(probe).data));
  };
  await using sim = await simulate(net, {}, { onWarning() {} });
  const before = await run(sim);
  await learn(sim, model);
  sim.freezeParameters();
  await using fresh = await simulate(net, { inferenceOnly: true });
  const [learnt, frozen] = [await run(sim), await run(fresh)];
  frozen.forEach((numbers, index) => expectClose(numbers, learnt[index]!, 1e-12));
  expect(learnt).not.toEqual(before);
  const [shown, built] = [sim, fresh].map(({ data }) => data.get(model.ensemble));
  for (const name of ['scaledEncoders', 'encoders', 'gain', 'bias'] as const)
    expectClose(built![name]!.data, shown![name]!.data, 1e-12);
}

describe('a fresh simulator of the frozen network gives the same numbers, where these learn', () => {
  it.each(choices.filter((choice) => choice.length > 0).map((choice) => [choice.join(', '), choice] as const))(
    '%s',
    async (_, trainable) => {
      const isDense = trainable.includes('into neurons');
      await expectSameAfterFreezing(network({ trainable, ...(isDense && { transform: [1, 0.8, 1.2] }) }));
    },
  );
});

describe('and whatever leads into the neurons', () => {
  it.each<[string, Given]>([
    ['a number', { transform: 0.7 }],
    ['a diagonal', { transform: [0.5, 0.6, 0.7] }],
    [
      'a matrix',
      {
        transform: [
          [1, 0, 0.5],
          [0.2, 1, 0],
          [0, 0.3, 1],
        ],
      },
    ],
    ['some neurons in another order', { neurons: [2, 0], transform: [0.5, 0.6] }],
  ])('%s', async (_, given) => {
    for (const trainable of [PARTS, PARTS.slice(0, 1)]) await expectSameAfterFreezing(network({ ...given, trainable }));
  });

  it.each<[string, Given]>([
    ['nothing', {}],
    ['a number', { transform: 0.7 }],
    ['a diagonal', { transform: [0.5, 0.6, 0.7] }],
    [
      'a matrix',
      {
        transform: [
          [1, 0, 0.5],
          [0.2, 1, 0],
          [0, 0.3, 1],
        ],
      },
    ],
    ['some neurons in another order', { neurons: [2, 0] }],
  ])('a gain of zero, into which nothing came, and whose encoder learnt, behind %s', async (_, given) => {
    for (const trainable of [PARTS, PARTS.slice(0, 1)])
      await expectSameAfterFreezing(network({ ...given, gain: [0, 0.5, 3], trainable }));
  });
});

it('the gain of neurons that something comes to is the one that was built, also where it is shown', async () => {
  const model = network({});
  await using sim = await simulate(model.net);
  await learn(sim, model);
  expect([...sim.data.get(model.ensemble).gain!.data]).toEqual([2, 0.5, 3]);
  sim.freezeParameters();
  expect(model.ensemble.gain).toMatchObject({ data: Float64Array.of(2, 0.5, 3) });
});
