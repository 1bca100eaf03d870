/**
 * @file The additive quasirandom ("R") sequence: low-discrepancy points in the unit cube, their order shuffled.
 * Source: M. Roberts, The unreasonable effectiveness of quasirandom sequences (2018); φ_d is the root of x^(d+1) = x
 * + 1.
 */
import { NdArray, type RandomState } from '@ndl/numerics';

/**
 * `count` points of [0, 1)^dimensions, shape [count, dimensions].
 * Draws: `dimensions` uniforms (the offset), then a shuffle of the rows.
 */
export function quasirandomPoints(count: number, dimensions: number, random: RandomState): NdArray<Float64Array> {
  const points = dimensions === 1 ? evenlySpaced(count, random) : additive(count, dimensions, random);
  random.shuffle(points);
  return points;
}

function evenlySpaced(count: number, random: RandomState): NdArray<Float64Array> {
  const offset = random.uniform(0, 1);
  return new NdArray(
    Float64Array.from({ length: count }, (_, index) => (offset + index / count) % 1),
    [count, 1],
  );
}

function additive(count: number, dimensions: number, random: RandomState): NdArray<Float64Array> {
  const offset = random.uniform(0, 1, dimensions);
  const ratio = 1 / goldenRatio(dimensions);
  const steps = Float64Array.from({ length: dimensions }, (_, axis) => ratio ** (axis + 1));
  const data = new Float64Array(count * dimensions);
  for (let index = 0; index < count; index++) {
    for (let axis = 0; axis < dimensions; axis++) {
      data[index * dimensions + axis] = (offset[axis]! + (index + 1) * steps[axis]!) % 1;
    }
  }
  return new NdArray(data, [count, dimensions]);
}

/** The positive root of x^(d+1) = x + 1 by Newton's method; the golden ratio for d = 1. */
function goldenRatio(dimensions: number): number {
  let root = 2;
  for (;;) {
    const power = root ** dimensions;
    const next = root - (root * power - root - 1) / ((dimensions + 1) * power - 1);
    if (!(next < root)) return root;
    root = next;
  }
}
