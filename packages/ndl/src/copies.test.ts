/** @file What networks and simulators hand out, and what they keep of what they are given, is a copy: over every array that crosses. */
import { BUILT_IN_BUILD_FUNCTIONS } from '@ndl/builder';
import {
  BUILD_FUNCTIONS,
  operatorDependencies,
  type BuiltConnection,
  type BuiltEnsemble,
  type OperatorGraph,
  type Simplification,
  type Sorter,
} from '@ndl/core';
import { describe, expect, it } from 'vitest';
import {
  adam,
  alpha,
  Connection,
  defaultPlugins,
  definePlugin,
  Ensemble,
  isNdArray,
  lif,
  lifRate,
  lowpass,
  Network,
  Node,
  piecewise,
  presentInput,
  Probe,
  sgd,
  type EpochRecord,
  type NdArray,
  type Simulator,
} from './index.ts';
import { bitsOf, simulate } from './reference-simulator.test-helper.ts';

/** A network in which all that holds arrays occurs. */
function sample() {
  const net = new Network({ seed: 4 });
  return net.within(() => {
    const constant = new Node([0.3, -0.6], { label: 'constant' });
    const images = new Node(presentInput([[0.1], [0.9]], 0.002));
    const steps = new Node(piecewise({ 0.001: 0.5, 0.003: -1 }));
    const a = new Ensemble({ nNeurons: 12, dimensions: 2, neuronType: lifRate(), nEvalPoints: 40 });
    const b = new Ensemble({ nNeurons: 9, dimensions: 1, neuronType: lif(), nEvalPoints: 40 });
    new Connection(constant, a, {
      synapse: null,
      transform: [
        [0.5, 0],
        [0.2, 1],
      ],
    });
    new Connection(images, a.at(0), { synapse: alpha(0.002) });
    new Connection(steps, b, { synapse: lowpass(0.002) });
    const decoded = new Connection(a, b, { function: (x) => x[0] * x[1], synapse: 0.004 });
    const scalar = new Connection(images, b, { transform: 0.7, synapse: null });
    const probes = [new Probe(a), new Probe(b.neurons), new Probe(b, { synapse: 0.003 })] as const;
    return { net, constant, a, b, decoded, scalar, probes };
  });
}

type Sample = ReturnType<typeof sample>;

/** Changes all that can be changed in it: numbers in arrays, lists, Maps, records; follows what hangs together. */
function spoil(value: unknown, seen: Set<unknown> = new Set()): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (ArrayBuffer.isView(value)) {
    if ('fill' in value) (value as Float64Array).fill(7);
    return;
  }
  const isModel = typeof (value as { readonly kind?: unknown }).kind === 'string' && 'network' in value;
  if (isModel) return;
  if (value instanceof Map || value instanceof Set) {
    for (const entry of value) spoil(entry, seen);
    value.clear();
    return;
  }
  for (const entry of Object.values(value)) spoil(entry, seen);
  if (Array.isArray(value) && !Object.isFrozen(value)) value.length = 0;
}

/** The bits of five steps from the start, and of the file of parameters. */
async function fingerprint(sim: Simulator, { probes }: Sample): Promise<unknown> {
  sim.reset();
  await sim.runSteps(5);
  return [...probes.map((probe) => bitsOf(sim.data.get(probe).data)), [...sim.encodeParameters()]];
}

/** That of a simulator which nobody touched, taken once. */
let untouched: Promise<unknown> | undefined;
const plain = (): Promise<unknown> => (untouched ??= fingerprintOfUntouched());
const fingerprintOfUntouched = async (): Promise<unknown> => {
  const model = sample();
  await using sim = await simulate(model.net);
  return await fingerprint(sim, model);
};

const data = (model: Sample) => [[model.constant, [[1, 2]]]] as const;
const targets = (model: Sample) => [[model.probes[0], [[0.2, 0.1]]]] as const;
const optimizer = sgd({ learningRate: 0 });

