/** @file What backends of plugins, written without the kit, give that is not what is wanted: refused by the name of the backend. */
import { referenceEntry } from '@ndl/backend-reference';
import {
  BACKENDS,
  type Backend,
  type BackendEntry,
  type Executable,
  type OutputBlock,
  type RunRequest,
} from '@ndl/core';
import { describe, expect, test, vi } from 'vitest';
import { Connection, defaultPlugins, definePlugin, Network, Node, Probe, sgd, Simulator, token } from './index.ts';
import { failing } from './reference-simulator.test-helper.ts';

type Changes = (own: Executable) => Partial<Executable>;

/** A simulator on the reference backend, of which some methods are others. */
async function simulatorWith(changes: Changes, ofBackend: Partial<Backend> = {}) {
  const entry: BackendEntry = {
    ...referenceEntry,
    name: 'mine',
    async load(...given) {
      const backend = await referenceEntry.load(...given);
      const create = async (): Promise<Executable> => {
        const own = await backend.create();
        const others = changes(own);
        return new Proxy(own, {
          get(target, name) {
            const value: unknown = name in others ? Reflect.get(others, name) : Reflect.get(target, name);
            return typeof value === 'function' && !(name in others) ? value.bind(target) : value;
          },
        });
      };
      return { name: 'mine', description: 'mine', create, dispose: () => backend.dispose(), ...ofBackend };
    },
  };
  const key = token<BackendEntry>('@acme/mine');
  const plugin = definePlugin({
    name: '@acme/mine',
    register({ bind, contribute }) {
      bind(key).toConstantValue(entry);
      contribute(BACKENDS).toConstantValue({ key, summary: 'mine' });
    },
  });
  const { net, probe } = new Network({ seed: 1 }).within((net) => {
    const [input, output] = [new Node([1]), new Node({ sizeIn: 1 })];
    new Connection(input, output, { transform: 0.5, synapse: null });
    return { net, probe: new Probe(output, { sampleEvery: 0.002 }) };
  });
  const sim = await Simulator.create(net, { plugins: [...defaultPlugins(), plugin], settings: { backend: key } });
  return { sim, probe };
}

type Writes = (write: (block: OutputBlock) => void, block: OutputBlock) => void;

/** Runs as the reference backend, but for what is written. */
const writing =
  (writes: Writes): Changes =>
  (own) => ({
    run: (request: RunRequest) =>
      own.run({ ...request, sink: { write: (block) => writes((made) => request.sink.write(made), block) } }),
  });

describe('samples', () => {
  test.each<[string, Writes, RegExp]>([
    ['none', () => {}, /gave 0 samples of ".*" in place of 3 in run\(\)/],
    ['under another name', (write, block) => write({ ...block, output: 'x' }), /samples of "x", which was not asked/],
    ['twice', (write, block) => (write(block), write(block)), /step \d of ".*" after step \d/],
    ['too short', (write, block) => write({ ...block, data: block.data.slice(1) }), /\d numbers for \d steps/],
    [
      'backwards',
      (write, block) => write({ ...block, steps: [...block.steps].reverse() }),
      /step 4 of ".*" after step 6/,
    ],
    ['one step late', (write, block) => write({ ...block, steps: block.steps.map((s) => s + 1) }), /step 3 of/],
  ])('%s', async (_, writes, problem) => {
    const { sim } = await simulatorWith(writing(writes));
    await expect(sim.runSteps(6)).rejects.toEqual(failing('BACKEND_INVALID', problem));
  });

  test('as they are', async () => {
    const { sim, probe } = await simulatorWith(writing((write, block) => write(block)));
    await sim.runSteps(5);
    await sim.runSteps(2);
    expect([...sim.data.get(probe).data]).toEqual([0.5, 0.5, 0.5]);
  });
});

const none = (): Promise<never> => Promise.resolve(undefined as never);
const train = (sim: Simulator): Promise<unknown> =>
  sim.train([[[1], [1]]], { targets: [[[1]]], optimizer: sgd({ learningRate: 0 }) });

describe('what calls give', () => {
  test.each<[string, Changes, (sim: Simulator) => Promise<unknown>, RegExp]>([
    ['trainStep: nothing', () => ({ trainStep: none }), train, /gave undefined in trainStep\(\)/],
    [
      'trainStep: no loss',
      () => ({ trainStep: () => Promise.resolve({}) }),
      train,
      /in trainStep\(\), where numbers by name/,
    ],
    [
      'trainStep: a text',
      () => ({ trainStep: () => Promise.resolve({ loss: '1' } as never) }),
      train,
      /in trainStep\(\)/,
    ],
    [
      'evaluate: nothing',
      () => ({ evaluate: none }),
      (sim) => sim.evaluate([[[1], [1]]], { targets: [[[1]]] }),
      /in evaluate\(\)/,
    ],
    ['save: nothing', () => ({ save: none }), (sim) => sim.saveState(), /gave undefined in save\(\)/],
    [
      'reset: a promise',
      () => ({ reset: (() => Promise.reject(new Error('late'))) as never }),
      async (sim) => sim.reset(),
      /a promise|Promise/,
    ],
  ])('%s', async (_, changes, act, problem) => {
    const { sim } = await simulatorWith(changes);
    await expect(act(sim)).rejects.toEqual(failing('BACKEND_INVALID', problem));
  });
});

test('dispose that throws: said of the backend, and all else is given back', async () => {
  const given = vi.fn<() => void>();
  const boo = (): never => {
    throw new TypeError('boo');
  };
  const { sim } = await simulatorWith(() => ({ dispose: boo }), { dispose: given });
  await expect(sim.dispose()).rejects.toEqual(failing('BACKEND_FAILED', /"mine" failed in dispose\(\): boo/));
  expect(given).toHaveBeenCalledOnce();
});
