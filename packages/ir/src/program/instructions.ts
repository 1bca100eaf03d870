/**
 * @file The closed set of instructions. Each writes its targets with mode `set` or `add`.
 *
 * Instructions run in order, and an instruction's reads precede its writes. Only `map` may write a view that it reads,
 * exactly the same one; other overlap is refused by `verifyProgram`. A target that is set shows no element twice; what is added to
 * one that is shown more than once is added in view order.
 *
 * **Items and steps.** Beside the axes of its shape, a view has one of items where its buffer has items, and, in sections that do
 * not walk steps, one of steps where its buffer has a value for each. An instruction runs for all items, and all steps, if one
 * of its views has them; if none has, it runs once. What a view lacks is the same for each. A target has the axes of all
 * that is read, except in `contract` and `reduce`, which sum over what their targets lack.
 */
import type { Kernel } from '../kernel/kernel.ts';
import type { View } from './view.ts';

/** `set` replaces what stood in the target, `add` adds to it. */
export type WriteMode = 'set' | 'add';

/**
 * What the clock says at the step that an instruction works on: `time` is step · dt in float64, rounded once to the dtype;
 * `step` counts from 1 at the first step ever, modulo `modulus` (1 to 2^24, as float32 counts no further).
 */
export type ClockOperand = { readonly clock: 'time' } | { readonly clock: 'step'; readonly modulus: number };

/** A number, the name of a scalar of the program, or the clock. Numbers are rounded to the dtype once, on entry. */
export type ScalarOperand = number | { readonly scalar: string } | ClockOperand;

/** What a map reads: a view that broadcasts (as in NumPy) to the shape of the outputs, or a number. */
export type Operand = View | ScalarOperand;

/** What every instruction can carry. */
export interface Labelled {
  /**
   * What a person calls it: the object of the model, and which part of it. Printed, and named in errors; passes and adjoints
   * keep it, and it changes nothing.
   */
  readonly label?: string;
}

/** Every element of `target` becomes (or grows by) `value`. */
export interface FillInstruction extends Labelled {
  readonly kind: 'fill';
  readonly value: ScalarOperand;
  readonly target: View;
  readonly mode: WriteMode;
}

/** Element by element, between views of one shape; gathers and scatters through `indices`. */
export interface CopyInstruction extends Labelled {
  readonly kind: 'copy';
  readonly source: View;
  readonly target: View;
  readonly mode: WriteMode;
}

/** Applies a scalar kernel elementwise over broadcast views. The one instruction for everything that is not a product. */
export interface MapInstruction extends Labelled {
  readonly kind: 'map';
  readonly kernel: Kernel;
  /** One per name in `kernel.inputs`. */
  readonly inputs: readonly Operand[];
  /** One per name in `kernel.parameters`. Derivatives flow through whatever depends on something trainable, here as there. */
  readonly parameters: readonly Operand[];
  /** One per name in `kernel.outputs`, all of one shape; all with items or none, all with steps or none. */
  readonly outputs: readonly { readonly target: View; readonly mode: WriteMode }[];
}

/**
 * Three views of one shape, the iteration space of a product: `target += left · right`. An axis along which the target
 * repeats (stride 0, no list) is summed; along which a factor repeats, that factor is broadcast. Overlapping strides are
 * windows, as in convolutions; lists are gathers and scatters, as in sparse products.
 */
export interface ContractMember {
  readonly left: View;
  readonly right: View;
  readonly target: View;
}

/**
 * The one product. Items and steps are axes too, where a view has them: what a member's target lacks is summed over, what a
 * factor lacks is the same for all. Members are done one after another; their shapes may differ.
 *
 * **The law of sums.** `set` starts at +0, `add` at what stands in the target. The terms of an element follow one by one:
 * steps outermost, then items, then the axes as listed, the last innermost; each product and each sum is rounded, none is
 * fused. Where the target shows an element more than once along axes that are not summed, step by step each position is
 * summed from +0, then added in view order.
 */
export interface ContractInstruction extends Labelled {
  readonly kind: 'contract';
  readonly members: readonly ContractMember[];
  /**
   * The factor that is spikes: its zero terms are absent. Nothing is multiplied there, so that neither 0 · NaN nor 0 · ∞
   * shows.
   */
  readonly events?: 'left' | 'right';
  readonly mode: WriteMode;
}

/** An axis of a view by number, or one of the two axes that every view has implicitly. */
export type ReduceAxis = number | 'items' | 'steps';

/**
 * Sum or maximum over named axes; the target has the shape of the source without them, in order. Sums obey the law of sums,
 * as if each element were multiplied by 1. A maximum begins at -∞, and is added as one number; NaN anywhere makes it NaN, and
 * of the two zeros +0 is the greater, so that the order of elements makes no difference. (`max` of kernels has two operands in
 * order, and is `b > a ? b : a`.)
 */
export interface ReduceInstruction extends Labelled {
  readonly kind: 'reduce';
  readonly operation: 'sum' | 'max';
  readonly source: View;
  /**
   * `items` and `steps` are named where the source has them and the target does not; where they are not named, both have
   * them or neither.
   */
  readonly axes: readonly ReduceAxis[];
  readonly target: View;
  readonly mode: WriteMode;
}

/** Calls a host function: of the program's `hosts`, by id. */
export interface HostInstruction extends Labelled {
  readonly kind: 'host';
  readonly host: string;
  /** One vector each. */
  readonly inputs: readonly View[];
  /** One vector each, with items; always set. */
  readonly outputs: readonly View[];
}

/** Any of the six instructions, told apart by `kind`. */
export type Instruction =
  FillInstruction | CopyInstruction | MapInstruction | ContractInstruction | ReduceInstruction | HostInstruction;
