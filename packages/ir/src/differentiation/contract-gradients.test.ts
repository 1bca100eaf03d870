import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ContractMember,
  extentOf,
  hasRepeats,
  insertAxis,
  type Instruction,
  type Program,
  viewSize,
  type View,
  withoutRepeatedAxes,
} from '../index.ts';
import { gradientError } from './gradient-check.test-helper.ts';
import { interpret } from '../interpret.test-helper.ts';
import { ARRAYS, buffer, EACH_STEP, program, view } from '../program-fixtures.test-helper.ts';
import { CALL, feed, parameter, squaredLoss } from './training-fixtures.test-helper.ts';

const contract = (members: readonly ContractMember[], mode: 'set' | 'add' = 'set'): Instruction => ({
  kind: 'contract',
  members,
  mode,
});
const zero = (target: View): Instruction => ({ kind: 'fill', value: 0, target, mode: 'set' });

/** Views of random strides over one space, each in the smallest buffer that has room for it. */
const anyMember: fc.Arbitrary<ContractMember> = fc
  .array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 })
  .chain((shape) => {
    const anyView = (id: string): fc.Arbitrary<View> =>
      fc
        .record({
          strides: fc.array(fc.constantFrom(0, 0, 1, 1, 2, 3, -1), { minLength: 4, maxLength: 4 }),
          lists: fc.array(fc.array(fc.nat(5), { minLength: 3, maxLength: 3 }), { minLength: 4, maxLength: 4 }),
          listed: fc.subarray([0, 1, 2, 3], { maxLength: 1 }),
        })
        .map(({ strides, lists, listed }): View => {
          const axes = listed.filter((axis) => axis < shape.length);
          const indices = axes.map((axis) => ({ axis, offsets: lists[axis]!.slice(0, shape[axis]) }));
          const shown: View = {
            buffer: id,
            offset: 0,
            shape,
            strides: strides.slice(0, shape.length),
            ...(indices.length > 0 && { indices }),
          };
          return { ...shown, offset: -extentOf(shown)!.first };
        });
    return fc.record({ left: anyView('a'), right: anyView('b'), target: anyView('j') });
  });

/** Where the factors and the product of a member stand. */
type Place = 'step of parameters' | 'step of an input';

/** A program whose output y is the product, or depends on it. */
function programOf(
  { left, right, target }: ContractMember,
  events: 'left' | 'right' | undefined,
  place: Place,
): Program {
  const sizeOf = (shown: View): number => extentOf(shown)!.last + 1;
  const size = sizeOf(target);
  const [a, b] = [parameter('a', [sizeOf(left)], 2), parameter('b', [sizeOf(right)], 5)];
  const product: Instruction = {
    kind: 'contract',
    members: [{ left, right, target }],
    ...(events && { events }),
    mode: 'add',
  };
  const input = buffer('x', 'input', [sizeOf(right)]);
  const right2 = { ...right, buffer: 'x' };
  const isFed = place === 'step of an input';
  return program({
    buffers: [a, ...(isFed ? [input] : [b]), buffer('j', 'temp', [size]), buffer('y', 'temp', [size], EACH_STEP)],
    inputs: isFed ? [{ name: 'x', buffer: 'x', held: false }] : [],
    step: [
      zero(view('j', size)),
      isFed ? { ...product, members: [{ left, right: right2, target }] } : product,
      { kind: 'copy', source: view('j', size), target: view('y', size), mode: 'set' },
    ],
  });
}

