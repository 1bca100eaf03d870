/** @file saveState and restoreState: 100 steps, saved, restored elsewhere and 100 more are 200, whoever planned and simplified. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROCESS_DEFINITIONS, type ProcessDefinition } from '@ndl/core';
import { decodeNpz, encodeNpz } from '@ndl/numerics';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  alpha,
  Connection,
  defaultPlugins,
  definePlugin,
  defineProcess,
  Ensemble,
  GREEDY_PLANNER,
  hostLoss,
  isNdArray,
  lstsqL2,
  NdArray,
  Network,
  Node,
  NOOP_PLANNER,
  oja,
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

/** Noise: each call draws. With `saves`, it can tell where it stands; with `fails`, what it does then throws. */
interface Noise extends Process {
  readonly kind: 'noise';
  readonly saves: boolean;
  readonly fails: 'save' | 'restore' | 'later' | 'never';
}

const noise: ProcessDefinition<Noise> = {
  kind: 'noise',
  makeStep({ saves, fails }, { seed, sizeOut }) {
    let random = new RandomState(seed);
    let drawn = 0;
    const step = (): ArrayLike<number> => ((drawn += 1), random.uniform(-1, 1, sizeOut));
    if (!saves) return step;
    const save = (): number => {
      if (fails === 'save') throw new TypeError('jammed');
      return drawn;
    };
    const restore = (state: unknown): void | Promise<void> => {
      if (fails === 'restore') throw new TypeError('jammed');
      if (fails === 'later') return Promise.reject(new TypeError('jammed'));
      random = new RandomState(seed);
      drawn = state as number;
      for (let count = 0; count < drawn; count++) random.uniform(-1, 1, sizeOut);
    };
    return Object.assign(step, { save, restore });
  },
};

const noisy = definePlugin({
  name: '@acme/noise',
  register: ({ contribute }) => void contribute(PROCESS_DEFINITIONS).toConstantValue(noise as ProcessDefinition),
});

const plugins = [...defaultPlugins(), noisy];

/** Spikes, filters of two orders, a loop, a function, noise, and a node whose output is its input filtered. */
function sample(saves = false, options: { fails?: Noise['fails']; seed?: number | null; constant?: boolean } = {}) {
  const { fails = 'never', seed = null, constant = false } = options;
  return new Network({ seed: 4 }).within((net) => {
    const output = constant ? [0.5] : defineProcess({ kind: 'noise', saves, fails, seed });
    const source = new Node(output, { ...(!constant && { sizeOut: 1 }), label: 'noise' });
    const [a, b] = [30, 20].map((nNeurons) => new Ensemble({ nNeurons, dimensions: 1 }));
    new Connection(source, a!);
    new Connection(a!, b!, { function: (x) => x[0]! ** 2, synapse: alpha(0.02) });
    new Connection(b!, b!, { synapse: 0.05 });
    const probes = [new Probe(b!, { synapse: 0.01 }), new Probe(a!.neurons)];
    return { net, source, probes };
  });
}

type Sample = ReturnType<typeof sample>;

