/** @file How well a solution fits. */
import type { Activities, Solution } from '@ndl/core';
import { addProduct, NdArray, transposeInPieces, zeros, type Matrix, type Pieces } from '@ndl/numerics';
import { blocksOf } from './activities.ts';

/** The weights, [neurons, targets], with the root mean squared error of activities · weights per target. */
export function* solutionWith(weights: Matrix, activities: Activities, targets: NdArray): Pieces<Solution> {
  const [points, columns] = targets.shape as [number, number];
  const weightRows = yield* transposeInPieces(weights);
  const sums = new Float64Array(columns);
  for (const [from, to] of blocksOf(points, Math.max(activities.neurons, columns))) {
    const approximation = zeros([to - from, columns]);
    yield* addProduct(approximation, yield* activities.block({ points: [from, to] }), weightRows);
    let at = from * columns;
    for (let index = 0; index < approximation.size;) {
      for (let column = 0; column < columns; column++) {
        const error = approximation.data[index++]! - targets.data[at++]!;
        sums[column]! += error * error;
      }
    }
  }
  const errors = sums.map((sum) => Math.sqrt(sum / points));
  return { weights, errors: new NdArray(errors, [columns]) };
}
