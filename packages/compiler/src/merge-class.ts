/** @file Which operators may share a group: the rule that planners ask through `mergeClassOf`. */
import { OperationCount, type Pieces } from '@ndl/numerics';
import type { Operator, OperatorGraph, OperatorLowering, SignalView } from '@ndl/core';
import { mergeClassOf } from './checked-lowering.ts';
import { unknownOperator } from './errors.ts';
import { signalRoles } from './signal-roles.ts';

/** What finding a class is worth, in operations. */
const CLASS_COST = 2048;

/**
 * The merge class of each operator of the graph; of others there is none. Two operators are of one class when their kind is the same, they have as
 * many sets, incs, reads and updates, these agree position by position in role and trainable mark (inputs, which have
 * buffers of their own, must be the same), and the kind's own rule gives the same string. Operators of a kind that never
 * merges have a class each.
 * @throws NdlError UNKNOWN_OPERATOR, LOWERING_FAILED, LOWERING_INVALID
 */
export function* mergeClasses(
  graph: OperatorGraph,
  lowerings: ReadonlyMap<string, OperatorLowering>,
  pluginOf: (kind: string) => string | undefined = () => undefined,
): Pieces<(operator: Operator) => string | undefined> {
  const roles = signalRoles(graph);
  const mark = ({ signal }: SignalView): string => {
    const role = roles[signal.id]!;
    return role === 'input' ? `input#${signal.id}` : `${role}${signal.trainable ? '*' : ''}`;
  };
  const marks = (views: readonly SignalView[]): string => views.map(mark).join(',');
  const classes = new Map<Operator, string>();
  const operations = new OperationCount();
  for (const [index, operator] of graph.operators.entries()) {
    const lowering = lowerings.get(operator.kind);
    if (lowering === undefined) throw unknownOperator(operator.kind, operator.label, [...lowerings.keys()]);
    const own = mergeClassOf(lowering, operator, { kind: operator.kind, plugin: pluginOf(operator.kind) });
    const signals = [operator.sets, operator.incs, operator.reads, operator.updates].map(marks).join(';');
    classes.set(operator, own === undefined ? `${operator.kind}#${index}` : `${operator.kind}|${own}|${signals}`);
    const done = operations.add(CLASS_COST);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return (operator) => classes.get(operator);
}
