import { expect, test } from 'vitest';
import {
  blockConjugateGradient,
  cholesky,
  conjugateGradient,
  defineSolver,
  lsmr,
  lstsq,
  lstsqDrop,
  lstsqL1,
  lstsqL2,
  lstsqL2nz,
  lstsqMultNoise,
  lstsqNoise,
  nnls,
  nnlsL2,
  nnlsL2nz,
  noSolver,
  randomizedSvd,
  relativeConjugateGradient,
  svd,
} from '../index.ts';

const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

test('are frozen data with the defaults of Nengo', () => {
  expect(lstsqL2()).toEqual({
    family: 'solver',
    kind: 'lstsqL2',
    regularization: 0.1,
    method: cholesky(),
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

test('solvers of every kind have the defaults of Nengo', () => {
  expect(lstsqL2nz()).toMatchObject({ regularization: 0.1, method: cholesky(), compositional: true });
  expect(lstsqNoise()).toMatchObject({ noise: 0.1, method: cholesky(), compositional: true });
  expect(lstsqMultNoise({ method: svd() })).toMatchObject({ noise: 0.1, method: svd() });
  expect(lstsqDrop()).toMatchObject({
    drop: 0.25,
    first: lstsqL2({ regularization: 0.001 }),
    second: lstsqL2({ regularization: 0.1 }),
    compositional: false,
  });
  expect(lstsqL1()).toMatchObject({ l1: 1e-4, l2: 1e-6, mostIterations: 1000, compositional: false });
  expect(nnls({ weights: true })).toEqual({ family: 'solver', kind: 'nnls', weights: true, compositional: false });
  expect(nnlsL2()).toMatchObject({ kind: 'nnlsL2', regularization: 0.1, compositional: false });
  expect(nnlsL2nz()).toMatchObject({ kind: 'nnlsL2nz', regularization: 0.1, compositional: false });
});

test('methods have the defaults of Nengo', () => {
  expect(cholesky()).toEqual({ family: 'leastSquaresMethod', kind: 'cholesky', transpose: null });
  expect(randomizedSvd()).toMatchObject({ components: 60, oversamples: 10, iterations: 0 });
  expect(conjugateGradient()).toMatchObject({ tolerance: 0.01, mostIterations: null, start: null });
  expect(conjugateGradient({ start: [[1]] })).toMatchObject({ start: { shape: [1, 1] } });
  expect(blockConjugateGradient()).toMatchObject({ tolerance: 0.01, start: null });
  expect(relativeConjugateGradient()).toMatchObject({ tolerance: 1e-4, absoluteTolerance: 1e-8 });
  expect(lsmr()).toMatchObject({ tolerance: 1e-4 });
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
  ['a method that is none', () => lstsqL2({ method: lstsq() as never }), 'INVALID_OPTION', 'a method of least squares'],
  ['a method that was not called', () => lstsqNoise({ method: svd as never }), 'INVALID_OPTION', 'call it: svd('],
  [
    'the dual form with a regularization per neuron',
    () => lstsqL2nz({ method: cholesky({ transpose: true }) }),
    'INVALID_OPTION',
    'lstsqL2nz: method must be without transpose',
  ],
  ['negative noise', () => lstsqMultNoise({ noise: -1 }), 'INVALID_OPTION', 'lstsqMultNoise: noise'],
  ['dropping everything', () => lstsqDrop({ drop: 1 }), 'INVALID_OPTION', 'lstsqDrop: drop must be below 1'],
  ['a first solver that is none', () => lstsqDrop({ first: svd() as never }), 'INVALID_OPTION', 'lstsqDrop: first'],
  ['no penalty at all', () => lstsqL1({ l1: 0, l2: 0 }), 'INVALID_OPTION', 'lstsqL1: l1 must be above 0'],
  ['half an iteration', () => lstsqL1({ mostIterations: 0.5 }), 'INVALID_OPTION', 'lstsqL1: mostIterations'],
  ['a regularization of nnls', () => nnls({ regularization: 1 } as never), 'UNKNOWN_OPTION', 'regularization'],
  [
    'an infinite regularization',
    () => nnlsL2({ regularization: Infinity }),
    'INVALID_OPTION',
    'nnlsL2: regularization',
  ],
  ['weights that are a text', () => nnlsL2nz({ weights: 'yes' as never }), 'INVALID_OPTION', 'nnlsL2nz: weights'],
  ['a transpose that is a number', () => cholesky({ transpose: 1 as never }), 'INVALID_OPTION', 'cholesky: transpose'],
  ['no components', () => randomizedSvd({ components: 0 }), 'INVALID_OPTION', 'randomizedSvd: components'],
  ['a tolerance of zero', () => conjugateGradient({ tolerance: 0 }), 'INVALID_OPTION', 'conjugateGradient: tolerance'],
  ['a start that is a vector', () => blockConjugateGradient({ start: [1] }), 'INVALID_OPTION', '[neurons, targets]'],
  [
    'a negative tolerance',
    () => relativeConjugateGradient({ absoluteTolerance: -1 }),
    'INVALID_OPTION',
    'relativeConjugateGradient: absoluteTolerance',
  ],
  ['a tolerance of NaN', () => lsmr({ tolerance: Number.NaN }), 'INVALID_OPTION', 'lsmr: tolerance'],
  ['an unknown option', () => lstsqL2({ reg: 0.1 } as never), 'UNKNOWN_OPTION', 'regularization'],
])('%s is refused', (_, make, code, text) => {
  expect(make).toThrow(failing(code, text));
});
