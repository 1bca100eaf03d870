/** @file Polynomials as lists of coefficients, the highest power first, as transfer functions are written. */

/** The coefficients of the product of two polynomials; none if one of them has none. */
export function multiplyPolynomials(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  if (a.length === 0 || b.length === 0) return new Float64Array();
  const product = new Float64Array(a.length + b.length - 1);
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) product[i + j]! += a[i]! * b[j]!;
  }
  return product;
}

/** The value of a polynomial at `x`, by Horner's rule; 0 without coefficients. */
export function evaluatePolynomial(coefficients: ArrayLike<number>, x: number): number {
  let value = 0;
  for (let index = 0; index < coefficients.length; index++) value = value * x + coefficients[index]!;
  return value;
}
