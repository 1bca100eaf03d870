/**
 * @file What is done for few elements only: the side of a `select` that needs a function, such as the time of a spike, and whose
 * condition is seldom met. One loop does the rest and lists where the condition holds; another does what was put off, for these alone.
 */
import { type Expression, isView, operandsOf, topologicalOrder, type View } from '@ndl/ir';
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
  /** Of what the second one needs, what it finds where the first one has left it for an output. */
  readonly stored: readonly DeferredOutput[];
}

interface DeferredOutput {
  readonly index: number;
  /** Of the listed elements. */
  readonly listed: Expression;
  /** Of all others. */
  readonly other: Expression;
}

/** What is done again rather than kept, and how much of it. */
const CHEAP: readonly string[] = ['add', 'subtract', 'multiply', 'min', 'max', 'negate'];
const MOST_AGAIN = 3;

const FUNCTIONS: readonly string[] = ['exp', 'expm1', 'log', 'log1p', 'tanh', 'sigmoid', 'softplus'];

/** What can be put off; undefined where nothing is worth it. @param isStored whether the first loop writes a target */
export function deferralOf(
  work: Elementwise,
  values: KernelValues,
  isStored: (target: View) => boolean,
): Deferral | undefined {
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
      const put = { condition, whenTrue, outputs, kept: [], stored: [] };
      const found = worthwhile(put, expressions, work, values, isStored);
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
  isStored: (target: View) => boolean,
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
  const left = new Map(
    heavy.filter(({ index }) => isStored(work.outputs[index]!.target)).map((output) => [output.other, output] as const),
  );
  const kept = new Set<Expression>();
  const stored = new Set<DeferredOutput>();
  const visit = (node: Expression): void => {
    if (!varies(node, work, values)) return;
    const again = stepsFrom(node, left, (other) => varies(other, work, values));
    if (again !== undefined && again.steps <= MOST_AGAIN) {
      for (const output of again.from) stored.add(output);
      return;
    }
    const isLeaf = node.kind === 'input' || node.kind === 'parameter';
    if (isLeaf || computed.has(node)) kept.add(node);
    else for (const operand of operandsOf(node, 'values')) visit(operand);
  };
  for (const { listed } of heavy) visit(listed);
  return { condition, whenTrue, outputs: heavy, kept: [...kept], stored: [...stored] };
}

/** How many cheap operations lead to a node from what outputs hold; undefined where that is not all that it needs. */
function stepsFrom(
  node: Expression,
  left: ReadonlyMap<Expression, DeferredOutput>,
  varying: (node: Expression) => boolean,
): { readonly steps: number; readonly from: readonly DeferredOutput[] } | undefined {
  const output = left.get(node);
  if (output !== undefined) return { steps: 0, from: [output] };
  if (!varying(node)) return { steps: 0, from: [] };
  if ((node.kind !== 'unary' && node.kind !== 'binary') || !CHEAP.includes(node.operation)) return undefined;
  const operands = operandsOf(node, 'values').map((operand) => stepsFrom(operand, left, varying));
  if (operands.includes(undefined)) return undefined;
  const known = operands as { readonly steps: number; readonly from: readonly DeferredOutput[] }[];
  return { steps: known.reduce((sum, { steps }) => sum + steps, 1), from: known.flatMap(({ from }) => from) };
}

/** Whether a node differs from element to element. */
function varies(node: Expression, work: Elementwise, values: KernelValues): boolean {
  if (values.constantOf(node) !== undefined) return false;
  return topologicalOrder([node], 'values').some((part) => {
    return (part.kind === 'input' || part.kind === 'parameter') && isView(work.operandOf(part));
  });
}
