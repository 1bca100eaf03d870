/** @file Runs programs in float64 for the tests of this package: every element by its offset, nothing clever. */
import { NdArray, sizeOf } from '@ndl/numerics';
import {
  type Buffer,
  type ContractInstruction,
  type ContractMember,
  evaluateKernel,
  fullView,
  hasRepeats,
  type HostInstance,
  type Instruction,
  isRepeatedAxis,
  isView,
  offsetsOf,
  type Operand,
  type Program,
  type ScalarOperand,
  type View,
  type WriteMode,
  withoutRepeatedAxes,
} from './index.ts';

/** Contents of every buffer: `[step][item]` → elements; shared buffers have one item, those without history one step. */
export type Memory = Map<string, Float64Array[][]>;

export interface Block {
  readonly items: number;
  readonly steps: number;
  readonly scalars?: Readonly<Record<string, number>>;
  /** By buffer id: `[step][item][element]`, one step for held inputs and targets. */
  readonly feed?: Readonly<Record<string, readonly (readonly (readonly number[])[])[]>>;
}

interface Run extends Block {
  readonly program: Program;
  readonly memory: Memory;
  readonly buffers: ReadonlyMap<string, Buffer>;
  readonly hosts: Map<string, HostInstance[]>;
}

/** Runs a program over one block from the initial values, or over `memory` that another program left. */
export function interpret(program: Program, block: Block, memory: Memory = new Map()): Memory {
  for (const { id, shape, batched, history, initial } of program.buffers) {
    if (memory.has(id)) continue;
    const make = (): Float64Array =>
      initial instanceof NdArray ? Float64Array.from(initial.data) : new Float64Array(sizeOf(shape)).fill(initial);
    memory.set(
      id,
      Array.from({ length: history ? block.steps : 1 }, () => Array.from({ length: batched ? block.items : 1 }, make)),
    );
  }
  const run: Run = {
    ...block,
    program,
    memory,
    buffers: new Map(program.buffers.map((buffer) => [buffer.id, buffer])),
    hosts: new Map(),
  };
  const isPerStep = new Set(program.inputs.filter((input) => !input.held).map((input) => input.buffer));
  const fed = Object.entries(block.feed ?? {}).filter(([id]) => memory.has(id));
  const write = (id: string, data: readonly (readonly (readonly number[])[])[], step: number): void =>
    data[Math.min(step, data.length - 1)]!.forEach((values, item) => at(run, id, step)[item]!.set(values));
  for (const [id, data] of fed) if (!isPerStep.has(id)) memory.get(id)!.forEach((_, step) => write(id, data, step));
  for (const instruction of program.prologue) execute(instruction, run, undefined);
  for (let count = 0; count < block.steps; count++) {
    const step = program.direction === 'ascending' ? count : block.steps - 1 - count;
    for (const [id, data] of fed) if (isPerStep.has(id)) write(id, data, step);
    for (const instruction of program.step) execute(instruction, run, step);
  }
  for (const instruction of program.epilogue) execute(instruction, run, undefined);
  return memory;
}

function at({ memory }: Run, id: string, step: number): Float64Array[] {
  const slices = memory.get(id)!;
  return slices[slices.length === 1 ? 0 : step]!;
}

/** Calls `visit` once for each step and item that the target has. */
function forEachCopy(
  run: Run,
  target: View,
  step: number | undefined,
  visit: (step: number, item: number) => void,
): void {
  const { batched, history } = run.buffers.get(target.buffer)!;
  const steps = step !== undefined ? [step] : history ? Array.from({ length: run.steps }, (_, k) => k) : [0];
  for (const t of steps) for (let item = 0; item < (batched ? run.items : 1); item++) visit(t, item);
}

function read(run: Run, view: View, step: number, item: number, shape = view.shape): Float64Array {
  const copies = at(run, view.buffer, step);
  const data = copies[copies.length === 1 ? 0 : item]!;
  return Float64Array.from(offsetsOf(view, shape), (offset) => data[offset]!);
}

function store(run: Run, target: View, mode: WriteMode, step: number, item: number, values: ArrayLike<number>): void {
  const data = at(run, target.buffer, step)[item]!;
  offsetsOf(target).forEach((offset, k) => (data[offset] = mode === 'set' ? values[k]! : data[offset]! + values[k]!));
}

