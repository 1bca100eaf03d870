/** @file Bad compositions, met as a user meets them: `Simulator.create` says who, what, and what to do about it. */
import { Simulator as ComposedSimulator } from '@ndl/simulator';
import { describe, expect, test } from 'vitest';
import {
  BUILD_FUNCTIONS,
  NEURON_DEFINITIONS,
  PLANNER,
  PLANNERS,
  SIMPLIFICATION_CHOICES,
  SORTERS,
  type GradientApproximation,
  type PluginRegistration,
} from '@ndl/core';
import { lifDefinition } from '@ndl/neurons';
import {
  configureSettings,
  definePlugin,
  Ensemble,
  GREEDY_PLANNER,
  Network,
  neurons,
  planners,
  Probe,
  REMOVE_ZERO_INCS,
  referenceBackend,
  simplifications,
  sorters,
  TFJS_BACKEND,
  token,
  treePlannerPlugin,
  TREE_PLANNER,
  type Planner,
  type Plugin,
  type Settings,
  type Simplification,
  type Sorter,
} from './index.ts';
import { failing } from './reference-simulator.test-helper.ts';

function network(settings: Partial<Settings> = {}): Network {
  return new Network({ seed: 0 }, () => {
    configureSettings(settings);
    new Probe(new Ensemble({ nNeurons: 5, dimensions: 1 }));
  });
}

/** Creates a simulator of exactly these plugins, and disposes of it should that succeed. */
async function create(plugins: readonly unknown[], settings: Partial<Settings> = {}): Promise<void> {
  const sim = await ComposedSimulator.create(network(settings), { plugins: plugins as readonly Plugin[] });
  await sim.dispose();
}

const sound = (): readonly Plugin[] => [neurons(), treePlannerPlugin(), sorters(), referenceBackend()];
const without = (name: string): readonly Plugin[] => sound().filter((plugin) => plugin.name !== name);
const plugin = (name: string, register: (registration: PluginRegistration) => void | Promise<void>): Plugin =>
  definePlugin({ name, register });

test('the composition that the others spoil is sound', async () => {
  await expect(create(sound())).resolves.toBeUndefined();
});

describe('an unknown token', () => {
  test('is answered with the one that was meant, and the place that asked', async () => {
    const misspelt = { planner: token<Planner>('@ndl/planners/gredy') };
    await expect(create([neurons(), planners(), sorters(), referenceBackend()], misspelt)).rejects.toEqual(
      failing(
        'UNKNOWN_TOKEN',
        /'planner', set at .*composition-errors.*Nothing is bound to @ndl\/planners\/gredy.*Did you mean '?@ndl\/planners\/greedy/s,
      ),
    );
  });

  test.each([
    ['planner', { planner: token<Planner>('@acme/planner/anneal') }, '@acme/planner'],
    ['sorter', { sorter: token<Sorter>('@acme/sorter/by-size') }, '@acme/sorter'],
    ['simplification', { simplifications: [REMOVE_ZERO_INCS, token<never>('@acme/simpler/yet')] }, '@acme/simpler'],
    ['backend', { backend: TFJS_BACKEND }, '@ndl/backend-tfjs'],
    ['gradient', { gradient: token<GradientApproximation>('@acme/gradient/steep') }, '@acme/gradient'],
    [
      'gradient of one kind',
      { gradient: { lif: token<GradientApproximation>('@acme/gradient/steep') } },
      '@acme/gradient',
    ],
  ] as const)('of a %s is answered with the package to add', async (_, settings, missing) => {
    await expect(create([...sound(), simplifications()], settings)).rejects.toEqual(
      failing('UNKNOWN_TOKEN', `No loaded plugin is of ${missing}; add it to \`plugins\`.`),
    );
  });

  test('that is bound but was never listed as a choice is told apart', async () => {
    const hidden = token<Planner>('@acme/planner/hidden');
    const shy = plugin('@acme/planner', ({ bind }) => void bind(hidden).toConstantValue(() => ({ groups: [] })));
    await expect(create([...sound(), shy], { planner: hidden })).rejects.toEqual(
      failing('NOT_A_CHOICE', /@acme\/planner\/hidden is bound, but is no choice of @ndl\/core\/planners/),
    );
  });

  test('is met before anything is built', async () => {
    const built: unknown[] = [];
    const watching = plugin('@acme/watching', ({ replace }) => {
      replace(BUILD_FUNCTIONS).toConstantValue({ kind: 'ensemble', build: (ensemble) => void built.push(ensemble) });
    });
    const unknown = { planner: token<Planner>('@acme/planner/anneal') };
    await expect(create([...sound(), watching], unknown)).rejects.toEqual(failing('UNKNOWN_TOKEN'));
    expect(built).toEqual([]);
  });

  test('that a plugin requires is named with the plugin', async () => {
    const needy = definePlugin({ name: '@acme/needy', requires: [GREEDY_PLANNER], register() {} });
    await expect(create([...sound(), needy])).rejects.toEqual(
      failing('UNKNOWN_TOKEN', /@ndl\/planners\/greedy, which @acme\/needy needs/),
    );
  });
});