describe('adjoints of products are the same views in another order: they agree with central differences', () => {
  it.each<Place>(['step of parameters', 'step of an input'])('on random views, in a %s', (place) => {
    let repeated = 0;
    fc.assert(
      fc.property(anyMember, fc.constantFrom(undefined, 'left', 'right'), (member, events) => {
        const size = extentOf(member.target)!.last + 1;
        const inputSize = extentOf(member.right)!.last + 1;
        const forward = programOf(member, events, place);
        const training = squaredLoss(forward, view('y', size), place === 'step of parameters' ? ['a', 'b'] : ['a']);
        const call = { ...CALL, feed: { x: feed(4, 2, inputSize), t: feed(4, 2, size, 7) } };
        if (hasRepeats(withoutRepeatedAxes(member.target))) repeated++;
        expect(gradientError(training, call)).toBeLessThan(1e-6);
      }),
      { numRuns: 60, seed: 1 },
    );
    expect(repeated).toBeGreaterThan(5);
  });

  it('on random views over all steps, summed over items and steps', () => {
    fc.assert(
      fc.property(anyMember, ({ left, right, target }) => {
        // loss += Σ product², the product of a parameter and the values of all steps being summed into a shared array.
        const [n, m, size] = [left, right, target].map((shown) => extentOf(shown)!.last + 1) as [
          number,
          number,
          number,
        ];
        const forward = program({
          buffers: [parameter('a', [n], 2), buffer('x', 'input', [m]), buffer('y', 'temp', [m], EACH_STEP)],
          inputs: [{ name: 'x', buffer: 'x', held: false }],
          step: [{ kind: 'copy', source: view('x', m), target: view('y', m), mode: 'set' }],
        });
        const base = squaredLoss(forward, view('y', m), ['a']);
        const shared = { items: false, lifetime: 'window' } as const;
        const training = {
          ...base,
          buffers: [...base.buffers, buffer('j', 'temp', [size], shared), buffer('q', 'temp', [], shared)],
          loss: [
            ...base.loss,
            zero(view('j', size)),
            contract([{ left, right: { ...right, buffer: 'y' }, target }], 'add'),
            contract(
              [
                {
                  left: view('j', size),
                  right: view('j', size),
                  target: { ...view('loss'), shape: [size], strides: [0] },
                },
              ],
              'add',
            ),
          ],
        };
        const call = { ...CALL, feed: { x: feed(4, 2, m), t: feed(4, 2, m, 7) } };
        expect(gradientError(training, call)).toBeLessThan(1e-6);
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it('for members of different shapes that share factors and a target', () => {
    const forward = program({
      buffers: [parameter('a', [6]), parameter('b', [4], 3), buffer('y', 'temp', [2], EACH_STEP)],
      step: [
        zero(view('y', 2)),
        contract(
          [
            { left: view('a', 2, 3), right: insertAxis(view('b', 3), 0, 2), target: insertAxis(view('y', 2), 1, 3) },
            { left: view('a', 2), right: view('a', 2), target: view('y', 2) },
            { left: view('b', 4), right: view('b', 4), target: { ...view('y'), shape: [4], strides: [0] } },
          ],
          'add',
        ),
      ],
    });
    expect(gradientError(squaredLoss(forward, view('y', 2), ['a', 'b']))).toBeLessThan(1e-7);
  });
});

/** What a program leaves in y: `[step][item][element]`. */
function outputOf(forward: Program, x: number[][][]): number[][][] {
  const memory = interpret(forward, { items: x[0]!.length, steps: x.length, feed: { x } });
  return memory.get('y')!.map((items) => items.map((values) => [...values]));
}

const valuesOf = (forward: Program, id: string): readonly number[] => {
  const { initial } = forward.buffers.find((each) => each.id === id)!;
  if (typeof initial === 'number' || !('array' in initial)) throw new Error(`${id} begins as no array`);
  return [...ARRAYS.get(initial.array)!.data];
};

describe('a product can be', () => {
  const [channels, filters, side, taps, stride, padding] = [2, 3, 5, 3, 2, 1] as const;
  const padded = side + 2 * padding;
  const outputs = Math.floor((padded - taps) / stride) + 1;
  const shape = [filters, outputs, outputs, channels, taps, taps];
  const kernelView: View = {
    buffer: 'w',
    offset: 0,
    shape,
    strides: [channels * taps * taps, 0, 0, taps * taps, taps, 1],
  };
  const windows = (id: string): View => ({
    buffer: id,
    offset: 0,
    shape,
    strides: [0, stride * padded, stride, padded * padded, padded, 1],
  });
  const layer = (id: string): View => ({
    buffer: id,
    offset: 0,
    shape,
    strides: [outputs * outputs, outputs, 1, 0, 0, 0],
  });
  const bordered = buffer('bordered', 'temp', [channels, padded, padded]);
  const inside: View = {
    buffer: 'bordered',
    offset: padding * padded + padding,
    shape: [channels, side, side],
    strides: [padded * padded, padded, 1],
  };
  const weights = parameter('w', [filters, channels, taps, taps], 4);

  it('a padded, strided convolution in two dimensions', () => {
    const size = filters * outputs * outputs;
    const forward = program({
      buffers: [
        buffer('x', 'input', [channels, side, side]),
        weights,
        bordered,
        buffer('y', 'temp', [filters, outputs, outputs], EACH_STEP),
      ],
      inputs: [{ name: 'x', buffer: 'x', held: false }],
      step: [
        zero(view('bordered', channels, padded, padded)),
        { kind: 'copy', source: view('x', channels, side, side), target: inside, mode: 'set' },
        contract([{ left: kernelView, right: windows('bordered'), target: layer('y') }]),
      ],
    });
    const x = feed(1, 2, channels * side * side);
    const w = valuesOf(forward, 'w');
    const pixel = (item: number, c: number, row: number, column: number): number =>
      row < 0 || column < 0 || row >= side || column >= side ? 0 : x[0]![item]![(c * side + row) * side + column]!;
    const actual = outputOf(forward, x)[0]!;
    for (const item of [0, 1]) {
      let element = 0;
      for (let f = 0; f < filters; f++)
        for (let i = 0; i < outputs; i++)
          for (let j = 0; j < outputs; j++) {
            let expected = 0;
            for (let c = 0; c < channels; c++)
              for (let p = 0; p < taps; p++)
                for (let q = 0; q < taps; q++)
                  expected +=
                    w[((f * channels + c) * taps + p) * taps + q]! *
                    pixel(item, c, i * stride + p - padding, j * stride + q - padding);
            expect(actual[item]![element++]).toBeCloseTo(expected, 12);
          }
    }
    const call = { items: 2, steps: 1, feed: { x, t: feed(1, 2, size, 7) } };
    expect(gradientError(squaredLoss(forward, view('y', filters, outputs, outputs), ['w']), call)).toBeLessThan(1e-7);
  });

  it('a transposed convolution, which spreads what a convolution gathers', () => {
    const forward = program({
      buffers: [
        buffer('x', 'input', [filters, outputs, outputs]),
        weights,
        buffer('y', 'temp', [channels, padded, padded], EACH_STEP),
      ],
      inputs: [{ name: 'x', buffer: 'x', held: false }],
      step: [
        zero(view('y', channels, padded, padded)),
        contract([{ left: kernelView, right: layer('x'), target: windows('y') }], 'add'),
      ],
    });
    const x = feed(1, 2, filters * outputs * outputs);
    const w = valuesOf(forward, 'w');
    const actual = outputOf(forward, x)[0]!;
    for (const item of [0, 1]) {
      const expected = new Float64Array(channels * padded * padded);
      for (let f = 0; f < filters; f++)
        for (let i = 0; i < outputs; i++)
          for (let j = 0; j < outputs; j++)
            for (let c = 0; c < channels; c++)
              for (let p = 0; p < taps; p++)
                for (let q = 0; q < taps; q++)
                  expected[(c * padded + i * stride + p) * padded + j * stride + q]! +=
                    w[((f * channels + c) * taps + p) * taps + q]! * x[0]![item]![(f * outputs + i) * outputs + j]!;
      expected.forEach((value, element) => expect(actual[item]![element]).toBeCloseTo(value, 12));
    }
    const size = channels * padded * padded;
    const call = { items: 2, steps: 1, feed: { x, t: feed(1, 2, size, 7) } };
    expect(gradientError(squaredLoss(forward, view('y', channels, padded, padded), ['w']), call)).toBeLessThan(1e-7);
  });

  it('a product of a sparse matrix, stored by rows, and a vector', () => {
    // Rows 0 to 3 of a 4 × 3 matrix; row 2 is empty.
    const [rows, columns] = [
      [0, 0, 1, 3, 3],
      [0, 2, 1, 0, 1],
    ] as const;
    const entries = rows.length;
    const listed = (id: string, offsets: readonly number[]): View => {
      return { buffer: id, offset: 0, shape: [entries], strides: [0], indices: [{ axis: 0, offsets }] };
    };
    const forward = program({
      buffers: [
        buffer('x', 'input', [3]),
        parameter('values', [entries]),
        parameter('gain', [3], 6),
        buffer('v', 'temp', [3]),
        buffer('y', 'temp', [4], EACH_STEP),
      ],
      inputs: [{ name: 'x', buffer: 'x', held: false }],
      step: [
        contract([{ left: view('gain', 3), right: view('x', 3), target: view('v', 3) }]),
        zero(view('y', 4)),
        contract([{ left: view('values', entries), right: listed('v', columns), target: listed('y', rows) }], 'add'),
      ],
    });
    const x = feed(2, 2, 3);
    const [values, gain] = [valuesOf(forward, 'values'), valuesOf(forward, 'gain')];
    const expected = x.map((items) =>
      items.map((vector) => {
        const y = [0, 0, 0, 0];
        values.forEach((value, n) => (y[rows[n]!]! += value * (gain[columns[n]!]! * vector[columns[n]!]!)));
        return y;
      }),
    );
    expect(outputOf(forward, x)).toEqual(expected);
    const call = { items: 2, steps: 2, feed: { x, t: feed(2, 2, 4, 7) } };
    expect(gradientError(squaredLoss(forward, view('y', 4), ['values', 'gain']), call)).toBeLessThan(1e-7);
  });

  it('a finite impulse response over the present and earlier samples, which a state holds', () => {
    // Two channels; recent[k, c] is the sample of k steps ago.
    const [length, width] = [3, 2];
    const recent = buffer('recent', 'state', [length, width]);
    const older = buffer('older', 'temp', [length - 1, width]);
    const part = (from: number, rows: number): View => ({ ...view('recent', rows, width), offset: from * width });
    const forward = program({
      buffers: [
        buffer('x', 'input', [width]),
        parameter('h', [length]),
        parameter('gain', [width], 4),
        recent,
        older,
        buffer('y', 'temp', [width], EACH_STEP),
      ],
      inputs: [{ name: 'x', buffer: 'x', held: false }],
      step: [
        { kind: 'copy', source: part(0, length - 1), target: view('older', length - 1, width), mode: 'set' },
        { kind: 'copy', source: view('older', length - 1, width), target: part(1, length - 1), mode: 'set' },
        contract([
          {
            left: view('gain', width),
            right: view('x', width),
            target: { ...part(0, 1), shape: [width], strides: [1] },
          },
        ]),
        contract([
          {
            left: insertAxis(view('h', length), 0, width),
            right: { buffer: 'recent', offset: 0, shape: [width, length], strides: [1, width] },
            target: insertAxis(view('y', width), 1, length),
          },
        ]),
      ],
    });
    const x = feed(5, 1, width);
    const [h, gain] = [valuesOf(forward, 'h'), valuesOf(forward, 'gain')];
    const expected = x.map((_, step) => [
      [0, 1].map((c) => h.reduce((sum, tap, k) => (k > step ? sum : sum + tap * (gain[c]! * x[step - k]![0]![c]!)), 0)),
    ]);
    expect(outputOf(forward, x)).toEqual(expected);
    const call = { items: 1, steps: 5, feed: { x, t: feed(5, 1, width, 7) } };
    expect(gradientError(squaredLoss(forward, view('y', width), ['h', 'gain']), call)).toBeLessThan(1e-7);
  });

  it('nothing: an empty sum is 0', () => {
    const forward = program({
      buffers: [parameter('a', [1]), buffer('y', 'temp', [2], EACH_STEP)],
      step: [
        contract([
          {
            left: { buffer: 'a', offset: 0, shape: [2, 0], strides: [0, 1] },
            right: { buffer: 'a', offset: 0, shape: [2, 0], strides: [0, 1] },
            target: insertAxis(view('y', 2), 1, 0),
          },
        ]),
      ],
    });
    expect(viewSize(insertAxis(view('y', 2), 1, 0))).toBe(0);
    expect(outputOf(forward, [[[0]]])).toEqual([[[0, 0]]]);
  });
});
