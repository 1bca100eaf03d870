/** @file Each optimizer, end to end, against its recurrence written out by hand on a linear network. */
import { describe, expect, it } from 'vitest';
import { adam, momentum, rmsprop, sgd, type Optimizer } from './index.ts';
import { expectClose, linearNetwork, squaredErrorGradient, stepped, type Rows } from './linear-network.test-helper.ts';
import { failing, simulate } from './reference-simulator.test-helper.ts';

const start: Rows = [
  [0.5, -0.2],
  [0.3, 0.7],
];
const inputs: Rows = [
  [1, 2],
  [3, -1],
  [0.5, 0.25],
  [-1, 0.5],
  [0, 1],
];
const targets: Rows = [
  [1, 0],
  [0, 1],
  [0.5, 0.5],
  [NaN, 2],
  [-1, 0],
];

/** How one number moves, update after update; a fresh one per number. */
type Recurrence = () => (value: number, gradient: number, update: number) => number;

const rate = 0.05;
const recurrences: readonly (readonly [string, Optimizer, Recurrence])[] = [
  ['sgd', sgd({ learningRate: rate }), () => (value, gradient) => value - rate * gradient],
  [
    'sgd with a schedule',
    sgd({ learningRate: (update) => rate / update }),
    () => (value, gradient, update) => value - (rate / update) * gradient,
  ],
  [
    'momentum',
    momentum({ learningRate: rate, momentum: 0.8 }),
    () => {
      let velocity = 0;
      return (value, gradient) => value - rate * (velocity = 0.8 * velocity + gradient);
    },
  ],
  [
    'Nesterov momentum',
    momentum({ learningRate: rate, momentum: 0.8, nesterov: true }),
    () => {
      let velocity = 0;
      return (value, gradient) => {
        velocity = 0.8 * velocity + gradient;
        return value - rate * (gradient + 0.8 * velocity);
      };
    },
  ],
  [
    'Adam',
    adam({ learningRate: rate, beta1: 0.7, beta2: 0.95, epsilon: 1e-6 }),
    () => {
      let mean = 0;
      let square = 0;
      return (value, gradient, update) => {
        mean = 0.7 * mean + 0.3 * gradient;
        square = 0.95 * square + 0.05 * gradient ** 2;
        return value - (rate * (mean / (1 - 0.7 ** update))) / (Math.sqrt(square / (1 - 0.95 ** update)) + 1e-6);
      };
    },
  ],
  [
    'RMSprop',
    rmsprop({ learningRate: rate, decay: 0.8, epsilon: 1e-5 }),
    () => {
      let square = 0;
      return (value, gradient) => {
        square = 0.8 * square + 0.2 * gradient ** 2;
        return value - (rate * gradient) / (Math.sqrt(square) + 1e-5);
      };
    },
  ],
];

/** Weights and loss of each epoch, by hand: minibatches of `size` in order. */
function byHand(
  recurrence: Recurrence,
  epochs: number,
  size: number,
): { readonly weights: number[][]; readonly losses: number[] } {
  const moves = start.map((row) => row.map(recurrence));
  let weights = start.map((row) => [...row]);
  let update = 0;
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    let sum = 0;
    for (let first = 0; first < inputs.length; first += size) {
      const items = inputs.slice(first, first + size);
      const { loss, gradient } = squaredErrorGradient(weights, items, targets.slice(first, first + size));
      update += 1;
      weights = weights.map((row, i) => row.map((weight, j) => moves[i]![j]!(weight, gradient[i]![j]!, update)));
      sum += loss * items.length;
    }
    losses.push(sum / inputs.length);
  }
  return { weights, losses };
}

describe.each(recurrences)('%s', (_, optimizer, recurrence) => {
  it.each([
    ['whole batches', 5],
    ['minibatches, the last of them partial', 2],
  ])('follows its recurrence: %s', async (__, minibatchSize) => {
    const { net, input, output, connection } = linearNetwork(start);
    await using sim = await simulate(net);
    const history = await sim.train([[input, inputs]], {
      targets: [[output, targets]],
      optimizer,
      epochs: 6,
      minibatchSize,
      shuffle: false,
    });
    const expected = byHand(recurrence, 6, minibatchSize);
    expectClose(sim.data.get(connection).weights!.data, expected.weights.flat());
    expectClose(
      history.epochs.map(({ training }) => training['loss']!),
      expected.losses,
    );
  });
});

describe('what optimizers remember', () => {
  it('is that of one optimizer: two calls of one epoch, each with its own, are not one call of two', async () => {
    const weightsAfter = async (calls: readonly number[]): Promise<readonly number[]> => {
      const { net, input, output, connection } = linearNetwork(start);
      await using sim = await simulate(net);
      for (const epochs of calls) {
        const optimizer = momentum({ learningRate: rate, momentum: 0.9 });
        await sim.train([[input, inputs]], { targets: [[output, targets]], optimizer, epochs });
      }
      return [...sim.data.get(connection).weights!.data];
    };
    const first = stepped(start, squaredErrorGradient(start, inputs, targets).gradient, rate);
    const second = stepped(first, squaredErrorGradient(first, inputs, targets).gradient, rate);
    expectClose(await weightsAfter([1, 1]), second.flat());
    expect(await weightsAfter([2])).not.toEqual(await weightsAfter([1, 1]));
  });
});

describe('divergence', () => {
  const large = inputs.map((x) => x.map((value) => 100 * value));
  const { loss, gradient } = squaredErrorGradient(start, large, targets);

  it.each([
    [
      'the loss overflows in epoch 2: the weights of epoch 1 are kept',
      1e200,
      'LOSS_NOT_FINITE',
      stepped(start, gradient, 1e200),
    ],
    [
      'a weight overflows in epoch 1: the weights are as before the call',
      Number.MAX_VALUE,
      'PARAMETER_NOT_FINITE',
      start,
    ],
  ] as [string, number, string, Rows][])('%s', async (_, learningRate, code, expected) => {
    const { net, input, output, connection } = linearNetwork(start);
    await using sim = await simulate(net);
    const data = [[input, large]] as const;
    const explode = sim.train(data, { targets: [[output, targets]], optimizer: sgd({ learningRate }), epochs: 9 });
    await expect(explode).rejects.toEqual(failing(code, 'epoch'));
    expectClose(sim.data.get(connection).weights!.data, expected.flat());
    const reports = await sim.evaluate(data, { targets: [[output, targets]] });
    expectClose([reports['loss']!], [expected === start ? loss : squaredErrorGradient(expected, large, targets).loss]);
  });
});
