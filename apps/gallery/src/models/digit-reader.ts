/**
 * A reader of handwritten digits. Pixels drive a layer of spiking neurons, and ten outputs are decoded from their spikes; the largest is
 * the answer. It is trained by gradient descent on the neurons' smoothed rates, with 6000 images of MNIST and copies that are moved a little, in less than half a minute, and
 * tested in spikes on 2000 others. The images are data called `digits`: `ndl train digit-reader.ts --data digits=digits.npz`.
 */
import {
  adam,
  configureSettings,
  Connection,
  Ensemble,
  lif,
  NdArray,
  Network,
  Node,
  Probe,
  RandomState,
  softmaxCrossEntropy,
  uniform,
} from 'ndl';
import type { ExpectedResult, Model, ModelHost } from '@ndl/model-source';

const [SIDE, PIXELS, NEURONS, CLASSES] = [28, 784, 128, 10];
/** Steps that an image is shown for in the test, of a millisecond each. */
const STEPS = 60;
/** Images have shades from 0 to this. */
const BRIGHTEST = 15;
/** The output of a neuron that fires at 100 Hz is 1. */
const AMPLITUDE = 0.01;

/** Weights between layers, uniform with the variance of Glorot and Bengio (2010). */
function glorot(from: number, to: number) {
  const limit = Math.sqrt(6 / (from + to));
  return uniform(-limit, limit);
}

const net = new Network({ seed: 7 });
const { pixels, spikes, scores, answer } = net.within(() => {
  configureSettings({ trainable: null, lifSmoothing: 0.05 });
  const pixels = new Node(new Array<number>(PIXELS).fill(0));
  const hidden = new Ensemble({
    nNeurons: NEURONS,
    dimensions: 1,
    neuronType: lif({ amplitude: AMPLITUDE }),
    maxRates: uniform(200, 300),
    intercepts: uniform(-0.2, 0.2),
  });
  const digits = new Node({ sizeIn: CLASSES });
  new Connection(pixels, hidden.neurons, { transform: glorot(PIXELS, NEURONS), synapse: null });
  new Connection(hidden.neurons, digits, { transform: glorot(NEURONS, CLASSES), synapse: null });
  return {
    pixels,
    spikes: new Probe(hidden.neurons),
    scores: new Probe(digits),
    answer: new Probe(digits, { synapse: 0.05 }),
  };
});

/** Lets others have a turn: a page is not to stand still for long. */
const turn = (): Promise<void> => new Promise((done) => setTimeout(done));

/** Images as [images, 784] from 0 to 1, with their digits. */
async function digitsOf({ load }: ModelHost, set: 'train' | 'test') {
  const { [`${set}Images`]: images, [`${set}Labels`]: labels } = await load('digits');
  const count = labels!.shape[0]!;
  const brightness = Float32Array.from(images!.data).map((shade) => shade / BRIGHTEST);
  await turn();
  return { images: new NdArray(brightness, [count, PIXELS]), labels: Array.from(labels!.data) };
}

/** Each image, and copies of it moved by up to a pixel each way: what digits are does not depend on where they stand. */
async function withMovedCopies({ images, labels }: { images: NdArray; labels: number[] }, copies: number) {
  const random = new RandomState(7);
  const moved = new Float32Array((1 + copies) * images.data.length);
  moved.set(images.data);
  for (let to = labels.length; to < (1 + copies) * labels.length; to++) {
    if (to % 1000 === 0) await turn();
    const [down, right] = [0, 0].map(() => Math.floor(random.uniform(0, 3)) - 1) as [number, number];
    const from = (to % labels.length) * PIXELS;
    // A whole row at once: what lies on the edge is black.
    for (let row = 1; row < SIDE - 1; row++) {
      const begin = from + row * SIDE + 1;
      moved.set(images.data.subarray(begin, begin + SIDE - 2), to * PIXELS + (row + down) * SIDE + 1 + right);
    }
  }
  const all = Array.from({ length: (1 + copies) * labels.length }, (_, image) => labels[image % labels.length]!);
  return { images: new NdArray(moved, [all.length, PIXELS]), labels: all };
}

export const expected: ExpectedResult = {
  what: 'images of the test read rightly, in spikes',
  seconds: 0,
  trained: true,
  measure: async (sim, host) => {
    const { images, labels } = await digitsOf(host, 'test');
    const options = { probes: [answer], lastStepOnly: true, steps: STEPS };
    const outputs = (await sim.predict([[pixels, images]], options)).get(answer)!.data;
    const right = labels.filter((label, image) => {
      const row = Array.from(outputs.subarray(image * CLASSES, (image + 1) * CLASSES));
      return row.indexOf(Math.max(...row)) === label;
    });
    return right.length / labels.length;
  },
  atLeast: 0.92,
};

export default {
  network: net,
  training: async (host) => {
    const train = await withMovedCopies(await digitsOf(host, 'train'), 3);
    const test = await digitsOf(host, 'test');
    const oneHot = train.labels.map((label) => [
      Array.from({ length: CLASSES }, (_, digit) => Number(digit === label)),
    ]);
    return {
      inputs: [[pixels, train.images]],
      options: {
        targets: [[scores, oneHot]],
        losses: softmaxCrossEntropy(),
        optimizer: adam({ learningRate: (update) => 2e-3 * 0.5 ** Math.floor(update / 300) }),
        epochs: 5,
        minibatchSize: 100,
        seed: 7,
      },
      test: { inputs: [[pixels, test.images]], output: answer, labels: test.labels, steps: STEPS },
    };
  },
  panels: [
    { of: spikes, kind: 'raster' },
    { of: answer, kind: 'value' },
    { of: scores, kind: 'loss' },
  ],
} satisfies Model;
