/**
 * @file Runs programs for the tests of this package, in their dtype, window by window: a slice for every step that a program can see,
 * every element by its offset, nothing clever. What has not been set is NaN, so that reading it shows.
 */
import { sizeOf } from '@ndl/numerics';
import {
  type Buffer,
  buffersOf,
  type HostInstance,
  type InitialContents,
  type Program,
  type Section,
  type Tables,
  writesOf,
} from './index.ts';
import { execute, type Surface } from './interpret-instruction.test-helper.ts';
import { ARRAYS } from './program-fixtures.test-helper.ts';

/** A window: what is fed to it, and how it is run. */
export interface Call {
  readonly items: number;
  readonly steps: number;
  /** Most steps per block; by default as many as the program allows. Results must not depend on it. */
  readonly block?: number;
  readonly scalars?: Readonly<Record<string, number>>;
  /** By buffer id: `[step][item][element]`, one step for held inputs and targets. */
  readonly feed?: Readonly<Record<string, readonly (readonly (readonly number[])[])[]>>;
}

/** One value per item, each of all elements; one item where a buffer is shared. */
export type Slice = readonly Float64Array[];

/** Contents of every buffer, by step: 0 is the first of the window, -1 the one before; buffers of one value have step 0 alone. */
export class Memory {
  readonly contents = new Map<string, Map<number, Slice>>();
  /** Steps of the window. */
  steps = 0;

  /** What a buffer holds for the steps of the window: `[step][item]` → elements. */
  get(id: string): readonly Slice[] | undefined {
    const slices = this.contents.get(id);
    return slices && range(0, this.steps).flatMap((step) => (slices.has(step) ? [slices.get(step)!] : []));
  }
}

/** Runs a program over one window from the initial values, or over `memory` that another program left of the same window. */
export function interpret(program: Program, call: Call, memory?: Memory, tables?: Tables): Memory {
  return new Machine(program, tables, memory).window(call);
}

/** A program and what it carries from window to window. */
export class Machine {
  readonly memory: Memory;
  readonly #program: Program;
  readonly #round: (value: number) => number;
  readonly #tables: Tables;
  readonly #buffers: ReadonlyMap<string, Buffer>;
  readonly #descending: ReadonlySet<string>;
  readonly #heldInputs: ReadonlySet<string>;
  readonly #hosts = new Map<string, readonly HostInstance[]>();
  /** Ids of what another program left. */
  #left: ReadonlySet<string>;
  /** Steps of the windows before. */
  #done = 0;

