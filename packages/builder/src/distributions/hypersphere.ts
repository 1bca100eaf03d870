/**
 * @file Points of the unit ball or sphere: independent (UniformHypersphere) and evenly scattered
 * (ScatteredHypersphere).
 */
import type { DistributionDefinition } from '@ndl/core';
import type { ScatteredHypersphere, UniformHypersphere } from '@ndl/model';
import { matmul, NdArray, ndarray, orthogonalPolarFactor, type RandomState } from '@ndl/numerics';
import { needsDimensions } from '../errors.ts';
import { kindTable } from '../kind-table.ts';
import { ELEMENTARY_DISTRIBUTIONS } from './elementary.ts';
import { fangWang, sphericalCoordinates, type SphereMapping } from './sphere-mappings.ts';

/** Draws: count · dimensions normals for the directions, then `count` uniforms for the radii unless on the surface. */
export const UNIFORM_HYPERSPHERE: DistributionDefinition<UniformHypersphere> = {
  kind: 'uniformHypersphere',
  sample({ surface, minMagnitude }, count, dimensions, random) {
    if (dimensions === undefined) throw needsDimensions('uniformHypersphere');
    const points = new NdArray(random.standardNormal(count * dimensions), [count, dimensions]);
    scaleRows(points, (row) => 1 / Math.hypot(...row));
    if (!surface) {
      const uniforms = random.random(count);
      scaleRows(points, (_, index) => ballRadius(uniforms[index]!, dimensions, minMagnitude));
    }
    return points;
  },
};

/**
 * Draws in one dimension: two quasirandom sequences, one per sign, and a shuffle (on the surface, one sequence). In
 * more: a quasirandom sequence (its last column gives the radii unless on the surface) and the normals of a random
 * rotation.
 */
export const SCATTERED_HYPERSPHERE: DistributionDefinition<ScatteredHypersphere> = {
  kind: 'scatteredHypersphere',
  sample(distribution, count, dimensions, random) {
    if (dimensions === undefined) throw needsDimensions('scatteredHypersphere');
    if (dimensions === 1) return scatterOnLine(distribution, count, random);
    const { surface, minMagnitude, method } = distribution;
    const cube = cubePoints(distribution, count, surface ? dimensions - 1 : dimensions, random);
    const sphere = mapToSphere(cube, dimensions, MAPPINGS[method](dimensions));
    const rotation = orthogonalPolarFactor(
      new NdArray(random.standardNormal(dimensions * dimensions), [dimensions, dimensions]),
    );
    const points = matmul(sphere, rotation);
    if (!surface)
      scaleRows(points, (_, index) => ballRadius(cube.data[(index + 1) * dimensions - 1]!, dimensions, minMagnitude));
    return points;
  },
};

const MAPPINGS: Record<ScatteredHypersphere['method'], (dimensions: number) => SphereMapping> = {
  'sct-approx': (dimensions) => sphericalCoordinates(dimensions, 'tabulated'),
  sct: (dimensions) => sphericalCoordinates(dimensions, 'exact'),
  tfww: fangWang,
};

function scatterOnLine(distribution: ScatteredHypersphere, count: number, random: RandomState): NdArray<Float64Array> {
  const { surface, minMagnitude } = distribution;
  if (surface) {
    const points = cubePoints(distribution, count, 1, random);
    return new NdArray(
      points.data.map((x) => Math.sign(x - 0.5)),
      [count, 1],
    );
  }
  const half = Math.floor(count / 2);
  const positive = cubePoints(distribution, half, 1, random).data.map((x) => ballRadius(x, 1, minMagnitude));
  const negative = cubePoints(distribution, count - half, 1, random).data.map((x) => -ballRadius(x, 1, minMagnitude));
  const points = new NdArray(new Float64Array(count), [count, 1]);
  points.data.set(positive);
  points.data.set(negative, half);
  random.shuffle(points);
  return points;
}

/** Points of the unit cube from the base of the distribution, one of the elementary kinds. */
function cubePoints(
  { base }: ScatteredHypersphere,
  count: number,
  dimensions: number,
  random: RandomState,
): NdArray<Float64Array> {
  return ndarray(elementary(base.kind).sample(base, count, dimensions, random));
}

const elementary = kindTable('base of scatteredHypersphere', ELEMENTARY_DISTRIBUTIONS);

function mapToSphere(cube: NdArray<Float64Array>, dimensions: number, mapping: SphereMapping): NdArray<Float64Array> {
  const [count, columns] = cube.shape as [number, number];
  const sphere = new Float64Array(count * dimensions);
  for (let index = 0; index < count; index++) {
    mapping(cube.data, index * columns, sphere.subarray(index * dimensions, (index + 1) * dimensions));
  }
  return new NdArray(sphere, [count, dimensions]);
}

/** The radius at which a ball with a hollow core of radius `minimum` holds the fraction `volume` of its volume. */
function ballRadius(volume: number, dimensions: number, minimum: number): number {
  const core = minimum ** dimensions;
  return ((1 - core) * volume + core) ** (1 / dimensions);
}

function scaleRows(points: NdArray<Float64Array>, factor: (row: Float64Array, index: number) => number): void {
  const count = points.shape[0]!;
  for (let index = 0; index < count; index++) {
    const { data } = points.row(index);
    const scale = factor(data, index);
    for (let axis = 0; axis < data.length; axis++) data[axis]! *= scale;
  }
}
