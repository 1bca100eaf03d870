/**
 * Points in the plane. Two spirals wind around each other; a hidden population of spiking neurons learns, by gradient descent on its
 * smoothed rates, which point is on which. Turn the knobs: more noise is harder, and regularization keeps weights small and the border smooth.
 */
import {
  adam,
  configureSettings,
  Connection,
  Ensemble,
  lif,
  meanSquaredError,
  Network,
  Node,
  Probe,
  RandomState,
  softmaxCrossEntropy,
  uniform,
} from 'ndl';
import type { ExpectedResult, Model } from '@ndl/model-source';

const NOISE = 0.05; // knob 0 to 0.4
const REGULARIZATION = 0.001; // knob 0 to 0.1
const TURNS = 0.75; // knob 0.25 to 1.5
const [POINTS, HIDDEN] = [300, 80];

/** Points of both spirals, one after the other, and which spiral each is on. */
function spirals(count: number, random: RandomState): { points: number[][]; labels: number[] } {
  const labels = Array.from({ length: count }, (_, item) => item % 2);
  const points = labels.map((label, item) => {
    const along = Math.sqrt((item + 1) / count);
    const angle = 2 * Math.PI * TURNS * along + Math.PI * label;
    const [x, y] = [along * Math.cos(angle), along * Math.sin(angle)];
    return [x + NOISE * random.normal(0, 1), y + NOISE * random.normal(0, 1)];
  });
  return { points, labels };
}

const net = new Network({ seed: 2 });
const { point, sides, filtered, weights } = net.within(() => {
  configureSettings({ trainable: null, lifSmoothing: 0.05 });
  const point = new Node([0.5, 0.5]);
  const hidden = new Ensemble({
    nNeurons: HIDDEN,
    dimensions: 2,
    neuronType: lif({ amplitude: 0.01 }),
    maxRates: uniform(100, 200),
    intercepts: uniform(-0.9, 0.9),
  });
  const sides = new Node({ sizeIn: 2 });
  new Connection(point, hidden, { synapse: null });
  const out = new Connection(hidden.neurons, sides, {
    transform: Array.from({ length: 2 }, () => new Array<number>(HIDDEN).fill(0)),
    synapse: null,
  });
  return {
    point,
    sides: new Probe(sides),
    filtered: new Probe(sides, { synapse: 0.1 }),
    weights: new Probe(out, { attribute: 'weights' }),
  };
});

const random = new RandomState(3);
const learnt = spirals(POINTS, random);
const unseen = spirals(POINTS, random);
const oneHot = (labels: readonly number[]): number[][][] => labels.map((label) => [[1 - label, label]]);

export const expected: ExpectedResult = {
  what: 'fraction of unseen points that are told apart in spikes',
  seconds: 0,
  trained: true,
  measure: async (sim) => {
    const answers = await sim.predict([[point, unseen.points]], { probes: [filtered], steps: 150, lastStepOnly: true });
    const { data } = answers.get(filtered)!;
    return (
      unseen.labels.filter((label, item) => Number(data[2 * item + 1]! > data[2 * item]!) === label).length / POINTS
    );
  },
  atLeast: 0.9,
};

export default {
  network: net,
  training: {
    inputs: [[point, learnt.points]],
    options: {
      targets: [
        [sides, oneHot(learnt.labels)],
        [weights, learnt.labels.map(() => Array.from({ length: 2 }, () => new Array<number>(HIDDEN).fill(0)))],
      ],
      losses: [
        [sides, softmaxCrossEntropy()],
        [weights, meanSquaredError()],
      ],
      lossWeights: [[weights, REGULARIZATION]],
      optimizer: adam({ learningRate: 0.02 }),
      epochs: 60,
      minibatchSize: 50,
    },
    test: { inputs: [[point, unseen.points]], labels: unseen.labels, output: filtered, steps: 150 },
  },
  panels: [{ of: filtered, kind: 'value' }],
} satisfies Model;
