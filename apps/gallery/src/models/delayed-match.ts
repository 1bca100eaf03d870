/**
 * A task in time, learnt through spikes. Two pulses come one after the other, some time apart, each on one of two lines: were they on
 * the same? Neither tells by itself, so a recurrent layer has to keep the first in its spikes until the second comes. It is trained by
 * backpropagation through time, where each spike takes the derivative of a smooth function, its surrogate.
 */
import {
  accuracy,
  adam,
  configureSettings,
  Connection,
  Ensemble,
  FAST_SIGMOID_GRADIENT,
  gaussian,
  Network,
  Node,
  Probe,
  RandomState,
  softmaxCrossEntropy,
} from 'ndl';
import type { ExpectedResult, Model } from '@ndl/model-source';

const NEURONS = 60;
/** Steps, of a millisecond each: of a pulse, of the least and the most time between pulses, of a trial, and from one to the next. */
const [PULSE, LEAST, MOST, STEPS, REST] = [10, 10, 25, 50, 150];

interface Trials {
  /** [trials, steps, 2] */
  readonly inputs: number[][][];
  /** [trials, 1, 2]: what is right at the end, same or different. */
  readonly answers: number[][][];
}

/** What the lines carry at a step. */
function pulses(step: number, first: number, second: number, gap: number): number[] {
  const begin = PULSE + gap;
  const line = step < PULSE ? first : step >= begin && step < begin + PULSE ? second : undefined;
  return [0, 1].map((each) => Number(each === line));
}

function trials(count: number, seed: number): Trials {
  const random = new RandomState(seed);
  const drawn = Array.from({ length: count }, () => {
    const [first, second] = [0, 0].map(() => Number(random.uniform(0, 1) < 0.5)) as [number, number];
    const gap = LEAST + Math.floor(random.uniform(0, MOST - LEAST + 1));
    const noisy = (value: number): number => value + random.uniform(-0.2, 0.2);
    const input = Array.from({ length: STEPS }, (_, step) => pulses(step, first, second, gap).map(noisy));
    return { input, answer: [first === second ? [1, 0] : [0, 1]] };
  });
  return { inputs: drawn.map(({ input }) => input), answers: drawn.map(({ answer }) => answer) };
}

const net = new Network({ seed: 1 });
const { lines, spikes, answer, same } = net.within(() => {
  configureSettings({ gradient: FAST_SIGMOID_GRADIENT });
  // Outside of training, four trials without noise, again and again: on the same line, on two, on two, on the same.
  const lines = new Node((t) => {
    const step = Math.round(1000 * t) - 1;
    const trial = Math.floor(step / (STEPS + REST)) % 4;
    return pulses(step % (STEPS + REST), trial % 2, Math.floor(trial / 2), LEAST);
  });
  const ones = new Array<number>(NEURONS).fill(1);
  const layer = new Ensemble({ nNeurons: NEURONS, dimensions: 1, gain: ones, bias: ones });
  const decision = new Node({ sizeIn: 2 });
  new Connection(lines, layer.neurons, { transform: gaussian(0, 2), synapse: null });
  new Connection(layer.neurons, layer.neurons, { transform: gaussian(0, 0.01 / NEURONS), synapse: 0.025 });
  new Connection(layer.neurons, decision, { transform: gaussian(0, 0.05 / NEURONS), synapse: 0.025 });
  return {
    lines,
    spikes: new Probe(layer.neurons),
    answer: new Probe(decision, { sampleEvery: STEPS / 1000 }),
    same: new Probe(decision),
  };
});

const [lesson, test] = [trials(400, 1), trials(200, 2)];
const objectives = { losses: softmaxCrossEntropy(), metrics: accuracy() };

export const expected: ExpectedResult = {
  what: 'new trials answered rightly, in spikes',
  seconds: 0,
  trained: true,
  measure: async (sim) => {
    const reports = await sim.evaluate([[lines, test.inputs]], { targets: [[answer, test.answers]], ...objectives });
    return reports['accuracy']!;
  },
  atLeast: 0.95,
};

export default {
  network: net,
  training: {
    inputs: [[lines, lesson.inputs]],
    options: {
      targets: [[answer, lesson.answers]],
      ...objectives,
      optimizer: adam({ learningRate: 1e-3 }),
      epochs: 10,
      minibatchSize: 32,
      seed: 1,
    },
    test: { inputs: [[lines, test.inputs]], output: same, labels: test.answers.map(([last]) => last!.indexOf(1)) },
  },
  panels: [
    { of: lines, kind: 'value' },
    { of: spikes, kind: 'raster' },
    { of: same, kind: 'value' },
  ],
} satisfies Model;
