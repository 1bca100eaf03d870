import { isNdlError } from '@ndl/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  broadcastView,
  dropAxes,
  forEachOffset,
  fullView,
  hasRepeats,
  insertAxis,
  isContiguous,
  isRepeatedAxis,
  isWhole,
  lagsIn,
  lagsOf,
  offsetsOf,
  overlaps,
  sameView,
  sliceView,
  transposeView,
  viewSize,
  withoutRepeatedAxes,
  type View,
} from '../index.ts';

const matrix = fullView({ id: 'm', shape: [3, 4] });
const isImpossible = expect.toSatisfy((error: unknown) => isNdlError(error, 'VIEW_IMPOSSIBLE'));

describe('views', () => {
  it('show a buffer in row-major order', () => {
    expect([...offsetsOf(matrix)]).toEqual(Array.from({ length: 12 }, (_, index) => index));
    expect([...offsetsOf(fullView({ id: 's', shape: [] }))]).toEqual([0]);
    expect(viewSize(fullView({ id: 'e', shape: [0, 3] }))).toBe(0);
  });

  it('slice, also backwards and through indices', () => {
    expect([...offsetsOf(sliceView(matrix, 1, 1, 4, 2))]).toEqual([1, 3, 5, 7, 9, 11]);
    expect([...offsetsOf(sliceView(matrix, 0, 2, -1, -2))]).toEqual([8, 9, 10, 11, 0, 1, 2, 3]);
    const gathered: View = {
      buffer: 'm',
      offset: 1,
      shape: [3],
      strides: [1],
      indices: [{ axis: 0, offsets: [8, 0, 4] }],
    };
    expect([...offsetsOf(sliceView(gathered, 0, 1, 3))]).toEqual([1, 5]);
    expect(viewSize(sliceView(matrix, 0, 1, 1))).toBe(0);
    expect(() => sliceView(matrix, 0, 1, 4)).toThrow(isImpossible);
    expect(() => sliceView(matrix, 2, 0, 1)).toThrow(isImpossible);
  });

  it('transpose', () => {
    expect([...offsetsOf(transposeView(matrix))]).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
    expect(() => transposeView(matrix, [0, 0])).toThrow(isImpossible);
  });

  it('broadcast as in NumPy', () => {
    const row = fullView({ id: 'r', shape: [2] });
    expect([...offsetsOf(broadcastView(row, [3, 2]))]).toEqual([0, 1, 0, 1, 0, 1]);
    expect([...offsetsOf(broadcastView(insertAxis(row, 1), [2, 3]))]).toEqual([0, 0, 0, 1, 1, 1]);
    expect(() => broadcastView(row, [2, 3])).toThrow(isImpossible);
  });

  it('end where offsets of 32 bits do', () => {
    const far: View = { buffer: 'm', offset: 2 ** 31 - 2, shape: [2], strides: [1] };
    expect([...offsetsOf(far)]).toEqual([2 ** 31 - 2, 2 ** 31 - 1]);
    expect(() => offsetsOf({ ...far, shape: [3] })).toThrow(isImpossible);
    expect(() => offsetsOf(far, [1, 2])).not.toThrow();
  });

  it('know whether they are contiguous, whole, and free of repeats', () => {
    expect([isContiguous(matrix), isWhole(matrix, { shape: [3, 4] }), hasRepeats(matrix)]).toEqual([true, true, false]);
    const rows = sliceView(matrix, 0, 1, 3);
    expect([isContiguous(rows), isWhole(rows, { shape: [3, 4] })]).toEqual([true, false]);
    expect([isContiguous(transposeView(matrix)), hasRepeats(transposeView(matrix))]).toEqual([false, false]);
    expect(hasRepeats(broadcastView(fullView({ id: 'r', shape: [1] }), [2]))).toBe(true);
    expect(hasRepeats({ buffer: 'm', offset: 0, shape: [2, 2], strides: [1, 1] })).toBe(true);
    expect(
      hasRepeats({ buffer: 'm', offset: 0, shape: [2], strides: [1], indices: [{ axis: 0, offsets: [4, 4] }] }),
    ).toBe(true);
  });

  it('are the same when they show the same elements in the same order', () => {
    expect(sameView(matrix, { ...matrix })).toBe(true);
    expect(sameView(matrix, transposeView(matrix))).toBe(false);
    expect(sameView(sliceView(matrix, 0, 0, 1), { ...sliceView(matrix, 0, 0, 1), strides: [99, 1] })).toBe(true);
  });
});

