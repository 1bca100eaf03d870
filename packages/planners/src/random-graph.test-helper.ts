/** @file For tests: random graphs in which every rewrite rule finds something to do, and something to leave alone. */
import type { OperatorGraph, Signal } from '@ndl/core';
import { graphOf, pick, slice, type GraphBuilder, type Part } from './graph-of.test-helper.ts';

/** A whole number from 0 up to below `limit`. */
export type Draw = (limit: number) => number;

const LENGTH = 4;
const WEIGHTS = [0.1, -0.7, 1.3, 0.3];

/** Draws out of a list, from its beginning again when it has run out. */
export function drawFrom(entropy: readonly number[]): Draw {
  let next = 0;
  return (limit) => entropy[next++ % entropy.length]! % limit;
}

/** Vectors of four elements, each computed from earlier ones, constants, inputs and delayed values; some are probed. */
export function randomGraph(draw: Draw): OperatorGraph {
  return graphOf((g) => {
    const delayed = [g.vector('delayed 0', LENGTH), g.signal('delayed 1', WEIGHTS)];
    const undelayed = sources(g);
    const readable = [...delayed, ...undelayed];
    const matrices = [
      g.signal(
        'identity',
        WEIGHTS.map((_, row) => WEIGHTS.map((__, column) => (row === column ? 1 : 0))),
      ),
      g.signal(
        'zero matrix',
        WEIGHTS.map(() => [0, 0, 0, 0]),
      ),
      g.signal(
        'weights',
        WEIGHTS.map((weight) => WEIGHTS.map((other) => weight * other + 0.2)),
      ),
      g.signal(
        'learnt identity',
        WEIGHTS.map((_, row) => WEIGHTS.map((__, column) => (row === column ? 1 : 0))),
        {
          role: 'parameter',
          trainable: true,
        },
      ),
    ];
    const from = <T>(list: readonly T[]): T => list[draw(list.length)]!;
    const one = g.signal('one', [1]);
    const half = g.signal('half', [0.5]);
    const vectors = Array.from({ length: 2 + draw(6) }, (_, number) => {
      const vector = draw(3) === 0 ? g.signal(`vector ${number}`, WEIGHTS) : g.vector(`vector ${number}`, LENGTH);
      const compute = (mode: 'set' | 'inc'): void => {
        const target = mode === 'set' ? vector : from(parts(vector));
        const length = 'signal' in target ? target.shape[0]! : LENGTH;
        const source = (): Part => from(partsOf(from(readable), length));
        const kind = draw(3);
        if (kind === 0) g.copy(source(), mode === 'inc' && draw(4) === 0 ? repeated(vector, length) : target, mode);
        else if (kind === 1) g.multiply(draw(2) === 0 ? from([one, half]) : source(), source(), target, mode);
        else if (length === LENGTH) g.dot(from(matrices), from(readable), target, mode);
      };
      setSomehow(g, vector, draw, compute);
      for (let count = draw(4); count > 0; count--) compute('inc');
      readable.push(vector);
      undelayed.push(vector);
      return vector;
    });
    // Two delays that read each other's output would be a cycle: each reads before the other updates.
    for (const output of delayed) g.delay(from(undelayed), output);
    for (const vector of [...vectors, ...delayed]) if (draw(2) === 0) g.probe(from(parts(vector)));
    g.probe(vectors.at(-1)!);
  });
}

function sources(g: GraphBuilder): Signal[] {
  return [
    g.signal('zeros', [0, 0, 0, 0]),
    g.signal('ones', [1, 1, 1, 1]),
    g.signal('constant', WEIGHTS),
    g.signal('zeros and ones', [0, 0, 1, 1]),
    g.signal('parameter', [0, 0, 0, 0], { role: 'parameter' }),
    g.input('input', LENGTH),
  ];
}

function setSomehow(g: GraphBuilder, vector: Signal, draw: Draw, compute: (mode: 'set') => void): void {
  switch (draw(7)) {
    case 0:
      return;
    case 1:
      return g.reset(vector, 0);
    case 2:
      return g.reset(vector, draw(2));
    case 3:
      return g.reset(vector, WEIGHTS);
    case 4:
      g.reset(slice(vector, 0, 2), [0, 1]);
      return g.reset(slice(vector, 2, 2), 0);
    case 5:
      return g.reset(slice(vector, 1, 2), 0.7);
    default:
      return compute('set');
  }
}

function parts(vector: Signal): readonly Part[] {
  return [
    vector,
    slice(vector, 0, 2),
    slice(vector, 2, 2),
    slice(vector, 0, 2, 2),
    slice(vector, 3, 4, -1),
    pick(vector, 3, 1),
  ];
}

/** Parts of a vector with as many elements. */
function partsOf(vector: Signal, length: number): readonly Part[] {
  return parts(vector).filter((part) => ('signal' in part ? part.shape[0] : LENGTH) === length);
}

function repeated(vector: Signal, length: number): Part {
  return pick(vector, ...Array.from({ length }, (_, index) => (index % 2) + 1));
}