describe('two owners', () => {
  test('of one service are both named', async () => {
    await expect(create([...sound(), planners()])).rejects.toEqual(
      failing('DUPLICATE_BINDING', '@ndl/planners binds @ndl/planners/tree, which @ndl/planners/tree already binds.'),
    );
  });

  test('may replace on purpose', async () => {
    const other = plugin('@acme/planner', async ({ rebind }) => {
      const bound = await rebind(TREE_PLANNER);
      bound.toConstantValue(() => ({ groups: [] }));
    });
    await expect(create([...sound(), other])).rejects.toEqual(failing('PLAN_DROPS_OPERATOR'));
  });

  test('of one kind of neuron are refused', async () => {
    const again = plugin('@acme/lif', ({ contribute }) => {
      contribute(NEURON_DEFINITIONS).toConstantValue(lifDefinition as never);
    });
    await expect(create([...sound(), again])).rejects.toEqual(
      failing('DUPLICATE_KIND', "'lif' already: @acme/lif contributes one, and so does @ndl/neurons"),
    );
  });

  test('of one name need two', async () => {
    await expect(create([...sound(), sorters()])).rejects.toEqual(
      failing('DUPLICATE_PLUGIN', 'Two plugins in `plugins` have the name @ndl/planners/sorters'),
    );
  });
});

describe('a plugin that fails to register', () => {
  const reason = new Error('no device found');

  test.each([
    [
      'at once',
      () => {
        throw reason;
      },
    ],
    ['later', () => Promise.reject(reason)],
  ])('%s is named, and the reason kept', async (_, register) => {
    await expect(create([...sound(), plugin('@acme/gpu', register)])).rejects.toEqual(
      failing('PLUGIN_FAILED', 'The plugin @acme/gpu failed to register: no device found'),
    );
    await expect(create([...sound(), plugin('@acme/gpu', register)])).rejects.toHaveProperty('cause', reason);
  });

  test('has what was registered before it put away', async () => {
    let putAway = 0;
    const device = token<object>('@acme/device/device');
    const before = definePlugin({
      name: '@acme/device',
      register: ({ bind }) =>
        void bind(device)
          .toConstantValue({})
          .onDeactivation(() => void (putAway += 1)),
    });
    const user = plugin('@acme/user', ({ bind }) => {
      bind(PLANNER).toResolvedValue(
        (needed: object): Planner => {
          expect(needed).toEqual({});
          throw reason;
        },
        [device],
      );
    });
    await expect(create([...without('@ndl/planners/tree'), before, user])).rejects.toEqual(
      failing('RESOLUTION_FAILED', /@ndl\/core\/planner, bound by @acme\/user,.*no device found/),
    );
    expect(putAway).toBe(1);
  });
});

