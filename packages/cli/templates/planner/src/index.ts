/** @file The public names of `@acme/ndl-planner-widest`. */
export { widestPlanner } from './planner.ts';
export { widestPlannerPlugin, WIDEST_PLANNER } from './plugin.ts';
