import { expect, test } from 'vitest';
import { alpha, defineSynapse, linearFilter, lowpass, triangle } from '../index.ts';

const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

test('are frozen data', () => {
  expect(lowpass(0.01)).toEqual({ family: 'synapse', kind: 'lowpass', tau: 0.01 });
  expect(lowpass(0).tau).toBe(0);
  expect(alpha(0.1)).toEqual({ family: 'synapse', kind: 'alpha', tau: 0.1 });
  expect(triangle(0.03)).toEqual({ family: 'synapse', kind: 'triangle', time: 0.03 });
  expect(linearFilter([1], [0.1, 1])).toMatchObject({
    kind: 'linearFilter',
    numerator: { shape: [1] },
    denominator: { shape: [2] },
    analog: true,
    method: 'zoh',
  });
  expect(linearFilter(1, [0.1, 1], { analog: false, method: 'bilinear' })).toMatchObject({
    analog: false,
    method: 'bilinear',
  });
  expect(Object.isFrozen(lowpass(1)) && Object.isFrozen(linearFilter([1], [1]))).toBe(true);
  expect(defineSynapse({ kind: 'acme/triangle', time: 1 })).toEqual({
    family: 'synapse',
    kind: 'acme/triangle',
    time: 1,
  });
});

test('leading zeros do not count as degrees', () => {
  expect(linearFilter([0, 0, 1], [1, 1]).numerator.shape).toEqual([3]);
});

test.each<[string, () => unknown, string, string]>([
  [
    'a negative time constant',
    () => lowpass(-0.1),
    'INVALID_OPTION',
    'lowpass: tau must be a number, at least 0; got -0.1.',
  ],
  ['a time constant of NaN', () => lowpass(Number.NaN), 'INVALID_OPTION', 'lowpass: tau'],
  ['an endless alpha', () => alpha(Infinity), 'INVALID_OPTION', 'alpha: tau'],
  ['a triangle of negative time', () => triangle(-0.1), 'INVALID_OPTION', 'triangle: time'],
  [
    'a denominator of zero',
    () => linearFilter([1], [0, 0]),
    'INVALID_OPTION',
    'denominator must be a polynomial other than zero',
  ],
  ['a filter that looks ahead', () => linearFilter([1, 0, 0], [1, 1]), 'INVALID_OPTION', 'look ahead'],
  ['no coefficients', () => linearFilter([], [1]), 'INVALID_OPTION', 'numerator'],
  ['a matrix of coefficients', () => linearFilter([[1]], [1]), 'INVALID_OPTION', 'numerator'],
  ['coefficients of NaN', () => linearFilter([1], [Number.NaN, 1]), 'NOT_FINITE', 'denominator'],
  ['an unknown method', () => linearFilter([1], [1], { method: 'tustin' as never }), 'INVALID_OPTION', "'bilinear'"],
  [
    'an unknown option',
    () => linearFilter([1], [1], { analogue: true } as never),
    'UNKNOWN_OPTION',
    'Did you mean analog?',
  ],
])('%s is refused', (_, make, code, text) => {
  expect(make).toThrow(failing(code, text));
});
