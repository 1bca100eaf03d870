/** @file What each instruction does, for the oracle: by its formula, every read before any write. */
import {
  type ContractInstruction,
  type HostInstance,
  insertAxis,
  type Instruction,
  layoutIn,
  type Operand,
  type Program,
  readsOf,
  type ReduceInstruction,
  type ScalarOperand,
  type SectionKind,
  type Tables,
  type View,
  type WriteMode,
  writesOf,
} from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import { type Formulas, kernelOf } from './oracle-kernel.ts';
import { type OracleMemory, type Round, roundingOf } from './oracle-memory.ts';
import { broadcastPosition, isRepeated, otherAxes, positionAlong, positionsOf } from './oracle-views.ts';

/** Where an instruction stands in time: in one step of a `steps` section, or in a section that sees all of these steps. */
export interface Place {
  readonly kind: SectionKind;
  /** Counted from 0 within the window, in the direction of the section. */
  readonly steps: readonly number[];
}

/** A number about to be written. */
interface Assignment {
  readonly cells: number[];
  readonly offset: number;
  readonly value: number;
  readonly mode: WriteMode;
}

/** A target's element at a step and an item. */
interface Spot {
  readonly step: number;
  readonly item: number;
  readonly element: number;
}

/** The number that an operand has there. */
type Reader = (spot: Spot) => number;

/** A sum of products of factors (one or two) over the axes along which `target` repeats. */
interface Sum {
  /** Of the shape of the factors. */
  readonly target: View;
  readonly factors: readonly View[];
  readonly events?: ContractInstruction['events'] | undefined;
  readonly mode: WriteMode;
}

export class OracleInstructions {
  readonly scalars: Map<string, number>;
  /** Steps taken before the window. */
  stepsBefore = 0;
  readonly #program: Program;
  readonly #memory: OracleMemory;
  readonly #tables: Tables;
  readonly #formulas: Formulas;
  readonly #round: Round;
  readonly #instances = new Map<string, HostInstance[]>();

  constructor(program: Program, memory: OracleMemory, tables: Tables, formulas: Formulas) {
    this.#program = program;
    this.#memory = memory;
    this.#tables = tables;
    this.#formulas = formulas;
    this.#round = roundingOf(program.dtype);
    this.scalars = new Map(program.scalars.map(({ name, initial }) => [name, initial]));
  }

  perform(instruction: Instruction, place: Place): void {
    const where = place.kind === 'before' ? { ...place, steps: this.#stepsBeforeFirst(instruction) } : place;
    for (const { cells, offset, value, mode } of this.#assignments(instruction, where))
      cells[offset] = mode === 'set' ? value : this.#round(cells[offset]! + value);
  }

  #assignments(instruction: Instruction, place: Place): Assignment[] {
    switch (instruction.kind) {
      case 'fill': {
        const { target, value, mode } = instruction;
        return this.#each(target, mode, place, ({ step }) => this.#round(this.#scalar(value, step)));
      }
      case 'copy': {
        const { source, target, mode } = instruction;
        return this.#each(target, mode, place, this.#reader(source));
      }
      case 'map': {
        const { kernel, inputs, parameters, outputs } = instruction;
        return outputs.flatMap(({ target, mode }, output) => {
          const reader = (value: Operand): Reader => this.#operand(value, target.shape);
          const [given, constants] = [inputs.map(reader), parameters.map(reader)];
          return this.#each(target, mode, place, (spot) => {
            const valueOf = (read: Reader): number => read(spot);
            return kernelOf(kernel, given.map(valueOf), constants.map(valueOf), this.#round, this.#formulas)[output]!;
          });
        });
      }
      case 'contract': {
        // In place, as no member reads what another writes.
        const { members, events, mode } = instruction;
        for (const { left, right, target } of members)
          this.#sum({ target, factors: [left, right], events, mode }, place);
        return [];
      }
      case 'reduce': {
        if (instruction.operation === 'max') return this.#greatest(instruction, place);
        // As if each element were multiplied by 1.
        const { source, target, axes, mode } = instruction;
        this.#sum({ target: spread(target, source, axes), factors: [source], mode }, place);
        return [];
      }
      case 'host':
        return this.#callHost(instruction, place);
    }
  }

