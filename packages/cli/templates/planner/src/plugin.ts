/** @file The plugin: the planner as a choice. */
import { definePlugin, PLANNERS, token, type Planner, type Plugin, type Token } from '@ndl/core';
import { widestPlanner } from './planner.ts';

/** Chooses the planner: `configureSettings({ planner: WIDEST_PLANNER })`. */
export const WIDEST_PLANNER: Token<Planner> = /* @__PURE__ */ token<Planner>('@acme/ndl-planner-widest/planner');

/** Offers the planner under its token. */
export function widestPlannerPlugin(): Plugin {
  return definePlugin({
    name: '@acme/ndl-planner-widest',
    register({ bind, contribute }) {
      bind(WIDEST_PLANNER).toConstantValue(widestPlanner());
      contribute(PLANNERS).toConstantValue({ key: WIDEST_PLANNER, summary: 'the widest group that is ready first' });
    },
  });
}
