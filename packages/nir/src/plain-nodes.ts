/** @file Nodes without neurons: linear maps, delays, and those that hand on what comes. Must be called within a network. */
import { Connection, convolution, Node, type Delay, type TransformInput } from '@ndl/model';
import { NdArray, sizeOf, zeros } from '@ndl/numerics';
import { tooLarge } from './errors.ts';
import { fixedSums } from './fixed-sums.ts';
import { kernelForNdl } from './kernel-axes.ts';
import { arrayOf, wholeOf } from './node-checks.ts';
import { windowsOf, type NodeShapes, type Windows } from './node-shapes.ts';
import type { NirNode } from './nir-graph.ts';
import type { NodeParts, Source } from './remembered-networks.ts';

/** Elements that are added up by pooling. */
const MOST_TERMS = 2 ** 26;

/** What stands for a node that is not one of neurons. `entering` edges end at it. */
export function plainParts(name: string, node: NirNode, shapes: NodeShapes, entering: number): NodeParts {
  const size = sizeOf(shapes.output);
  switch (node.type) {
    case 'Affine':
    case 'Linear': {
      const parts = mappedParts(name, size, sizeOf(shapes.input), arrayOf(node, 'weight'), entering);
      return withBias(name, parts, node, size, 1);
    }
    case 'Scale': {
      const scale = arrayOf(node, 'scale');
      const diagonal =
        scale.size === 1 ? new NdArray(new Float64Array(size).fill(scale.data[0]!), [size]) : scale.reshape([size]);
      return mappedParts(name, size, size, diagonal, entering);
    }
    case 'Conv1d':
    case 'Conv2d':
      return withBias(name, convolvedParts(name, node, shapes, entering), node, size, sizeOf(shapes.output.slice(1)));
    case 'SumPool2d':
    case 'AvgPool2d':
      return mappedParts(name, size, sizeOf(shapes.input), poolingOf(name, node, shapes), entering);
    case 'Delay':
      return delayedParts(name, arrayOf(node, 'delay'), size);
    case 'Input':
      return handingOn(
        entering === 0 ? new Node(zeros([size]), { label: name }) : new Node({ sizeIn: size, label: name }),
      );
    default:
      return handingOn(new Node({ sizeIn: size, label: name }));
  }
}

const none = (): undefined => undefined;

function handingOn(node: Node): NodeParts {
  return {
    object: node,
    source: node,
    enter: (source, delay) => void link(source, node, null, delay),
    weights: none,
    bias: none,
  };
}

function link(source: Source, target: Node, transform: TransformInput, delay: Delay | null = null): Connection {
  return new Connection(source, target, { synapse: null, transform, delay, label: `into ${target.label}` });
}

/** A linear map stands on the one edge that enters, or behind a node that gathers what enters by several. */
function mappedParts(
  name: string,
  size: number,
  sizeIn: number,
  transform: TransformInput,
  entering: number,
): NodeParts {
  const node = new Node({ sizeIn: size, label: name });
  let weights: Connection | undefined;
  const weigh = (source: Source, delay: Delay | null): void => {
    weights = link(source, node, transform, delay);
  };
  const parts = { object: node, source: node, weights: () => weights, bias: none };
  if (entering === 1) return { ...parts, enter: weigh };
  const gathered = new Node({ sizeIn, label: `${name} (sum)` });
  weigh(gathered, null);
  return { ...parts, enter: (source, delay) => void link(source, gathered, null, delay) };
}

/** Adds a bias, of which each number counts for `repeats` elements that follow each other. */
function withBias(name: string, parts: NodeParts, node: NirNode, size: number, repeats: number): NodeParts {
  if (node.parameters.get('bias') === undefined) return parts;
  const bias = arrayOf(node, 'bias');
  const one = new Node([1], { label: `${name} (one)` });
  const column = bias.reshape([bias.size, 1]);
  const target = parts.object as Node;
  if (repeats === 1) {
    const connection = link(one, target, column);
    return { ...parts, bias: () => connection };
  }
  const values = new Node({ sizeIn: bias.size, label: `${name} (bias)` });
  const connection = link(one, values, column);
  const rows = Array.from({ length: size }, (_, element) => element);
  link(
    values,
    target,
    fixedSums(
      [size, bias.size],
      rows,
      rows.map((row) => Math.floor(row / repeats)),
    ),
  );
  return { ...parts, bias: () => connection };
}