  /** The law of sums, word for word. */
  #sum({ target, factors, events, mode }: Sum, place: Place): void {
    const kept = [...target.shape.keys()].filter((axis) => !isRepeated(target, axis));
    const positions = positionsOf(target);
    const points: number[][] = [];
    positions.forEach((_, point) => (points[positionAlong(point, target.shape, kept)] ??= []).push(point));
    // Without any point there is still an element for each position that is kept.
    const own = positionsOf(along(target, kept)).map(({ offset }) => offset);
    const isScattered = new Set(own).size < own.length;
    const marked = events && this.#reader(factors[events === 'left' ? 0 : 1]!);
    const [first, ...others] = factors.map((view) => this.#reader(view)) as [Reader, ...Reader[]];
    const addTerms = (sum: number, position: number, step: number, items: readonly number[]): number => {
      let total = sum;
      for (const item of items) {
        for (const element of points[position] ?? []) {
          const spot = { step, item, element };
          if (marked?.(spot) === 0) continue;
          const term = others.reduce((product, read) => this.#round(product * read(spot)), first(spot));
          total = this.#round(total + term);
        }
      }
      return total;
    };
    for (const step of this.#stepsOf(target, place)) {
      for (const item of this.#itemsOf(target)) {
        const cells = this.#memory.cells(target.buffer, step, item);
        const steps = this.#has('steps', target, place) ? [step] : this.#summed('steps', factors, place, step);
        const items = this.#has('items', target, place) ? [item] : this.#summed('items', factors, place, item);
        if (isScattered) {
          for (const t of steps) {
            const sums = own.map((_, position) => addTerms(0, position, t, items));
            own.forEach((offset, position) => (cells[offset] = this.#round(cells[offset]! + sums[position]!)));
          }
        } else {
          own.forEach((offset, position) => {
            const start = mode === 'set' ? 0 : cells[offset]!;
            cells[offset] = steps.reduce((sum, t) => addTerms(sum, position, t, items), start);
          });
        }
      }
    }
  }

  #greatest({ source, target, axes, mode }: ReduceInstruction, place: Place): Assignment[] {
    const kept = otherAxes(source.shape, axes);
    const goesTo = positionsOf(source).map((_, position) => positionAlong(position, source.shape, kept));
    const read = this.#reader(source);
    return this.#each(target, mode, place, ({ step, item, element }) => {
      let greatest = -Infinity;
      for (const t of axes.includes('steps') ? place.steps : [step]) {
        for (const n of axes.includes('items') ? this.#allItems() : [item]) {
          goesTo.forEach((destination, position) => {
            if (destination !== element) return;
            greatest = Math.max(greatest, read({ step: t, item: n, element: position }));
          });
        }
      }
      return greatest;
    });
  }

  #callHost({ host, inputs, outputs }: Extract<Instruction, { kind: 'host' }>, place: Place): Assignment[] {
    const { scope } = this.#program.hosts.find(({ id }) => id === host)!;
    const { make } = this.#tables.hosts.get(host)!;
    const calls = scope === 'batch' ? [this.#allItems()] : this.#allItems().map((item) => [item]);
    const instances = this.#instances.get(host) ?? calls.map((_, item) => make(item));
    this.#instances.set(host, instances);
    const views = [...inputs, ...outputs];
    const hasSteps = views.some((view) => this.#has('steps', view, place));
    const steps = place.kind === 'steps' || hasSteps ? place.steps : [Math.min(...place.steps)];
    return steps.flatMap((step) =>
      calls.flatMap((items, call) => {
        const given = inputs.map((view) =>
          Float64Array.from(
            items.flatMap((item) => positionsOf(view).map((_, element) => this.#reader(view)({ step, item, element }))),
          ),
        );
        const results = outputs.map((view) => new Float64Array(items.length * sizeOf(view.shape)));
        const number = this.stepsBefore + step + 1;
        instances[call]!.call(number * this.#program.dt, number, given, results);
        return outputs.flatMap((view, output) =>
          items.flatMap((item, index) =>
            positionsOf(view).map(({ offset }, element): Assignment => {
              const value = this.#round(results[output]![index * sizeOf(view.shape) + element]!);
              return { cells: this.#memory.cells(view.buffer, step, item), offset, value, mode: 'set' };
            }),
          ),
        );
      }),
    );
  }

  /** One assignment for each element of each item and step of the target. */
  #each(target: View, mode: WriteMode, place: Place, valueAt: (spot: Spot) => number): Assignment[] {
    return this.#stepsOf(target, place).flatMap((step) =>
      this.#itemsOf(target).flatMap((item) => {
        const cells = this.#memory.cells(target.buffer, step, item);
        return positionsOf(target).map(({ offset }, element) => {
          return { cells, offset, mode, value: valueAt({ step, item, element }) };
        });
      }),
    );
  }

  #reader(view: View): Reader {
    const positions = positionsOf(view);
    return ({ step, item, element }) => {
      const { offset, lag } = positions[element]!;
      return this.#memory.cells(view.buffer, step, item, lag)[offset]!;
    };
  }