const anyView = fc
  .record({
    buffer: fc.constantFrom('a', 'b'),
    offset: fc.nat(6),
    shape: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 }),
    strides: fc.array(fc.integer({ min: -2, max: 5 }), { minLength: 3, maxLength: 3 }),
    lists: fc.array(fc.option(fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9))), { minLength: 3, maxLength: 3 }),
    base: fc.nat(3),
    lags: fc.array(fc.constantFrom(0, 0, 1, 2, -1), { minLength: 3, maxLength: 3 }),
    isLagged: fc.boolean(),
  })
  .map(({ strides, lists, base, lags, isLagged, ...view }): View => {
    const indices = view.shape.flatMap((length, axis) => {
      const list = lists[axis];
      return list ? [{ axis, offsets: list.slice(0, length) }] : [];
    });
    const lag = { base, perAxis: lags.slice(0, view.shape.length) };
    const shown = { ...view, strides: strides.slice(0, view.shape.length) };
    return { ...shown, ...(indices.length > 0 && { indices }), ...(isLagged && { lag }) };
  });

/** The offset at an index, by the definition of a view. */
function at({ offset, strides, indices = [] }: View, index: readonly number[]): number {
  return index.reduce((sum, position, axis) => {
    const list = indices.find((each) => each.axis === axis);
    return sum + (list ? list.offsets[position]! : position * strides[axis]!);
  }, offset);
}

/** The view without its lag. */
function present({ buffer, offset, shape, strides, indices }: View): View {
  return { buffer, offset, shape, strides, ...(indices && { indices }) };
}

/** How many steps back an index lies, by the definition of a view. */
function lagAt({ lag }: View, index: readonly number[]): number {
  return index.reduce((sum, position, axis) => sum + position * (lag?.perAxis[axis] ?? 0), lag?.base ?? 0);
}

/** All indices of an array of this shape, in row-major order. */
function indicesIn(shape: readonly number[]): readonly (readonly number[])[] {
  return shape.reduce<readonly (readonly number[])[]>(
    (all, length) => all.flatMap((index) => Array.from({ length }, (_, position) => [...index, position])),
    [[]],
  );
}

