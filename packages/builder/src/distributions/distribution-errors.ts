/** @file What is said of distributions that are asked for samples of another shape. */
import { NdlError } from '@ndl/core';

/** A distribution over vectors where numbers are wanted. */
export function needsDimensions(kind: string): NdlError {
  return new NdlError(
    'DISTRIBUTION_SHAPE',
    `The distribution '${kind}' gives vectors, but single numbers are wanted here. Use uniform, gaussian, ` +
      'choice or samples.',
  );
}

/** A distribution that can only give samples of another shape. */
export function wrongSampleShape(kind: string, wanted: readonly number[], given: readonly number[]): NdlError {
  return new NdlError(
    'DISTRIBUTION_SHAPE',
    `The distribution '${kind}' was asked for samples of shape [${wanted.join(', ')}] and can only give ` +
      `[${given.join(', ')}].`,
  );
}
