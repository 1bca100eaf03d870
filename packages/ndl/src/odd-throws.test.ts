/** @file Whatever strangers' code throws, and whatever its computations in pieces yield, errors name whose it is, in words. */
import { BACKENDS, definePlugin, type BackendEntry, type Planner, type Sorter } from '@ndl/core';
import { describe, expect, it } from 'vitest';
import {
  defaultPlugins,
  greedyPlanner,
  isNdlError,
  Network,
  Node,
  Probe,
  Simulator,
  token,
  type Settings,
} from './index.ts';
import { network } from './plugin-mistakes.test-helper.ts';

/** What can be thrown that is no error. */
const THROWN: Readonly<Record<string, unknown>> = {
  nothing: undefined,
  null: null,
  text: 'words of mine',
  number: 3,
  bigint: 3n,
  symbol: Symbol('mine'),
  symbols: [Symbol('mine')],
  object: { code: 7 },
  'object without prototype': Object.create(null),
  'object that fails to be a text': {
    toString: () => {
      throw new Error('not this one');
    },
  },
};

const MINE = token<BackendEntry>('@acme/ndl-odd/backend');
const throwing = (thrown: unknown) => (): never => {
  throw thrown;
};
const offering = (entry: Partial<BackendEntry>) =>
  definePlugin({
    name: '@acme/ndl-odd',
    register({ bind, contribute }) {
      const whole = { name: 'odd', priority: 1, dtypes: ['float32'], sessionConfig: [], ...entry };
      bind(MINE).toConstantValue(whole as unknown as BackendEntry);
      contribute(BACKENDS).toConstantValue({ key: MINE, summary: 'throws' });
    },
  });
const create = async (settings: Partial<Settings>, plugins = defaultPlugins()): Promise<void> => {
  await using simulator = await Simulator.create(network(), { settings, plugins });
  await simulator.step();
};
const withBackend = (entry: Partial<BackendEntry>): Promise<void> =>
  create({ backend: MINE }, [...defaultPlugins(), offering(entry)]);

const nodeThatThrows = async (thrown: unknown): Promise<void> => {
  let calls = 0;
  const throwLater = (): number => (calls++ < 1 ? 0 : throwing(thrown)());
  await using simulator = await Simulator.create(new Network({}, () => void new Probe(new Node(throwLater))), {
    plugins: defaultPlugins(),
  });
  await simulator.runSteps(2);
};

/** Who throws, by the name that the error must have. */
const THROWERS: readonly (readonly [name: string, act: (thrown: unknown) => Promise<void>])[] = [
  ['Planner', (thrown) => create({ planner: throwing(thrown) as Planner })],
  ['Sorter', (thrown) => create({ sorter: throwing(thrown) as Sorter })],
  ['rewriteMine', (thrown) => create({ simplifications: [{ name: 'rewriteMine', apply: throwing(thrown) }] })],
  ['odd', (thrown) => withBackend({ supports: throwing(thrown) })],
  ['odd', (thrown) => withBackend({ supports: () => ({ supported: true }), load: throwing(thrown) })],
  ['nodes[0]', nodeThatThrows],
];

describe.each(Object.entries(THROWN))('thrown: %s', (_, thrown) => {
  it.each(THROWERS)('by %s', async (name, act) => {
    const error: unknown = await act(thrown).catch((caught: unknown) => caught);
    expect(isNdlError(error)).toBe(true);
    expect((error as Error).message).toContain(name);
    expect((error as Error).message).not.toMatch(/\[object|Cannot convert|not this one/);
  });
});

it.each(Object.entries({ ...THROWN, 'not a number': NaN, infinity: Infinity }))(
  'a planner that yields %s is no worse for it',
  async (_, yielded) => {
    const greedy = greedyPlanner();
    const plan: Planner = (graph, context) => greedy(graph, context);
    const inPieces: NonNullable<Planner['inPieces']> = function* (graph, context) {
      yield yielded as number;
      return greedy(graph, context);
    };
    await expect(create({ planner: Object.assign(plan, { inPieces }) })).resolves.toBeUndefined();
  },
);
