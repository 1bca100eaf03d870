/**
 * @file An interpreter of programs that is independent of every backend: one number at a time, each instruction by its formula,
 * every read before any write. Far too slow for anything but checking.
 */
import type {
  ContractInstruction,
  ContractMember,
  Dtype,
  HostDeclaration,
  HostInstance,
  Instruction,
  Operand,
  Program,
  ScalarOperand,
  View,
  WriteMode,
} from '@ndl/ir';
import { isNdArray, sizeOf } from '@ndl/numerics';
import { kernelOf, type Round } from './oracle-kernel.ts';

/** The numbers of one buffer: `[step][item][offset]`, axes that it does not have being of length 1. */
type Cells = number[][][];

/** A copy of the numbers of a buffer. */
export type Contents = readonly (readonly (readonly number[])[])[];

/** What flows into an input at a step (counted from 0 within the call), `[items, size]`. */
export type OracleFeed = ReadonlyMap<string, (step: number) => ArrayLike<number>>;

/** Where an instruction runs: at one slice of a block, or over the whole block. */
type Where = { readonly slice: number } | 'block';

/** A number about to be written. */
interface Assignment {
  readonly cells: number[];
  readonly offset: number;
  readonly value: number;
  readonly mode: WriteMode;
}

/** The memory of programs over one set of buffers, for a fixed number of items and steps. */
export class Oracle {
  readonly items: number;
  readonly steps: number;
  readonly scalars: Map<string, number>;
  readonly #dt: number;
  readonly #round: Round;
  readonly #cells = new Map<string, Cells>();
  readonly #hosts: ReadonlyMap<string, HostDeclaration>;
  readonly #instances = new Map<string, HostInstance[]>();
  #stepsBefore = 0;

  constructor(parts: Pick<Program, 'dt' | 'dtype' | 'buffers' | 'scalars' | 'hosts'>, items: number, steps: number) {
    this.items = items;
    this.steps = steps;
    this.#dt = parts.dt;
    this.#round = roundingOf(parts.dtype);
    this.scalars = new Map(parts.scalars.map(({ name, initial }) => [name, initial]));
    this.#hosts = new Map(parts.hosts.map((host) => [host.id, host]));
    for (const { id, shape, history, batched, initial } of parts.buffers) {
      const start = Array.from({ length: sizeOf(shape) }, (_, index) =>
        this.#round(isNdArray(initial) ? initial.data[index]! : initial),
      );
      const slices = Array.from({ length: history ? steps : 1 }, () =>
        Array.from({ length: batched ? items : 1 }, () => [...start]),
      );
      this.#cells.set(id, slices);
    }
  }

  /** The numbers of a view, `[items, ...shape]` flat, at a slice; what is shared repeats. */
  read(view: View, slice = 0): number[] {
    return Array.from({ length: this.items }, (_, item) =>
      positionsOf(view).map((offset) => this.#at(view, slice, item)[offset]!),
    ).flat();
  }

  /** Replaces a whole buffer in every slice and item, or with `[items, size]` numbers at every slice. */
  fill(id: string, values: ArrayLike<number>): void {
    for (const slice of this.#cells.get(id)!) {
      slice.forEach((cells, item) => {
        const from = values.length === cells.length ? 0 : item * cells.length;
        for (let offset = 0; offset < cells.length; offset++) cells[offset] = this.#round(values[from + offset]!);
      });
    }
  }

  /** Replaces one slice of a buffer: `[items, size]`. */
  fillSlice(id: string, slice: number, values: ArrayLike<number>): void {
    const cells = this.#cells.get(id)!;
    const target = cells[Math.min(slice, cells.length - 1)]!;
    target.forEach((own, item) => {
      for (let offset = 0; offset < own.length; offset++)
        own[offset] = this.#round(values[item * own.length + offset]!);
    });
  }

  /** A copy of everything in a buffer. */
  contentsOf(id: string): Contents {
    return this.#cells.get(id)!.map((slice) => slice.map((cells) => [...cells]));
  }

  /** Puts back what `contentsOf` gave. */
  setContents(id: string, contents: Contents): void {
    this.#cells.set(
      id,
      contents.map((slice) => slice.map((cells) => [...cells])),
    );
  }

