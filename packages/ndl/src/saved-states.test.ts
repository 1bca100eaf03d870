/** @file saveState and restoreState: 100 steps, saved, restored elsewhere and 100 more are 200, whoever planned and simplified. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROCESS_DEFINITIONS, type ProcessDefinition } from '@ndl/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  alpha,
  Connection,
  defaultPlugins,
  definePlugin,
  defineProcess,
  Ensemble,
  GREEDY_PLANNER,
  Network,
  Node,
  NOOP_PLANNER,
  Probe,
  RandomState,
  TFJS_BACKEND,
  TREE_PLANNER,
  type Process,
  type Settings,
  type Simulator,
} from './index.ts';
import { loadState, saveState } from './node.ts';
import { bitsOf, failing, simulate } from './reference-simulator.test-helper.ts';

/** Noise: each call draws. With `saves`, it can tell where it stands. */
interface Noise extends Process {
  readonly kind: 'noise';
  readonly saves: boolean;
}

const noise: ProcessDefinition<Noise> = {
  kind: 'noise',
  makeStep({ saves }, { seed, sizeOut }) {
    let random = new RandomState(seed);
    let drawn = 0;
    const step = (): ArrayLike<number> => ((drawn += 1), random.uniform(-1, 1, sizeOut));
    if (!saves) return step;
    const restore = (state: unknown): void => {
      random = new RandomState(seed);
      drawn = state as number;
      for (let count = 0; count < drawn; count++) random.uniform(-1, 1, sizeOut);
    };
    return Object.assign(step, { save: () => drawn, restore });
  },
};

const noisy = definePlugin({
  name: '@acme/noise',
  register: ({ contribute }) => void contribute(PROCESS_DEFINITIONS).toConstantValue(noise as ProcessDefinition),
});

const plugins = [...defaultPlugins(), noisy];

/** Spikes, filters of two orders, a loop, a function, noise, and a node whose output is its input filtered. */
function sample(saves = false) {
  return new Network({ seed: 4 }).within((net) => {
    const source = new Node(defineProcess({ kind: 'noise', saves }), { sizeOut: 1, label: 'noise' });
    const [a, b] = [30, 20].map((nNeurons) => new Ensemble({ nNeurons, dimensions: 1 }));
    new Connection(source, a!);
    new Connection(a!, b!, { function: (x) => x[0]! ** 2, synapse: alpha(0.02) });
    new Connection(b!, b!, { synapse: 0.05 });
    const probes = [new Probe(b!, { synapse: 0.01 }), new Probe(a!.neurons)];
    return { net, source, probes };
  });
}

type Sample = ReturnType<typeof sample>;

const open = (model: Sample, settings: Partial<Settings> = {}, options = {}): Promise<Simulator> =>
  simulate(model.net, settings, { plugins, seed: 9, ...options });

const recordOf = (sim: Simulator, { probes }: Sample): readonly (readonly bigint[])[] =>
  probes.map((probe) => bitsOf(sim.data.get(probe).data));

