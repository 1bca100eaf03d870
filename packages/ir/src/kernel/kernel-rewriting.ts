/** @file Kernels made of kernels: operands replaced, unused ones dropped, values replaced by what is differentiated. */
import { ExpressionPool, topologicalOrder } from './expression-pool.ts';
import type { Expression, Kernel } from './kernel.ts';
import { makeKernel } from './kernel-builder.ts';

/** The same kernel without the inputs and parameters that no output uses (for its value or for its derivative). */
export function pruneKernel(kernel: Kernel): Kernel {
  const used = topologicalOrder(kernel.outputs.map((output) => output.expression));
  const isUsed = (kind: 'input' | 'parameter', name: string): boolean =>
    used.some((node) => node.kind === kind && node.name === name);
  return makeKernel(
    kernel.name,
    kernel.inputs.filter((name) => isUsed('input', name)),
    kernel.parameters.filter((name) => isUsed('parameter', name)),
    kernel.outputs,
  );
}

/** The kernel that computes what `kernel` differentiates: each `withDerivativeOf` is its approximation, value and slope. */
export function approximationKernel(kernel: Kernel): Kernel {
  const roots = kernel.outputs.map((output) => output.expression);
  const replaced = replaceOperands(new ExpressionPool(), roots, { withApproximations: true });
  const outputs = kernel.outputs.map(({ name }, index) => ({ name, expression: replaced[index]! }));
  return makeKernel(`approximation in ${kernel.name}`, kernel.inputs, kernel.parameters, outputs);
}

/** What stands in the place of a kernel's operands; operands that are not named stay. */
export interface Replacements {
  readonly inputs?: ReadonlyMap<string, Expression>;
  readonly parameters?: ReadonlyMap<string, Expression>;
  /** Whether approximations stand in the place of the values that they are differentiated for. Default false. */
  readonly withApproximations?: boolean;
}

/** The expressions with operands replaced, made in `pool`. */
export function replaceOperands(
  pool: ExpressionPool,
  expressions: readonly Expression[],
  replacements: Replacements,
): Expression[] {
  const replaced = new Map<Expression, Expression>();
  const at = (operand: Expression): Expression => replaced.get(operand)!;
  const replacementOf = (node: Expression): Expression => {
    switch (node.kind) {
      case 'constant':
        return pool.adopt(node);
      case 'input':
        return pool.adopt(replacements.inputs?.get(node.name) ?? node);
      case 'parameter':
        return pool.adopt(replacements.parameters?.get(node.name) ?? node);
      case 'unary':
        return pool.unary(node.operation, at(node.operand));
      case 'binary':
        return pool.binary(node.operation, at(node.left), at(node.right));
      case 'select':
        return pool.select(at(node.condition), at(node.whenTrue), at(node.whenFalse));
      case 'withDerivativeOf':
        if (replacements.withApproximations === true) return at(node.approximation);
        return pool.withDerivativeOf(at(node.value), at(node.approximation));
    }
  };
  for (const node of topologicalOrder(expressions)) replaced.set(node, replacementOf(node));
  return expressions.map(at);
}
