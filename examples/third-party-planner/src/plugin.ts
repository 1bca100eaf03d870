/** @file The plugin: a token by which the planner is chosen, and a setting that says how long it searches. */
import {
  definePlugin,
  PLANNERS,
  SETTING_SPECS,
  token,
  type Planner,
  type Plugin,
  type SettingSpec,
  type Token,
} from '@ndl/core';
import { annealingPlanner, DEFAULT_ANNEALING_STEPS } from './annealing-planner.ts';

declare module '@ndl/core' {
  interface Settings {
    /** Rankings that the annealing planner tries: a whole number. Default 200. */
    readonly annealingSteps: number;
  }
}

/** Chooses the annealing planner: `configureSettings({ planner: ANNEALING_PLANNER })`. */
export const ANNEALING_PLANNER: Token<Planner> = /* @__PURE__ */ token<Planner>('@acme/ndl-planner-anneal/planner');

const annealingSteps: SettingSpec<'annealingSteps'> = {
  name: 'annealingSteps',
  default: DEFAULT_ANNEALING_STEPS,
  summary: 'Rankings of merge classes that the annealing planner tries.',
  validate: (value) => (Number.isInteger(value) && (value as number) >= 0 ? undefined : 'must be a whole number'),
};

/** Offers the annealing planner and its setting `annealingSteps`. */
export function annealing(): Plugin {
  return definePlugin({
    name: '@acme/ndl-planner-anneal',
    register({ bind, contribute }) {
      bind(ANNEALING_PLANNER).toConstantValue(annealingPlanner());
      contribute(PLANNERS).toConstantValue({ key: ANNEALING_PLANNER, summary: 'anneals the order of merge classes' });
      contribute(SETTING_SPECS).toConstantValue(annealingSteps);
    },
  });
}
