/** @file What processes save of themselves is plain data, which comes back as it was; all else is refused by process, plugin and place. */
import { expect, test } from 'vitest';
import {
  Connection,
  defaultPlugins,
  definePlugin,
  defineProcess,
  Network,
  Node,
  Probe,
  PROCESS_DEFINITIONS,
  type Plugin,
  type ProcessStep,
} from './index.ts';
import { failing, simulate } from './reference-simulator.test-helper.ts';

const circular: unknown[] = [];
circular.push(circular);
let deep: unknown[] = [];
for (let level = 0; level < 1e5; level++) deep = [deep];

/** A process of a plugin whose steps have such functions. */
const hoarder = (state: Pick<ProcessStep, 'save' | 'restore'>): Plugin =>
  definePlugin({
    name: '@acme/hoarder',
    register: ({ contribute }) =>
      void contribute(PROCESS_DEFINITIONS).toConstantValue({
        kind: 'hoarder',
        makeStep: () => Object.assign(() => [1], state),
      }),
  });

/** A node that is this process. */
const hoarding = (sizeIn: number): Network =>
  new Network({ seed: 0 }, () => {
    const node = new Node(defineProcess({ kind: 'hoarder' }), { sizeIn, sizeOut: 1, label: 'store' });
    if (sizeIn > 0) new Connection(new Node([1]), node);
    new Probe(node);
  });

test.each<[string, unknown, RegExp]>([
  ['what contains itself', circular, /contains itself/],
  ['what is too deep', deep, /contains itself, or is more than 1000 lists and records deep/],
  ['a BigInt', { count: 1n }, /has the BigInt 1n at \.count/],
  ['an array of numbers', [Float64Array.of(1)], /has a Float64Array of 1 at \[0\]/],
])('%s is refused', async (_, saved, problem) => {
  const whose =
    "Node 'store' \\(nodes\\[0\\]\\): the process 'hoarder' of plugin @acme/hoarder: what its save returned ";
  const refused = failing('STATE_NOT_PLAIN', new RegExp(whose + problem.source)) as Error;
  const withHoarder = { plugins: [...defaultPlugins(), hoarder({ save: () => saved, restore: () => undefined })] };
  await using source = await simulate(hoarding(0), {}, withHoarder);
  await source.runSteps(2);
  await expect(source.saveState()).rejects.toThrow(refused);
  await expect(source.runSteps(1)).resolves.toBeUndefined();
  await using heard = await simulate(hoarding(1), {}, withHoarder);
  await expect(heard.runSteps(2).then(() => heard.saveState())).rejects.toThrow(refused);
});

test('zero below zero comes back as it was', async () => {
  const restored: unknown[] = [];
  const keeping = hoarder({ save: () => ({ x: -0 }), restore: (state) => void restored.push(state) });
  await using sim = await simulate(hoarding(0), {}, { plugins: [...defaultPlugins(), keeping] });
  await sim.runSteps(1);
  await sim.restoreState(await sim.saveState());
  expect(restored).toStrictEqual([{ x: -0 }]);
});
