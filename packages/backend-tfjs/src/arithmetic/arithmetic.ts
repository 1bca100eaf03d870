/**
 * @file The arithmetic that instructions and their gradients come down to. There are two kinds: `host-arithmetic.ts` for
 * engines whose tensors lie in the host's memory, `device-arithmetic.ts` in terms of tfjs operations alone. `operations.ts` says
 * what the gradients are.
 */
import type { Kernel } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import type { Convolutions } from './convolutions.ts';
import type { Picking, Piece } from '../lowering/picking.ts';
import type { Extents, Tensor } from '../engines/tensors.ts';

/** Sizes of grouped matrices: [groups, rows, columns]. */
export interface Groups {
  readonly groups: number;
  readonly rows: number;
  readonly columns: number;
}

/** A reduction over axes of a view; steps and items are summed apart. */
export interface Reduction {
  readonly shape: readonly number[];
  /** Ascending. */
  readonly axes: readonly number[];
  /** For each element of the source, the element of the result that it goes to. */
  readonly destinations: Piece;
  /** The way back: each element of the source takes that of the result. */
  readonly spread: Picking;
  /** Elements of the result. */
  readonly length: number;
}

/** Remembers what is derived from a matrix that stays the same over many steps. */
export interface MatrixMemory {
  recall(matrix: Tensor, kind: string, make: () => readonly Tensor[]): readonly Tensor[];
}

/** Every result is a new tensor. Operands are [steps, items, elements] and broadcast over steps and items. */
export interface Arithmetic {
  /** Whether the elements of tensors lie in the host's memory, so that writing and reading them costs no more than a copy. */
  readonly isLocal: boolean;
  /** Data are copied. */
  fromArray(data: FloatArray, extents: Extents): Tensor;
  /**
   * The elements of tensors, which live at least until then: one read of a device for all of them, never a synchronous one.
   * Not to be changed.
   */
  fetch(tensors: readonly Tensor[]): Promise<readonly Float32Array[]>;
  /** The elements in place, where they are local; undefined elsewhere. Not to be changed, and valid until the next allocation only. */
  localElements(tensor: Tensor): Float32Array | undefined;
  filled(value: number, extents: Extents): Tensor;
  copy(value: Tensor): Tensor;
  add(left: Tensor, right: Tensor): Tensor;
  /** Sources of the same steps and items. */
  gather(sources: readonly Tensor[], picking: Picking): Tensor;
  /** The adjoint of `gather` by one source of `length` elements: elements taken several times are summed. */
  scatter(value: Tensor, piece: Piece, length: number): Tensor;
  /** Repeated over axes of length 1. */
  expand(value: Tensor, extents: Extents): Tensor;
  /** The adjoint of `expand`. */
  sumTo(value: Tensor, extents: Extents): Tensor;
  /** Values one after another along the steps. */
  joinSteps(values: readonly Tensor[]): Tensor;
  sliceSteps(value: Tensor, first: number, count: number): Tensor;
  /** The greatest over axes of the view, and over steps or items where `extents` has only 1 of them. */
  greatest(value: Tensor, reduction: Reduction, extents: Extents): Tensor;
  /** One tensor of shape `extents` per output of the kernel; operands are its inputs, then its parameters. */
  map(kernel: Kernel, operands: readonly (Tensor | number)[], extents: Extents): readonly Tensor[];
  /** y[g, r] = Σ_c matrix[g, r, c] · x[g, c]. */
  dot(matrix: Tensor, x: Tensor, groups: Groups, memory: MatrixMemory): Tensor;
  /** x[g, c] = Σ_r matrix[g, r, c] · y[g, r]. */
  dotTransposed(matrix: Tensor, y: Tensor, groups: Groups, memory: MatrixMemory): Tensor;
  /** m[g, r, c] = left[g, r] · right[g, c], summed over the steps and items that `extents` has only 1 of. */
  outer(left: Tensor, right: Tensor, groups: Groups, extents: Extents): Tensor;
  readonly convolutions: Convolutions;
  /** Gives back what it keeps between calls. */
  dispose(): void;
}
