/** @file The weights of a connection as simulated: encoders, transform and decoders multiplied into one array. */
import type { BuildContext, TransformArrays, TransformDefinition } from '@ndl/core';
import { selectionIndices, type Selection, type Transform } from '@ndl/model';
import { identity, matmulInPieces, NdArray, OperationCount, type Pieces, type RandomState } from '@ndl/numerics';
import { requireWeights } from '../checked/checked-transform.ts';
import { definitionName } from '../checked/definition-name.ts';

/** A transform, its arrays drawn where they are distributions. */
export interface DrawnTransform {
  readonly definition: TransformDefinition;
  /** As from `definitionName`. */
  readonly name: string;
  readonly arrays: TransformArrays;
  /** The whole of it as one array, shape [], [n] or [out, in], or `null` for none; undefined where it is more than that. */
  readonly weights: NdArray | null | undefined;
}

/** Draws a transform. @throws NdlError UNKNOWN_KIND, DEFINITION_RESULT, DEFINITION_FAILED */
export function* drawTransform(
  transform: Transform,
  context: BuildContext,
  random: RandomState,
): Pieces<DrawnTransform> {
  const definition = context.transform(transform.kind);
  const name = definitionName('transform', transform.kind, context.pluginOf(definition));
  const arrays = yield* definition.arrays(transform, (source, count, dimensions) =>
    context.sampleInPieces(source, count, dimensions, random),
  );
  const weights = definition.weights && requireWeights(name, transform, definition.weights(arrays));
  return { definition, name, arrays, weights };
}

/**
 * targetEncoders · transform · decoders, as far as they exist: a matrix, or without decoders the transform itself,
 * which may be `null`.
 */
export function* weightsOf(
  decoders: NdArray | null,
  transform: NdArray | null,
  targetEncoders: NdArray | null,
): Pieces<NdArray | null> {
  if (decoders === null) return transform;
  const transformed = yield* timesMatrix(transform, decoders);
  return targetEncoders === null ? transformed : yield* matmulInPieces(targetEncoders, transformed);
}

/** The transform as a matrix, [size out, `sizeMid`]. */
export function asMatrix(transform: NdArray | null, sizeMid: number): Pieces<NdArray> {
  return timesMatrix(transform, identity(sizeMid));
}

/** The columns that `selection` (`null` for all) picks of a matrix. */
export function* columnsOf(matrix: NdArray, selection: Selection | null): Pieces<NdArray> {
  if (selection === null) return matrix;
  const picked = selectionIndices(selection);
  const [rows, columns] = matrix.shape as [number, number];
  const data = new Float64Array(rows * picked.length);
  const operations = new OperationCount();
  for (let row = 0; row < rows; row++) {
    picked.forEach((column, at) => (data[row * picked.length + at] = matrix.data[row * columns + column]!));
    const done = operations.add(2 * picked.length);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return new NdArray(data, [rows, picked.length]);
}

/** transform · matrix, a number standing for a multiple of the identity and a vector for a diagonal matrix. */
function* timesMatrix(transform: NdArray | null, matrix: NdArray): Pieces<NdArray> {
  if (transform === null) return matrix;
  if (transform.rank === 2) return yield* matmulInPieces(transform, matrix);
  const [rows, columns] = matrix.shape as [number, number];
  const data = new Float64Array(matrix.size);
  const operations = new OperationCount();
  for (let row = 0; row < rows; row++) {
    const factor = transform.data[transform.rank === 0 ? 0 : row]!;
    for (let at = row * columns; at < (row + 1) * columns; at++) data[at] = matrix.data[at]! * factor;
    const done = operations.add(1 + columns);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return new NdArray(data, matrix.shape);
}
