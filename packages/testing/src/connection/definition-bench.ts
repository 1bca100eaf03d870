/**
 * @file A bench for definitions that write operators: it keeps their signals as plain numbers, and computes one step after the other in
 * the plainest way, in float64.
 */
import {
  positionsOf,
  sameView,
  type BuiltEnsemble,
  type LearningContext,
  type MapOperator,
  type ObjectSignals,
  type Operand,
  type Operator,
  type Signal,
  type SignalView,
  type Spread,
  type Strided,
} from '@ndl/core';
import { createKernelEvaluator } from '@ndl/ir';
import { NdArray, sizeOf } from '@ndl/numerics';

/** A context for definitions, whose signals and operators can be looked at and run. */
export class DefinitionBench implements LearningContext {
  readonly dt = 0.001;
  readonly label = 'bench';
  readonly operators: Operator[] = [];
  readonly names: string[] = [];
  readonly #values = new Map<Signal, Float64Array>();
  readonly #objects = new Map<object, ObjectSignals>();
  readonly #shares: Readonly<Record<string, number>>;
  #count = 0;

  /** @param shares what filters pass on of their input, by name; all, where it is not said. */
  constructor(shares: Readonly<Record<string, number>> = {}) {
    this.#shares = shares;
  }

  signal = (name: string, initial: NdArray): SignalView => {
    if (this.names.includes(name)) throw new Error(`the signal ${name} was made twice`);
    this.names.push(name);
    return this.place(name, initial);
  };

