/** @file A setting that a plugin adds: typed by module augmentation, checked when a simulator is made. */
import { describe, expect, test } from 'vitest';
import { PLANNERS } from '@ndl/core';
import {
  configureSettings,
  Connection,
  defaultPlugins,
  definePlugin,
  Ensemble,
  greedyPlanner,
  Network,
  Node,
  Probe,
  SETTING_SPECS,
  token,
  type Plan,
  type Planner,
  type SettingSpec,
} from './index.ts';
import { bitsOf, failing, simulate } from './reference-simulator.test-helper.ts';

declare module '@ndl/core' {
  interface Settings {
    /** Operators that one group may have at most. */
    readonly mostMembers: number;
  }
}

const CROWD_PLANNER = token<Planner>('@acme/crowd-planner/planner');

const mostMembers: SettingSpec<'mostMembers'> = {
  name: 'mostMembers',
  default: Infinity,
  summary: 'Operators that one group may have at most.',
  validate: (value) => (typeof value === 'number' && value >= 1 ? undefined : 'must be a number of at least 1'),
};

/** Greedy, but cuts groups that are too large. */
const crowdPlanner: Planner = (graph, context) => ({
  groups: greedyPlanner()(graph, context).groups.flatMap((group) => {
    const size = Math.min(context.settings.mostMembers, group.length);
    return Array.from({ length: Math.ceil(group.length / size) }, (_, index) =>
      group.slice(index * size, (index + 1) * size),
    );
  }),
});

const crowdPlannerPlugin = definePlugin({
  name: '@acme/crowd-planner',
  register({ bind, contribute }) {
    bind(CROWD_PLANNER).toConstantValue(crowdPlanner);
    contribute(PLANNERS).toConstantValue({ key: CROWD_PLANNER, summary: 'greedy, with groups of limited size' });
    contribute(SETTING_SPECS).toConstantValue(mostMembers as SettingSpec);
  },
});

const plugins = [...defaultPlugins(), crowdPlannerPlugin];

/** Six ensembles, each seen by a probe. */
function sample(configure: () => void): Network {
  return new Network({ seed: 9 }, () => {
    configure();
    for (let index = 0; index < 6; index++) {
      const ensemble = new Ensemble({ nNeurons: 5, dimensions: 1 });
      new Connection(new Node([index / 6]), ensemble);
      new Probe(ensemble);
    }
  });
}

async function planAndNumbers(configure: () => void): Promise<{ readonly plan: Plan; readonly bits: unknown }> {
  const net = sample(configure);
  await using simulator = await simulate(net, {}, { plugins });
  await simulator.runSteps(20);
  return { plan: simulator.plan, bits: net.probes.map((probe) => bitsOf(simulator.data.get(probe).data)) };
}

const largest = ({ groups }: Plan): number => Math.max(...groups.map((group) => group.length));

describe('A plugin adds a setting of its own, typed by module augmentation, checked at Simulator.create; an unknown or bad one is refused with the place that set it', () => {
  test('its planner reads it', async () => {
    const byDefault = await planAndNumbers(() => configureSettings({ planner: CROWD_PLANNER }));
    const limited = await planAndNumbers(() => configureSettings({ planner: CROWD_PLANNER, mostMembers: 4 }));
    expect(largest(byDefault.plan)).toBeGreaterThan(4);
    expect(largest(limited.plan)).toBe(4);
    expect(limited.bits).toEqual(byDefault.bits);
  });

  test('by hand, and for one simulator only', async () => {
    const net = sample(() => configureSettings({ planner: CROWD_PLANNER }));
    net.config.of(Network).mostMembers = 3;
    await using byHand = await simulate(net, {}, { plugins });
    expect(largest(byHand.plan)).toBe(3);
    await using overridden = await simulate(net, { mostMembers: 2 }, { plugins });
    expect(largest(overridden.plan)).toBe(2);
    expect(overridden.settings.mostMembers).toBe(2);
  });

  test('a bad value', async () => {
    const net = sample(() => configureSettings({ mostMembers: 0 }));
    const text = /'mostMembers', set at .*plugin-settings\.test\.ts:\d+:\d+.*must be a number of at least 1; got 0/;
    await expect(simulate(net, {}, { plugins })).rejects.toThrow(failing('INVALID_SETTING', text));
    await expect(
      simulate(
        sample(() => {}),
        { mostMembers: 0 },
        { plugins },
      ),
    ).rejects.toThrow(failing('INVALID_SETTING', 'the settings of Simulator.create'));
  });

  test('an unknown name', async () => {
    const misspelt = sample(() => configureSettings({ mostMember: 4 } as never));
    await expect(simulate(misspelt, {}, { plugins })).rejects.toThrow(
      failing(
        'UNKNOWN_SETTING',
        /'mostMember', set at .*plugin-settings\.test\.ts:\d+:\d+.*Did you mean mostMembers\?/,
      ),
    );
  });

  test('without the plugin', async () => {
    const net = sample(() => configureSettings({ mostMembers: 4 }));
    await expect(simulate(net)).rejects.toThrow(
      failing('UNKNOWN_SETTING', /'mostMembers', set at .*plugin-settings\.test\.ts:\d+:\d+.*add that plugin/),
    );
  });
});
