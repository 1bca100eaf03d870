/** @file The derivatives of a kernel, by the outputs and operands that are asked for; made once. */
import { differentiateKernel, isZero, kernelDerivatives, pruneKernel, type Kernel } from '@ndl/ir';

/** Derivatives of one kernel by its operands, inputs first; made when first asked for. */
export class KernelGradients {
  readonly #kernel: Kernel;
  readonly #names: readonly string[];
  readonly #made = new Map<string, Kernel>();

  constructor(of: Kernel) {
    this.#kernel = of;
    this.#names = [...of.inputs, ...of.parameters];
  }

  /** Whether the output depends on the operand in a way that has a derivative. */
  has(output: number, operand: number): boolean {
    return !isZero(kernelDerivatives(this.#kernel, this.#names[operand]!)[output]!);
  }

  /** The kernel of the gradients of `operands`, ascending, from the gradient of one output. */
  of(output: number, operands: readonly number[]): Kernel {
    const key = `${output}: ${operands.join(' ')}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = pruneKernel(
      differentiateKernel(this.#kernel, {
        outputs: [this.#kernel.outputs[output]!.name],
        operands: operands.map((index) => this.#names[index]!),
      }),
    );
    this.#made.set(key, made);
    return made;
  }
}

/** Kernel derivatives by kernel: shared by all tapes of a backend. */
export type KernelGradientTable = WeakMap<Kernel, KernelGradients>;
