/** @file Losses and metrics, end to end: each against a computation by hand on a linear network. */
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  directGradient,
  hostLoss,
  kernel,
  kernelLoss,
  meanSquaredError,
  sgd,
  softmaxCrossEntropy,
  Connection,
  Network,
  Node,
  Probe,
  type Objective,
} from './index.ts';
import {
  expectClose,
  linearNetwork,
  outputOf,
  squaredError,
  stepped,
  weightGradient,
  type Rows,
} from './linear-network.test-helper.ts';
import { failing, simulate } from './reference-simulator.test-helper.ts';

const weights: Rows = [
  [0.5, -0.2],
  [0.3, 0.7],
];
const inputs: Rows = [
  [1, 2],
  [3, -1],
  [0.5, 0.25],
];
const outputs = inputs.map((x) => outputOf(weights, x));
const RATE = 0.1;

/** Loss before, and weights after, one update on all items. */
async function oneUpdate(
  losses: Objective | undefined,
  targets: Rows,
): Promise<{ readonly loss: number; readonly weights: ArrayLike<number> }> {
  const { net, input, output, connection } = linearNetwork(weights);
  await using sim = await simulate(net);
  const data = [[input, inputs]] as const;
  const before = await sim.evaluate(data, { targets: [[output, targets]], losses });
  const history = await sim.train(data, {
    targets: [[output, targets]],
    losses,
    optimizer: sgd({ learningRate: RATE }),
  });
  expect(history.epochs[0]!.training['loss']).toBeCloseTo(before['loss']!, 12);
  return { loss: before['loss']!, weights: sim.data.get(connection).weights!.data };
}

describe('losses by hand', () => {
  it.each([
    [
      'all targets given',
      [
        [1, 0],
        [0, 1],
        [0.5, 0.5],
      ],
    ],
    [
      'NaN targets count as no error',
      [
        [1, NaN],
        [NaN, NaN],
        [0.5, 0.5],
      ],
    ],
  ] as [string, Rows][])('mean squared error: %s', async (_, targets) => {
    const byHand = squaredError(outputs, targets);
    for (const losses of [undefined, meanSquaredError()]) {
      const result = await oneUpdate(losses, targets);
      expectClose([result.loss], [byHand.loss]);
      expectClose(result.weights, stepped(weights, weightGradient(inputs, byHand.slopes), RATE).flat());
    }
  });

  it('softmax cross-entropy; an item with a NaN target counts as no error', async () => {
    const targets = [
      [1, 0],
      [0.25, 0.75],
      [NaN, 1],
    ];
    let loss = 0;
    const slopes = outputs.map((output, item) => {
      if (targets[item]!.some(Number.isNaN)) return [0, 0];
      const exponentials = output.map(Math.exp);
      const sum = exponentials[0]! + exponentials[1]!;
      output.forEach((_, element) => (loss -= (targets[item]![element]! * Math.log(exponentials[element]! / sum)) / 3));
      return output.map((_, element) => (exponentials[element]! / sum - targets[item]![element]!) / 3);
    });
    const result = await oneUpdate(softmaxCrossEntropy(), targets);
    expectClose([result.loss], [loss]);
    expectClose(result.weights, stepped(weights, weightGradient(inputs, slopes), RATE).flat());
  });

  const width = 0.8;
  const huber = kernel({ name: 'huber', inputs: ['output', 'target'], parameters: ['width'] }, (k) => {
    const distance = k.abs(k.subtract(k.inputs.output, k.inputs.target));
    const linear = k.multiply(k.parameters.width, k.subtract(distance, k.multiply(0.5, k.parameters.width)));
    return { loss: k.select(k.less(distance, k.parameters.width), k.multiply(0.5, distance, distance), linear) };
  });
  const huberOf = (error: number): number =>
    Math.abs(error) < width ? error ** 2 / 2 : width * (Math.abs(error) - width / 2);
  const huberSlope = (error: number): number => Math.max(-width, Math.min(width, error));

  it.each([
    ['a kernel of the user', kernelLoss({ kernel: huber, parameters: { width } })],
    [
      'a host function of the user, with its gradient',
      hostLoss({
        label: 'huber',
        call: (output, target) => {
          const errors = Array.from(output, (value, index) => value - target[index]!);
          return {
            loss: errors.reduce((sum, error) => sum + huberOf(error), 0) / errors.length,
            gradient: errors.map((error) => huberSlope(error) / errors.length),
          };
        },
      }),
    ],
  ])('%s', async (_, losses) => {
    const targets = [
      [1, 0],
      [0, 1],
      [0.5, 0.5],
    ];
    const errors = outputs.map((output, item) => output.map((value, element) => value - targets[item]![element]!));
    expect(
      errors.flat().some((error) => Math.abs(error) > width) && errors.flat().some((error) => Math.abs(error) < width),
    ).toBe(true);
    const result = await oneUpdate(losses, targets);
    expectClose([result.loss], [errors.flat().reduce((sum, error) => sum + huberOf(error), 0) / 6]);
    const slopes = errors.map((row) => row.map((error) => huberSlope(error) / 6));
    expectClose(result.weights, stepped(weights, weightGradient(inputs, slopes), RATE).flat());
  });

  it('direct output gradients', async () => {
    const slopes = [
      [0.5, -1],
      [0.25, 0],
      [2, 1],
    ];
    const result = await oneUpdate(directGradient(), slopes);
    expectClose(result.weights, stepped(weights, weightGradient(inputs, slopes), RATE).flat());
  });

  it('a host loss that returns no gradient is blamed by its label, and the simulator stays usable', async () => {
    const { net, input, output } = linearNetwork(weights);
    await using sim = await simulate(net);
    const losses = hostLoss({ label: 'careless', call: () => ({ loss: 1, gradient: [] }) });
    const train = sim.train([[input, inputs]], { targets: [[output, outputs]], losses, optimizer: sgd() });
    await expect(train).rejects.toEqual(failing('HOST_LOSS_INVALID', 'careless'));
    await sim.run(0.002);
  });
});

