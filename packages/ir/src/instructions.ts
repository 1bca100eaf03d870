/**
 * @file The closed set of instructions. Each writes its targets with mode `set` or `add`.
 *
 * Instructions run in order, and an instruction's reads precede its writes. Only `map` may write a view that it reads,
 * exactly the same one; other overlap is refused by `verifyProgram`. `add` accumulates in member, then index order,
 * repeated indices included. Where a shared operand meets a batched one, the shared one is the same for each item; in the
 * prologue, the epilogue and the loss, a buffer without history is likewise the same for each step.
 */
import type { Kernel } from './kernel.ts';
import type { View } from './program.ts';

/** `set` replaces what stood in the target, `add` adds to it. */
export type WriteMode = 'set' | 'add';

/** A number, or the name of a scalar of the program. */
export type ScalarOperand = number | { readonly scalar: string };

/** What a map reads: a view that broadcasts (as in NumPy) to the shape of the outputs, or a number. */
export type Operand = View | ScalarOperand;

/** Every element of `target` becomes (or grows by) `value`. */
export interface FillInstruction {
  readonly kind: 'fill';
  readonly value: ScalarOperand;
  readonly target: View;
  readonly mode: WriteMode;
}

/** Element by element, between views of one shape; gathers and scatters through `indices`. */
export interface CopyInstruction {
  readonly kind: 'copy';
  readonly source: View;
  readonly target: View;
  readonly mode: WriteMode;
}

/** Applies a scalar kernel elementwise over broadcast views. The one instruction for everything that is not a product. */
export interface MapInstruction {
  readonly kind: 'map';
  readonly kernel: Kernel;
  /** One per name in `kernel.inputs`; derivatives flow through these. */
  readonly inputs: readonly Operand[];
  /** One per name in `kernel.parameters`; no derivative flows through these. */
  readonly parameters: readonly Operand[];
  /** One per name in `kernel.outputs`, all of one shape; all batched or none, all with a history or none. */
  readonly outputs: readonly { readonly target: View; readonly mode: WriteMode }[];
}

/** Grouped matrix-vector products: `target[g, i] = Σ_j matrix[g, i, j] · vector[g, j]`, per item. */
export interface DotInstruction {
  readonly kind: 'dot';
  /** Shape [groups, rows, columns]; shared or batched. Transposition is a matter of strides. */
  readonly matrix: View;
  /** Shape [groups, columns]. */
  readonly vector: View;
  /** Shape [groups, rows]. */
  readonly target: View;
  readonly mode: WriteMode;
}

/**
 * Grouped outer products: `target[g, i, j] = left[g, i] · right[g, j]`, per item where the target is batched, and summed
 * over items where it is shared; outside of `step`, summed over steps where the target has no history and a factor has.
 */
export interface OuterInstruction {
  readonly kind: 'outer';
  /** Shape [groups, rows]. */
  readonly left: View;
  /** Shape [groups, columns]. */
  readonly right: View;
  /** Shape [groups, rows, columns]. */
  readonly target: View;
  readonly mode: WriteMode;
}

/** An axis of a view by number, or one of the two axes that every view has implicitly. */
export type ReduceAxis = number | 'items' | 'steps';

/** Sum or maximum over named axes; the target has the shape of the source without them, in order. */
export interface ReduceInstruction {
  readonly kind: 'reduce';
  readonly operation: 'sum' | 'max';
  readonly source: View;
  /**
   * `items` needs a batched source and a shared target, `steps` a source with history and a target without; where such an
   * axis is not named, source and target agree in it.
   */
  readonly axes: readonly ReduceAxis[];
  readonly target: View;
  readonly mode: WriteMode;
}

/** Calls a host function: of the program's `hosts`, by id. */
export interface HostInstruction {
  readonly kind: 'host';
  readonly host: string;
  /** One vector each. */
  readonly inputs: readonly View[];
  /** One vector each; always set. */
  readonly outputs: readonly View[];
}

export type Instruction =
  | FillInstruction
  | CopyInstruction
  | MapInstruction
  | DotInstruction
  | OuterInstruction
  | ReduceInstruction
  | HostInstruction;
