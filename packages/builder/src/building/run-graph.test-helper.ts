/** @file Runs an operator graph step by step, as plainly as can be: what the tests of the build hold it against. */
import { operatorDependencies, type Operator, type OperatorGraph, type Signal, type SignalView } from '@ndl/core';
import { selectionIndices, type LifRate, type Probe } from '@ndl/model';
import { nodeSource } from '../index.ts';
import { BUILT_IN_PROCESSES } from '../processes/index.ts';
import { kindTable } from '../kind-table.ts';
import { stepLifRate } from './lif-neurons.test-helper.ts';

/** Values of each probe, `[steps][size]`. */
export function runGraph(graph: OperatorGraph, steps: number): ReadonlyMap<Probe, number[][]> {
  const memory = new Map(graph.signals.map((signal) => [signal, Float64Array.from(signal.initial.data)]));
  const order = operatorDependencies(graph).order.map((index) => graph.operators[index]!);
  const run = order.map((operator) => stepOf(operator, graph.dt, (view) => access(memory, view)));
  const process = kindTable('process', BUILT_IN_PROCESSES);
  const sources = graph.inputs.map(({ node, signal }) => {
    const source = nodeSource(node, { dt: graph.dt, seed: 0, process });
    const call = source.kind === 'constant' ? () => source.value : source.make(0);
    return { signal, call };
  });
  const records = new Map(graph.probes.map(({ probe }): [Probe, number[][]] => [probe, []]));
  for (let step = 0; step < steps; step++) {
    const time = (step + 1) * graph.dt;
    for (const { signal, call } of sources) memory.get(signal)!.set(call(time));
    for (const operate of run) operate(time);
    for (const { probe, view } of graph.probes) records.get(probe)!.push(Array.from(access(memory, view).read()));
  }
  return records;
}

interface Access {
  read(): Float64Array;
  write(values: ArrayLike<number>): void;
  add(values: ArrayLike<number>): void;
}

function access(memory: ReadonlyMap<Signal, Float64Array>, { signal, selection }: SignalView): Access {
  const data = memory.get(signal)!;
  const length = data.length / (signal.shape[0] ?? 1);
  const rows = selection === undefined ? undefined : selectionIndices(selection);
  const positions =
    rows === undefined
      ? Array.from(data, (_, index) => index)
      : rows.flatMap((row) => Array.from({ length }, (_, index) => row * length + index));
  return {
    read: () => Float64Array.from(positions, (position) => data[position]!),
    write: (values) => positions.forEach((position, index) => (data[position] = values[index]!)),
    add: (values) => positions.forEach((position, index) => (data[position]! += values[index]!)),
  };
}

function stepOf(operator: Operator, dt: number, at: (view: SignalView) => Access): (time: number) => void {
  switch (operator.kind) {
    case 'reset': {
      const target = at(operator.target);
      const values = new Float64Array(target.read().length).fill(operator.value as number);
      return () => target.write(values);
    }
    case 'copy': {
      const [source, target] = [at(operator.source), at(operator.target)];
      return () => (operator.mode === 'set' ? target.write(source.read()) : target.add(source.read()));
    }
    case 'elementwiseInc': {
      const [left, right, target] = [at(operator.left), at(operator.right), at(operator.target)];
      return () => {
        const [a, b] = [left.read(), right.read()];
        target.add(b.map((value, index) => value * a[a.length === 1 ? 0 : index]!));
      };
    }
    case 'dotInc': {
      const [matrix, vector, target] = [at(operator.matrix), at(operator.vector), at(operator.target)];
      return () => {
        const [rows, x] = [matrix.read(), vector.read()];
        target.add(
          target
            .read()
            .map((_, row) => x.reduce((sum, value, column) => sum + value * rows[row * x.length + column]!, 0)),
        );
      };
    }
    case 'hostFunction': {
      const call = operator.make(0);
      const input = operator.input === null ? undefined : at(operator.input);
      const output = at(operator.output);
      return (time) => output.write(call(time, input?.read() ?? new Float64Array()) as Float64Array);
    }
    case 'simNeurons': {
      if (operator.neuronType.kind !== 'lifRate') throw new Error('The plain runner knows no neurons but LIFRate.');
      const [current, output] = [at(operator.current), at(operator.output)];
      return () => {
        const rates = output.read();
        stepLifRate(operator.neuronType as LifRate, current.read(), rates);
        output.write(rates);
      };
    }
    case 'simSynapse': {
      if (operator.system.form === 'finiteResponse') throw new Error('The plain runner knows no finite responses.');
      const { a, b, c, d, form } = operator.system;
      const [input, output] = [at(operator.input), at(operator.output)];
      const states = operator.states.map(at);
      return () => {
        const u = input.read();
        if (form === 'passthrough') return output.write(u.map((value) => d * value));
        if (form === 'firstOrder')
          return output.write(output.read().map((y, i) => a.data[0]! * y + b.data[0]! * u[i]!));
        const before = states.map((state) => state.read());
        const after = before.map((_, row) =>
          u.map((value, i) =>
            before.reduce((sum, x, column) => sum + a.get(row, column) * x[i]!, b.data[row]! * value),
          ),
        );
        const seen = form === 'advanced' ? after : before;
        output.write(u.map((value, i) => seen.reduce((sum, x, index) => sum + c.data[index]! * x[i]!, d * value)));
        states.forEach((state, index) => state.write(after[index]!));
      };
    }
    default:
      throw new Error(`The plain runner knows no operator of kind '${operator.kind}'.`);
  }
}
