/** @file How operands of maps and products lie over the shape that is gone through. */
import type { LoweringContext, Spread, Strided } from '@ndl/core';
import { broadcastView, insertAxis, type View } from '@ndl/ir';

/** A view with an axis of length 1 wherever it does not lie along one of the shape, whose axes come after `before` others. */
export function insertMissingAxes(
  laid: View,
  along: readonly number[],
  shape: readonly number[],
  before: number,
): View {
  let view = laid;
  for (const axis of shape.keys()) if (!along.includes(axis)) view = insertAxis(view, axis + before);
  return view;
}

/** An operand of a product as a view of the whole shape. */
export function laidOver(operand: Spread | Strided, shape: readonly number[], context: LoweringContext): View {
  const view = context.viewOf(operand.view);
  if ('along' in operand) return broadcastView(insertMissingAxes(view, operand.along, shape, 0), shape);
  // Elements of a slice stand at its stride, those of a whole signal one after the other.
  const apart = view.shape.length === 1 ? view.strides[0]! : 1;
  const { offset, strides, indices } = operand;
  return {
    buffer: view.buffer,
    offset: view.offset + apart * offset,
    shape,
    strides: strides.map((stride) => apart * stride),
    ...(indices !== undefined &&
      indices.length > 0 && {
        indices: indices.map(({ axis, offsets }) => ({ axis, offsets: offsets.map((each) => apart * each) })),
      }),
  };
}
