/** @file Networks that learn: one neuron whose decoder is known at every step, and all rules in all positions. */
import {
  bcm,
  Connection,
  Ensemble,
  lif,
  lowpass,
  lstsqL2,
  Network,
  Node,
  noSolver,
  oja,
  pes,
  Probe,
  rectifiedLinear,
  rls,
  voja,
  type LearningRuleTypes,
} from './index.ts';

const RATE = 0.1;
const [START, ACTIVITY, ERROR] = [0.25, 2, 0.5];

/** A neuron that puts out its input, 2, decoded by a weight that begins at 0.25 and is told of an error of 0.5; its output times 3. */
export function oneNeuron() {
  return new Network({ seed: 1 }).within((net) => {
    const stimulus = new Node([ACTIVITY]);
    const neuron = new Ensemble({
      nNeurons: 1,
      dimensions: 1,
      neuronType: rectifiedLinear(),
      encoders: [[1]],
      gain: [1],
      bias: [0],
    });
    net.config.addAttribute('trainable', null);
    net.config.of(neuron).trainable = false;
    new Connection(stimulus, neuron, { synapse: null });
    const decoded = new Node({ sizeIn: 1 });
    const learning = new Connection(neuron, decoded, {
      solver: noSolver({ values: [[START]] }),
      synapse: null,
      learningRuleType: pes({ learningRate: RATE, preSynapse: null }),
    });
    new Connection(new Node([ERROR]), learning.learningRule, { synapse: null });
    const scaled = new Node({ sizeIn: 1 });
    const read = new Connection(decoded, scaled, { transform: [[3]], synapse: null });
    return {
      net,
      stimulus,
      learning,
      read,
      output: new Probe(decoded),
      readOut: new Probe(scaled),
      delta: new Probe(learning.learningRule, { attribute: 'delta' }),
      error: new Probe(learning.learningRule),
    };
  });
}

/** What the neuron of `oneNeuron` decodes to, at steps 1 to `count`. */
export function trajectory(count: number): number[] {
  return Array.from({ length: count }, (_, step) => ACTIVITY * (START - step * RATE * 0.001 * ERROR * ACTIVITY));
}

/** Small ensembles, between which all rules learn in all positions that they can have, quickly enough to be seen. */
export function rulesEverywhere() {
  return new Network({ seed: 3 }).within((net) => {
    const stimulus = new Node([0.4, -0.7]);
    const errors = new Node([0.3, -0.2]);
    const ensemble = (neurons: number): Ensemble =>
      new Ensemble({ nNeurons: neurons, dimensions: 2, neuronType: lif({ initialState: { voltage: 0.5 } }) });
    const [a, b, c] = [ensemble(9), ensemble(7), ensemble(7)];
    const probes: Probe[] = [];
    const learning = (connection: Connection, attribute = 'weights'): void =>
      void probes.push(new Probe(connection, { attribute }));
    const told = <Rules extends LearningRuleTypes>(connection: Connection<Rules>): Connection<Rules> => connection;
    new Connection(stimulus, a, { synapse: null });
    for (const target of [b, c]) {
      const decoders = told(new Connection(a, target, { learningRuleType: pes({ learningRate: 0.05 }) }));
      new Connection(errors, decoders.learningRule);
      learning(decoders);
    }
    const full = new Connection(a, b.at(1), {
      function: (x) => x[0] * x[1],
      solver: lstsqL2({ weights: true }),
      learningRuleType: [pes({ learningRate: 0.05, preSynapse: null }), oja({ learningRate: 1e-5 })],
    });
    new Connection(errors.at(0), full.learningRule[0]);
    learning(full);
    const matrix = Array.from({ length: 4 }, (_, row) =>
      Array.from({ length: 9 }, (_, column) => 1e-3 * (row - column)),
    );
    const neural = new Connection(a.neurons, c.neurons.at([1, 4, 2, 6]), {
      transform: matrix,
      learningRuleType: {
        error: pes({ learningRate: 0.05 }),
        growth: bcm({ learningRate: 1e-7, thetaSynapse: lowpass(0.02) }),
      },
    });
    new Connection(errors, neural.learningRule.error.at([1, 0]));
    learning(neural);
    const squares = new Connection(b, new Node({ sizeIn: 2 }), { learningRuleType: rls({ learningRate: 0.5 }) });
    new Connection(errors, squares.learningRule);
    learning(squares);
    const encoders = new Connection(b, c, { learningRuleType: voja({ learningRate: 0.5 }) });
    new Connection(errors.at(1), encoders.learningRule);
    probes.push(
      new Probe(c, { attribute: 'scaledEncoders' }),
      new Probe(full.learningRule[1], { attribute: 'delta' }),
      new Probe(neural.learningRule.growth),
      new Probe(squares.learningRule, { attribute: 'invGamma' }),
      new Probe(c, { synapse: 0.01 }),
    );
    const inputs = [
      [stimulus, [repeated([0.4, -0.7]), repeated([-0.9, 0.8])]],
      [errors, [repeated([0.3, -0.2]), repeated([-0.5, 0.9])]],
    ] as const;
    return { net, probes, inputs };
  });
}

function repeated(value: readonly number[]): number[][] {
  return Array.from({ length: 12 }, (_, step) => value.map((element) => element * (1 - 0.03 * step)));
}
