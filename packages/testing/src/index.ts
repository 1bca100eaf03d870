/** @file The public names of `@ndl/testing`: conformance suites for what plugins offer. To be called in vitest files. */
export { describeBackend, type BackendSuiteOptions } from './backend/describe-backend.ts';
export { describeLearningRule, type LearningRuleSuite, type SeenByRule } from './connection/describe-learning-rule.ts';
export { describeTransform, type TransformSuite } from './connection/describe-transform.ts';
export { describeNeuron } from './neuron/describe-neuron.ts';
export type { NeuronSuite } from './neuron/neuron-suite.ts';
export { describePlanner, type PlannerSuiteOptions } from './planner/describe-planner.ts';
export type { PlannerGraphName } from './planner/planner-graphs.ts';
