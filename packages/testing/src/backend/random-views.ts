/** @file Random views of a buffer: dense, strided, reversed, repeating and gathered ones, of the present step or others. */
import { dropAxes, extentOf, fullView, hasRepeats, isWhole, type Buffer, type View } from '@ndl/ir';
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
  const lists = [...shape.keys()].filter(() => random.random() < 0.3);
  return lists.reduce((made, axis) => gathered(random, made, axis, size), view);
}

/** Replaces the stride of an axis by random starts that keep every element inside the buffer. */
function gathered(random: RandomState, view: View, axis: number, size: number): View {
  const extent = extentOf(dropAxes(view, [axis]));
  if (extent === undefined) return view;
  const offsets = Array.from({ length: view.shape[axis]! }, () => random.randint(-extent.first, size - extent.last));
  const indices = [...(view.indices ?? []), { axis, offsets }];
  return { ...view, strides: view.strides.with(axis, 0), indices };
}

/** The view of other steps: `least` to `most` steps back, along some axes more with each position. */
export function randomLag(random: RandomState, view: View, least: number, most: number): View {
  const base = random.randint(least, most + 1);
  let [fewest, furthest] = [base, base];
  const perAxis = view.shape.map((length) => {
    const lag = length > 1 && random.random() < 0.5 ? random.randint(-1, 2) : 0;
    const reach = lag * (length - 1);
    if (fewest + Math.min(reach, 0) < least || furthest + Math.max(reach, 0) > most) return 0;
    [fewest, furthest] = [fewest + Math.min(reach, 0), furthest + Math.max(reach, 0)];
    return lag;
  });
  return { ...view, lag: { base, perAxis } };
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
