/** @file Sums, maxima, copies, maps and hosts against their definitions, element by element. */
import { type Buffer, fullView, kernel } from '@ndl/ir';
import { describe, expect, test } from 'vitest';
import {
  each,
  ITEMS,
  perItem,
  resultOf,
  rounding,
  sourceOf,
  STEPS,
  strided,
  SURROUNDINGS,
  x,
} from './fed-instructions.test-helper.ts';
import { buffer, copy, eachStep, executableOf, map, program, run, section } from './program.test-helper.ts';

describe.each(SURROUNDINGS)('in $direction $kind sections, in $dtype', (surroundings) => {
  const { dtype, kind } = surroundings;
  const spanning = (target: Buffer): Buffer => (kind === 'steps' ? target : { ...target, ...eachStep('block') });

  test('sums and maxima over axes and items', async () => {
    const source = strided('x', 1, [2, 3, 2], [1, 2, 5]);
    const target = spanning(each([3], { items: false }));
    const to = fullView(target);
    for (const mode of ['set', 'add'] as const) {
      const sum = { kind: 'reduce', operation: 'sum', source, axes: [0, 'items', 2], target: to, mode } as const;
      const numbers = sourceOf(dtype);
      const round = rounding(dtype);
      const terms = (step: number, column: number): number[] =>
        [0, 1, 2].flatMap((item) =>
          [0, 1].flatMap((row) => [0, 1].map((depth) => numbers('x', step, item, 1 + row + 2 * column + 5 * depth))),
        );
      const begin = mode === 'set' ? 0 : round(1 / 3);
      const slices = Array.from({ length: STEPS }, (_, step) => [0, 1, 2].map((column) => terms(step, column)));
      const summed = slices.flatMap((slice) => slice.map((all) => all.reduce((a, b) => round(a + b), begin)));
      expect(await resultOf(surroundings, target, [sum])).toEqual(perItem(summed, target));
      const greatest = slices.flatMap((slice) => slice.map((all) => round(begin + Math.max(...all))));
      const max = { ...sum, operation: 'max' } as const;
      expect(await resultOf(surroundings, target, [max])).toEqual(perItem(greatest, target));
    }
  });

  test('copies gather, scatter, and add repeated elements in view order', async () => {
    const target = spanning(each([4]));
    const numbers = sourceOf(dtype);
    const round = rounding(dtype);
    const gathered = { ...strided('x', 0, [2, 3], [0, 2]), indices: [{ axis: 0, offsets: [7, 1] }] };
    const scattered = { ...strided('target', 0, [2, 3], [1, 0]), indices: [{ axis: 1, offsets: [0, 2, 0] }] };
    const actual = await resultOf(surroundings, target, [copy(gathered, scattered, 'add')]);
    const expected: number[] = [];
    for (let step = 0; step < STEPS; step++) {
      for (let item = 0; item < ITEMS; item++) {
        const values = new Array<number>(4).fill(round(1 / 3));
        for (let row = 0; row < 2; row++) {
          for (let column = 0; column < 3; column++) {
            const to = row + [0, 2, 0][column]!;
            values[to] = round(values[to]! + numbers('x', step, item, [7, 1][row]! + 2 * column));
          }
        }
        expected.push(...values);
      }
    }
    expect(actual).toEqual(expected);
  });

  test('maps broadcast, read what they write, and write several outputs', async () => {
    const target = spanning(each([2, 3]));
    const other = spanning(buffer('other', 'temp', [2, 3]));
    const swap = kernel({ name: 'swap', inputs: ['a', 'b'], parameters: ['c'] }, (k) => ({
      first: k.add(k.inputs.a, k.multiply(k.inputs.b, k.parameters.c)),
      second: k.inputs.a,
    }));
    const row = strided('x', 2, [3], [2]);
    const column = strided('w', 1, [2, 1], [3, 1]);
    const numbers = sourceOf(dtype);
    const round = rounding(dtype);
    const actual = await resultOf(
      surroundings,
      target,
      [
        map(SCALE, [row], fullView(target), [2]),
        {
          kind: 'map',
          kernel: swap,
          inputs: [fullView(target), row],
          parameters: [column],
          outputs: [
            { target: fullView(target), mode: 'set' },
            { target: fullView(other), mode: 'set' },
          ],
        },
        copy(fullView(other), fullView(target), 'add'),
      ],
      [other],
    );
    const expected: number[] = [];
    for (let step = 0; step < STEPS; step++) {
      for (let item = 0; item < ITEMS; item++) {
        for (let r = 0; r < 2; r++) {
          for (let c = 0; c < 3; c++) {
            const value = numbers('x', step, item, 2 + 2 * c);
            const doubled = round(value * 2);
            const first = round(doubled + round(value * numbers('w', 0, 0, 1 + 3 * r)));
            expected.push(round(first + doubled));
          }
        }
      }
    }
    expect(actual).toEqual(expected);
  });

  test('hosts are called per item or once for all, with the number and the time of the step', async () => {
    for (const scope of ['item', 'batch'] as const) {
      const target = spanning(each([3]));
      const calls: string[] = [];
      const hosts = new Map([
        [
          'host',
          {
            make: (item: number) => ({
              call: (
                time: number,
                step: number,
                [given]: readonly ArrayLike<number>[],
                [out]: readonly { [index: number]: number; readonly length: number }[],
              ) => {
                calls.push(`${item} at ${step} (${time}): ${given!.length} to ${out!.length}`);
                for (let k = 0; k < out!.length; k++) out![k] = -given![k]!;
              },
            }),
          },
        ],
      ]);
      const tested = program({
        dtype,
        dt: 0.25,
        buffers: [x, target],
        sections: [
          section(
            kind,
            [{ kind: 'host', host: 'host', inputs: [strided('x', 0, [3], [4])], outputs: [fullView(target)] }],
            surroundings.direction,
          ),
        ],
        inputs: [{ name: 'x', buffer: 'x', held: false }],
        outputs: [{ name: 'target', view: fullView(target), every: 1 }],
        hosts: [{ id: 'host', label: 'host', scope, acts: false, differentiable: false }],
      });
      const data = Float64Array.from({ length: 2 * 2 * 12 }, (_, k) => k);
      const executable = await executableOf({ run: tested }, hosts);
      const sink = await run(executable, 2, { items: 2, feed: new Map([['x', { kind: 'sequence', data }]]) });
      const starts = [0, 12, 24, 36];
      expect(sink.of('target')).toEqual(starts.flatMap((start) => [-start, -start - 4, -start - 8]));
      const order = surroundings.direction === 'ascending' ? [1, 2] : [2, 1];
      const expected = order.flatMap((step) =>
        scope === 'batch'
          ? [`0 at ${step} (${step / 4}): 6 to 6`]
          : [0, 1].map((item) => `${item} at ${step} (${step / 4}): 3 to 3`),
      );
      expect(calls).toEqual(expected);
    }
  });
});

const SCALE = kernel({ name: 'scale', inputs: ['x'], parameters: ['factor'] }, (k) => ({
  output: k.multiply(k.inputs.x, k.parameters.factor),
}));
