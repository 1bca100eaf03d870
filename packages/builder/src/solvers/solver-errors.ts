/** @file What is said of solvers and of what they are given. */
import { NdlError } from '@ndl/core';

/** Given decoders of the wrong shape. */
export function solverValuesShape(wanted: readonly number[], given: readonly number[]): NdlError {
  return new NdlError(
    'SHAPE_MISMATCH',
    `noSolver: values must have shape [${wanted.join(', ')}] (neurons, and what they are decoded to: the size of ` +
      `the function's output, or with compositional: false the neurons of the target); got ` +
      `[${given.join(', ')}].`,
  );
}
