/** @file Training over many steps: held inputs, synapses, recurrent connections, truncation. */
import { describe, expect, it } from 'vitest';
import {
  adam,
  alpha,
  Connection,
  Ensemble,
  lowpass,
  Network,
  Node,
  Probe,
  rectifiedLinear,
  sgd,
  uniform,
  type Synapse,
} from './index.ts';
import { expectClose } from './linear-network.test-helper.ts';
import { simulate } from './reference-simulator.test-helper.ts';

interface ScalarNetwork {
  readonly net: Network;
  readonly input: Node;
  readonly output: Probe;
  /** What is trained; nothing else is. */
  readonly learnt: Connection;
}

/** input → weight → synapse → output. */
function filteredWeight(weight: number, synapse: Synapse): ScalarNetwork {
  const net = new Network({ seed: 1 });
  return net.within(() => {
    const input = new Node([0]);
    const sum = new Node({ sizeIn: 1 });
    const learnt = new Connection(input, sum, { transform: [[weight]], synapse });
    return { net, input, output: new Probe(sum), learnt };
  });
}

/** z(t) = input(t) + weight · z(t-1): lowpass(0) delays by one step. */
function leakyMemory(weight: number): ScalarNetwork {
  const net = new Network({ seed: 1 });
  return net.within(() => {
    const input = new Node([0]);
    const memory = new Node({ sizeIn: 1 });
    new Connection(input, memory, { synapse: null });
    const learnt = new Connection(memory, memory, { transform: [[weight]], synapse: lowpass(0) });
    return { net, input, output: new Probe(memory), learnt };
  });
}

const RATE = 0.3;
const ramp = (steps: number, slope: number): number[] => Array.from({ length: steps }, (_, step) => slope * (step + 1));

describe('held inputs', () => {
  const { net, input, output, learnt } = filteredWeight(0.5, lowpass(0.003));
  const values = [0.7, -0.4];
  const targets = [ramp(6, 0.1).map((value) => [value]), ramp(6, -0.2).map((value) => [value])];

  it('train as the same data written out step by step', async () => {
    const weightAfter = async (data: number[][] | number[][][]): Promise<number> => {
      await using sim = await simulate(net);
      await sim.train([[input, data]], {
        targets: [[output, targets]],
        optimizer: sgd({ learningRate: RATE }),
        epochs: 3,
      });
      return sim.data.get(learnt).weights!.data[0]!;
    };
    const held = await weightAfter(values.map((value) => [value]));
    expectClose([held], [await weightAfter(values.map((value) => targets[0]!.map(() => [value])))]);
    expect(Math.abs(held - 0.5)).toBeGreaterThan(1e-4);
  });

  it('hold targets as well', async () => {
    await using sim = await simulate(net);
    const held = await sim.evaluate([[input, [[0.7]]]], { targets: [[output, [[0.2]]]], steps: 5 });
    const written = await sim.evaluate([[input, [[0.7]]]], {
      targets: [[output, [[[0.2], [0.2], [0.2], [0.2], [0.2]]]]],
    });
    expectClose([held['loss']!], [written['loss']!]);
  });

  it('are never tiled in memory: many steps of wide inputs take no more than few', async () => {
    const width = 2000;
    const items = 32;
    const steps = 400;
    const wide = new Network({ seed: 1 });
    const { pixels, sum } = wide.within(() => {
      const pixels = new Node(new Array<number>(width).fill(0));
      const sumNode = new Node({ sizeIn: 1 });
      new Connection(pixels, sumNode, { transform: [new Array<number>(width).fill(1 / width)], synapse: lowpass(0.1) });
      return { pixels, sum: new Probe(sumNode) };
    });
    await using sim = await simulate(wide);
    const images = Array.from({ length: items }, (_, item) => new Array<number>(width).fill(item / items));
    const before = process.memoryUsage().arrayBuffers;
    await sim.train([[pixels, images]], {
      targets: [[sum, new Array<number[]>(items).fill([1])]],
      optimizer: sgd(),
      steps,
    });
    const tiled = steps * items * width * Float64Array.BYTES_PER_ELEMENT;
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(tiled / 10);
  });
});

