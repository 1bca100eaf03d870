import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readGolden } from '../../../golden/networks/read-golden.ts';
import {
  inverseRegularizedIncompleteBeta,
  logBeta,
  logGamma,
  regularizedIncompleteBeta,
  tabulatedInverseBeta,
} from '../index.ts';

interface GoldenSpecial {
  readonly x: number[];
  readonly betaincinv22_lookup: Record<string, number[]>;
  readonly 'betaincinv(k/2,0.5,x)': Record<string, number[]>;
  readonly 'betainc(k/2,0.5,x)': Record<string, number[]>;
  readonly 'SqrtBeta(5,2)': GoldenDistribution;
  readonly 'CosineSimilarity(6)': GoldenDistribution;
}

/** `ppf` is the inverse of `cdf`, at probabilities. */
interface GoldenDistribution {
  readonly cdf: number[];
  readonly pdf: number[];
  readonly ppf: number[];
}

const golden = readGolden<GoldenSpecial>('unit_special');

const relativeError = (actual: number, expected: number): number =>
  actual === expected ? 0 : Math.abs(actual - expected) / Math.abs(expected);

test('the incomplete beta function equals the golden values', () => {
  for (const [k, expected] of Object.entries(golden['betainc(k/2,0.5,x)'])) {
    golden.x.forEach((x, index) => {
      const actual = regularizedIncompleteBeta(Number(k) / 2, 0.5, x);
      expect(relativeError(actual, expected[index]!)).toBeLessThan(1e-13);
    });
  }
});

test('its inverse equals the golden values', () => {
  for (const [k, expected] of Object.entries(golden['betaincinv(k/2,0.5,x)'])) {
    golden.x.forEach((probability, index) => {
      const actual = inverseRegularizedIncompleteBeta(Number(k) / 2, 0.5, probability);
      expect(relativeError(actual, expected[index]!)).toBeLessThan(1e-14);
    });
  }
});

test('the tabulated inverse equals the golden values, between tabulated k and above 35 too', () => {
  for (const [k, expected] of Object.entries(golden.betaincinv22_lookup)) {
    const lookUp = tabulatedInverseBeta(Number(k));
    golden.x.forEach((probability, index) => {
      expect(relativeError(lookUp(probability), expected[index]!)).toBeLessThan(1e-14);
    });
  }
});

/** Density of the beta distribution. */
const betaDensity = (a: number, b: number, x: number): number =>
  x ** (a - 1) * (1 - x) ** (b - 1) * Math.exp(-logBeta(a, b));

test('the length of m of n + m coordinates of a random direction is distributed as in the golden values', () => {
  // Its square has the beta distribution of m / 2 and n / 2; here n = 5, m = 2.
  const [a, b] = [1, 2.5];
  const { cdf, pdf, ppf } = golden['SqrtBeta(5,2)'];
  golden.x.forEach((x, index) => {
    expect(relativeError(regularizedIncompleteBeta(a, b, x ** 2), cdf[index]!)).toBeLessThan(1e-12);
    expect(relativeError(2 * x * betaDensity(a, b, x ** 2), pdf[index]!)).toBeLessThan(1e-13);
    expect(relativeError(Math.sqrt(inverseRegularizedIncompleteBeta(a, b, x)), ppf[index]!)).toBeLessThan(1e-14);
  });
});

test('the cosine between random directions is distributed as in the golden values', () => {
  // Its square has the beta distribution of 1 / 2 and (dimensions - 1) / 2; its sign is as often plus as minus.
  const [a, b] = [0.5, 2.5];
  const { cdf, pdf, ppf } = golden['CosineSimilarity(6)'];
  golden.x.forEach((probability, index) => {
    const cosine = 2 * probability - 1;
    const half = Math.sign(cosine) * regularizedIncompleteBeta(a, b, cosine ** 2);
    expect(Math.abs(0.5 + half / 2 - cdf[index]!)).toBeLessThan(1e-14);
    const density = (1 - cosine ** 2) ** (b - 1) * Math.exp(-logBeta(a, b));
    expect(relativeError(density, pdf[index]!)).toBeLessThan(1e-13);
    const length = Math.sqrt(inverseRegularizedIncompleteBeta(a, b, Math.abs(cosine)));
    expect(Math.abs(Math.sign(cosine) * length - ppf[index]!)).toBeLessThan(1e-14);
  });
});

