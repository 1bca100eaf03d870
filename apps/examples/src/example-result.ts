/** @file What an example gives. */

/** What is printed, and what is drawn. */
export interface ExampleResult {
  readonly text: string;
  /** SVG text. */
  readonly picture: string;
}

/** Lines over time are drawn so large. */
export const PICTURE: { readonly width: number; readonly height: number; readonly showTitle: boolean } = {
  width: 760,
  height: 300,
  showTitle: false,
};

/** The root of the mean of squares; 0 of nothing. */
export function rootMeanSquare(values: ArrayLike<number>): number {
  const squares = Array.from(values, (value) => value * value);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / Math.max(1, squares.length));
}