function convolvedParts(name: string, node: NirNode, shapes: NodeShapes, entering: number): NodeParts {
  const { input, output } = shapes;
  const weight = arrayOf(node, 'weight');
  const windows = windowsOf(node, input.slice(1), weight.shape.slice(2), name);
  const transform = convolution(output[0]!, [input[0]!, ...windows.bordered], {
    kernelSize: windows.kernel,
    strides: windows.stride,
    dilation: windows.dilation,
    groups: (node.parameters.get('groups') as number | undefined) ?? 1,
    channelsLast: false,
    kernel: kernelForNdl(weight),
  });
  const bordered = [input[0]!, ...windows.bordered];
  const sizeIn = sizeOf(bordered);
  if (sizeIn === sizeOf(input)) return mappedParts(name, sizeOf(output), sizeIn, transform, entering);
  const border = mappedParts(`${name} (border)`, sizeIn, sizeOf(input), borderOf(input, bordered, windows), entering);
  const inner = mappedParts(name, sizeOf(output), sizeIn, transform, 1);
  inner.enter(border.source, null);
  return { ...inner, enter: border.enter };
}

function borderOf(input: readonly number[], bordered: readonly number[], { before }: Windows): TransformInput {
  const rows = Array.from({ length: sizeOf(input) }, (_, element) => {
    const position = positionOf(element, input);
    return elementAt([position[0]!, ...position.slice(1).map((at, axis) => at + before[axis]!)], bordered);
  });
  return fixedSums(
    [sizeOf(bordered), rows.length],
    rows,
    rows.map((_, element) => element),
  );
}

/** Sums over windows, or means: zeros of the border count. */
function poolingOf(name: string, node: NirNode, { input, output }: NodeShapes): TransformInput {
  const kernel = wholeOf(node, 'kernel_size', 2, name)!;
  const { stride, before } = windowsOf(node, input.slice(1), kernel, name);
  const terms = sizeOf(output) * sizeOf(kernel);
  if (terms > MOST_TERMS)
    throw tooLarge(`node '${name}' (${node.type})`, `${terms} elements to add up`, `${MOST_TERMS}`);
  const [rows, columns]: [number[], number[]] = [[], []];
  for (let row = 0; row < sizeOf(output); row++) {
    const [channel, ...at] = positionOf(row, output) as [number, number, number];
    for (let offset = 0; offset < sizeOf(kernel); offset++) {
      const within = positionOf(offset, kernel);
      const seen = at.map((start, axis) => start * stride[axis]! + within[axis]! - before[axis]!);
      if (!seen.every((place, axis) => place >= 0 && place < input[axis + 1]!)) continue;
      rows.push(row);
      columns.push(elementAt([channel, ...seen], input));
    }
  }
  const scale = node.type === 'AvgPool2d' ? 1 / sizeOf(kernel) : 1;
  return fixedSums([sizeOf(output), sizeOf(input)], rows, columns, scale);
}

function positionOf(element: number, shape: readonly number[]): number[] {
  const position = new Array<number>(shape.length);
  let rest = element;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    position[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return position;
}

function elementAt(position: readonly number[], shape: readonly number[]): number {
  return position.reduce((element, at, axis) => element * shape[axis]! + at, 0);
}

/** One connection for all elements that wait as long, in seconds. */
function delayedParts(name: string, { data }: NdArray, size: number): NodeParts {
  const node = new Node({ sizeIn: size, label: name });
  const entrance = new Node({ sizeIn: size, label: `${name} (sum)` });
  const enter = (source: Source, delay: Delay | null): void => void link(source, entrance, null, delay);
  const elements = new Map<number, number[]>();
  for (let element = 0; element < size; element++) {
    const seconds = data.length === 1 ? data[0]! : data[element]!;
    const alike = elements.get(seconds);
    if (alike === undefined) elements.set(seconds, [element]);
    else alike.push(element);
  }
  for (const [delay, alike] of elements) {
    const options = { synapse: null, delay: delay === 0 ? null : delay, label: `into ${name}` };
    if (alike.length === size) void new Connection(entrance, node, options);
    else void new Connection(entrance.at(alike), node.at(alike), options);
  }
  return { object: node, source: node, enter, weights: none, bias: none };
}
