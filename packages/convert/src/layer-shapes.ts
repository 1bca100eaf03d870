/** @file Makes layers: each follows from its parameters and the shapes that come in, which are checked to fit. */
import { isNdArray, sizeOf, type NdArray } from '@ndl/numerics';
import { shapesDiffer, sourceInvalid } from './errors.ts';
import type {
  Activation,
  CombinationLayer,
  ConcatenationLayer,
  ConvolutionLayer,
  DenseLayer,
  ForeignLayer,
  InputLayer,
  Layer,
  Margin,
  Move,
  MoveLayer,
  PoolingLayer,
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

/** How windows lie: `same` has as many positions as go in, divided by the strides; pairs are numbers of positions of a border. */
export interface WindowOptions {
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: 'valid' | 'same' | readonly Margin[];
  readonly channelsLast: boolean;
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
      `a kernel [${kernel.shape.join(', ')}] does not fit ${describe(from)}; it is [${size ?? '?'}, units]`,
    );
  requireBias(named, bias, kernel.shape[1]!);
  const shape = roomFor(named, [...from.shape.slice(0, -1), kernel.shape[1]!]);
  return { kind: 'dense', ...named, inputs: [from.name], shape, kernel, bias };
}

/** A kernel, and a bias where there is one. */
export interface Weights {
  readonly kernel: NdArray;
  readonly bias: NdArray | null;
}

/** Positions of the image, and edges and number of the kernels. @throws NdlError SHAPE_MISMATCH where they do not fit */
function fitted(
  named: Named,
  from: Layer,
  { kernel, bias }: Weights,
  { groups, ...options }: WindowOptions & { readonly groups: number },
): { readonly spatial: readonly number[]; readonly kernelSize: readonly number[]; readonly filters: number } {
  requireGroups(named, groups);
  const { spatial, channels } = imageOf(named, from, options);
  const kernelSize = kernel.shape.slice(0, -2);
  const [own, filters] = kernel.shape.slice(-2) as [number, number];
  requireFor(named, spatial, kernelSize, `a kernel [${kernel.shape.join(', ')}]`);
  if (own * groups !== channels || filters % groups !== 0)
    throw shapesDiffer(
      named.title,
      `a kernel [${kernel.shape.join(', ')}] in ${groups} groups does not fit ${describe(from)}, which has ${channels} channels`,
    );
  requireBias(named, bias, filters);
  return { spatial, kernelSize, filters };
}

export function convolutionLayer(
  named: Named,
  from: Layer,
  { kernel, bias }: Weights,
  { groups, ...options }: WindowOptions & { readonly groups: number },
): ConvolutionLayer {
  const { spatial, kernelSize, filters } = fitted(named, from, { kernel, bias }, { groups, ...options });
  const windows = windowsFor(named, spatial, kernelSize, options);
  const shape = imageShape(named, windows.positions, filters, options.channelsLast);
  return {
    kind: 'convolution',
    ...named,
    inputs: [from.name],
    shape,
    kernel,
    bias,
    groups,
    strides: options.strides,
    dilation: options.dilation,
    border: windows.border,
    channelsLast: options.channelsLast,
  };
}

/** `more`: positions that are put out beyond the fewest, at the end, for each dimension. */
export function transposedLayer(
  named: Named,
  from: Layer,
  { kernel, bias }: Weights,
  { groups, more, ...options }: WindowOptions & { readonly groups: number; readonly more: readonly number[] },
): ConvolutionLayer {
  const { spatial, kernelSize, filters } = fitted(named, from, { kernel, bias }, { groups, ...options });
  const { strides, dilation, padding } = options;
  const full = spatial.map(
    (size, axis) => (size - 1) * strides[axis]! + (kernelSize[axis]! - 1) * dilation[axis]! + 1 + more[axis]!,
  );
  const border = full.map((size, axis): Margin => {
    if (padding === 'valid') return [0, 0];
    if (padding !== 'same') return padding[axis]!;
    const missing = Math.max(size - more[axis]! - spatial[axis]! * strides[axis]!, 0);
    return [Math.floor(missing / 2), Math.ceil(missing / 2)];
  });
  const positions = full.map((size, axis) => size - border[axis]![0] - border[axis]![1]);
  if (positions.some((size) => size < 1))
    throw shapesDiffer(named.title, `nothing is left of [${full.join(', ')}] positions once its border is cut off`);
  const shape = imageShape(named, positions, filters, options.channelsLast);
  return {
    kind: 'convolutionTranspose',
    ...named,
    inputs: [from.name],
    shape,
    kernel,
    bias,
    groups,
    strides,
    dilation,
    border,
    channelsLast: options.channelsLast,
  };
}

export function poolingLayer(
  named: Named,
  from: Layer,
  {
    operation,
    poolSize,
    countBorder = false,
    ...options
  }: WindowOptions & Pick<PoolingLayer, 'operation' | 'poolSize'> & { readonly countBorder?: boolean },
): PoolingLayer {
  const { spatial, channels } = imageOf(named, from, options);
  requireFor(named, spatial, poolSize, `a pool size [${poolSize.join(', ')}]`);
  const windows = windowsFor(named, spatial, poolSize, options);
  const shape = imageShape(named, windows.positions, channels, options.channelsLast);
  return {
    kind: 'pooling',
    ...named,
    inputs: [from.name],
    shape,
    operation,
    poolSize,
    countBorder,
    strides: options.strides,
    dilation: options.dilation,
    border: windows.border,
    channelsLast: options.channelsLast,
  };
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
        `parameters of shape [${array.shape.join(', ')}] do not fit axis ${axis} of ${describe(from)}`,
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
  const known = wanted.filter((length) => length !== -1).reduce((product, length) => product * length, 1);
  const shape = wanted.map((length) => (length === -1 ? size / known : length));
  const fits = shape.every((length) => Number.isSafeInteger(length) && length >= 1) && sizeOf(shape) === size;
  if (!fits || wanted.filter((length) => length === -1).length > 1)
    throw shapesDiffer(named.title, `[${wanted.join(', ')}] cannot be made of ${describe(from)}`);
  return { kind: 'move', ...named, inputs: [from.name], shape, move: { how: 'reshape' } };
}

