/** @file Refuses TypeScript that is more than types: what no eraser of types can take away. */
import { notErasable, type ModelSourceError } from './errors.ts';
import { isNode, placeOf, type SyntaxNode } from './syntax-tree.ts';

/** Type of node → what it is called, and what to write instead. */
const REFUSED: Readonly<Record<string, readonly [what: string, instead: string]>> = {
  TSEnumDeclaration: ['enum', "a constant object, or a union of texts such as 'left' | 'right'"],
  TSParameterProperty: ['a parameter property', 'a field of the class, and assign it in the constructor'],
  TSImportEqualsDeclaration: ['import … = …', "import … from 'ndl'"],
  TSExportAssignment: ['export = …', 'export default …'],
  TSTypeAssertion: ['<Type>value', 'value as Type'],
  Decorator: ['a decorator', 'a call of the function'],
};

/** @throws ModelSourceError MODEL_NOT_ERASABLE where this node is more than a type */
export function requireErasable(node: SyntaxNode): void {
  const refusal = refusalOf(node);
  if (refusal !== undefined) throw refusal;
}

function refusalOf(node: SyntaxNode): ModelSourceError | undefined {
  const refused = REFUSED[node.type];
  if (refused !== undefined && node['declare'] !== true) return notErasable(placeOf(node), ...refused);
  if (node.type === 'TSModuleDeclaration' && node['declare'] !== true && isNode(node['body']))
    return notErasable(placeOf(node), 'namespace', 'functions and constants, side by side');
  return undefined;
}
