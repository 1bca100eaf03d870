/** @file The arithmetic with its gradients: every operation that instructions are made of, on or off a tape. */
import { kernel, type Kernel } from '@ndl/ir';
import type { Arithmetic, Groups, MatrixMemory, Reduction } from './arithmetic.ts';
import type { ConvolutionSizes } from './convolutions.ts';
import { KernelGradients, type KernelGradientTable } from './kernel-gradients.ts';
import type { Picking, Piece } from '../lowering/picking.ts';
import type { OperandGradients, Tape } from './tape.ts';
import { extentsOf, jointExtents, sameExtents, type Extents, type Tensor } from '../engines/tensors.ts';

const isGreatest: Kernel = /* @__PURE__ */ kernel({ name: 'isGreatest', inputs: ['x', 'greatest'] }, (k) => ({
  output: k.equal(k.inputs.x, k.inputs.greatest),
}));

const share: Kernel = /* @__PURE__ */ kernel(
  { name: 'share', inputs: ['x', 'greatest', 'gradient', 'count'] },
  (k) => ({
    output: k.select(k.equal(k.inputs.x, k.inputs.greatest), k.divide(k.inputs.gradient, k.inputs.count), 0),
  }),
);

export class Operations {
  readonly arithmetic: Arithmetic;
  readonly tape: Tape | undefined;
  readonly #kernelGradients: KernelGradientTable;

  constructor(arithmetic: Arithmetic, kernelGradients: KernelGradientTable, tape?: Tape) {
    this.arithmetic = arithmetic;
    this.tape = tape;
    this.#kernelGradients = kernelGradients;
  }

  isActive(value: Tensor): boolean {
    return this.tape?.isActive(value) ?? false;
  }

