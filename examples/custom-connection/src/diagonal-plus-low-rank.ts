/** @file The transform: frozen data that a network holds. What it does is in `diagonal-plus-low-rank-definition.ts`. */
import { defineTransform, type Distribution, type Transform } from '@ndl/model';

/** diag(diagonal) + left · right: size · (1 + 2 · rank) numbers in the place of size². */
export interface DiagonalPlusLowRank extends Transform {
  readonly kind: 'acmeDiagonalPlusLowRank';
  readonly rank: number;
  /** [size] */
  readonly diagonal: Distribution;
  /** [size, rank] */
  readonly left: Distribution;
  /** [rank, size] */
  readonly right: Distribution;
}

/** Between `size` numbers and as many. Its three arrays are drawn, can be probed, and are trained. @throws NdlError INVALID_OPTION */
export function diagonalPlusLowRank(
  size: number,
  rank: number,
  { diagonal, left, right }: Pick<DiagonalPlusLowRank, 'diagonal' | 'left' | 'right'>,
): DiagonalPlusLowRank {
  const parameters = ['diagonal', 'left', 'right'];
  return defineTransform({
    kind: 'acmeDiagonalPlusLowRank',
    shape: [size, size],
    parameters,
    rank,
    diagonal,
    left,
    right,
  });
}
