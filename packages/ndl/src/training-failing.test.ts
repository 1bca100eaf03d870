/** @file Functions of users that throw while something is learnt or measured: named with what they threw, and one can go on. */
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  adam,
  Connection,
  hostLoss,
  Network,
  Node,
  Probe,
  REFERENCE_BACKEND,
  sgd,
  Simulator,
  TFJS_BACKEND,
  type TrainOptions,
} from './index.ts';
import { failing } from './reference-simulator.test-helper.ts';

const boom =
  (thrown: unknown = new Error('boom')) =>
  (): never => {
    throw thrown;
  };

const net = new Network({ seed: 0 });
const { input, probe, weights } = net.within(() => {
  const input = new Node([0.5]);
  const output = new Node({ sizeIn: 1 });
  const weights = new Connection(input, output, { transform: [[2]], synapse: null });
  return { input, probe: new Probe(output), weights };
});

const cases: readonly [string, Partial<TrainOptions>, string, RegExp][] = [
  [
    'a hostLoss',
    { losses: hostLoss({ label: 'mine', call: boom() }) },
    'HOST_LOSS_INVALID',
    /loss "mine" threw, called with 2 items of 1: boom/,
  ],
  [
    'a hostLoss that throws a text',
    { losses: hostLoss({ label: 'mine', call: boom('no') }) },
    'HOST_LOSS_INVALID',
    /loss "mine" threw.*: no$/,
  ],
  [
    'a hostLoss as a metric',
    { metrics: hostLoss({ label: 'measure', call: boom() }) },
    'HOST_LOSS_INVALID',
    /loss "measure" threw.*: boom/,
  ],
  [
    'a schedule',
    { optimizer: adam({ learningRate: boom() }) },
    'SCHEDULE_INVALID',
    /adam: the learningRate schedule threw for update 1: boom/,
  ],
  [
    'an optimizer of its own',
    { optimizer: { ...sgd(), kind: 'own', scalars: boom() } },
    'OPTIMIZER_INVALID',
    /optimizer 'own' threw, asked for its scalars of update 1: boom/,
  ],
  ['a loss of its own', { losses: { kind: 'own', build: boom() } }, 'OBJECTIVE_INVALID', /'own' threw.*: boom/],
  ['a metric of its own', { metrics: { kind: 'own', build: boom() } }, 'OBJECTIVE_INVALID', /'own' threw.*: boom/],
];

describe.each([
  ['reference', REFERENCE_BACKEND],
  ['tfjs', TFJS_BACKEND],
])('on %s', (_name, backend) => {
  it.each(cases)('%s', async (_, options, code, message) => {
    await using sim = await Simulator.create(net, { settings: { backend, dtype: 'float32' } });
    const data = [[input, [[1], [2]]]] as const;
    const wanted = { targets: [[probe, [[1], [1]]]] as const, optimizer: sgd() };
    const before = [...sim.data.get(weights).weights!.data];
    await expect(sim.train(data, { ...wanted, ...options })).rejects.toEqual(failing(code, message));
    const measured = { targets: wanted.targets, losses: options.losses, metrics: options.metrics };
    const isMeasured = options.optimizer === undefined;
    const outcome: unknown = await sim.evaluate(data, measured).catch((error: unknown) => error);
    expect(outcome).toEqual(isMeasured ? failing(code, message) : { meanSquaredError: 5, loss: 5 });
    expect([...sim.data.get(weights).weights!.data]).toEqual(before);
    const { epochs } = await sim.train(data, { ...wanted, metrics: accuracy() });
    expect(epochs.length).toBe(1);
  });
});