describe('200 steps are 100 and 100', () => {
  const model = sample();
  let whole: readonly (readonly bigint[])[];
  let state: Uint8Array;
  beforeAll(async () => {
    await using sim = await open(model);
    await sim.runSteps(100);
    state = await sim.saveState();
    sim.clearProbes();
    await sim.runSteps(100);
    whole = recordOf(sim, model);
  });

  test.each<[string, Partial<Settings>]>([
    ['the same settings', {}],
    ['no planner', { planner: NOOP_PLANNER }],
    ['the greedy planner', { planner: GREEDY_PLANNER }],
    ['the tree planner', { planner: TREE_PLANNER }],
    ['no simplification', { simplifications: [] }],
    ['nothing of training', { inferenceOnly: true }],
  ])('under %s', async (_, settings) => {
    await using sim = await open(model, settings);
    await sim.restoreState(state);
    expect(sim.nSteps).toBe(100);
    await sim.runSteps(100);
    expect(recordOf(sim, model)).toEqual(whole);
  });

  test('a process that saves itself is not stepped again', async () => {
    const own = sample(true);
    await using first = await open(own);
    await first.runSteps(100);
    const saved = await first.saveState();
    await using second = await open(own);
    await second.restoreState(saved);
    await second.runSteps(100);
    expect(recordOf(second, own)).toEqual(whole);
  });

  test('on another backend, within its precision', async () => {
    await using sim = await open(model, { backend: TFJS_BACKEND, dtype: 'float32' });
    await sim.restoreState(state);
    await sim.runSteps(1);
    const [expected] = whole.map((bits) => Number(new Float64Array(BigUint64Array.of(bits[0]!).buffer)[0]));
    expect(sim.data.get(model.probes[0]!).data[0]).toBeCloseTo(expected!, 4);
  });

  test('what runs began, a reset ends', async () => {
    await using sim = await open(model);
    await sim.restoreState(state);
    sim.reset();
    await sim.runSteps(100);
    await using fresh = await open(model);
    await fresh.runSteps(100);
    expect(recordOf(sim, model)).toEqual(recordOf(fresh, model));
  });

  test('a run that was aborted leaves processes and state at one step', async () => {
    await using sim = await open(model);
    await sim.runSteps(100);
    sim.clearProbes();
    const controller = new AbortController();
    const onProgress = (): void => controller.abort(new Error('enough'));
    await expect(sim.runSteps(5000, { signal: controller.signal, onProgress })).rejects.toThrow('enough');
    const done = sim.nSteps;
    await using other = await open(model);
    await other.restoreState(await sim.saveState());
    await other.runSteps(7);
    await using straight = await open(model);
    await straight.runSteps(done);
    straight.clearProbes();
    await straight.runSteps(7);
    expect(recordOf(other, model)).toEqual(recordOf(straight, model));
  });
});

describe('what is refused, by name, and changes nothing', () => {
  test.each<[string, () => Sample, object, RegExp]>([
    [
      'a state of another network',
      () => {
        const model = sample();
        model.net.within(() => void new Connection(model.source, new Ensemble({ nNeurons: 5, dimensions: 1 })));
        return model;
      },
      {},
      /is missing/,
    ],
    ['steps of another length', sample, { dt: 0.002 }, /steps are of 0.001 s/],
    ['other items', sample, { minibatchSize: 3 }, /minibatchSize: 1/],
  ])('%s', async (_, make, options, message) => {
    const model = sample();
    await using sim = await open(model);
    await sim.runSteps(3);
    const state = await sim.saveState();
    const other = make();
    await using target = await open(other, {}, options);
    await target.runSteps(2);
    const before = await target.saveState();
    await expect(target.restoreState(state)).rejects.toThrow(failing('STATE_MISMATCH', message) as Error);
    expect([...(await target.saveState())]).toEqual([...before]);
  });

  test.each<[string, unknown, string]>([
    ['no bytes', 'state.npz', 'INVALID_OPTION'],
    ['bytes of something else', Uint8Array.of(1, 2, 3), 'STATE_INVALID'],
  ])('%s', async (_, bytes, code) => {
    await using sim = await open(sample());
    await expect(sim.restoreState(bytes as Uint8Array)).rejects.toThrow(failing(code) as Error);
  });

  test('parameters in the place of a state', async () => {
    await using sim = await open(sample());
    await expect(sim.restoreState(sim.encodeParameters())).rejects.toThrow(failing('STATE_INVALID') as Error);
  });
});

describe('files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ndl-state-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('hold a state from one simulator to the next', async () => {
    const model = sample();
    const path = join(folder, 'state.npz');
    await using sim = await open(model);
    await sim.runSteps(5);
    await saveState(sim, path);
    await using other = await open(model);
    await loadState(other, path);
    await Promise.all([sim.runSteps(5), other.runSteps(5)]);
    expect(recordOf(other, model)[0]).toEqual(recordOf(sim, model)[0]!.slice(5));
  });

  test('that cannot be read, or hold none, are named', async () => {
    await using sim = await open(sample());
    const [missing, wrong] = [join(folder, 'none.npz'), join(folder, 'wrong.npz')];
    await expect(loadState(sim, missing)).rejects.toThrow(failing('STATE_UNREADABLE', missing) as Error);
    await writeFile(wrong, 'text');
    await expect(loadState(sim, wrong)).rejects.toThrow(failing('STATE_INVALID', wrong) as Error);
  });
});
