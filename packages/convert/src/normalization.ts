/** @file What batch normalization has learnt, as a factor and an offset. */
import { NdArray } from '@ndl/numerics';
import { sourceInvalid } from './errors.ts';
import { requireFinite, type Named } from './layer-shapes.ts';

/** gamma · (x - mean) / √(variance + epsilon) + beta, as a factor and an offset. */
export function normalization(
  named: Named,
  given: {
    readonly gamma: NdArray | null;
    readonly beta: NdArray | null;
    readonly mean: NdArray;
    readonly variance: NdArray;
    readonly epsilon: number;
    readonly axis: number;
  },
): { readonly axis: number; readonly factor: NdArray; readonly offset: NdArray } {
  const { gamma, beta, mean, variance, epsilon, axis } = given;
  const size = mean.size;
  if ([gamma, beta, variance].some((each) => each !== null && each.size !== size))
    throw sourceInvalid(named.title, 'its parameters are of different sizes');
  const factor = Float64Array.from(
    variance.data,
    (value, index) => (gamma?.data[index] ?? 1) / Math.sqrt(value + epsilon),
  );
  const offset = Float64Array.from(factor, (value, index) => (beta?.data[index] ?? 0) - mean.data[index]! * value);
  const [checkedFactor, checkedOffset] = [factor, offset].map((data) =>
    requireFinite(named, new NdArray(data, [size]), 'normalization'),
  );
  return { axis, factor: checkedFactor!, offset: checkedOffset! };
}
