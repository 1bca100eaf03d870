/** @file The shapes of what goes into and out of each node, as far as their parameters and what arrives tell. */
import { sizeOf, type NdArray } from '@ndl/numerics';
import { graphInvalid, shapeInvalid, tooLarge } from './errors.ts';
import type { FlatGraph } from './flat-graph.ts';
import type { NirNode } from './nir-graph.ts';
import { arrayOf, wholeOf } from './node-checks.ts';
import { isNeuronType } from './node-types.ts';

/** Elements of what goes into or out of a node. */
const MOST_ELEMENTS = 2 ** 26;

/** Shapes of a node. */
export interface NodeShapes {
  readonly input: readonly number[];
  readonly output: readonly number[];
}

/**
 * The shapes of all nodes. Shapes that hold as many numbers pass for each other.
 * @throws NdlError SHAPE_MISMATCH where what leaves a node does not fit another; NIR_GRAPH where a shape cannot be found
 */
export function shapesOf({ nodes, edges }: FlatGraph): ReadonlyMap<string, NodeShapes> {
  const shapes = new Map<string, NodeShapes>();
  const sources = neighbours(edges.map(([from, to]) => [to, from]));
  const dependants = neighbours(edges);
  const spread = (waiting: string[], alone: boolean): void => {
    while (waiting.length > 0) {
      const name = waiting.pop()!;
      if (shapes.has(name)) continue;
      const before = sources.get(name) ?? [];
      const arriving = before.map((from) => shapes.get(from)?.output).find((shape) => shape !== undefined);
      const isAlone = alone || before.length === 0;
      const found = shapesOfNode(nodes.get(name)!, placeOf(name, nodes), arriving, isAlone);
      if (found === undefined) continue;
      for (const shape of [found.input, found.output])
        if (!(sizeOf(shape) <= MOST_ELEMENTS))
          throw tooLarge(placeOf(name, nodes), `the shape [${shape.join(', ')}]`, `${MOST_ELEMENTS} elements`);
      shapes.set(name, found);
      waiting.push(...(dependants.get(name) ?? []));
    }
  };
  spread([...nodes.keys()], false);
  // What is left waits for each other, around a cycle: one number for all is then one neuron.
  for (const name of nodes.keys()) if (!shapes.has(name)) spread([name], true);
  for (const name of nodes.keys())
    if (!shapes.has(name))
      throw graphInvalid(placeOf(name, nodes), 'neither it nor what leads to it tells the shape of its input');
  for (const [from, to] of edges) {
    const [left, wanted] = [shapes.get(from)!.output, shapes.get(to)!.input];
    if (sizeOf(left) !== sizeOf(wanted))
      throw shapeInvalid(
        placeOf(to, nodes),
        `it takes [${wanted.join(', ')}], and ${placeOf(from, nodes)} gives [${left.join(', ')}]`,
      );
  }
  return shapes;
}

function neighbours(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [name, other] of pairs) {
    const known = found.get(name);
    if (known === undefined) found.set(name, [other]);
    else known.push(other);
  }
  return found;
}

/** A node as errors speak of it. */
function placeOf(name: string, nodes: ReadonlyMap<string, NirNode>): string {
  return `node '${name}' (${nodes.get(name)!.type})`;
}

/** Undefined as long as the shape is not known. A node that is `alone` has no other to learn it from. */
function shapesOfNode(
  node: NirNode,
  where: string,
  arriving: readonly number[] | undefined,
  alone: boolean,
): NodeShapes | undefined {
  const same = (shape: readonly number[] | undefined): NodeShapes | undefined =>
    shape === undefined ? undefined : { input: shape, output: shape };
  const { type } = node;
  if (isNeuronType(type)) {
    const shaped = [...node.parameters.values()].find((value) => (value as NdArray).size > 1) as NdArray | undefined;
    return same(shaped?.shape ?? arriving ?? (alone ? [1] : undefined));
  }
  switch (type) {
    case 'Input':
    case 'Output':
      return same(listOf(node, 'shape'));
    case 'Affine':
    case 'Linear': {
      const [rows, columns] = arrayOf(node, 'weight').shape as [number, number];
      return { input: [columns], output: [rows] };
    }
    case 'Scale':
    case 'Delay': {
      const { shape, size } = arrayOf(node, type === 'Scale' ? 'scale' : 'delay');
      return same(size > 1 ? shape : (arriving ?? (alone ? [1] : undefined)));
    }
    case 'Flatten':
      return flattened(node, where, arriving);
    case 'Conv1d':
    case 'Conv2d':
      return convolved(node, where, arriving);
    case 'SumPool2d':
    case 'AvgPool2d':
      return pooled(node, where, arriving);
  }
}

