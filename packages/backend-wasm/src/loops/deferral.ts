/**
 * @file What is done for few elements only: the side of a `select` that needs a function, such as the time of a spike, and whose
 * condition is seldom met. One loop does the rest and lists where the condition holds; another does what was put off, for these alone.
 */
import { type Expression, isView, operandsOf, topologicalOrder } from '@ndl/ir';
import type { Elementwise } from './elementwise.ts';
import type { KernelValues } from './kernel-values.ts';

/** Outputs of some work that can be put off. */
export interface Deferral {
  /** Listed are the elements where it holds, or where it does not. */
  readonly condition: Expression;
  readonly whenTrue: boolean;
  readonly outputs: readonly DeferredOutput[];
  /** What the first loop computes, or reads, and the second one needs. */
  readonly kept: readonly Expression[];
}

export interface DeferredOutput {
  readonly index: number;
  /** Of the listed elements. */
  readonly listed: Expression;
  /** Of all others. */
  readonly other: Expression;
}

const FUNCTIONS: readonly string[] = ['exp', 'expm1', 'log', 'log1p', 'tanh', 'sigmoid', 'softplus'];

/** What can be put off; undefined where nothing is worth it. */
export function deferralOf(work: Elementwise, values: KernelValues): Deferral | undefined {
  const expressions = work.outputs.map(({ expression }) => expression);
  const candidates = expressions.flatMap((expression, index) => {
    const isSet = work.outputs[index]!.mode === 'set';
    return expression.kind === 'select' && isSet ? [{ index, expression }] : [];
  });
  for (const { expression } of candidates) {
    for (const whenTrue of [true, false]) {
      const { condition } = expression;
      const outputs = candidates
        .filter((each) => each.expression.condition === condition)
        .map(({ index, expression: { whenTrue: yes, whenFalse: no } }): DeferredOutput => {
          return { index, listed: whenTrue ? yes : no, other: whenTrue ? no : yes };
        });
      const found = worthwhile({ condition, whenTrue, outputs, kept: [] }, expressions, work, values);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The outputs that need a function which nothing else needs. */
function worthwhile(
  { condition, whenTrue, outputs }: Deferral,
  expressions: readonly Expression[],
  work: Elementwise,
  values: KernelValues,
): Deferral | undefined {
  const others = expressions.filter((_, index) => outputs.every((output) => output.index !== index));
  const always = [condition, ...others, ...outputs.map(({ other }) => other)];
  const first = new Set(topologicalOrder(always, 'values'));
  const isHeavy = ({ listed }: DeferredOutput): boolean =>
    topologicalOrder([listed], 'values').some((node) => {
      return !first.has(node) && node.kind === 'unary' && FUNCTIONS.includes(node.operation);
    });
  const heavy = outputs.filter(isHeavy);
  if (heavy.length === 0) return undefined;
  // What is not heavy is computed at once.
  const light = outputs.filter((output) => !heavy.includes(output));
  const computed = new Set(topologicalOrder([...always, ...light.map(({ listed }) => listed)], 'values'));
  const kept = new Set<Expression>();
  const visit = (node: Expression): void => {
    if (!varies(node, work, values)) return;
    const isLeaf = node.kind === 'input' || node.kind === 'parameter';
    if (isLeaf || computed.has(node)) kept.add(node);
    else for (const operand of operandsOf(node, 'values')) visit(operand);
  };
  for (const { listed } of heavy) visit(listed);
  return { condition, whenTrue, outputs: heavy, kept: [...kept] };
}

/** Whether a node differs from element to element. */
function varies(node: Expression, work: Elementwise, values: KernelValues): boolean {
  if (values.constantOf(node) !== undefined) return false;
  return topologicalOrder([node], 'values').some((part) => {
    return (part.kind === 'input' || part.kind === 'parameter') && isView(work.operandOf(part));
  });
}
