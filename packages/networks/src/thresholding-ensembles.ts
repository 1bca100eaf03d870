/** @file `thresholdingEnsembles`: defaults for ensembles that are silent below a threshold. */
import { choice, exponential, uniform } from '@ndl/model';
import { refuseSurplus } from '@ndl/numerics';
import { checkOptions, number, positive } from './checks.ts';
import { invalidOption } from './errors.ts';
import type { Defaults } from './with-defaults.ts';

/** Options of `thresholdingEnsembles`. */
export interface ThresholdingOptions {
  /** Mean distance of intercepts from the threshold, above 0. Default 0.15. */
  readonly interceptWidth?: number;
  /** Above 0. Default 1. */
  readonly radius?: number;
}

/**
 * Defaults of one-dimensional ensembles whose neurons fire above `threshold` alone, most of them from just above it on. Evaluation
 * points are above it too.
 * @param threshold below the radius. Intercepts are not divided by the radius: where it is above 1, some may be drawn at which no
 * neuron can fire, which is refused at build.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function thresholdingEnsembles(
  threshold: number,
  options: ThresholdingOptions = {},
): Required<Pick<Defaults, 'ensemble'>> {
  refuseSurplus('thresholdingEnsembles', arguments, 2);
  checkOptions(options, ['interceptWidth', 'radius'], 'thresholdingEnsembles');
  const { interceptWidth = 0.15, radius = 1 } = options;
  positive(interceptWidth, 'thresholdingEnsembles: interceptWidth');
  positive(radius, 'thresholdingEnsembles: radius');
  if (!(number(threshold, 'thresholdingEnsembles: threshold') < radius))
    throw invalidOption('thresholdingEnsembles: threshold', `below the radius, which is ${radius}`, threshold);
  return {
    ensemble: {
      radius,
      intercepts: exponential(interceptWidth, { shift: threshold, high: radius }),
      encoders: choice([[1]]),
      evalPoints: uniform(threshold / radius, 1),
    },
  };
}
