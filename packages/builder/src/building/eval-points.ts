/** @file Evaluation points: how many, and which. */
import type { BuildContext } from '@ndl/core';
import type { Distribution, Ensemble } from '@ndl/model';
import { isNdArray, OperationCount, type NdArray, type Pieces, type RandomState } from '@ndl/numerics';
import { partOf } from './part-of.ts';

/**
 * The number of evaluation points that `source` gives: of an array, its rows; a distribution gives `nEvalPoints`, by
 * default 500 per dimension between 750 and 2500, or two per neuron if that is more.
 */
export function evalPointCount(ensemble: Ensemble, source: Distribution | NdArray): number {
  const { dimensions, nNeurons, nEvalPoints } = ensemble;
  if (isNdArray(source)) return source.shape[0]!;
  return nEvalPoints ?? Math.max(Math.min(Math.max(500 * dimensions, 750), 2500), 2 * nNeurons);
}

/** Evaluation points, [points, dimensions], times `scale`; as many as `evalPointCount` says. */
export async function sampleEvalPoints(
  ensemble: Ensemble,
  source: Distribution | NdArray,
  scale: number,
  context: BuildContext,
  random: RandomState,
): Promise<NdArray<Float64Array>> {
  const count = evalPointCount(ensemble, source);
  const points = await partOf(ensemble, 'evalPoints', () =>
    context.work.run(context.sampleInPieces(source, count, ensemble.dimensions, random)),
  );
  if (scale !== 1) await context.work.run(scaleBy(points.data, scale));
  return points;
}

/** Elements that are scaled at a time. */
const PART = 2 ** 16;

function* scaleBy(data: Float64Array, scale: number): Pieces<void> {
  const operations = new OperationCount();
  for (let from = 0; from < data.length; from += PART) {
    const end = Math.min(from + PART, data.length);
    for (let index = from; index < end; index++) data[index]! *= scale;
    const done = operations.add(end - from);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
}
