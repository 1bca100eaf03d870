/** @file When training stops being finite: what is to blame is named, and parameters are back where the epoch began. */
import { describe, expect, it } from 'vitest';
import {
  adam,
  Connection,
  Ensemble,
  hostLoss,
  kernel,
  kernelLoss,
  meanSquaredError,
  Network,
  Node,
  Probe,
  rectifiedLinear,
  sgd,
  Simulator,
  TFJS_BACKEND,
  type Objective,
} from './index.ts';
import { linearNetwork } from './linear-network.test-helper.ts';
import { failing, movedBetween, parameterBits, simulate } from './reference-simulator.test-helper.ts';

/** |output - target|, whose derivative at 0 is 0 / 0 as it is written. */
const distance = kernelLoss({
  kernel: kernel({ name: 'distance', inputs: ['output', 'target'] }, (k) => {
    const d = k.subtract(k.inputs.output, k.inputs.target);
    return { loss: k.sqrt(k.multiply(d, d)) };
  }),
});

describe('a derivative that is not finite where the loss is', () => {
  it.each([0, 0.1])('is the kernel’s fault, at any learning rate: %s', async (learningRate) => {
    const { net, input, output } = linearNetwork([[0.5]]);
    await using sim = await simulate(net);
    const before = parameterBits(sim);
    const call = { losses: distance, optimizer: sgd({ learningRate }) };
    const train = sim.train([[input, [[1]]]], { ...call, targets: [[output, [[0.5]]]] });
    await expect(train).rejects.toEqual(
      failing(
        'GRADIENT_NOT_FINITE',
        /loss 'kernelLoss' by parameter 'connections\[0\]\.weights' is NaN, though the loss itself is 0/,
      ),
    );
    expect(movedBetween(before, parameterBits(sim))).toEqual([]);
    await sim.train([[input, [[1]]]], { ...call, targets: [[output, [[0]]]] });
  });

  it('is found behind the minibatch whose loss it spoilt', async () => {
    const { net, input, output } = linearNetwork([[0.5]]);
    await using sim = await simulate(net);
    const train = sim.train([[input, [[1], [2], [3]]]], {
      targets: [[output, [[0.5], [0], [0]]]],
      losses: distance,
      optimizer: adam(),
      minibatchSize: 1,
      shuffle: false,
    });
    await expect(train).rejects.toEqual(failing('GRADIENT_NOT_FINITE', 'no learning rate cures that'));
  });

  it('is told apart among several losses', async () => {
    const net = new Network({ seed: 0 });
    const { input, probes } = net.within(() => {
      const input = new Node([0]);
      const output = new Node({ sizeIn: 1 });
      new Connection(input, output, { synapse: null, transform: [[0.5]] });
      return { input, probes: [new Probe(output, { label: 'good' }), new Probe(output, { label: 'bad' })] as const };
    });
    const [good, bad] = probes;
    await using sim = await simulate(net);
    const train = sim.train([[input, [[1]]]], {
      targets: [
        [good, [[1]]],
        [bad, [[0.5]]],
      ],
      losses: [[bad, distance]],
      optimizer: sgd(),
    });
    await expect(train).rejects.toEqual(failing('GRADIENT_NOT_FINITE', "loss 'bad.kernelLoss'"));
  });

  it('does not come of targets that are missing', async () => {
    const { net, input, output } = linearNetwork([[0.5]]);
    await using sim = await simulate(net);
    for (const missing of ['zero', 'ignore'] as const) {
      const logarithm = kernel({ name: 'logarithm', inputs: ['output', 'target'] }, (k) => ({
        loss: k.log(k.abs(k.subtract(k.inputs.output, k.inputs.target))),
      }));
      await sim.train([[input, [[1], [2]]]], {
        targets: [[output, [[NaN], [0]]]],
        losses: kernelLoss({ kernel: logarithm, missing }),
        optimizer: sgd(),
      });
    }
  });
});

