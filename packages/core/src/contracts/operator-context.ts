/** @file How definitions write what they do: signals of their own, and operators whose behaviour is data. */
import type { Kernel } from '@ndl/ir';
import type { NdArray } from '@ndl/numerics';
import type { ContractOperator, Operator, Spread, Strided } from '../graph/operators.ts';
import type { SignalView } from '../graph/signals.ts';

/** An operand of `map` and `contract`: a view of the shape in question, or one that is spread over it. */
export type Operand = SignalView | Spread;

/** What a definition adds to the graph for one object. Names are those of its own signals: each may be given once. */
export interface OperatorContext {
  readonly dt: number;
  /** For people: with which labels of operators begin. */
  readonly label: string;
  /** Adds an operator of any kind. */
  add(operator: Operator): void;
  /** A signal of one's own, which begins as `initial`. */
  signal(name: string, initial: NdArray): SignalView;
  /**
   * Computes elementwise. `set`: before others in this step read it. `update`: after all of them, for the next step; what is updated
   * may be among the inputs, and shows what it held before.
   * @param map one kernel object for all objects of a kind, so that theirs merge
   */
  map(map: {
    readonly kernel: Kernel;
    readonly inputs: Readonly<Record<string, Operand>>;
    readonly parameters?: Readonly<Record<string, number>>;
    readonly outputs: Readonly<Record<string, SignalView>>;
    readonly mode: 'set' | 'update';
  }): void;
  /**
   * target = the sum of left · right over all axes of `shape` along which the target repeats. Operands may be strided: windows, gathers and
   * scatters.
   */
  contract(product: {
    readonly shape: ContractOperator['shape'];
    readonly left: Operand | Strided;
    readonly right: Operand | Strided;
    readonly target: Operand | Strided;
  }): void;
}
