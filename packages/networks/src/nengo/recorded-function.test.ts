/** @file Functions that are known by their values: at the recorded points, however often and in whatever order they are asked for. */
import { expect, test } from 'vitest';
import { recordedFunction } from './recorded-function.ts';

const POINTS = [[0.5], [-0.25], [0], [1]];
const TARGETS = [[10], [20], [30], [40]];
const asked = (compute: (x: readonly number[]) => number[], points: readonly (readonly number[])[]): number[] =>
  points.flatMap((point) => compute(point));

test('values follow their points: after trials with zeros, again, backwards, and in two passes at once', () => {
  for (const points of [POINTS, null]) {
    const compute = recordedFunction(TARGETS, points);
    const passes = points === null ? POINTS.filter(([x]) => x !== 0) : POINTS;
    const wanted = passes.map((point) =>
      points === null ? [10, 20, 30][passes.indexOf(point)]! : TARGETS[POINTS.indexOf(point)]![0]!,
    );
    expect(asked(compute, [[0]])).toEqual([points === null ? 10 : 30]);
    expect(asked(compute, passes)).toEqual(wanted);
    expect(asked(compute, [[0]])).toEqual([points === null ? 10 : 30]);
    expect(asked(compute, passes)).toEqual(wanted);
    expect(asked(compute, [...passes].reverse())).toEqual([...wanted].reverse());
    const together = recordedFunction(TARGETS, points);
    expect(
      asked(
        together,
        passes.flatMap((point) => [point, point]),
      ),
    ).toEqual(wanted.flatMap((value) => [value, value]));
  }
});

test('points of which the file says nothing may stand twice in it', () => {
  const compute = recordedFunction([[1], [1], [2], [1]], null);
  const points = [[0.1], [0.1], [0.2], [0.1]];
  for (let pass = 0; pass < 2; pass++) expect(asked(compute, points)).toEqual([1, 1, 2, 1]);
});

test('recorded points are the same but for rounding; elsewhere nothing is known, and that is said', () => {
  const compute = recordedFunction(TARGETS, POINTS);
  expect(compute([-0.25 + 1e-12])).toEqual([20]);
  expect(() => compute([0.3])).toThrow('known by its values at the 4 points');
  const inOrder = recordedFunction(TARGETS, null);
  asked(inOrder, [[1], [2], [3], [4]]);
  expect(() => inOrder([5])).toThrow('known by its values at the 4 points');
});

test('truth values are numbers', () => {
  expect(recordedFunction([[true, false]] as never, [[1]])([1])).toEqual([1, 0]);
});
