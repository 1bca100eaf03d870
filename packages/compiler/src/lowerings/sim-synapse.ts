/**
 * @file Lowering of simSynapse: a linear filter is a map over its input and its state vectors, so filters of one order merge; what has
 * a finite response is a product over lags.
 */
import type { LoweringContext, OperatorLowering, SimSynapseOperator, StateSystem } from '@ndl/core';
import { kernel, type Expression, type Kernel, type View } from '@ndl/ir';
import { isFiniteResponse, lowerFiniteResponses } from './finite-response.ts';

/** Filters of more states are lowered state by state: one kernel for all would have the square of their number of parameters. */
const MOST_STATES_AT_ONCE = 16;

export const simSynapseLowering: OperatorLowering<SimSynapseOperator> = {
  kind: 'simSynapse',
  mergeClass: ({ system, mode }) =>
    system.form === 'finiteResponse' ? `${mode} ${system.form}` : `${mode} ${system.form} ${system.b.size}`,
  lower(group, context) {
    // A group is of one merge class, so that all are what the first is.
    if (group.every(isFiniteResponse)) lowerFiniteResponses(group, context);
    else lowerStateSystems(group as readonly FilterOperator[], context);
  },
};

interface FilterOperator extends SimSynapseOperator {
  readonly system: StateSystem;
}

function lowerStateSystems(group: readonly FilterOperator[], context: LoweringContext): void {
  const { form, b } = group[0]!.system;
  if (isStateSpace(form) && b.size > MOST_STATES_AT_ONCE) lowerStateByState(group, form, b.size, context);
  else lowerAtOnce(group, form, b.size, context);
}

function isStateSpace(form: StateSystem['form']): form is 'advanced' | 'general' {
  return form === 'advanced' || form === 'general';
}

function lowerAtOnce(
  group: readonly FilterOperator[],
  form: StateSystem['form'],
  order: number,
  context: LoweringContext,
): void {
  const filter = filterKernel(form, order);
  const outputs = group.map((operator) => operator.output);
  const output = context.concatenated(outputs);
  const states = filter.states.map((_, position) =>
    context.concatenated(group.map((operator) => operator.states[position]!)),
  );
  context.emit({
    kind: 'map',
    kernel: filter.kernel,
    inputs: [
      context.concatenated(group.map((operator) => operator.input)),
      ...(form === 'firstOrder' ? [output] : states),
    ],
    parameters: filter.coefficients.map((coefficient) =>
      context.perElement(
        group.map(({ system }) => coefficient(system)),
        outputs,
      ),
    ),
    outputs: [output, ...states].map((target) => ({ target, mode: 'set' })),
  });
}

/** The same sums, each by a map of its own: next states into temporaries, the output, and then the states from there. */
function lowerStateByState(
  group: readonly FilterOperator[],
  form: 'advanced' | 'general',
  order: number,
  context: LoweringContext,
): void {
  const axis = Array.from({ length: order }, (_, index) => index);
  const outputs = group.map((operator) => operator.output);
  const target = context.concatenated(outputs);
  const input = context.concatenated(group.map((operator) => operator.input));
  const states = axis.map((position) => context.concatenated(group.map((operator) => operator.states[position]!)));
  const parametersOf = (coefficients: (system: StateSystem) => readonly number[]): LoweredParameters =>
    transposed(group.map(({ system }) => coefficients(system))).map((values) => context.perElement(values, outputs));
  const emit = (inputs: readonly View[], coefficients: (system: StateSystem) => readonly number[], to: View): void =>
    context.emit({
      kind: 'map',
      kernel: weightedSum(inputs.length),
      inputs,
      parameters: parametersOf(coefficients),
      outputs: [{ target: to, mode: 'set' }],
    });
  const next = axis.map((row) => {
    const view = context.temporary(`next state ${row} of ${group[0]!.label}`, target.shape);
    emit([...states, input], ({ a, b }) => [...a.data.subarray(row * order, (row + 1) * order), b.data[row]!], view);
    return view;
  });
  if (form === 'advanced') emit(next, ({ c }) => [...c.data], target);
  else emit([...states, input], ({ c, d }) => [...c.data, d], target);
  for (const row of axis) context.emit({ kind: 'copy', source: next[row]!, target: states[row]!, mode: 'set' });
}