const handedOut: readonly (readonly [string, (sim: Simulator, model: Sample) => unknown])[] = [
  ['arrays of an ensemble', (sim, { a }) => sim.data.get(a)],
  ['arrays of a spiking ensemble', (sim, { b }) => sim.data.get(b)],
  ['weights, decoders, errors, evaluation points', (sim, { decoded }) => sim.data.get(decoded)],
  ['a scalar weight', (sim, { scalar }) => sim.data.get(scalar)],
  ['the graph, its initial values, its seeds', (sim) => sim.graph],
  ['the plan', (sim) => sim.plan],
  ['what was compiled', (sim) => sim.compiled],
  ['the program of runs', (sim) => sim.compiled.forwardProgram('run', new Set())],
  [
    'a program of training',
    (sim) =>
      sim.compiled.trainingProgram(
        { objectives: [] },
        { held: new Set(), heldTargets: new Set(), neurons: 'training' },
      ),
  ],
  [
    'places in memory',
    (sim) => sim.compiled.layout.viewOf({ signal: sim.graph.signals[0]!, shape: sim.graph.signals[0]!.shape }),
  ],
  ['the settings', (sim) => sim.settings],
  ['the report on the backend', (sim) => [sim.backend, sim.buildSeconds]],
  ['times', (sim) => sim.trange()],
  ['the bytes of the parameters', (sim) => sim.encodeParameters()],
  ['predictions', (sim, model) => sim.predict(data(model), { steps: 2 })],
  ['reports', (sim, model) => sim.evaluate(data(model), { targets: targets(model) })],
  ['a history', (sim, model) => sim.train(data(model), { targets: targets(model), optimizer })],
];

describe('a simulator stays what it was, whatever is done to', () => {
  it.each(handedOut)('%s', async (_, take) => {
    const model = sample();
    await using sim = await simulate(model.net);
    spoil(await take(sim, model));
    expect(await fingerprint(sim, model)).toEqual(await plain());
    spoil(await take(sim, model));
    expect(await fingerprint(sim, model)).toEqual(await plain());
  });

  it('learnt arrays: the file, what runs, and what is frozen', async () => {
    const model = sample();
    await using sim = await simulate(model.net);
    await sim.train(data(model), { targets: targets(model), optimizer: sgd({ learningRate: 0.1 }), steps: 3 });
    const before = await fingerprint(sim, model);
    for (const object of [model.a, model.b]) spoil(sim.data.get(object));
    for (const object of [model.decoded, model.scalar]) spoil(sim.data.get(object));
    expect(await fingerprint(sim, model)).toEqual(before);
    sim.freezeParameters();
    await using fresh = await simulate(model.net);
    await fresh.runSteps(5);
    for (const probe of model.probes) {
      const [learnt, frozen] = [sim.data.get(probe).data, fresh.data.get(probe).data];
      for (let index = 0; index < learnt.length; index++) expect(frozen[index]).toBeCloseTo(learnt[index]!, 9);
    }
  });

  it('samples: what was recorded stays recorded', async () => {
    const model = sample();
    await using sim = await simulate(model.net, {}, { minibatchSize: 2 });
    await sim.runSteps(5);
    const samples = model.probes.map((probe) => bitsOf(sim.data.get(probe).data));
    for (const probe of model.probes) spoil(sim.data.get(probe));
    expect(model.probes.map((probe) => bitsOf(sim.data.get(probe).data))).toEqual(samples);
  });

  it('pieces of a stream, which stay valid while it goes on', async () => {
    const model = sample();
    await using sim = await simulate(model.net);
    await using whole = await simulate(model.net);
    await whole.runSteps(6);
    const [probe] = model.probes;
    const pieces = [];
    for await (const piece of sim.stream({ steps: 6, every: 2 })) {
      spoil(piece.get(probe));
      pieces.push(piece);
    }
    expect(pieces.flatMap((piece) => bitsOf(piece.get(probe).data))).toEqual(bitsOf(whole.data.get(probe).data));
  });

  it('the records that callbacks are given', async () => {
    const model = sample();
    await using sim = await simulate(model.net);
    const seen: string[] = [];
    const onEpochEnd = (record: EpochRecord): void => {
      seen.push(JSON.stringify(record));
      (record as { epoch: number }).epoch = 99;
      (record.training as Record<string, number>)['loss'] = -1;
    };
    const callbacks = [{ onEpochEnd }, { onEpochEnd }];
    const { epochs } = await sim.train(data(model), { targets: targets(model), optimizer, callbacks, epochs: 2 });
    expect(seen).toEqual(epochs.flatMap((record) => [JSON.stringify(record), JSON.stringify(record)]));
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  });
});

