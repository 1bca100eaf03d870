/**
 * @file Extension point: what a kind of transform does between what a connection computes and what its target takes. One that is a
 * number, a diagonal or a matrix says so, and is multiplied with the decoders before anything runs; others write operators. It is no
 * function: it is linear, and knows nothing of neurons.
 */
import type { Distribution, Transform } from '@ndl/model';
import type { NdArray, Pieces } from '@ndl/numerics';
import type { OperatorContext } from './operator-context.ts';
import type { SignalView } from '../graph/signals.ts';
import { token, type Token } from './token.ts';

/** Arrays of a transform by name. */
export type TransformArrays = Readonly<Record<string, NdArray>>;

/** Samples a distribution, or copies an array of shape [count], or [count, dimensions] where these are given. */
export type SampleArray = (
  source: Distribution | NdArray,
  count: number,
  dimensions?: number,
) => Pieces<NdArray<Float64Array>>;

/** A connection with a transform, as its definition sees it. */
export interface TransformSite {
  /** What comes in, [size in]: the source, the function's result, or what was decoded. */
  readonly input: SignalView;
  /** What goes out, [size out]: to be set. */
  readonly output: SignalView;
  /** The transform's arrays, by the names in its `parameters`. */
  readonly parameters: Readonly<Record<string, SignalView>>;
}

/** The behaviour of one kind of transform: it has `weights`, or `build`. */
export interface TransformDefinition<Type extends Transform = Transform> {
  readonly kind: Type['kind'];
  /**
   * Its arrays, drawn where they are distributions, in Nengo's order: a generator function that is not async, `*arrays(…)`. Those of a
   * transform with `parameters` have their names.
   */
  arrays(transform: Type, sample: SampleArray): Pieces<TransformArrays>;
  /** What it is as one array: of shape [] for a multiple of the identity, [n] for a diagonal, or [size out, size in]; null for nothing. */
  weights?(arrays: TransformArrays): NdArray | null;
  /** Writes the operators that set the output. */
  build?(transform: Type, site: TransformSite, context: OperatorContext): void;
}

/** Collection of the known kinds of transforms. */
export const TRANSFORM_DEFINITIONS: Token<TransformDefinition> = /* @__PURE__ */ token<TransformDefinition>(
  '@ndl/core/transform-definitions',
);
