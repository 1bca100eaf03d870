import { expect, test } from 'vitest';
import { defineSolver, lstsq, lstsqL2, noSolver } from './index.ts';

const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

test('are frozen data with the defaults of Nengo', () => {
  expect(lstsqL2()).toEqual({
    family: 'solver',
    kind: 'lstsqL2',
    regularization: 0.1,
    weights: false,
    compositional: true,
  });
  expect(lstsq()).toMatchObject({ kind: 'lstsq', conditionThreshold: 0.01, weights: false });
  expect(noSolver()).toMatchObject({ kind: 'noSolver', values: null, weights: false });
  expect(noSolver({ values: [[1, 2]], weights: true })).toMatchObject({ values: { shape: [1, 2] }, weights: true });
  expect(noSolver({ values: [[1, 2]], weights: true, compositional: false })).toMatchObject({ compositional: false });
  expect(Object.isFrozen(lstsqL2())).toBe(true);
  expect(defineSolver({ kind: 'acme/nnls', weights: false, compositional: false })).toMatchObject({ family: 'solver' });
});

test.each<[string, () => unknown, string, string]>([
  ['a negative regularization', () => lstsqL2({ regularization: -1 }), 'INVALID_OPTION', 'lstsqL2: regularization'],
  [
    'weights that are no flag',
    () => lstsqL2({ weights: 1 as never }),
    'INVALID_OPTION',
    'lstsqL2: weights must be true or false',
  ],
  ['a negative threshold', () => lstsq({ conditionThreshold: -1 }), 'INVALID_OPTION', 'lstsq: conditionThreshold'],
  ['a vector of decoders', () => noSolver({ values: [1, 2] }), 'INVALID_OPTION', 'a matrix'],
  [
    'full weights without weights: true',
    () => noSolver({ values: [[1]], compositional: false }),
    'INVALID_OPTION',
    'noSolver: weights must be true where compositional is false',
  ],
  ['decoders of NaN', () => noSolver({ values: [[Number.NaN]] }), 'NOT_FINITE', 'noSolver: values'],
  ['an unknown option', () => lstsqL2({ reg: 0.1 } as never), 'UNKNOWN_OPTION', 'regularization'],
])('%s is refused', (_, make, code, text) => {
  expect(make).toThrow(failing(code, text));
});
