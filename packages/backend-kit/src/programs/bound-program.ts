/**
 * @file A program bound to memory for a number of items, and to functions over blocks: what a backend emitted of it. It belongs to
 * one state; what other programs share with it - parameters, state of one value, constants - lies with those.
 */
import type { Interruption } from '@ndl/core';
import {
  type Buffer,
  type HostDeclaration,
  type HostInstance,
  type OutputDeclaration,
  type Program,
  type Tables,
} from '@ndl/ir';
import { sizeOf, type FloatArray } from '@ndl/numerics';
import { BlockPace } from '../calls/block-pace.ts';
import { Checkpoint } from './checkpoint.ts';
import type { CheckedEngine } from '../calls/checked-engine.ts';
import type { BlockFunction, EmittedSection, Frame, Place, StoreShape } from '../engine.ts';
import { placeTooLate } from '../errors.ts';
import { lastingNeeds } from '../memory/lasting-needs.ts';
import { contentsOf } from '../memory/lasting-stores.ts';
import { OutputSamples } from '../feeds/output-samples.ts';
import { allocate, type ParameterStore } from '../memory/parameter-store.ts';
import type { Phase, PreparedProgram } from './phases.ts';
import { keyOf, sequencesIn, togetherInOneBlock } from './phases-together.ts';
import type { PartTimes } from '../timings/part-times.ts';
import { type Room, roomsOf } from '../memory/rooms.ts';
import type { RunState, StateOwner } from '../memory/run-state.ts';
import { livingThroughBlocks, movesParameters, partsOf, workOfSection } from './section-parts.ts';
import { shapeOf, Slices } from '../memory/slices.ts';
import { begun, timed } from '../timings/timed-functions.ts';
import type { Waiting } from '../calls/waiting.ts';
import { workOfStep, workWithin } from './work-estimate.ts';

/** Operations of the first block, before anything was measured. */
const FIRST_BLOCK = 2 ** 18;

/** How many times as much is done at a call that runs beside. */
const BESIDE = 8;

/** Bytes that may be spent on giving what varies a value for each step of a block. */
const BLOCK_MEMORY = 2 ** 26;

/** What a program is bound to. */
export interface BindingContext<Store> {
  readonly engine: CheckedEngine<Store>;
  readonly prepared: PreparedProgram;
  readonly tables: Tables;
  readonly state: RunState<Store>;
  readonly parameters: ParameterStore<Store>;
  /** Most steps of a window, where the program has memory for one. */
  readonly windowSteps: number;
  /** Outputs that are read. */
  readonly outputs: ReadonlySet<string>;
  /** Of the call that it is bound for. */
  readonly interruption: Interruption;
  /** What is told how long parts take, where somebody wants to know. */
  readonly times?: PartTimes | undefined;
}

/** A section, part of one, or a sequence of sections, ready to run. */
export interface BoundSection {
  readonly run: BlockFunction;
  /** Numbers of the outputs that are sampled after it. */
  readonly outputs: readonly number[];
  /** Items that it is run for at a time. */
  readonly itemsAtOnce: number;
}

export interface BoundPhase<Store> extends Phase {
  /** What has a value for each step, of the buffers that it uses. */
  readonly slices: readonly Slices<Store>[];
  readonly bound: readonly BoundSection[];
  /** Whether it moves parameters, so that it must not be left in the middle. */
  readonly isUpdate: boolean;
}

