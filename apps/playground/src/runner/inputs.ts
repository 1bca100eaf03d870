/** @file Sources that a slider may take over while a model runs. */
import type { Node } from 'ndl';

/** What overrides nodes: identity → values. */
export type Overrides = Map<string, readonly number[]>;

/** Has a node follow `overrides`, and its own output where nothing overrides it. */
export function takeOver(node: Node, id: string, overrides: Overrides): void {
  const own = node.output;
  if (own === null) return;
  if (typeof own === 'function') {
    const asGiven = own as (time: number) => ArrayLike<number> | number;
    node.replaceParameters({ output: (time: number) => overrides.get(id) ?? (asGiven(time) as number), live: true });
  } else if ('data' in own) {
    const constant = Array.from(own.data as ArrayLike<number>);
    node.replaceParameters({ output: () => overrides.get(id) ?? constant, live: true });
  }
}
