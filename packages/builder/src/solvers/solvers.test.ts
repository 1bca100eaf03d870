/** @file Solvers find Nengo's decoders. */
import type { Solution } from '@ndl/core';
import { lstsq, lstsqL2, noSolver, type Solver } from '@ndl/model';
import { ndarray, RandomState, transpose, type NdArray } from '@ndl/numerics';
import { describe, expect, it } from 'vitest';
import { readGolden } from '../../../golden/networks/read-golden.ts';
import { BUILT_IN_SOLVERS } from './index.ts';

interface GoldenSolvers {
  readonly A: number[][];
  readonly Y: number[][];
  readonly solvers: readonly {
    readonly solver: { type: string; rcond: number; reg: number; solver: { type: string; transpose: boolean | null } };
    readonly X: number[][];
    readonly rmses: number[];
  }[];
}

const golden = readGolden<GoldenSolvers>('unit_solvers');
const activities = ndarray(golden.A);
const targets = ndarray(golden.Y);
const cases = golden.solvers
  .filter(({ solver }) => solver.type === 'Lstsq' || (solver.type === 'LstsqL2' && solver.solver.type === 'Cholesky'))
  .map(({ solver, X, rmses }) => ({
    name: `${solver.type}(${solver.type === 'Lstsq' ? solver.rcond : solver.reg})`,
    solver:
      solver.type === 'Lstsq' ? lstsq({ conditionThreshold: solver.rcond }) : lstsqL2({ regularization: solver.reg }),
    X: ndarray(X),
    rmses,
  }));

async function solve(solver: Solver, a: NdArray, y: NdArray): Promise<Solution> {
  return BUILT_IN_SOLVERS.find(({ kind }) => kind === solver.kind)!.solve(solver, a, y, new RandomState(0));
}

function worstDifference(a: NdArray, b: NdArray): number {
  expect(a.shape).toEqual(b.shape);
  return Array.from(a.data).reduce((worst, value, index) => Math.max(worst, Math.abs(value - b.data[index]!)), 0);
}

describe('solvers', () => {
  it.each(cases)('$name solves as Nengo', async ({ solver, X, rmses }) => {
    const { weights, errors } = await solve(solver, activities, targets);
    const largest = Array.from(X.data).reduce((bound, value) => Math.max(bound, Math.abs(value)), 0);
    expect(worstDifference(weights, X) / largest).toBeLessThan(1e-9);
    expect(worstDifference(errors, ndarray(rmses))).toBeLessThan(1e-12);
  });

  it('has cases of both kinds', () => {
    expect(new Set(cases.map(({ solver }) => solver.kind))).toEqual(new Set(['lstsq', 'lstsqL2']));
  });

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
