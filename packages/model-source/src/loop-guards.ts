/** @file Calls at each turn of each loop, by which a host ends loops that do not end. */
import { isNode, placeOf, type SyntaxNode } from './syntax-tree.ts';
import type { TextEdits } from './text-edits.ts';

const LOOPS = ['ForStatement', 'ForInStatement', 'ForOfStatement', 'WhileStatement', 'DoWhileStatement'];

/**
 * Lets the body of a loop begin with a call of `guard` with the line of the loop; does nothing for other nodes.
 * @returns what is to be called once the edits within the loop are made
 */
export function guardLoop(node: SyntaxNode, guard: string, edits: TextEdits): (() => void) | undefined {
  const body = node['body'];
  if (!LOOPS.includes(node.type) || !isNode(body)) return undefined;
  const call = `${guard}(${placeOf(node).line});`;
  if (body.type === 'BlockStatement') {
    edits.insert(body.start + 1, call);
    return undefined;
  }
  edits.insert(body.start, `{${call}`);
  return () => edits.insert(body.end, '}');
}
