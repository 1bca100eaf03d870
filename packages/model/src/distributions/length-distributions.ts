/** @file Distributions of lengths and of cosines between random vectors: roots of beta variates. */
import { refuseSurplus } from '@ndl/numerics';
import type { Distribution } from './any-distribution.ts';
import { positive, wholeNumber } from '../data/checks.ts';
import { invalidParameter } from '../errors.ts';
import { immutableData } from '../data/immutable-data.ts';

/** The square root of a beta variate with the parameters m / 2 and n / 2. */
export interface SqrtBeta extends Distribution {
  readonly kind: 'sqrtBeta';
  /** Above 0. */
  readonly n: number;
  /** Above 0. */
  readonly m: number;
}

/** The cosine of the angle between two random vectors of so many dimensions. */
export interface CosineSimilarity extends Distribution {
  readonly kind: 'cosineSimilarity';
  /** At least 2. */
  readonly dimensions: number;
}

/**
 * The length of `m` of the elements of a random unit vector of `n + m` elements: √ of a beta variate with the parameters m / 2,
 * n / 2. @throws NdlError INVALID_OPTION
 */
export function sqrtBeta(n: number, m = 1): SqrtBeta {
  refuseSurplus('sqrtBeta', arguments, 2);
  return immutableData({
    family: 'distribution',
    kind: 'sqrtBeta',
    n: positive(n, 'sqrtBeta: n'),
    m: positive(m, 'sqrtBeta: m'),
  });
}

/**
 * The length of `subdimensions` of the elements of a random unit vector of `dimensions` elements. @throws NdlError INVALID_OPTION
 */
export function subvectorLength(dimensions: number, subdimensions = 1): SqrtBeta {
  refuseSurplus('subvectorLength', arguments, 2);
  wholeNumber(2)(dimensions, 'subvectorLength: dimensions');
  wholeNumber(1)(subdimensions, 'subvectorLength: subdimensions');
  if (subdimensions >= dimensions) {
    const requirement = `below dimensions, which is ${dimensions}`;
    throw invalidParameter('subvectorLength: subdimensions', requirement, subdimensions);
  }
  return sqrtBeta(dimensions - subdimensions, subdimensions);
}

/** The cosine of the angle between two random vectors of `dimensions` elements, at least 2. @throws NdlError INVALID_OPTION */
export function cosineSimilarity(dimensions: number): CosineSimilarity {
  refuseSurplus('cosineSimilarity', arguments, 1);
  wholeNumber(2)(dimensions, 'cosineSimilarity: dimensions');
  return immutableData({ family: 'distribution', kind: 'cosineSimilarity', dimensions });
}