/** One member of a product, by the law of sums. */
function contract(
  { left, right, target }: ContractMember,
  { mode, events }: ContractInstruction,
  run: Run,
  step: number | undefined,
): void {
  const own = run.buffers.get(target.buffer)!;
  const factors = [left, right].map((view) => run.buffers.get(view.buffer)!);
  const items = !own.batched && factors.some(({ batched }) => batched) ? run.items : 1;
  const steps = step === undefined && !own.history && factors.some(({ history }) => history) ? run.steps : 1;
  const kept = withoutRepeatedAxes(target);
  const elements = offsetsOf(kept);
  const isScattered = hasRepeats(kept);
  // Which of the kept positions each point of the iteration space belongs to.
  const keptStrides = fullView({ id: '', shape: kept.shape }).strides;
  let next = 0;
  const strides = target.shape.map((_, axis) => (isRepeatedAxis(target, axis) ? 0 : keptStrides[next++]!));
  const positions = offsetsOf({ buffer: '', offset: 0, shape: target.shape, strides });
  forEachCopy(run, target, step, (t, item) => {
    const data = at(run, target.buffer, t)[item]!;
    let sums = Float64Array.from(elements, (element) => (mode === 'add' && !isScattered ? data[element]! : 0));
    for (let k = 0; k < steps; k++) {
      for (let n = 0; n < items; n++) {
        const [a, b] = [left, right].map((view) => read(run, view, steps > 1 ? k : t, items > 1 ? n : item)) as [
          Float64Array,
          Float64Array,
        ];
        positions.forEach((position, point) => {
          const marked = events === 'left' ? a[point] : events === 'right' ? b[point] : 1;
          if (marked !== 0) sums[position]! += a[point]! * b[point]!;
        });
      }
      if (!isScattered) continue;
      elements.forEach((element, position) => (data[element]! += sums[position]!));
      sums = new Float64Array(sums.length);
    }
    if (!isScattered) elements.forEach((element, position) => (data[element] = sums[position]!));
  });
}

function execute(instruction: Instruction, run: Run, step: number | undefined): void {
  const scalar = (value: ScalarOperand, t: number): number =>
    typeof value === 'number'
      ? value
      : 'clock' in value
        ? value.clock === 'time'
          ? (t + 1) * run.program.dt
          : (t + 1) % value.modulus
        : (run.scalars?.[value.scalar] ?? run.program.scalars.find(({ name }) => name === value.scalar)!.initial);
  switch (instruction.kind) {
    case 'fill':
    case 'copy': {
      const { target, mode } = instruction;
      return forEachCopy(run, target, step, (t, item) =>
        store(
          run,
          target,
          mode,
          t,
          item,
          instruction.kind === 'copy'
            ? read(run, instruction.source, t, item)
            : new Float64Array(sizeOf(target.shape)).fill(scalar(instruction.value, t)),
        ),
      );
    }
    case 'map':
      return forEachCopy(run, instruction.outputs[0]!.target, step, (t, item) => {
        const { shape } = instruction.outputs[0]!.target;
        const operand = (value: Operand): Float64Array =>
          isView(value) ? read(run, value, t, item, shape) : Float64Array.of(scalar(value, t));
        const results = instruction.outputs.map(() => new Float64Array(sizeOf(shape)));
        evaluateKernel(
          instruction.kernel,
          instruction.inputs.map(operand),
          instruction.parameters.map(operand),
          results,
          run.program.dtype,
        );
        instruction.outputs.forEach(({ target, mode }, index) => store(run, target, mode, t, item, results[index]!));
      });
    case 'contract':
      for (const member of instruction.members) contract(member, instruction, run, step);
      return;
    case 'reduce': {
      const { source, target, mode, axes, operation } = instruction;
      const items = axes.includes('items') ? run.items : 1;
      const steps = axes.includes('steps') ? run.steps : 1;
      // Where each element of the source goes in the target, found by broadcasting the target's positions.
      const kept = source.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
      const strides = kept.map((length, axis) => (length === 1 ? 0 : sizeOf(kept.slice(axis + 1))));
      const goesTo = offsetsOf({ buffer: target.buffer, offset: 0, shape: source.shape, strides });
      return forEachCopy(run, target, step, (t, item) => {
        const continues = operation === 'sum' && mode === 'add' && !hasRepeats(target);
        const result = continues
          ? read(run, target, t, item)
          : new Float64Array(sizeOf(target.shape)).fill(operation === 'sum' ? 0 : -Infinity);
        for (let k = 0; k < steps; k++)
          for (let other = 0; other < items; other++) {
            read(run, source, axes.includes('steps') ? k : t, axes.includes('items') ? other : item).forEach(
              (value, p) => {
                const q = goesTo[p]!;
                result[q] = operation === 'sum' ? result[q]! + value : Math.max(result[q]!, value);
              },
            );
          }
        store(run, target, continues ? 'set' : mode, t, item, result);
      });
    }
    case 'host': {
      const host = run.program.hosts.find(({ id }) => id === instruction.host)!;
      if (!run.hosts.has(host.id))
        run.hosts.set(
          host.id,
          Array.from({ length: run.items }, (_, item) => host.make(item)),
        );
      return forEachCopy(run, instruction.outputs[0] ?? instruction.inputs[0]!, step, (t, item) => {
        const outputs = instruction.outputs.map((view) => new Float64Array(sizeOf(view.shape)));
        run.hosts.get(host.id)![item]!.call(
          (t + 1) * run.program.dt,
          t + 1,
          instruction.inputs.map((view) => read(run, view, t, item)),
          outputs,
        );
        instruction.outputs.forEach((target, index) => store(run, target, 'set', t, item, outputs[index]!));
      });
    }
  }
}
