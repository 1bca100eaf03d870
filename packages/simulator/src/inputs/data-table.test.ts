import { NdArray } from '@ndl/numerics';
import { describe, expect, it } from 'vitest';
import { DataTable, dataTables, type DataOwner, type DataRefusals } from './data-table.ts';
import { dataSet } from './minibatch-feed.ts';

const owner: DataOwner<object> = { key: { kind: 'node' }, name: 'eyes', label: 'node eyes', size: 2, dtype: 'float32' };
const other: DataOwner<object> = { key: { kind: 'node' }, name: 'ears', label: 'node ears', size: 1, dtype: 'float32' };

const refusals: DataRefusals = { ofKey: (_, object) => new Error(object), nobody: 'there is nobody', wanted: 'a Node' };

/** Item i at step s: [100 i + s, -(100 i + s)]. */
const timed = (items: number, steps: number): number[][][] =>
  Array.from({ length: items }, (_, item) =>
    Array.from({ length: steps }, (__, step) => [100 * item + step, -(100 * item + step)]),
  );

const tableOf = (data: Parameters<typeof dataTables>[1]): DataTable =>
  dataTables('inputs', data, [owner], refusals)[0]!;

describe('blocks', () => {
  it('are the chosen items over the chosen steps, [steps, items, size]', () => {
    const table = tableOf(timed(4, 5));
    expect([table.items, table.length, table.isHeld]).toEqual([4, 5, false]);
    expect([...table.block([3, 0], 2, 2)]).toEqual([302, -302, 2, -2, 303, -303, 3, -3]);
  });

  it('of held data are [items, size], however many steps there are', () => {
    const table = tableOf([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect([table.length, table.isHeld]).toEqual([undefined, true]);
    expect([...table.block([2, 0], 0, 1_000_000_000)]).toEqual([5, 6, 1, 2]);
  });

  it('of what samples hold its data at the sampled steps, and what nobody asks for at the others', () => {
    const [sampled] = dataTables('targets', timed(2, 2), [{ ...owner, period: 2.5 }], refusals);
    const none = [Infinity, Infinity];
    // Periods of 2.5 steps end in steps 3 and 5.
    expect([...sampled!.block([1], 0, 6)]).toEqual([...none, ...none, 100, -100, ...none, 101, -101, ...none]);
    expect([...sampled!.block([1, 0], 4, 1)]).toEqual([101, -101, 1, -1]);
    const [held] = dataTables('targets', [[7, 8]], [{ ...owner, period: 2 }], refusals);
    expect(held!.isHeld).toBe(false);
    expect([...held!.block([0], 0, 4)]).toEqual([...none, 7, 8, ...none, 7, 8]);
  });

  it('can be copied some steps at a time', () => {
    const table = tableOf(timed(4, 5));
    const [whole, copied] = [table.block([2, 3, 0], 0, 5), new Float64Array(30)];
    for (const [first, steps] of [
      [0, 2],
      [2, 1],
      [3, 2],
    ] as const)
      table.copy([2, 3, 0], first, copied.subarray(6 * first, 6 * (first + steps)));
    expect([...copied]).toEqual([...whole]);
  });

  it('keep the precision of the data', () => {
    const table = new DataTable(owner, new NdArray(new Float32Array(4), [2, 2]));
    expect(table.block([0], 0, 1)).toBeInstanceOf(Float32Array);
    expect(tableOf([[1, 2]]).block([0], 0, 1)).toBeInstanceOf(Float64Array);
  });
});

describe('dataTables', () => {
  it.each([
    [
      'pairs',
      [
        [other.key, [[1]]],
        [owner.key, [[1, 2]]],
      ],
    ],
    [
      'a Map',
      new Map<object, number[][]>([
        [other.key, [[1]]],
        [owner.key, [[1, 2]]],
      ]),
    ],
  ])('take %s, and give tables in the order of the owners', (_, data) => {
    expect(dataTables('inputs', data as never, [owner, other], refusals).map(({ name }) => name)).toEqual([
      'eyes',
      'ears',
    ]);
  });

  it('take bare data for the one owner: nested, typed, or an array with a shape', () => {
    for (const data of [[[1, 2]], [Float64Array.of(1, 2)], new NdArray(Float64Array.of(1, 2), [1, 2])]) {
      expect([...tableOf(data).block([0], 0, 1)]).toEqual([1, 2]);
    }
  });

  it('are none where nothing is given', () => {
    expect(dataTables('inputs', undefined, [owner], refusals)).toEqual([]);
  });
});

describe('dataSet', () => {
  const held = tableOf([
    [1, 2],
    [3, 4],
  ]);
  const long = tableOf(timed(2, 7));
  const extentOf = (tables: readonly DataTable[], steps?: number): readonly number[] => {
    const { items, steps: all } = dataSet('train', tables, [], steps);
    return [items, all];
  };

  it('is of the number of items, and of steps where not all are held', () => {
    expect(extentOf([held, long])).toEqual([2, 7]);
    expect(extentOf([held, held])).toEqual([2, 1]);
    expect(extentOf([held], 4)).toEqual([2, 4]);
    expect(extentOf([], 4)).toEqual([1, 4]);
  });

  it('ends with the last sample, where samples alone say how many steps there are', () => {
    const sampled = dataTables('targets', timed(2, 3), [{ ...owner, period: 2.5 }], refusals);
    expect(extentOf([held, ...sampled])).toEqual([2, 8]);
    expect(extentOf([...sampled], 9)).toEqual([2, 9]);
  });
});
