/** @file The syntax tree of a model: parsed by acorn with its TypeScript plugin, and walked without knowing every kind of node. */
import { tsPlugin } from '@sveltejs/acorn-typescript';
import { Parser, type Program } from 'acorn';
import { badSyntax, type Place } from './errors.ts';

/** A node of the tree, with its place in the text; what else it has depends on its type. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [part: string]: unknown;
}

const TypeScriptParser = Parser.extend(tsPlugin() as unknown as (base: typeof Parser) => typeof Parser);

/** The tree of a module. @throws ModelSourceError MODEL_SYNTAX */
export function parseModel(source: string): SyntaxNode {
  try {
    const options = { ecmaVersion: 'latest', sourceType: 'module', locations: true } as const;
    return TypeScriptParser.parse(source, options) as Program as unknown as SyntaxNode;
  } catch (error) {
    const { loc, message } = error as SyntaxError & { loc?: { line: number; column: number } };
    if (loc === undefined) throw error;
    throw badSyntax({ line: loc.line, column: loc.column + 1 }, message.replace(/ \(\d+:\d+\)$/, ''), error);
  }
}

/** Where a node begins. */
export function placeOf(node: SyntaxNode): Place {
  const { start } = node['loc'] as { start: { line: number; column: number } };
  return { line: start.line, column: start.column + 1 };
}

/** Nodes right below a node, in the order of the text. */
export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  return Object.entries(node)
    .filter(([part]) => part !== 'loc')
    .flatMap(([, value]) => (Array.isArray(value) ? (value as unknown[]) : [value]))
    .filter(isNode)
    .toSorted((a, b) => a.start - b.start);
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