test('above 1000 the tabulated inverse is that of 1000', () => {
  expect(tabulatedInverseBeta(5000)(0.3)).toBe(tabulatedInverseBeta(1000)(0.3));
});

const shapeParameter = fc.double({ min: 0.05, max: 500, noNaN: true });
const inside = fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true });

test('neighbouring a differ by the term of the recurrence, DLMF 8.17.20', () => {
  fc.assert(
    fc.property(shapeParameter, shapeParameter, inside, (a, b, x) => {
      const logTerm = a * Math.log(x) + b * Math.log1p(-x) - Math.log(a) - logBeta(a, b);
      const next = regularizedIncompleteBeta(a + 1, b, x) + Math.exp(logTerm);
      expect(Math.abs(regularizedIncompleteBeta(a, b, x) - next)).toBeLessThan(1e-11);
    }),
  );
});

test('the function undoes its inverse', () => {
  const moderate = fc.double({ min: 0.5, max: 500, noNaN: true });
  fc.assert(
    fc.property(moderate, moderate, inside, (a, b, probability) => {
      const x = inverseRegularizedIncompleteBeta(a, b, probability);
      const slope = Math.exp((a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) - logBeta(a, b));
      const error = Math.abs(regularizedIncompleteBeta(a, b, x) - probability);
      expect(error).toBeLessThan(1e-11 + 2 * Number.EPSILON * x * slope);
    }),
  );
});

test('I_x(1/2, 1/2) is the arcsine distribution, and I_x(a, 1) is a power', () => {
  for (const x of [0, 1e-12, 0.2, 0.5, 0.999, 1]) {
    const arcsine = (2 / Math.PI) * Math.asin(Math.sqrt(x));
    expect(regularizedIncompleteBeta(0.5, 0.5, x)).toBeCloseTo(arcsine, 14);
    expect(regularizedIncompleteBeta(7.5, 1, x)).toBeCloseTo(x ** 7.5, 14);
    expect(inverseRegularizedIncompleteBeta(7.5, 1, x)).toBeCloseTo(x ** (1 / 7.5), 14);
  }
});

test('the logarithm of gamma equals that of factorials and half-integer products', () => {
  let factorial = 1;
  let half = Math.sqrt(Math.PI);
  for (let n = 1; n <= 150; n++) {
    expect(relativeError(logGamma(n + 1) + 1, Math.log((factorial *= n)) + 1)).toBeLessThan(1e-14);
    expect(relativeError(logGamma(n + 0.5) + 1, Math.log((half *= n - 0.5)) + 1)).toBeLessThan(1e-14);
  }
});

test('the logarithm of beta does not lose digits at large arguments', () => {
  // B(a, 1) = 1/a and B(a, 2) = 1/(a (a + 1)).
  for (const a of [0.3, 5, 9.99, 10, 123.4, 1e6, 1e12]) {
    expect(relativeError(logBeta(a, 1) + 1, 1 - Math.log(a))).toBeLessThan(1e-14);
    expect(relativeError(logBeta(2, a), -Math.log(a) - Math.log1p(a))).toBeLessThan(1e-13);
  }
  // Computed with 50 digits.
  expect(relativeError(logBeta(500, 0.5), -2.5346891063280625)).toBeLessThan(1e-15);
  expect(relativeError(logBeta(300, 40.25), -124.54948240342299)).toBeLessThan(1e-15);
});

test('arguments outside the domain are refused', () => {
  for (const call of [
    () => regularizedIncompleteBeta(0, 1, 0.5),
    () => regularizedIncompleteBeta(1, NaN, 0.5),
    () => regularizedIncompleteBeta(1, 1, 1.1),
    () => inverseRegularizedIncompleteBeta(1, 1, -0.1),
    () => inverseRegularizedIncompleteBeta(Infinity, 1, 0.1),
    () => tabulatedInverseBeta(0),
    () => tabulatedInverseBeta(2.5),
    () => logGamma(0),
    () => logBeta(1, -1),
  ]) {
    expect(call).toThrow(expect.objectContaining({ code: 'OUT_OF_DOMAIN' }));
  }
});
