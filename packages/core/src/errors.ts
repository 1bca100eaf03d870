/** @file Every diagnostic of `@ndl/core`: one function each, with a stable code, the culprit, and the fix. */
import { NdlError, refuseSurplus, showThrown, showValue, suggest, withoutStop } from '@ndl/numerics';

/** What messages say of an operator. */
interface LabelledOperator {
  readonly kind: string;
  readonly label: string;
}

/** What a person calls an operator. */
function described(operator: LabelledOperator): string {
  return `${operator.kind} of ${operator.label}`;
}

/** A plugin that nobody could load. */
export function pluginInvalid(part: string, requirement: string, actual: unknown): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    `definePlugin: ${part} must be ${requirement}; got ${showValue(actual)}. ` +
      "A plugin is written definePlugin({ name: '@you/package', register({ bind, contribute }) { … } }).",
  );
}

/** What no token can be made with. */
export function tokenIdInvalid(id: unknown): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    `token: the id must be a text that begins with the name of your package, such as '@you/package/planner'; got ${showValue(id)}.`,
  );
}

/** A field that plugins do not have. */
export function unknownPluginField(field: string, known: readonly string[]): NdlError {
  return new NdlError('UNKNOWN_OPTION', `definePlugin: unknown field '${field}'. ${suggest(field, known)}`, { known });
}

/** Operators that wait for each other within one step. `labels` are those on the cycle, in order. */
export function graphCycle(labels: readonly string[]): NdlError {
  const path = [...labels, labels[0]!].join(' → ');
  return new NdlError(
    'GRAPH_CYCLE',
    `These wait for each other within one step: ${path}. ` +
      'Give a connection on this cycle a synapse (lowpass(0) delays by one step), or let a node in between remember.',
  );
}

/** Two operators set, or update, the same element in one step. */
export function graphConflict(
  verb: 'set' | 'update',
  signalName: string,
  first: LabelledOperator,
  second: LabelledOperator,
): NdlError {
  return new NdlError(
    verb === 'set' ? 'GRAPH_TWO_SETTERS' : 'GRAPH_TWO_UPDATERS',
    `${described(first)} and ${described(second)} both ${verb} the same elements of ${signalName}. ` +
      `In one step an element is ${verb === 'set' ? 'set' : 'updated'} at most once; increment it instead.`,
  );
}

/** A planner returned something else than a plan. */
export function notAPlan(planner: string, problem: string): NdlError {
  return new NdlError(
    'PLAN_INVALID',
    `Planner ${planner} returned no plan: ${problem}. A planner returns { groups: Operator[][] }, synchronously.`,
  );
}

export function planHasEmptyGroup(planner: string, group: number): NdlError {
  return new NdlError('PLAN_EMPTY_GROUP', `Planner ${planner} left group ${group} empty. Leave such groups out.`);
}

export function planDropsOperator(planner: string, operator: LabelledOperator, count: number): NdlError {
  const others = count === 1 ? '' : ` and ${count - 1} more`;
  return new NdlError(
    'PLAN_DROPS_OPERATOR',
    `Planner ${planner} left out ${described(operator)}${others}. A plan holds every operator of the graph once.`,
  );
}

export function planRepeatsOperator(planner: string, operator: LabelledOperator): NdlError {
  return new NdlError(
    'PLAN_REPEATS_OPERATOR',
    `Planner ${planner} planned ${described(operator)} twice. A plan holds every operator of the graph once.`,
  );
}

export function planHasForeignOperator(planner: string, group: number, operator: unknown): NdlError {
  const culprit =
    typeof operator === 'object' && operator !== null && 'kind' in operator && 'label' in operator
      ? described(operator as LabelledOperator)
      : showValue(operator);
  return new NdlError(
    'PLAN_FOREIGN_OPERATOR',
    `Planner ${planner} put ${culprit} into group ${group}, which is not in the graph. ` +
      'Plan the very operators of graph.operators, not copies.',
  );
}

