/** @file Cycles of a graph: Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1 (1972), without recursion. */

export interface Components {
  /** The component of each node; two nodes share one where each can be reached from the other. */
  readonly component: Int32Array;
  readonly count: number;
}

/** @param edges the nodes that can be reached from each at once */
export function stronglyConnected(edges: readonly (readonly { readonly to: number }[])[]): Components {
  const index = new Int32Array(edges.length).fill(-1);
  const low = new Int32Array(edges.length);
  const component = new Int32Array(edges.length).fill(-1);
  const stack: number[] = [];
  let [next, count] = [0, 0];
  for (let root = 0; root < edges.length; root++) {
    if (index[root]! >= 0) continue;
    const path: { readonly node: number; edge: number }[] = [];
    const enter = (node: number): void => {
      index[node] = low[node] = next++;
      stack.push(node);
      path.push({ node, edge: 0 });
    };
    enter(root);
    while (path.length > 0) {
      const place = path.at(-1)!;
      const { node } = place;
      const to = edges[node]![place.edge++]?.to;
      if (to !== undefined) {
        if (index[to]! < 0) enter(to);
        else if (component[to]! < 0) low[node] = Math.min(low[node]!, index[to]!);
        continue;
      }
      path.pop();
      const parent = path.at(-1)?.node;
      if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[node]!);
      if (low[node] !== index[node]) continue;
      for (let member = stack.pop()!; ; member = stack.pop()!) {
        component[member] = count;
        if (member === node) break;
      }
      count++;
    }
  }
  return { component, count };
}