describe('a slot without a choice', () => {
  test.each([
    ['@ndl/planners/tree', 'SLOT_EMPTY', 'No loaded plugin offers a choice for @ndl/core/planner.'],
    ['@ndl/planners/sorters', 'SLOT_EMPTY', 'No loaded plugin offers a choice for @ndl/core/sorter.'],
    ['@ndl/backend-reference', 'NO_BACKEND', 'add for instance tfjs() or referenceBackend()'],
    ['@ndl/neurons', 'UNKNOWN_KIND', "No loaded plugin defines the neuron type 'lif'."],
  ])('is refused: without %s', async (name, code, text) => {
    await expect(create(without(name))).rejects.toEqual(failing(code, text));
  });

  test('names the packages that would fill it', async () => {
    const [, , , backend] = sound();
    await expect(create([neurons(), backend])).rejects.toEqual(
      failing('SLOT_EMPTY', 'No loaded plugin is of @ndl/planners; add it to `plugins`.'),
    );
  });

  test('may be filled by a plugin that offers no choices', async () => {
    const own = plugin('@acme/one-planner', ({ bind }) => {
      bind(PLANNER).toConstantValue((graph) => ({
        groups: graph.operators.toReversed().map((operator) => [operator]),
      }));
    });
    await expect(create([...without('@ndl/planners/tree'), own])).rejects.toEqual(
      failing('PLAN_BREAKS_ORDER', '@ndl/core/planner'),
    );
  });

  test('is not filled by a choice that nobody binds', async () => {
    const careless = plugin('@acme/sorter', ({ contribute }) => {
      contribute(SORTERS).toConstantValue({ key: token<Sorter>('@acme/sorter/none'), summary: 'forgot to bind' });
    });
    await expect(create([...sound(), careless])).rejects.toEqual(failing('CHOICE_UNBOUND', '@acme/sorter/none'));
  });
});

describe('a plugin of another contract version', () => {
  test.each([
    [0, 'Update the plugin.'],
    [2, 'Update @ndl/core and @ndl/container.'],
  ])('(%d) is refused with what to update', async (contract, advice) => {
    const foreign = { ...plugin('@acme/foreign', () => {}), contract };
    await expect(create([...sound(), foreign])).rejects.toEqual(
      failing('CONTRACT_VERSION', new RegExp(`@acme/foreign was made for version ${contract} .*${advice}`)),
    );
  });
});

describe('what is no plugin', () => {
  test.each([
    ['a factory that was not called', planners, 'plugins[4] is a function; call it: plugins: [planners()]'],
    ['a list within the list', [sorters()], 'plugins[4] is a list; spread it'],
    [
      'a plugin that definePlugin never saw',
      { name: '@acme/raw', register() {} },
      'plugins[4] was not made by definePlugin()',
    ],
    ['nothing', undefined, 'plugins[4] is undefined; a plugin is made by definePlugin()'],
  ])('is refused with its place: %s', async (_, wrong, text) => {
    await expect(create([...sound(), wrong])).rejects.toEqual(failing('NOT_A_PLUGIN', text));
  });
});

describe('a stage that throws', () => {
  const broken = new TypeError('x is not iterable');
  const fail = (): never => {
    throw broken;
  };

  const stages = (): Plugin =>
    plugin('@acme/stages', ({ bind, contribute }) => {
      bind(planner).toConstantValue(fail);
      contribute(PLANNERS).toConstantValue({ key: planner, summary: 'fails' });
      bind(sorter).toConstantValue(fail);
      contribute(SORTERS).toConstantValue({ key: sorter, summary: 'fails' });
      bind(simplification).toConstantValue({ name: 'tidy up', apply: fail });
      contribute(SIMPLIFICATION_CHOICES).toConstantValue({ key: simplification, summary: 'fails' });
    });
  const planner = token<Planner>('@acme/planner/broken');
  const sorter = token<Sorter>('@acme/sorter/broken');
  const simplification = token<Simplification>('@acme/simplification/broken');

  test.each([
    ['planner', { planner }, 'PLANNER_FAILED', /^Planner .*@acme\/planner\/broken.* threw: x is not iterable\. /],
    ['sorter', { sorter }, 'SORTER_FAILED', /^Sorter .*@acme\/sorter\/broken.* threw: x is not iterable\. /],
    [
      'simplification',
      { simplifications: [simplification] },
      'SIMPLIFICATION_FAILED',
      /^Simplification tidy up of plugin @acme\/stages threw: x is not iterable\. /,
    ],
  ] as [string, Partial<Settings>, string, RegExp][])(
    'is named, with the cause: a %s',
    async (_, settings, code, message) => {
      const failed: unknown = await create([...sound(), stages()], settings).catch((error: unknown) => error);
      expect(failed).toEqual(failing(code, message));
      expect(failed).toMatchObject({ cause: broken });
    },
  );
});
