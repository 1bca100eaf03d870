/**
 * @file The instruction `contract` as the two products that tfjs is given: grouped matrix-vector products, which every
 * contraction is once axes are put in order, and grouped outer products, which sum over items as matrix products.
 */
import {
  isRepeatedAxis,
  kernel,
  simplifyMember,
  transposeView,
  dropAxes,
  viewSize,
  type ContractInstruction,
  type ContractMember,
  type Kernel,
  type View,
  type WriteMode,
} from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import type { Groups } from '../arithmetic/arithmetic.ts';
import { convolutionOf, type Convolution } from '../arithmetic/convolution-of.ts';
import type { ConvolutionSizes } from '../arithmetic/convolutions.ts';
import { LastMatrix } from '../engines/kept-tensors.ts';
import { leadingExtents, readerOf, targetExtents, writerOf, type Action, type Lowering } from './lowering.ts';
import { makeReduction } from '../arithmetic/reduction.ts';

/** Multiplications for each item from which a convolution of tfjs beats a product of gathered windows. */
const LARGE_CONVOLUTION = 1 << 12;

/** The zero terms of a factor that is spikes are absent; its derivative is that of the product all the same. */
const productOfEvents: Kernel = /* @__PURE__ */ kernel({ name: 'productOfEvents', inputs: ['events', 'x'] }, (k) => {
  const { events, x } = k.inputs;
  const product = k.multiply(events, x);
  return { output: k.withDerivativeOf(k.select(k.equal(events, 0), 0, product), product) };
});

/** Members one after another. */
export function lowerContract({ members, events, mode }: ContractInstruction, lowering: Lowering): Action {
  const actions = members.map((member) => {
    const simple = simplifyMember(member);
    if (events === undefined) {
      const product = lowerProduct(simple, mode, lowering);
      const convolution = convolutionOf(member);
      return convolution === undefined ? product : lowerConvolution(convolution, product, mode, lowering);
    }
    return lowerProductOfEvents(events === 'left' ? simple : swapped(simple), mode, lowering);
  });
  return (frame) => {
    for (const action of actions) action(frame);
  };
}

/** Where the kernel is one for all items and steps, and large enough, by convolutions of tfjs; else as any product. */
function lowerConvolution(
  { image, kernel: filters, target, strides, dilations }: Convolution,
  product: Action,
  mode: WriteMode,
  lowering: Lowering,
): Action {
  const [height, width] = target.shape as [number, number, number];
  const sizes: ConvolutionSizes = {
    image: image.shape as ConvolutionSizes['image'],
    kernel: filters.shape as ConvolutionSizes['kernel'],
    target: [height, width],
    strides,
    dilations,
  };
  if (height * width * viewSize(filters) < LARGE_CONVOLUTION) return product;
  const readImage = readerOf(image, lowering);
  const readKernel = readerOf(filters, lowering);
  const write = writerOf(target, mode, lowering);
  return (frame) => {
    if (leadingExtents(filters, lowering, frame).some((length) => length > 1)) return product(frame);
    const convolved = frame.operations.convolve(readImage(frame), readKernel(frame), sizes);
    write(frame, frame.operations.foldTo(convolved, targetExtents(target, lowering, frame)));
  };
}

function swapped({ left, right, target }: ContractMember): ContractMember {
  return { left: right, right: left, target };
}

/** The axes of an iteration space, by which views have them. */
interface AxesByRole {
  /** Of the target, and of both factors or none. */
  readonly groups: readonly number[];
  /** Of left and target. */
  readonly rows: readonly number[];
  /** Of right and target. */
  readonly columns: readonly number[];
  /** Not of the target. */
  readonly summed: readonly number[];
}

