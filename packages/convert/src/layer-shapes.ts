/** @file Makes layers: each follows from its parameters and the shapes that come in, which are checked to fit. */
import { isNdArray, sizeOf, type NdArray } from '@ndl/numerics';
import { shapesDiffer, sourceInvalid } from './errors.ts';
import type {
  Activation,
  CombinationLayer,
  ConcatenationLayer,
  DenseLayer,
  ForeignLayer,
  InputLayer,
  Layer,
  Move,
  MoveLayer,
  RecurrentLayer,
  ScaleLayer,
} from './layer-graph.ts';

/** Name and title of a layer that is being made. */
export interface Named {
  readonly name: string;
  readonly title: string;
}

/** Numbers that one layer may put out: more than that are a file gone wrong, or meant to do harm. */
const LARGEST_LAYER = 2 ** 27;

/** A kernel, and a bias where there is one. */
export interface Weights {
  readonly kernel: NdArray;
  readonly bias: NdArray | null;
}

export function inputLayer(named: Named, shape: readonly number[]): InputLayer {
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 1))
    throw shapesDiffer(
      named.title,
      `its shape, [${shape.map(String).join(', ')}], leaves sizes open; give the network fixed sizes, but for the number of items`,
    );
  return { kind: 'input', ...named, inputs: [], shape: roomFor(named, shape) };
}

export function denseLayer(named: Named, from: Layer, { kernel, bias }: Weights): DenseLayer {
  const size = from.shape.at(-1);
  if (kernel.rank !== 2 || kernel.shape[0] !== size)
    throw shapesDiffer(
      named.title,
      `a kernel [${kernel.shape.join(', ')}] does not fit ${describeShape(from)}; it is [${size ?? '?'}, units]`,
    );
  requireBias(named, bias, kernel.shape[1]!);
  const shape = roomFor(named, [...from.shape.slice(0, -1), kernel.shape[1]!]);
  return { kind: 'dense', ...named, inputs: [from.name], shape, kernel, bias };
}

export function scaleLayer(
  named: Named,
  from: Layer,
  { axis, factor, offset }: Pick<ScaleLayer, 'axis' | 'factor' | 'offset'>,
): ScaleLayer {
  const size = from.shape[axis];
  for (const array of [factor, offset])
    if (size === undefined || array.rank !== 1 || array.size !== size)
      throw shapesDiffer(
        named.title,
        `parameters of shape [${array.shape.join(', ')}] do not fit axis ${axis} of ${describeShape(from)}`,
      );
  return { kind: 'scale', ...named, inputs: [from.name], shape: from.shape, axis, factor, offset };
}

export function activationLayer(named: Named, from: Layer, activation: Activation): Layer {
  return { kind: 'activation', ...named, inputs: [from.name], shape: from.shape, activation };
}

export function recurrentLayer(
  named: Named,
  from: Layer,
  { kernel, recurrent, bias }: Weights & Pick<RecurrentLayer, 'recurrent'>,
  activation: Activation,
): RecurrentLayer {
  const step = denseLayer(named, from, { kernel, bias });
  const units = kernel.shape[1]!;
  if (recurrent.shape.join() !== [units, units].join())
    throw shapesDiffer(named.title, `a recurrent kernel [${recurrent.shape.join(', ')}] is to be [${units}, ${units}]`);
  return { ...step, kind: 'recurrent', recurrent, activation };
}

export function foreignLayer(
  named: Named,
  from: readonly Layer[],
  shape: readonly number[],
  { problem, layer }: Pick<ForeignLayer, 'problem' | 'layer'>,
): ForeignLayer {
  const inputs = from.map(({ name }) => name);
  return { kind: 'foreign', ...named, inputs, shape, problem, ...(layer !== undefined && { layer }) };
}

/** The same numbers in another shape, of which one size may be -1: what is left for it. */
export function reshapeLayer(named: Named, from: Layer, wanted: readonly number[]): MoveLayer {
  const size = sizeOf(from.shape);
  const known = sizeOf(wanted.filter((length) => length !== -1));
  const shape = wanted.map((length) => (length === -1 ? size / known : length));
  const fits = shape.every((length) => Number.isSafeInteger(length) && length >= 1) && sizeOf(shape) === size;
  if (!fits || wanted.filter((length) => length === -1).length > 1)
    throw shapesDiffer(named.title, `[${wanted.join(', ')}] cannot be made of ${describeShape(from)}`);
  return { kind: 'move', ...named, inputs: [from.name], shape, move: { how: 'reshape' } };
}