/** The same, with a node that computes something of what it hears. */
function listening(): Sample {
  const model = sample();
  model.net.within(() => {
    const node = new Node((_time, x) => [2 * x![0]!], { sizeIn: 1, sizeOut: 1 });
    new Connection(model.source, node, { synapse: null });
  });
  return model;
}

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

  test('where one side saves its process and the other does not, and whatever the seed of the simulator if it has its own', async () => {
    for (const [from, to] of [
      [true, false],
      [false, true],
    ] as const) {
      const [saving, going] = [sample(from, { seed: 5 }), sample(to, { seed: 5 })];
      await using sim = await open(saving);
      await sim.runSteps(20);
      const state = await sim.saveState();
      await sim.runSteps(20);
      await using other = await open(going, {}, { seed: 10 });
      await other.restoreState(state);
      await other.runSteps(20);
      const rest = recordOf(sim, saving).map((bits) => bits.slice(bits.length / 2));
      expect(recordOf(other, going)).toEqual(rest);
    }
  });

  test('though more programs come and go meanwhile than are kept', async () => {
    const model = sample();
    await using sim = await open(model);
    await sim.runSteps(5);
    const state = await sim.saveState();
    for (let count = 0; count < 26; count++) {
      const losses = hostLoss({ label: 'own', call: (output) => ({ loss: 0, gradient: output }) });
      await sim.evaluate(new Map(), { targets: [[model.probes[0]!, [[0]]]], losses, steps: 1 });
    }
    expect([...(await sim.saveState())]).toEqual([...state]);
    await sim.runSteps(3);
    await sim.restoreState(state);
    expect([...(await sim.saveState())]).toEqual([...state]);
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
    ['noise of another seed', sample, { seed: 10 }, /'nodes\[0\]\.output' .*seed 9 .*here 10: create with seed: 9/],
    [
      'a process that is a constant here',
      () => sample(false, { constant: true }),
      {},
      /no process 'nodes\[0\]\.output'/,
    ],
    ['a function that only this side has', listening, {}, /function 'nodes\[1\]\.output' is missing/],
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

  test('a function that only the other side had', async () => {
    await using sim = await open(listening());
    await sim.runSteps(2);
    await using other = await open(sample());
    const refused = failing('STATE_MISMATCH', /^This state does not fit.*here is no function 'nodes\[1\]\.output'/);
    await expect(other.restoreState(await sim.saveState())).rejects.toThrow(refused as Error);
  });

  test('what a process throws when it is to save itself, or to go back', async () => {
    const told = failing(
      'DEFINITION_FAILED',
      /^(save|restore)State: Node 'noise' \(nodes\[0\]\): the process 'noise' of plugin @acme\/noise: \1 threw "jammed"\. Nothing was \1d\.$/,
    ) as Error;
    const [jammed, sound] = [sample(true, { fails: 'restore' }), sample(true)];
    await using sim = await open(jammed);
    await sim.runSteps(3);
    const before = await sim.saveState();
    await using other = await open(sound);
    await other.runSteps(20);
    await expect(sim.restoreState(await other.saveState())).rejects.toThrow(told);
    expect([...(await sim.saveState())]).toEqual([...before]);
    await using silent = await open(sample(true, { fails: 'save' }));
    await expect(silent.saveState()).rejects.toThrow(told);
  });

  test('a process that goes back only later', async () => {
    await using sim = await open(sample(true, { fails: 'later' }));
    await sim.runSteps(3);
    const refused = failing(
      'DEFINITION_RESULT',
      /process 'noise' of plugin @acme\/noise returned a promise from restore/,
    );
    await expect(sim.restoreState(await sim.saveState())).rejects.toThrow(refused as Error);
  });

  const copies = (states: unknown, called: unknown = [[1, 3]]): object => ({ 'nodes[0].output': { called, states } });
  test.each<[string, object, string]>([
    ['processes that are missing', {}, 'STATE_MISMATCH'],
    ['copies of a process that are missing', copies([]), 'STATE_MISMATCH'],
    ['copies of a process that are none', copies([3]), 'STATE_INVALID'],
    ['steps that run backwards', copies(null, [[3, 1]]), 'STATE_INVALID'],
    [
      'steps that are taken twice',
      copies(null, [
        [1, 2],
        [2, 3],
      ]),
      'STATE_INVALID',
    ],
    ['steps beyond the last', copies(null, [[1, 1e12]]), 'STATE_INVALID'],
    ['a list in the place of a record', [], 'STATE_INVALID'],
  ])('%s', async (_, sources, code) => {
    await using sim = await open(sample(true));
    await sim.runSteps(3);
    const entries = new Map(decodeNpz(await sim.saveState()));
    const changed = encodeNpz([...entries.set('ndl_sources', JSON.stringify(sources))]);
    await expect(sim.restoreState(changed)).rejects.toThrow(failing(code) as Error);
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

describe('a rule that diverges', () => {
  test('is told of once, is not saved, and what was saved of it elsewhere is refused for what it is', async () => {
    const learning = (learningRate: number): { net: Network; shown: Probe } => {
      const net = new Network({ seed: 1 });
      const shown = net.within(() => {
        const [a, b] = [1, 2].map(() => new Ensemble({ nNeurons: 10, dimensions: 1 })) as [Ensemble, Ensemble];
        const solver = lstsqL2({ weights: true });
        new Connection(a, b, { learningRuleType: oja({ learningRate }), solver });
        return new Probe(b.neurons, { attribute: 'input', label: 'currents' });
      });
      return { net, shown };
    };
    const warnings: string[] = [];
    const onWarning = (message: string): void => void warnings.push(message);
    await using sim = await simulate(learning(1e30).net, {}, { onWarning });
    await sim.runSteps(50);
    await sim.runSteps(1);
    expect(warnings).toEqual([
      expect.stringMatching(/^runSteps: what .* records has become NaN\. Something grows without bound/),
    ]);
    await expect(sim.saveState()).rejects.toThrow(
      failing('NOT_FINITE', /^saveState: 'connections\[0\]\.weights as learnt' has become NaN .*learningRate/) as Error,
    );
    await using sound = await simulate(learning(1e-6).net);
    await sound.runSteps(2);
    const before = await sound.saveState();
    const entries = [...decodeNpz(before)].map(([name, content]) =>
      name.endsWith('as learnt') && isNdArray(content)
        ? ([
            name,
            new NdArray(
              content.data.map(() => NaN),
              content.shape,
            ),
          ] as const)
        : ([name, content] as const),
    );
    await expect(sound.restoreState(encodeNpz(entries))).rejects.toThrow(
      failing('NOT_FINITE', /^restoreState: 'connections\[0\]\.weights as learnt' is NaN in this state/) as Error,
    );
    expect([...(await sound.saveState())]).toEqual([...before]);
    sim.reset();
    await expect(sim.saveState()).resolves.toBeInstanceOf(Uint8Array);
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