function axesOf({ left, right, target }: ContractMember): AxesByRole {
  const axes = [...target.shape.keys()];
  const has = (view: View, axis: number): boolean => !isRepeatedAxis(view, axis);
  const kept = axes.filter((axis) => has(target, axis));
  return {
    groups: kept.filter((axis) => has(left, axis) === has(right, axis)),
    rows: kept.filter((axis) => has(left, axis) && !has(right, axis)),
    columns: kept.filter((axis) => !has(left, axis) && has(right, axis)),
    summed: axes.filter((axis) => !has(target, axis)),
  };
}

function lowerProduct(member: ContractMember, mode: WriteMode, lowering: Lowering): Action {
  const { groups, rows, columns, summed } = axesOf(member);
  if (summed.length === 0 && rows.length > 0 && columns.length > 0) return lowerOuter(member, mode, lowering);
  // Columns are further groups, unless there are no rows: then left and right change places.
  if (rows.length === 0 && columns.length > 0) return lowerProduct(swapped(member), mode, lowering);
  const { left, right, target } = member;
  const lengthOf = (axes: readonly number[]): number => sizeOf(axes.map((axis) => target.shape[axis]!));
  const sizes: Groups = {
    groups: lengthOf([...groups, ...columns]),
    rows: lengthOf(rows),
    columns: lengthOf(summed),
  };
  const kept = withAxes(target, [...groups, ...columns, ...rows]);
  const write = writerOf(kept, mode, lowering);
  if (sizes.columns === 0)
    return (frame) => write(frame, frame.operations.arithmetic.filled(0, targetExtents(kept, lowering, frame)));
  const readMatrix = readerOf(withAxes(left, [...groups, ...columns, ...rows, ...summed]), lowering);
  const readVector = readerOf(withAxes(right, [...groups, ...columns, ...summed]), lowering);
  const memory = new LastMatrix(lowering.kept);
  return (frame) => {
    const product = frame.operations.dot(readMatrix(frame), readVector(frame), sizes, memory);
    write(frame, frame.operations.foldTo(product, targetExtents(kept, lowering, frame)));
  };
}

function lowerOuter({ left, right, target }: ContractMember, mode: WriteMode, lowering: Lowering): Action {
  const { groups, rows, columns } = axesOf({ left, right, target });
  const lengthOf = (axes: readonly number[]): number => sizeOf(axes.map((axis) => target.shape[axis]!));
  const sizes: Groups = { groups: lengthOf(groups), rows: lengthOf(rows), columns: lengthOf(columns) };
  const kept = withAxes(target, [...groups, ...rows, ...columns]);
  const readLeft = readerOf(withAxes(left, [...groups, ...rows]), lowering);
  const readRight = readerOf(withAxes(right, [...groups, ...columns]), lowering);
  const write = writerOf(kept, mode, lowering);
  return (frame) =>
    write(
      frame,
      frame.operations.outer(readLeft(frame), readRight(frame), sizes, targetExtents(kept, lowering, frame)),
    );
}

/** All terms, then their sum. */
function lowerProductOfEvents({ left, right, target }: ContractMember, mode: WriteMode, lowering: Lowering): Action {
  const { summed } = axesOf({ left, right, target });
  const [readEvents, readOther] = [readerOf(left, lowering), readerOf(right, lowering)];
  const kept = withAxes(
    target,
    [...target.shape.keys()].filter((axis) => !summed.includes(axis)),
  );
  const reduction = makeReduction(target.shape, summed);
  const write = writerOf(kept, mode, lowering);
  return (frame) => {
    const terms = frame.operations.map(productOfEvents, [readEvents(frame), readOther(frame)], sizeOf(target.shape));
    write(frame, frame.operations.sum(terms[0]!, reduction, targetExtents(kept, lowering, frame)));
  };
}

/** The view with these axes alone, in this order. */
function withAxes(view: View, axes: readonly number[]): View {
  const others = [...view.shape.keys()].filter((axis) => !axes.includes(axis));
  const order = axes.map((axis) => axis - others.filter((other) => other < axis).length);
  return transposeView(dropAxes(view, others), order);
}