describe('metrics', () => {
  it('accuracy is the fraction of items whose largest output is the right one; it is reported, not minimized', async () => {
    const { net, input, output, connection } = linearNetwork(weights);
    await using sim = await simulate(net);
    const classes = outputs.map(([first, second]) => (first! > second! ? [1, 0] : [0, 1]));
    const wrong = classes.map(([first, second], item) => (item === 0 ? [second!, first!] : [first!, second!]));
    const reports = await sim.evaluate([[input, inputs]], { targets: [[output, wrong]], metrics: accuracy() });
    expectClose([reports['accuracy']!], [2 / 3]);
    expectClose([reports['loss']!], [squaredError(outputs, wrong).loss]);
    await sim.train([[input, inputs]], {
      targets: [[output, outputs]],
      metrics: [[output, accuracy()]],
      optimizer: sgd(),
    });
    expectClose(sim.data.get(connection).weights!.data, weights.flat());
  });
});

describe('several inputs and several probes', () => {
  const net = new Network({ seed: 2 });
  const { left, right, sum, difference, toSum, toDifference } = net.within(() => {
    const left = new Node([0], { label: 'left' });
    const right = new Node([0], { label: 'right' });
    const sumNode = new Node({ sizeIn: 1 });
    const differenceNode = new Node({ sizeIn: 1 });
    const toSum = new Connection(left, sumNode, { transform: [[0.5]], synapse: null });
    const toDifference = new Connection(right, differenceNode, { transform: [[2]], synapse: null });
    return {
      left,
      right,
      toSum,
      toDifference,
      sum: new Probe(sumNode, { label: 'sum' }),
      difference: new Probe(differenceNode, { label: 'difference' }),
    };
  });
  const lefts = [[1], [2]];
  const rights = [[0.5], [-1]];

  it('losses are reported by probe, weighted, and added up', async () => {
    await using sim = await simulate(net);
    const history = await sim.train(
      new Map([
        [left, lefts],
        [right, rights],
      ]),
      {
        targets: new Map([
          [sum, [[1], [1]]],
          [difference, [[0], [0]]],
        ]),
        losses: new Map([[difference, directGradient()]]),
        lossWeights: [[sum, 3]],
        optimizer: sgd({ learningRate: RATE }),
      },
    );
    const sumLoss = ((0.5 - 1) ** 2 + (1 - 1) ** 2) / 2;
    const reports = history.epochs[0]!.training;
    expectClose(
      [reports['sum.meanSquaredError']!, reports['difference.directGradient']!, reports['loss']!],
      [sumLoss, 0, 3 * sumLoss],
    );
    expectClose(sim.data.get(toSum).weights!.data, [0.5 - RATE * 3 * (0.5 - 1) * 1]);
    expectClose(sim.data.get(toDifference).weights!.data, [2]);
  });

  it('probes that share a label, or have none, are reported by the names of their outputs', async () => {
    const twins = new Network({ seed: 2 });
    const { input, probes } = twins.within(() => {
      const input = new Node([0]);
      return {
        input,
        probes: [new Probe(input, { label: 'twin' }), new Probe(input, { label: 'twin' }), new Probe(input)],
      };
    });
    await using sim = await simulate(twins);
    const reports = await sim.evaluate([[input, [[2]]]], {
      targets: probes.map((probe, index) => [probe, [[index]]] as const),
    });
    expect(reports).toEqual({
      'probes[0].meanSquaredError': 4,
      'probes[1].meanSquaredError': 1,
      'probes[2].meanSquaredError': 0,
      loss: 5,
    });
  });

  it('nodes that are fed nothing give their own output; probes without targets cost nothing', async () => {
    await using sim = await simulate(net);
    const reports = await sim.evaluate([[left, lefts]], { targets: [[sum, [[0], [0]]]] });
    expect(Object.keys(reports).sort()).toEqual(['loss', 'meanSquaredError']);
    const predicted = await sim.predict([[left, lefts]]);
    expectClose(predicted.get(sum)!.data, [0.5, 1]);
    expect([...predicted.get(difference)!.data]).toEqual([0, 0]);
  });
});
