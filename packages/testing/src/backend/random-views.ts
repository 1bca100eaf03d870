/** @file Random views of a buffer: dense, strided, reversed, repeating and gathered ones. */
import { fullView, hasRepeats, isWhole, type Buffer, type View } from '@ndl/ir';
import { sizeOf, type RandomState } from '@ndl/numerics';

/** Any view of this shape that the buffer has room for; elements may repeat. */
export function randomView(random: RandomState, buffer: Buffer, shape: readonly number[]): View {
  const size = sizeOf(buffer.shape);
  const whole = fullView({ id: buffer.id, shape });
  if (isWhole(whole, buffer) && random.random() < 0.4) return whole;
  let extent = 0;
  let offset = 0;
  const strides = shape.toReversed().map((length) => {
    const most = length > 1 ? Math.floor((size - 1 - extent) / (length - 1)) : 3;
    const stride = random.randint(0, Math.min(most, 4) + 1);
    extent += Math.max(length - 1, 0) * stride;
    if (random.random() < 0.2) {
      offset += Math.max(length - 1, 0) * stride;
      return -stride;
    }
    return stride;
  });
  strides.reverse();
  offset += random.randint(size - extent);
  const view: View = { buffer: buffer.id, offset, shape, strides };
  return shape.length > 0 && random.random() < 0.3 ? gathered(random, view, size) : view;
}

/** Replaces the stride of the first axis by random starts that keep every element inside the buffer. */
function gathered(random: RandomState, { buffer, shape, strides }: View, size: number): View {
  const inner = { buffer, offset: 0, shape: shape.slice(1), strides: strides.slice(1) };
  const reaches = inner.shape.map((length, axis) => (length - 1) * inner.strides[axis]!);
  const below = reaches.reduce((sum, reach) => sum - Math.min(reach, 0), 0);
  const above = reaches.reduce((sum, reach) => sum + Math.max(reach, 0), 0);
  const indices = Array.from({ length: shape[0]! }, () => random.randint(below, size - above));
  return { buffer, offset: 0, shape, strides: [0, ...inner.strides], indices };
}

/** A view of this shape that shows no element twice; every buffer of at least that size has one. */
export function randomTarget(random: RandomState, buffer: Buffer, shape: readonly number[]): View {
  for (let attempt = 0; attempt < 8; attempt++) {
    const view = randomView(random, buffer, shape);
    if (!hasRepeats(view)) return view;
  }
  const room = sizeOf(buffer.shape) - sizeOf(shape);
  return { ...fullView({ id: buffer.id, shape }), offset: random.randint(room + 1) };
}

/** A shape that broadcasts to the given one: leading axes dropped, others of length 1. */
export function randomBroadcastShape(random: RandomState, shape: readonly number[]): readonly number[] {
  if (random.random() < 0.5) return shape;
  const dropped = random.randint(shape.length + 1);
  return shape.slice(dropped).map((length) => (random.random() < 0.3 ? 1 : length));
}
