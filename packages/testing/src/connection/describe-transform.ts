/** @file `describeTransform`: the conformance suite of kinds of transforms. */
import type { MapOperator, TransformArrays, TransformDefinition } from '@ndl/core';
import { isOfFamily, type Distribution, type Transform } from '@ndl/model';
import { isNdArray, zeros, NdArray, RandomState, type Pieces } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import { PATIENCE } from '../patience.ts';
import { DefinitionBench } from './definition-bench.ts';

/** A kind of transform under test. */
export interface TransformSuite<Type extends Transform = Transform> {
  readonly definition: TransformDefinition<Type>;
  /** Transforms of this kind, two or more; distributions in them are drawn as uniform in [-1, 1). */
  readonly transforms: readonly [Type, Type, ...Type[]];
  /** The matrix [out][in] that one is, from its arrays: a closed form, written independently of the definition. */
  readonly matrixOf: (transform: Type, arrays: TransformArrays) => readonly (readonly number[])[];
}

/**
 * Declares the tests of a kind of transform, to be called at the top level of a test file:
 * `describeTransform('myTransform', { definition, transforms: [myTransform(3), myTransform(5)], matrixOf })`.
 */
export function describeTransform<Type extends Transform>(name: string, suite: TransformSuite<Type>): void {
  const { definition, transforms, matrixOf } = suite;

  describe(`transform ${name}`, { timeout: PATIENCE }, () => {
    test('is of the kind of its transforms', () => {
      expect(transforms.map(({ kind }) => kind)).toEqual(transforms.map(() => definition.kind));
    });

    test('is one array, or operators', () => {
      expect([definition.weights, definition.build].filter((part) => part !== undefined)).toHaveLength(1);
    });

    describe.each(transforms.map((transform, index) => ({ index, transform })))('transform $index', ({ transform }) => {
      const [rows, columns] = transform.shape;

      test('has the arrays that it says, finite, and the same from the same generator', () => {
        const arrays = drawn(definition, transform);
        const { parameters = [] } = transform;
        for (const parameter of parameters) expect(isNdArray(arrays[parameter])).toBe(true);
        for (const { data } of Object.values(arrays)) expect(Array.from(data).every(Number.isFinite)).toBe(true);
        expect(drawn(definition, transform)).toEqual(arrays);
      });

      test('multiplies by the matrix of its closed form', () => {
        const arrays = drawn(definition, transform);
        const matrix = matrixOf(transform, arrays);
        expect([matrix.length, matrix[0]!.length]).toEqual([rows, columns]);
        for (const seed of [1, 2, 3]) {
          const x = random([columns], new RandomState(seed)).data;
          const wanted = matrix.map((row) => row.reduce((sum, value, column) => sum + value * x[column]!, 0));
          const got = applied(suite, transform, arrays, x);
          wanted.forEach((value, row) => expect(Math.abs(got[row]! - value)).toBeLessThanOrEqual(1e-12 * columns));
        }
      });

      test('puts out nothing for nothing', () => {
        const got = applied(suite, transform, drawn(definition, transform), new Float64Array(columns));
        expect(Array.from(got).every((value) => Math.abs(value) === 0)).toBe(true);
      });

      if (definition.build === undefined) return;
      test('has the same kernels each time, so that connections merge', () => {
        const [first, second] = [1, 2].map(() => kernelsOf(suite, transform));
        first!.forEach((kernel, index) => expect(second![index]).toBe(kernel));
      });
    });
  });
}

function random(shape: readonly number[], generator: RandomState): NdArray<Float64Array> {
  const array = zeros(shape);
  array.data.forEach((_, index) => (array.data[index] = generator.uniform(-1, 1)));
  return array;
}

function drawn<Type extends Transform>(definition: TransformDefinition<Type>, transform: Type): TransformArrays {
  const generator = new RandomState(7);
  return finished(
    definition.arrays(transform, function* (source: Distribution | NdArray, count, dimensions) {
      yield count;
      const shape = dimensions === undefined ? [count] : [count, dimensions];
      if (isOfFamily(source, 'distribution')) return random(shape, generator);
      expect((source as NdArray).shape).toEqual(shape);
      return new NdArray(Float64Array.from((source as NdArray).data), shape);
    }),
  );
}

function finished<Result>(pieces: Pieces<Result>): Result {
  for (let next = pieces.next(); ; next = pieces.next()) if (next.done === true) return next.value;
}

/** What a transform makes of a vector. */
function applied<Type extends Transform>(
  { definition }: TransformSuite<Type>,
  transform: Type,
  arrays: TransformArrays,
  x: ArrayLike<number>,
): ArrayLike<number> {
  if (definition.weights !== undefined) return multiplied(definition.weights(arrays), x);
  const { bench, output } = built(definition, transform, arrays, x);
  bench.step();
  return bench.read(output);
}

function multiplied(weights: NdArray | null, x: ArrayLike<number>): ArrayLike<number> {
  if (weights === null) return x;
  if (weights.rank < 2)
    return Float64Array.from(x, (value, row) => value * weights.data[weights.rank === 0 ? 0 : row]!);
  const [rows, columns] = weights.shape as [number, number];
  return Float64Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => weights.data[row * columns + column]! * x[column]!).reduce(
      (sum, term) => sum + term,
      0,
    ),
  );
}

function built<Type extends Transform>(
  definition: TransformDefinition<Type>,
  transform: Type,
  arrays: TransformArrays,
  x: ArrayLike<number>,
) {
  const bench = new DefinitionBench();
  const input = bench.place('input', new NdArray(Float64Array.from(x), [x.length]));
  const output = bench.place('output', zeros([transform.shape[0]]));
  const names = transform.parameters ?? [];
  const parameters = Object.fromEntries(names.map((name) => [name, bench.place(name, arrays[name]!)]));
  definition.build!(transform, { input, output, parameters }, bench);
  return { bench, output };
}

function kernelsOf<Type extends Transform>({ definition }: TransformSuite<Type>, transform: Type): readonly unknown[] {
  const x = new Float64Array(transform.shape[1]);
  const { bench } = built(definition, transform, drawn(definition, transform), x);
  return bench.operators.filter(({ kind }) => kind === 'map').map((operator) => (operator as MapOperator).kernel);
}
