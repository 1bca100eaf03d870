/** @file Streams of noise in training: anew with each minibatch, or going on from one to the next; each item has its own. */
import { describe, expect, test } from 'vitest';
import {
  Connection,
  Ensemble,
  FAST_SIGMOID_GRADIENT,
  Network,
  Node,
  piecewise,
  poissonSpiking,
  Probe,
  rectifiedLinear,
  runProcessSteps,
  sgd,
  stochasticSpiking,
  TFJS_BACKEND,
  WASM_BACKEND,
  whiteNoise,
  type NeuronType,
  type Process,
  type Settings,
  type TrainOptions,
} from './index.ts';
import { failing, simulate } from './reference-simulator.test-helper.ts';

const STEPS = 4;
const noise = whiteNoise({ seed: 12, scale: false });

/** What is heard of a process that drives a node, that a node computes beside an input, or that is the noise of an ensemble. */
const PLACES: Readonly<Record<string, (process: Process) => Probe>> = {
  node: (process) => new Probe(new Node(process)),
  'noise of an ensemble': (process) => {
    const flat = { gain: [1], bias: [0], nNeurons: 1, dimensions: 1, neuronType: rectifiedLinear() };
    return new Probe(new Ensemble({ ...flat, noise: process }).neurons, { attribute: 'input' });
  },
};

function sample(place: string, process: Process) {
  const net = new Network({ seed: 0 });
  return net.within(() => {
    const input = new Node([0]);
    const sum = new Node({ sizeIn: 1 });
    new Connection(input, sum, { transform: [[1]], synapse: null });
    return { net, input, sum: new Probe(sum), heard: PLACES[place]!(process) };
  });
}

/** The loss of each minibatch: the mean square of what was heard; nothing is learnt. */
async function lossesOf(
  { net, input, sum, heard }: ReturnType<typeof sample>,
  options: Partial<TrainOptions>,
  settings: Partial<Settings> = {},
): Promise<number[]> {
  // Nothing is learnt of the noise, which it would warn of.
  await using sim = await simulate(net, settings, { onWarning: () => {} });
  const losses: number[] = [];
  const zeros = (items: number) => Array.from({ length: items }, () => Array.from({ length: STEPS }, () => [0]));
  await sim.train([[input, zeros(3)]], {
    targets: [
      [sum, zeros(3)],
      [heard, zeros(3)],
    ],
    optimizer: sgd({ learningRate: 1e-12 }),
    minibatchSize: 2,
    shuffle: false,
    epochs: 2,
    onProgress: ({ loss }) => void (loss !== undefined && losses.push(loss as number)),
    ...options,
  });
  return losses;
}

/** The mean square of so many numbers of each item from its own places on. */
function meanSquare(process: Process, places: readonly number[]): number {
  const squares = places.flatMap((from, item) => {
    const values = runProcessSteps(process, from + STEPS, { item }).data.subarray(from);
    return Array.from(values, (value) => value * value);
  });
  return squares.reduce((sum, value) => sum + value, 0) / squares.length;
}

/** Minibatches are of two items, then one, twice. */
const RESTARTED = [[0, 0], [0], [0, 0], [0]];
const CONTINUED = [[0, 0], [STEPS], [2 * STEPS, STEPS], [3 * STEPS]];

describe.each(Object.keys(PLACES))('%s', (place) => {
  test.each<[string, Partial<Settings>, number]>([
    ['reference', {}, 9],
    ['wasm', { backend: WASM_BACKEND, dtype: 'float32' }, 5],
    ['tfjs', { backend: TFJS_BACKEND, dtype: 'float32', sessionConfig: { engine: 'cpu' } }, 5],
  ])('begins anew with each minibatch, or goes on where it stood: %s', async (_, settings, digits) => {
    const model = sample(place, noise);
    const near = (losses: readonly number[], places: readonly (readonly number[])[]): void =>
      expect(losses).toEqual(places.map((from) => expect.closeTo(meanSquare(noise, from), digits)));
    near(await lossesOf(model, {}, settings), RESTARTED);
    near(await lossesOf(model, { processes: 'restart' }, settings), RESTARTED);
    near(await lossesOf(model, { processes: 'continue' }, settings), CONTINUED);
    near(await lossesOf(model, { processes: 'continue', truncation: 3 }, settings), CONTINUED);
  });

  test('its time goes on too', async () => {
    const steps = piecewise({ 0: 1, 0.0055: 2, 0.0105: 3 });
    const squares = [1, (1 + 3 * 4) / 4, (4 * 2 + 9 * 2) / 4, 9];
    expect(await lossesOf(sample(place, steps), { processes: 'continue' })).toEqual(
      squares.map((value) => expect.closeTo(value, 9)),
    );
  });
});

