/** @file The name that the source of a model gives to what an expression makes. */
import { isNode, type SyntaxNode } from './syntax-tree.ts';

/** What stands around a value and gives the value itself. */
const TRANSPARENT = ['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression', 'AwaitExpression'];

/**
 * `a` in `const a = new …`, `a = new …`, `this.a = new …`, `{ a: new … }` and of a field `a = new …`; undefined where the source gives none.
 * @param around what the expression stands in, from the innermost
 */
export function declaredName(expression: SyntaxNode, around: readonly SyntaxNode[]): string | undefined {
  let value = expression;
  let depth = 0;
  while (TRANSPARENT.includes(around[depth]?.type ?? '')) value = around[depth++]!;
  const holder = around[depth];
  switch (holder?.type) {
    case 'VariableDeclarator':
      return holder['init'] === value ? identifier(holder['id']) : undefined;
    case 'AssignmentExpression':
      return holder['right'] === value ? assignedName(holder['left']) : undefined;
    case 'Property':
    case 'PropertyDefinition': {
      if (holder['value'] !== value || holder['computed'] === true || isDefaultExport(around.slice(depth + 1)))
        return undefined;
      return identifier(holder['key']);
    }
    default:
      return undefined;
  }
}

/** `network` of `export default { network: new … }` names a part of the contract, no object. */
function isDefaultExport([object, holder]: readonly SyntaxNode[]): boolean {
  return object?.type === 'ObjectExpression' && holder?.type === 'ExportDefaultDeclaration';
}

function assignedName(target: unknown): string | undefined {
  if (!isNode(target) || target.type !== 'MemberExpression') return identifier(target);
  return target['computed'] === true ? undefined : identifier(target['property']);
}

function identifier(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  return node.type === 'Identifier' || node.type === 'PrivateIdentifier' ? (node['name'] as string) : undefined;
}