  #operand(operand: Operand, shape: readonly number[]): Reader {
    if (typeof operand === 'number' || !('buffer' in operand))
      return ({ step }) => this.#round(this.#scalar(operand, step));
    const read = this.#reader(operand);
    const elements = Array.from({ length: sizeOf(shape) }, (_, element) =>
      broadcastPosition(element, operand.shape, shape),
    );
    return ({ step, item, element }) => read({ step, item, element: elements[element]! });
  }

  #scalar(operand: ScalarOperand, step: number): number {
    if (typeof operand === 'number') return operand;
    if ('scalar' in operand) return this.scalars.get(operand.scalar)!;
    const number = this.stepsBefore + step + 1;
    return operand.clock === 'time' ? number * this.#program.dt : number % operand.modulus;
  }

  /** Whether a view has items, or steps beside that of a walk. */
  #has(axis: 'items' | 'steps', view: View, { kind }: Place): boolean {
    return layoutIn(this.#memory.bufferOf(view.buffer), kind)[axis];
  }

  /** Where a target is written: once for each step that it has. */
  #stepsOf(target: View, place: Place): readonly number[] {
    return place.kind === 'steps' || this.#has('steps', target, place) ? place.steps : place.steps.slice(0, 1);
  }

  #itemsOf(target: View): readonly number[] {
    return this.#memory.bufferOf(target.buffer).items ? this.#allItems() : [0];
  }

  #allItems(): number[] {
    return [...Array(this.#memory.items).keys()];
  }

  /** The steps, or items, that are summed into a target that has none, at `present`. */
  #summed(axis: 'items' | 'steps', factors: readonly View[], place: Place, present: number): readonly number[] {
    if (!factors.some((view) => this.#has(axis, view, place))) return [present];
    return axis === 'steps' ? place.steps : this.#allItems();
  }

  /** The steps before the first that what an instruction reads has kept, as a descending section walks them. */
  #stepsBeforeFirst(instruction: Instruction): readonly number[] {
    const views = [...readsOf(instruction), ...writesOf(instruction).map(({ target }) => target)];
    const kept = views.map(({ buffer }) => this.#memory.bufferOf(buffer).steps);
    const most = Math.max(1, ...kept.map((steps) => (steps === 'one' ? 0 : steps.before)));
    return Array.from({ length: most }, (_, index) => -1 - index);
  }
}

/** The target of a reduction under the shape of its source: it repeats along the axes that are summed. */
function spread(target: View, { shape }: View, axes: ReduceInstruction['axes']): View {
  return [...shape.keys()].reduce(
    (view, axis) => (axes.includes(axis) ? insertAxis(view, axis, shape[axis]) : view),
    target,
  );
}

/** A view along some of its axes, at the first position of the others. */
function along({ buffer, offset, shape, strides, indices = [] }: View, axes: readonly number[]): View {
  return {
    buffer,
    offset,
    shape: axes.map((axis) => shape[axis]!),
    strides: axes.map((axis) => strides[axis]!),
    indices: axes.flatMap((from, axis) =>
      indices.filter((list) => list.axis === from).map(({ offsets }) => ({ axis, offsets })),
    ),
  };
}
