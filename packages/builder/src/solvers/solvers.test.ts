/** @file Solvers find Nengo's decoders. */
import type { Solution } from '@ndl/core';
import {
  blockConjugateGradient,
  cholesky,
  conjugateGradient,
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
  type LeastSquaresMethod,
  type Solver,
} from '@ndl/model';
import { matmul, NdArray, ndarray, RandomState, transpose } from '@ndl/numerics';
import { describe, expect, it } from 'vitest';
import { readGolden } from '../../../golden/networks/read-golden.ts';
import { BUILT_IN_SOLVERS } from './index.ts';

interface GoldenSolvers {
  readonly A: number[][];
  readonly Y: number[][];
  readonly rng_seed: number;
  readonly solvers: readonly {
    readonly solver: {
      readonly type: string;
      readonly solver?: { readonly type: string; readonly transpose?: unknown };
    };
    readonly X: number[][];
    readonly rmses: number[];
  }[];
}

const golden = readGolden<GoldenSolvers>('unit_solvers');
const activities = ndarray(golden.A);
const targets = ndarray(golden.Y);

/** In the order of the file; those that stop at a tolerance amplify last bits. */
const SOLVERS: readonly (readonly [name: string, solver: Solver, tolerance: number])[] = [
  ['Lstsq', lstsq(), 1e-9],
  ['Lstsq', lstsq({ conditionThreshold: 0.001 }), 1e-9],
  ['LstsqNoise', lstsqNoise(), 1e-9],
  ['LstsqMultNoise', lstsqMultNoise(), 1e-9],
  ['LstsqL2 by Cholesky', lstsqL2(), 1e-9],
  ['LstsqL2 by Cholesky', lstsqL2({ regularization: 0.02 }), 1e-9],
  ['LstsqL2 by SVD', lstsqL2({ method: svd() }), 1e-9],
  ['LstsqL2 by Conjgrad', lstsqL2({ method: conjugateGradient() }), 1e-6],
  ['LstsqL2 by BlockConjgrad', lstsqL2({ method: blockConjugateGradient() }), 1e-6],
  ['LstsqL2 by Cholesky', lstsqL2({ method: cholesky({ transpose: true }) }), 1e-9],
  ['LstsqL2 by ConjgradScipy', lstsqL2({ method: relativeConjugateGradient() }), 1e-6],
  ['LstsqL2 by LSMRScipy', lstsqL2({ method: lsmr() }), 1e-6],
  ['LstsqL2nz', lstsqL2nz(), 1e-9],
  ['LstsqDrop', lstsqDrop(), 1e-9],
  ['Nnls', nnls(), 1e-9],
  ['NnlsL2', nnlsL2(), 1e-9],
  ['NnlsL2nz', nnlsL2nz(), 1e-9],
];
const cases = SOLVERS.map(([name, solver, tolerance], index) => {
  const { X, rmses } = golden.solvers[index]!;
  return { name, solver, tolerance, X: ndarray(X), rmses, place: index };
});

async function solve(solver: Solver, a: NdArray, y: NdArray): Promise<Solution> {
  return BUILT_IN_SOLVERS.find(({ kind }) => kind === solver.kind)!.solve(
    solver,
    a,
    y,
    new RandomState(golden.rng_seed),
  );
}

function worstDifference(a: NdArray, b: NdArray): number {
  expect(a.shape).toEqual(b.shape);
  return Array.from(a.data).reduce((worst, value, index) => Math.max(worst, Math.abs(value - b.data[index]!)), 0);
}

