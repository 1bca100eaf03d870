/** @file Extension point: how groups of operators of one kind become instructions of a Program. */
import type { Dtype, GeneratedSource, Instruction, Operand, View } from '@ndl/ir';
import type { HostFunction } from './host-function.ts';
import type { NeuronSteps } from './neuron-definition.ts';
import type { Operator } from '../graph/operators.ts';
import type { Pieces } from '@ndl/numerics';
import type { SignalView } from '../graph/signals.ts';
import { token, type Token } from './token.ts';

/** What a lowering may use while it writes instructions. */
export interface LoweringContext {
  readonly dt: number;
  readonly dtype: Dtype;
  /** Which of the steps that operators of neurons carry is run by the program being written. */
  readonly neurons: keyof NeuronSteps;
  /**
   * One flat vector view over the elements of all members' views, in member order: shape [total elements]. A member of one
   * element repeats to its entry in `lengths`, where given.
   */
  concatenated(members: readonly SignalView[], lengths?: readonly number[]): View;
  /** Where a signal, or the part of it that is selected, lies. */
  viewOf(member: SignalView): View;
  /** One view per member stacked along a new first axis; the members have one shape. Shape [members, ...shape]. */
  stacked(members: readonly SignalView[]): View;
  /** An operand with one value per element of `members`' flat concatenation: a number where all agree, else a constant view. */
  perElement(values: readonly number[], members: readonly SignalView[]): Operand;
  /** A shared constant buffer holding these values, viewed as `shape`. */
  constant(name: string, values: ArrayLike<number>, shape: readonly number[]): View;
  /** A new buffer for what the lowering computes on its way, per item and step: nothing else reads or writes it. */
  temporary(name: string, shape: readonly number[]): View;
  /**
   * A new input that the backend draws by itself, for each item and step. Where its streams stand is state, saved by this name: it should not
   * depend on the plan.
   */
  generated(name: string, shape: readonly number[], source: GeneratedSource): View;
  /** Adds an instruction. Without a label of its own it gets those of the group's operators. */
  emit(instruction: Instruction): void;
  /** Declares a host function; later duplicates of one id are refused. */
  host(host: HostFunction): void;
}

/** How one kind of operator is merged and lowered. */
export interface OperatorLowering<Kind extends Operator = Operator> {
  readonly kind: Kind['kind'];
  /**
   * The kind's own part of the merge class: operators may share a group only if these strings are equal (numbers of signals,
   * trainable marks and batching are compared already). `undefined`: never merged.
   */
  mergeClass(operator: Kind): string | undefined;
  /** Writes the instructions of one group, all of one merge class. What it does at once cannot be interrupted. */
  lower(group: readonly Kind[], context: LoweringContext): void;
  /** The same in pieces, for kinds that write many instructions for one group. Preferred where it exists. */
  lowerInPieces?(group: readonly Kind[], context: LoweringContext): Pieces<void>;
}

/** Collection of the known operator kinds. */
export const OPERATOR_LOWERINGS: Token<OperatorLowering> =
  /* @__PURE__ */ token<OperatorLowering>('@ndl/core/operator-lowerings');
