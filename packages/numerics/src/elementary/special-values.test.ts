/** @file Elementary functions at zeros, infinities, NaN, the ends of their domains, and where the exact result is a number. */
import { expect, test } from 'vitest';
import * as numerics from '../index.ts';

const ndl = { ...numerics };
const single = { ...numerics.float32 };

type Values = readonly (readonly [argument: number, result: number])[];

const odd = (values: Values): Values =>
  [[0, 0], ...values].flatMap(([x, y]) => [[x!, y!] as const, [-x!, -y!] as const]);

const DENORMAL = Number.MIN_VALUE;
const LARGEST = Number.MAX_VALUE;

const KERNEL_VALUES = {
  exp: [
    [0, 1],
    [-0, 1],
    [Infinity, Infinity],
    [-Infinity, 0],
    [LARGEST, Infinity],
    [-LARGEST, 0],
    [DENORMAL, 1],
  ],
  expm1: [...odd([[DENORMAL, DENORMAL]]), [Infinity, Infinity], [-Infinity, -1], [LARGEST, Infinity], [-LARGEST, -1]],
  log: [
    [0, -Infinity],
    [-0, -Infinity],
    [1, 0],
    [-1, NaN],
    [-DENORMAL, NaN],
    [-Infinity, NaN],
    [Infinity, Infinity],
  ],
  log1p: [...odd([[DENORMAL, DENORMAL]]), [-1, -Infinity], [-2, NaN], [-Infinity, NaN], [Infinity, Infinity]],
  tanh: odd([
    [DENORMAL, DENORMAL],
    [30, 1],
    [LARGEST, 1],
    [Infinity, 1],
  ]),
  sigmoid: [
    [0, 0.5],
    [-0, 0.5],
    [Infinity, 1],
    [-Infinity, 0],
    [LARGEST, 1],
    [-LARGEST, 0],
  ],
  softplus: [
    [Infinity, Infinity],
    [-Infinity, 0],
    [LARGEST, LARGEST],
    [-LARGEST, 0],
  ],
} as const satisfies Record<string, Values>;

const BUILD_VALUES = {
  exp2: [
    [0, 1],
    [10, 1024],
    [-1074, DENORMAL],
    [1023, 2 ** 1023],
    [1024, Infinity],
    [-1076, 0],
    [Infinity, Infinity],
    [-Infinity, 0],
  ],
  log2: [
    [0, -Infinity],
    [-0, -Infinity],
    [1, 0],
    [-1, NaN],
    [8, 3],
    [DENORMAL, -1074],
    [2 ** 1023, 1023],
    [Infinity, Infinity],
  ],
  log10: [
    [0, -Infinity],
    [1, 0],
    [-1, NaN],
    [1000, 3],
    [1e22, 22],
    [1e-5, -5],
    [Infinity, Infinity],
  ],
  cbrt: odd([
    [27, 3],
    [1e-300, 1e-100],
    [0.001, 0.1],
    [Infinity, Infinity],
    [2 ** -1074, 2 ** -358],
  ]),
  sin: [...odd([[DENORMAL, DENORMAL]]), [Infinity, NaN], [-Infinity, NaN]],
  cos: [
    [0, 1],
    [-0, 1],
    [DENORMAL, 1],
    [Infinity, NaN],
    [-Infinity, NaN],
  ],
  tan: [...odd([[DENORMAL, DENORMAL]]), [Infinity, NaN], [-Infinity, NaN]],
  asin: [
    ...odd([
      [1, Math.PI / 2],
      [DENORMAL, DENORMAL],
    ]),
    [1.1, NaN],
    [-Infinity, NaN],
  ],
  acos: [
    [1, 0],
    [0, Math.PI / 2],
    [-1, Math.PI],
    [1.1, NaN],
    [-Infinity, NaN],
    [DENORMAL, Math.PI / 2],
  ],
  atan: odd([
    [1, Math.PI / 4],
    [Infinity, Math.PI / 2],
    [LARGEST, Math.PI / 2],
    [DENORMAL, DENORMAL],
  ]),
  sinh: odd([
    [DENORMAL, DENORMAL],
    [LARGEST, Infinity],
    [Infinity, Infinity],
  ]),
  cosh: [
    [0, 1],
    [-0, 1],
    [LARGEST, Infinity],
    [Infinity, Infinity],
    [-Infinity, Infinity],
  ],
  asinh: odd([
    [DENORMAL, DENORMAL],
    [Infinity, Infinity],
  ]),
  acosh: [
    [1, 0],
    [0.9, NaN],
    [-Infinity, NaN],
    [Infinity, Infinity],
  ],
  atanh: [
    ...odd([
      [DENORMAL, DENORMAL],
      [1, Infinity],
    ]),
    [1.1, NaN],
    [-Infinity, NaN],
  ],
} as const satisfies Record<string, Values>;

const namesOf = <T extends object>(table: T): (keyof T & string)[] => Object.keys(table) as (keyof T & string)[];

const expectValues = (evaluate: (x: number) => number, values: Values): void => {
  for (const [x, y] of [...values, [NaN, NaN] as const])
    expect(evaluate(x), `at ${Object.is(x, -0) ? '-0' : x}`).toBe(y);
};

test.each(namesOf(KERNEL_VALUES))('%s at the special values of float64', (name) => {
  expectValues(ndl[name], KERNEL_VALUES[name]);
});

const SINGLE_VALUES = new Map(
  [
    [DENORMAL, 2 ** -149],
    [LARGEST, 3.4028234663852886e38],
  ].flatMap(([x, y]) => [[x!, y!] as const, [-x!, -y!] as const]),
);
const toSingle = (x: number): number => SINGLE_VALUES.get(x) ?? x;