describe('a simulator stays what it was, whatever becomes of', () => {
  it('the bytes that its parameters are taken from, while they are taken', async () => {
    const model = sample();
    await using other = await simulate(model.net);
    await other.train(data(model), { targets: targets(model), optimizer: sgd({ learningRate: 0.1 }), steps: 3 });
    const bytes = other.encodeParameters();
    await using sim = await simulate(model.net);
    const decoding = sim.decodeParameters(bytes);
    bytes.fill(0);
    await decoding;
    expect(await fingerprint(sim, model)).toEqual(await fingerprint(other, model));
  });

  it('lists of data, while a call takes them', async () => {
    const model = sample();
    await using sim = await simulate(model.net);
    const rows = [[1, 2]];
    const pairs = [[model.constant, rows]] as [Node, number[][]][];
    const predicting = sim.predict(pairs, { steps: 3 });
    rows[0]![0] = 50;
    pairs.length = 0;
    const [probe] = model.probes;
    const expected = (await simulate(model.net).then((fresh) => fresh.predict(data(model), { steps: 3 }))).get(probe)!;
    expect(bitsOf((await predicting).get(probe)!.data)).toEqual(bitsOf(expected.data));
  });

  it('the list of callbacks and what it holds, while training lasts', async () => {
    const model = sample();
    await using sim = await simulate(model.net);
    const seen: string[] = [];
    const first = {
      name: 'first',
      onEpochEnd({ epoch }: EpochRecord): void {
        seen.push(`${this.name} ${epoch}`);
        callbacks.push(null as never);
        first.onEpochEnd = 7 as never;
      },
    };
    const callbacks = [first, { onEpochEnd: ({ epoch }: EpochRecord) => void seen.push(`second ${epoch}`) }];
    const call = { targets: targets(model), optimizer, epochs: 2 };
    const training = sim.train(data(model), { ...call, callbacks });
    callbacks.length = 0;
    await training;
    expect(seen).toEqual(['first 1', 'second 1', 'first 2', 'second 2']);
  });

  it("an optimizer of one's own, while training lasts", async () => {
    const model = sample();
    const own = adam({ learningRate: 0.01 });
    const trained = async (spoils: boolean): Promise<unknown> => {
      await using sim = await simulate(model.net);
      const mutable = { ...own, memory: [...own.memory] };
      const training = sim.train(data(model), { targets: targets(model), optimizer: mutable, epochs: 2, steps: 2 });
      if (spoils) {
        mutable.memory.length = 0;
        mutable.scalars = () => ({});
      }
      await training;
      return await fingerprint(sim, model);
    };
    expect(await trained(true)).toEqual(await trained(false));
  });

  it('the vectors that functions are given, which they may keep and change', async () => {
    const kept: number[][] = [];
    const net = new Network({ seed: 0 });
    const probe = net.within(() => {
      const spoiled = (x: number[]): number => {
        kept.push(x);
        const sum = x[0]! + x[1]!;
        x.fill(50);
        return sum;
      };
      const input = new Node((t) => [t, 2 * t]);
      const passed = new Node({ sizeIn: 2 });
      new Connection(input, passed, { synapse: null });
      const sum = new Node((_, x) => spoiled(x), { sizeIn: 2, sizeOut: 1 });
      new Connection(passed, sum, { synapse: null });
      const output = new Node({ sizeIn: 1 });
      new Connection(input, output, { function: (x) => spoiled(x), synapse: null });
      new Connection(sum, output, { synapse: null });
      return new Probe(output);
    });
    await using sim = await simulate(net);
    kept.length = 0;
    await sim.runSteps(3);
    expect([...sim.data.get(probe).data]).toEqual(
      [0.001, 0.002, 0.003].map((t) => expect.closeTo(6 * t, 12) as number),
    );
    expect(new Set(kept).size).toBe(kept.length);
    expect(kept.every((x) => x.every((element) => element === 50))).toBe(true);
  });

  it('the array that a function returns again and again, changed in place', async () => {
    const net = new Network({ seed: 0 });
    const probes = net.within(() => {
      const same = new Float64Array(1);
      const source = new Node((t) => ((same[0] = t), same), { sizeOut: 1 });
      const list = [0];
      const through = new Node((t) => ((list[0] = 2 * t), list), { sizeIn: 1, sizeOut: 1 });
      new Connection(source, through, { synapse: null });
      return [new Probe(source), new Probe(through)];
    });
    await using sim = await simulate(net, {}, { minibatchSize: 2 });
    await sim.runSteps(3);
    const times = [0.001, 0.002, 0.003];
    expect([...sim.data.get(probes[0]!).data]).toEqual([...times, ...times]);
    expect([...sim.data.get(probes[1]!).data]).toEqual([...times, ...times].map((t) => 2 * t));
  });
});

