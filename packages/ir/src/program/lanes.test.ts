import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fullView, LANES, matrixVector, splitIntoLanes, wantsLanes, type Instruction, type Program } from '../index.ts';
import { interpret } from '../interpret.test-helper.ts';
import { buffer, program, stored, view } from '../program-fixtures.test-helper.ts';

/** y = W x, in lanes or not, for matrices of whole numbers, of which sums are exact in any order. */
function productOf(groups: number, rows: number, columns: number, inLanes: boolean): number[] {
  const numbers = (size: number, salt: number): Float64Array =>
    Float64Array.from({ length: size }, (_, k) => ((k * 37 + salt) % 19) - 9);
  const [w, x, y] = [view('w', groups, rows, columns), view('x', groups, columns), view('y', groups, rows)];
  const member = matrixVector(w, x, y);
  const lanes = buffer('lanes', 'temp', [groups, rows, LANES]);
  const split = splitIntoLanes(member, 2, () => fullView(lanes))!;
  const instructions: readonly Instruction[] = inLanes
    ? [
        { kind: 'contract', members: [split.lanes], mode: 'set' },
        ...(split.rest ? [{ kind: 'contract', members: [split.rest], mode: 'add' } as const] : []),
        { kind: 'reduce', operation: 'sum', ...split.sum, mode: 'set' },
      ]
    : [{ kind: 'contract', members: [member], mode: 'set' }];
  const made: Program = program({
    buffers: [
      buffer('w', 'constant', w.shape, {
        initial: stored({ shape: w.shape, data: numbers(groups * rows * columns, 3) }),
      }),
      buffer('x', 'constant', x.shape, { initial: stored({ shape: x.shape, data: numbers(groups * columns, 5) }) }),
      buffer('y', 'temp', y.shape),
      lanes,
    ],
    step: instructions,
  });
  return [...interpret(made, { items: 1, steps: 1 }).get('y')![0]![0]!];
}

it('sums the same terms, whatever is left over', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 16, max: 70 }),
      (g, r, n) => {
        expect(productOf(g, r, n, true)).toEqual(productOf(g, r, n, false));
      },
    ),
    { seed: 6, numRuns: 40 },
  );
});

it('is wanted where the sum is long and its outputs are few', () => {
  expect([wantsLanes(1, 1000), wantsLanes(3, 128), wantsLanes(4, 1000), wantsLanes(1, 100)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

it('leaves an axis alone that a factor walks by a list', () => {
  const member = matrixVector(view('w', 1, 1, 32), view('x', 1, 32), view('y', 1, 1));
  const indices = [{ axis: 2, offsets: Array.from({ length: 32 }, (_, k) => k) }];
  expect(
    splitIntoLanes({ ...member, left: { ...member.left, indices } }, 2, () => view('lanes', 1, 1, 16)),
  ).toBeUndefined();
});