describe('a loss that is not finite from the start', () => {
  const huge = 1e200;
  it.each([
    ['without truncation', {}],
    ['with truncation', { truncation: 1, steps: 3 }],
  ])('is no fault of the learning rate: %s', async (_, changes) => {
    const { net, input, output } = linearNetwork([[0.5]]);
    await using sim = await simulate(net);
    const before = parameterBits(sim);
    const call = { targets: [[output, [[0]]]] as const, optimizer: adam(), ...changes };
    const refusal = failing(
      'LOSS_NOT_FINITE',
      /before any update was made, so the learning rate is not to blame.*'meanSquaredError'.*data and targets/,
    );
    await expect(sim.train([[input, [[huge]]]], call)).rejects.toEqual(refusal);
    expect(movedBetween(before, parameterBits(sim))).toEqual([]);
  });

  it('is so in float32 on tfjs too', async () => {
    const { net, input, output } = linearNetwork([[0.5]]);
    await using sim = await Simulator.create(net, { settings: { backend: TFJS_BACKEND } });
    const train = sim.train([[input, [[1e30]]]], { targets: [[output, [[0]]]], optimizer: adam() });
    await expect(train).rejects.toEqual(failing('LOSS_NOT_FINITE', 'the learning rate is not to blame'));
  });

  it('in a later minibatch is told of the data of its items, too', async () => {
    const { net, input, output } = linearNetwork([[0.5]]);
    await using sim = await simulate(net);
    const train = sim.train([[input, [[1], [huge]]]], {
      targets: [[output, [[0], [0]]]],
      optimizer: sgd({ learningRate: 1e-3 }),
      minibatchSize: 1,
      shuffle: false,
    });
    await expect(train).rejects.toEqual(
      failing(
        'LOSS_NOT_FINITE',
        /minibatch 2 is Infinity with the parameters from before any update, too.*data and targets of its items/,
      ),
    );
  });
});

describe('steps that are too large', () => {
  it.each([
    ['a loss that overflows', 1e160, 'LOSS_NOT_FINITE', 2],
    ['an update that overflows', 1e308, 'PARAMETER_NOT_FINITE', 1],
  ] as const)('%s', async (_, learningRate, code, epochs) => {
    const { net, input, output } = linearNetwork([[0.5]]);
    await using sim = await simulate(net);
    const train = sim.train([[input, [[3]]]], {
      targets: [[output, [[100]]]],
      optimizer: sgd({ learningRate }),
      epochs,
    });
    await expect(train).rejects.toEqual(failing(code, 'a smaller learning rate is the usual cure'));
  });
});

describe('a host loss', () => {
  const blamed = async (losses: Objective, at = 1): Promise<unknown> => {
    const { net, input, output } = linearNetwork([[0.5]]);
    await using sim = await simulate(net);
    const call = { targets: [[output, [[1]]]] as const, losses, optimizer: sgd({ learningRate: 0 }) };
    return await sim.train([[input, [[at]]]], call).catch((error: unknown) => error);
  };

  it.each([
    ['a gradient of NaN', () => ({ loss: 1, gradient: [NaN] })],
    ['an infinite loss', () => ({ loss: Infinity, gradient: [0] })],
    ['a gradient of another length', () => ({ loss: 1, gradient: [0, 0] })],
    ['a gradient per item', () => ({ loss: 1, gradient: [[0]] as never })],
    ['a promise', () => Promise.resolve({ loss: 1, gradient: [0] }) as never],
    ['nothing', () => undefined as never],
  ])('that returns %s is named', async (_, call) => {
    expect(await blamed(hostLoss({ label: 'mine', call }))).toEqual(failing('HOST_LOSS_INVALID', 'The loss "mine"'));
  });

  it('is not blamed for outputs that are not finite', async () => {
    const echo = hostLoss({ label: 'echo', call: (output) => ({ loss: output[0]!, gradient: [1] }) });
    expect(await blamed(echo, 1e300)).toEqual({ epochs: [expect.anything()] });
    const net = new Network({ seed: 0 });
    const probe = net.within(() => {
      const output = new Node({ sizeIn: 1 });
      new Connection(new Node([1e308]), output, { synapse: null, transform: [[10]] });
      return new Probe(output);
    });
    await using sim = await simulate(net);
    const train = sim.train(new Map(), { targets: [[probe, [[0]]]], losses: echo, optimizer: sgd() });
    await expect(train).rejects.toEqual(failing('LOSS_NOT_FINITE', "'hostLoss'"));
  });
});

it('a neuron whose derivative is not finite is blamed as well', async () => {
  const net = new Network({ seed: 0 });
  const probe = net.within(() => {
    const ensemble = new Ensemble({
      nNeurons: 2,
      dimensions: 1,
      neuronType: rectifiedLinear(),
      gain: [1, 1],
      bias: [1, 1],
    });
    new Connection(new Node([0]), ensemble, { synapse: null });
    return new Probe(ensemble.neurons);
  });
  await using sim = await simulate(net);
  const root = kernelLoss({
    kernel: kernel({ name: 'root', inputs: ['output', 'target'] }, (k) => ({
      loss: k.sqrt(k.abs(k.subtract(k.inputs.output, k.inputs.target))),
    })),
  });
  const call = { targets: [[probe, [[1, 1]]]] as const, optimizer: sgd() };
  await expect(sim.train(new Map(), { ...call, losses: root })).rejects.toEqual(failing('GRADIENT_NOT_FINITE'));
  await sim.train(new Map(), { ...call, losses: meanSquaredError() });
});