export function moveLayer(named: Named, from: Layer, move: Exclude<Move, { how: 'reshape' }>): MoveLayer {
  const { shape } = from;
  const numbers = move.how === 'permute' ? move.order : move.how === 'pad' ? move.margins : move.times;
  if (numbers.length !== shape.length)
    throw shapesDiffer(named.title, `${numbers.length} axes are named, but ${describeShape(from)} has ${shape.length}`);
  if (move.how === 'permute' && new Set(move.order.filter((axis) => shape[axis] !== undefined)).size !== shape.length)
    throw shapesDiffer(named.title, `[${move.order.join(', ')}] is no order of ${shape.length} axes`);
  const after = shape.map((size, axis) => {
    if (move.how === 'permute') return shape[move.order[axis]!]!;
    if (move.how === 'pad') return size + move.margins[axis]![0] + move.margins[axis]![1];
    return size * move.times[axis]!;
  });
  if (!after.every((size) => Number.isSafeInteger(size) && size >= 1))
    throw shapesDiffer(named.title, `nothing is left of ${describeShape(from)}: [${after.join(', ')}]`);
  return { kind: 'move', ...named, inputs: [from.name], shape: roomFor(named, after), move };
}

/** `axis` counts from the end where it is negative. */
export function concatenationLayer(named: Named, from: readonly Layer[], axis: number): ConcatenationLayer {
  const first = from[0]?.shape ?? [];
  const along = axis < 0 ? axis + first.length : axis;
  const fit = from.every(
    ({ shape }) =>
      shape.length === first.length && shape.every((size, other) => other === along || size === first[other]),
  );
  if (first[along] === undefined || !fit)
    throw shapesDiffer(
      named.title,
      `${from.map(describeShape).join(' and ')} do not lie side by side along axis ${axis}`,
    );
  const size = from.reduce((sum, { shape }) => sum + shape[along]!, 0);
  const shape = roomFor(
    named,
    first.map((length, other) => (other === along ? size : length)),
  );
  return { kind: 'concatenation', ...named, inputs: from.map(({ name }) => name), shape, axis: along };
}

export function combinationLayer(
  named: Named,
  from: readonly Layer[],
  operation: CombinationLayer['operation'],
): CombinationLayer {
  if (from.length === 0) throw shapesDiffer(named.title, 'nothing comes in');
  const rank = Math.max(...from.map(({ shape }) => shape.length));
  const shape = Array.from({ length: rank }, (_, axis) => {
    const sizes = from.map(({ shape: own }) => own[axis - rank + own.length] ?? 1);
    const size = Math.max(...sizes);
    if (sizes.some((each) => each !== 1 && each !== size))
      throw shapesDiffer(named.title, `${from.map(describeShape).join(' and ')} are not of one shape`);
    return size;
  });
  return {
    kind: 'combination',
    ...named,
    inputs: from.map(({ name }) => name),
    shape: roomFor(named, shape),
    operation,
  };
}

export function requireBias(named: Named, bias: NdArray | null, size: number): void {
  if (bias !== null && (bias.rank !== 1 || bias.size !== size))
    throw shapesDiffer(named.title, `a bias [${bias.shape.join(', ')}] is to be [${size}]`);
}

export function roomFor(named: Named, shape: readonly number[]): readonly number[] {
  if (sizeOf(shape) > LARGEST_LAYER)
    throw sourceInvalid(named.title, `its output would have more than ${LARGEST_LAYER} numbers, [${shape.join(', ')}]`);
  return shape;
}

/** `[28, 28, 1] of InputLayer 'image'`. */
export function describeShape({ shape, title }: Pick<Layer, 'shape' | 'title'>): string {
  return `[${shape.join(', ')}] of ${title}`;
}

/** Arrays of finite numbers alone. */
export function requireFinite(named: Named, array: unknown, what: string): NdArray {
  if (!isNdArray(array)) throw sourceInvalid(named.title, `it has no ${what}`);
  const at = array.data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw sourceInvalid(named.title, `its ${what} has ${array.data[at]} at position ${at}`);
  return array;
}