it.each(['planner', 'sorter', 'simplification'] as const)(
  'a %s that keeps the graph cannot change a simulator with it',
  async (role) => {
    const model = sample();
    let kept: OperatorGraph | undefined;
    const planner = (graph: OperatorGraph) => {
      if (role === 'planner') kept = graph;
      return { groups: operatorDependencies(graph).order.map((index) => [graph.operators[index]!]) };
    };
    const sorter: Sorter = (plan, graph) => {
      if (role === 'sorter') kept = graph;
      return { plan, signals: graph.signals };
    };
    const keeping: Simplification = {
      name: 'keeping',
      apply: (graph) => {
        if (role === 'simplification') kept = graph;
        return graph;
      },
    };
    const settings = { planner, ...(role === 'sorter' && { sorter }), simplifications: [keeping] };
    await using sim = await simulate(model.net, settings);
    const read = (): unknown =>
      [model.a, model.b, model.decoded, model.scalar].map((object) =>
        JSON.stringify(sim.data.get(object as typeof model.a)),
      );
    const [before, arrays] = [await fingerprint(sim, model), read()];
    for (const { initial } of kept!.signals) initial.data.fill(7);
    for (const map of [kept!.ensembles, kept!.connections])
      for (const built of map.values())
        for (const array of [...Object.values(built), ...Object.values((built as BuiltConnection).parameters ?? {})])
          if (isNdArray(array)) array.data.fill(7);
    expect(await fingerprint(sim, model)).toEqual(before);
    expect(read()).toEqual(arrays);
  },
);

it('a build function that keeps what it has built cannot change a simulator with it', async () => {
  const model = sample();
  const kept: BuiltEnsemble[] = [];
  const keeping = definePlugin({
    name: '@acme/keeping',
    register({ replace }) {
      const own = BUILT_IN_BUILD_FUNCTIONS.find(({ kind }) => kind === 'ensemble')!;
      replace(BUILD_FUNCTIONS).toConstantValue({
        kind: 'ensemble',
        async build(ensemble, context) {
          await own.build(ensemble, context);
          kept.push(context.builtEnsemble(ensemble as Ensemble));
        },
      });
    },
  });
  const plugins = [...defaultPlugins(), keeping];
  await using sim = await simulate(model.net, {}, { plugins });
  const read = (): string => JSON.stringify([sim.data.get(model.a), sim.data.get(model.b)]);
  const before = read();
  for (const built of kept) for (const part of Object.values(built)) (part as NdArray | null)?.data?.fill(7);
  expect(kept).toHaveLength(2);
  expect(read()).toBe(before);
});
