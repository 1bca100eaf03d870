/** @file One instruction, at some steps, by its definition. */
import { sizeOf } from '@ndl/numerics';
import {
  type Buffer,
  broadcastView,
  type ContractInstruction,
  type ContractMember,
  evaluateKernel,
  fullView,
  hasRepeats,
  type HostInstance,
  type HostInstruction,
  type Instruction,
  isRepeatedAxis,
  isView,
  offsetsOf,
  type Operand,
  type Program,
  type ReduceInstruction,
  type ScalarOperand,
  type View,
  type WriteMode,
  withoutRepeatedAxes,
} from './index.ts';

/** What instructions work on. */
export interface Surface {
  readonly program: Program;
  readonly buffers: ReadonlyMap<string, Buffer>;
  readonly items: number;
  readonly scalars: Readonly<Record<string, number>>;
  /** Steps taken before the window. */
  readonly done: number;
  /** What a buffer holds at a step of the window: elements by item. */
  at(id: string, step: number): readonly Float64Array[];
  /** Whether lags into the buffer lead to later steps. */
  isLater(id: string): boolean;
  hostsOf(id: string): readonly HostInstance[];
  /** To the dtype of the program. */
  round(value: number): number;
}

/** Runs an instruction for all of `times`, in their order. */
export function execute(instruction: Instruction, times: readonly number[], surface: Surface): void {
  switch (instruction.kind) {
    case 'fill': {
      const { target, mode, value } = instruction;
      return forEachCopy(target, times, surface, (t, item) => {
        const values = new Float64Array(sizeOf(target.shape)).fill(scalarAt(value, t, surface));
        store(surface, target, mode, t, item, values);
      });
    }
    case 'copy': {
      const { source, target, mode } = instruction;
      return forEachCopy(target, times, surface, (t, item) =>
        store(surface, target, mode, t, item, read(surface, source, t, item)),
      );
    }
    case 'map': {
      const { kernel, inputs, parameters, outputs } = instruction;
      const { shape } = outputs[0]!.target;
      return forEachCopy(outputs[0]!.target, times, surface, (t, item) => {
        const operand = (value: Operand): Float64Array =>
          isView(value) ? read(surface, value, t, item, shape) : Float64Array.of(scalarAt(value, t, surface));
        const results = outputs.map(() => new Float64Array(sizeOf(shape)));
        evaluateKernel(kernel, inputs.map(operand), parameters.map(operand), results, surface.program.dtype);
        outputs.forEach(({ target, mode }, index) => store(surface, target, mode, t, item, results[index]!));
      });
    }
    case 'contract':
      for (const member of instruction.members) contract(member, instruction, times, surface);
      return;
    case 'reduce':
      return reduce(instruction, times, surface);
    case 'host':
      return callHost(instruction, times, surface);
  }
}

/** Calls `visit` once for each step and item that the target has. */
function forEachCopy(
  { buffer }: View,
  times: readonly number[],
  { buffers, items }: Surface,
  visit: (step: number, item: number) => void,
): void {
  const own = buffers.get(buffer)!;
  for (const t of own.steps === 'one' ? times.slice(0, 1) : times)
    for (let item = 0; item < (own.items ? items : 1); item++) visit(t, item);
}

function scalarAt(value: ScalarOperand, t: number, { program, scalars, done, round }: Surface): number {
  if (typeof value === 'number') return round(value);
  const step = done + t + 1;
  if ('clock' in value) return round(value.clock === 'time' ? step * program.dt : step % value.modulus);
  return round(scalars[value.scalar] ?? program.scalars.find(({ name }) => name === value.scalar)!.initial);
}

function read(surface: Surface, view: View, t: number, item: number, shape = view.shape): Float64Array {
  const { offsets, lags } = cellsOf(view, shape);
  const sense = surface.isLater(view.buffer) ? 1 : -1;
  const seen = new Map<number, Float64Array>();
  for (const lag of new Set(lags)) {
    const copies = surface.at(view.buffer, t + sense * lag);
    seen.set(lag, copies[copies.length === 1 ? 0 : item]!);
  }
  return Float64Array.from(offsets, (offset, cell) => seen.get(lags[cell]!)![offset]!);
}

function store(
  surface: Surface,
  target: View,
  mode: WriteMode,
  step: number,
  item: number,
  values: ArrayLike<number>,
): void {
  const data = surface.at(target.buffer, step)[item]!;
  cellsOf(target, target.shape).offsets.forEach((offset, k) => {
    data[offset] = surface.round(mode === 'set' ? values[k]! : data[offset]! + values[k]!);
  });
}

