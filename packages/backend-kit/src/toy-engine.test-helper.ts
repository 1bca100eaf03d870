/**
 * @file An engine for the tests of the kit: the item is the innermost axis of its memory, all reads arrive later where it is told so,
 * and it looks up every element one by one. It knows fill, copy, map, sums and hosts.
 */
import {
  evaluateKernel,
  indicesOf,
  type Instruction,
  isClock,
  isView,
  lagAlong,
  layoutIn,
  type Operand,
  readsOf,
  type ScalarOperand,
  type SectionKind,
  type View,
  viewSize,
  broadcastView,
  writesOf,
} from '@ndl/ir';
import { sizeOf, type FloatArray } from '@ndl/numerics';
import type { Block, EmittedSection, Engine, Frame, Memory, StoreShape } from './index.ts';

export interface ToyStore {
  readonly shape: StoreShape;
  /** `[slices, size, copies]`. */
  readonly array: FloatArray;
  readonly isFreed: boolean;
}

/** What the toy was asked to do. */
export interface ToyLog {
  /** Stores that were allocated. */
  readonly stores: (ToyStore & { isFreed: boolean })[];
  /** Sections as they were emitted, by number of instructions. */
  readonly emitted: number[];
  /** Steps of the blocks that each `steps` or `block` function was called with, in order. */
  readonly blocks: number[];
  /** How many sections each call did, in order. */
  readonly calls: number[];
}

export interface ToyOptions {
  /** Whether reads, and functions, return promises. */
  readonly isLate?: boolean;
  readonly blockSteps?: number;
  /** Whether it does sequences of sections at one call. */
  readonly takesSequences?: boolean;
  /** Called in place of the interpreter, by engines that can be asked for some items at a time. */
  readonly instead?: (section: EmittedSection<ToyStore>, block: Block) => void;
  /** Called before each function over a block. */
  readonly beforeBlock?: (section: EmittedSection<ToyStore>, block: Block) => void;
}

export function toyEngine(options: ToyOptions = {}): {
  readonly engine: Engine<ToyStore>;
  readonly log: ToyLog;
} {
  const { isLate = false, blockSteps = 4, takesSequences = false, instead, beforeBlock } = options;
  const log: ToyLog = { stores: [], emitted: [], blocks: [], calls: [] };
  const engine: Engine<ToyStore> = {
    memory: toyMemory(log, isLate),
    blockSteps: () => blockSteps,
    takesItemRanges: instead !== undefined,
    emit(sections, frame, { sequences }) {
      const own = sections.map((section) => {
        log.emitted.push(section.instructions.length);
        for (const view of section.instructions.flatMap(viewsOf)) frame.place(view.buffer);
        for (const { view } of section.samples) frame.place(view.buffer);
        return (block: Block) => {
          if (section.kind === 'steps' || section.kind === 'block') log.blocks.push(block.steps);
          beforeBlock?.(section, block);
          if (instead === undefined) interpret(section, frame, block);
          else instead(section, block);
        };
      });
      const inOrder = (numbers: readonly number[]) => (block: Block) => {
        log.calls.push(numbers.length);
        let sample = 0;
        for (const number of numbers) {
          const { length } = sections[number]!.samples;
          own[number]!({ ...block, sampled: block.sampled.slice(sample, (sample += length)) });
        }
        return isLate ? Promise.resolve() : undefined;
      };
      const all = [...sections.map((_, number) => [number]), ...(takesSequences ? sequences : [])];
      const functions = all.map(inOrder);
      return isLate ? Promise.resolve(functions) : functions;
    },
  };
  return { engine, log };
}

function toyMemory({ stores }: ToyLog, isLate: boolean): Memory<ToyStore> {
  const at = ({ shape: { copies, size } }: ToyStore, row: number, element: number): number =>
    (Math.floor(row / copies) * size + element) * copies + (row % copies);
  const check = ({ isFreed }: ToyStore): void => {
    if (isFreed) throw new Error('a store was used after it was freed');
  };
  return {
    allocate(shape) {
      const length = shape.slices * shape.copies * shape.size;
      const array = shape.dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
      stores.push({ shape, array, isFreed: false });
      return stores.at(-1)!;
    },
    free(store) {
      check(store);
      stores.find((each) => each === store)!.isFreed = true;
    },
    within(store, shape) {
      check(store);
      // Whoever comes next finds what nobody may read.
      store.array.fill(NaN);
      const array = store.array.subarray(0, shape.slices * shape.copies * shape.size);
      return {
        shape,
        array,
        get isFreed() {
          return store.isFreed;
        },
      };
    },
    write(store, row, data) {
      check(store);
      const { size } = store.shape;
      data.forEach((value, k) => (store.array[at(store, row + Math.floor(k / size), k % size)] = value));
    },
    fill(store, row, count, contents) {
      check(store);
      for (let each = row; each < row + count; each++) {
        for (let k = 0; k < store.shape.size; k++)
          store.array[at(store, each, k)] = typeof contents === 'number' ? contents : contents[k]!;
      }
    },
    copy(from, fromRow, to, toRow, count) {
      check(from);
      check(to);
      if (from === to && Math.abs(fromRow - toRow) < count) throw new Error('rows that overlap were copied');
      for (let row = 0; row < count; row++) {
        for (let k = 0; k < from.shape.size; k++)
          to.array[at(to, toRow + row, k)] = from.array[at(from, fromRow + row, k)]!;
      }
    },
    read(store, row, into) {
      check(store);
      const { size } = store.shape;
      const contents = Array.from(into, (_, k) => store.array[at(store, row + Math.floor(k / size), k % size)]!);
      if (!isLate) return into.set(contents);
      return new Promise((resolve) => setTimeout(() => resolve(into.set(contents)), 1));
    },
  };
}

