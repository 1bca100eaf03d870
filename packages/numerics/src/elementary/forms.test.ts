/** @file The functions as kernels run them are the forms that other hosts follow, bit for bit; what is known of an argument changes no bit. */
import { expect, test } from 'vitest';
import { elementaryForms, float32, FLOAT32_ARITHMETIC, FLOAT64_ARITHMETIC, type Arithmetic } from '../index.ts';
import * as float64 from './float64.ts';
import { around, sampleOf, SEAMS } from './samples.test-helper.ts';
import { DOUBLE, SINGLE } from './wide-arithmetic.test-helper.ts';

type Plain = Arithmetic<number, boolean>;

const NAMES = ['exp', 'expm1', 'log', 'log1p', 'tanh', 'sigmoid', 'softplus'] as const;

const PRECISIONS = [
  {
    dtype: 'float64',
    arithmetic: FLOAT64_ARITHMETIC,
    functions: { ...float64 },
    precision: DOUBLE,
    round: (x: number) => x,
  },
  {
    dtype: 'float32',
    arithmetic: FLOAT32_ARITHMETIC,
    functions: { ...float32 },
    precision: SINGLE,
    round: Math.fround,
  },
] as const;

const CASES = PRECISIONS.flatMap((precision) => NAMES.map((name) => ({ name, ...precision })));

const forms = { ...elementaryForms };

const SPECIAL = [0, -0, Infinity, -Infinity, NaN];

/** Where two functions differ. NaN is NaN. */
const differences = (one: (x: number) => number, other: (x: number) => number, xs: readonly number[]): number[] =>
  xs.filter((x) => !Object.is(one(x), other(x)));

test.each(CASES)('$name in $dtype is its form, written out', ({ name, arithmetic, functions, precision, round }) => {
  const { largest } = precision;
  const xs = [
    ...SPECIAL,
    ...around(SEAMS, precision),
    ...sampleOf(-largest, largest, 5000, precision),
    ...sampleOf(-120, 120, 5000, precision),
    ...sampleOf(-1, 1, 5000, precision),
  ].map(round);
  const form = (x: number): number => forms[name](arithmetic, x);
  expect(differences(functions[name], form, xs)).toEqual([]);
});

const WITHIN: readonly { what: string; from: number; to: number; general: Form; known: Form }[] = [
  {
    what: 'that the argument of expm1 is small',
    from: -0.34,
    to: 0.34,
    general: elementaryForms.expm1,
    known: (o, x) => elementaryForms.expm1(o, x, { within: 'small' }),
  },
  {
    what: 'that the argument of expm1 is negative',
    from: -800,
    to: 0,
    general: elementaryForms.expm1,
    known: (o, x) => elementaryForms.expm1(o, x, { within: 'negative' }),
  },
  {
    what: 'that the argument of log1p is above -1 and not positive',
    from: -0.9999999,
    to: 0,
    general: elementaryForms.log1p,
    known: (o, x) => elementaryForms.log1p(o, x, 'unit'),
  },
  {
    what: 'that the argument of log1p is positive',
    from: 0,
    to: 1e30,
    general: elementaryForms.log1p,
    known: butAtNegativeZero((o, x) => elementaryForms.log1p(o, x, 'positive')),
  },
  {
    what: 'that the argument of expm1 is small and never -0',
    from: -0.34,
    to: 0.34,
    general: elementaryForms.expm1,
    known: butAtNegativeZero((o, x) => elementaryForms.expm1(o, x, { within: 'small', isNeverNegativeZero: true })),
  },
  {
    what: 'that the argument of expm1 is negative and never -0',
    from: -800,
    to: 0,
    general: elementaryForms.expm1,
    known: butAtNegativeZero((o, x) => elementaryForms.expm1(o, x, { within: 'negative', isNeverNegativeZero: true })),
  },
  {
    what: 'that the argument of expm1 is never -0',
    from: -800,
    to: 800,
    general: elementaryForms.expm1,
    known: butAtNegativeZero((o, x) => elementaryForms.expm1(o, x, { isNeverNegativeZero: true })),
  },
];

type Form = (o: Plain, x: number) => number;

/** There a form that knows better may give what it likes. */
function butAtNegativeZero(form: Form): Form {
  return (o, x) => (Object.is(x, -0) ? x : form(o, x));
}

test.each(WITHIN)('knowing $what changes no bit', ({ from, to, general, known }) => {
  for (const { arithmetic, precision, round } of PRECISIONS) {
    const xs = [...sampleOf(from, to, 5000, precision), ...around(SEAMS, precision), 0, -0]
      .map(round)
      .filter((x) => x >= from && x <= to)
      .concat(to > 1 ? Infinity : []);
    expect(
      differences(
        (x) => general(arithmetic, x),
        (x) => known(arithmetic, x),
        xs,
      ),
    ).toEqual([]);
  }
});
