/**
 * @file What is recorded for differentiation: each operation of this package with its gradient, which is asked for by those
 * operands only that depend on what is differentiated by. How operations compose is derived here, apart from the
 * differentiation of `@ndl/ir`, so that the two check each other.
 */
import type { Arithmetic } from './arithmetic.ts';
import type { Fetch, TurnClock, Work } from '../engines/fetch.ts';
import { extentsOf, type Tensor, type TensorFlow } from '../engines/tensors.ts';

/** The gradients of the operands in `wanted` (by index), each a new tensor of the operand's shape. */
export type OperandGradients = (
  gradient: Tensor,
  wanted: readonly number[],
) => readonly Tensor[] | Fetch<readonly Tensor[]>;

/** An operation on the tape. */
interface Recorded {
  /** One; of a value that is cut into slices, those that were asked for. */
  readonly values: readonly (Tensor | undefined)[];
  /** Those that gradients are wanted of, and their positions among all. */
  readonly operands: readonly Tensor[];
  readonly wanted: readonly number[];
  /** From the gradients of the values. */
  gradients(of: readonly (Tensor | undefined)[], wanted: readonly number[]): ReturnType<OperandGradients>;
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
    this.#recorded.push({
      values: [value],
      operands: wanted.map((index) => operands[index]!),
      wanted,
      gradients: ([gradient]) => gradients(gradient!, wanted),
    });
    this.#active.add(value);
    return value;
  }

  /**
   * Cuts slices off an active value, by index, each once; their gradients come together in one operation.
   * @param join the gradient of the value from those of its slices, which are undefined where nothing depends on them
   */
  slices(
    value: Tensor,
    cut: (index: number) => Tensor,
    join: (gradients: readonly (Tensor | undefined)[]) => Tensor,
  ): (index: number) => Tensor {
    const slices: (Tensor | undefined)[] = [];
    this.keep(value);
    this.#recorded.push({ values: slices, operands: [value], wanted: [0], gradients: (of) => [join(of)] });
    return (index) => {
      const known = slices[index];
      if (known !== undefined) return known;
      const slice = this.keep(cut(index));
      this.#active.add(slice);
      slices[index] = slice;
      return slice;
    };
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
   * @param clock says where others may get their turn
   * @returns a kept tensor per source, undefined where the scalar does not depend on it; to be disposed of by the caller
   */
  *gradientsOf(scalar: Tensor, sources: readonly Tensor[], clock: TurnClock): Work<readonly (Tensor | undefined)[]> {
    const gradients = new Map<Tensor, Tensor>();
    try {
      gradients.set(scalar, this.#tf.keep(this.#arithmetic.filled(1, extentsOf(scalar))));
      for (let index = this.#recorded.length - 1; index >= 0; index--) {
        if (clock.isDue()) yield undefined;
        yield* this.#backwards(this.#recorded[index]!, gradients);
      }
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

  /** Adds to the gradients of an operation's operands what those of its values make of them. */
  *#backwards({ values, operands, wanted, gradients }: Recorded, all: Map<Tensor, Tensor>): Work {
    const given = values.map((value) => value && all.get(value));
    if (given.every((gradient) => gradient === undefined)) return;
    let fetch: Fetch<readonly Tensor[]> | undefined;
    let arrays: readonly Float32Array[] = [];
    const waiting: Tensor[] = [];
    try {
      do {
        this.#tf.tidy(() => {
          const parts = fetch === undefined ? gradients(given, wanted) : fetch.proceed(arrays);
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
    values.forEach((value, index) => {
      if (value === undefined) return;
      all.delete(value);
      given[index]?.dispose();
    });
  }

  #accumulate(operand: Tensor, part: Tensor, all: Map<Tensor, Tensor>): void {
    const before = all.get(operand);
    all.set(operand, this.#tf.keep(before === undefined ? part : this.#arithmetic.add(before, part)));
    before?.dispose();
  }
}