export function planBreaksOrder(planner: string, first: LabelledOperator, second: LabelledOperator): NdlError {
  return new NdlError(
    'PLAN_BREAKS_ORDER',
    `Planner ${planner} runs ${described(second)} before ${described(first)}, on which it depends. ` +
      'operatorDependencies(graph) tells what must come first.',
  );
}

export function planGroupsDependants(planner: string, first: LabelledOperator, second: LabelledOperator): NdlError {
  return new NdlError(
    'PLAN_GROUPS_DEPENDANTS',
    `Planner ${planner} put ${described(second)} into one group with ${described(first)}, on which it depends. ` +
      'Members of a group run at once; operatorDependencies(graph) tells what must come first.',
  );
}

export function planMixesClasses(planner: string, first: LabelledOperator, second: LabelledOperator): NdlError {
  return new NdlError(
    'PLAN_MIXES_CLASSES',
    `Planner ${planner} put ${described(second)} into one group with ${described(first)}, but they cannot be merged. ` +
      'Group only operators of which context.mergeClassOf(operator) is equal.',
  );
}

/** A sorter changed more than the order of members and signals. */
export function sortChangedPlan(sorter: string, problem: string): NdlError {
  return new NdlError(
    'SORT_CHANGED_PLAN',
    `Sorter ${sorter} ${problem}. A sorter may reorder the members within a group, and the signals; nothing else.`,
  );
}

/** A simplification lost what a graph is for. */
export function simplificationBrokeGraph(simplification: string, problem: string): NdlError {
  return new NdlError(
    'SIMPLIFICATION_BROKE_GRAPH',
    `Simplification ${simplification} ${problem}. It must keep inputs, probes and signals; rewriteGraph() does.`,
  );
}

/** Simplifications that undo each other, or one that reports a change each time. */
export function simplificationNeverEnds(simplifications: readonly string[], rounds: number): NdlError {
  return new NdlError(
    'SIMPLIFICATION_NEVER_ENDS',
    `After ${rounds} rounds these simplifications still change the graph: ${simplifications.join(', ')}. ` +
      'Return the graph itself where nothing applies, and check that no two of them undo each other.',
  );
}

/** Two entries of a keyed collection claim one kind. */
export function duplicateKind(collection: string, kind: string): NdlError {
  return new NdlError(
    'DUPLICATE_KIND',
    `Two ${collection} are of the kind "${kind}". Leave out one of the plugins that contribute it, or rename its kind.`,
  );
}

/** A backend that threw, or rejected, something that is no error of ndl. `what` it was asked for: `supports()`. */
export function backendFailed(name: string, what: string, cause: unknown): NdlError {
  refuseSurplus('backendFailed', arguments, 3);
  return new NdlError(
    'BACKEND_FAILED',
    `The backend "${name}" failed in ${what}: ${withoutStop(showThrown(cause))}. Repair it, or choose another in the setting backend.`,
    { cause },
  );
}

/** An element of an array that is at fault. */
interface Culprit {
  readonly neuron: number;
  readonly value: number;
}

/** Max rates that neurons of this kind cannot have. */
export function maxRateUnreachable(kind: string, culprits: readonly Culprit[], rule: string, fix: string): NdlError {
  return new NdlError(
    'MAX_RATE_UNREACHABLE',
    `maxRates of ${kind} neurons must be ${rule}, got ${culpritText(culprits)}. ${fix}`,
  );
}

/** Intercepts at which no gain is possible. */
export function interceptOutOfRange(kind: string, culprits: readonly Culprit[]): NdlError {
  return new NdlError(
    'INTERCEPT_OUT_OF_RANGE',
    `intercepts of ${kind} neurons must be numbers below 1 (in units of the radius), got ${culpritText(culprits)}: ` +
      'such neurons would not fire anywhere within the radius.',
  );
}

function culpritText(culprits: readonly Culprit[]): string {
  const shown = culprits.slice(0, 3).map(({ neuron, value }) => `${value} (neuron ${neuron})`);
  const others = culprits.length - shown.length;
  return others === 0 ? shown.join(', ') : `${shown.join(', ')} and ${others} more`;
}
