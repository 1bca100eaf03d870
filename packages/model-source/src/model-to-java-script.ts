/** @file `modelToJavaScript`: the source of a model as JavaScript, line for line. */
import { refuseSurplus } from '@ndl/numerics';
import { transform } from 'sucrase';
import { declaredName } from './declared-name.ts';
import { declaringCode } from './declaring-code.ts';
import { badArgument, badSyntax, dynamicImport, foreignImport } from './errors.ts';
import { guardLoop } from './loop-guards.ts';
import { requireErasable } from './require-erasable.ts';
import { childrenOf, isNode, parseModel, placeOf, type SyntaxNode } from './syntax-tree.ts';
import { TextEdits } from './text-edits.ts';

/** Options of `modelToJavaScript`. */
export interface ModelToJavaScriptOptions {
  /** What stands for an imported package, such as the address of its file. Default: its name, as written. */
  readonly resolve?: ((specifier: string) => string) | undefined;
  /** Name of a global function that is called, with the line, at each turn of each loop. Default: none. */
  readonly loopGuard?: string | undefined;
}

/** A model that can be imported. */
export interface ModelJavaScript {
  /** As many lines as the source, and what stands on each of them comes from that line; a last line is added. */
  readonly code: string;
  /** Packages that it imports, each once, types aside. */
  readonly imports: readonly string[];
}

/** Statements that end without a semicolon where the next line begins, once types are erased, with what would go on. */
const ENDING = ['ExpressionStatement', 'VariableDeclaration', 'ReturnStatement', 'ThrowStatement'];

/**
 * Makes JavaScript of a model: types are erased, imports resolved, and each object of a network takes the name that it has in the
 * source as its default label. The module exports `declarations`, a Map from objects to `{ name, line }`, beside what the model does.
 * @throws ModelSourceError, with `line` and `column`: MODEL_SYNTAX, MODEL_NOT_ERASABLE naming what is more than a type, MODEL_IMPORT
 * for what is no package of ndl; NdlError INVALID_OPTION
 */
export function modelToJavaScript(source: string, options: ModelToJavaScriptOptions = {}): ModelJavaScript {
  refuseSurplus('modelToJavaScript', arguments, 2);
  if (typeof source !== 'string') throw badArgument('modelToJavaScript', 'source', 'a text', source);
  const tree = parseModel(source);
  const edits = new TextEdits();
  const imports = new Set<string>();
  const declare = freeName(source);
  const { resolve = (specifier: string) => specifier, loopGuard } = options;

  const walk = (node: SyntaxNode, around: readonly SyntaxNode[]): void => {
    requireErasable(node);
    if (node.type === 'ImportExpression') throw dynamicImport(placeOf(node));
    const specifier = importedBy(node);
    if (specifier !== undefined) {
      const name = specifier['value'] as string;
      if (!isPackageOfNdl(name)) throw foreignImport(placeOf(node), name);
      imports.add(name);
      edits.replace(specifier.start, specifier.end, JSON.stringify(resolve(name)));
    }
    const name = isMaking(node) ? declaredName(node, around) : undefined;
    const isDeclared = node.type === 'NewExpression' || name !== undefined;
    if (isDeclared) edits.insert(node.start, `${declare}(`);
    const endLoop = loopGuard === undefined ? undefined : guardLoop(node, loopGuard, edits);
    for (const child of childrenOf(node)) walk(child, [node, ...around]);
    endLoop?.();
    if (isDeclared) edits.insert(node.end, `, ${JSON.stringify(name)}, ${placeOf(node).line}, ${isUnlabelled(node)})`);
    if (ENDING.includes(node.type) && source[node.end - 1] !== ';' && !isHeadOfLoop(node, around[0]))
      edits.insert(node.end, ';');
  };
  walk(tree, []);
  return { code: `${erased(edits.applyTo(source))}\n${declaringCode(declare)}\n`, imports: [...imports] };
}

function erased(source: string): string {
  try {
    return transform(source, { transforms: ['typescript'], disableESTransforms: true }).code;
  } catch (error) {
    const { loc, message } = error as Error & { loc?: { line: number; column: number } };
    throw badSyntax(loc ?? { line: 1, column: 1 }, message, error);
  }
}

/** What makes an object that a name may be for: `new …`, and a function called by its name. */
function isMaking(node: SyntaxNode): boolean {
  if (node.type === 'NewExpression') return true;
  return node.type === 'CallExpression' && isNode(node['callee']) && node['callee'].type === 'Identifier';
}

/** Whether no argument can hold a label, so that one which the object has is a default of its class. */
function isUnlabelled(node: SyntaxNode): boolean {
  return node.type === 'NewExpression' && childrenOf(node).slice(1).every(holdsNoLabel);
}

function holdsNoLabel(argument: SyntaxNode): boolean {
  if (argument.type === 'Literal' || argument.type === 'ArrowFunctionExpression') return true;
  if (argument.type !== 'ObjectExpression') return false;
  return childrenOf(argument).every(({ type, key }) => type === 'Property' && isNode(key) && key['name'] !== 'label');
}

/** The text after `from`, of imports and exports of more than types. */
function importedBy(node: SyntaxNode): SyntaxNode | undefined {
  const isImport = ['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration'].includes(node.type);
  if (!isImport || !isNode(node['source'])) return undefined;
  return node['importKind'] === 'type' || node['exportKind'] === 'type' ? undefined : node['source'];
}

function isPackageOfNdl(specifier: string): boolean {
  return /^(ndl|@ndl\/[a-z-]+)$/.test(specifier);
}

function isHeadOfLoop(node: SyntaxNode, around: SyntaxNode | undefined): boolean {
  return around !== undefined && (around['init'] === node || around['left'] === node);
}

/** A name that the text does not contain. */
function freeName(source: string): string {
  let name = 'declareObject';
  while (source.includes(name)) name += '_';
  return name;
}