export class BoundProgram<Store> implements Frame<Store>, StateOwner {
  readonly prepared: PreparedProgram;
  readonly program: Program;
  readonly items: number;
  readonly state: RunState<Store>;
  readonly tables: Tables;
  readonly windowSteps: number;
  readonly pace: BlockPace;
  readonly scalars: Map<string, number> = new Map<string, number>();
  readonly outputs: readonly OutputSamples<Store>[];
  readonly buffers: ReadonlyMap<string, Buffer>;
  phases: readonly BoundPhase<Store>[] = [];
  /** Phases of a window that is one block. */
  #together: readonly BoundPhase<Store>[] = [];
  readonly #hosts: ReadonlyMap<string, HostDeclaration>;
  readonly #engine: CheckedEngine<Store>;
  readonly #parameters: ParameterStore<Store>;
  readonly blockSteps: number;
  /** Whether some section takes so long that it is left, and may be aborted, in the middle; or whether each instruction is timed. */
  readonly isInParts: boolean;
  /** Whether functions were to run beside who calls them when it was bound. */
  readonly #isBeside: boolean;
  /** Operations that are done at once, and those of the largest section or step. */
  readonly #longestWork: number;
  readonly #largestWork: number;
  readonly #times: PartTimes | undefined;
  /** Whether the kit times each instruction, as the engine does not. */
  readonly #isApart: boolean;
  /** For each of `outputs`, the number of the section that it is read after. */
  readonly #readAfter: readonly number[];
  readonly #slices = new Map<string, Slices<Store>>();
  /** Slices whose memory is this program's alone. */
  readonly #own = new Set<Slices<Store>>();
  /** By the buffers that take turns in them. */
  readonly #rooms: ReadonlyMap<string, Room>;
  /** The memory of rooms that somebody has asked for. */
  readonly #roomStores = new Map<Room, Store>();
  /** What constants hold whose memory others may use, too. */
  readonly #constants: FloatArray[] = [];
  #checkpoint: Checkpoint<Store> | undefined;
  #staging: FloatArray;

  /** Binds, and has the engine emit, a program. @throws NdlError BUFFER_CONFLICT */
  static async bind<Store>(context: BindingContext<Store>): Promise<BoundProgram<Store>> {
    const bound = new BoundProgram(context);
    try {
      await bound.#emit(context.interruption);
    } catch (error) {
      bound.free();
      throw error;
    }
    return bound;
  }

