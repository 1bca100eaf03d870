/** @file For tests: runs the operators of a graph one by one, as their definitions say. */
import { positionsOf, type Operator, type OperatorGraph, type Plan, type Signal, type SignalView } from '@ndl/core';

type Memory = ReadonlyMap<Signal, Float64Array>;

/** Runs `steps` steps in the order of the plan; `inputAt(step)` feeds every element of inputs. Returns each probe at each step. */
export function interpretGraph(
  graph: OperatorGraph,
  plan: Plan,
  steps: number,
  inputAt: (step: number) => number,
): readonly (readonly number[])[][] {
  const memory: Memory = new Map(graph.signals.map((signal) => [signal, Float64Array.from(signal.initial.data)]));
  return Array.from({ length: steps }, (_, step) => {
    for (const { signal } of graph.inputs)
      memory.get(signal)!.forEach((__, index, data) => (data[index] = inputAt(step) + index));
    for (const group of plan.groups) for (const operator of group) run(operator, memory);
    return graph.probes.map(({ view }) => read(view, memory));
  });
}

function run(operator: Operator, memory: Memory): void {
  switch (operator.kind) {
    case 'reset': {
      const { target, value } = operator;
      return write(
        target,
        typeof value === 'number' ? placesOf(target).map(() => value) : [...value.data],
        'set',
        memory,
      );
    }
    case 'copy':
      return write(operator.target, read(operator.source, memory), operator.mode, memory);
    case 'elementwiseInc': {
      const [left, right] = [read(operator.left, memory), read(operator.right, memory)];
      const length = Math.max(left.length, right.length);
      const factor = (values: readonly number[], index: number): number => values[values.length === 1 ? 0 : index]!;
      const product = Array.from({ length }, (_, index) => factor(left, index) * factor(right, index));
      return write(operator.target, product, operator.mode, memory);
    }
    case 'dotInc': {
      const [matrix, vector] = [read(operator.matrix, memory), read(operator.vector, memory)];
      const product = Array.from({ length: operator.target.shape[0]! }, (_, row) =>
        vector.reduce((sum, value, column) => sum + matrix[row * vector.length + column]! * value, 0),
      );
      return write(operator.target, product, operator.mode, memory);
    }
    case 'simSynapse': {
      const input = read(operator.input, memory);
      const output = read(operator.output, memory);
      return write(
        operator.output,
        output.map((value, index) => (value + input[index]!) / 2),
        'set',
        memory,
      );
    }
    default:
      throw new Error(`The interpreter knows no ${operator.kind}.`);
  }
}

function read(view: SignalView, memory: Memory): readonly number[] {
  return placesOf(view).map((place) => memory.get(view.signal)![place]!);
}

function write(view: SignalView, values: readonly number[], mode: 'set' | 'inc', memory: Memory): void {
  const data = memory.get(view.signal)!;
  placesOf(view).forEach((place, index) => (data[place] = values[index]! + (mode === 'inc' ? data[place]! : 0)));
}

function placesOf(view: SignalView): readonly number[] {
  const rowLength = view.signal.shape.slice(1).reduce((product, length) => product * length, 1);
  return positionsOf(view).flatMap((position) =>
    Array.from({ length: rowLength }, (_, column) => position * rowLength + column),
  );
}
