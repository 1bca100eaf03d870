/** @file The public names of `@ndl/testing`: conformance suites for what plugins offer. To be called in vitest files. */
export { describeBackend, type BackendSuiteOptions } from './backend/describe-backend.ts';
export { describeDistribution, type DistributionSuite } from './build/describe-distribution.ts';
export { describeProcess, type ProcessSuite } from './build/describe-process.ts';
export { describeSolver, type SolverSuite } from './build/describe-solver.ts';
export { describeSynapse, type SynapseSuite } from './build/describe-synapse.ts';
export { describeLearningRule, type LearningRuleSuite, type SeenByRule } from './connection/describe-learning-rule.ts';
export { describeTransform, type TransformSuite } from './connection/describe-transform.ts';
export { describeNeuron } from './neuron/describe-neuron.ts';
export type { NeuronSuite } from './neuron/neuron-suite.ts';
export { describePlanner, type PlannerSuiteOptions } from './planner/describe-planner.ts';
export type { PlannerGraphName } from './planner/planner-graphs.ts';
export { describeObjective, type Numbers, type ObjectiveSuite } from './training/describe-objective.ts';
export { describeOptimizer, type OptimizerSuite } from './training/describe-optimizer.ts';
