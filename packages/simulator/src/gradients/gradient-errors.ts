/** @file What checks of gradients find. */
import { NdlError } from '@ndl/numerics';

/** A gradient check that failed. */
export function gradientsDiffer(report: string): NdlError {
  return new NdlError('GRADIENTS_DIFFER', report);
}

/** A gradient check that can tell nothing. */
export function gradientsUndecided(elements: number): NdlError {
  return new NdlError(
    'GRADIENTS_UNDECIDED',
    `checkGradients: none of ${elements} elements can be checked by differences: each stands at a kink or so close to one that the ` +
      'loss has no derivative to tell, or the loss is so large that its rounding hides what they change. Give other inputs, ' +
      'targets that outputs do not meet exactly, or a loss without large constants.',
  );
}
