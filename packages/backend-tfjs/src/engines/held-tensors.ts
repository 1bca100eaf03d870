/**
 * @file Who holds which tensor. What nobody holds any more is given back after each stretch of work, but for what a tape needs,
 * which is handed over to the tape.
 */
import type { Tape } from '../arithmetic/tape.ts';
import type { Tensor, TensorFlow } from './tensors.ts';

export class HeldTensors {
  readonly #tf: TensorFlow;
  readonly #tape: Tape | undefined;
  /** How many places hold a tensor. */
  readonly #uses = new Map<Tensor, number>();
  readonly #touched = new Set<Tensor>();
  readonly #kept = new Set<Tensor>();

  constructor(tf: TensorFlow, tape: Tape | undefined) {
    this.#tf = tf;
    this.#tape = tape;
  }

  hold(tensor: Tensor): void {
    this.#count(tensor, 1);
  }

  /** Its tensor is given back when the present stretch ends, unless another place holds it. */
  release(tensor: Tensor): void {
    this.#count(tensor, -1);
  }

  /** Whether it is kept by somebody else, and may end before what is held here does. */
  isForeign(tensor: Tensor): boolean {
    return tensor.kept && !this.#kept.has(tensor);
  }

  /** At the end of a stretch, within its scope: keeps what came to be held since the last time, gives back what is not held any more. */
  settle(): void {
    for (const tensor of this.#touched) {
      if (this.#uses.get(tensor)! > 0) {
        // What is kept already belongs to somebody else: parameters, constants, what a tape needs.
        if (!tensor.kept) this.#kept.add(this.#tf.keep(tensor));
      } else {
        this.#uses.delete(tensor);
        if (this.#kept.delete(tensor)) this.giveBack(tensor);
      }
    }
    this.#touched.clear();
  }

  /** A tensor with these elements that the caller disposes of: this one where nothing else holds it. */
  handOver(tensor: Tensor, copy: (tensor: Tensor) => Tensor): Tensor {
    if (this.#uses.get(tensor) === 1 && this.#kept.delete(tensor)) return tensor;
    return this.#tf.keep(copy(tensor));
  }

  giveBack(tensor: Tensor): void {
    if (this.#tape?.adopt(tensor) !== true) tensor.dispose();
  }

  dispose(): void {
    for (const tensor of this.#kept) this.giveBack(tensor);
    this.#kept.clear();
    this.#uses.clear();
    this.#touched.clear();
  }

  #count(tensor: Tensor, change: number): void {
    this.#uses.set(tensor, (this.#uses.get(tensor) ?? 0) + change);
    this.#touched.add(tensor);
  }
}