function interpret(section: EmittedSection<ToyStore>, frame: Frame<ToyStore>, block: Block): void {
  const { kind, direction, instructions, samples } = section;
  const order = Array.from({ length: block.steps }, (_, k) => (direction === 'ascending' ? k : block.steps - 1 - k));
  const take = (step: number): void =>
    samples.forEach(({ view, into }, k) => {
      const slice = block.sampled[k]!.indexOf(step);
      if (slice < 0) return;
      for (let item = 0; item < frame.items; item++) {
        for (let element = 0; element < viewSize(view); element++)
          into.array[(slice * into.shape.size + element) * frame.items + item] = elementAt(
            view,
            frame,
            step,
            item,
            element,
          );
      }
    });
  if (kind === 'steps') {
    for (const step of order) {
      for (const instruction of instructions) execute(instruction, frame, kind, [step], block);
      take(step);
    }
  } else {
    for (const instruction of instructions) execute(instruction, frame, kind, order, block);
    for (const step of order) take(step);
  }
}

/** Where an element of a view stands, by its position in row-major order. */
function positionOf(view: View, frame: Frame<ToyStore>, step: number, item: number, element: number): number {
  const { buffer, first, direction, shape } = frame.place(view.buffer);
  let [offset, lag, rest] = [view.offset, view.lag?.base ?? 0, element];
  for (let axis = view.shape.length - 1; axis >= 0; axis--) {
    const index = rest % view.shape[axis]!;
    rest = Math.floor(rest / view.shape[axis]!);
    offset += indicesOf(view, axis)?.[index] ?? index * view.strides[axis]!;
    lag += index * lagAlong(view, axis);
  }
  const slice = buffer.steps === 'one' ? 0 : first + step + (direction === 'ascending' ? -lag : lag);
  if (slice < 0 || slice >= shape.slices) throw new Error(`slice ${slice} of ${shape.slices} of ${buffer.id}`);
  return (slice * shape.size + offset) * shape.copies + (buffer.items ? item : 0);
}

function elementAt(view: View, frame: Frame<ToyStore>, step: number, item: number, element: number): number {
  return frame.place(view.buffer).store.array[positionOf(view, frame, step, item, element)]!;
}

function viewsOf(instruction: Instruction): readonly View[] {
  return [...readsOf(instruction), ...writesOf(instruction).map(({ target }) => target)];
}

function execute(
  instruction: Instruction,
  frame: Frame<ToyStore>,
  kind: SectionKind,
  steps: readonly number[],
  block: Block,
): void {
  const buffers = viewsOf(instruction).map(({ buffer }) => frame.place(buffer).buffer);
  const walked = kind === 'steps' || buffers.some((buffer) => layoutIn(buffer, kind).steps) ? steps : [0];
  const items = buffers.some((buffer) => buffer.items) ? frame.items : 1;
  for (const step of walked) for (let item = 0; item < items; item++) executeAt(instruction, frame, step, item, block);
}

function executeAt(instruction: Instruction, frame: Frame<ToyStore>, step: number, item: number, block: Block): void {
  const number = block.stepsBefore + step + 1;
  const { dt, dtype } = frame.program;
  const put = (view: View, element: number, value: number, adds: boolean): void => {
    const { array } = frame.place(view.buffer).store;
    const position = positionOf(view, frame, step, item, element);
    array[position] = adds ? array[position]! + value : value;
  };
  const scalar = (operand: ScalarOperand): number => {
    if (typeof operand === 'number') return operand;
    if (!isClock(operand)) return frame.scalars.get(operand.scalar)!;
    return operand.clock === 'time' ? number * dt : number % operand.modulus;
  };
  const vector = (view: View): Float64Array =>
    Float64Array.from({ length: viewSize(view) }, (_, element) => elementAt(view, frame, step, item, element));
  switch (instruction.kind) {
    case 'fill':
    case 'copy': {
      const { target, mode } = instruction;
      const values =
        instruction.kind === 'copy' ? vector(instruction.source) : vector(target).fill(scalar(instruction.value));
      return values.forEach((value, element) => put(target, element, value, mode === 'add'));
    }
    case 'map': {
      const { kernel, inputs, parameters, outputs } = instruction;
      const { shape } = outputs[0]!.target;
      const results = outputs.map(() => new Float64Array(sizeOf(shape)));
      const argument = (operand: Operand): Float64Array =>
        isView(operand) ? vector(broadcastView(operand, shape)) : Float64Array.of(scalar(operand));
      evaluateKernel(kernel, inputs.map(argument), parameters.map(argument), results, dtype);
      outputs.forEach(({ target, mode }, output) =>
        results[output]!.forEach((value, element) => put(target, element, value, mode === 'add')),
      );
      return;
    }
    case 'reduce': {
      // Of whole vectors, into one number that was set before.
      const { source, target } = instruction;
      return vector(source).forEach((value) => put(target, 0, value, true));
    }
    case 'host': {
      const outputs = instruction.outputs.map((view) => new Float64Array(viewSize(view)));
      frame.instancesOf(instruction.host)[item]!.call(number * dt, number, instruction.inputs.map(vector), outputs);
      instruction.outputs.forEach((view, k) =>
        outputs[k]!.forEach((value, element) => put(view, element, value, false)),
      );
      return;
    }
    case 'contract':
      throw new Error('the toy does not multiply');
  }
}
