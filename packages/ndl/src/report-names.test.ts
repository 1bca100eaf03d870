/** @file Every loss and every metric is reported under a name of its own, whatever objectives and probes are called. */
import { expect, it } from 'vitest';
import {
  accuracy,
  Connection,
  directGradient,
  meanSquaredError,
  Network,
  Node,
  Probe,
  sgd,
  softmaxCrossEntropy,
  type Objective,
  type Simulator,
} from './index.ts';
import { simulate } from './reference-simulator.test-helper.ts';

/** A simulator of one node, [2, 0.5], and probes of it with these labels. */
async function probed(labels: readonly (string | null)[]): Promise<{ sim: Simulator; probes: readonly Probe[] }> {
  const net = new Network({ seed: 0 });
  const probes = net.within(() => {
    const input = new Node([2, 0.5]);
    return labels.map((label) => new Probe(input, { label }));
  });
  return { sim: await simulate(net), probes };
}

const nothingFed = new Map<Node, number[][]>();

/** The squared error, under another name. */
const called = (kind: string): Objective => ({ kind, build: (context) => meanSquaredError().build(context) });

/** Of targets [1, NaN]: (2 - 1)² over one element or two, 2 · 1, -log(e² / (e² + e^0.5)) of target [1, 0], the first is largest. */
it.each([
  ['meanSquaredError', meanSquaredError(), [1, NaN], 0.5],
  ["meanSquaredError of missing: 'ignore'", meanSquaredError({ missing: 'ignore' }), [1, NaN], 1],
  [
    "softmaxCrossEntropy of missing: 'ignore'",
    softmaxCrossEntropy({ missing: 'ignore' }),
    [1, 0],
    Math.log1p(Math.exp(-1.5)),
  ],
  ['directGradient', directGradient(), [1, NaN], 2],
  ['accuracy', accuracy(), [1, 0], 1],
])('%s as loss and metric at once is reported once', async (_, objective, target, expected) => {
  const { sim } = await probed([null]);
  await using _sim = sim;
  const reports = await sim.evaluate(nothingFed, {
    steps: 1,
    targets: [target],
    losses: objective,
    metrics: objective,
  });
  expect(Object.keys(reports).sort()).toEqual(['loss', objective.kind].sort());
  expect(reports['loss']).toBeCloseTo(expected, 12);
  expect(reports[objective.kind]).toBeCloseTo(expected, 12);
});

it("kinds of users' own - 'loss', '__proto__', 'value 0' - take no other number's place", async () => {
  const { sim, probes } = await probed(['p']);
  await using _sim = sim;
  const target = [[1, 0.5]];
  const call = { steps: 1, targets: target, lossWeights: [[probes[0]!, 10]] } as const;
  // ((2 - 1)² + 0²) / 2, times 10.
  expect(await sim.evaluate(nothingFed, { ...call, losses: called('loss') })).toEqual({ 'losses.loss': 0.5, loss: 5 });
  expect(await sim.evaluate(nothingFed, { ...call, losses: called('loss'), metrics: called('loss') })).toEqual({
    'losses.loss': 0.5,
    'metrics.loss': 0.5,
    loss: 5,
  });
  expect(await sim.evaluate(nothingFed, { ...call, metrics: called('loss') })).toEqual({
    meanSquaredError: 0.5,
    'metrics.loss': 0.5,
    loss: 5,
  });
  for (const kind of ['__proto__', 'value 0', 'total 1', 'toString']) {
    const reports = await sim.evaluate(nothingFed, { ...call, losses: called(kind), metrics: accuracy() });
    expect(new Map(Object.entries(reports))).toEqual(
      new Map([
        [kind, 0.5],
        ['accuracy', 1],
        ['loss', 5],
      ]),
    );
  }
});

it('training reports and minimizes the weighted sum where a loss is called loss', async () => {
  const net = new Network({ seed: 0 });
  const probe = net.within(() => {
    const output = new Node({ sizeIn: 1 });
    new Connection(new Node([1]), output, { synapse: null, transform: 3 });
    return new Probe(output);
  });
  await using sim = await simulate(net);
  const history = await sim.train(nothingFed, {
    steps: 1,
    targets: [[1]],
    losses: called('loss'),
    lossWeights: [[probe, 10]],
    optimizer: sgd({ learningRate: 0.025 }),
    epochs: 2,
  });
  // A slope of 10 · 2 (w - 1) halves the error with each update: w is 3, then 2.
  expect(history.epochs.map(({ training }) => training)).toEqual([
    { 'losses.loss': 4, loss: 40 },
    { 'losses.loss': 1, loss: 10 },
  ]);
});

it('labels and kinds that make one name of two: each objective is reported, and counts', async () => {
  const { sim, probes } = await probed(['probes[1]', null, 'a', 'a.b']);
  await using _sim = sim;
  const targets = probes.map((probe) => [probe, [[1, 0.5]]] as const);
  const byOutput = await sim.evaluate(nothingFed, {
    steps: 1,
    targets: targets.slice(0, 2),
    lossWeights: [
      [probes[0]!, 1],
      [probes[1]!, 4],
    ],
  });
  expect(byOutput).toEqual({ 'probes[0].meanSquaredError': 0.5, 'probes[1].meanSquaredError': 0.5, loss: 2.5 });
  const dotted = await sim.evaluate(nothingFed, {
    steps: 1,
    targets: targets.slice(2),
    losses: [
      [probes[2]!, called('b.c')],
      [probes[3]!, called('c')],
    ],
  });
  expect(dotted).toEqual({ 'a.b.c': 0.5, 'a.b.losses.c': 0.5, loss: 1 });
});