  /** Prologue, steps and epilogue; `onStep` sees the memory after each step. */
  run(program: Program, feed: OracleFeed, stepsBefore: number, onStep: (slice: number) => void = () => {}): void {
    this.#stepsBefore = stepsBefore;
    for (const { name, buffer, held } of program.inputs) if (held) this.fillSlice(buffer, 0, feed.get(name)!(0));
    this.execute(program.prologue);
    const slices = [...Array(this.steps).keys()];
    for (const slice of program.direction === 'ascending' ? slices : slices.reverse()) {
      for (const { name, buffer, held } of program.inputs)
        if (!held) this.fillSlice(buffer, slice, feed.get(name)!(slice));
      for (const instruction of program.step) this.#perform(instruction, { slice });
      onStep(slice);
    }
    this.execute(program.epilogue);
  }

  /** Instructions over the whole block. */
  execute(instructions: readonly Instruction[]): void {
    for (const instruction of instructions) this.#perform(instruction, 'block');
  }

  #perform(instruction: Instruction, where: Where): void {
    for (const { cells, offset, value, mode } of this.#assignments(instruction, where)) {
      cells[offset] = mode === 'set' ? value : this.#round(cells[offset]! + value);
    }
  }

  #assignments(instruction: Instruction, where: Where): Assignment[] {
    const round = this.#round;
    switch (instruction.kind) {
      case 'fill': {
        const { target, value, mode } = instruction;
        return this.#forEach(target, where, ({ slice, ...position }) => ({
          ...position,
          mode,
          value: round(this.#scalar(value, slice)),
        }));
      }
      case 'copy': {
        const { source, target, mode } = instruction;
        const from = positionsOf(source);
        return this.#forEach(target, where, ({ slice, item, element, ...to }) => ({
          ...to,
          mode,
          value: this.#at(source, slice, item)[from[element]!]!,
        }));
      }
      case 'map': {
        const { kernel, inputs, parameters, outputs } = instruction;
        return outputs.flatMap(({ target, mode }, output) =>
          this.#forEach(target, where, ({ slice, item, element, ...to }) => {
            const operand = (value: Operand): number => this.#operand(value, target.shape, slice, item, element);
            const results = kernelOf(kernel, inputs.map(operand), parameters.map(operand), round);
            return { ...to, mode, value: results[output]! };
          }),
        );
      }
      case 'contract':
        // In place, as no member reads what another writes.
        for (const member of instruction.members) this.#addProducts(member, instruction, where);
        return [];
      case 'reduce': {
        const { operation, source, target, axes, mode } = instruction;
        const from = positionsOf(source);
        const isContinued = operation === 'sum' && mode === 'add' && !repeats(positionsOf(target));
        return this.#forEach(target, where, ({ slice, item, element, ...to }) => {
          const values: number[] = [];
          for (const s of axes.includes('steps') ? [...Array(this.steps).keys()] : [slice]) {
            for (const n of axes.includes('items') ? [...Array(this.items).keys()] : [item]) {
              from.forEach((offset, position) => {
                if (remaining(position, source.shape, axes) === element) values.push(this.#at(source, s, n)[offset]!);
              });
            }
          }
          const start = isContinued ? to.cells[to.offset]! : 0;
          const value =
            operation === 'sum'
              ? values.reduce((a, b) => round(a + b), start)
              : values.reduce((a, b) => (a > b ? a : b), -Infinity);
          return { ...to, mode: isContinued ? 'set' : mode, value };
        });
      }
      case 'host':
        return this.#callHost(instruction, where);
    }
  }

  /**
   * A product by its definition: the terms of each position of the target, in the order of the law of sums, one list per step
   * that is summed.
   */
  #addProducts({ left, right, target }: ContractMember, { mode, events }: ContractInstruction, where: Where): void {
    const round = this.#round;
    const [lefts, rights, targets] = [positionsOf(left), positionsOf(right), positionsOf(target)];
    // Points of the iteration space by the index without the axes along which the target repeats.
    const kept = [...target.shape.keys()].filter((axis) => !isRepeated(target, axis));
    const points = new Map<string, number[]>();
    for (const point of keysAlong(target.shape, kept)) points.set(point, []);
    targets.forEach((_, point) => {
      const index = unravel(point, target.shape);
      points.get(kept.map((axis) => index[axis]).join())!.push(point);
    });
    const starts = [...points.keys()].map((key) => this.#startOf(target, kept, key));
    const isScattered = repeats(starts);
    const slices = this.#slices([target], where);
    for (const slice of slices) {
      for (let item = 0; item < (this.#has(target, 'items') ? this.items : 1); item++) {
        const cells = this.#at(target, slice, item);
        const summedSlices = this.#summedSlices(target, [left, right], where, slice);
        const summedItems =
          this.#has(target, 'items') || !this.#anyHas([left, right], 'items') ? [item] : [...Array(this.items).keys()];
        const termsOf = (position: readonly number[], s: number): number[] =>
          summedItems.flatMap((n) =>
            position.flatMap((point) => {
              const x = this.#at(left, s, n)[lefts[point]!]!;
              const y = this.#at(right, s, n)[rights[point]!]!;
              const isAbsent = (events === 'left' && x === 0) || (events === 'right' && y === 0);
              return isAbsent ? [] : [round(x * y)];
            }),
          );
        const sum = (terms: readonly number[], start: number): number =>
          terms.reduce((total, term) => round(total + term), start);
        const positions = [...points.values()];
        if (isScattered) {
          for (const s of summedSlices) {
            const sums = positions.map((position) => sum(termsOf(position, s), 0));
            sums.forEach((value, p) => (cells[starts[p]!] = round(cells[starts[p]!]! + value)));
          }
        } else {
          positions.forEach((position, p) => {
            const terms = summedSlices.flatMap((s) => termsOf(position, s));
            cells[starts[p]!] = sum(terms, mode === 'set' ? 0 : cells[starts[p]!]!);
          });
        }
      }
    }
  }

  /** Offset of a position, named by its index along the axes `kept`. */
  #startOf({ offset, strides, indices = [] }: View, kept: readonly number[], key: string): number {
    const index = key === '' ? [] : key.split(',').map(Number);
    return kept.reduce((sum, axis, k) => {
      const list = indices.find((each) => each.axis === axis);
      return sum + (list ? list.offsets[index[k]!]! : index[k]! * strides[axis]!);
    }, offset);
  }

  #callHost({ host, inputs, outputs }: Extract<Instruction, { kind: 'host' }>, where: Where): Assignment[] {
    const declaration = this.#hosts.get(host)!;
    const assignments: Assignment[] = [];
    const all = [...Array(this.items).keys()];
    const calls = declaration.scope === 'batch' ? [all] : all.map((item) => [item]);
    const instances = this.#instances.get(host) ?? calls.map((_, item) => declaration.make(item));
    this.#instances.set(host, instances);
    for (const slice of this.#slices([...inputs, ...outputs], where)) {
      calls.forEach((items, call) => {
        const given = inputs.map((view) =>
          Float64Array.from(
            items.flatMap((item) => positionsOf(view).map((offset) => this.#at(view, slice, item)[offset]!)),
          ),
        );
        const results = outputs.map((view) => new Float64Array(items.length * sizeOf(view.shape)));
        const step = this.#stepsBefore + slice + 1;
        instances[call]!.call(step * this.#dt, step, given, results);
        outputs.forEach((view, output) => {
          items.forEach((item, index) => {
            positionsOf(view).forEach((offset, element) => {
              const value = this.#round(results[output]![index * sizeOf(view.shape) + element]!);
              assignments.push({ cells: this.#at(view, slice, item), offset, value, mode: 'set' });
            });
          });
        });
      });
    }
    return assignments;
  }

  /** One assignment for each element of each item and slice of the target. */
  #forEach(
    target: View,
    where: Where,
    assign: (position: { cells: number[]; offset: number; slice: number; item: number; element: number }) => Assignment,
  ): Assignment[] {
    const items = this.#has(target, 'items') ? this.items : 1;
    return this.#slices([target], where).flatMap((slice) =>
      Array.from({ length: items }, (_, item) =>
        positionsOf(target).map((offset, element) =>
          assign({ cells: this.#at(target, slice, item), offset, slice, item, element }),
        ),
      ).flat(),
    );
  }

  /** The slices that a target has, where it is written. */
  #slices(views: readonly View[], where: Where): number[] {
    if (where !== 'block') return [where.slice];
    return this.#anyHas(views, 'steps') ? [...Array(this.steps).keys()] : [0];
  }

  #summedSlices(target: View, factors: readonly View[], where: Where, slice: number): number[] {
    return where === 'block' && !this.#has(target, 'steps') ? this.#slices(factors, where) : [slice];
  }

  #has(view: View, axis: 'items' | 'steps'): boolean {
    const cells = this.#cells.get(view.buffer)!;
    return axis === 'steps' ? this.#isHistory(cells) : cells[0]!.length > 1;
  }

  #isHistory(cells: Cells): boolean {
    return cells.length > 1;
  }

  #anyHas(views: readonly View[], axis: 'items' | 'steps'): boolean {
    return views.some((view) => this.#has(view, axis));
  }

  /** The numbers of the view's buffer at a slice and item, or those that all slices or items share. */
  #at(view: View, slice: number, item: number): number[] {
    const cells = this.#cells.get(view.buffer)!;
    const present = cells[cells.length > 1 ? slice : 0]!;
    return present[present.length > 1 ? item : 0]!;
  }

  #operand(operand: Operand, shape: readonly number[], slice: number, item: number, element: number): number {
    if (typeof operand === 'number' || !('buffer' in operand)) return this.#round(this.#scalar(operand, slice));
    return this.#at(operand, slice, item)[positionsOf(operand)[broadcastPosition(element, operand.shape, shape)]!]!;
  }

  #scalar(operand: ScalarOperand, slice: number): number {
    if (typeof operand !== 'number' && 'clock' in operand) {
      const step = this.#stepsBefore + slice + 1;
      return operand.clock === 'time' ? step * this.#dt : step % operand.modulus;
    }
    return typeof operand === 'number' ? operand : this.scalars.get(operand.scalar)!;
  }
}

