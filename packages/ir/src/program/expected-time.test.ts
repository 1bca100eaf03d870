/** @file What programs are expected to take: kinds of work, times what they cost. */
import { expect, test } from 'vitest';
import {
  type Buffer,
  expectedSeconds,
  fullView,
  type Instruction,
  kernel,
  matrixVector,
  type Program,
  type SectionKind,
} from '../index.ts';

const EACH_STEP = { steps: { span: 'block', before: 0 }, lifetime: 'block' } as const;
const ONE = { steps: 'one', lifetime: 'step' } as const;

function buffer(id: string, shape: readonly number[], changes: Partial<Buffer>): Buffer {
  return { id, name: id, shape, role: 'temp', items: true, initial: 0, ...ONE, ...changes };
}

/** A matrix of 3 x 5 times a vector, and twice of what it gives. */
function program(kind: SectionKind): Program {
  const lives = kind === 'steps' ? ONE : EACH_STEP;
  const [x, y] = [buffer('x', [5], lives), buffer('y', [3], lives)];
  const w = buffer('w', [3, 5], { role: 'parameter', lifetime: 'forever', items: false });
  const double = kernel({ name: 'double', inputs: ['y'] }, (k) => ({ result: k.add(k.inputs.y, k.inputs.y) }));
  const instructions: readonly Instruction[] = [
    { kind: 'contract', mode: 'set', members: [matrixVector(fullView(w), fullView(x), fullView(y))] },
    {
      kind: 'map',
      kernel: double,
      inputs: [fullView(y)],
      parameters: [],
      outputs: [{ target: fullView(y), mode: 'set' }],
    },
    { kind: 'fill', value: 0, target: fullView(x), mode: 'set' },
  ];
  const sections = [{ kind, direction: 'ascending', instructions }] as const;
  return {
    dtype: 'float64',
    dt: 1,
    scalars: [],
    buffers: [x, y, w],
    sections,
    inputs: [],
    outputs: [],
    hosts: [],
    symbols: {},
  };
}

const NOTHING = { call: 0, map: 0, product: 0, largeProduct: 0, byte: 0 };
const expected = (kind: SectionKind, items: number, steps: number, costs: Partial<typeof NOTHING>): number =>
  1e9 * expectedSeconds(program(kind), { items, steps }, { float64: { ...NOTHING, ...costs } })!;

test('each kind of work counts for all items and steps', () => {
  expect(expected('steps', 2, 10, { product: 1, largeProduct: 100 })).toBeCloseTo(2 * 3 * 5 * 2 * 10);
  expect(expected('steps', 2, 10, { map: 1 })).toBeCloseTo(3 * 2 * 10);
  expect(expected('steps', 2, 10, { byte: 1 })).toBeCloseTo(5 * 8 * 2 * 10);
  expect(expected('steps', 2, 10, { call: 1 })).toBeCloseTo(3 * 10);
});

test('a product of many rows at once costs what large ones do, and a block few calls', () => {
  expect(expected('steps', 64, 10, { product: 100, largeProduct: 1 })).toBeCloseTo(2 * 3 * 5 * 64 * 10);
  expect(expected('block', 1, 320, { product: 100, largeProduct: 1 })).toBeCloseTo(2 * 3 * 5 * 320);
  expect(expected('block', 1, 320, { call: 1 })).toBeLessThan(expected('steps', 1, 320, { call: 1 }) / 4);
});

test('a dtype that no table has is not guessed at', () => {
  expect(expectedSeconds(program('steps'), { items: 1, steps: 1 }, { float32: NOTHING })).toBeUndefined();
});
