/** @file `describeLearningRule`: the conformance suite of kinds of learning rules. */
import type { BuiltLearningRule, LearningRuleDefinition, LearningSite, MapOperator } from '@ndl/core';
import type { Connection, LearningRuleType } from '@ndl/model';
import { RandomState, zeros, type NdArray } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import { PATIENCE } from '../patience.ts';
import { DefinitionBench } from './definition-bench.ts';

/** A kind of learning rule under test: one that needs no more than its site and its context. */
export interface LearningRuleSuite<Type extends LearningRuleType = LearningRuleType> {
  readonly definition: LearningRuleDefinition<Type>;
  /** Rules of this kind with different parameters, two or more; the suite builds each. */
  readonly types: readonly [Type, Type, ...Type[]];
  /** The connection that the rule sees. Default: one without ends. */
  readonly connection?: Partial<Connection>;
  /** What filters pass on of their input in the suite, by name. Default: all. */
  readonly filters?: Readonly<Record<string, number>>;
  /**
   * By how much the weights [rows][columns] change in a step, of activities that are filtered as `filters` says: a closed form, written independently of
   * the definition. Default: not compared.
   */
  readonly expected?: (type: Type, seen: SeenByRule) => readonly (readonly number[])[];
}

/** What a rule sees in one step. */
export interface SeenByRule {
  readonly dt: number;
  readonly weights: readonly (readonly number[])[];
  readonly pre: readonly number[];
  readonly post: readonly number[];
  readonly input: readonly number[];
}

const SHAPES = [
  [3, 5],
  [1, 1],
  [4, 2],
] as const;

/**
 * Declares the tests of a kind of learning rule, to be called at the top level of a test file:
 * `describeLearningRule('myRule', { definition, types: [myRule(), myRule({ learningRate: 0.1 })] })`.
 */
export function describeLearningRule<Type extends LearningRuleType>(
  name: string,
  suite: LearningRuleSuite<Type>,
): void {
  const { definition, types, expected } = suite;

  describe(`learning rule ${name}`, { timeout: PATIENCE }, () => {
    test('is of the kind of its types, which differ', () => {
      expect(types.map(({ kind }) => kind)).toEqual(types.map(() => definition.kind));
      expect(new Set(types.map((type) => JSON.stringify(type))).size).toBe(types.length);
    });

    test('has the same kernels for all types, so that connections merge', async () => {
      const [first, ...others] = await Promise.all(types.map(async (type) => (await placed(suite, type, [3, 5])).maps));
      for (const maps of others) {
        expect(maps.length).toBe(first!.length);
        maps.forEach(({ kernel }, index) => expect(kernel).toBe(first![index]!.kernel));
      }
    });

    describe.each(types.map((type, index) => ({ index, type })))('type $index', ({ type }) => {
      test.each(SHAPES)('builds a delta of %d × %d weights, and all that can be probed', async (rows, columns) => {
        const { built, maps } = await placed(suite, type, [rows, columns]);
        expect(built.delta.shape).toEqual([rows, columns]);
        expect(built.delta.signal.initial.data.every((value) => value === 0)).toBe(true);
        expect(type.probeable.filter((each) => each !== 'delta' && !(each in built.signals))).toEqual([]);
        const updating = maps.filter(({ updates }) => updates.some(({ signal }) => signal === built.delta.signal));
        expect(updating).toHaveLength(1);
      });

      test('learns nothing where nothing is active', async () => {
        const { bench, built } = await placed(suite, type, [3, 5], 0);
        for (let step = 0; step < 3; step++) bench.step();
        expect(bench.read(built.delta).every((value) => Math.abs(value) === 0)).toBe(true);
      });

      test('learns something where all is active, and numbers that are finite', async () => {
        const { bench, built } = await placed(suite, type, [3, 5]);
        bench.step();
        expect(bench.read(built.delta).some((value) => value !== 0)).toBe(true);
        for (let step = 0; step < 20; step++) bench.step();
        expect(bench.read(built.delta).every(Number.isFinite)).toBe(true);
      });

      if (expected === undefined) return;
      test('changes weights as its closed form says', async () => {
        for (const [rows, columns] of SHAPES) {
          const { bench, built, site } = await placed(suite, type, [rows, columns]);
          const weights = rowsOf(bench.read(site.modified), columns);
          const seen = {
            dt: bench.dt,
            weights,
            pre: [...bench.read(site.pre)],
            post: [...bench.read(site.post!)],
            input: site.input === null ? [] : [...bench.read(site.input)],
          };
          bench.step();
          const [got, wanted] = [bench.read(built.delta), expected(type, seen).flat()];
          const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          wanted.forEach((value, index) => expect(Math.abs(got[index]! - value)).toBeLessThanOrEqual(1e-12 * scale));
        }
      });
    });
  });
}

interface PlacedRule {
  readonly bench: DefinitionBench;
  readonly site: LearningSite;
  readonly built: BuiltLearningRule;
  readonly maps: readonly MapOperator[];
}

/** A rule on a bench, before weights and activities drawn at random: activities in [0, scale · 100), all else about 0. */
async function placed<Type extends LearningRuleType>(
  { definition, connection = {}, filters }: LearningRuleSuite<Type>,
  type: Type,
  [rows, columns]: readonly [number, number],
  scale = 1,
): Promise<PlacedRule> {
  const bench = new DefinitionBench(filters);
  const random = new RandomState(rows * 10 + columns);
  const drawn = (shape: readonly number[], low: number, high: number): NdArray => {
    const array = zeros(shape);
    array.data.forEach((_, index) => (array.data[index] = low + (high - low) * random.uniform(0, 1)));
    return array;
  };
  const size = typeof type.sizeIn === 'number' ? type.sizeIn : rows;
  const site: LearningSite = {
    connection: connection as Connection,
    modified: bench.place('weights', drawn([rows, columns], -1, 1)),
    input: size === 0 ? null : bench.place('input', drawn([size], -1, 1)),
    pre: bench.place('pre', drawn([columns], 0, 100 * scale)),
    post: bench.place('post', drawn([rows], 0, 100 * scale)),
  };
  const built = await definition.build(type, site, bench);
  const maps = bench.operators.filter((operator) => operator.kind === 'map');
  return { bench, site, built, maps };
}

function rowsOf(values: Float64Array, columns: number): readonly (readonly number[])[] {
  return Array.from({ length: values.length / columns }, (_, row) => [
    ...values.subarray(row * columns, (row + 1) * columns),
  ]);
}
