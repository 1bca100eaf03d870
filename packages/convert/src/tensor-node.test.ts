/** @file Functions and layers of TensorFlow.js as nodes: what they compute, how gradients pass, what is refused. */
import * as tf from '@tensorflow/tfjs-layers';
import { layer, tensorNode, withTensors, type Tensor } from '@ndl/backend-tfjs/tensor-node';
import {
  Connection,
  Network,
  Node,
  Probe,
  REFERENCE_BACKEND,
  rectifiedLinear,
  sgd,
  Simulator,
  TFJS_BACKEND,
  WASM_BACKEND,
} from 'ndl';
import { expect, test } from 'vitest';

const core = withTensors((tensors) => tensors);
const BACKENDS = { reference: REFERENCE_BACKEND, wasm: WASM_BACKEND, tfjs: TFJS_BACKEND };

test.each(Object.entries(BACKENDS))(
  'on %s gradients pass a function of tensors, of all items at once',
  async (_, backend) => {
    const { net, stimulus, weighing, squared } = new Network({ seed: 0 }).within((net) => {
      const stimulus = new Node([0], { label: 'stimulus' });
      const weighed = new Node({ sizeIn: 1 });
      const weighing = new Connection(stimulus, weighed, { synapse: null, transform: 0.5 });
      const square = tensorNode((x: Tensor) => core.square(x), { shapeIn: 1 });
      new Connection(weighed, square, { synapse: null, transform: null });
      return { net, stimulus, weighing, squared: new Probe(square) };
    });
    await using sim = await Simulator.create(net, { settings: { backend } });
    const before = (await sim.predict([[stimulus, [[2], [4]]]], { steps: 2 })).get(squared)!;
    expect(Array.from(before.data)).toEqual([1, 1, 4, 4]);
    await sim.train([[stimulus, [[2]]]], {
      targets: [[squared, [[[0]]]]],
      optimizer: sgd({ learningRate: 0.01 }),
      epochs: 1,
    });
    // The loss is (w · 2)⁴, and so its derivative 64 · w³: 8 at w = 0.5.
    expect(sim.data.get(weighing).weights!.data[0]).toBeCloseTo(0.5 - 0.01 * 8, 5);
  },
);

test('layers, functions and neurons are chained, and the time is passed on where it is asked for', async () => {
  const dense = tf.layers.dense({ units: 3, kernelInitializer: 'ones', biasInitializer: 'ones' });
  const net = new Network({ seed: 0 });
  const probes = net.within(() => {
    const stimulus = new Node([1, -3], { label: 'stimulus' });
    const hidden = layer(dense)(stimulus);
    const neurons = layer(rectifiedLinear())(hidden);
    const [doubled, connection] = layer((x: Tensor) => core.mul(x, 2))(hidden, {
      returnConnection: true,
      transform: 0.5,
    });
    expect(connection.post).toBe(doubled);
    const clock = tensorNode((time: number, x: Tensor) => core.add(x, time), { shapeIn: 3, passTime: true });
    new Connection(neurons, clock, { synapse: null });
    return [hidden, neurons, doubled, clock].map((each) => new Probe(each));
  });
  await using sim = await Simulator.create(net, { dt: 0.5 });
  await sim.runSteps(2);
  const last = probes.map((probe) => Array.from(sim.data.get(probe).data).slice(-3));
  expect(last).toEqual([
    [-1, -1, -1],
    [0, 0, 0],
    [-1, -1, -1],
    [1, 1, 1],
  ]);
});

test.each<[string, () => unknown, string, string]>([
  ['no function', () => tensorNode(3 as never, { shapeIn: 1 }), 'TENSOR_FUNCTION', 'got 3'],
  ['a function that throws', () => tensorNode(() => core.matMul([1], [2]), { shapeIn: 1 }), 'TENSOR_FUNCTION', 'threw'],
  ['a function that gives no tensor', () => tensorNode(() => 1 as never, { shapeIn: 1 }), 'TENSOR_RESULT', 'got'],
  [
    'a function that mixes items',
    () => tensorNode((x: Tensor) => core.sum(x), { shapeIn: 1 }),
    'TENSOR_RESULT',
    'of one item',
  ],
  ['a size of zero', () => tensorNode((x: Tensor) => x, { shapeIn: 0 }), 'INVALID_OPTION', 'shapeIn'],
  [
    'a wrong name',
    () => tensorNode((x: Tensor) => x, { shapeIn: 1, time: true } as never),
    'UNKNOWN_OPTION',
    'passTime',
  ],
  [
    'a layer that takes the time',
    () => tensorNode(tf.layers.dense({ units: 1 }), { shapeIn: 1, passTime: true }),
    'INVALID_OPTION',
    'passTime',
  ],
  ['no layer', () => layer(null as never), 'TENSOR_FUNCTION', 'neuron type'],
])('%s is refused', (_, act, code, text) => {
  const thrown = (): unknown => new Network().within(act);
  const message: unknown = expect.stringContaining(text === 'got' ? 'in place of a tensor' : text);
  expect(thrown).toThrow(expect.objectContaining({ code, message }) as Error);
});

test('what work on tensors returns is not looked through', () => {
  const library = {
    inner: {
      get everything(): never {
        throw new Error('looked at');
      },
    },
  };
  expect(withTensors(() => library)).toBe(library);
  const [kept, named] = [withTensors((tf) => [tf.scalar(1)]), withTensors((tf) => ({ two: tf.scalar(2) }))];
  expect([...kept, named.two].map((tensor) => tensor.dataSync()[0])).toEqual([1, 2]);
});