  private constructor(context: BindingContext<Store>) {
    const { engine, prepared, tables, state, parameters, windowSteps, outputs, times } = context;
    const { program } = prepared;
    this.#engine = engine;
    this.#parameters = parameters;
    this.prepared = prepared;
    this.state = state;
    this.items = state.items;
    this.tables = tables;
    this.windowSteps = windowSteps;
    this.buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer]));
    this.#hosts = new Map(program.hosts.map((host) => [host.id, host]));
    const stepWork = workOfStep(program) * this.items;
    this.#times = times;
    this.#isApart = times !== undefined && engine.timesParts !== true;
    this.#isBeside = times === undefined && engine.runsBeside(program);
    this.#largestWork = program.sections.reduce(
      (largest, section) => Math.max(largest, workOfSection(section, this.buffers, this)),
      stepWork,
    );
    this.#longestWork = (this.#isBeside ? BESIDE : 1) * engine.longestWork;
    this.isInParts =
      this.#isApart ||
      program.sections.some((section) => workOfSection(section, this.buffers, this) > this.#longestWork);
    this.#staging = allocate(program.dtype, 0);
    this.program = this.isInParts ? livingThroughBlocks(program) : program;
    this.#rooms = engine.memory.within === undefined ? new Map<string, Room>() : roomsOf(prepared, this.items);
    engine.memory.requireRoom?.(lastingNeeds(prepared, this, parameters));
    const wanted = program.outputs.flatMap((output, index) =>
      outputs.has(output.name) ? [{ output, section: prepared.readAfter[index]! }] : [],
    );
    this.blockSteps =
      this.#isApart || stepWork > this.#longestWork ? 1 : this.#mostSteps(wanted.map(({ output }) => output));
    const longer = (): number => (this.#isBeside && engine.runsBeside(program) ? BESIDE : 1);
    this.pace = new BlockPace(this.blockSteps, FIRST_BLOCK / Math.max(1, stepWork), engine.now, longer);
    this.outputs = wanted.map(({ output, section }) => {
      const steps = program.sections[section]!.kind === 'window' ? windowSteps : this.blockSteps;
      return new OutputSamples(engine.memory, output, program.dtype, this.items, steps);
    });
    this.#readAfter = wanted.map(({ section }) => section);
    this.resetScalars();
  }

  place(id: string): Place<Store> {
    if (this.phases.length > 0 && !this.#slices.has(id)) throw placeTooLate(this.#engine.backend, id);
    return this.slicesOf(id);
  }

  /** Whether it does more at once than others can wait for: functions no longer run beside, as threads may be refused only when they start. */
  get isTooLong(): boolean {
    return this.#longest < this.#longestWork && this.#largestWork > this.#longest;
  }

  /** Operations that may be done at once by now. */
  get #longest(): number {
    const isAlone = this.#isBeside && !this.#engine.runsBeside(this.prepared.program);
    return isAlone ? this.#engine.longestWork : this.#longestWork;
  }

  /** The place of a buffer, as the kit sees it. */
  slicesOf(id: string): Slices<Store> {
    const known = this.#slices.get(id);
    if (known !== undefined) return known;
    const plan = this.prepared.slices.get(id)!;
    const { dtype } = this.program;
    const steps = plan.span === 'window' ? this.windowSteps : this.blockSteps;
    const room = this.#rooms.get(id);
    const layout = { dtype, items: this.items, steps };
    const shared = room === undefined ? this.#sharedStore(plan.buffer) : this.#storeIn(room, shapeOf(plan, layout));
    const slices = new Slices(this.#engine.memory, plan, layout, shared);
    this.#slices.set(id, slices);
    if (shared === undefined) this.#own.add(slices);
    const { initial, role } = plan.buffer;
    if (role === 'constant' && typeof initial === 'number') this.#engine.memory.fill(slices.store, 0, 1, initial);
    return slices;
  }

  instancesOf(host: string): readonly HostInstance[] {
    return this.state.hosts.instancesOf(this.#hosts.get(host)!, this.tables);
  }

  /** Room for numbers on their way to memory, until it is next asked for. */
  staging(length: number): FloatArray {
    if (this.#staging.length < length) this.#staging = allocate(this.program.dtype, length);
    return this.#staging.subarray(0, length);
  }

  /** All buffers that have memory. */
  get places(): Iterable<Slices<Store>> {
    return this.#slices.values();
  }

  /** Scalars back to their declared values. */
  resetScalars(): void {
    for (const { name, initial } of this.program.scalars) this.scalars.set(name, initial);
  }

  /** To be called before a call's first window: parameters and state hold what they are to hold. @throws NdlError STATE_LOST */
  *begin(interruption: Interruption): Waiting {
    this.state.refuseLost();
    for (const slices of this.#slices.values()) {
      const { buffer, span, direction } = slices;
      if (buffer.role === 'parameter' || buffer.role === 'optimizer')
        yield* this.#parameters.ready(buffer, this.tables, interruption);
      else if (buffer.lifetime !== 'run' || direction === 'descending') continue;
      else if (span === 'one') yield* this.state.ready(buffer, this, interruption);
      else yield* this.state.takeOver(slices, this, interruption);
    }
  }

  /** What puts the state back that the program changes. */
  get checkpoint(): Checkpoint<Store> {
    this.#checkpoint ??= new Checkpoint(this.#engine.memory, this);
    return this.#checkpoint;
  }

  /** Phases as which a window of so many steps can be run as one block; undefined where it takes too long, or a block is computed twice. */
  phasesInOneBlock(steps: number): readonly BoundPhase<Store>[] | undefined {
    const { recomputed } = this.prepared;
    if (this.isInParts || recomputed.length > 0 || steps > this.blockSteps) return undefined;
    const { items } = this;
    const work = this.program.sections.reduce(
      (sum, section) => sum + workWithin(section, this.buffers, { items, steps }),
      0,
    );
    return work <= this.#longest ? this.#together : undefined;
  }

  /** Gives its memory back; state that stands in it moves to the state's own. */
  free(): void {
    this.#engine.release?.(this);
    for (const slices of this.#own) {
      this.state.letGo(slices);
      this.#engine.memory.free(slices.store);
    }
    for (const store of this.#roomStores.values()) this.#engine.memory.free(store);
    this.#roomStores.clear();
    for (const numbers of this.#constants) this.#parameters.letGoOfConstant(numbers);
    this.#constants.length = 0;
    for (const output of this.outputs) output.free();
    this.#checkpoint?.free();
    this.#own.clear();
    this.#slices.clear();
  }

  async #emit(interruption: Interruption): Promise<void> {
    for (const { buffer } of this.program.inputs) this.slicesOf(buffer);
    const takesItemRanges = this.#engine.takesItemRanges === true;
    const { items, windowSteps } = this;
    const extent = { items, windowSteps, longestWork: this.#longestWork, isApart: this.#isApart };
    const parts = this.program.sections.map((section, number) => {
      const own = partsOf(section, this.buffers, extent, takesItemRanges);
      const sampled = [...this.outputs.keys()].filter((index) => this.#readAfter[index] === number);
      return own.map((part, index) => ({ ...part, outputs: index === own.length - 1 ? sampled : [] }));
    });
    const sections = parts.flat().map(({ section, outputs }): EmittedSection<Store> => {
      return { ...section, samples: outputs.map((index) => this.outputs[index]!) };
    });
    const { phases } = this.prepared;
    const together = togetherInOneBlock(phases);
    const sequences = this.isInParts || this.#times !== undefined ? [] : sequencesIn([...phases, ...together]);
    const pause = (): void | Promise<void> => interruption.point();
    this.#times?.beginEmission(parts.flatMap((own, number) => own.map(() => number)));
    const clock = this.#isApart ? undefined : this.#times;
    const functions = await this.#engine.emit(sections, this, { sequences, clock, pause });
    const emitted = this.#timed(functions, sections);
    let next = 0;
    const bound = parts.map((own) =>
      own.map(({ outputs, itemsAtOnce }) => ({ run: emitted[next++]!, outputs, itemsAtOnce })),
    );
    const inSequence = new Map(sequences.map((numbers, index) => [keyOf(numbers), emitted[next + index]]));
    const ready = (phase: Phase): BoundPhase<Store> => {
      const own = phase.sections.flatMap((number) => bound[number]!);
      const run = inSequence.get(keyOf(phase.sections));
      return {
        ...phase,
        slices: phase.buffers.flatMap((id) => {
          const slices = this.#slices.get(id);
          return slices === undefined || slices.span === 'one' ? [] : [slices];
        }),
        bound: run === undefined ? own : [{ run, outputs: own.flatMap(({ outputs }) => outputs), itemsAtOnce: items }],
        isUpdate: phase.sections.some((number) => movesParameters(this.program.sections[number]!, this.buffers)),
      };
    };
    this.#together = together.map(ready);
    this.phases = phases.map(ready);
  }

  #timed(functions: readonly BlockFunction[], sections: readonly EmittedSection<Store>[]): readonly BlockFunction[] {
    if (this.#times === undefined) return functions;
    return this.#isApart ? timed(functions, sections, this.#times, this) : begun(functions, this.#times);
  }

  /** Steps that a block may have at most. */
  #mostSteps(outputs: readonly OutputDeclaration[]): number {
    const { program, slices } = this.prepared;
    if (program.hosts.some(({ acts }) => acts)) return 1;
    const bytes = program.dtype === 'float32' ? 4 : 8;
    const alone = [...slices].filter(([id, { span }]) => span === 'block' && !this.#rooms.has(id));
    const numbers =
      alone.reduce((sum, [, { buffer }]) => sum + sizeIn(buffer, this.items), 0) +
      [...new Set(this.#rooms.values())].reduce((sum, room) => sum + room.numbers, 0);
    const sampled = outputs.reduce((sum, { view, every }) => sum + (this.items * sizeOf(view.shape)) / every, 0);
    const affordable = Math.floor(BLOCK_MEMORY / Math.max(1, (numbers + sampled) * bytes));
    const wanted = this.#engine.blockSteps(program, this.items, numbers);
    return Math.max(1, Math.min(Math.floor(wanted), affordable, program.maximumBlock ?? Infinity));
  }

  /** Memory in a room: whoever has lived there before, or will, writes to it too. */
  #storeIn(room: Room, shape: StoreShape): Store {
    const { memory } = this.#engine;
    const store =
      this.#roomStores.get(room) ??
      memory.allocate({ ...shape, slices: this.blockSteps, copies: 1, size: room.numbers });
    this.#roomStores.set(room, store);
    return memory.within!(store, shape);
  }

  /** Memory that others have a part in, where the buffer has such. */
  #sharedStore(buffer: Buffer): Store | undefined {
    if (buffer.role === 'parameter' || buffer.role === 'optimizer')
      return this.#parameters.storeOf(buffer, this.tables).store;
    if (buffer.lifetime === 'run' && buffer.steps === 'one') return this.state.storeOf(buffer, this).store;
    if (buffer.role !== 'constant') return undefined;
    const contents = contentsOf(buffer, this.tables);
    if (typeof contents !== 'object' || 'parameter' in contents) return undefined;
    this.#constants.push(contents);
    return this.#parameters.constant(contents);
  }
}

function sizeIn({ shape, items: hasItems }: Buffer, items: number): number {
  return sizeOf(shape) * (hasItems ? items : 1);
}
