/**
 * @file What is recorded for differentiation: each operation of this package with its gradient, which is asked for by those
 * operands only that depend on what is differentiated by. How operations compose is derived here, apart from the
 * differentiation of `@ndl/ir`, so that the two check each other.
 */
import type { Arithmetic } from './arithmetic.ts';
import type { Fetch, Work } from './fetch.ts';
import { dimsOf, type Tensor, type TensorFlow } from './tensors.ts';

/** The gradients of the operands in `wanted` (by index), each a new tensor of the operand's shape. */
export type OperandGradients = (
  gradient: Tensor,
  wanted: readonly number[],
) => readonly Tensor[] | Fetch<readonly Tensor[]>;

/** An operation on the tape. */
interface Recorded {
  readonly value: Tensor;
  /** Those that gradients are wanted of, and their positions among all. */
  readonly operands: readonly Tensor[];
  readonly wanted: readonly number[];
  readonly gradients: OperandGradients;
}

/** One pass forward that is to be differentiated. */
export class Tape {
  readonly #tf: TensorFlow;
  readonly #arithmetic: Arithmetic;
  readonly #active: WeakSet<Tensor>;
  readonly #recorded: Recorded[] = [];
  readonly #needed = new Set<Tensor>();
  readonly #owned = new Set<Tensor>();

  /** @param sources what is differentiated by */
  constructor(tf: TensorFlow, arithmetic: Arithmetic, sources: readonly Tensor[]) {
    this.#tf = tf;
    this.#arithmetic = arithmetic;
    this.#active = new WeakSet(sources);
  }

  /** Whether a value depends on a source in a way that has a derivative. */
  isActive(value: Tensor): boolean {
    return this.#active.has(value);
  }

  /**
   * Computes a value, and records its gradient where an operand has one.
   * @param differentiable which operands have a derivative
   * @param others what `gradients` reads beside the operands
   */
  record(
    operands: readonly Tensor[],
    compute: () => Tensor,
    gradients: OperandGradients,
    differentiable: (index: number) => boolean = () => true,
    others: readonly Tensor[] = [],
  ): Tensor {
    const value = compute();
    const wanted = operands.flatMap((operand, index) =>
      this.#active.has(operand) && differentiable(index) ? [index] : [],
    );
    if (wanted.length === 0) return value;
    for (const tensor of [...operands, ...others]) this.keep(tensor);
    this.#recorded.push({ value, operands: wanted.map((index) => operands[index]!), wanted, gradients });
    this.#active.add(value);
    return value;
  }

  /** Keeps a tensor as long as the tape lives. What is kept already has an owner, from whom it may be adopted. */
  keep(tensor: Tensor): Tensor {
    this.#needed.add(tensor);
    if (!tensor.kept) this.#owned.add(this.#tf.keep(tensor));
    return tensor;
  }

  /** Takes a tensor over from an owner who is done with it, if gradients need it; otherwise the owner disposes of it. */
  adopt(tensor: Tensor): boolean {
    if (!this.#needed.has(tensor)) return false;
    this.#owned.add(tensor);
    return true;
  }

  /**
   * The gradients of a scalar that was computed on the tape, backwards through all that was recorded.
   * @returns a kept tensor per source, undefined where the scalar does not depend on it; to be disposed of by the caller
   */
  *gradientsOf(scalar: Tensor, sources: readonly Tensor[]): Work<readonly (Tensor | undefined)[]> {
    const gradients = new Map<Tensor, Tensor>();
    try {
      gradients.set(scalar, this.#tf.keep(this.#arithmetic.filled(1, dimsOf(scalar))));
      for (let index = this.#recorded.length - 1; index >= 0; index--)
        yield* this.#backwards(this.#recorded[index]!, gradients);
      const results = sources.map((source) => gradients.get(source));
      for (const source of sources) gradients.delete(source);
      return results;
    } finally {
      for (const gradient of gradients.values()) gradient.dispose();
    }
  }

  /** Gives back what the gradients needed. */
  dispose(): void {
    for (const tensor of this.#owned) tensor.dispose();
    this.#owned.clear();
    this.#needed.clear();
    this.#recorded.length = 0;
  }

  /** Adds to the gradients of an operation's operands what its value's gradient makes of them. */
  *#backwards({ value, operands, wanted, gradients }: Recorded, all: Map<Tensor, Tensor>): Work {
    const gradient = all.get(value);
    if (gradient === undefined) return;
    let fetch: Fetch<readonly Tensor[]> | undefined;
    let arrays: readonly Float32Array[] = [];
    const waiting: Tensor[] = [];
    try {
      do {
        this.#tf.tidy(() => {
          const parts = fetch === undefined ? gradients(gradient, wanted) : fetch.proceed(arrays);
          if ('proceed' in parts) {
            for (const tensor of parts.tensors) if (!tensor.kept) waiting.push(this.#tf.keep(tensor));
            fetch = parts;
          } else {
            fetch = undefined;
            operands.forEach((operand, index) => this.#accumulate(operand, parts[index]!, all));
          }
        });
        if (fetch !== undefined) arrays = yield fetch;
      } while (fetch !== undefined);
    } finally {
      for (const tensor of waiting) tensor.dispose();
    }
    all.delete(value);
    gradient.dispose();
  }

  #accumulate(operand: Tensor, part: Tensor, all: Map<Tensor, Tensor>): void {
    const before = all.get(operand);
    all.set(operand, this.#tf.keep(before === undefined ? part : this.#arithmetic.add(before, part)));
    before?.dispose();
  }
}