test('validation and evaluation begin anew', async () => {
  const model = sample('noise of an ensemble', noise);
  const { net, input, heard } = model;
  const [inputs, targets] = [[[input, [[[0], [0]]]]], [[heard, [[[0], [0]]]]]] as const;
  await using sim = await simulate(net, {}, { onWarning: () => {} });
  const before = await sim.evaluate(inputs as never, { targets: targets as never });
  const { epochs } = await sim.train(inputs as never, {
    targets: [...targets, [model.sum, [[[0], [0]]]]] as never,
    optimizer: sgd({ learningRate: 1e-12 }),
    processes: 'continue',
    validation: { inputs: inputs as never, targets: targets as never },
    epochs: 2,
  });
  const after = await sim.evaluate(inputs as never, { targets: targets as never });
  const measured = [...epochs.map(({ validation }) => validation!['loss']), after['loss']];
  expect(measured).toEqual([1, 2, 3].map(() => expect.closeTo(before['loss']!, 9)));
});

test('other words are refused', async () => {
  const model = sample('node', noise);
  await expect(lossesOf(model, { processes: 'goOn' as never })).rejects.toThrow(
    failing('INVALID_OPTION', "processes must be 'restart' or 'continue'"),
  );
});

test('in float32 too, noise of an ensemble goes on from a saved state', async () => {
  const { net, heard } = sample('noise of an ensemble', noise);
  const settings = { dtype: 'float32' } as const;
  await using sim = await simulate(net, settings);
  await sim.runSteps(5);
  const state = await sim.saveState();
  sim.clearProbes();
  await sim.runSteps(5);
  await using other = await simulate(net, settings);
  await other.restoreState(state);
  await other.runSteps(5);
  expect([...other.data.get(heard).data]).toEqual([...sim.data.get(heard).data]);
});

describe.each<[string, NeuronType]>([
  ['drawn by the backend', stochasticSpiking(rectifiedLinear())],
  ['drawn by their currents', poissonSpiking(rectifiedLinear())],
])('neurons whose numbers are %s', (_, neuronType) => {
  /** A constant current, and spikes that are trained as they are. */
  async function spikesOf(processes: 'restart' | 'continue', settings: Partial<Settings>): Promise<number[]> {
    const net = new Network({ seed: 3 });
    const { input, sum, heard } = net.within(() => {
      const input = new Node([0]);
      const sum = new Node({ sizeIn: 1 });
      new Connection(input, sum, { transform: [[1]], synapse: null });
      const flat = { gain: [1], bias: [400], seed: 11, nNeurons: 1, dimensions: 1 };
      return { input, sum: new Probe(sum), heard: new Probe(new Ensemble({ ...flat, neuronType }).neurons) };
    });
    return lossesOf({ net, input, sum, heard }, { processes }, { gradient: FAST_SIGMOID_GRADIENT, ...settings });
  }

  /** What a run of so many steps gives: the spikes of one stream, in order. */
  async function stream(item: number): Promise<Float64Array> {
    const net = new Network({ seed: 3 });
    const probe = net.within(
      () =>
        new Probe(
          new Ensemble({ gain: [1], bias: [400], seed: 11, nNeurons: 1, dimensions: 1, neuronType, label: 'a' })
            .neurons,
        ),
    );
    await using sim = await simulate(net, {}, { minibatchSize: 2 });
    await sim.runSteps(4 * STEPS);
    return Float64Array.from(sim.data.get(probe).data.subarray(item * 4 * STEPS, (item + 1) * 4 * STEPS));
  }

  test('begin anew with each minibatch, or go on where they stood', async () => {
    const streams = [await stream(0), await stream(1)];
    const expected = (places: readonly (readonly number[])[]): unknown =>
      places.map((from) => {
        const heard = from.flatMap((start, item) => [...streams[item]!.subarray(start, start + STEPS)]);
        return expect.closeTo(heard.reduce((total, value) => total + value * value, 0) / heard.length, 3);
      });
    for (const settings of [{}, { backend: WASM_BACKEND }] satisfies Partial<Settings>[]) {
      expect(await spikesOf('restart', settings)).toEqual(expected(RESTARTED));
      expect(await spikesOf('continue', settings)).toEqual(expected(CONTINUED));
    }
  });
});
