/**
 * @file Instructions on numbers that are fed: what they leave in a target, in steps and block sections, upwards and downwards, in
 * blocks of two steps, for three items.
 */
import { type Buffer, type Dtype, fullView, type Instruction, type Section, type View } from '@ndl/ir';
import { buffer, copy, eachStep, executableOf, program, run, section, stored } from './program.test-helper.ts';

export const ITEMS = 3;
export const STEPS = 5;

/** Numbers without a pattern, of several magnitudes, so that the order of a sum shows. */
const numberAt = (...place: readonly number[]): number => {
  const seed = place.reduce((sum, index, axis) => sum + (index + 1) * [1.1, 7.3, 31.7, 3.9][axis]!, 0);
  return Math.sin(seed * seed) * 10 ** (Math.floor(seed) % 4);
};

export const x: Buffer = buffer('x', 'input', [12], eachStep('block'));
const v: Buffer = buffer('v', 'input', [4], eachStep('block'));
const w: Buffer = buffer('w', 'constant', [12], {
  initial: stored(Array.from({ length: 12 }, (_, k) => numberAt(k, 2))),
});

/** What stands between two passes. */
const BETWEEN = buffer('between', 'temp', [], { items: false, lifetime: 'window' });

export interface Surroundings {
  readonly dtype: Dtype;
  readonly kind: 'steps' | 'block';
  readonly direction: Section['direction'];
}

export const SURROUNDINGS: readonly Surroundings[] = [
  { dtype: 'float32', kind: 'steps', direction: 'ascending' },
  { dtype: 'float64', kind: 'steps', direction: 'descending' },
  { dtype: 'float64', kind: 'block', direction: 'ascending' },
  { dtype: 'float32', kind: 'block', direction: 'descending' },
];

export const rounding = (dtype: Dtype): ((value: number) => number) =>
  dtype === 'float32' ? Math.fround : (value: number) => value;

/** An element of what is fed, or of `w`. */
export type Source = (buffer: string, step: number, item: number, offset: number) => number;

export const sourceOf = (dtype: Dtype): Source => {
  const round = rounding(dtype);
  return (id, step, item, offset) =>
    round(id === 'w' ? numberAt(offset, 2) : numberAt(step, item, offset, id === 'x' ? 0 : 1));
};

/**
 * What instructions leave in `target`, which held 1/3: `[steps][items][elements]`, or where it has one value for the window
 * `[items][elements]`.
 */
export async function resultOf(
  { dtype, kind, direction }: Surroundings,
  target: Buffer,
  instructions: readonly Instruction[],
  others: readonly Buffer[] = [],
): Promise<readonly number[]> {
  const fill = { kind: 'fill', value: 1 / 3, target: fullView(target), mode: 'set' } as const;
  const isAccumulator = target.lifetime === 'window';
  const shown = isAccumulator ? buffer('shown', 'temp', target.shape, eachStep('block')) : target;
  const between = { kind: 'fill', value: 0, target: fullView(BETWEEN), mode: 'set' } as const;
  const tested = program({
    dtype,
    buffers: [x, v, w, target, ...others, ...(isAccumulator ? [shown, BETWEEN] : [])],
    sections: isAccumulator
      ? [
          section('window', [fill]),
          section(kind, instructions, direction),
          section('window', [between]),
          section('block', [copy(fullView(target), fullView(shown))]),
        ]
      : [section(kind, [fill, ...instructions], direction)],
    inputs: ['x', 'v'].map((id) => ({ name: id, buffer: id, held: false })),
    outputs: [{ name: 'target', view: fullView(shown), every: isAccumulator ? STEPS : 1 }],
    maximumBlock: 2,
  });
  const fed = ({ id, shape }: Buffer): Float64Array =>
    Float64Array.from({ length: STEPS * ITEMS * shape[0]! }, (_, k) => {
      const [step, item] = [Math.floor(k / (ITEMS * shape[0]!)), Math.floor(k / shape[0]!) % ITEMS];
      return numberAt(step, item, k % shape[0]!, id === 'x' ? 0 : 1);
    });
  const feed = new Map([x, v].map((each) => [each.id, { kind: 'sequence', data: fed(each) } as const]));
  return (await run(await executableOf({ run: tested }), STEPS, { feed, items: ITEMS })).of('target');
}

/** Results of shared targets, repeated per item as outputs are. */
export function perItem(values: readonly number[], target: Buffer): number[] {
  if (target.items) return [...values];
  const size = target.shape.reduce((a, b) => a * b, 1);
  const slices = Array.from({ length: values.length / size }, (_, k) => values.slice(k * size, (k + 1) * size));
  return slices.flatMap((slice) => Array.from({ length: ITEMS }, () => slice).flat());
}

export const strided = (id: string, offset: number, shape: readonly number[], strides: readonly number[]): View => {
  return { buffer: id, offset, shape, strides };
};

export const each = (shape: readonly number[], changes: Partial<Buffer> = {}): Buffer =>
  buffer('target', 'temp', shape, changes);
