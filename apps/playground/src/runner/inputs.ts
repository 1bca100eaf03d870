/** @file Sources that a slider may take over while a model runs. */
import type { Node } from 'ndl';

/** What overrides nodes: identity → values. */
export type Overrides = Map<string, readonly number[]>;

/** Has a node follow `overrides` of its size, and its own output where nothing overrides it. */
export function takeOver(node: Node, id: string, overrides: Overrides): void {
  const { output: own, sizeOut } = node;
  if (own === null) return;
  const held = (): readonly number[] | undefined => {
    const values = overrides.get(id);
    return values?.length === sizeOut ? values : undefined;
  };
  if (typeof own === 'function') {
    const asGiven = own as (time: number) => ArrayLike<number> | number;
    node.replaceParameters({ output: (time: number) => held() ?? (asGiven(time) as number), live: true });
  } else if ('data' in own) {
    const constant = Array.from(own.data as ArrayLike<number>);
    node.replaceParameters({ output: () => held() ?? constant, live: true });
  }
}
