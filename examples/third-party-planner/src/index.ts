/** @file The public names of `@acme/ndl-planner-anneal`. */
export { annealingPlanner } from './annealing-planner.ts';
export { annealing, ANNEALING_PLANNER } from './plugin.ts';
