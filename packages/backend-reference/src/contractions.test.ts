/**
 * @file Products against their definition: for every element of the target the terms that belong to it are listed, in the order of the
 * law of sums, and added up.
 */
import { type Buffer, type ContractMember, forEachOffset, isRepeatedAxis, type View, type WriteMode } from '@ndl/ir';
import { describe, expect, test } from 'vitest';
import {
  each,
  perItem,
  resultOf,
  rounding,
  sourceOf,
  STEPS,
  strided,
  type Surroundings,
  SURROUNDINGS,
} from './fed-instructions.test-helper.ts';
import { eachStep } from './program.test-helper.ts';

const offsetsIn = (view: View): number[] => {
  const offsets: number[] = [];
  forEachOffset(view, (offset) => offsets.push(offset));
  return offsets;
};

/** What a product leaves in a target that held 1/3, from its definition: `[steps][items][elements]` of the target. */
function expectedOf(
  { dtype, direction }: Surroundings,
  target: Buffer,
  members: readonly ContractMember[],
  mode: WriteMode,
  events?: 'left' | 'right',
): number[] {
  const round = rounding(dtype);
  const source = sourceOf(dtype);
  const third = round(1 / 3);
  const ascending = Array.from({ length: STEPS }, (_, k) => k);
  const order = direction === 'ascending' ? ascending : ascending.toReversed();
  const isAccumulator = target.lifetime === 'window';
  const size = target.shape.reduce((a, b) => a * b, 1);
  const own = (isAccumulator ? [0] : ascending).flatMap((step) =>
    (target.items ? [0, 1, 2] : [0]).map((item) => ({ step, item })),
  );
  const results = own.map(() => new Array<number>(size).fill(third));
  for (const { left, right, target: to } of members) {
    const [lefts, rights, tos] = [offsetsIn(left), offsetsIn(right), offsetsIn(to)];
    const kept = to.shape.map((_, axis) => !isRepeatedAxis(to, axis));
    // Which position of the target's own axes each point of the iteration space belongs to.
    const positions = tos.map((_, point) => {
      let [rest, position, stride] = [point, 0, 1];
      for (let axis = to.shape.length - 1; axis >= 0; axis--) {
        const index = rest % to.shape[axis]!;
        rest = Math.floor(rest / to.shape[axis]!);
        if (!kept[axis]) continue;
        position += index * stride;
        stride *= to.shape[axis]!;
      }
      return position;
    });
    const elements = new Map(positions.map((position, point) => [position, tos[point]!]));
    const isScattered = new Set(elements.values()).size < elements.size;
    own.forEach(({ step, item }, place) => {
      if (mode === 'set') for (const element of elements.values()) results[place]![element] = 0;
      const steps = isAccumulator ? order : [step];
      const items = target.items ? [item] : [left, right].some(({ buffer: id }) => id !== 'w') ? [0, 1, 2] : [0];
      for (const t of steps) {
        for (const [position, element] of [...elements].toSorted(([a], [b]) => a - b)) {
          let sum = isScattered ? 0 : results[place]![element]!;
          for (const b of items) {
            positions.forEach((each, point) => {
              if (each !== position) return;
              const [p, q] = [source(left.buffer, t, b, lefts[point]!), source(right.buffer, t, b, rights[point]!)];
              const marked = events === 'left' ? p : events === 'right' ? q : 1;
              if (marked !== 0) sum = round(sum + round(p * q));
            });
          }
          results[place]![element] = isScattered ? round(results[place]![element]! + sum) : sum;
        }
      }
    });
  }
  return results.flat();
}

