/** @file The numbers that the elementary functions of kernels are made of, for each precision. */

/** What `exp`, `log` and the functions built on them need to know about one precision. */
export interface Coefficients {
  /** Adding and subtracting it rounds to a whole number, ties to even: 1.5 · 2^(bits of the significand - 1). */
  readonly roundingShift: number;
  /** 1 / ln 2. */
  readonly log2e: number;
  /** ln 2 in two parts; the first has so few bits that its product with any exponent is exact. */
  readonly ln2High: number;
  readonly ln2Low: number;
  /** e^r = 1 + r + r² · P(r) for |r| <= ln 2 / 2 (and up to 0.35): P, from its constant on. */
  readonly expTerms: readonly number[];
  /** Beyond these, e^x is 0 or Infinity. */
  readonly expLowest: number;
  readonly expHighest: number;
  /** Below this, e^x - 1 is -1. */
  readonly expm1Lowest: number;
  /** The largest power of two by which `expm1` multiplies at once. */
  readonly largestFactor: number;
  /**
   * The terms of ln(1 + f) for 1/√2 <= 1 + f < √2, from the constant on: those of P in f - f²/2 + f³ · P(f), or, by
   * quotient, with s = f / (2 + f) and z = s², in f - f²/2 + s · (f²/2 + z · P(z)).
   */
  readonly logTerms: readonly number[];
  readonly logByQuotient: boolean;
  /** Below `tiny`, `log` multiplies by 2^tinyExponent first, which brings what is denormal among the normal numbers. */
  readonly tiny: number;
  readonly tinyFactor: number;
  readonly tinyExponent: number;
}

/** e^r by Taylor's series, 1/2! to 1/13!; ln 2 in parts and the minimax terms of the logarithm are the figures of Sun's fdlibm. */
export const FLOAT64: Coefficients = {
  roundingShift: 1.5 * 2 ** 52,
  log2e: 1.4426950408889634,
  ln2High: 0.6931471803691238,
  ln2Low: 1.9082149292705877e-10,
  expTerms: [
    0.5,
    1 / 6,
    1 / 24,
    1 / 120,
    1 / 720,
    1 / 5040,
    1 / 40320,
    1 / 362880,
    1 / 3628800,
    1 / 39916800,
    1 / 479001600,
    1 / 6227020800,
  ],
  expLowest: -746,
  expHighest: 710,
  expm1Lowest: -40,
  largestFactor: 1022,
  logTerms: [
    0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
    0.15313837699209373, 0.14798198605116586,
  ],
  logByQuotient: true,
  tiny: 2 ** -500,
  tinyFactor: 2 ** 600,
  tinyExponent: 600,
};

/** Fitted by iteratively reweighted least squares, each coefficient rounded to float32 in turn. */
export const FLOAT32: Coefficients = {
  roundingShift: 1.5 * 2 ** 23,
  log2e: 1.4426950216293335,
  ln2High: 0.693359375,
  ln2Low: -0.00021219444170128554,
  expTerms: [
    0.5, 0.1666666716337204, 0.041666481643915176, 0.008333208039402962, 0.001393356709741056, 0.0001994426711462438,
  ],
  expLowest: -104,
  expHighest: 89,
  expm1Lowest: -20,
  largestFactor: 126,
  logTerms: [
    0.33333316445350647, -0.2500082850456238, 0.20002321898937225, -0.16623885929584503, 0.1417997032403946,
    -0.13134600222110748, 0.12892848253250122, -0.07856810837984085,
  ],
  logByQuotient: false,
  tiny: 2 ** -60,
  tinyFactor: 2 ** 64,
  tinyExponent: 64,
};
