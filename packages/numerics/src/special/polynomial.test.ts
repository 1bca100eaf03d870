import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluatePolynomial, multiplyPolynomials } from '../index.ts';

test('coefficients begin with the highest power', () => {
  expect(evaluatePolynomial([2, 0, -1], 3)).toBe(17);
  expect(evaluatePolynomial([], 3)).toBe(0);
  expect([...multiplyPolynomials([1, 2], [1, -3])]).toEqual([1, -1, -6]);
  expect([...multiplyPolynomials([1, 2], [])]).toEqual([]);
});

test('the value of a product is the product of the values', () => {
  const coefficients = fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 8 });
  fc.assert(
    fc.property(coefficients, coefficients, fc.integer({ min: -4, max: 4 }), (a, b, x) => {
      const product = evaluatePolynomial(multiplyPolynomials(a, b), x);
      expect(product).toBeCloseTo(evaluatePolynomial(a, x) * evaluatePolynomial(b, x), 10);
    }),
  );
});
