/**
 * @file Operators: the steps of an `OperatorGraph`, discriminated by `kind`. A plugin adds a kind by augmenting
 * `OperatorKinds` and contributing its lowering.
 *
 * In each step an array first is set, then incremented, then read, then updated: an operator that reads follows those that
 * set or increment, one that updates follows all readers. What is updated is seen by the next step.
 */
import type { Kernel, GeneratedSource } from '@ndl/ir';
import type { NeuronType, Node } from '@ndl/model';
import type { NdArray, Pieces, RandomState } from '@ndl/numerics';
import type { NeuronSteps } from '../contracts/neuron-definition.ts';
import type { SignalView } from './signals.ts';
import type { DiscreteSystem } from '../contracts/synapse-definition.ts';

/** What every operator says of itself; positions in the lists are what grouping compares. */
export interface OperatorBase {
  readonly kind: string;
  /** For people: the object it came from. */
  readonly label: string;
  readonly sets: readonly SignalView[];
  readonly incs: readonly SignalView[];
  readonly reads: readonly SignalView[];
  readonly updates: readonly SignalView[];
  /** Those of `sets` and `updates` that the operator itself reads first: they keep their contents from step to step. */
  readonly states?: readonly SignalView[];
}

/** target = value. Sets target. */
export interface ResetOperator extends OperatorBase {
  readonly kind: 'reset';
  readonly target: SignalView;
  /** A number, or an array of the target's shape. */
  readonly value: number | NdArray;
}

/** target = source, or += where it stands in `incs`; repeated target indices accumulate. Reads source. */
export interface CopyOperator extends OperatorBase {
  readonly kind: 'copy';
  readonly source: SignalView;
  readonly target: SignalView;
  readonly mode: 'set' | 'inc';
}

/** target += left ∘ right, elementwise with broadcasting of scalars. Reads left, right. */
export interface ElementwiseIncOperator extends OperatorBase {
  readonly kind: 'elementwiseInc';
  readonly left: SignalView;
  readonly right: SignalView;
  readonly target: SignalView;
  readonly mode: 'set' | 'inc';
}

/** target += matrix · vector. Reads matrix [rows, columns], vector [columns]; target [rows]. */
export interface DotIncOperator extends OperatorBase {
  readonly kind: 'dotInc';
  readonly matrix: SignalView;
  readonly vector: SignalView;
  readonly target: SignalView;
  readonly mode: 'set' | 'inc';
}

/** One step of a population. Reads current and time constants; sets output and states, which persist from step to step. */
export interface SimNeuronsOperator extends OperatorBase {
  readonly kind: 'simNeurons';
  readonly neuronType: NeuronType;
  readonly current: SignalView;
  readonly output: SignalView;
  /** One per `neuronType.states`, in that order. */
  readonly states: readonly SignalView[];
  /** Parameters of its steps that are learnt, by name: one value per neuron. */
  readonly timeConstants?: Readonly<Record<string, SignalView>>;
  /** Where random numbers come from, for steps that draw: a seed, and the name that their streams are saved by. */
  readonly random?: {
    readonly name: string;
    readonly seed: number;
    /** A stream that goes on, for a draw of an item; none where it begins with this seed. */
    readonly goingOn?: ((draw: string, item: number, seed: number) => RandomState | undefined) | undefined;
  };
  /** What they run, chosen when the network is composed. The build leaves it open. */
  readonly steps?: NeuronSteps;
}

/**
 * One step of a linear filter, each element of `input` a channel of its own. Reads input. Mode `update` updates output and
 * states (what others see at step t is the filter's output of step t-1); mode `set` sets them.
 */
export interface SimSynapseOperator extends OperatorBase {
  readonly kind: 'simSynapse';
  readonly system: DiscreteSystem;
  readonly input: SignalView;
  readonly output: SignalView;
  /**
   * One vector of the output's size per state of the system; of a finite response the one of its inputs, with a history of one step
   * less than it has taps. Where the output itself is the state: in mode `set` that, in mode `update` none.
   */
  readonly states: readonly SignalView[];
  readonly mode: 'update' | 'set';
}

/** output = what `input` was `steps` steps before, 0 before the first. Reads input; updates output and history. */
export interface DelayOperator extends OperatorBase {
  readonly kind: 'delay';
  /** At least 1. */
  readonly steps: number;
  readonly input: SignalView;
  readonly output: SignalView;
  /** What is remembered of the input, with a history of one step less than the delay; null where the delay is one step. */
  readonly history: SignalView | null;
}

/** One running copy of a function; those that keep state offer to save it, as `ProcessStep` does. */
export interface HostFunctionStep {
  (time: number, input: Float64Array): unknown;
  save?(): unknown;
  restore?(state: unknown): void;
}

