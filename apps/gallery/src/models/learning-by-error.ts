/**
 * Learning by error (PES). A connection begins with decoders of nothing and is told, by another population, how far off it is. It
 * learns to pass the stimulus on with its sign turned, while the network runs. After four seconds the teacher falls silent, and what was learnt stays.
 */
import { Connection, Ensemble, Network, Node, pes, Probe } from 'ndl';
import type { ExpectedResult, Model } from '@ndl/model-source';

const LESSON = 4;
const net = new Network({ seed: 3 });
const { wanted, got, weights } = net.within(() => {
  const stimulus = new Node((t) => Math.sin(3 * t));
  const goal = new Node((t) => -Math.sin(3 * t));
  const pre = new Ensemble({ nNeurons: 200, dimensions: 1 });
  const post = new Ensemble({ nNeurons: 200, dimensions: 1 });
  const error = new Ensemble({ nNeurons: 200, dimensions: 1 });
  new Connection(stimulus, pre);
  const learning = new Connection(pre, post, { function: () => [0], learningRuleType: pes({ learningRate: 2e-4 }) });
  new Connection(post, error);
  new Connection(goal, error, { transform: -1 });
  const teacherRests = new Node((t) => Number(t > LESSON));
  new Connection(teacherRests, error.neurons, { transform: new Array(200).fill([-20]), synapse: null });
  new Connection(error, learning.learningRule);
  return {
    wanted: new Probe(goal),
    got: new Probe(post, { synapse: 0.03 }),
    weights: new Probe(learning, { attribute: 'weights', sampleEvery: 0.1 }),
  };
});

export const expected: ExpectedResult = {
  what: 'root mean square error in the second after the lesson',
  seconds: LESSON + 1,
  measure: (sim) => {
    const [goal, have] = [sim.data.get(wanted).data, sim.data.get(got).data];
    let sum = 0;
    for (let step = 1000 * LESSON; step < have.length; step++) sum += (have[step]! - goal[step - 40]!) ** 2;
    return Math.sqrt(sum / 1000);
  },
  atMost: 0.15,
};

export default {
  network: net,
  panels: [
    { of: wanted, kind: 'value' },
    { of: got, kind: 'value' },
    { of: weights, kind: 'weights' },
  ],
} satisfies Model;
