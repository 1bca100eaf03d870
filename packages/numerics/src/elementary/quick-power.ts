/**
 * @file Powers of positive numbers in a fraction of the time that pairs take, with the same bits: computed to about 63 bits, and given
 * only where neither this error nor that of the pairs can change what the result is rounded to. NaN stands for doubt, some
 * four results in a thousand.
 */
import { exponent, powerOfTwo } from './arithmetic.ts';
import { FLOAT64 } from './coefficients.ts';
import { negate, pairOf, type Pair } from './double-double.ts';

const { ln2High, ln2Low } = FLOAT64;

/** The functions in pairs that the tables are made with. */
export interface PairFunctions {
  /** ln of a positive pair. */
  logarithm(x: Pair): Pair;
  /** e^x for |x| < 1. */
  exponential(x: Pair): Pair;
}

/** Splits 53 bits into halves, so that products of halves are exact (Dekker 1971). */
const SPLITTER = 2 ** 27 + 1;

/** A bound of the relative error, that of the pairs (2^-70) included. */
const DOUBT = 2 ** -61;

/** Logarithms are known to 2^-65 or so: exponents of more would make more of it. */
const MOST_EXPONENT = 8;
/** Logarithms of results, so that these are far from the ends of float64. */
const MOST_LOGARITHM = 300;
const LEAST_BASE = 2 ** -1000;
const MOST_BASE = 2 ** 1000;

/** Mantissas from 1/√2 to √2 in steps of 1 / 128, from FIRST / 128 on: 1 / them in 11 bits, so that products with them are near 1, and ln of them. */
const STEPS = 128;
const FIRST = 89;
const COUNT = 95;
/** e^(n · ln 2 / 64). */
const PARTS = 64;

interface Tables {
  /** The reciprocal, minus its logarithm, and the rest of that. */
  readonly logarithms: Float64Array;
  /** The power and its rest. */
  readonly powers: Float64Array;
}

let known: Tables | undefined;

function tables({ logarithm, exponential }: PairFunctions): Tables {
  const logarithms = new Float64Array(3 * COUNT);
  for (let index = 0; index < COUNT; index++) {
    const reciprocal = Math.round((1024 * STEPS) / (FIRST + index)) / 1024;
    const { high, low } = negate(logarithm(pairOf(reciprocal)));
    logarithms.set([reciprocal, high, low], 3 * index);
  }
  const ln2 = logarithm(pairOf(2));
  const powers = new Float64Array(2 * PARTS);
  for (let n = 0; n < PARTS; n++) {
    const [high, low] = [(ln2.high * n) / PARTS, (ln2.low * n) / PARTS];
    // (ln 2 · n) / 64 is not exact in one number: what it lacks is in the other.
    const lacking = lackingIn(ln2.high, n) / PARTS;
    const power = exponential({ high, low: low + lacking });
    powers.set([power.high, power.low], 2 * n);
  }
  return { logarithms, powers };
}

/** What the rounded product lacks. */
function lackingIn(a: number, b: number): number {
  const product = a * b;
  const [splitA, splitB] = [a * SPLITTER, b * SPLITTER];
  const [topA, topB] = [splitA - (splitA - a), splitB - (splitB - b)];
  const [restA, restB] = [a - topA, b - topB];
  return restA * restB - (product - topA * topB - restA * topB - topA * restB);
}

/** x^y for x > 0, or NaN where it is in doubt. */
export function quickPower(x: number, y: number, functions: PairFunctions): number {
  const size = y < 0 ? -y : y;
  if (!(x > LEAST_BASE && x < MOST_BASE && size <= MOST_EXPONENT && size > 2 ** -100)) return NaN;
  const { logarithms, powers } = (known ??= tables(functions));

  // ln x = k · ln 2 - ln reciprocal + ln(1 + f), where mantissa · reciprocal = 1 + f + lacking.
  const k = exponent(x);
  const mantissa = x * powerOfTwo(-k);
  const at = 3 * (Math.round(mantissa * STEPS) - FIRST);
  const reciprocal = logarithms[at]!;
  const product = mantissa * reciprocal;
  const lacking = lackingIn(mantissa, reciprocal);
  const f = product - 1;
  // prettier-ignore
  const series = f * f * f * (1 / 3 - f * (1 / 4 - f * (1 / 5 - f * (1 / 6 - f * (1 / 7 - f * (1 / 8 - f * (1 / 9 - f * (1 / 10))))))));
  const rest = series + (lacking - 0.5 * f * (f + 2 * lacking));
  const whole = k * ln2High;
  const tabulated = logarithms[at + 1]!;
  const first = whole + tabulated;
  const firstPart = first - whole;
  const firstLow = whole - (first - firstPart) + (tabulated - firstPart);
  const second = first + f;
  const secondPart = second - first;
  const secondLow = first - (second - secondPart) + (f - secondPart);
  const lower = rest + (logarithms[at + 2]! + k * ln2Low + (firstLow + secondLow));
  const logarithm = second + lower;
  const logarithmLow = lower - (logarithm - second);

  const value = y * logarithm;
  if (!(value > -MOST_LOGARITHM && value < MOST_LOGARITHM)) return NaN;
  const valueLow = lackingIn(y, logarithm) + y * logarithmLow;

  // e^value = 2^(n / 64) · e^r.
  const n = Math.round(value * (PARTS / 0.6931471805599453));
  const r = value - (n * ln2High) / PARTS;
  const rLow = valueLow - (n * ln2Low) / PARTS;
  const u = r + rLow;
  const terms = u * u * (0.5 + u * (1 / 6 + u * (1 / 24 + u * (1 / 120 + u * (1 / 720 + u * (1 / 5040))))));
  const part = 2 * (n & (PARTS - 1));
  const power = powers[part]!;
  const step = power * r;
  const stepLow = lackingIn(power, r) + power * (rLow + terms) + powers[part + 1]! * (1 + r);
  const sum = power + step;
  const rounded = power - sum + step + stepLow;
  const high = sum + rounded;
  const restOfSum = rounded - (high - sum);
  const error = DOUBT * high;
  if (high + (restOfSum + error) !== high || high + (restOfSum - error) !== high) return NaN;
  return high * powerOfTwo((n - (n & (PARTS - 1))) / PARTS);
}
