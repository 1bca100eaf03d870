import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  classifyContraction,
  forEachOffset,
  insertAxis,
  matrixVector,
  outerProduct,
  type AxisPace,
  type Contraction,
  type ContractionAxis,
  type ContractMember,
  type MemberLayouts,
  type View,
} from '../index.ts';
import { view } from '../program-fixtures.test-helper.ts';

type Side = 'left' | 'right' | 'target';

/** Whole numbers, so that sums are exact in any order. */
const numbers = (salt: number): number[] => Array.from({ length: 4000 }, (_, k) => ((k * 37 + salt) % 11) - 5);
const [LEFT, RIGHT] = [numbers(1), numbers(4)];

/** `target += left · right`, point by point. */
function byDefinition({ left, right, target }: ContractMember): Map<number, number> {
  const offsets = (of: View): number[] => {
    const list: number[] = [];
    forEachOffset(of, (offset) => list.push(offset));
    return list;
  };
  const [a, b] = [offsets(left), offsets(right)];
  const sums = new Map<number, number>();
  offsets(target).forEach((offset, k) => sums.set(offset, (sums.get(offset) ?? 0) + LEFT[a[k]!]! * RIGHT[b[k]!]!));
  return sums;
}

function at(pace: AxisPace, position: number): number {
  return typeof pace === 'number' ? position * pace : pace[position]!;
}

/** Positions along several axes, by what they add to the offset of each view. */
function positions(axes: readonly ContractionAxis[]): readonly Readonly<Record<Side, number>>[] {
  let all: Readonly<Record<Side, number>>[] = [{ left: 0, right: 0, target: 0 }];
  for (const axis of axes) {
    all = all.flatMap((start) =>
      Array.from({ length: axis.length }, (_, index) => ({
        left: start.left + at(axis.left, index),
        right: start.right + at(axis.right, index),
        target: start.target + at(axis.target, index),
      })),
    );
  }
  return all;
}

/** The plain loop that the name stands for, over the axes that come with it. */
function byRoutine({
  kind,
  isSwapped,
  member,
  groups,
  rows,
  columns,
  summed,
  windows,
}: Contraction): Map<number, number> | undefined {
  if (kind === 'none') return undefined;
  const [first, second] = isSwapped ? [RIGHT, LEFT] : [LEFT, RIGHT];
  const sums = new Map<number, number>();
  const add = (offset: number, value: number): void => void sums.set(offset, (sums.get(offset) ?? 0) + value);
  const left = (...parts: readonly number[]): number =>
    first[parts.reduce((sum, part) => sum + part, member.left.offset)]!;
  const right = (...parts: readonly number[]): number =>
    second[parts.reduce((sum, part) => sum + part, member.right.offset)]!;
  const origin = member.target.offset;
  /** Pixels under an output and a tap, by their coordinates. */
  const outputs = indicesOf(windows.map((window) => window.outputs.length));
  const taps = indicesOf(windows.map((window) => window.taps.length));
  const along = (side: Side, which: 'outputs' | 'taps', index: readonly number[]): number =>
    windows.reduce((sum, window, d) => sum + at(window[which][side], index[d]!), 0);
  const pixel = (output: readonly number[], tap: readonly number[]): number =>
    windows.reduce(
      (sum, { stride, dilation, pixel: step }, d) => sum + (output[d]! * stride + tap[d]! * dilation) * step,
      0,
    );
  for (const g of positions(groups)) {
    for (const r of positions(rows)) {
      for (const c of positions(columns)) {
        const to = origin + g.target + r.target + c.target;
        if (windows.length === 0) {
          const terms = positions(summed).map((s) => left(g.left, r.left, s.left) * right(g.right, c.right, s.right));
          add(
            to,
            terms.reduce((sum, term) => sum + term, 0),
          );
          continue;
        }
        for (const s of positions(summed)) {
          for (const output of outputs) {
            for (const tap of taps) {
              const under = pixel(output, tap);
              if (kind === 'convolution')
                add(
                  to + along('target', 'outputs', output),
                  left(g.left, r.left, s.left, along('left', 'taps', tap)) * right(g.right, s.right, c.right, under),
                );
              if (kind === 'convolutionKernelGradient')
                add(
                  to + along('target', 'taps', tap),
                  left(g.left, r.left, s.left, along('left', 'outputs', output)) *
                    right(g.right, s.right, c.right, under),
                );
              if (kind === 'convolutionInputGradient')
                add(
                  to + under,
                  left(g.left, r.left, s.left, along('left', 'taps', tap)) *
                    right(g.right, s.right, c.right, along('right', 'outputs', output)),
                );
            }
          }
        }
      }
    }
  }
  return sums;
}

function indicesOf(lengths: readonly number[]): readonly (readonly number[])[] {
  return lengths.reduce<readonly (readonly number[])[]>(
    (all, length) => all.flatMap((index) => Array.from({ length }, (_, position) => [...index, position])),
    [[]],
  );
}