  /** A signal of somebody else. */
  place(name: string, initial: NdArray): SignalView {
    const { shape } = initial;
    const signal: Signal = { id: this.#count++, name, shape, initial, role: 'array', trainable: false };
    this.#values.set(signal, Float64Array.from(initial.data));
    return { signal, shape };
  }

  setSignals(object: object, signals: ObjectSignals): void {
    this.#objects.set(object, signals);
  }

  signalsOf = (object: object): ObjectSignals => this.#objects.get(object) ?? {};

  builtEnsemble = (): BuiltEnsemble => {
    throw new Error('the suite has no ensembles: leave this rule out of it');
  };

  /** Filters pass on what comes in, or some of it: what a rule does with it is all that is looked at. */
  filtered = (name: string, _synapse: unknown, input: SignalView): Promise<SignalView> => {
    const share = this.#shares[name] ?? 1;
    const values = this.read(input).map((value) => share * value);
    return Promise.resolve(share === 1 ? input : this.place(name, new NdArray(values, input.shape)));
  };

  add = (operator: Operator): void => void this.operators.push(operator);

  map: LearningContext['map'] = ({ kernel, inputs, parameters = {}, outputs, mode }) => {
    const targets = kernel.outputs.map(({ name }) => outputs[name]!);
    const operands = kernel.inputs.map((name) => spreadOf(inputs[name]!));
    const own = targets.filter((target) => operands.some(({ view }) => sameView(view, target)));
    this.add({
      kind: 'map',
      label: kernel.name,
      kernel,
      inputs: operands,
      parameters: kernel.parameters.map((name) => parameters[name]!),
      outputs: targets,
      mode,
      sets: mode === 'set' ? targets : [],
      incs: [],
      reads: operands.map(({ view }) => view).filter((view) => !own.some((target) => sameView(target, view))),
      updates: mode === 'update' ? targets : [],
    });
  };

  contract: LearningContext['contract'] = ({ shape, left, right, target }) => {
    const [first, second, sum] = [left, right, target].map((operand) =>
      'strides' in operand ? operand : spreadOf(operand),
    ) as [Spread, Spread, Spread];
    const reads = [first.view, second.view];
    this.add({
      kind: 'contract',
      label: 'product',
      shape,
      left: first,
      right: second,
      target: sum,
      sets: [sum.view],
      incs: [],
      reads,
      updates: [],
    });
  };

  read(view: SignalView): Float64Array {
    const values = this.#values.get(view.signal)!;
    return Float64Array.from(offsetsOf(view), (offset) => values[offset]!);
  }

  write(view: SignalView, numbers: ArrayLike<number>): void {
    const values = this.#values.get(view.signal)!;
    offsetsOf(view).forEach((offset, index) => (values[offset] = numbers[index]!));
  }

  /** One step: what is set, in the order of writing, then what is updated, all from the same values. */
  step(): void {
    const isLate = ({ updates }: Operator): boolean => updates.length > 0;
    for (const operator of this.operators.filter((each) => !isLate(each))) this.#run(operator);
    const updates = this.operators.filter(isLate).map((operator) => this.#computed(operator as MapOperator));
    for (const results of updates) for (const [view, numbers] of results) this.write(view, numbers);
  }

  #run(operator: Operator): void {
    if (operator.kind === 'map') {
      for (const [view, numbers] of this.#computed(operator)) this.write(view, numbers);
    } else if (operator.kind === 'contract') {
      this.#contract(operator);
    } else if (operator.kind === 'reset') {
      const { target, value } = operator;
      const size = sizeOf(target.shape);
      this.write(target, typeof value === 'number' ? new Float64Array(size).fill(value) : value.data);
    } else if (operator.kind === 'copy') {
      const { source, target, mode } = operator;
      const before = mode === 'inc' ? this.read(target) : new Float64Array(sizeOf(target.shape));
      this.write(
        target,
        this.read(source).map((value, index) => before[index]! + value),
      );
    } else {
      throw new Error(`the suite runs map, contract, reset and copy alone, and not ${operator.kind}`);
    }
  }

  #computed({ kernel, inputs, parameters, outputs }: MapOperator): readonly (readonly [SignalView, Float64Array])[] {
    const { shape } = outputs[0]!;
    const count = sizeOf(shape);
    const results = outputs.map(() => new Float64Array(count));
    createKernelEvaluator(kernel, 'float64').evaluate(
      count,
      inputs.map((input) => this.#over(input, shape)),
      parameters.map((value) => Float64Array.of(value)),
      results,
    );
    return outputs.map((view, index) => [view, results[index]!]);
  }

  #contract({ shape, left, right, target }: Extract<Operator, { kind: 'contract' }>): void {
    const [factors, others] = [this.#over(left, shape), this.#over(right, shape)];
    const sums = new Float64Array(sizeOf(target.view.shape));
    placesOf(target, shape).forEach((place, index) => (sums[place]! += factors[index]! * others[index]!));
    this.write(target.view, sums);
  }

  /** The elements of an operand, repeated over a shape. */
  #over(operand: Spread | Strided, shape: readonly number[]): Float64Array {
    const values = this.read(operand.view);
    return Float64Array.from(placesOf(operand, shape), (place) => values[place]!);
  }
}

function spreadOf(operand: Operand): Spread {
  return 'view' in operand ? operand : { view: operand, along: [...operand.shape.keys()] };
}

/** Where each element of a shape is found in a view that is spread or strided over it. */
function placesOf(operand: Spread | Strided, shape: readonly number[]): readonly number[] {
  return Array.from({ length: sizeOf(shape) }, (_, index) => {
    const position = shape.map((length, axis) => {
      const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
      return Math.floor(index / inner) % length;
    });
    if ('strides' in operand) {
      const { offset, strides, indices = [] } = operand;
      const listed = new Map(indices.map(({ axis, offsets }) => [axis, offsets]));
      return position.reduce((place, at, axis) => place + (listed.get(axis)?.[at] ?? at * strides[axis]!), offset);
    }
    const { view, along } = operand;
    return view.shape.reduce((place, length, axis) => place * length + (length === 1 ? 0 : position[along[axis]!]!), 0);
  });
}

function offsetsOf(view: SignalView): readonly number[] {
  const row = sizeOf(view.signal.shape.slice(1));
  return positionsOf(view).flatMap((position) => Array.from({ length: row }, (_, column) => position * row + column));
}