describe('solvers', () => {
  it.each(cases)('$place: $name solves as Nengo', async ({ name, solver, tolerance, X, rmses, place }) => {
    const { type, solver: method } = golden.solvers[place]!.solver;
    expect(method === undefined || !name.includes(' by ') ? type : `${type} by ${method.type}`).toBe(name);
    const { weights, errors } = await solve(solver, activities, targets);
    const largest = Array.from(X.data).reduce((bound, value) => Math.max(bound, Math.abs(value)), 0);
    expect(worstDifference(weights, X) / largest).toBeLessThan(tolerance);
    expect(worstDifference(errors, ndarray(rmses))).toBeLessThan(tolerance > 1e-9 ? 1e-8 : 1e-12);
  });

  it('covers all of the file', () => {
    expect(cases.length).toBe(golden.solvers.length);
  });

  it.each([1, 2, 63, 64, 65, 66, 67, 68, 127, 128, 129, 130, 131])(
    'finds for %i neurons by Cholesky what it finds by singular values',
    async (neurons) => {
      const draws = new RandomState(neurons);
      const rates = new NdArray(draws.standardNormal(200 * neurons), [200, neurons]);
      const decoded = new NdArray(draws.standardNormal(200 * 2), [200, 2]);
      const [byCholesky, bySvd] = await Promise.all(
        [cholesky(), svd()].map((method) => solve(lstsqL2({ method }), rates, decoded)),
      );
      expect(worstDifference(byCholesky!.weights, bySvd!.weights)).toBeLessThan(1e-11);
    },
  );

  it('solves with fewer points than neurons as the normal equations say', async () => {
    const wide = ndarray([
      [1, 2, 0.5],
      [0, 1, 3],
    ]);
    const y = ndarray([[1], [-2]]);
    const { weights } = await solve(lstsqL2({ regularization: 0.1 }), wide, y);
    const penalty = 2 * (0.1 * 3) ** 2;
    const residual = y.data.map(
      (value, row) => value - wide.row(row).data.reduce((sum, a, j) => sum + a * weights.data[j]!, 0),
    );
    const gradient = Array.from(transpose(wide).data).reduce<number[]>(
      (sums, a, index) => {
        sums[Math.floor(index / 2)]! += a * residual[index % 2]!;
        return sums;
      },
      [0, 0, 0],
    );
    gradient.forEach((value, neuron) => expect(value).toBeCloseTo(penalty * weights.data[neuron]!, 12));
  });

  it('solves again for the same activities, with another regularization', async () => {
    const first = (await solve(lstsqL2({ regularization: 0.1 }), activities, targets)).weights;
    const second = (await solve(lstsqL2({ regularization: 0.02 }), activities, targets)).weights;
    expect(
      worstDifference((await solve(lstsqL2({ regularization: 0.1 }), ndarray(activities), targets)).weights, first),
    ).toBe(0);
    expect(worstDifference(first, second)).toBeGreaterThan(0);
  });

  it.each<[string, (method?: LeastSquaresMethod) => Solver]>([
    ['one regularization', (method) => lstsqL2({ method: method ?? cholesky() })],
    ['a regularization per neuron', (method) => lstsqL2nz({ method: method ?? cholesky() })],
  ])('finds the same by all methods, with %s', async (_, make) => {
    const exact = (await solve(make(), activities, targets)).weights;
    const largest = Array.from(exact.data).reduce((bound, value) => Math.max(bound, Math.abs(value)), 0);
    const methods: readonly (readonly [LeastSquaresMethod, number])[] = [
      [svd(), 1e-10],
      [randomizedSvd({ components: 20, oversamples: 4, iterations: 4 }), 1e-2],
      [conjugateGradient({ tolerance: 1e-9 }), 1e-6],
      [conjugateGradient({ tolerance: 1e-3, start: exact }), 1e-3],
      [blockConjugateGradient({ tolerance: 1e-7 }), 1e-6],
      [relativeConjugateGradient({ tolerance: 1e-10 }), 1e-6],
      [lsmr({ tolerance: 1e-10 }), 1e-6],
    ];
    const failed: string[] = [];
    for (const [method, tolerance] of methods) {
      const { weights } = await solve(make(method), activities, targets);
      if (!(worstDifference(weights, exact) / largest < tolerance)) failed.push(method.kind);
    }
    expect(failed).toEqual([]);
  });

  it('tells how it went', async () => {
    expect((await solve(lstsq(), activities, targets)).info).toEqual({ rank: expect.any(Number) as number });
    const iterated = await solve(lstsqL2({ method: conjugateGradient({ mostIterations: 2 }) }), activities, targets);
    expect(iterated.info).toEqual({ iterations: [2, 2] });
    const given = await solve(
      lstsqL2({ method: conjugateGradient({ start: iterated.weights, mostIterations: 1 }) }),
      activities,
      targets,
    );
    expect(given.info).toEqual({ iterations: [1, 1] });
    // Of 50 weights, an eighth are at most 7 of one target.
    expect((await solve(lstsqDrop({ drop: 0.125 }), activities, targets)).info).toSatisfy(
      ({ dropped }: { dropped: number[] }) => dropped[0]! + dropped[1]! === 6,
    );
  });

  it('finds sparse decoders, the sparser the larger the penalty', async () => {
    const zerosBy = async (l1: number): Promise<number> =>
      (await solve(lstsqL1({ l1 }), activities, targets)).weights.data.filter((weight) => weight === 0).length;
    const [few, some, many] = [await zerosBy(0), await zerosBy(1e-4), await zerosBy(1e-2)];
    expect(few).toBe(0);
    expect(some).toBeGreaterThan(0);
    expect(many).toBeGreaterThan(some);
  });

  it('has the optimality that the elastic net asks for', async () => {
    const [l1, l2] = [1e-3, 1e-4];
    const { weights } = await solve(lstsqL1({ l1, l2, mostIterations: 100_000 }), activities, targets);
    const [points, neurons] = activities.shape as [number, number];
    const most = Math.max(...activities.data);
    const residual = matmul(activities, weights);
    residual.data.forEach((value, index) => (residual.data[index] = targets.data[index]! - value));
    const pull = matmul(transpose(activities), residual);
    for (let index = 0; index < 2 * neurons; index++) {
      const weight = weights.data[index]!;
      const force = pull.data[index]! / points - most * l2 * weight;
      const limit = most * l1;
      const excess = weight === 0 ? Math.max(Math.abs(force) - limit, 0) : force - limit * Math.sign(weight);
      expect(Math.abs(excess) / limit).toBeLessThan(1e-5);
    }
  });

  it('refuses where to start from another size, and a method of no known kind', async () => {
    const start = [[1, 2]];
    await expect(solve(lstsqL2({ method: conjugateGradient({ start }) }), activities, targets)).rejects.toThrow(
      expect.objectContaining({ code: 'SHAPE_MISMATCH' }),
    );
    const method = { family: 'leastSquaresMethod', kind: 'acme/qr' } as const;
    await expect(solve(lstsqL2({ method }), activities, targets)).rejects.toThrow(
      expect.objectContaining({ code: 'UNKNOWN_KIND', message: expect.stringContaining('cholesky') as string }),
    );
    const within = lstsqDrop({ first: noSolver() });
    await expect(solve(within, activities, targets)).rejects.toThrow(expect.objectContaining({ code: 'UNKNOWN_KIND' }));
  });

  it('takes given decoders as they are, or zeros', async () => {
    const values = [
      [1, 2],
      [3, 4],
      [5, 6],
    ];
    const shapes = [ndarray([[0, 0, 0]]), ndarray([[0, 0]])] as const;
    expect((await solve(noSolver({ values }), ...shapes)).weights.toNested()).toEqual(values);
    expect((await solve(noSolver(), ...shapes)).weights.toNested()).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    await expect(solve(noSolver({ values: [[1]] }), ...shapes)).rejects.toThrow(
      expect.objectContaining({ code: 'SHAPE_MISMATCH' }),
    );
  });
});
