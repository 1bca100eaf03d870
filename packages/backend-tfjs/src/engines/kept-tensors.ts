/** @file Tensors that outlive the scopes of tfjs, and who gives them back. */
import type { MatrixMemory } from '../arithmetic/arithmetic.ts';
import type { Tensor, TensorFlow } from './tensors.ts';

/** A set of tensors that are kept until it is disposed of. */
export class KeptTensors {
  readonly tf: TensorFlow;
  readonly #tensors = new Set<Tensor>();

  constructor(tf: TensorFlow) {
    this.tf = tf;
  }

  keep(tensor: Tensor): Tensor {
    this.#tensors.add(this.tf.keep(tensor));
    return tensor;
  }

  drop(tensor: Tensor): void {
    if (this.#tensors.delete(tensor)) tensor.dispose();
  }

  dispose(): void {
    for (const tensor of this.#tensors) tensor.dispose();
    this.#tensors.clear();
  }
}

/** What one instruction derived from its matrix, until the matrix is another. */
export class LastMatrix implements MatrixMemory {
  readonly #kept: KeptTensors;
  #matrix: Tensor | undefined;
  readonly #derived = new Map<string, readonly Tensor[]>();

  constructor(kept: KeptTensors) {
    this.#kept = kept;
  }

  recall(matrix: Tensor, kind: string, make: () => readonly Tensor[]): readonly Tensor[] {
    if (matrix !== this.#matrix) this.#forget();
    this.#matrix = matrix;
    const known = this.#derived.get(kind);
    if (known !== undefined) return known;
    const made = this.#kept.tf.tidy(() => make().map((tensor) => this.#kept.keep(tensor)));
    this.#derived.set(kind, made);
    return made;
  }

  #forget(): void {
    for (const tensors of this.#derived.values()) for (const tensor of tensors) this.#kept.drop(tensor);
    this.#derived.clear();
  }
}