/** A function of all items at once, which knows how gradients pass it. */
export interface BatchCalls {
  /** [items, size in] to [items, size out]. */
  call(time: number, input: Float64Array, items: number): ArrayLike<number>;
  /** [items, size in], from the gradient [items, size out]. */
  derivative?(time: number, input: Float64Array, outputGradient: Float64Array, items: number): ArrayLike<number>;
  /** What backends may run in its place, by their names. */
  readonly native?: Readonly<Record<string, unknown>>;
}

/** Calls a function of the host language. Reads inputs; sets output. */
export interface HostFunctionOperator extends OperatorBase {
  readonly kind: 'hostFunction';
  /** The node whose function it is, or `null` for a function on a connection. */
  readonly node: Node | null;
  /** Whether it is a process, whose copies may go on from one minibatch to the next. Default false. */
  readonly isProcess?: boolean;
  /** What backends draw by themselves in its place, the same numbers; only where it has no input. */
  readonly drawn?: GeneratedSource;
  /** Whether the function takes the time as its first argument. */
  readonly takesTime: boolean;
  /** A fresh copy for one item, for functions that keep state. Returns a number or numbers as the user's function does. */
  readonly make: (item: number) => HostFunctionStep;
  /** Does beforehand, in pieces, what takes long in making the copy of an item, and keeps it; absent where nothing does. */
  readonly prepare?: (item: number) => Pieces<void>;
  /** In its place, a function of all items, which keeps no state and only computes. */
  readonly batch?: BatchCalls;
  readonly input: SignalView | null;
  readonly output: SignalView;
}

/** step += 1, time = step · dt (so operators first see time dt). Sets time; built only where something reads the time. */
export interface TimeUpdateOperator extends OperatorBase {
  readonly kind: 'timeUpdate';
  readonly time: SignalView;
}

/**
 * A view that is laid along some axes of a larger shape, and repeated along the others. An axis of length 1 is repeated, too. As a
 * target of a product it is summed where it would repeat.
 */
export interface Spread {
  readonly view: SignalView;
  /** For each axis of the view the axis of the shape that it lies along, ascending. */
  readonly along: readonly number[];
}

/**
 * The elements of a view laid over a larger shape by distances: at position (p0, p1, …) of the shape stands element
 * `offset + p0 · strides[0] + p1 · strides[1] + …` of the view, whose elements are counted row by row. A stride of 0 repeats, or sums where it is
 * the target of a product; overlapping strides are windows. The view is a whole signal, or a slice of one with one axis.
 */
export interface Strided {
  readonly view: SignalView;
  readonly offset: number;
  /** One per axis of the shape. */
  readonly strides: readonly number[];
  /** Lists in the place of strides, by ascending axis: position p of the axis adds `offsets[p]`. */
  readonly indices?: readonly { readonly axis: number; readonly offsets: readonly number[] }[];
}

/**
 * outputs = kernel(inputs), elementwise over the outputs' shape, which they share. Mode `set` sets the outputs. Mode `update` updates
 * them: others see them in the next step, and an input that is an output shows what it held before. Reads the other inputs.
 */
export interface MapOperator extends OperatorBase {
  readonly kind: 'map';
  /** Operators merge where this is the same object. */
  readonly kernel: Kernel;
  /** One per input of the kernel. */
  readonly inputs: readonly Spread[];
  /** One per parameter of the kernel. */
  readonly parameters: readonly number[];
  /** One per output of the kernel. */
  readonly outputs: readonly SignalView[];
  readonly mode: 'set' | 'update';
}

/**
 * target = Σ left · right over `shape`, in the order of its elements. Reads left, right; sets the whole view of the target: where it is strided,
 * what is shown more than once gathers all that falls on it, and what is not shown is 0.
 */
export interface ContractOperator extends OperatorBase {
  readonly kind: 'contract';
  readonly shape: readonly number[];
  readonly left: Spread | Strided;
  readonly right: Spread | Strided;
  readonly target: Spread | Strided;
}

/** The operator kinds; augment this interface to add one. */
export interface OperatorKinds {
  reset: ResetOperator;
  copy: CopyOperator;
  elementwiseInc: ElementwiseIncOperator;
  dotInc: DotIncOperator;
  simNeurons: SimNeuronsOperator;
  simSynapse: SimSynapseOperator;
  delay: DelayOperator;
  hostFunction: HostFunctionOperator;
  timeUpdate: TimeUpdateOperator;
  map: MapOperator;
  contract: ContractOperator;
}

/** Any operator, those of plugins that augment `OperatorKinds` included. */
export type Operator = OperatorKinds[keyof OperatorKinds];
