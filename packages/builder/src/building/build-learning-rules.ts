/** @file Learning rules: what connections into them bring, and how what they change is changed. */
import type { BuildContext, LearningContext, LearningSite } from '@ndl/core';
import { rulesOf, type Connection, type LearningRule } from '@ndl/model';
import { zeros } from '@ndl/numerics';
import { callingAsync, definitionName } from '../checked/definition-name.ts';
import { checkedRule } from '../checked/checked-operators.ts';
import { OperatorWriting, type OperatorAuthor } from './operator-writing.ts';
import { copy, reset } from './operators.ts';
import { partOf } from './part-of.ts';
import { buildFilter } from './signal-path.ts';
import { select, wholeOf } from './views.ts';

/**
 * Adds the inputs of the rules of a connection to the graph. They are there before any connection is built, since connections of other
 * networks may end at them.
 */
export function buildRuleInputs(connection: Connection, context: BuildContext): void {
  for (const rule of rulesOf(connection)) {
    if (rule.sizeIn === 0) {
      context.setSignals(rule, {});
      continue;
    }
    const name = `${context.nameOf(rule)}.input`;
    const input = wholeOf(context.signal({ name, initial: zeros([rule.sizeIn]) }));
    context.add(reset(`${labelOf(rule, context)}: input`, input));
    context.setSignals(rule, { input });
  }
}

/**
 * Builds the rules of a connection, in their order: what a rule has computed at the end of a step is added to what it changes at the
 * start of the next.
 */
export async function buildLearningRules(connection: Connection, context: BuildContext): Promise<void> {
  for (const rule of rulesOf(connection)) await buildRule(rule, context);
}

async function buildRule(rule: LearningRule, context: BuildContext): Promise<void> {
  const type = rule.type!;
  const site = siteOf(rule, context);
  const label = labelOf(rule, context);
  const { delta, signals } = await partOf(rule, 'build', async () => {
    const definition = context.learningRule(type.kind);
    const author = {
      name: context.nameOf(rule),
      label,
      definition: definitionName('learning rule', type.kind, context.pluginOf(definition)),
    };
    const writing = new RuleWriting(rule, author, context);
    const built = await callingAsync(author.definition, () => definition.build(type, site, writing));
    return checkedRule(author.definition, type, site, built);
  });
  context.add(copy(`${label}: delta`, delta, site.modified, 'inc'));
  context.setSignals(rule, { ...signals, delta });
}

function siteOf(rule: LearningRule, context: BuildContext): LearningSite {
  const { connection } = rule;
  const { postObject, postSelection } = connection;
  const own = context.signalsOf(connection);
  const isOfEncoders = rule.type!.modifies === 'encoders';
  const modified = isOfEncoders ? context.signalsOf(postObject)['encoders'] : own['weights'];
  const post =
    postObject.kind === 'neurons'
      ? select(context.signalsOf(postObject)['output']!, postSelection)
      : postObject.kind === 'ensemble'
        ? context.signalsOf(postObject.neurons)['output']
        : undefined;
  return {
    connection,
    modified: modified!,
    input: context.signalsOf(rule)['input'] ?? null,
    pre: own['operand']!,
    post: post ?? null,
  };
}

function labelOf(rule: LearningRule, context: BuildContext): string {
  const { connection, key } = rule;
  const which = key === null ? rule.type!.kind : typeof key === 'number' ? `${rule.type!.kind} [${key}]` : key;
  return `${context.labelOf(connection)}: ${which}`;
}

/** Writes the operators of one rule. */
class RuleWriting extends OperatorWriting implements LearningContext {
  readonly #rule: LearningRule;

  constructor(rule: LearningRule, author: OperatorAuthor, build: BuildContext) {
    super(author, build);
    this.#rule = rule;
  }

  signalsOf: LearningContext['signalsOf'] = (object) => this.build.signalsOf(object);

  builtEnsemble: LearningContext['builtEnsemble'] = (ensemble) => this.build.builtEnsemble(ensemble);

  filtered: LearningContext['filtered'] = async (name, synapse, input) => {
    if (synapse === null) return input;
    const named = { name: `${this.author.name}.${name}`, label: `${this.label}: ${name}` };
    return buildFilter(this.#rule, synapse, input, this.build, { ...named, mode: 'set' });
  };
}
