/** @file What a model imports by name is looked up before it runs: engines call a package by the address that stands for it. */
import { missingExport } from './errors.ts';
import { childrenOf, isNode, parseModel, placeOf, type SyntaxNode } from './syntax-tree.ts';

/** A package that stands at an address. */
export interface ImportedPackage {
  readonly specifier: string;
  readonly exported: object;
}

/**
 * @param code the JavaScript of a model, line for line, types erased
 * @param packages by the address that the code imports them from
 * @throws ModelSourceError MODEL_IMPORT for a name that a package does not have
 */
export function requireExports(code: string, packages: ReadonlyMap<string, ImportedPackage>): void {
  for (const statement of childrenOf(parseModel(code))) {
    const source = statement['source'];
    const from = isNode(source) ? packages.get(source['value'] as string) : undefined;
    if (from === undefined) continue;
    for (const node of childrenOf(statement)) {
      const name = importedName(node);
      if (name !== undefined && !Object.hasOwn(from.exported, name))
        throw missingExport(placeOf(node), from.specifier, name, Object.keys(from.exported));
    }
  }
}

/** Of `import { a as b }` and `export { a as b } from` the name `a`; of `import a` it is `default`; undefined for all at once. */
function importedName({ type, imported, local }: SyntaxNode): string | undefined {
  if (type === 'ImportDefaultSpecifier') return 'default';
  const name = type === 'ImportSpecifier' ? imported : type === 'ExportSpecifier' ? local : undefined;
  return isNode(name) ? ((name['name'] ?? name['value']) as string) : undefined;
}
