/** @file Definitions of transforms, with what they return checked where it comes in: what is wrong is said of kind and plugin. */
import type { TransformArrays, TransformDefinition } from '@ndl/core';
import type { Transform } from '@ndl/model';
import { isNdArray, type NdArray, type Pieces } from '@ndl/numerics';
import { definitionIncomplete, resultInvalid } from './definition-errors.ts';
import { kindOf, requireArrayInPieces } from './arrays.ts';
import { calling, callingInPieces, writeOperators } from './definition-name.ts';

/** Arrays are finite and named as `parameters` says; what is one array has one of the three shapes. */
export function checkedTransform(definition: TransformDefinition, name: string): TransformDefinition {
  const { kind, weights, build } = definition;
  if ((weights === undefined) === (build === undefined)) {
    const given = weights === undefined ? 'neither weights nor build' : 'both weights and build';
    throw definitionIncomplete(name, 'its parts', given, 'one of the two is wanted');
  }
  return {
    kind,
    *arrays(transform, sample): Pieces<TransformArrays> {
      const arrays = yield* callingInPieces(name, 'arrays', () => definition.arrays(transform, sample));
      if (typeof arrays !== 'object' || arrays === null)
        throw resultInvalid(name, `${kindOf(arrays)} from arrays`, 'arrays by name are wanted');
      const { parameters = [] } = transform;
      const missing = parameters.find((parameter) => !isNdArray(arrays?.[parameter]));
      if (missing !== undefined)
        throw resultInvalid(name, `no array '${missing}'`, 'arrays gives one for every name in parameters');
      for (const [parameter, array] of Object.entries(arrays))
        yield* requireArrayInPieces(name, `the array '${parameter}'`, array, isNdArray(array) ? array.shape : []);
      return arrays;
    },
    ...(weights !== undefined && {
      weights: (arrays: TransformArrays) => calling(name, () => definition.weights!(arrays)),
    }),
    ...(build !== undefined && {
      build: (...site: Parameters<NonNullable<TransformDefinition['build']>>) => {
        writeOperators(name, () => definition.build!(...site));
      },
    }),
  };
}

/** What a transform is as one array. @throws NdlError DEFINITION_RESULT for another shape than those that it can have */
export function requireWeights(name: string, { shape }: Transform, weights: unknown): NdArray | null {
  if (weights === null) return null;
  const [rows, columns] = shape;
  const shapes = rows === columns ? [[], [rows], [rows, columns]] : [[rows, columns]];
  if (isNdArray(weights) && shapes.some((wanted) => wanted.join() === weights.shape.join())) return weights;
  const given = isNdArray(weights) ? `weights of shape [${weights.shape.join(', ')}]` : 'weights that are no NdArray';
  const wanted = shapes.map((each) => `[${each.join(', ')}]`).join(' or ');
  throw resultInvalid(name, given, `shape ${wanted}, or null, is wanted`);
}