describe('views of any strides, with indices on any axes,', () => {
  const holds = (property: (view: View, choice: number) => void): void =>
    fc.assert(fc.property(anyView, fc.nat(5), property), { numRuns: 200 });
  const expectAt = (made: View, original: View, from: (index: readonly number[]) => readonly number[]): void => {
    const indices = indicesIn(made.shape);
    expect([...offsetsOf(made)]).toEqual(indices.map((index) => at(original, from(index))));
    expect(indices.map((index) => lagAt(made, index))).toEqual(indices.map((index) => lagAt(original, from(index))));
  };

  it('show what their definition says', () => {
    holds((view) => expectAt(view, view, (index) => index));
  });

  it('transpose', () => {
    holds((view) => expectAt(transposeView(view), view, (index) => index.toReversed()));
  });

  it('get an axis, repeated or not', () => {
    holds((view, choice) => {
      const axis = choice % (view.shape.length + 1);
      const inserted = insertAxis(view, axis, 2);
      expect(inserted.shape[axis]).toBe(2);
      expectAt(inserted, view, (index) => index.toSpliced(axis, 1));
      expect(sameView(insertAxis(view, axis), sliceView(inserted, axis, 0, 1))).toBe(true);
    });
  });

  it('lose axes', () => {
    holds((view, choice) => {
      const axis = choice % view.shape.length;
      if (view.shape[axis] !== 0) expectAt(dropAxes(view, [axis]), view, (index) => index.toSpliced(axis, 0, 0));
    });
  });

  it('slice', () => {
    holds((view, choice) => {
      const axis = choice % view.shape.length;
      const length = view.shape[axis]!;
      if (length === 0) return;
      const backwards = sliceView(view, axis, length - 1, -1, -1);
      expectAt(backwards, view, (index) => index.with(axis, length - 1 - index[axis]!));
    });
  });

  it('broadcast as in NumPy', () => {
    holds((view) => {
      const shape = [2, ...view.shape.map((length) => (length === 1 ? 3 : length))];
      const position = (index: readonly number[]): number[] =>
        index.slice(1).map((each, axis) => (view.shape[axis] === 1 ? 0 : each));
      expectAt(broadcastView(view, shape), view, position);
      expect(offsetsOf(view, shape)).toEqual(offsetsOf(broadcastView(view, shape)));
    });
  });

  it('lie as far back as their definition says', () => {
    holds((view) => {
      const lags = indicesIn(view.shape).map((index) => lagAt(view, index));
      if (lags.length === 0) return;
      expect(lagsOf(view)).toEqual({ least: Math.min(...lags), most: Math.max(...lags) });
      expect(new Set(lagsIn(view))).toEqual(new Set(lags));
      expect(lagsIn(view)).toHaveLength(new Set(lags).size);
    });
  });

  it('at other lags are the same where all positions lie as far back', () => {
    const lagsOfAll = (view: View): string => String(indicesIn(view.shape).map((index) => lagAt(view, index)));
    let same = 0;
    fc.assert(
      fc.property(anyView, anyView, (view, { lag }) => {
        const perAxis = view.shape.map((_, axis) => lag?.perAxis[axis] ?? 0);
        const other = lag === undefined ? present(view) : { ...view, lag: { ...lag, perAxis } };
        const isSame = lagsOfAll(view) === lagsOfAll(other);
        if (isSame) same++;
        expect(sameView(view, other)).toBe(isSame);
      }),
      { numRuns: 300 },
    );
    expect(same).toBeGreaterThan(50);
    expect(same).toBeLessThan(250);
  });

  it('are contiguous only where no axis lies at other steps', () => {
    holds((view) => {
      const isFlat = view.shape.every((length, axis) => length === 1 || (view.lag?.perAxis[axis] ?? 0) === 0);
      fc.pre(viewSize(view) > 0);
      expect(isContiguous(view)).toBe(isContiguous(present(view)) && isFlat);
    });
  });

  it('show each element once per position of the axes that do not repeat', () => {
    holds((view) => {
      const repeated = view.shape.flatMap((_, axis) => (isRepeatedAxis(view, axis) ? [axis] : []));
      const kept = withoutRepeatedAxes(view);
      expect(kept.shape.length).toBe(view.shape.length - repeated.length);
      expect(new Set(viewSize(view) === 0 ? [] : offsetsOf(kept))).toEqual(new Set(offsetsOf(view)));
    });
  });
});

describe('sameView', () => {
  it('looks at what lists say, not at which they are', () => {
    const gathered = (...offsets: readonly number[]): View => ({
      ...fullView({ id: 'x', shape: [2] }),
      indices: [{ axis: 0, offsets }],
    });
    expect(sameView(gathered(3, 1), gathered(3, 1))).toBe(true);
    expect(sameView(gathered(3, 1), gathered(1, 3))).toBe(false);
  });
});

describe('overlaps', () => {
  const elements = (view: View): Set<string> => {
    const found = new Set<string>();
    forEachOffset(view, (offset) => found.add(`${view.buffer} ${offset}`));
    return found;
  };

  it('not where one lies between the elements of the other', () => {
    const whole = fullView({ id: 'x', shape: [9] });
    const everyThird = sliceView(whole, 0, 0, 9, 3);
    expect(overlaps(everyThird, sliceView(whole, 0, 1, 3))).toBe(false);
    expect(overlaps(everyThird, sliceView(whole, 0, 1, 4))).toBe(true);
    expect(overlaps(everyThird, sliceView(whole, 0, 1, 9, 3))).toBe(false);
  });

  it('exactly when an element is common', () => {
    fc.assert(
      fc.property(anyView, anyView, (a, b) => {
        const common = [...elements(a)].some((element) => elements(b).has(element));
        expect(overlaps(a, b)).toBe(common);
        expect(hasRepeats(a)).toBe(elements(a).size < viewSize(a));
      }),
      { numRuns: 500 },
    );
  });
});