type LoweredParameters = readonly ReturnType<LoweringContext['perElement']>[];

function transposed(rows: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return rows[0]!.map((_, column) => rows.map((row) => row[column]!));
}

const weightedSums = new Map<number, Kernel>();

/** p0 · x0 + p1 · x1 + … of `terms` inputs, in this order. */
function weightedSum(terms: number): Kernel {
  const known = weightedSums.get(terms);
  if (known !== undefined) return known;
  const numbers = Array.from({ length: terms }, (_, index) => index);
  const inputs = numbers.map((index) => `x${index}`);
  const parameters = numbers.map((index) => `p${index}`);
  const sum = kernel({ name: 'weighted sum', inputs, parameters }, (k) => ({
    output: k.add(...numbers.map((index) => k.multiply(k.parameters[`p${index}`]!, k.inputs[`x${index}`]!))),
  }));
  weightedSums.set(terms, sum);
  return sum;
}

/** A kernel for filters of one form and order, and where its parameters come from. */
interface FilterKernel {
  readonly kernel: Kernel;
  /** Names of the state inputs; empty where the output is the state. */
  readonly states: readonly string[];
  /** One per kernel parameter. */
  readonly coefficients: readonly ((system: StateSystem) => number)[];
}

const filterKernels = new Map<string, FilterKernel>();

function filterKernel(form: StateSystem['form'], order: number): FilterKernel {
  const key = `${form} ${order}`;
  const known = filterKernels.get(key);
  if (known !== undefined) return known;
  const made = makeFilterKernel(form, order);
  filterKernels.set(key, made);
  return made;
}

function makeFilterKernel(form: StateSystem['form'], order: number): FilterKernel {
  const name = `${form} filter`;
  if (form === 'passthrough') {
    const passthrough = kernel({ name, inputs: ['input'], parameters: ['d'] }, (k) => ({
      output: k.multiply(k.parameters.d, k.inputs.input),
    }));
    return { kernel: passthrough, states: [], coefficients: [(system) => system.d] };
  }
  if (form === 'firstOrder') {
    const firstOrder = kernel({ name, inputs: ['input', 'output'], parameters: ['a', 'b'] }, (k) => ({
      output: k.add(k.multiply(k.parameters.a, k.inputs.output), k.multiply(k.parameters.b, k.inputs.input)),
    }));
    return {
      kernel: firstOrder,
      states: [],
      coefficients: [(system) => system.a.data[0]!, (system) => system.b.data[0]!],
    };
  }
  return stateSpaceKernel(name, form, order);
}

function stateSpaceKernel(name: string, form: 'advanced' | 'general', order: number): FilterKernel {
  const axis = Array.from({ length: order }, (_, index) => index);
  const states = axis.map((index) => `x${index}`);
  const coefficients = new Map<string, (system: StateSystem) => number>();
  for (const row of axis) {
    for (const column of axis) coefficients.set(`a${row}_${column}`, (system) => system.a.data[row * order + column]!);
    coefficients.set(`b${row}`, (system) => system.b.data[row]!);
    coefficients.set(`c${row}`, (system) => system.c.data[row]!);
  }
  if (form === 'general') coefficients.set('d', (system) => system.d);

  const filter = kernel({ name, inputs: ['input', ...states], parameters: [...coefficients.keys()] }, (k) => {
    const next = axis.map((row) =>
      k.add(
        ...axis.map((column) => k.multiply(k.parameters[`a${row}_${column}`]!, k.inputs[states[column]!]!)),
        k.multiply(k.parameters[`b${row}`]!, k.inputs['input']!),
      ),
    );
    const read = (vector: readonly Expression[]): Expression[] =>
      axis.map((row) => k.multiply(k.parameters[`c${row}`]!, vector[row]!));
    const output =
      form === 'advanced'
        ? k.add(...read(next))
        : k.add(...read(states.map((state) => k.inputs[state]!)), k.multiply(k.parameters['d']!, k.inputs['input']!));
    return { output, ...Object.fromEntries(states.map((state, row) => [state, next[row]!])) };
  });
  return { kernel: filter, states, coefficients: [...coefficients.values()] };
}