/** Whole numbers as a list, also where there is one alone. */
function listOf(node: NirNode, name: string): readonly number[] | undefined {
  const value = node.parameters.get(name) as number | readonly number[] | undefined;
  return typeof value === 'number' ? [value] : value;
}

function flattened(node: NirNode, where: string, arriving: readonly number[] | undefined): NodeShapes | undefined {
  const input = listOf(node, 'input_type') ?? arriving;
  if (input === undefined) return undefined;
  const axis = (name: string, fallback: number): number => {
    const given = (node.parameters.get(name) as number | undefined) ?? fallback;
    return given < 0 ? given + input.length : given;
  };
  const [start, end] = [axis('start_dim', 0), axis('end_dim', -1)];
  if (start > end || end >= input.length)
    throw shapeInvalid(where, `it flattens axes ${start} to ${end} of [${input.join(', ')}]`);
  const middle = sizeOf(input.slice(start, end + 1));
  return { input, output: [...input.slice(0, start), middle, ...input.slice(end + 1)] };
}

function convolved(node: NirNode, where: string, arriving: readonly number[] | undefined): NodeShapes | undefined {
  const weight = arrayOf(node, 'weight').shape;
  const dimensions = weight.length - 2;
  const groups = (node.parameters.get('groups') as number | undefined) ?? 1;
  const given = wholeOf(node, 'input_shape', dimensions, where);
  const channels = weight[1]! * groups;
  const input = given === undefined ? arriving : [channels, ...given];
  if (input === undefined) return undefined;
  if (input.length !== dimensions + 1 || input[0] !== channels)
    throw shapeInvalid(
      where,
      `it takes ${channels} channels of ${dimensions} dimensions, and [${input.join(', ')}] arrives`,
    );
  const { spatial } = windowsOf(node, input.slice(1), weight.slice(2), where);
  return { input, output: [weight[0]!, ...spatial] };
}

function pooled(node: NirNode, where: string, arriving: readonly number[] | undefined): NodeShapes | undefined {
  if (arriving === undefined) return undefined;
  if (arriving.length !== 3)
    throw shapeInvalid(where, `it takes channels of 2 dimensions, and [${arriving.join(', ')}] arrives`);
  const { spatial } = windowsOf(node, arriving.slice(1), wholeOf(node, 'kernel_size', 2, where)!, where);
  return { input: arriving, output: [arriving[0]!, ...spatial] };
}

/** How windows lie in an image: zeros before it along each axis, and how many windows there are. */
export interface Windows {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly before: readonly number[];
  /** Of the image with its zeros. */
  readonly bordered: readonly number[];
  readonly spatial: readonly number[];
}

/** The windows of a convolution or a pooling. With padding 'same', the greater half of the zeros is behind. @throws NdlError SHAPE_MISMATCH */
export function windowsOf(node: NirNode, image: readonly number[], kernel: readonly number[], where: string): Windows {
  const count = image.length;
  const stride = wholeOf(node, 'stride', count, where)!;
  const dilation = wholeOf(node, 'dilation', count, where) ?? new Array<number>(count).fill(1);
  const reach = kernel.map((size, axis) => (size - 1) * dilation[axis]! + 1);
  const given = node.parameters.get('padding');
  if (given === 'same' && stride.some((step) => step !== 1))
    throw shapeInvalid(where, "its padding is 'same', which strides of 1 alone can have");
  const total =
    given === 'same'
      ? reach.map((size) => size - 1)
      : given === 'valid'
        ? reach.map(() => 0)
        : wholeOf(node, 'padding', count, where)!.map((size) => 2 * size);
  const bordered = image.map((size, axis) => size + total[axis]!);
  const spatial = bordered.map((size, axis) => Math.floor((size - reach[axis]!) / stride[axis]!) + 1);
  if (spatial.some((size) => size < 1))
    throw shapeInvalid(where, `its kernel [${kernel.join(', ')}] is larger than the image [${image.join(', ')}]`);
  return { kernel, stride, dilation, before: total.map((size) => Math.floor(size / 2)), bordered, spatial };
}
