/** @file Nodes without neurons, against loops over their definitions. */
import { NdArray, RandomState } from '@ndl/numerics';
import { describe, expect, it } from 'vitest';
import { chain, graph, int, node, run } from './graphs.test-helper.ts';
import type { NirGraph, NirNode } from './index.ts';

const random = new RandomState(7);
const draw = (...shape: number[]): NdArray =>
  new NdArray(
    Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform(-1, 1)),
    shape,
  );

async function once(described: NirGraph, x: NdArray): Promise<readonly number[]> {
  return (await run(described, [[...x.data]])).output[0]!;
}

function near(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 10));
}

/** Cross-correlation by its definition, in as many dimensions as two. */
function correlate(
  x: NdArray,
  w: NdArray,
  bias: NdArray,
  [stride, padding, dilation, groups]: readonly number[],
): number[] {
  const [channels, height, width] = x.shape as [number, number, number];
  const [filters, perGroup, rows, columns] = w.shape as [number, number, number, number];
  const outOf = (size: number, kernel: number): number =>
    Math.floor((size + 2 * padding! - (kernel - 1) * dilation! - 1) / stride!) + 1;
  const out: number[] = [];
  for (let f = 0; f < filters; f++)
    for (let r = 0; r < outOf(height, rows); r++)
      for (let c = 0; c < outOf(width, columns); c++) {
        let sum = bias.data[f]!;
        const first = Math.floor(f / (filters / groups!)) * (channels / groups!);
        for (let k = 0; k < perGroup; k++)
          for (let i = 0; i < rows; i++)
            for (let j = 0; j < columns; j++) {
              const [y, z] = [r * stride! + i * dilation! - padding!, c * stride! + j * dilation! - padding!];
              if (y >= 0 && y < height && z >= 0 && z < width) sum += w.get(f, k, i, j) * x.get(first + k, y, z);
            }
        out.push(sum);
      }
  return out;
}

describe('nodes without neurons', () => {
  it.each([
    [1, 0, 1, 1],
    [2, 1, 1, 2],
    [2, 2, 2, 1],
  ])('Conv2d: stride %i, padding %i, dilation %i, %i groups', async (...[stride, padding, dilation, groups]) => {
    const [x, w, bias] = [draw(2, 7, 6), draw(4, 2 / groups, 3, 2), draw(4)];
    const expected = correlate(x, w, bias, [stride, padding, dilation, groups]);
    const conv = node('Conv2d', {
      weight: w,
      bias,
      stride: int([stride, stride]),
      padding: int(padding),
      dilation: int(dilation),
      groups: int(groups),
      input_shape: int([7, 6]),
    });
    near(await once(chain([2, 7, 6], [expected.length], { conv }), x), expected);
  });

  it('Conv1d with padding same has as many positions as came in', async () => {
    const [x, w] = [draw(2, 5), draw(3, 2, 4)];
    const conv = node('Conv1d', { weight: w, stride: int(1), padding: 'same', dilation: int(1) });
    const found = await once(chain([2, 5], [15], { conv }), x);
    const at = (channel: number, place: number): number => (place < 0 || place > 4 ? 0 : x.get(channel, place));
    const expected = Array.from({ length: 15 }, (_, index) => {
      const [filter, place] = [Math.floor(index / 5), index % 5];
      let sum = 0;
      for (const channel of [0, 1])
        for (const i of [0, 1, 2, 3]) sum += w.get(filter, channel, i) * at(channel, place + i - 1);
      return sum;
    });
    near(found, expected);
  });

  it('SumPool2d and AvgPool2d, with a border', async () => {
    const x = draw(2, 5, 4);
    const parameters = { kernel_size: int([3, 2]), stride: int([2, 2]), padding: int([1, 0]) };
    const at = (c: number, y: number, z: number): number => (y < 0 || y > 4 ? 0 : x.get(c, y, z));
    const expected = Array.from({ length: 12 }, (_, index) => {
      const [c, r, s] = [Math.floor(index / 6), Math.floor(index / 2) % 3, index % 2];
      return [0, 1, 2].flatMap((i) => [0, 1].map((j) => at(c, 2 * r + i - 1, 2 * s + j))).reduce((a, b) => a + b, 0);
    });
    near(await once(chain([2, 5, 4], [2, 3, 2], { pool: node('SumPool2d', parameters) }), x), expected);
    const means = expected.map((sum) => sum / 6);
    near(await once(chain([2, 5, 4], [2, 3, 2], { pool: node('AvgPool2d', parameters) }), x), means);
  });

  it('Affine, Linear, Scale and Flatten, and what enters by several edges adds up', async () => {
    const [x, w, scale] = [draw(2, 3), draw(2, 6), draw(2)];
    const nodes: Record<string, NirNode> = {
      input: node('Input', { shape: int([2, 3]) }),
      flat: node('Flatten', { input_type: int([2, 3]), start_dim: int(0), end_dim: int(-1) }),
      double: node('Scale', { scale: 2 }),
      affine: node('Affine', { weight: w, bias: [1, -1] }),
      scale: node('Scale', { scale }),
      output: node('Output', { shape: int([2]) }),
    };
    const edges = [
      ['input', 'flat'],
      ['flat', 'affine'],
      ['flat', 'double'],
      ['double', 'affine'],
      ['affine', 'scale'],
      ['scale', 'output'],
    ] as const;
    const expected = [0, 1].map((row) => {
      const sum = [0, 1, 2, 3, 4, 5].reduce((total, column) => total + w.get(row, column) * 3 * x.data[column]!, 0);
      return scale.data[row]! * (sum + [1, -1][row]!);
    });
    near(await once(graph(nodes, edges), x), expected);
  });

  it('Delay waits its own time for each element', async () => {
    const steps = [1, 2, 3, 4, 5].map((value) => [value, 10 * value, 100 * value]);
    const { output } = await run(chain([3], [3], { delay: node('Delay', { delay: [0.002, 0, 0.001] }) }), steps);
    expect(output).toEqual([
      [0, 10, 0],
      [0, 20, 100],
      [1, 30, 200],
      [2, 40, 300],
      [3, 50, 400],
    ]);
  });

  it('edges that close a cycle are seen a step late, those that a delay breaks as it says', async () => {
    const looped = (inner: Record<string, NirNode>): NirGraph => {
      const names = Object.keys(inner);
      return graph(
        {
          input: node('Input', { shape: int([1]) }),
          sum: node('I', { r: [1] }),
          ...inner,
          output: node('Output', { shape: int([1]) }),
        },
        [
          ['input', 'sum'],
          ['sum', 'output'],
          ...['sum', ...names].map((name, index) => [name, names[index] ?? 'sum'] as const),
        ],
      );
    };
    const pulse = [[1], [0], [0], [0], [0]];
    const late = await run(looped({ back: node('Linear', { weight: [[1]] }) }), pulse);
    expect(late.output).toEqual([[1], [2], [4], [8], [16]]);
    const delayed = await run(looped({ wait: node('Delay', { delay: [0.002] }) }), pulse);
    expect(delayed.output).toEqual([[1], [1], [2], [3], [5]]);
  });
});
