/**
 * @file Points of the unit ball or sphere: independent (UniformHypersphere) and evenly scattered
 * (ScatteredHypersphere).
 */
import type { ScatteredHypersphere, UniformHypersphere } from '@ndl/model';
import {
  addProduct,
  euclideanNorm,
  NdArray,
  OperationCount,
  orthogonalPolarFactorInPieces,
  pow,
  transposeInPieces,
  type Pieces,
  type RandomState,
} from '@ndl/numerics';
import { needsDimensions } from './distribution-errors.ts';
import { kindTable } from '../kind-table.ts';
import { ELEMENTARY_DISTRIBUTIONS } from './elementary.ts';
import { definedInPieces, drawn, type PiecewiseDefinition } from './in-pieces.ts';
import { fangWang, sphericalCoordinates, type SphereMapping } from './sphere-mappings.ts';

/** Draws: count · dimensions normals for the directions, then `count` uniforms for the radii unless on the surface. */
export const UNIFORM_HYPERSPHERE: PiecewiseDefinition<UniformHypersphere> = definedInPieces<UniformHypersphere>({
  kind: 'uniformHypersphere',
  *sampleInPieces({ surface, minMagnitude }, count, dimensions, random) {
    if (dimensions === undefined) throw needsDimensions('uniformHypersphere');
    const data = yield* drawn(count * dimensions, (size) => random.standardNormal(size));
    const points = new NdArray(data, [count, dimensions]);
    yield* scaleRows(points, (index) => 1 / euclideanNorm(data, index * dimensions, dimensions));
    if (!surface) {
      const uniforms = yield* drawn(count, (size) => random.random(size));
      yield* scaleRows(points, (index) => ballRadius(uniforms[index]!, dimensions, minMagnitude));
    }
    return points;
  },
});

/**
 * Draws in one dimension: two quasirandom sequences, one per sign, and a shuffle (on the surface, one sequence). In
 * more: a quasirandom sequence (its last column gives the radii unless on the surface) and the normals of a random
 * rotation.
 */
export const SCATTERED_HYPERSPHERE: PiecewiseDefinition<ScatteredHypersphere> = definedInPieces<ScatteredHypersphere>({
  kind: 'scatteredHypersphere',
  *sampleInPieces(distribution, count, dimensions, random) {
    if (dimensions === undefined) throw needsDimensions('scatteredHypersphere');
    if (dimensions === 1) return yield* scatterOnLine(distribution, count, random);
    const { surface, minMagnitude, method } = distribution;
    const cube = yield* cubePoints(distribution, count, surface ? dimensions - 1 : dimensions, random);
    const mapping =
      method === 'tfww'
        ? fangWang(dimensions)
        : yield* sphericalCoordinates(dimensions, method === 'sct' ? 'exact' : 'tabulated');
    const normals = yield* drawn(dimensions * dimensions, (size) => random.standardNormal(size));
    const rotation = yield* orthogonalPolarFactorInPieces(new NdArray(normals, [dimensions, dimensions]));
    const points = yield* rotatedSphere(cube, mapping, rotation);
    if (!surface) {
      const volumes = cube.data;
      yield* scaleRows(points, (index) => ballRadius(volumes[(index + 1) * dimensions - 1]!, dimensions, minMagnitude));
    }
    return points;
  },
});

function* scatterOnLine(
  distribution: ScatteredHypersphere,
  count: number,
  random: RandomState,
): Pieces<NdArray<Float64Array>> {
  const { surface, minMagnitude } = distribution;
  if (surface) {
    const points = yield* cubePoints(distribution, count, 1, random);
    yield* mapEach(points.data, (x) => Math.sign(x - 0.5));
    return points;
  }
  const half = Math.floor(count / 2);
  const { data: positive } = yield* cubePoints(distribution, half, 1, random);
  yield* mapEach(positive, (x) => ballRadius(x, 1, minMagnitude));
  const { data: negative } = yield* cubePoints(distribution, count - half, 1, random);
  yield* mapEach(negative, (x) => -ballRadius(x, 1, minMagnitude));
  const points = new NdArray(new Float64Array(count), [count, 1]);
  points.data.set(positive);
  points.data.set(negative, half);
  yield* random.shuffleInPieces(points);
  return points;
}

/** Points of the unit cube from the base of the distribution, one of the elementary kinds. */
function cubePoints(
  { base }: ScatteredHypersphere,
  count: number,
  dimensions: number,
  random: RandomState,
): Pieces<NdArray<Float64Array>> {
  return elementary(base.kind).sampleInPieces(base, count, dimensions, random);
}

const elementary = kindTable('base of scatteredHypersphere', ELEMENTARY_DISTRIBUTIONS);

/** Coordinates that are mapped before they are rotated, and at a time. */
const BLOCK = 2 ** 17;
const MAPPED = 2 ** 12;

/** sphere · rotation, where the sphere is what `mapping` makes of the rows of the cube; never all of it exists. */
function* rotatedSphere(
  cube: NdArray<Float64Array>,
  mapping: SphereMapping,
  rotation: NdArray<Float64Array>,
): Pieces<NdArray<Float64Array>> {
  const [count, columns] = cube.shape as [number, number];
  const dimensions = rotation.shape[0]!;
  const rotated = new NdArray(new Float64Array(count * dimensions), [count, dimensions]);
  const rotationRows = yield* transposeInPieces(rotation);
  const rows = Math.min(count, Math.max(1, Math.floor(BLOCK / dimensions)));
  const mapped = Math.max(1, Math.floor(MAPPED / dimensions));
  const sphere = new Float64Array(rows * dimensions);
  for (let from = 0; from < count; from += rows) {
    const shape = [Math.min(rows, count - from), dimensions] as const;
    for (let first = 0; first < shape[0]; first += mapped) {
      const end = Math.min(first + mapped, shape[0]);
      for (let row = first; row < end; row++) mapping.map(cube.data, (from + row) * columns, sphere, row * dimensions);
      yield mapping.cost * (end - first) * dimensions;
    }
    const target = rotated.data.subarray(from * dimensions, (from + shape[0]) * dimensions);
    const points = new NdArray(sphere.subarray(0, shape[0] * dimensions), shape);
    yield* addProduct(new NdArray(target, shape), points, rotationRows);
  }
  return rotated;
}

/** The radius at which a ball with a hollow core of radius `minimum` holds the fraction `volume` of its volume. */
function ballRadius(volume: number, dimensions: number, minimum: number): number {
  const core = pow(minimum, dimensions);
  return pow((1 - core) * volume + core, 1 / dimensions);
}

/** What a power is worth, in operations. */
const POWER_COST = 64;

function* mapEach(data: Float64Array, value: (element: number) => number): Pieces<void> {
  const operations = new OperationCount();
  for (let index = 0; index < data.length; index++) {
    data[index] = value(data[index]!);
    const done = operations.add(POWER_COST);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
}

function* scaleRows(points: NdArray<Float64Array>, factor: (row: number) => number): Pieces<void> {
  const [count, dimensions] = points.shape as [number, number];
  const operations = new OperationCount();
  for (let row = 0; row < count; row++) {
    const scale = factor(row);
    for (let at = row * dimensions; at < (row + 1) * dimensions; at++) points.data[at]! *= scale;
    const done = operations.add(POWER_COST + 4 * dimensions);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
}
