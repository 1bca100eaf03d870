/**
 * @file Extension point: what a kind of learning rule does. In each step it computes, after all that its network does, by how much an
 * array changes; the build adds that at the start of the next step. It is written in operators whose behaviour is data, so that it runs
 * and is differentiated on every backend. It is no optimizer: training by gradient descent goes on around it, and through it.
 */
import type { Connection, Ensemble, LearningRuleType, Synapse } from '@ndl/model';
import type { BuiltEnsemble, ObjectSignals } from '../graph/operator-graph.ts';
import type { Cost } from './cost.ts';
import type { OperatorContext } from './operator-context.ts';
import type { SignalView } from '../graph/signals.ts';
import { token, type Token } from './token.ts';

/** A connection that learns, as a rule of it sees it. */
export interface LearningSite {
  readonly connection: Connection;
  /** The array that the rule changes, [rows, columns]: the weights of the connection, or encoders · gain / radius, [neurons, dimensions]. */
  readonly modified: SignalView;
  /** The sum of what connections into the rule bring, [size]; null where it takes no input. */
  readonly input: SignalView | null;
  /** What the connection's weights are multiplied with, [columns]; of one without weights, what it passes on. */
  readonly pre: SignalView;
  /** Outputs of the neurons that the connection ends at, [neurons], of a slice of neurons these alone; null where it ends at no neurons. */
  readonly post: SignalView | null;
}

/** How a rule adds to the graph; its signals can be probed under the names that the rule says. */
export interface LearningContext extends OperatorContext {
  /** The signals that stand for an object that was built before. @throws NdlError OBJECT_NOT_BUILT */
  signalsOf(object: object): ObjectSignals;
  /** @throws NdlError OBJECT_NOT_BUILT */
  builtEnsemble(ensemble: Ensemble): BuiltEnsemble;
  /** The output of a synapse, in the step of its input: a signal of that name. The input itself where there is none. */
  filtered(name: string, synapse: Synapse | null, input: SignalView): Promise<SignalView>;
}

/** What a rule has built. */
export interface BuiltLearningRule {
  /** By how much the array changes, of its shape; the rule updates it in each step. */
  readonly delta: SignalView;
  /** Signals by the names that probes may give, `delta` aside. */
  readonly signals: ObjectSignals;
}

/** Sizes of the array that a rule changes. */
export interface LearningSizes {
  readonly rows: number;
  readonly columns: number;
}

/** The behaviour of one kind of learning rule. */
export interface LearningRuleDefinition<Type extends LearningRuleType = LearningRuleType> {
  readonly kind: Type['kind'];
  /** Writes the operators of a rule. @throws NdlError for sites where it cannot learn */
  build(type: Type, site: LearningSite, context: LearningContext): BuiltLearningRule | Promise<BuiltLearningRule>;
  /** What building takes beside the array and its delta, for estimates: of rules that keep arrays larger than these. */
  cost?(type: Type, sizes: LearningSizes): Cost;
}

/** Collection of the known kinds of learning rules. */
export const LEARNING_RULE_DEFINITIONS: Token<LearningRuleDefinition> = /* @__PURE__ */ token<LearningRuleDefinition>(
  '@ndl/core/learning-rule-definitions',
);