  constructor(program: Program, tables: Tables = { arrays: ARRAYS, hosts: new Map() }, memory: Memory = new Memory()) {
    this.#program = program;
    this.#round = program.dtype === 'float32' ? (value) => Math.fround(value) : (value) => value;
    this.#tables = tables;
    this.memory = memory;
    this.#left = new Set(memory.contents.keys());
    this.#buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer]));
    this.#heldInputs = new Set(program.inputs.filter(({ held }) => held).map(({ buffer }) => buffer));
    this.#descending = new Set(
      program.sections
        .filter(({ direction }) => direction === 'descending')
        .flatMap(({ instructions }) => instructions.flatMap(writesOf))
        .map(({ target }) => target.buffer),
    );
  }

  /** Runs one window and returns what stands in memory at its end. */
  window(call: Call): Memory {
    const beginsAsParameter = ({ initial }: Buffer): boolean => typeof initial === 'object' && 'parameter' in initial;
    for (const buffer of this.#program.buffers) if (!beginsAsParameter(buffer)) this.#open(buffer, call);
    for (const buffer of this.#program.buffers) if (beginsAsParameter(buffer)) this.#open(buffer, call);
    this.memory.steps = call.steps;
    const all = range(0, call.steps);
    for (const pass of passesOf(this.#program)) {
      const [{ kind }] = pass;
      if (kind === 'window') this.#section(pass[0], all, call);
      else if (kind !== 'before') this.#pass(pass, call);
      else if (this.#done === 0) this.#section(pass[0], range(-this.#depth(pass[0]), 0), call);
    }
    this.#done += call.steps;
    this.#left = new Set();
    return this.memory;
  }

  /** Lays out the slices of a buffer for a window, after those that were carried from the window before. */
  #open(buffer: Buffer, call: Call): void {
    const { id, steps, lifetime, role } = buffer;
    const old = this.memory.contents.get(id);
    const isKept = lifetime === 'forever' || (lifetime === 'run' && steps === 'one');
    if (old !== undefined && (this.#left.has(id) || isKept)) return;
    const isFilled = isKept || role === 'input' || role === 'target';
    const blank = (): Slice => this.#slice(buffer, call.items, isFilled ? buffer.initial : NaN);
    const slices = new Map<number, Slice>();
    for (const step of range(0, steps === 'one' ? 1 : call.steps)) slices.set(step, blank());
    const data = call.feed?.[id];
    if (data !== undefined) slices.forEach((slice, step) => fill(slice, data, step, this.#round));
    if (steps !== 'one') {
      const end = this.memory.steps;
      for (const lag of range(1, steps.before + 1)) {
        if (this.#descending.has(id)) slices.set(call.steps + lag - 1, this.#slice(buffer, call.items, 0));
        else slices.set(-lag, old?.get(end - lag) ?? this.#slice(buffer, call.items, buffer.initial));
      }
    }
    this.memory.contents.set(id, slices);
  }

  #slice({ shape, items }: Buffer, count: number, initial: InitialContents): Slice {
    return range(0, items ? count : 1).map(() => {
      if (typeof initial === 'number') return new Float64Array(sizeOf(shape)).fill(this.#round(initial));
      if ('array' in initial) return Float64Array.from(this.#tables.arrays.get(initial.array)!.data, this.#round);
      return this.memory.contents.get(initial.parameter)!.get(0)![0]!.slice();
    });
  }

  /** Runs sections block by block: the last block first where one of them descends. */
  #pass(sections: readonly Section[], call: Call): void {
    const length = Math.min(call.block ?? Infinity, this.#program.maximumBlock ?? Infinity, call.steps);
    const blocks = range(0, Math.ceil(call.steps / length)).map((block) =>
      range(block * length, Math.min((block + 1) * length, call.steps)),
    );
    if (sections.some(({ direction }) => direction === 'descending')) blocks.reverse();
    this.#blot((buffer) => buffer.lifetime === 'block');
    for (const block of blocks) {
      this.#blot(({ lifetime, steps }) => lifetime === 'block' && steps === 'one');
      for (const section of sections) this.#section(section, block, call);
    }
  }

  #section({ kind, direction, instructions }: Section, steps: readonly number[], call: Call): void {
    const times = direction === 'ascending' ? steps : steps.toReversed();
    const surface: Surface = {
      program: this.#program,
      buffers: this.#buffers,
      items: call.items,
      scalars: call.scalars ?? {},
      done: this.#done,
      at: (id, step) => this.#at(this.#buffers.get(id)!, step, call.items),
      isLater: (id) => this.#descending.has(id),
      hostsOf: (id) => this.#hostsOf(id, call.items),
      round: this.#round,
    };
    if (kind !== 'steps') {
      for (const instruction of instructions) execute(instruction, times, surface);
      return;
    }
    const used = buffersOf(instructions);
    for (const time of times) {
      this.#blot(({ id, lifetime }) => used.has(id) && lifetime === 'step');
      for (const id of used) this.#feedStep(id, time, call);
      for (const instruction of instructions) execute(instruction, [time], surface);
    }
  }

  /** What a buffer holds for a step; what descends is zero before the window. */
  #at(buffer: Buffer, step: number, items: number): Slice {
    const slice = this.memory.contents.get(buffer.id)!.get(buffer.steps === 'one' ? 0 : step);
    return slice ?? this.#slice(buffer, items, step < 0 && this.#descending.has(buffer.id) ? 0 : NaN);
  }

  #feedStep(id: string, time: number, { feed }: Call): void {
    const { role, steps } = this.#buffers.get(id)!;
    if (role !== 'input' || steps !== 'one' || this.#heldInputs.has(id) || feed?.[id] === undefined) return;
    fill(this.memory.contents.get(id)!.get(0)!, feed[id], time, this.#round);
  }

  /** Makes NaN of what must be set again before it is read. */
  #blot(isBlotted: (buffer: Buffer) => boolean): void {
    for (const buffer of this.#program.buffers) {
      if (buffer.role !== 'temp' || this.#left.has(buffer.id) || !isBlotted(buffer)) continue;
      this.memory.contents.get(buffer.id)!.forEach((slice, step) => {
        if (step >= 0 && step < this.memory.steps) for (const values of slice) values.fill(NaN);
      });
    }
  }

  /** The most steps before that a section can see. */
  #depth({ instructions }: Section): number {
    const depths = [...buffersOf(instructions)].map((id) => this.#buffers.get(id)!.steps);
    return Math.max(1, ...depths.map((steps) => (steps === 'one' ? 0 : steps.before)));
  }

  #hostsOf(id: string, items: number): readonly HostInstance[] {
    const { scope } = this.#program.hosts.find((host) => host.id === id)!;
    const make = (item: number): HostInstance => this.#tables.hosts.get(id)!.make(item);
    const known = this.#hosts.get(id) ?? range(0, scope === 'item' ? items : 1).map(make);
    this.#hosts.set(id, known);
    return known;
  }
}

/** Sections between two window sections belong together; window and before sections stand alone. */
function passesOf({ sections }: Program): readonly [Section, ...Section[]][] {
  const passes: [Section, ...Section[]][] = [];
  const isAlone = ({ kind }: Section): boolean => kind === 'window' || kind === 'before';
  for (const section of sections) {
    const last = passes.at(-1);
    if (last === undefined || isAlone(section) || isAlone(last[0])) passes.push([section]);
    else last.push(section);
  }
  return passes;
}

function fill(
  slice: Slice,
  data: NonNullable<Call['feed']>[string],
  step: number,
  round: (value: number) => number,
): void {
  data[Math.min(step, data.length - 1)]!.forEach((values, item) => slice[item]!.set(values.map(round)));
}

function range(start: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - start) }, (_, k) => start + k);
}
