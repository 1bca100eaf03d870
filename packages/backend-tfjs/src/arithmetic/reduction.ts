/** @file Where the elements of an array go when some of its axes are reduced, and the way back. */
import type { Reduction } from './arithmetic.ts';
import { makePiece, pickFromOne } from '../lowering/picking.ts';

/** What a reduction of an array of this shape over `axes` needs. */
export function makeReduction(shape: readonly number[], axes: readonly number[]): Reduction {
  let destinations: number[] = [0];
  shape.forEach((length, axis) => {
    const isReduced = axes.includes(axis);
    destinations = destinations.flatMap((start) =>
      Array.from({ length }, (_, index) => (isReduced ? start : start * length + index)),
    );
  });
  const places = Int32Array.from(destinations);
  return {
    shape,
    axes: [...axes].sort((a, b) => a - b),
    destinations: makePiece(
      0,
      places,
      places.map((_, index) => index),
    ),
    spread: pickFromOne(places),
    length: shape.reduce((size, length, axis) => (axes.includes(axis) ? size : size * length), 1),
  };
}