export function moveLayer(named: Named, from: Layer, move: Exclude<Move, { how: 'reshape' }>): MoveLayer {
  const { shape } = from;
  const numbers = move.how === 'permute' ? move.order : move.how === 'pad' ? move.margins : move.times;
  if (numbers.length !== shape.length)
    throw shapesDiffer(named.title, `${numbers.length} axes are named, but ${describe(from)} has ${shape.length}`);
  if (move.how === 'permute' && new Set(move.order.filter((axis) => shape[axis] !== undefined)).size !== shape.length)
    throw shapesDiffer(named.title, `[${move.order.join(', ')}] is no order of ${shape.length} axes`);
  const after = shape.map((size, axis) => {
    if (move.how === 'permute') return shape[move.order[axis]!]!;
    if (move.how === 'pad') return size + move.margins[axis]![0] + move.margins[axis]![1];
    return size * move.times[axis]!;
  });
  if (!after.every((size) => Number.isSafeInteger(size) && size >= 1))
    throw shapesDiffer(named.title, `nothing is left of ${describe(from)}: [${after.join(', ')}]`);
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
    throw shapesDiffer(named.title, `${from.map(describe).join(' and ')} do not lie side by side along axis ${axis}`);
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
      throw shapesDiffer(named.title, `${from.map(describe).join(' and ')} are not of one shape`);
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

/** Positions and channels of what comes in. */
export function imageOf(
  named: Named,
  { shape, title }: Pick<Layer, 'shape' | 'title'>,
  { channelsLast }: Pick<WindowOptions, 'channelsLast'>,
): { readonly spatial: readonly number[]; readonly channels: number } {
  if (shape.length < 2 || shape.length > 4)
    throw shapesDiffer(
      named.title,
      `what comes from ${title} has shape [${shape.join(', ')}]; an image has one to three dimensions, and channels`,
    );
  return channelsLast
    ? { spatial: shape.slice(0, -1), channels: shape.at(-1)! }
    : { spatial: shape.slice(1), channels: shape[0]! };
}

function imageShape(
  named: Named,
  positions: readonly number[],
  channels: number,
  channelsLast: boolean,
): readonly number[] {
  return roomFor(named, channelsLast ? [...positions, channels] : [channels, ...positions]);
}

function windowsFor(
  named: Named,
  spatial: readonly number[],
  size: readonly number[],
  { strides, dilation, padding }: WindowOptions,
): { readonly border: readonly Margin[]; readonly positions: readonly number[] } {
  requireFor(named, spatial, strides, `strides [${strides.join(', ')}]`);
  requireFor(named, spatial, dilation, `dilation [${dilation.join(', ')}]`);
  const reach = size.map((length, axis) => (length - 1) * dilation[axis]! + 1);
  const border = spatial.map((length, axis): Margin => {
    if (padding === 'valid') return [0, 0];
    if (padding !== 'same') return padding[axis] ?? [0, 0];
    const missing = Math.max((Math.ceil(length / strides[axis]!) - 1) * strides[axis]! + reach[axis]! - length, 0);
    return [Math.floor(missing / 2), Math.ceil(missing / 2)];
  });
  const positions = spatial.map(
    (length, axis) => Math.floor((length + border[axis]![0] + border[axis]![1] - reach[axis]!) / strides[axis]!) + 1,
  );
  if (positions.some((length) => length < 1))
    throw shapesDiffer(named.title, `windows of [${reach.join(', ')}] do not fit an image of [${spatial.join(', ')}]`);
  return { border, positions };
}

function requireFor(named: Named, spatial: readonly number[], sizes: readonly number[], what: string): void {
  if (sizes.length !== spatial.length)
    throw shapesDiffer(named.title, `${what} is for ${sizes.length} dimensions, but the image has ${spatial.length}`);
  if (!sizes.every((size) => Number.isSafeInteger(size) && size >= 1))
    throw shapesDiffer(named.title, `${what} must be whole numbers, at least 1`);
}

function requireGroups(named: Named, groups: number): void {
  if (!Number.isSafeInteger(groups) || groups < 1)
    throw shapesDiffer(named.title, `its groups must be a whole number, at least 1, not ${groups}`);
}

function requireBias(named: Named, bias: NdArray | null, size: number): void {
  if (bias !== null && (bias.rank !== 1 || bias.size !== size))
    throw shapesDiffer(named.title, `a bias [${bias.shape.join(', ')}] is to be [${size}]`);
}

function roomFor(named: Named, shape: readonly number[]): readonly number[] {
  if (sizeOf(shape) > LARGEST_LAYER)
    throw sourceInvalid(named.title, `its output would have more than ${LARGEST_LAYER} numbers, [${shape.join(', ')}]`);
  return shape;
}

/** `[28, 28, 1] of InputLayer 'image'`. */
function describe({ shape, title }: Pick<Layer, 'shape' | 'title'>): string {
  return `[${shape.join(', ')}] of ${title}`;
}

/** Arrays of finite numbers alone. */
export function requireFinite(named: Named, array: unknown, what: string): NdArray {
  if (!isNdArray(array)) throw sourceInvalid(named.title, `it has no ${what}`);
  const at = array.data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw sourceInvalid(named.title, `its ${what} has ${array.data[at]} at position ${at}`);
  return array;
}
