/** @file Layers that look at windows of an image: their shapes, and what does not fit. */
import { shapesDiffer } from './errors.ts';
import type { ConvolutionLayer, Layer, Margin, PoolingLayer } from './layer-graph.ts';
import { describeShape, requireBias, roomFor, type Named, type Weights } from './layer-shapes.ts';

/** How windows lie: `same` has as many positions as go in, divided by the strides; pairs are numbers of positions of a border. */
export interface WindowOptions {
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: 'valid' | 'same' | readonly Margin[];
  readonly channelsLast: boolean;
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
      `a kernel [${kernel.shape.join(', ')}] in ${groups} groups does not fit ${describeShape(from)}, which has ${channels} channels`,
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
