/** @file Data for the inputs of a model: an array for the only one, or a list of arrays. */
import { isNdArray, NdArray, sizeOf } from '@ndl/numerics';
import { arrayOf } from './convert-options.ts';
import { shapesDiffer } from './errors.ts';
import { layerOf, type LayerGraph } from './layer-graph.ts';

/** The data of each input as [items, size]; items have any shape of that many numbers. @throws NdlError SHAPE_MISMATCH */
export function layerFeeds(graph: LayerGraph, data: unknown, where: string): ReadonlyMap<string, NdArray> {
  const { inputs } = graph;
  const isList = inputs.length > 1 || (Array.isArray(data) && data.length === 1 && isNdArray(data[0]));
  const given = isList ? (data as readonly unknown[]) : [data];
  if (!Array.isArray(given) || given.length !== inputs.length)
    throw shapesDiffer(where, `the model has ${inputs.length} inputs; give a list of an array for each`);
  const arrays = given.map((each, index) => {
    const array = arrayOf(each, where);
    const size = sizeOf(layerOf(graph, inputs[index]!).shape);
    const items = array.shape[0] ?? 0;
    if (items < 1 || array.size !== items * size)
      throw shapesDiffer(
        where,
        `[${array.shape.join(', ')}] is to be [items, ${size}], ${size} numbers for each item of '${inputs[index]!}'`,
      );
    return new NdArray(array.data, [items, size]);
  });
  if (arrays.some(({ shape }) => shape[0] !== arrays[0]!.shape[0]))
    throw shapesDiffer(where, 'its arrays have different numbers of items');
  return new Map(inputs.map((name, index) => [name, arrays[index]!]));
}
