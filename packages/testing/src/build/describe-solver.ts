/** @file `describeSolver`: the conformance suite of kinds of solvers. */
import type { Activities, ActivityRange, Solution, SolverDefinition } from '@ndl/core';
import type { Solver } from '@ndl/model';
import { complete, NdArray, type Matrix, type Pieces, RandomState } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import { PATIENCE } from '../patience.ts';

/** A kind of solver under test. */
export interface SolverSuite<Type extends Solver = Solver> {
  readonly definition: SolverDefinition<Type>;
  /** Solvers of this kind with different parameters, two or more; the suite solves with each. */
  readonly solvers: readonly [Type, Type, ...Type[]];
  /**
   * Largest root mean squared error of what activities can say without one, as a share of the targets' root mean square: of solvers that
   * regularize, some percent. Default 0.2.
   */
  readonly tolerance?: number;
}

const [POINTS, NEURONS, TARGETS] = [120, 30, 2];

/**
 * Declares the tests of a kind of solver, to be called at the top level of a test file:
 * `describeSolver('mySolver', { definition, solvers: [mySolver(), mySolver({ reg: 0.5 })] })`.
 */
export function describeSolver<Type extends Solver>(name: string, suite: SolverSuite<Type>): void {
  const { definition, solvers, tolerance = 0.2 } = suite;

  describe(`solver ${name}`, { timeout: PATIENCE }, () => {
    test('is of the kind of its solvers, which differ', () => {
      expect(solvers.map(({ kind }) => kind)).toEqual(solvers.map(() => definition.kind));
      expect(new Set(solvers.map((each) => JSON.stringify(each))).size).toBe(solvers.length);
    });

    describe.each(solvers.map((solver, index) => ({ index, solver })))('solver $index', ({ solver }) => {
      const solved = async (): Promise<Solution> => {
        const { activities, targets } = problem();
        return definition.solve(solver, activities, targets, new RandomState(3));
      };

      test('finds weights of each neuron for each target, and tells their errors', async () => {
        const { activities, targets } = problem();
        const { weights, errors } = await solved();
        expect(weights.shape).toEqual([NEURONS, TARGETS]);
        expect(errors.shape).toEqual([TARGETS]);
        expect([...weights.data, ...errors.data].every(Number.isFinite)).toBe(true);
        const own = errorsOf(activities, weights, targets);
        own.forEach((error, target) =>
          expect(Math.abs(errors.data[target]! - error)).toBeLessThanOrEqual(1e-6 * (1 + error)),
        );
      });

      test('decodes what activities can say', async () => {
        const { activities, targets } = problem();
        const { weights } = await solved();
        const size = Math.sqrt(
          Float64Array.from(targets.data).reduce((sum, value) => sum + value * value, 0) / targets.size,
        );
        for (const error of errorsOf(activities, weights, targets)) expect(error).toBeLessThanOrEqual(tolerance * size);
      });

      test('finds the same once more', async () => {
        expect((await solved()).weights).toEqual((await solved()).weights);
      });

      test('finds the same in pieces', async () => {
        if (definition.solveInPieces === undefined) return;
        const { activities, targets } = problem();
        const pieces = definition.solveInPieces(solver, shown(activities), targets, new RandomState(3));
        const { weights } = complete(pieces);
        const whole = (await solved()).weights;
        weights.data.forEach((value, index) =>
          expect(Math.abs(value - whole.data[index]!)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(value))),
        );
      });

      test('costs something, for estimates', () => {
        const cost = definition.cost?.(solver, { points: POINTS, neurons: NEURONS, targets: TARGETS });
        for (const value of cost === undefined ? [] : [cost.operations, cost.bytes])
          expect(Number.isFinite(value) && value >= 0).toBe(true);
      });
    });
  });
}

/** Rectified lines over [-1, 1] and its square, in Hz, and what is to be decoded: the value and its half. */
function problem(): { readonly activities: NdArray; readonly targets: NdArray } {
  const random = new RandomState(1);
  const [values, slopes, bends] = [
    random.uniform(-1, 1, POINTS),
    random.uniform(100, 300, NEURONS),
    random.uniform(-0.9, 0.9, NEURONS),
  ];
  const activities = new Float64Array(POINTS * NEURONS);
  const targets = new Float64Array(POINTS * TARGETS);
  for (let point = 0; point < POINTS; point++) {
    for (let neuron = 0; neuron < NEURONS; neuron++) {
      const towards = neuron % 2 === 0 ? 1 : -1;
      activities[point * NEURONS + neuron] = Math.max(0, slopes[neuron]! * (towards * values[point]! - bends[neuron]!));
    }
    targets.set([values[point]!, values[point]! / 2], point * TARGETS);
  }
  return { activities: new NdArray(activities, [POINTS, NEURONS]), targets: new NdArray(targets, [POINTS, TARGETS]) };
}

/** Root mean squared errors, by target. */
function errorsOf(activities: NdArray, weights: NdArray, targets: NdArray): readonly number[] {
  return Array.from({ length: TARGETS }, (_, target) => {
    let sum = 0;
    for (let point = 0; point < POINTS; point++) {
      let value = 0;
      for (let neuron = 0; neuron < NEURONS; neuron++)
        value += activities.data[point * NEURONS + neuron]! * weights.data[neuron * TARGETS + target]!;
      sum += (value - targets.data[point * TARGETS + target]!) ** 2;
    }
    return Math.sqrt(sum / POINTS);
  });
}

/** Activities as they are shown to solvers in pieces. */
function shown({ data }: NdArray): Activities {
  const part = function* (range: ActivityRange, isTransposed: boolean): Pieces<Matrix> {
    const [[fromPoint, toPoint], [fromNeuron, toNeuron]] = [range.points ?? [0, POINTS], range.neurons ?? [0, NEURONS]];
    const [points, neurons] = [toPoint - fromPoint, toNeuron - fromNeuron];
    const values = new Float64Array(points * neurons);
    for (let point = 0; point < points; point++)
      for (let neuron = 0; neuron < neurons; neuron++)
        values[isTransposed ? neuron * points + point : point * neurons + neuron] =
          data[(fromPoint + point) * NEURONS + fromNeuron + neuron]!;
    yield values.length;
    return new NdArray(values, isTransposed ? [neurons, points] : [points, neurons]);
  };
  return {
    points: POINTS,
    neurons: NEURONS,
    block: (range) => part(range, false),
    transposedBlock: (range) => part(range, true),
  };
}
