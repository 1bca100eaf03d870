/** @file Householder's reflections and Givens' rotations of vectors, in place. Source: Golub & Van Loan, 4th ed., §5.1. */

/** I - factor · direction · directionᵀ, of the elements from `from` on. */
export interface Reflection {
  readonly from: number;
  readonly direction: Float64Array;
  readonly factor: number;
}

/** The reflection after which all elements of a vector after `from` are zero; the vector is reflected. */
export function eliminating(vector: Float64Array, from: number): Reflection {
  const direction = vector.slice(from);
  let squares = 0;
  for (let index = 1; index < direction.length; index++) squares += direction[index]! * direction[index]!;
  if (squares === 0) return { from, direction, factor: 0 };
  const first = direction[0]!;
  const length = Math.sqrt(squares + first * first);
  const reflected = first > 0 ? -length : length;
  direction[0] = first - reflected;
  vector.fill(0, from);
  vector[from] = reflected;
  return { from, direction, factor: 2 / (squares + direction[0] * direction[0]) };
}

/** Reflects a vector. */
export function reflect(vector: Float64Array, { from, direction, factor }: Reflection): void {
  if (factor === 0) return;
  const product = factor * offsetProduct(direction, vector, from);
  for (let index = 0; index < direction.length; index++) vector[from + index]! -= product * direction[index]!;
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

/** Σ a[i] · b[offset + i], in four sums that do not wait for each other. */
export function offsetProduct(a: Float64Array, b: Float64Array, offset: number): number {
  const whole = a.length - (a.length % 4);
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let index = 0; index < whole; index += 4) {
    first += a[index]! * b[offset + index]!;
    second += a[index + 1]! * b[offset + index + 1]!;
    third += a[index + 2]! * b[offset + index + 2]!;
    fourth += a[index + 3]! * b[offset + index + 3]!;
  }
  for (let index = whole; index < a.length; index++) first += a[index]! * b[offset + index]!;
  return first + second + (third + fourth);
}
