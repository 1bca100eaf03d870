/** @file Losses over spikes, on each backend: what they say of what is predicted, and that training through surrogates serves them. */
import { describe, expect, it } from 'vitest';
import {
  adam,
  Connection,
  Ensemble,
  FAST_SIGMOID_GRADIENT,
  latencyLoss,
  leaky,
  Network,
  Node,
  Probe,
  rateLoss,
  REFERENCE_BACKEND,
  sgd,
  Simulator,
  spikeCountLoss,
  TFJS_BACKEND,
  WASM_BACKEND,
  type Objective,
} from './index.ts';

const [STEPS, DT] = [20, 0.001];
const BACKENDS = { reference: REFERENCE_BACKEND, wasm: WASM_BACKEND, tfjs: TFJS_BACKEND };

/** Two inputs, three leaky neurons behind weights of their own. */
function network() {
  const net = new Network({ seed: 1 });
  return net.within(() => {
    const input = new Node([0, 0]);
    const neurons = new Ensemble({
      nNeurons: 3,
      dimensions: 1,
      neuronType: leaky({ beta: 0.8 }),
      gain: [1, 1, 1],
      bias: [0.25, 0.3, 0.1],
    }).neurons;
    const transform = [
      [0.3, -0.1],
      [0.05, 0.2],
      [-0.2, 0.15],
    ];
    new Connection(input, neurons, { transform, synapse: null });
    return { net, input, probe: new Probe(neurons) };
  });
}

const inputs = [
  [1, 0.5],
  [-0.5, 1],
  [0.3, -1],
];
/** Of a loss: the targets, one of them missing, and what it is of a neuron's spikes of all steps. */
const CASES: Readonly<Record<string, { loss: Objective; targets: number[][]; of: (spikes: number[]) => number }>> = {
  spikeCountLoss: {
    loss: spikeCountLoss(),
    targets: [
      [8, 2, 1],
      [0, 9, NaN],
      [3, 3, 3],
    ],
    of: (spikes) => DT * spikes.reduce((sum, spike) => sum + spike, 0),
  },
  rateLoss: {
    loss: rateLoss(),
    targets: [
      [300, 50, 20],
      [0, 400, NaN],
      [100, 100, 100],
    ],
    of: (spikes) => spikes.reduce((sum, spike) => sum + spike, 0) / STEPS,
  },
  latencyLoss: {
    loss: latencyLoss(),
    targets: [
      [0.004, 0.009, 0.013],
      [0.02, 0.003, NaN],
      [0.007, 0.007, 0.007],
    ],
    of: (spikes) => DT * (1 + (spikes.some((spike) => spike > 0) ? spikes.findIndex((spike) => spike > 0) : STEPS)),
  },
};

/** What the losses are of windows: steps [from, end) of each item. */
const windowsOf = (length: number): (readonly [number, number])[] =>
  Array.from({ length: Math.ceil(STEPS / length) }, (_, w) => [w * length, Math.min(STEPS, (w + 1) * length)] as const);
const OF_WINDOWS: Readonly<Record<string, (spikes: number[]) => number>> = {
  spikeCountLoss: CASES['spikeCountLoss']!.of,
  rateLoss: (spikes) => spikes.reduce((sum, spike) => sum + spike, 0) / spikes.length,
  latencyLoss: (spikes) => {
    const first = spikes.findIndex((spike) => spike > 0);
    return DT * (1 + (first < 0 ? spikes.length : first));
  },
};

describe.each(Object.keys(CASES))('%s under truncation', (name) => {
  it.each(Object.keys(BACKENDS))('is that of each window, as of a call, on %s', async (backend) => {
    const { net, input, probe } = new Network({ seed: 0 }).within((net) => {
      const [input, output] = [new Node([0]), new Node({ sizeIn: 1 })];
      new Connection(input, output, { transform: [[1]], synapse: null });
      return { net, input, probe: new Probe(output) };
    });
    // Spikes in steps 3, 7, 11 … of the first item; in steps 9 and 19 of the second: some windows have none.
    const periods = [4, 10];
    const trains = periods.map((period) =>
      Array.from({ length: STEPS }, (_, step) => ((step + 1) % period ? 0 : 1 / DT)),
    );
    const wanted = [[0.003], [0.002]];
    const settings = { backend: BACKENDS[backend as keyof typeof BACKENDS], dtype: 'float32' } as const;
    await using sim = await Simulator.create(net, { settings });
    for (const truncation of [5, 7]) {
      const errors = windowsOf(truncation).flatMap(([from, end]) =>
        trains.map((train, item) => (OF_WINDOWS[name]!(train.slice(from, end)) - wanted[item]![0]!) ** 2),
      );
      const { epochs } = await sim.train([[input, trains.map((train) => train.map((spike) => [spike]))]], {
        targets: [[probe, wanted]],
        losses: CASES[name]!.loss,
        optimizer: sgd({ learningRate: 0 }),
        truncation,
      });
      const expected = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      expect(Math.abs(epochs[0]!.training['loss']! / expected - 1)).toBeLessThan(1e-5);
    }
  });
});

describe.each(Object.keys(CASES))('%s', (name) => {
  const { loss, targets, of } = CASES[name]!;

  it.each(Object.keys(BACKENDS))('is that of the spikes that are predicted, on %s', async (backend) => {
    const { net, input, probe } = network();
    const settings = { backend: BACKENDS[backend as keyof typeof BACKENDS], dtype: 'float32' } as const;
    await using sim = await Simulator.create(net, { settings });
    const spikes = (await sim.predict([[input, inputs]], { steps: STEPS })).get(probe)!;
    const errors = targets.flatMap((row, item) =>
      row.map((wanted, neuron) => {
        const own = Array.from({ length: STEPS }, (_, step) => spikes.data[(item * STEPS + step) * 3 + neuron]!);
        return Number.isNaN(wanted) ? 0 : (of(own) - wanted) ** 2;
      }),
    );
    const expected = errors.reduce((sum, error) => sum + error, 0) / 9;
    const measured = await sim.evaluate([[input, inputs]], { targets: [[probe, targets]], losses: loss, steps: STEPS });
    expect(Math.abs(measured['loss']! / expected - 1)).toBeLessThan(1e-5);
  });

  it('becomes less by training through a surrogate, alike on all backends', async () => {
    const after: number[] = [];
    for (const backend of Object.values(BACKENDS)) {
      const { net, input, probe } = network();
      const settings = { backend, dtype: 'float32', gradient: FAST_SIGMOID_GRADIENT } as const;
      await using sim = await Simulator.create(net, { settings });
      const { epochs } = await sim.train([[input, inputs]], {
        targets: [[probe, targets]],
        losses: loss,
        optimizer: adam({ learningRate: 0.02 }),
        epochs: 40,
        steps: STEPS,
      });
      const losses = epochs.map(({ training }) => training['loss']!);
      expect(Math.min(...losses.slice(20))).toBeLessThan(0.7 * losses[0]!);
      after.push(losses[3]!);
    }
    for (const value of after) expect(Math.abs(value / after[0]! - 1)).toBeLessThan(1e-3);
  });
});
