import { describe, expect, test } from 'vitest';
import {
  PLANNERS,
  SIMPLIFICATION_CHOICES,
  SIMPLIFICATIONS,
  SORTERS,
  tokenId,
  type Choice,
  type Plugin,
  type PluginRegistration,
  type Simplification,
  type Token,
} from '@ndl/core';
import * as planning from './index.ts';

/** What a plugin binds, and contributes to each collection, in order. */
async function bookOf(plugin: Plugin) {
  const bound = new Map<symbol, unknown>();
  const contributed = new Map<symbol, unknown[]>();
  await plugin.register({
    bind: (key: symbol) => ({ toConstantValue: (value: unknown) => bound.set(key, value) }),
    contribute: (key: symbol) => ({
      toConstantValue: (value: unknown) => contributed.set(key, [...(contributed.get(key) ?? []), value]),
    }),
  } as unknown as PluginRegistration);
  const choices = (collection: Token<Choice<never>>) =>
    ((contributed.get(collection) ?? []) as Choice<unknown>[]).map(({ key }) => key);
  return { bound, contributed, choices };
}

describe('the plugins', () => {
  test('offer every planner, the tree planner first', async () => {
    const { bound, choices } = await bookOf(planning.planners());
    expect(choices(PLANNERS as Token<Choice<never>>)).toEqual([
      planning.TREE_PLANNER,
      planning.GREEDY_PLANNER,
      planning.TRANSITIVE_PLANNER,
      planning.NOOP_PLANNER,
    ]);
    expect([...bound.values()].every((planner) => typeof planner === 'function')).toBe(true);
  });

  test.each([
    ['tree', planning.treePlannerPlugin({ depth: 2 }), planning.TREE_PLANNER],
    ['greedy', planning.greedyPlannerPlugin(), planning.GREEDY_PLANNER],
    ['transitive', planning.transitivePlannerPlugin(), planning.TRANSITIVE_PLANNER],
    ['noop', planning.noopPlannerPlugin(), planning.NOOP_PLANNER],
  ])('offer the %s planner alone', async (name, plugin, key) => {
    const { bound, choices } = await bookOf(plugin);
    expect(plugin.name).toBe(`@ndl/planners/${name}`);
    expect([...bound.keys()]).toEqual([key]);
    expect(choices(PLANNERS as Token<Choice<never>>)).toEqual([key]);
  });

  test('offer both sorters, the one that sorts first', async () => {
    const { choices } = await bookOf(planning.sorters());
    expect(choices(SORTERS as Token<Choice<never>>)).toEqual([planning.ORDER_SIGNALS, planning.KEEP_ORDER]);
  });

  test('offer every simplification, in order, and each as a choice', async () => {
    const { bound, contributed, choices } = await bookOf(planning.simplifications());
    const list = contributed.get(SIMPLIFICATIONS) as Simplification[];
    expect(list.map(({ name }) => name)).toEqual([
      'removeUnmodifiedResets',
      'removeZeroIncs',
      'removeIdentityMultiplications',
      'removeConstantCopies',
      'removeResetIncs',
    ]);
    expect(choices(SIMPLIFICATION_CHOICES as unknown as Token<Choice<never>>).map((key) => bound.get(key))).toEqual(
      list,
    );
  });

  test('have tokens that begin with the name of the package', () => {
    const tokens = Object.values(planning as Record<string, unknown>).filter((value) => typeof value === 'symbol');
    expect(tokens).toHaveLength(11);
    expect(tokens.every((key) => tokenId(key).startsWith('@ndl/planners/'))).toBe(true);
  });

  test('refuse a bad depth where the plugin is made', () => {
    expect(() => planning.treePlannerPlugin({ depth: 0 })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});
