/** @file Charts of characters, and tables of comma-separated values. */
import { NdArray } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import { terminalPlot, toCsv } from './index.ts';

const refused = (code: string) => expect.objectContaining({ name: 'NdlError', code });

describe('terminalPlot', () => {
  test('draws series one over the other, with times and names below', () => {
    const ramp = Array.from({ length: 10 }, (_, step) => [step, 9 - step]);
    const plot = terminalPlot(ramp, {
      columns: 10,
      rows: 4,
      names: ['up', 'down'],
      times: ramp.map((_, step) => step),
    });
    expect(plot.split('\n')).toEqual([
      '  9.00 │□□      ••',
      '  6.00 │  □□□•••',
      '  3.00 │  •••□□□',
      '  0.00 │••      □□',
      '       └──────────',
      '        0 s    9 s',
      '        • up   □ down',
    ]);
  });

  test('has something to show of a constant, of gaps, and of nothing', () => {
    const marks = (values: readonly number[]) =>
      terminalPlot(values, { columns: 10, rows: 3 }).match(/•/g)?.length ?? 0;
    expect(marks([2, 2, 2])).toBe(10);
    expect(marks(Array.from({ length: 10 }, (_, step) => (step < 4 ? NaN : 1)))).toBe(6);
    expect(marks([])).toBe(0);
    expect(marks([NaN])).toBe(0);
  });

  test('refuses what it cannot draw', () => {
    expect(() => terminalPlot([[[1]]])).toThrow(refused('SHAPE_MISMATCH'));
    expect(() => terminalPlot([1], { times: [1, 2] })).toThrow(refused('SHAPE_MISMATCH'));
    expect(() => terminalPlot([1], { columns: 1 })).toThrow(refused('INVALID_OPTION'));
    expect(() => terminalPlot([1], { width: 3 } as never)).toThrow(refused('UNKNOWN_OPTION'));
  });
});

describe('toCsv', () => {
  test('writes names, then rows, with the bits of the numbers', () => {
    const pair = new NdArray(new Float64Array([1, -0.1, NaN, 1e300]), [2, 2]);
    expect(toCsv({ time: [0.001, 0.002], 'a "b", c': pair })).toBe(
      'time,"a ""b"", c[0]","a ""b"", c[1]"\n0.001,1,-0.1\n0.002,NaN,1e+300\n',
    );
  });

  test('writes what there is of empty tables', () => {
    expect(toCsv({ time: [] })).toBe('time\n');
    // A line of no columns would be read as one column without a name.
    for (const columns of [{}, { a: [[]] }, { a: [[], []], b: [[], []] }]) expect(toCsv(columns)).toBe('');
    expect(toCsv({ a: [[], []], b: [1, 2] })).toBe('b\n1\n2\n');
  });

  test('refuses two columns of one name, wherever they come from', () => {
    expect(() => toCsv({ a: [[1, 2]], 'a[0]': [3] })).toThrow(/'a' and 'a\[0\]' both have one; got 'a\[0\]'/);
    expect(toCsv({ a: [[1], [2]], 'a[0]': [3, 4] })).toBe('a,a[0]\n1,3\n2,4\n');
  });

  test('refuses columns that are not of one length, and what are no columns', () => {
    expect(() => toCsv({ a: [1], b: [1, 2] })).toThrow(refused('SHAPE_MISMATCH'));
    expect(() => toCsv({ a: ['x'] } as never)).toThrow(refused('NOT_NUMERIC'));
    for (const value of [null, [1], new NdArray(new Float64Array(1), [1]), 'x'])
      expect(() => toCsv(value as never)).toThrow(refused('INVALID_OPTION'));
  });
});
