/** @file The order in which the operators of a graph run where a plan leaves it open, and in which sums are made. */
import { OperationCount, type Pieces } from '@ndl/numerics';
import type { GatedEdges } from './gated-edges.ts';

/** In which order operators may run. */
export interface RunningOrder {
  /**
   * Operators, each after those that it waits for: as they are listed where that is possible, else by Kahn's algorithm with a
   * queue that begins in graph order.
   */
  readonly order: readonly number[];
  /** Whether a node is on a cycle, or behind one. No such operator is in `order`. */
  readonly isStuck: (node: number) => boolean;
}

export function* runningOrder(edges: GatedEdges): Pieces<RunningOrder> {
  const waiting = new Waiting(edges);
  for (let index = 0; index < edges.operators; index++) {
    if (waiting.isWaiting(index)) return yield* byKahn(edges);
    yield* waiting.readyAfter(index);
  }
  yield waiting.rest();
  return { order: Array.from({ length: edges.operators }, (_, index) => index), isStuck: () => false };
}

function* byKahn(edges: GatedEdges): Pieces<RunningOrder> {
  const waiting = new Waiting(edges);
  const order: number[] = [];
  for (let index = 0; index < edges.operators; index++) if (!waiting.isWaiting(index)) order.push(index);
  // The list grows while it is walked: it is the queue as well.
  for (const index of order) for (const next of yield* waiting.readyAfter(index)) order.push(next);
  yield waiting.rest();
  return { order, isStuck: (node) => waiting.isWaiting(node) };
}

/** What an operator, a gate or an edge is worth, in operations. */
const STEP_COST = 256;

/** How many nodes each node still waits for. */
class Waiting {
  readonly #edges: GatedEdges;
  readonly #waitingFor: number[];
  readonly #operations = new OperationCount();
  readonly #ready: number[] = [];
  readonly #open: number[] = [];

  constructor(edges: GatedEdges) {
    this.#edges = edges;
    this.#waitingFor = [...edges.waitingFor];
  }

  isWaiting(node: number): boolean {
    return this.#waitingFor[node]! > 0;
  }

  /** Operators that waited for nothing else than this one, ascending; a list that is used again. */
  *readyAfter(index: number): Pieces<readonly number[]> {
    const { operators, successors } = this.#edges;
    const [ready, open] = [this.#ready, this.#open];
    ready.length = 0;
    open.push(index);
    while (open.length > 0) {
      const node = open.pop()!;
      for (const next of successors[node]!) {
        if (--this.#waitingFor[next]! > 0) continue;
        (next < operators ? ready : open).push(next);
      }
      const done = this.#operations.add(STEP_COST * (1 + successors[node]!.length));
      if (done !== undefined) yield done;
    }
    return ready.length > 1 ? ready.sort((a, b) => a - b) : ready;
  }

  rest(): number {
    return this.#operations.rest();
  }
}
