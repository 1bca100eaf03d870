/**
 * @file The built-in transforms. Those here are one array, or none, and so are multiplied into the weights of their connection; others have
 * a file each.
 */
import { readsOnly, type TransformDefinition } from '@ndl/core';
import { kept, type DenseTransform, type NoTransform } from '@ndl/model';
import { copyInPieces, isNdArray, NdArray } from '@ndl/numerics';
import { convolutionDefinition, convolutionTransposeDefinition } from './convolutions.ts';
import { sparseDefinition } from './sparse.ts';

/** A number, a vector or a matrix, drawn row by row where it is a distribution. */
export const denseDefinition: TransformDefinition<DenseTransform> = {
  kind: 'dense',
  *arrays(transform, sample) {
    const [rows, columns] = transform.shape;
    const initial = kept(transform, 'initial');
    if (typeof initial === 'number') return { weights: new NdArray(Float64Array.of(initial), []) };
    return { weights: isNdArray(initial) ? yield* copyInPieces(initial) : yield* sample(initial, rows, columns) };
  },
  weights: ({ weights }) => weights!,
};

/** What comes in goes out. */
export const noTransformDefinition: TransformDefinition<NoTransform> = {
  kind: 'none',
  *arrays() {
    yield 0;
    return {};
  },
  weights: () => null,
};

export const BUILT_IN_TRANSFORMS: readonly TransformDefinition[] = (
  [
    denseDefinition,
    noTransformDefinition,
    sparseDefinition,
    convolutionDefinition,
    convolutionTransposeDefinition,
  ] as readonly unknown[] as readonly TransformDefinition[]
).map((definition) => readsOnly(definition));
