/**
 * @file `Reader`: what makes layers of a node, and what all of them share. Channels are first; axis 0 is that of items, which layers do
 * not have.
 */
import { layerUnsupported, sourceInvalid } from '../errors.ts';
import type { Layer } from '../layer-graph.ts';
import { reshapeLayer, type Named } from '../layer-shapes.ts';
import { layerAt } from './attributes.ts';
import type { OnnxCall } from './onnx-call.ts';

/** Makes the layers that a node becomes; the last has its output. @throws NdlError LAYER_UNSUPPORTED, SHAPE_MISMATCH, MODEL_INVALID */
export type Reader = (call: OnnxCall) => readonly Layer[];

/** The layer has the name of the value that it is. */
export function named({ node, title }: OnnxCall, part = ''): Named {
  return { name: `${node.outputs[0]!}${part}`, title };
}

/** An axis among those of an item. @throws NdlError LAYER_UNSUPPORTED for that of items */
export function axisWithin(call: OnnxCall, axis: number, rank: number): number {
  const own = (axis < 0 ? axis + rank + 1 : axis) - 1;
  if (own < 0) throw layerUnsupported(call.title, 'works along the axis of items');
  if (own >= rank) throw sourceInvalid(call.title, `there is no axis ${axis} of ${rank + 1}`);
  return own;
}

/** What comes in goes out. */
export const same: Reader = (call) => [reshapeLayer(named(call), layerAt(call, 0), layerAt(call, 0).shape)];