function roundingOf(dtype: Dtype): Round {
  return dtype === 'float32' ? Math.fround : (value) => value;
}

const POSITIONS = /* @__PURE__ */ new WeakMap<View, readonly number[]>();

/** Offset of each element, in row-major order. */
function positionsOf(view: View): readonly number[] {
  const known = POSITIONS.get(view) ?? findPositions(view);
  POSITIONS.set(view, known);
  return known;
}

function findPositions({ offset, shape, strides, indices = [] }: View): readonly number[] {
  let offsets = [offset];
  shape.forEach((length, axis) => {
    offsets = offsets.flatMap((start) =>
      Array.from({ length }, (_, index) => {
        const list = indices.find((each) => each.axis === axis);
        return start + (list ? list.offsets[index]! : index * strides[axis]!);
      }),
    );
  });
  return offsets;
}

/** Whether a view shows the same elements at each position of an axis. */
function isRepeated({ strides, indices = [] }: View, axis: number): boolean {
  return strides[axis] === 0 && !indices.some((list) => list.axis === axis);
}

function repeats(values: readonly number[]): boolean {
  return new Set(values).size < values.length;
}

/** The indices along some axes of an array, in row-major order, joined by commas. */
function keysAlong(shape: readonly number[], axes: readonly number[]): string[] {
  let keys: string[][] = [[]];
  for (const axis of axes)
    keys = keys.flatMap((key) => Array.from({ length: shape[axis]! }, (_, index) => [...key, String(index)]));
  return keys.map((key) => key.join());
}

/** Index per axis of a row-major position. */
function unravel(position: number, shape: readonly number[]): number[] {
  return shape.map((length, axis) => Math.floor(position / sizeOf(shape.slice(axis + 1))) % length);
}

function ravel(index: readonly number[], shape: readonly number[]): number {
  return index.reduce((position, each, axis) => position * shape[axis]! + each, 0);
}

/** Position in an array of shape `own` of what stands at a position after broadcasting to `shape`. */
function broadcastPosition(position: number, own: readonly number[], shape: readonly number[]): number {
  const index = unravel(position, shape).slice(shape.length - own.length);
  return ravel(
    index.map((each, axis) => (own[axis] === 1 ? 0 : each)),
    own,
  );
}

/** Position, in the array without `axes`, of an element of an array of this shape. */
function remaining(position: number, shape: readonly number[], axes: readonly (number | string)[]): number {
  const kept = [...shape.keys()].filter((axis) => !axes.includes(axis));
  const index = unravel(position, shape);
  return ravel(
    kept.map((axis) => index[axis]!),
    kept.map((axis) => shape[axis]!),
  );
}
