/** @file Random networks with random data and losses, all of which can be trained: what gradient checks are to pass. */
import {
  adaptiveLif,
  adaptiveLifRate,
  alpha,
  Connection,
  directGradient,
  Ensemble,
  hostLoss,
  izhikevich,
  kernel,
  kernelLoss,
  leaky,
  leakyRelu,
  lif,
  lifRate,
  lowpass,
  meanSquaredError,
  Network,
  Node,
  Probe,
  RandomState,
  rectifiedLinear,
  regularSpiking,
  sigmoid,
  softLifRate,
  softmaxCrossEntropy,
  spikingRectifiedLinear,
  stochasticSpiking,
  tanh,
  uniform,
  type NeuronType,
  type Objective,
  type Synapse,
} from './index.ts';

/** A network and one call of `checkGradients` on it. */
export interface RandomNetwork {
  readonly net: Network;
  readonly inputs: readonly (readonly [Node, number[][] | number[][][]])[];
  readonly targets: readonly (readonly [Probe, number[][]])[];
  readonly losses: Objective;
  readonly steps: number;
}

const absolute = kernel({ name: 'absolute', inputs: ['output', 'target'] }, (k) => ({
  loss: k.abs(k.subtract(k.inputs.output, k.inputs.target)),
}));
const huber = kernel({ name: 'huber', inputs: ['output', 'target'] }, (k) => {
  const distance = k.abs(k.subtract(k.inputs.output, k.inputs.target));
  const squared = k.multiply(0.5, distance, distance);
  return { loss: k.select(k.less(distance, 0.5), squared, k.multiply(0.5, k.subtract(distance, 0.25))) };
});
const quartic = hostLoss({
  label: 'quartic',
  call: (output, target, { items }) => {
    const errors = Array.from(output, (value, index) => (Number.isNaN(target[index]) ? 0 : value - target[index]!));
    return {
      loss: errors.reduce((sum, error) => sum + error ** 4, 0) / items,
      gradient: errors.map((error) => (4 * error ** 3) / items),
    };
  },
});

const LOSSES: readonly Objective[] = [
  meanSquaredError(),
  meanSquaredError({ missing: 'ignore' }),
  softmaxCrossEntropy(),
  softmaxCrossEntropy({ missing: 'ignore' }),
  kernelLoss({ kernel: absolute }),
  kernelLoss({ kernel: huber, missing: 'ignore' }),
  directGradient(),
  quartic,
];

const NEURON_TYPES: readonly NeuronType[] = [
  lif(),
  lifRate(),
  softLifRate(),
  rectifiedLinear(),
  spikingRectifiedLinear(),
  sigmoid(),
  tanh(),
  adaptiveLif({ tauN: 0.01, incN: 0.005 }),
  adaptiveLifRate({ tauN: 0.005, incN: 0.01 }),
  izhikevich(),
  leaky({ beta: 0.95, reset: 'zero' }),
  leakyRelu(),
  regularSpiking(tanh()),
  stochasticSpiking(adaptiveLifRate({ tauN: 0.01 }), { amplitude: 0.5 }),
];

/** One to three layers, some of them recurrent; all that is drawn follows from the seed. */
export function randomNetwork(seed: number, neuronTypes: readonly NeuronType[] = NEURON_TYPES): RandomNetwork {
  const random = new RandomState(seed);
  const number = (low: number, high: number): number => random.uniform(low, high, 1)[0]!;
  const whole = (low: number, high: number): number => Math.floor(number(low, high + 1));
  const oneOf = <Choice>(choices: readonly Choice[]): Choice => choices[whole(0, choices.length - 1)]!;
  const matrix = (rows: number, columns: number, size: number): number[][] =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => number(-size, size)));
  const synapse = (): Synapse | null => oneOf([null, null, lowpass(0.002), alpha(0.001), lowpass(0)]);

  const net = new Network({ seed });
  const [items, steps] = [whole(1, 4), whole(2, 8)];
  return net.within(() => {
    const width = whole(1, 2);
    const input = new Node(new Array<number>(width).fill(0.1));
    let before: Node | Ensemble = input;
    let ensemble: Ensemble | undefined;
    for (let layer = whole(1, 3); layer > 0; layer--) {
      const next: Ensemble = new Ensemble({
        nNeurons: whole(3, 7),
        dimensions: whole(1, 2),
        neuronType: oneOf(neuronTypes),
      });
      const transform = matrix(next.dimensions, before === input ? width : ensemble!.dimensions, 1);
      new Connection(before, next, { synapse: synapse(), transform });
      if (number(0, 1) < 0.4) new Connection(next, next, { synapse: lowpass(0.003), transform: number(-0.5, 0.5) });
      if (ensemble !== undefined && number(0, 1) < 0.3)
        new Connection(ensemble.neurons, next.neurons, { synapse: synapse(), transform: uniform(-0.002, 0.002) });
      before = ensemble = next;
    }
    const output = new Node({ sizeIn: 2 });
    const squared = number(0, 1) < 0.3;
    new Connection(ensemble!, output, {
      synapse: synapse(),
      ...(squared && { function: (x: readonly number[]) => x.map((value) => value ** 2) }),
      transform: matrix(2, ensemble!.dimensions, 1),
    });
    const losses = oneOf(LOSSES);
    const isProbability = losses.kind === 'softmaxCrossEntropy';
    const target = (): number[] => {
      const first = number(0, 1);
      return isProbability ? [first, 1 - first] : [number(0, 1) < 0.2 ? NaN : first, number(-1, 1)];
    };
    const isHeld = number(0, 1) < 0.5;
    return {
      net,
      inputs: [
        [input, isHeld ? matrix(items, width, 1) : Array.from({ length: items }, () => matrix(steps, width, 1))],
      ] as const,
      targets: [[new Probe(output), Array.from({ length: items }, target)]] as const,
      losses,
      steps,
    };
  });
}