/** A view of each side over one space: along each axis a stride, most often 0 or overlapping, or a list. */
const anyMember: fc.Arbitrary<ContractMember> = fc
  .array(fc.integer({ min: 1, max: 4 }), { minLength: 0, maxLength: 5 })
  .chain((shape) => {
    const anyView = fc
      .record({
        strides: fc.array(fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 5, 12, 40, -1), { minLength: 5, maxLength: 5 }),
        lists: fc.array(fc.option(fc.array(fc.nat(30), { minLength: 4, maxLength: 4 }), { freq: 9 }), {
          minLength: 5,
          maxLength: 5,
        }),
        isListed: fc.integer({ min: 0, max: 6 }),
      })
      .map(({ strides, lists, isListed }): View => {
        const indices = shape.flatMap((length, axis) =>
          isListed === 0 && lists[axis] ? [{ axis, offsets: lists[axis].slice(0, length) }] : [],
        );
        return {
          buffer: 'b',
          offset: 100,
          shape,
          strides: strides.slice(0, shape.length),
          ...(indices.length > 0 && { indices }),
        };
      });
    return fc.record({ left: anyView, right: anyView, target: anyView });
  });

/** A convolution of up to three dimensions, or one of its adjoints: the views of its factors in another order. */
const anyConvolution = fc
  .record({
    dimensions: fc.array(
      fc.record({
        taps: fc.integer({ min: 2, max: 3 }),
        outputs: fc.integer({ min: 3, max: 4 }),
        stride: fc.integer({ min: 1, max: 2 }),
        dilation: fc.integer({ min: 1, max: 2 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    channels: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 })),
    order: fc.constantFrom('forward', 'kernel', 'input'),
    isSwapped: fc.boolean(),
  })
  .map(({ dimensions, channels: [inputs, outputs], order, isSwapped }) => {
    const { kernel, image, layer } = convolution(inputs, outputs, dimensions);
    const [left, right, target] =
      order === 'forward'
        ? [kernel, image, layer]
        : order === 'kernel'
          ? [layer, image, kernel]
          : [kernel, layer, image];
    return isSwapped ? { left: right, right: left, target } : { left, right, target };
  });

interface Dimension {
  readonly taps: number;
  readonly outputs: number;
  readonly stride: number;
  readonly dilation: number;
}

/** Views of kernel [out, in, …taps], image [in, …pixels] and layer [out, …outputs] over [out, …outputs, in, …taps]. */
function convolution(
  inputs: number,
  outputs: number,
  dimensions: readonly Dimension[],
): Record<'kernel' | 'image' | 'layer', View> {
  const [taps, layer] = [dimensions.map((d) => d.taps), dimensions.map((d) => d.outputs)];
  const image = dimensions.map((d) => (d.outputs - 1) * d.stride + (d.taps - 1) * d.dilation + 1);
  const shape = [outputs, ...layer, inputs, ...taps];
  const kernelView = view('k', outputs, inputs, ...taps);
  const imageView = view('x', inputs, ...image);
  const layerView = view('y', outputs, ...layer);
  const none = taps.map(() => 0);
  const of = (buffer: string, strides: readonly number[]): View => ({ buffer, offset: 0, shape, strides });
  const pixels = imageView.strides.slice(1);
  return {
    kernel: of('k', [kernelView.strides[0]!, ...none, ...kernelView.strides.slice(1)]),
    image: of('x', [
      0,
      ...dimensions.map((d, axis) => d.stride * pixels[axis]!),
      imageView.strides[0]!,
      ...dimensions.map((d, axis) => d.dilation * pixels[axis]!),
    ]),
    layer: of('y', [...layerView.strides, 0, ...none]),
  };
}

const NONE = { items: false, steps: false };
const ITEMS = { items: true, steps: false };

function kindOf(member: ContractMember, layouts?: Partial<MemberLayouts>): string {
  return classifyContraction(member, { left: NONE, right: NONE, target: NONE, ...layouts }).kind;
}

describe('classifyContraction', () => {
  it('gives random products names whose plain loops compute them', () => {
    const met = new Map<string, number>();
    fc.assert(
      fc.property(anyMember, (member) => {
        const contraction = classifyContraction(member);
        met.set(contraction.kind, (met.get(contraction.kind) ?? 0) + 1);
        expect(byRoutine(contraction)).toEqual(contraction.kind === 'none' ? undefined : byDefinition(member));
      }),
      { numRuns: 1200, seed: 1 },
    );
    const expected = ['elementwise', 'inner', 'matrixVector', 'matrixMatrix', 'outer', 'convolution', 'sparse', 'none'];
    expect(expected.filter((kind) => !met.has(kind))).toEqual([]);
  });

  it('knows convolutions of one to three dimensions, and their adjoints, in any order of factors', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(anyConvolution, (member) => {
        const contraction = classifyContraction(member);
        met.add(`${contraction.kind} ${contraction.windows.length}`);
        expect(byRoutine(contraction)).toEqual(contraction.kind === 'none' ? undefined : byDefinition(member));
      }),
      { numRuns: 400, seed: 1 },
    );
    const kinds = ['convolution', 'convolutionKernelGradient', 'convolutionInputGradient'];
    expect(kinds.flatMap((kind) => [1, 2, 3].map((n) => `${kind} ${n}`)).filter((each) => !met.has(each))).toEqual([]);
  });

  it('finds strides, dilations and taps of an image', () => {
    const image = [
      { taps: 3, outputs: 5, stride: 2, dilation: 1 },
      { taps: 2, outputs: 4, stride: 1, dilation: 2 },
    ];
    const { kernel, image: x, layer } = convolution(2, 3, image);
    const { kind, isSwapped, rows, summed, windows } = classifyContraction({ left: x, right: kernel, target: layer });
    expect([kind, isSwapped, rows.map(({ length }) => length), summed.map(({ length }) => length)]).toEqual([
      'convolution',
      true,
      [3],
      [2],
    ]);
    expect(
      windows.map(({ outputs, taps, stride, dilation, pixel }) => [
        outputs.length,
        taps.length,
        stride,
        dilation,
        pixel,
      ]),
    ).toEqual([
      [5, 3, 2, 1, 6],
      [4, 2, 1, 2, 1],
    ]);
  });

  it('counts items and steps as axes: what is shared by items is one matrix for all', () => {
    const dense = matrixVector(view('w', 4, 5), view('x', 5), view('y', 4));
    const outer = outerProduct(view('y', 4), view('x', 5), view('w', 4, 5));
    const perItem = { right: ITEMS, target: ITEMS };
    expect(kindOf(dense)).toBe('matrixVector');
    expect(kindOf(dense, perItem)).toBe('matrixMatrix');
    expect(kindOf(dense, { left: ITEMS, ...perItem })).toBe('matrixVector');
    expect(kindOf(outer)).toBe('outer');
    expect(kindOf(outer, { left: ITEMS, right: ITEMS })).toBe('matrixMatrix');
    const { groups, columns } = classifyContraction(
      matrixVector(view('w', 3, 4, 5), view('x', 3, 5), view('y', 3, 4)),
      { left: NONE, right: { items: true, steps: true }, target: { items: true, steps: true } },
    );
    expect([groups.map(({ length }) => length), columns.map(({ implied }) => implied)]).toEqual([
      [3],
      ['steps', 'items'],
    ]);
  });

  it('tells a layer from the gradient of its kernel by the items', () => {
    const { kernel, image, layer } = convolution(1, 1, [{ taps: 3, outputs: 3, stride: 1, dilation: 1 }]);
    expect(kindOf({ left: kernel, right: image, target: layer }, { right: ITEMS, target: ITEMS })).toBe('convolution');
    expect(kindOf({ left: layer, right: image, target: kernel }, { left: ITEMS, right: ITEMS })).toBe(
      'convolutionKernelGradient',
    );
    expect(
      classifyContraction({ left: layer, right: kernel, target: image }, { left: ITEMS, right: NONE, target: ITEMS }),
    ).toMatchObject({ kind: 'convolutionInputGradient', isSwapped: true });
  });

  it('knows a sparse product and its adjoints, and grouped products that begin anywhere', () => {
    const [entries, columns] = [3, 2];
    const values = insertAxis(view('v', entries), 1, columns);
    const gathered = (buffer: string, offsets: readonly number[]): View => ({
      buffer,
      offset: 0,
      shape: [entries, columns],
      strides: [0, 1],
      indices: [{ axis: 0, offsets }],
    });
    const [x, y] = [gathered('x', [4, 0, 4]), gathered('y', [2, 2, 0])];
    expect(kindOf({ left: values, right: x, target: y })).toBe('sparse');
    expect(kindOf({ left: y, right: values, target: x })).toBe('sparse');
    expect(kindOf({ left: y, right: x, target: values })).toBe('sparse');
    const starts: View = { ...view('w', 2, 4, 5), indices: [{ axis: 0, offsets: [40, 0] }] };
    const grouped = classifyContraction(matrixVector(starts, view('x', 2, 5), view('y', 2, 4)));
    expect([grouped.kind, grouped.groups[0]!.left]).toEqual(['matrixVector', [40, 0]]);
  });

  it('has no name for sums of one factor, nor for targets that repeat without a pattern', () => {
    const [bias, x] = [insertAxis(view('b', 2), 1, 3), view('x', 2, 3)];
    expect(kindOf({ left: bias, right: x, target: insertAxis(view('y', 2), 1, 3) })).toBe('none');
    const listed: View = {
      buffer: 'y',
      offset: 0,
      shape: [2, 3],
      strides: [3, 1],
      indices: [{ axis: 1, offsets: [0, 0, 1] }],
    };
    expect(kindOf({ left: x, right: x, target: listed })).toBe('none');
  });
});