describe('backpropagation through time, by hand', () => {
  const samples = [0.4, -1, 0.3, 0.9, 0.2, -0.6, 1.1, 0.5];
  const wanted = ramp(samples.length, 0.05);
  const train = async (
    { net, input, output, learnt }: ScalarNetwork,
    options: { truncation?: number; epochs?: number } = {},
  ): Promise<number> => {
    await using sim = await simulate(net);
    const data = [[input, [samples.map((value) => [value])]]] as const;
    await sim.train(data, {
      targets: [[output, [wanted.map((value) => [value])]]],
      optimizer: sgd({ learningRate: RATE }),
      ...options,
    });
    return sim.data.get(learnt).weights!.data[0]!;
  };

  it.each([
    ['lowpass', lowpass(0.004), 1],
    ['alpha', alpha(0.004), 2],
  ] as [string, Synapse, number][])('through a %s synapse', async (_, synapse, order) => {
    // Zero-order hold of 1/(τs+1)^order at unit weight; what others see at step t is the output of step t-1.
    const decay = Math.exp(-0.001 / 0.004);
    const ratio = 0.001 / 0.004;
    let [first, second, seen] = [0, 0, 0];
    const response = samples.map((value) => {
      const now = seen;
      if (order === 1) seen = decay * seen + (1 - decay) * value;
      else {
        // d/dt [first, second] = [value - first, first - second] / τ, exactly over one step.
        const nextFirst = value + (first - value) * decay;
        second = value + (second - value + ratio * (first - value)) * decay;
        first = nextFirst;
        seen = second;
      }
      return now;
    });
    const slope = response.reduce(
      (sum, unit, step) => sum + (2 * (0.8 * unit - wanted[step]!) * unit) / samples.length,
      0,
    );
    expectClose([await train(filteredWeight(0.8, synapse))], [0.8 - RATE * slope], 1e-9);
  });

  /** Truncated backpropagation of the leaky memory: forward-mode derivatives, set to 0 where a block begins. */
  const memoryWeight = (start: number, block: number, epochs: number): number => {
    let weight = start;
    for (let epoch = 0; epoch < epochs; epoch++) {
      // What the synapse holds: the weighted value of the step before, by the weight of that time.
      let feedback = 0;
      for (let first = 0; first < samples.length; first += block) {
        const inBlock = samples.slice(first, first + block);
        let [slopeOfFeedback, gradient] = [0, 0];
        inBlock.forEach((value, step) => {
          const [memory, slope] = [value + feedback, slopeOfFeedback];
          gradient += (2 * (memory - wanted[first + step]!) * slope) / inBlock.length;
          [feedback, slopeOfFeedback] = [weight * memory, memory + weight * slope];
        });
        weight -= RATE * gradient;
      }
    }
    return weight;
  };

  it.each([
    ['through a recurrent connection, untruncated', samples.length, 1],
    ['several epochs start from the initial state each', samples.length, 4],
    ['truncated: state is carried over blocks, gradients are not, one update per block', 4, 1],
    ['truncated, the last block partial', 3, 2],
    ['truncated to single steps, of which none reaches the weight', 1, 3],
  ])('%s', async (_, truncation, epochs) => {
    const options = truncation === samples.length ? { epochs } : { truncation, epochs };
    expectClose([await train(leakyMemory(0.6), options)], [memoryWeight(0.6, truncation, epochs)]);
  });
});

describe('learning over time', () => {
  /** Remember the first of ten inputs, with a recurrent population of rate neurons. */
  const remember = async (truncation: number | undefined): Promise<number> => {
    const net = new Network({ seed: 3 });
    const { input, output } = net.within(() => {
      const input = new Node([0]);
      const memory = new Ensemble({
        nNeurons: 30,
        dimensions: 1,
        neuronType: rectifiedLinear(),
        maxRates: uniform(1, 2),
      });
      const sum = new Node({ sizeIn: 1 });
      new Connection(input, memory, { synapse: null });
      new Connection(memory, memory, { synapse: lowpass(0), transform: 0.2 });
      new Connection(memory, sum, { synapse: null });
      return { input, output: new Probe(sum) };
    });
    await using sim = await simulate(net);
    const cues = Array.from({ length: 16 }, (_, item) => -1 + (2 * item) / 15);
    const inputs = cues.map((cue) => Array.from({ length: 10 }, (_, step) => [step === 0 ? cue : 0]));
    const targets = cues.map((cue) => Array.from({ length: 10 }, () => [cue]));
    const data = [[input, inputs]] as const;
    await sim.train(data, {
      targets: [[output, targets]],
      optimizer: adam({ learningRate: 3e-3 }),
      epochs: 250,
      truncation,
    });
    const { loss } = await sim.evaluate(data, { targets: [[output, targets]], mode: 'rate' });
    return Math.sqrt(loss!);
  };

  it('a task of ten steps is learnt; truncated to five steps, less exactly', async () => {
    const whole = await remember(undefined);
    const truncated = await remember(5);
    expect(whole).toBeLessThan(0.055);
    expect(truncated).toBeLessThan(0.1);
    expect(truncated).toBeGreaterThan(whole);
  });
});
