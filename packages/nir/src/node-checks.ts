/** @file Whether the parameters of a node are all there, and fit each other. */
import { isNdArray, NdlError, sizeOf, type NdArray } from '@ndl/numerics';
import { graphInvalid, invalidOption, shapeInvalid, typeUnknown } from './errors.ts';
import type { NirNode, NirValue } from './nir-graph.ts';
import { isNeuronType, NIR_TYPES, parametersOf } from './node-types.ts';

/** Parameters above 0. */
const POSITIVE: readonly string[] = [
  'tau',
  'tau_mem',
  'tau_syn',
  'stride',
  'dilation',
  'groups',
  'kernel_size',
  'shape',
  'input_shape',
  'input_type',
];
/** Parameters that are not below 0. */
const NOT_NEGATIVE: readonly string[] = ['delay', 'padding', 'start_dim'];

/** A parameter that must be there, as an array. */
export function arrayOf(node: NirNode, name: string): NdArray {
  return node.parameters.get(name) as NdArray;
}

/** A list of whole numbers, of which one stands for all `count`; undefined where it was left out. */
export function wholeOf(node: NirNode, name: string, count: number, where: string): readonly number[] | undefined {
  const value = node.parameters.get(name);
  if (value === undefined) return undefined;
  const list = typeof value === 'number' ? [value] : (value as readonly number[]);
  if (list.length !== 1 && list.length !== count)
    throw shapeInvalid(where, `its ${name} has ${list.length} numbers, and ${count} are wanted`);
  return list.length === count ? list : new Array<number>(count).fill(list[0]!);
}

/**
 * Refuses a node that lacks a parameter, has one too many, or holds numbers that mean nothing.
 * @param where its path, as in "node 'lif1' (LIF)"
 * @throws NdlError NIR_TYPE, NIR_GRAPH, SHAPE_MISMATCH, NOT_FINITE
 */
export function checkNode(node: NirNode, where: string): void {
  if (!NIR_TYPES.includes(node.type)) throw typeUnknown(where, String(node.type), NIR_TYPES);
  if (!(node.parameters instanceof Map))
    throw invalidOption(`${where}: parameters`, 'a Map of names and values', node.parameters);
  const known = parametersOf(node.type);
  for (const name of node.parameters.keys())
    if (!known.has(name)) throw graphInvalid(where, `it has a '${name}', which nodes of this type do not have`);
  for (const [name, { form, optional }] of known) {
    const value = node.parameters.get(name);
    if (value === undefined) {
      if (optional === undefined) throw graphInvalid(where, `it lacks '${name}'`);
      continue;
    }
    const isArray = isNdArray(value);
    if (isArray !== (form === 'array'))
      throw graphInvalid(where, `its ${name} must be ${form === 'array' ? 'an array' : 'whole numbers'}`);
    checkNumbers(value, name, where);
  }
  if (isNeuronType(node.type)) checkSizes(node, where);
  if (node.type === 'Linear' || node.type === 'Affine') checkMatrix(node, where);
  if (node.type === 'Conv1d' || node.type === 'Conv2d') checkKernel(node, where);
}

function checkNumbers(value: NirValue, name: string, where: string): void {
  if (typeof value === 'string') {
    if (!['same', 'valid'].includes(value))
      throw graphInvalid(where, `its ${name} is '${value}', not 'same' or 'valid'`);
    return;
  }
  const numbers = isNdArray(value) ? value.data : typeof value === 'number' ? [value] : value;
  if (numbers.length === 0) throw shapeInvalid(where, `its ${name} is empty`);
  for (const number of numbers) {
    if (typeof number !== 'number' || !Number.isFinite(number))
      throw new NdlError('NOT_FINITE', `${where}: its ${name} holds ${number}; all numbers must be finite.`);
    if (POSITIVE.includes(name) && !(number > 0))
      throw graphInvalid(where, `its ${name} holds ${number}; all must be above 0`);
    if (NOT_NEGATIVE.includes(name) && !(number >= 0))
      throw graphInvalid(where, `its ${name} holds ${number}; none may be below 0`);
  }
}

/** Arrays of neurons have one shape, but for those that hold one number for all. */
function checkSizes(node: NirNode, where: string): void {
  let largest: readonly [string, number] | undefined;
  for (const [name, value] of node.parameters) {
    const { size } = value as NdArray;
    if (size === 1) continue;
    if (largest !== undefined && largest[1] !== size)
      throw shapeInvalid(where, `its ${largest[0]} is of ${largest[1]} numbers, and its ${name} of ${size}`);
    largest = [name, size];
  }
}

function checkMatrix(node: NirNode, where: string): void {
  const { shape } = arrayOf(node, 'weight');
  if (shape.length !== 2)
    throw shapeInvalid(where, `its weight has the shape [${shape.join(', ')}], and a matrix is wanted`);
  const bias = node.parameters.get('bias');
  if (isNdArray(bias) && bias.size !== shape[0])
    throw shapeInvalid(where, `its bias is of ${bias.size} numbers, and its weight has ${shape[0]} rows`);
}

function checkKernel(node: NirNode, where: string): void {
  const dimensions = node.type === 'Conv1d' ? 1 : 2;
  const { shape } = arrayOf(node, 'weight');
  if (shape.length !== dimensions + 2)
    throw shapeInvalid(
      where,
      `its weight has ${shape.length} axes, not ${dimensions + 2}: filters, channels, positions`,
    );
  const bias = node.parameters.get('bias');
  if (isNdArray(bias) && bias.size !== shape[0])
    throw shapeInvalid(where, `its bias is of ${bias.size} numbers, and there are ${shape[0]} filters`);
  const groups = (node.parameters.get('groups') as number | undefined) ?? 1;
  if (shape[0]! % groups !== 0) throw shapeInvalid(where, `its ${shape[0]} filters make no ${groups} groups`);
  for (const name of ['stride', 'dilation', 'padding'])
    if (typeof node.parameters.get(name) !== 'string') wholeOf(node, name, dimensions, where);
  if (sizeOf(shape) === 0) throw shapeInvalid(where, 'its weight is empty');
}
