/** @file Evaluates a loss or metric and its gradient from the instructions it writes, knowing maps, reductions and hosts only. */
import { isTotals, type HostFunction, type LossContext, type Objective } from '@ndl/core';
import {
  differentiateKernel,
  isClock,
  isView,
  evaluateKernel,
  gradientName,
  type Instruction,
  type Operand,
  type ReduceAxis,
  type View,
} from '@ndl/ir';

/** Seconds per step. */
export const DT = 0.1;

/** [steps, items, size] numbers; held ones have a single step. */
export type History = readonly (readonly (readonly number[])[])[];

interface Memory {
  readonly steps: number;
  readonly items: number;
  readonly size: number;
  readonly data: Float64Array;
  readonly gradient: Float64Array;
}

interface Position {
  readonly step: number;
  readonly item: number;
  readonly element: number;
}

/**
 * The objective's value - the mean, where it gives totals with a count -, and its gradient by the output:
 * [steps, items, size], 0 everywhere for a metric.
 */
export function evaluateObjective(
  objective: Objective,
  output: History,
  target: History,
  role: 'loss' | 'metric' = 'loss',
): { value: number; gradient: number[][][] } {
  const [steps, items, size] = [output.length, output[0]!.length, output[0]![0]!.length];
  const memories = new Map<string, Memory>();
  const program: Instruction[] = [];
  const hosts = new Map<string, HostFunction>();

  const allocate = (name: string, shape: readonly number[], extent: { steps: number; items: number }): View => {
    const buffer = `${memories.size}:${name}`;
    const length = shape.reduce((product, axis) => product * axis, 1);
    const count = extent.steps * extent.items * length;
    memories.set(buffer, { ...extent, size: length, data: new Float64Array(count), gradient: new Float64Array(count) });
    return { buffer, offset: 0, shape, strides: shape.map(() => 1) };
  };
  const filled = (name: string, history: History): View => {
    const view = allocate(name, [size], { steps: history.length, items });
    memories.get(view.buffer)!.data.set(history.flat(2));
    return view;
  };
  const context: LossContext = {
    output: filled('output', output),
    target: filled('target', target),
    size,
    dtype: 'float64',
    dt: DT,
    perItemStep: { scalar: 'perItemStep' },
    temporary: (name, shape) => allocate(name, shape, { steps, items }),
    itemTemporary: (name, shape) => allocate(name, shape, { steps: 1, items }),
    sharedTemporary: (name, shape) => allocate(name, shape, { steps: 1, items: 1 }),
    emit: (instruction) => void program.push(instruction),
    host: (declaration) => void hosts.set(declaration.id, declaration),
  };
  const measured = objective.build(context);
  const result = isTotals(measured) ? measured.sum : measured;

  const memoryOf = (view: View): Memory => memories.get(view.buffer)!;
  const gathered = (operand: Operand, positions: readonly Position[]): Float64Array => {
    if (typeof operand === 'number') return Float64Array.of(operand);
    if (isClock(operand)) return Float64Array.from(positions, ({ step }) => step + 1);
    // Losses read one scalar.
    if (!isView(operand)) return Float64Array.of(1 / (items * steps));
    const memory = memoryOf(operand);
    return Float64Array.from(positions, (position) => memory.data[indexIn(memory, position)]!);
  };
  const forward = (instruction: Instruction): void => {
    switch (instruction.kind) {
      case 'map': {
        const targets = instruction.outputs.map((write) => memoryOf(write.target));
        const positions = positionsOf(targets[0]!);
        evaluateKernel(
          instruction.kernel,
          instruction.inputs.map((operand) => gathered(operand, positions)),
          instruction.parameters.map((operand) => gathered(operand, positions)),
          targets.map(({ data }) => data),
          'float64',
        );
        return;
      }
      case 'reduce': {
        const [source, into] = [memoryOf(instruction.source), memoryOf(instruction.target)];
        into.data.fill(instruction.operation === 'sum' ? 0 : -Infinity);
        positionsOf(source).forEach((position, index) => {
          const at = indexIn(into, reduced(position, instruction.axes));
          const value = source.data[index]!;
          into.data[at] = instruction.operation === 'sum' ? into.data[at]! + value : Math.max(into.data[at]!, value);
        });
        return;
      }
      case 'host': {
        const host = hosts.get(instruction.host)!.make(0);
        for (let step = 0; step < steps; step++) {
          const slices = (views: readonly View[]): Float64Array[] =>
            views.map((view) => sliceAt(memoryOf(view), 'data', step));
          host.call(step, step, slices(instruction.inputs), slices(instruction.outputs));
        }
        return;
      }
      default:
        throw new Error(`No objective is expected to need ${instruction.kind}.`);
    }
  };
  const backward = (instruction: Instruction): void => {
    switch (instruction.kind) {
      case 'map': {
        const targets = instruction.outputs.map((write) => memoryOf(write.target));
        const positions = positionsOf(targets[0]!);
        const inputs = instruction.inputs.map((operand) => gathered(operand, positions));
        const parameters = instruction.parameters.map((operand) => gathered(operand, positions));
        const derivative = differentiateKernel(instruction.kernel);
        const gradients = inputs.map(() => new Float64Array(positions.length));
        evaluateKernel(
          derivative,
          [...inputs, ...targets.map(({ gradient }) => gradient)],
          parameters,
          gradients,
          'float64',
        );
        derivative.outputs.forEach(({ name }, index) => {
          if (name !== gradientName(instruction.kernel.inputs[index]!)) throw new Error(`Unexpected ${name}.`);
          const operand = instruction.inputs[index]!;
          if (!isView(operand)) return;
          const memory = memoryOf(operand);
          positions.forEach((position, at) => (memory.gradient[indexIn(memory, position)]! += gradients[index]![at]!));
        });
        return;
      }
      case 'reduce': {
        const [source, from] = [memoryOf(instruction.source), memoryOf(instruction.target)];
        if (instruction.operation === 'max' && from.gradient.some((value) => value !== 0)) {
          throw new Error('A gradient flows through a maximum.');
        }
        positionsOf(source).forEach((position, index) => {
          source.gradient[index]! += from.gradient[indexIn(from, reduced(position, instruction.axes))]!;
        });
        return;
      }
      case 'host': {
        const { derivative } = hosts.get(instruction.host)!;
        const slices = (views: readonly View[], kind: 'data' | 'gradient', step: number): Float64Array[] =>
          views.map((view) => sliceAt(memoryOf(view), kind, step));
        for (let step = steps - 1; step >= 0; step--) {
          derivative?.(
            slices(instruction.inputs, 'data', step),
            slices(instruction.outputs, 'gradient', step),
            slices(instruction.inputs, 'gradient', step),
            0,
          );
        }
      }
    }
  };

  program.forEach(forward);
  const counted = isTotals(measured) && measured.count !== undefined ? memoryOf(measured.count).data[0]! : 1;
  memoryOf(result).gradient.fill(1 / (counted || 1));
  if (role === 'loss') program.toReversed().forEach(backward);
  const { gradient } = memoryOf(context.output);
  const numbers = (step: number, item: number): number[] => [
    ...gradient.subarray((step * items + item) * size, (step * items + item + 1) * size),
  ];
  return {
    value: memoryOf(result).data[0]! / (counted || 1),
    gradient: output.map((_, step) => output[step]!.map((__, item) => numbers(step, item))),
  };
}

function positionsOf({ steps, items, size }: Memory): Position[] {
  return Array.from({ length: steps * items * size }, (_, index) => ({
    step: Math.floor(index / (items * size)),
    item: Math.floor(index / size) % items,
    element: index % size,
  }));
}

/** Where a position stands in a memory that may lack steps, items or elements: there it repeats. */
function indexIn({ steps, items, size }: Memory, { step, item, element }: Position): number {
  return ((steps === 1 ? 0 : step) * items + (items === 1 ? 0 : item)) * size + (size === 1 ? 0 : element);
}

function reduced({ step, item, element }: Position, axes: readonly ReduceAxis[]): Position {
  return {
    step: axes.includes('steps') ? 0 : step,
    item: axes.includes('items') ? 0 : item,
    element: axes.includes(0) ? 0 : element,
  };
}

/** All items of one step, in place. */
function sliceAt(
  { steps, items, size, data, gradient }: Memory,
  kind: 'data' | 'gradient',
  step: number,
): Float64Array {
  const start = (steps === 1 ? 0 : step) * items * size;
  return (kind === 'data' ? data : gradient).subarray(start, start + items * size);
}
