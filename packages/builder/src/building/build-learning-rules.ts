/** @file Learning rules: what connections into them bring, and how what they change is changed. */
import type { BuildContext, LearningContext, LearningSite } from '@ndl/core';
import { rulesOf, type Connection, type LearningRule } from '@ndl/model';
import { zeros } from '@ndl/numerics';
import { callingAsync, definitionName } from '../checked/definition-name.ts';
import { checkedRule, requireMap, requireSpread } from '../checked/checked-rule.ts';
import { contract, copy, map, reset } from './operators.ts';
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
    const name = definitionName('learning rule', type.kind, context.pluginOf(definition));
    const building = new RuleBuilding(rule, name, label, context);
    return checkedRule(name, type, site, await callingAsync(name, () => definition.build(type, site, building)));
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

/** Writes the operators of one rule, whose signals are named after it. */
class RuleBuilding implements LearningContext {
  readonly label: string;
  readonly #build: BuildContext;
  readonly #rule: LearningRule;
  /** What to call its author's definition. */
  readonly #definition: string;

  constructor(rule: LearningRule, definition: string, label: string, build: BuildContext) {
    this.#rule = rule;
    this.#definition = definition;
    this.label = label;
    this.#build = build;
  }

  get dt(): number {
    return this.#build.dt;
  }

  add: LearningContext['add'] = (operator) => this.#build.add(operator);

  signalsOf: LearningContext['signalsOf'] = (object) => this.#build.signalsOf(object);

  builtEnsemble: LearningContext['builtEnsemble'] = (ensemble) => this.#build.builtEnsemble(ensemble);

  signal: LearningContext['signal'] = (name, initial) =>
    wholeOf(this.#build.signal({ name: this.#nameOf(name), initial }));

  filtered: LearningContext['filtered'] = async (name, synapse, input) => {
    if (synapse === null) return input;
    return buildFilter(this.#rule, synapse, input, this.#build, {
      name: this.#nameOf(name),
      label: `${this.label}: ${name}`,
      mode: 'set',
    });
  };

  map: LearningContext['map'] = ({ kernel, inputs, parameters = {}, outputs, mode }) => {
    const given = requireMap(this.#definition, { kernel, inputs, parameters, outputs, mode });
    this.#build.add(map(`${this.label}: ${kernel.name}`, { kernel, mode, ...given }));
  };

  contract: LearningContext['contract'] = ({ shape, left, right, target }) => {
    const [first, second, sum] = [left, right, target].map((operand) =>
      requireSpread(this.#definition, operand, shape),
    );
    this.#build.add(contract(`${this.label}: product`, { shape, left: first!, right: second!, target: sum! }));
  };

  #nameOf(name: string): string {
    return `${this.#build.nameOf(this.#rule)}.${name}`;
  }
}
