/** @file Nengo's learning rules → ndl's factories. */
import { bcm, oja, pes, rls, voja, type LearningRuleType, type LearningRuleTypes, type Synapse } from '@ndl/model';
import type { GoldenConnection, GoldenData } from './golden-file.ts';
import { made, synapseFrom, type Factories } from './golden-kinds.ts';

const rules: Factories<LearningRuleType> = {
  PES: (data) => pes({ learningRate: rateOf(data), preSynapse: filterOf(data, 'pre_synapse') }),
  RLS: (data) => rls({ learningRate: rateOf(data), preSynapse: filterOf(data, 'pre_synapse') }),
  BCM: (data) =>
    bcm({
      learningRate: rateOf(data),
      preSynapse: filterOf(data, 'pre_synapse'),
      postSynapse: filterOf(data, 'post_synapse'),
      thetaSynapse: filterOf(data, 'theta_synapse'),
    }),
  Oja: (data) =>
    oja({
      learningRate: rateOf(data),
      preSynapse: filterOf(data, 'pre_synapse'),
      postSynapse: filterOf(data, 'post_synapse'),
      beta: data['beta'] as number,
    }),
  Voja: (data) => voja({ learningRate: rateOf(data), postSynapse: filterOf(data, 'post_synapse') }),
};

function filterOf(data: GoldenData, name: string): Synapse | null {
  return synapseFrom((data[name] ?? null) as GoldenData | null);
}

function rateOf(data: GoldenData): number {
  return data['learning_rate'] as number;
}

/** @throws MissingKind */
export function learningRuleFrom(data: GoldenData): LearningRuleType {
  return made('learning rule', rules, data);
}

/** What a connection learns by, in the form that it was given in: one rule is not in a list. @throws MissingKind */
export function learningRulesOf({
  learning_rules: types,
  learning_rule_keys: keys,
}: GoldenConnection): LearningRuleTypes | null {
  const rules = types.map(learningRuleFrom);
  if (keys != null) return Object.fromEntries(rules.map((rule, index) => [keys[index]!, rule]));
  return rules.length === 0 ? null : rules.length === 1 ? rules[0]! : rules;
}