test.each(namesOf(KERNEL_VALUES))('%s at the special values of float32', (name) => {
  expectValues(
    single[name],
    KERNEL_VALUES[name].map(([x, y]) => [toSingle(x), toSingle(y)] as const),
  );
});

test.each(namesOf(BUILD_VALUES))('%s at special values', (name) => {
  expectValues(ndl[name], BUILD_VALUES[name]);
});

test('exponentials overflow and vanish where they must', () => {
  expect([ndl.exp(709.782712893384), ndl.exp(709.7827128933841)]).toEqual([1.7976931348622732e308, Infinity]);
  expect([ndl.exp(-745.1332191019411), ndl.exp(-745.1332191019412)]).toEqual([DENORMAL, 0]);
  const [last, first] = [Math.fround(88.72283), Math.fround(88.722839)];
  expect([single.exp(last) < Infinity, single.exp(first)]).toEqual([true, Infinity]);
  expect([single.exp(Math.fround(-103.972)), single.exp(Math.fround(-103.98))]).toEqual([2 ** -149, 0]);
});

test('min and max keep the first of equal operands, a NaN in the first, and none in the second', () => {
  const cases: [a: number, b: number, min: number, max: number][] = [
    [1, 2, 1, 2],
    [2, 1, 1, 2],
    [0, -0, 0, 0],
    [-0, 0, -0, -0],
    [NaN, 1, NaN, NaN],
    [1, NaN, 1, 1],
    [-Infinity, Infinity, -Infinity, Infinity],
  ];
  for (const { min, max } of [ndl, single]) {
    expect(cases.map(([a, b]) => [min(a, b), max(a, b)])).toEqual(cases.map(([, , low, high]) => [low, high]));
  }
});

test('powers are those of IEEE 754 where an operand is special', () => {
  const cases: [x: number, y: number, power: number][] = [
    ...[0, -0].flatMap((y) => [0, -1, 2.5, NaN, Infinity].map((x) => [x, y, 1] as [number, number, number])),
    ...[NaN, Infinity, -Infinity, 0.5].map((y) => [1, y, 1] as [number, number, number]),
    [NaN, 1, NaN],
    [2, NaN, NaN],
    [-8, 1 / 3, NaN],
    [-2, 3, -8],
    [-2, 4, 16],
    [-2, -3, -0.125],
    [-1, Infinity, 1],
    [-1, -Infinity, 1],
    [0, 3, 0],
    [-0, 3, -0],
    [-0, 2, 0],
    [-0, 0.5, 0],
    [0, -1, Infinity],
    [-0, -3, -Infinity],
    [-0, -2, Infinity],
    [Infinity, 0.5, Infinity],
    [Infinity, -0.5, 0],
    [-Infinity, 3, -Infinity],
    [-Infinity, 0.5, Infinity],
    [-Infinity, -3, -0],
    [2, Infinity, Infinity],
    [2, -Infinity, 0],
    [-0.5, Infinity, 0],
    [-0.5, -Infinity, Infinity],
    [2, 1e300, Infinity],
    [0.5, 1e300, 0],
    [-2, 1e300, Infinity],
    [1 + Number.EPSILON, 1e300, Infinity],
    [1e300, DENORMAL, 1],
    [DENORMAL, 0.5, 2 ** -537],
    [2, -1074, DENORMAL],
    [-2, 1023, -(2 ** 1023)],
  ];
  for (const [x, y, power] of cases) expect(ndl.pow(x, y), `pow(${x}, ${y})`).toBe(power);
});

test('powers are exact where the products are', () => {
  for (let base = -12; base <= 12; base++) {
    let product = 1;
    for (let exponent = 0; Math.abs(product) < 2 ** 53; exponent++, product *= base) {
      expect(ndl.pow(base, exponent)).toBe(product);
      if (Math.abs(base) < 2) break;
    }
  }
  for (let x = -3; x < 3; x += 0.0137) expect(ndl.pow(x, 2)).toBe(x * x);
  for (let k = -1074; k < 1024; k++) expect(ndl.exp2(k)).toBe(ndl.pow(2, k));
  for (let n = 0; n <= 22; n++) expect([ndl.pow(10, n), ndl.log10(ndl.pow(10, n))]).toEqual([Number(`1e${n}`), n]);
});

test('the angle of a point on an axis, at the origin and at infinity', () => {
  const { PI } = Math;
  const cases: [y: number, x: number, angle: number][] = [
    [0, 1, 0],
    [0, 0, 0],
    [0, -0, PI],
    [0, -1, PI],
    [1, 0, PI / 2],
    [1, -0, PI / 2],
    [1, 1, PI / 4],
    [1, -1, 0.75 * PI],
    [1, Infinity, 0],
    [1, -Infinity, PI],
    [Infinity, 1, PI / 2],
    [Infinity, Infinity, PI / 4],
    [Infinity, -Infinity, 0.75 * PI],
    [DENORMAL, LARGEST, 0],
    [DENORMAL, -LARGEST, PI],
    [DENORMAL, DENORMAL, PI / 4],
    [LARGEST, LARGEST, PI / 4],
    [LARGEST, DENORMAL, PI / 2],
    [DENORMAL, 2, 0],
    [3 * DENORMAL, 1, 3 * DENORMAL],
  ];
  for (const [y, x, angle] of cases) {
    expect(ndl.atan2(y, x), `atan2(${y}, ${x})`).toBe(angle);
    expect(ndl.atan2(-y, x), `atan2(${-y}, ${x})`).toBe(-angle);
  }
  expect([ndl.atan2(NaN, 1), ndl.atan2(1, NaN)]).toEqual([NaN, NaN]);
});