  /** A value picked from sources of the same steps and items. */
  pick(sources: readonly Tensor[], picking: Picking): Tensor {
    const a = this.arithmetic;
    return this.#record(
      sources,
      () => a.gather(sources, picking),
      (gradient, wanted) =>
        wanted.map((index) => {
          const piece = picking.pieces.find(({ source }) => source === index);
          const extents = extentsOf(sources[index]!);
          return piece === undefined ? a.filled(0, extents) : a.scatter(gradient, piece, extents[2]);
        }),
    );
  }

  /** Elements of a value summed into `length` places. `back` is the way back. */
  scatter(value: Tensor, piece: Piece, length: number, back: Picking): Tensor {
    const a = this.arithmetic;
    return this.#record(
      [value],
      () => a.scatter(value, piece, length),
      (gradient) => [a.gather([gradient], back)],
    );
  }

  add(left: Tensor, right: Tensor): Tensor {
    const a = this.arithmetic;
    return this.#record(
      [left, right],
      () => a.add(left, right),
      (gradient, wanted) => wanted.map(() => a.copy(gradient)),
    );
  }

  /** The value itself where it has these dimensions. */
  expand(value: Tensor, extents: Extents): Tensor {
    const a = this.arithmetic;
    const own = extentsOf(value);
    if (sameExtents(own, extents)) return value;
    return this.#record(
      [value],
      () => a.expand(value, extents),
      (gradient) => [a.sumTo(gradient, own)],
    );
  }

  /** Values one after another, of one step or more each. */
  joinSteps(values: readonly Tensor[]): Tensor {
    const a = this.arithmetic;
    if (values.length === 1) return values[0]!;
    return this.#record(
      values,
      () => a.joinSteps(values),
      (gradient, wanted) => {
        let end = 0;
        const ends = values.map((value) => (end += extentsOf(value)[0]));
        return wanted.map((index) => {
          const count = extentsOf(values[index]!)[0];
          return a.sliceSteps(gradient, ends[index]! - count, count);
        });
      },
    );
  }

  sliceSteps(value: Tensor, first: number, count: number): Tensor {
    const a = this.arithmetic;
    const [steps, items, elements] = extentsOf(value);
    return this.#record(
      [value],
      () => a.sliceSteps(value, first, count),
      (gradient) => {
        const around = [
          a.filled(0, [first, items, elements]),
          gradient,
          a.filled(0, [steps - first - count, items, elements]),
        ];
        return [a.joinSteps(around.filter((part) => extentsOf(part)[0] > 0))];
      },
    );
  }

  /** Cuts single steps off a value, by index. On a tape each is made once, and all of their gradients are joined once. */
  slicer(value: Tensor): (index: number) => Tensor {
    const a = this.arithmetic;
    const cut = (index: number): Tensor => a.sliceSteps(value, index, 1);
    if (!this.isActive(value)) return cut;
    const [steps, items, elements] = extentsOf(value);
    return this.tape!.slices(value, cut, (gradients) => {
      const zero = a.filled(0, [1, items, elements]);
      return a.joinSteps(Array.from({ length: steps }, (_, index) => gradients[index] ?? zero));
    });
  }

  /** A value per output of the kernel, of the joint dimensions of the operands (inputs, then parameters). */
  map(applied: Kernel, operands: readonly (Tensor | number)[], elements: number): readonly Tensor[] {
    const a = this.arithmetic;
    const tensors = operands.filter((operand) => typeof operand !== 'number');
    const extents = jointExtents(elements, ...tensors.map(extentsOf));
    const results = a.map(applied, operands, extents);
    if (!tensors.some((operand) => this.isActive(operand))) return results;
    const gradients = this.#gradientsOf(applied);
    // A number has no gradient; the first tensor stands in its place on the tape.
    const onTape = operands.map((operand) => (typeof operand === 'number' ? results[0]! : operand));
    return results.map((result, output) =>
      this.#record(
        onTape,
        () => result,
        (gradient, wanted) => {
          const derivative = gradients.of(output, wanted);
          const inputOf = (name: string): Tensor | number => {
            const index = applied.inputs.indexOf(name);
            return index >= 0 ? operands[index]! : gradient;
          };
          const all = [
            ...derivative.inputs.map(inputOf),
            ...derivative.parameters.map((name) => operands[applied.inputs.length + applied.parameters.indexOf(name)]!),
          ];
          const parts = a.map(derivative, all, extents);
          return parts.map((part, index) => this.#reduced(part, extentsOf(onTape[wanted[index]!]!)));
        },
        (operand) => typeof operands[operand] !== 'number' && gradients.has(output, operand),
        tensors,
      ),
    );
  }

  dot(matrix: Tensor, x: Tensor, groups: Groups, memory: MatrixMemory): Tensor {
    const a = this.arithmetic;
    return this.#record(
      [matrix, x],
      () => a.dot(matrix, x, groups, memory),
      (gradient, wanted) =>
        wanted.map((index) => {
          if (index === 0) return a.outer(gradient, x, groups, extentsOf(matrix));
          return this.#reduced(a.dotTransposed(matrix, gradient, groups, memory), extentsOf(x));
        }),
    );
  }

  outer(left: Tensor, right: Tensor, groups: Groups, extents: Extents): Tensor {
    const a = this.arithmetic;
    return this.#record(
      [left, right],
      () => a.outer(left, right, groups, extents),
      (gradient, wanted) =>
        wanted.map((index) => {
          const memory: MatrixMemory = { recall: (_matrix, _kind, make) => make() };
          const [own, other] = index === 0 ? [left, right] : [right, left];
          const product =
            index === 0 ? a.dot(gradient, other, groups, memory) : a.dotTransposed(gradient, other, groups, memory);
          const joint = jointExtents(extentsOf(own)[2], extentsOf(own), extentsOf(product));
          return this.#reduced(a.expand(product, joint), extentsOf(own));
        }),
    );
  }

  /** Over the axes of the reduction, and over steps and items where `extents` has one of them and the value has more. */
  sum(value: Tensor, reduction: Reduction, extents: Extents): Tensor {
    const { axes, destinations, length, spread } = reduction;
    return this.foldTo(axes.length === 0 ? value : this.scatter(value, destinations, length, spread), extents);
  }

  /** The value itself, or its sum over steps and items where `extents` has one of them and the value has more. */
  foldTo(value: Tensor, extents: Extents): Tensor {
    const a = this.arithmetic;
    const own = extentsOf(value);
    const folded: Extents = [Math.min(own[0], extents[0]), Math.min(own[1], extents[1]), own[2]];
    if (sameExtents(own, folded)) return value;
    return this.#record(
      [value],
      () => a.sumTo(value, folded),
      (gradient) => [a.expand(gradient, own)],
    );
  }

  /** The greatest; equals share its gradient. */
  greatest(value: Tensor, reduction: Reduction, extents: Extents): Tensor {
    const a = this.arithmetic;
    const own = extentsOf(value);
    const spread = (reduced: Tensor): Tensor => a.expand(a.gather([reduced], reduction.spread), own);
    return this.#record(
      [value],
      () => a.greatest(value, reduction, extents),
      (gradient) => {
        const top = spread(a.greatest(value, reduction, extents));
        const [mask] = a.map(isGreatest, [value, top], own);
        const count = a.sumTo(a.scatter(mask!, reduction.destinations, reduction.length), [
          extents[0],
          extents[1],
          reduction.length,
        ]);
        return a.map(share, [value, top, spread(gradient), spread(count)], own);
      },
    );
  }

  /** A convolution, of images by a kernel that all of them share. */
  convolve(image: Tensor, kernel: Tensor, sizes: ConvolutionSizes): Tensor {
    const { convolutions } = this.arithmetic;
    return this.#record(
      [image, kernel],
      () => convolutions.convolved(image, kernel, sizes),
      (gradient, wanted) =>
        wanted.map((index) =>
          index === 0
            ? this.#reduced(convolutions.backToImage(gradient, kernel, sizes), extentsOf(image))
            : convolutions.backToKernel(image, gradient, sizes),
        ),
    );
  }

  /** An operation that is neither differentiated nor taped here: `compute` and `gradients` say all. */
  custom(operands: readonly Tensor[], compute: () => Tensor, gradients: OperandGradients): Tensor {
    return this.#record(operands, compute, gradients);
  }

  /** Summed over what the operand was repeated over; always a tensor of its own. */
  #reduced(value: Tensor, extents: Extents): Tensor {
    return sameExtents(extentsOf(value), extents) ? value : this.arithmetic.sumTo(value, extents);
  }

  #gradientsOf(of: Kernel): KernelGradients {
    const known = this.#kernelGradients.get(of) ?? new KernelGradients(of);
    this.#kernelGradients.set(of, known);
    return known;
  }

  #record(
    operands: readonly Tensor[],
    compute: () => Tensor,
    gradients: OperandGradients,
    differentiable?: (index: number) => boolean,
    others?: readonly Tensor[],
  ): Tensor {
    return this.tape === undefined ? compute() : this.tape.record(operands, compute, gradients, differentiable, others);
  }
}
