/**
 * @file Kernels as text: what is used more than once gets a line of its own.
 *
 *     kernel square(x; scale)
 *       t0 = x + 1
 *       output = scale * t0 * t0
 */
import { operandsOf, topologicalOrder } from './expression-pool.ts';
import type { BinaryOperation, Expression, Kernel } from './kernel.ts';

const INFIX: Partial<Record<BinaryOperation, string>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  less: '<',
  lessEqual: '<=',
  greater: '>',
  greaterEqual: '>=',
  equal: '==',
};

/** What was printed: kernels never change, and keys of programs and tasks ask again and again. */
const PRINTED = /* @__PURE__ */ new WeakMap<Kernel, string>();

/** The kernel as text, ending in a line break. */
export function printKernel(kernel: Kernel): string {
  const printed = PRINTED.get(kernel) ?? print(kernel);
  PRINTED.set(kernel, printed);
  return printed;
}

function print(kernel: Kernel): string {
  const parameters = kernel.parameters.length === 0 ? '' : `; ${kernel.parameters.join(', ')}`;
  const lines = [`kernel ${kernel.name}(${kernel.inputs.join(', ')}${parameters})`];
  const roots = kernel.outputs.map((output) => output.expression);
  const order = topologicalOrder(roots);
  const uses = new Map<Expression, number>();
  for (const node of [...order.flatMap((parent) => operandsOf(parent)), ...roots])
    uses.set(node, (uses.get(node) ?? 0) + 1);

  const names = new Map<Expression, string>();
  for (const node of order) {
    if (operandsOf(node).length === 0 || uses.get(node)! < 2) continue;
    const text = printExpression(node, names);
    names.set(node, `t${names.size}`);
    lines.push(`  ${names.get(node)} = ${text}`);
  }
  for (const { name, expression } of kernel.outputs) lines.push(`  ${name} = ${printExpression(expression, names)}`);
  return `${lines.join('\n')}\n`;
}

function printExpression(node: Expression, names: ReadonlyMap<Expression, string>): string {
  const known = names.get(node);
  if (known !== undefined) return known;
  const text = (operand: Expression): string => printExpression(operand, names);
  const operand = (child: Expression): string =>
    child.kind === 'binary' && !names.has(child) && INFIX[child.operation] ? `(${text(child)})` : text(child);
  switch (node.kind) {
    case 'constant':
      return Object.is(node.value, -0) ? '-0' : String(node.value);
    case 'input':
    case 'parameter':
      return /^[A-Za-z_]\w*$/.test(node.name) ? node.name : `\`${node.name}\``;
    case 'unary':
      return node.operation === 'negate' ? `-${operand(node.operand)}` : `${node.operation}(${text(node.operand)})`;
    case 'binary': {
      const sign = INFIX[node.operation];
      return sign === undefined
        ? `${node.operation}(${text(node.left)}, ${text(node.right)})`
        : `${operand(node.left)} ${sign} ${operand(node.right)}`;
    }
    case 'select':
      return `select(${text(node.condition)}, ${text(node.whenTrue)}, ${text(node.whenFalse)})`;
    case 'withDerivativeOf':
      return `withDerivativeOf(${text(node.value)}, ${text(node.approximation)})`;
  }
}