/** Where each position of a view stands: the element, and how many steps off. */
interface Cells {
  readonly offsets: Int32Array;
  readonly lags: Int32Array;
}

const KNOWN = new WeakMap<View, Map<string, Cells>>();

function cellsOf(view: View, shape: readonly number[]): Cells {
  const known = KNOWN.get(view) ?? new Map<string, Cells>();
  KNOWN.set(view, known);
  const key = shape.join();
  if (!known.has(key)) {
    const shown = broadcastView(view, shape);
    const [offset, strides] = [shown.lag?.base ?? 0, shown.lag?.perAxis ?? shape.map(() => 0)];
    known.set(key, { offsets: offsetsOf(shown), lags: offsetsOf({ buffer: '', offset, shape, strides }) });
  }
  return known.get(key)!;
}

/** One member of a product, by the law of sums. */
function contract(
  { left, right, target }: ContractMember,
  { mode, events }: ContractInstruction,
  times: readonly number[],
  surface: Surface,
): void {
  const { round } = surface;
  const own = surface.buffers.get(target.buffer)!;
  const factors = [left, right].map((view) => surface.buffers.get(view.buffer)!);
  const sumsItems = !own.items && factors.some(({ items }) => items);
  const sumsSteps = own.steps === 'one' && factors.some(({ steps }) => steps !== 'one');
  const kept = withoutRepeatedAxes(target);
  const elements = offsetsOf(kept);
  const isScattered = hasRepeats(kept);
  // Which of the kept positions each point of the iteration space belongs to.
  const keptStrides = fullView({ id: '', shape: kept.shape }).strides;
  let next = 0;
  const strides = target.shape.map((_, axis) => (isRepeatedAxis(target, axis) ? 0 : keptStrides[next++]!));
  const positions = offsetsOf({ buffer: '', offset: 0, shape: target.shape, strides });
  forEachCopy(target, times, surface, (t, item) => {
    const data = surface.at(target.buffer, t)[item]!;
    let sums = Float64Array.from(elements, (element) => (mode === 'add' && !isScattered ? data[element]! : 0));
    for (const time of sumsSteps ? times : [t]) {
      for (let n = sumsItems ? 0 : item; n < (sumsItems ? surface.items : item + 1); n++) {
        const [a, b] = [read(surface, left, time, n), read(surface, right, time, n)];
        positions.forEach((position, point) => {
          const marked = events === 'left' ? a[point] : events === 'right' ? b[point] : 1;
          if (marked !== 0) sums[position] = round(sums[position]! + round(a[point]! * b[point]!));
        });
      }
      if (!isScattered) continue;
      elements.forEach((element, position) => (data[element] = round(data[element]! + sums[position]!)));
      sums = new Float64Array(sums.length);
    }
    if (!isScattered) elements.forEach((element, position) => (data[element] = sums[position]!));
  });
}

function reduce(
  { source, target, mode, axes, operation }: ReduceInstruction,
  times: readonly number[],
  surface: Surface,
): void {
  const [sumsItems, sumsSteps] = [axes.includes('items'), axes.includes('steps')];
  // Where each element of the source goes in the target, found by broadcasting the target's positions.
  const kept = source.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const strides = kept.map((length, axis) => (length === 1 ? 0 : sizeOf(kept.slice(axis + 1))));
  const goesTo = offsetsOf({ buffer: '', offset: 0, shape: source.shape, strides });
  forEachCopy(target, times, surface, (t, item) => {
    const continues = operation === 'sum' && mode === 'add' && !hasRepeats(target);
    const result = continues
      ? read(surface, target, t, item)
      : new Float64Array(sizeOf(target.shape)).fill(operation === 'sum' ? 0 : -Infinity);
    for (const time of sumsSteps ? times : [t])
      for (let n = sumsItems ? 0 : item; n < (sumsItems ? surface.items : item + 1); n++)
        read(surface, source, time, n).forEach((value, position) => {
          const to = goesTo[position]!;
          result[to] = operation === 'sum' ? surface.round(result[to]! + value) : Math.max(result[to]!, value);
        });
    store(surface, target, continues ? 'set' : mode, t, item, result);
  });
}

function callHost({ host, inputs, outputs }: HostInstruction, times: readonly number[], surface: Surface): void {
  forEachCopy(outputs[0] ?? inputs[0]!, times, surface, (t, item) => {
    const results = outputs.map((view) => new Float64Array(sizeOf(view.shape)));
    const step = surface.done + t + 1;
    const values = inputs.map((view) => read(surface, view, t, item));
    surface.hostsOf(host)[item]!.call(step * surface.program.dt, step, values, results);
    outputs.forEach((target, index) => store(surface, target, 'set', t, item, results[index]!));
  });
}
