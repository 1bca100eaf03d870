/** @file A graph of ONNX as a graph of layers. The first axis of what comes in is that of items; weights are constants. */
import type { NdArray } from '@ndl/numerics';
import { layerUnsupported, sourceInvalid, unknownLayer } from '../errors.ts';
import type { Layer, LayerGraph } from '../layer-graph.ts';
import { SizeBounds } from '../size-bounds.ts';
import { inputLayer } from '../layer-shapes.ts';
import { constantOf } from './constant-operators.ts';
import type { OnnxCall, OnnxValue } from './onnx-call.ts';
import { readOnnxFile, type OnnxGraph, type OnnxNode } from './onnx-file.ts';
import { layersOf } from './operators.ts';

/**
 * The layers of an ONNX file. `given` has arrays for inputs that are weights.
 * @throws NdlError MODEL_INVALID, SHAPE_MISMATCH, LAYER_UNSUPPORTED, UNKNOWN_LAYER
 */
export async function readOnnx(bytes: Uint8Array, given: ReadonlyMap<string, NdArray>): Promise<LayerGraph> {
  return layersOfGraph(await readOnnxFile(bytes), given);
}

function layersOfGraph(graph: OnnxGraph, given: ReadonlyMap<string, NdArray>): LayerGraph {
  const values = new Map<string, OnnxValue>();
  const layers: Layer[] = [];
  const inputs: string[] = [];
  for (const [name, constant] of graph.constants) values.set(name, { constant });
  for (const [name, constant] of given) {
    const known = graph.inputs.map((input) => input.name);
    if (!known.includes(name)) throw unknownLayer('convert: constants', name, known);
    values.set(name, { constant });
  }
  const bounds = new SizeBounds('the ONNX graph');
  let items = 1;
  let isWhole = false;
  for (const { name, shape, isWhole: own } of graph.inputs) {
    if (values.has(name)) continue;
    const title = `input '${name}'`;
    if (shape.length < 1) throw sourceInvalid(title, 'it is one number, without an axis of items');
    const [count, ...rest] = shape;
    items = count ?? items;
    isWhole ||= own;
    const layer = inputLayer({ name, title }, rest as readonly number[]);
    bounds.layer(layer);
    values.set(name, { layer });
    layers.push(layer);
    inputs.push(name);
  }
  if (inputs.length === 0) throw sourceInvalid('the ONNX graph', 'nothing comes in');
  for (const node of graph.nodes) {
    const call = callOf(node, values, graph, { items, isWhole });
    const constant = constantOf(call);
    if (constant !== undefined) {
      bounds.numbers(constant.size);
      values.set(node.outputs[0]!, { constant });
      continue;
    }
    const made = layersOf(call);
    made.forEach((layer) => bounds.layer(layer));
    layers.push(...made);
    values.set(node.outputs[0]!, { layer: made.at(-1)! });
  }
  const outputs = graph.outputs.map((name) => {
    const value = values.get(name);
    if (value === undefined || !('layer' in value))
      throw layerUnsupported(`output '${name}'`, 'is none that follows from the inputs');
    return value.layer.name;
  });
  if (outputs.length === 0) throw sourceInvalid('the ONNX graph', 'nothing goes out');
  return { layers, inputs, outputs };
}

function callOf(
  node: OnnxNode,
  values: ReadonlyMap<string, OnnxValue>,
  { version }: OnnxGraph,
  data: Pick<OnnxCall, 'items' | 'isWhole'>,
): OnnxCall {
  const title = `${node.operator} '${node.name}'`;
  if (node.domain !== '' && node.domain !== 'ai.onnx')
    throw layerUnsupported(title, `is of the domain ${node.domain}, of which no operators are known`);
  if (node.outputs[0] === undefined) throw sourceInvalid(title, 'it puts nothing out');
  const inputs = node.inputs.map((name) => {
    if (name === '') return undefined;
    const value = values.get(name);
    if (value === undefined) throw sourceInvalid(title, `what comes into it, '${name}', comes from nowhere before it`);
    return value;
  });
  return { node, title, inputs, version, ...data };
}
