/**
 * @file A task in time, learnt through spikes: two pulses come one after the other, some time apart, each on one of two lines; were they on the same?
 * Neither pulse tells, so that a recurrent layer has to keep the first, in its spikes, until the second comes.
 */
import { lossCurve, terminalPlot } from '@ndl/plots';
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
  Simulator,
  softmaxCrossEntropy,
} from 'ndl';
import type { ExampleResult } from './example-result.ts';

/** Steps of a pulse, of the least and the most time between pulses, and of a trial. */
const [PULSE, LEAST, MOST, STEPS] = [10, 10, 25, 50];

/** Seconds of a step. */
const DT = 0.002;

const [NEURONS, EPOCHS, TRAINED, TESTED] = [40, 12, 160, 100];

/** The example, with the fraction of new trials that are answered rightly, in spikes: before training and after. */
export interface TimeResult extends ExampleResult {
  readonly accuracies: Readonly<Record<'before' | 'after', number>>;
}

/** Trials: what comes in at each step, and the right answer at the last one. */
interface Trials {
  /** [trials, steps, 2] */
  readonly inputs: readonly (readonly (readonly number[])[])[];
  /** [trials, 1, 2] */
  readonly answers: readonly (readonly (readonly number[])[])[];
}

function trials(count: number, seed: number): Trials {
  const random = new RandomState(seed);
  const drawn = Array.from({ length: count }, () => {
    const [first, second] = [0, 0].map(() => Number(random.uniform(0, 1) < 0.5));
    const begin = PULSE + LEAST + Math.floor(random.uniform(0, MOST - LEAST + 1));
    const input = Array.from({ length: STEPS }, (_, step) => {
      const line = step < PULSE ? first : step >= begin && step < begin + PULSE ? second : undefined;
      return [0, 1].map((each) => Number(each === line) + random.uniform(-0.2, 0.2));
    });
    return { input, answer: [first === second ? [1, 0] : [0, 1]] };
  });
  return { inputs: drawn.map(({ input }) => input), answers: drawn.map(({ answer }) => answer) };
}

/** Runs the example. */
export async function surrogatesInTime(): Promise<TimeResult> {
  const net = new Network({ seed: 1 });
  const { lines, answer } = net.within(() => {
    configureSettings({ gradient: FAST_SIGMOID_GRADIENT });
    const lines = new Node([0, 0]);
    const ones = new Array<number>(NEURONS).fill(1);
    const { neurons } = new Ensemble({ nNeurons: NEURONS, dimensions: 1, gain: ones, bias: ones });
    const answer = new Node({ sizeIn: 2 });
    new Connection(lines, neurons, { transform: gaussian(0, 1), synapse: null });
    new Connection(neurons, neurons, { transform: gaussian(0, 0.01 / NEURONS), synapse: 0.05 });
    new Connection(neurons, answer, { transform: gaussian(0, 0.05 / NEURONS), synapse: 0.05 });
    return { lines, answer: new Probe(answer, { sampleEvery: STEPS * DT }) };
  });

  await using sim = await Simulator.create(net, { dt: DT });
  const [lesson, test] = [trials(TRAINED, 1), trials(TESTED, 2)];
  const objectives = { losses: softmaxCrossEntropy(), metrics: accuracy() };
  const accuracyNow = async (): Promise<number> => {
    const reports = await sim.evaluate([[lines, test.inputs]], { targets: [[answer, test.answers]], ...objectives });
    return reports['accuracy']!;
  };
  const before = await accuracyNow();
  const history = await sim.train([[lines, lesson.inputs]], {
    targets: [[answer, lesson.answers]],
    ...objectives,
    optimizer: adam({ learningRate: 1e-3 }),
    epochs: EPOCHS,
    minibatchSize: 32,
    seed: 1,
  });
  const accuracies = { before, after: await accuracyNow() };

  const losses = history.epochs.map(({ training }) => training['loss']!);
  const text = [
    `Were two pulses, ${LEAST * DT * 1000} to ${MOST * DT * 1000} ms apart, on the same of two lines? Cross-entropy of ${NEURONS} spiking neurons, over ${EPOCHS} epochs:`,
    terminalPlot(losses),
    `New trials that are answered rightly, in spikes: ${(100 * before).toFixed(1)} % before training, ${(100 * accuracies.after).toFixed(1)} % after.`,
  ].join('\n');
  const title = 'Cross-entropy of a task in time, learnt through spikes by a surrogate gradient';
  const picture = lossCurve(history, { title, showTitle: false, width: 760, label: 'cross-entropy' });
  return { text, picture, accuracies };
}