/** Products by name: target, and the three views of each member. */
const PRODUCTS: Readonly<Record<string, { readonly target: Buffer; readonly members: readonly ContractMember[] }>> = {
  'a matrix and a vector': {
    target: each([3]),
    members: [
      {
        left: strided('w', 0, [3, 4], [4, 1]),
        right: strided('v', 0, [3, 4], [0, 1]),
        target: strided('target', 0, [3, 4], [1, 0]),
      },
    ],
  },
  'a matrix per item': {
    target: each([3]),
    members: [
      {
        left: strided('x', 0, [3, 4], [1, 3]),
        right: strided('v', 0, [3, 4], [0, 1]),
        target: strided('target', 0, [3, 4], [1, 0]),
      },
    ],
  },
  'an outer product': {
    target: each([3, 4]),
    members: [
      {
        left: strided('w', 2, [3, 4], [1, 0]),
        right: strided('v', 3, [3, 4], [0, -1]),
        target: strided('target', 0, [3, 4], [4, 1]),
      },
    ],
  },
  'an outer product, summed over items': {
    target: each([3, 4], { items: false }),
    members: [
      {
        left: strided('x', 2, [3, 4], [1, 0]),
        right: strided('v', 3, [3, 4], [0, -1]),
        target: strided('target', 0, [3, 4], [4, 1]),
      },
    ],
  },
  'a convolution': {
    target: each([9]),
    members: [
      {
        left: strided('w', 1, [9, 4], [0, 1]),
        right: strided('x', 0, [9, 4], [1, 1]),
        target: strided('target', 0, [9, 4], [1, 0]),
      },
    ],
  },
  'the input adjoint of a convolution': {
    target: each([12]),
    members: [
      {
        left: strided('w', 1, [9, 4], [0, 1]),
        right: strided('x', 0, [9, 4], [1, 0]),
        target: strided('target', 0, [9, 4], [1, 1]),
      },
    ],
  },
  'the input adjoint of a convolution, summed over items': {
    target: each([12], { items: false }),
    members: [
      {
        left: strided('w', 1, [2, 9, 4], [0, 0, 1]),
        right: strided('x', 0, [2, 9, 4], [2, 1, 0]),
        target: strided('target', 0, [2, 9, 4], [0, 1, 1]),
      },
    ],
  },
  'lists of a sparse matrix': {
    target: each([3]),
    members: [
      {
        left: strided('w', 0, [6], [1]),
        right: { ...strided('v', 0, [6], [0]), indices: [{ axis: 0, offsets: [3, 0, 0, 1, 2, 3] }] },
        target: { ...strided('target', 0, [6], [0]), indices: [{ axis: 0, offsets: [2, 0, 2, 1, 0, 2] }] },
      },
    ],
  },
  'two members of unequal shapes': {
    target: each([5]),
    members: [
      {
        left: strided('w', 0, [2, 3], [3, 1]),
        right: strided('v', 0, [2, 3], [0, 1]),
        target: strided('target', 0, [2, 3], [1, 0]),
      },
      {
        left: strided('x', 0, [3, 2, 2], [4, 2, 1]),
        right: strided('w', 0, [3, 2, 2], [0, 1, 2]),
        target: strided('target', 2, [3, 2, 2], [1, 0, 0]),
      },
    ],
  },
  'a single number': {
    target: each([]),
    members: [{ left: strided('x', 5, [], []), right: strided('w', 3, [], []), target: strided('target', 0, [], []) }],
  },
};

describe.each(SURROUNDINGS)('in $direction $kind sections, in $dtype', (surroundings) => {
  const { kind } = surroundings;
  const spanning = (target: Buffer): Buffer => (kind === 'steps' ? target : { ...target, ...eachStep('block') });

  test.each(Object.keys(PRODUCTS))('%s', async (name) => {
    const { members, ...product } = PRODUCTS[name]!;
    const target = spanning(product.target);
    const isScattered = name.startsWith('lists') || name.startsWith('the input adjoint');
    for (const mode of isScattered ? (['add'] as const) : (['set', 'add'] as const)) {
      const actual = await resultOf(surroundings, target, [{ kind: 'contract', members, mode }]);
      expect(actual).toEqual(perItem(expectedOf(surroundings, target, members, mode), target));
    }
  });

  test.each(['an outer product, summed over items', 'the input adjoint of a convolution, summed over items'])(
    '%s and steps',
    async (name) => {
      const { members, ...product } = PRODUCTS[name]!;
      const target = { ...product.target, lifetime: 'window' } as const;
      const actual = await resultOf(surroundings, target, [{ kind: 'contract', members, mode: 'add' }]);
      expect(actual).toEqual(perItem(expectedOf(surroundings, target, members, 'add'), target));
    },
  );
});
