/** @file Attributes of ONNX's operators, and inputs that have become of them in later versions. */
import { isNdArray, type NdArray } from '@ndl/numerics';
import { layerUnsupported, sourceInvalid } from '../errors.ts';
import type { Layer } from '../layer-graph.ts';
import type { OnnxCall } from './onnx-call.ts';

export function wholeOf({ node, title }: OnnxCall, name: string, fallback: number): number {
  const value = node.attributes.get(name) ?? fallback;
  if (!Number.isSafeInteger(value)) throw sourceInvalid(title, `its ${name} is no whole number`);
  return value as number;
}

export function numberOf({ node, title }: OnnxCall, name: string, fallback: number): number {
  const value = node.attributes.get(name) ?? fallback;
  if (typeof value !== 'number') throw sourceInvalid(title, `its ${name} is no number`);
  return value;
}

export function textOf({ node, title }: OnnxCall, name: string, fallback: string): string {
  const value = node.attributes.get(name) ?? fallback;
  if (typeof value !== 'string') throw sourceInvalid(title, `its ${name} is no text`);
  return value;
}

/** A list of whole numbers: an attribute, or the input at `at`; undefined where there is neither. */
export function listOf(call: OnnxCall, name: string, at?: number): readonly number[] | undefined {
  const given = call.node.attributes.get(name);
  const list = given ?? (at === undefined ? undefined : arrayAt(call, at, name)?.data);
  if (list === undefined) return undefined;
  const numbers = isNdArray(list) ? [...list.data] : typeof list === 'object' ? [...list] : undefined;
  if (numbers === undefined || !numbers.every((each) => Number.isSafeInteger(each)))
    throw sourceInvalid(call.title, `its ${name} is no list of whole numbers`);
  return numbers;
}

/** The layer that comes in at a place. @throws NdlError LAYER_UNSUPPORTED for an array */
export function layerAt({ inputs, title }: OnnxCall, at: number): Layer {
  const value = inputs[at];
  if (value === undefined) throw sourceInvalid(title, `its input ${at} is missing`);
  if (!('layer' in value)) throw layerUnsupported(title, `takes a constant array as its input ${at}`);
  return value.layer;
}

/** The array that comes in at a place; undefined where it is left out. @throws NdlError LAYER_UNSUPPORTED for what a layer puts out */
export function arrayAt({ inputs, title }: OnnxCall, at: number, what: string): NdArray | undefined {
  const value = inputs[at];
  if (value === undefined) return undefined;
  if ('constant' in value) return value.constant;
  throw layerUnsupported(
    title,
    `takes its ${what} from '${value.layer.name}', which is no constant`,
    value.layer.kind === 'input' ? `Give that array by constants: { '${value.layer.name}': … }.` : '',
  );
}

/** The same, which has to be there, and finite. */
export function requiredArray(call: OnnxCall, at: number, what: string): NdArray {
  const array = arrayAt(call, at, what);
  if (array === undefined) throw sourceInvalid(call.title, `it has no ${what}`);
  const bad = array.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw sourceInvalid(call.title, `its ${what} has ${array.data[bad]} at position ${bad}`);
  return array;
}
