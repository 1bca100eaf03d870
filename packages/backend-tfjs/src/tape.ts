/**
 * @file What tfjs records for differentiation. Each operation of this package is one custom operation on the tape of tfjs,
 * whose gradient is asked for by those operands only that depend on what is differentiated by; how the operations compose is
 * tfjs's own derivation.
 */
import type { Tensor, TensorFlow } from './tensors.ts';

/** The gradients of the operands in `wanted` (by index), each a new tensor of the operand's shape. */
export type OperandGradients = (gradient: Tensor, wanted: readonly number[]) => readonly Tensor[];

/** One pass forward that is to be differentiated. */
export class Tape {
  readonly #tf: TensorFlow;
  readonly #active: WeakSet<Tensor>;
  readonly #retained = new Set<Tensor>();

  /** @param sources what is differentiated by */
  constructor(tf: TensorFlow, sources: readonly Tensor[]) {
    this.#tf = tf;
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
    const wanted = operands.flatMap((operand, index) =>
      this.#active.has(operand) && differentiable(index) ? [index] : [],
    );
    if (wanted.length === 0) return this.untaped(() => [compute()])[0]!;
    for (const tensor of [...operands, ...others]) this.#retain(tensor);
    const operation = this.#tf.customGrad(() => ({
      value: compute(),
      gradFunc: (gradient) => this.#tf.tidy(() => [...gradients(gradient as Tensor, wanted)]),
    }));
    const value = operation(...wanted.map((index) => operands[index]!));
    this.#active.add(value);
    return value;
  }

  /** Computes values that tfjs is to take for constants, whatever operations they are made of. They live as long as the tape. */
  untaped(compute: () => readonly Tensor[]): readonly Tensor[] {
    let values: readonly Tensor[] = [];
    this.#tf.customGrad(() => {
      values = compute();
      for (const value of values) this.#retain(value);
      return { value: values[0]!, gradFunc: () => [] };
    })();
    return values;
  }

  /** Gives back what the gradients needed. */
  dispose(): void {
    for (const tensor of this.#retained) tensor.dispose();
    this.#retained.clear();
  }

  /** tfjs gives back what the forward pass made before it differentiates; kept tensors have owners already. */
  #retain(tensor: Tensor): void {
    if (!tensor.kept) this.#retained.add(this.#tf.keep(tensor));
  }
}

/**
 * Runs `work` on a tape and differentiates the scalar that it returns by `sources`.
 * @returns a gradient per source, undefined where the scalar does not depend on it; to be disposed of by the caller
 */
export function differentiate(
  tf: TensorFlow,
  sources: readonly Tensor[],
  work: (tape: Tape) => Tensor,
): readonly (Tensor | undefined)[] {
  const engine = tf.engine();
  const tape = new Tape(tf, sources);
  try {
    const { value, grads } = engine.gradients(() => work(tape), [...sources], undefined, true);
    if (!value.kept) value.dispose();
    return grads.map((gradient) => gradient ?? undefined);
  } catch (error) {
    // tfjs keeps what operations saved for their gradients until a backward pass; there will be none.
    for (const node of engine.state.activeTape ?? []) for (const tensor of node.saved ?? []) tensor.dispose();
    engine.state.activeTape = [];
    throw error;
  } finally {
    tape.dispose();
  }
}
