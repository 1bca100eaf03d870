/** @file Householder's reflections and Givens' rotations of vectors, in place. Source: Golub & Van Loan, 4th ed., §5.1. */

/** I - factor · direction · directionᵀ, of the elements from `from` on. */
export interface Reflection {
  readonly from: number;
  /** As long as the vectors; what stands before `from` means nothing. */
  readonly direction: Float64Array;
  readonly factor: number;
}

/** The reflection after which all elements of a vector after `from` are zero; the vector is reflected. */
export function eliminating(vector: Float64Array, from: number): Reflection {
  const direction = new Float64Array(vector.length);
  const { factor, reflected } = directionEliminating(vector, from, direction);
  setReflected(vector, from, { factor, reflected });
  return { from, direction, factor };
}

/** What eliminates the elements of a vector after one of them. */
export interface Elimination {
  /** Of the reflection; 0 where there is nothing to eliminate. */
  readonly factor: number;
  /** What that one becomes. */
  readonly reflected: number;
}

/** Writes the direction of the reflection after which all elements of a vector after `from` are zero; the vector stays as it is. */
export function directionEliminating(vector: Float64Array, from: number, direction: Float64Array): Elimination {
  let squares = 0;
  for (let index = from + 1; index < vector.length; index++) {
    const value = vector[index]!;
    direction[index] = value;
    squares += value * value;
  }
  const first = vector[from]!;
  if (squares === 0) {
    direction[from] = first;
    return { factor: 0, reflected: first };
  }
  const length = Math.sqrt(squares + first * first);
  const reflected = first > 0 ? -length : length;
  const difference = first - reflected;
  direction[from] = difference;
  return { factor: 2 / (squares + difference * difference), reflected };
}

/** Writes what an elimination makes of the vector that it was found for. */
export function setReflected(vector: Float64Array, from: number, { factor, reflected }: Elimination): void {
  if (factor === 0) return;
  vector.fill(0, from);
  vector[from] = reflected;
}

/** Reflects a vector. */
export function reflect(vector: Float64Array, { from, direction, factor }: Reflection): void {
  if (factor === 0) return;
  const product = factor * productFrom(direction, vector, from);
  for (let index = from; index < vector.length; index++) vector[index]! -= product * direction[index]!;
}

/** A rotation in the plane of the elements `at` and `at + 1`. */
export interface Rotation {
  readonly at: number;
  readonly cosine: number;
  readonly sine: number;
}

/** The rotation after which the element after `at` is zero; the vector is rotated. */
export function annulling(vector: Float64Array, at: number): Rotation {
  const [first, second] = [vector[at]!, vector[at + 1]!];
  if (second === 0) return { at, cosine: 1, sine: 0 };
  const length = Math.sqrt(first * first + second * second);
  vector[at] = length;
  vector[at + 1] = 0;
  return { at, cosine: first / length, sine: second / length };
}

/** Rotates a vector. */
export function rotate(vector: Float64Array, { at, cosine, sine }: Rotation): void {
  const [first, second] = [vector[at]!, vector[at + 1]!];
  vector[at] = cosine * first + sine * second;
  vector[at + 1] = cosine * second - sine * first;
}

/** Σ a[i] · b[i] for i from `from` on, in four sums that do not wait for each other. */
export function productFrom(a: Float64Array, b: Float64Array, from: number): number {
  const whole = a.length - ((a.length - from) % 4);
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let index = from; index < whole; index += 4) {
    first += a[index]! * b[index]!;
    second += a[index + 1]! * b[index + 1]!;
    third += a[index + 2]! * b[index + 2]!;
    fourth += a[index + 3]! * b[index + 3]!;
  }
  for (let index = whole; index < a.length; index++) first += a[index]! * b[index]!;
  return first + second + (third + fourth);
}
