/** @file Transforms: the linear map between a connection's function and its target. Data only. */
import { type ArrayLikeInput, type NdArray, isNdArray, refuseSurplus } from '@ndl/numerics';
import { requireRoomFor } from '../data/array-size.ts';
import {
  checkDefinition,
  distributionOrArray,
  finiteArray,
  finiteNumber,
  hintForFactory,
  isArrayInput,
  nonEmptyText,
  ofFamily,
  wholeNumber,
  wholeNumbers,
  type Check,
} from '../data/checks.ts';
import type { Distribution } from '../distributions/any-distribution.ts';
import { invalidParameter, wrongShape } from '../errors.ts';
import { isOfFamily, type FrozenData } from '../data/frozen-data.ts';
import { immutableData } from '../data/immutable-data.ts';

/** Any kind of linear map from what a connection computes to what its target takes. */
export interface Transform extends FrozenData<'transform'> {
  /** [size out, size in]. */
  readonly shape: readonly [number, number];
  /**
   * Names of the arrays that it is made of, which can be probed and trained: fields of it, each an array or the distribution that it is
   * drawn from. Left out where it is multiplied into the weights of its connection.
   */
  readonly parameters?: readonly string[];
}

/** A full matrix; a number or a vector stand for multiples of the identity and for diagonal matrices. */
export interface DenseTransform extends Transform {
  readonly kind: 'dense';
  /** A number, an array of shape [size] or [size out, size in], or where the matrix is drawn from. */
  readonly initial: number | NdArray | Distribution;
}

/** Nothing: what comes in goes out. */
export interface NoTransform extends Transform {
  readonly kind: 'none';
  readonly size: number;
}

/** What is taken where a transform is wanted; null for none. */
export type TransformInput = Transform | Distribution | ArrayLikeInput | null;

/**
 * A matrix of shape [size out, size in]: `initial` is the matrix, a vector or number for its diagonal (square shapes
 * only), or the distribution of its elements. Default 1.
 * @throws NdlError INVALID_OPTION, SHAPE_MISMATCH, NOT_FINITE
 */
export function dense(shape: readonly [number, number], initial: ArrayLikeInput | Distribution = 1): DenseTransform {
  refuseSurplus('dense', arguments, 2);
  return denseFor(shape, initial, 'dense');
}

/** The transform that a user's value stands for, between `sizeIn` and `sizeOut`; `where` begins the sentence of errors. */
export function denseFor(shape: readonly [number, number], initial: unknown, where: string): DenseTransform {
  if (!Array.isArray(shape) || shape.length !== 2)
    throw invalidParameter(`${where}: shape`, 'two sizes, [out, in]', shape);
  wholeNumbers(1)(shape, `${where}: shape`);
  const [rows, columns] = shape;
  requireRoomFor([Math.max(rows, columns)], where, 'too many elements');
  const make = (checked: number | NdArray | Distribution): DenseTransform =>
    immutableData({ family: 'transform', kind: 'dense', shape: [rows, columns], initial: checked });

  if (isOfFamily(initial, 'distribution')) {
    requireRoomFor(shape, where, 'too many elements');
    return make(initial);
  }
  if (!isArrayInput(initial))
    throw invalidParameter(
      where,
      'a number, an array, a distribution, or dense(…)',
      initial,
      hintForFactory(initial, where),
    );
  const isScalar = typeof initial === 'number' || (isNdArray(initial) && initial.rank === 0);
  const values = finiteArray(initial, where);
  if (values.rank <= 1 && rows !== columns) {
    const what = isScalar ? 'A number' : 'A vector';
    throw wrongShape(
      where,
      [rows, columns],
      values.shape,
      `${what} stands for a diagonal matrix, so it needs as many outputs as inputs.`,
    );
  }
  const expected = values.rank === 0 ? [] : values.rank === 1 ? [rows] : [rows, columns];
  if (values.rank > 2 || values.shape.some((length, axis) => length !== expected[axis])) {
    throw wrongShape(where, expected, values.shape);
  }
  return make(isScalar ? finiteNumber(values.data[0], where) : values);
}

/** No transform, for `size` numbers. @throws NdlError INVALID_OPTION */
export function noTransform(size: number): NoTransform {
  refuseSurplus('noTransform', arguments, 1);
  const checked = wholeNumber(1)(size, 'noTransform: size');
  return immutableData({ family: 'transform', kind: 'none', shape: [checked, checked], size: checked });
}

/** What a third party says of its kind of transform: its arrays are fields of it, which `parameters` names. */
export interface TransformDefinitionData {
  readonly kind: string;
  readonly shape: readonly [number, number];
  readonly parameters: readonly string[];
}

/** Names that are those of connections' own signals. */
const TAKEN: readonly string[] = [
  'family',
  'kind',
  'shape',
  'parameters',
  'input',
  'operand',
  'output',
  'weighted',
  'weights',
];

/**
 * A transform of a third party's kind. What `parameters` names are fields that hold an array or a distribution.
 * @throws NdlError INVALID_OPTION, NOT_FINITE
 */
export function defineTransform<const Definition extends TransformDefinitionData>(
  definition: Definition,
): Readonly<Definition> & Transform {
  refuseSurplus('defineTransform', arguments, 1);
  checkDefinition(definition, 'defineTransform');
  return transform({ ...definition, family: 'transform' }, definition.kind) as Readonly<Definition> & Transform;
}

/** A transform, also one written by hand. */
export const transform: Check<Transform> = (value, where) => {
  const given = ofFamily<Transform>('transform', 'a transform, as made by dense …')(value, where);
  const { shape, parameters = [] } = given as Partial<Transform>;
  if (!Array.isArray(shape) || shape.length !== 2)
    throw invalidParameter(`${where}: shape`, 'two sizes, [out, in]', shape);
  wholeNumbers(1)(shape, `${where}: shape`);
  if (!Array.isArray(parameters)) throw invalidParameter(`${where}: parameters`, 'a list of names', parameters);
  const fields: Record<string, unknown> = { ...given };
  for (const name of parameters) {
    nonEmptyText(name, `${where}: parameters`);
    if (TAKEN.includes(name))
      throw invalidParameter(`${where}: parameters`, `none of the names ${TAKEN.join(', ')}`, name);
    fields[name] = distributionOrArray(fields[name], `${where}: ${name}`);
  }
  return parameters.length === 0 ? given : immutableData(fields as unknown as Transform);
};

/** Whether a transform is dense, and kept as a full matrix. */
export function isMatrix(transform: Transform): boolean {
  if (transform.kind !== 'dense') return false;
  const { initial } = transform as DenseTransform;
  return isNdArray(initial) ? initial.rank === 2 : typeof initial !== 'number';
}
