/** @file Convolutions large enough for the compiled backend's routines - windows gathered in rows, zeros left out - have the bits of the law. */
import { expect, test } from 'vitest';
import {
  Connection,
  convolution,
  Ensemble,
  Network,
  Node,
  Probe,
  REFERENCE_BACKEND,
  sgd,
  spikingRectifiedLinear,
  uniform,
  WASM_BACKEND,
  type Convolution,
} from './index.ts';
import { bitsOf, simulate } from './reference-simulator.test-helper.ts';

/** From 4 or 8 channels to 8 or more filters; the first number of a shape is that of its channels where these come first. */
const LAYERS: Readonly<Record<string, () => Convolution>> = {
  'windows of an image': () => convolution(16, [6, 7, 4]),
  'strides and dilation': () => convolution(9, [9, 8, 4], { strides: [2, 1], dilation: [1, 2] }),
  'channels first': () => convolution(8, [4, 6, 6], { channelsLast: false, padding: 'same' }),
  'groups, channels first': () => convolution(16, [8, 5, 6], { groups: 2, channelsLast: false }),
  'groups of channels that come last': () => convolution(16, [5, 6, 8], { groups: 2, strides: 2 }),
  'one dimension': () => convolution(8, [40, 8], { kernelSize: 4 }),
  'three dimensions': () => convolution(10, [3, 4, 4, 4], { kernelSize: 2 }),
};

const STEPS = 8;

/** Spikes, few of them, that a kernel is laid over; and what the neurons behind it make of that. */
function behind(transform: Convolution) {
  return new Network({ seed: 1 }).within((net) => {
    const input = new Node(new Float64Array(transform.input.size));
    const spikes = new Ensemble({
      nNeurons: transform.input.size,
      dimensions: 1,
      neuronType: spikingRectifiedLinear({ amplitude: 0.001 }),
      gain: uniform(200, 400),
      bias: uniform(-100, 150),
    });
    const layer = new Ensemble({
      nNeurons: transform.output.size,
      dimensions: 1,
      neuronType: spikingRectifiedLinear(),
      gain: uniform(300, 900),
      bias: uniform(0, 200),
    });
    new Connection(input, spikes.neurons, { synapse: null });
    new Connection(spikes.neurons, layer.neurons, { transform, synapse: null });
    return { net, input, probe: new Probe(layer.neurons, { synapse: 0.01 }) };
  });
}

for (const dtype of ['float64', 'float32'] as const) {
  test.each(Object.entries(LAYERS))(`${dtype}, %s: runs and training have the bits of the law`, async (_, make) => {
    const results: (readonly bigint[])[] = [];
    for (const backend of [REFERENCE_BACKEND, WASM_BACKEND]) {
      const { net, input, probe } = behind(make());
      await using sim = await simulate(net, { backend, dtype }, { minibatchSize: 3 });
      const size = input.sizeOut;
      const shown = Float64Array.from({ length: 3 * size }, (_each, index) => Math.sin(index) / 4);
      const data = Array.from({ length: 3 }, (_each, item) => [...shown.subarray(item * size, (item + 1) * size)]);
      await sim.runSteps(STEPS, { inputs: [[input, data]] });
      const seen = bitsOf(sim.data.get(probe).data);
      const targets = data.map(() => new Array<number>(probe.sizeIn).fill(1));
      await sim.train([[input, data]], {
        targets: [[probe, targets]],
        optimizer: sgd({ learningRate: 0.1 }),
        epochs: 2,
        steps: 2,
      });
      const trained = await sim.predict([[input, data]], { steps: 12 });
      results.push([...seen, ...bitsOf(trained.get(probe)!.data)]);
    }
    expect(new Set(results[0]).size).toBeGreaterThan(10);
    expect(results[1]).toEqual(results[0]);
  });
}
