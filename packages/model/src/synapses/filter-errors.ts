/** @file What is said of synapses as transfer functions. */
import { NdlError } from '@ndl/numerics';

/** A synapse that is no quotient of polynomials. */
export function noTransferFunction(call: string, kind: string): NdlError {
  return new NdlError(
    'FILTER_NOT_RATIONAL',
    `${call}: a synapse of kind '${kind}' has no transfer function. Lowpass, alpha and linear filters have one.`,
  );
}

/** A filter in continuous time behind one in steps. */
export function filtersNotCombined(): NdlError {
  return new NdlError(
    'FILTERS_NOT_COMBINED',
    'combineFilters: one filter is analog, the other is not; both must be in s, or both in z.',
  );
}
