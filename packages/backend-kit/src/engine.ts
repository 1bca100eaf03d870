/**
 * @file What a backend is made of: a memory, and an emitter that turns sections of a program into functions over blocks of
 * steps. `createBackend` makes a backend of it. An engine knows nothing of runs, windows, feeds, sinks or saved states.
 *
 * What may take time returns a promise or nothing: promises are waited for, and what returns nothing costs none.
 */
import type { TimedPartKind } from '@ndl/core';
import type { Buffer, CallCost, Dtype, GeneratedSource, HostInstance, Program, Section, View } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import type { PositionedStreams } from './feeds/positioned-streams.ts';

/** Room for the contents of one buffer: `slices` x `copies` rows of `size` elements each. */
export interface StoreShape {
  readonly dtype: Dtype;
  /** One per step that is kept; 1 for what has one value for all. */
  readonly slices: number;
  /** One per item; 1 for what items share. */
  readonly copies: number;
  /** Elements of the buffer's shape, in row-major order. */
  readonly size: number;
}

/** Memory that a buffer will be given. */
export interface StoreNeed {
  /** For people. */
  readonly name: string;
  readonly shape: StoreShape;
}

/**
 * Where numbers are kept. A `Store` is the engine's own: an array, an address, a handle. Rows are counted slice by slice: that of
 * item b in slice s is row `s * copies + b`. How rows lie in a store is the engine's choice.
 *
 * Calls happen in the order in which they are made, and before functions that are called after them.
 */
export interface Memory<Store> {
  /** A store of zeros. Large ones must not take long: fill them when they are first touched. */
  allocate(shape: StoreShape): Store;
  free(store: Store): void;
  /**
   * Called before a program is given memory, with what it will certainly be given that lasts for a window or longer: so that what cannot be had
   * is refused as a whole, with the arithmetic.
   * @throws where there is no room for all of it
   */
  requireRoom?(needs: readonly StoreNeed[]): void;
  /**
   * A store of another shape at the beginning of a store that is as large or larger, and of the same dtype: writing to one spoils what stands in
   * the other. It goes with the store that it is part of. Absent where none can be: then buffers do not take turns in memory.
   */
  within?(store: Store, shape: StoreShape): Store;
  /** Writes whole rows from `row` on, rounded to the store's dtype. The array is the caller's again on return. */
  write(store: Store, row: number, data: FloatArray): void;
  /**
   * The numbers of rows in memory itself, for whoever fills them all at once, before anything else is asked: they are not copied then.
   * Absent where memory cannot be shown.
   */
  rows?(store: Store, row: number, length: number): FloatArray;
  /** Sets rows to a number, or each to the same row. */
  fill(store: Store, row: number, count: number, contents: number | FloatArray): void;
  /** Copies rows between stores of one dtype and size, or within one, where the ranges do not overlap. */
  copy(from: Store, fromRow: number, to: Store, toRow: number, count: number): void;
  /** Fills `into` with whole rows from `row` on, as they are at the call, whatever is called before the promise resolves. */
  read(store: Store, row: number, into: FloatArray): void | Promise<void>;
}

/** The memory of one buffer, as emitted functions find it. */
export interface Place<Store> {
  readonly buffer: Buffer;
  readonly store: Store;
  readonly shape: StoreShape;
  /**
   * The slice of the block's first step; step t of the block stands in slice `first + t`, and 0 for what has one value. It
   * changes between blocks, so that it must be read at each call.
   */
  readonly first: number;
  /** The sense of lags: what lies back by l stands in slice `first + t - l`, or where this is `descending` in `first + t + l`. */
  readonly direction: Section['direction'];
}

/** Part of what is read of a program: elements of a view, at some of the steps of a block. */
export interface Sample<Store> {
  readonly view: View;
  /** A slice per sample, `[items, ...view.shape]`; what is shared repeats for each item. */
  readonly into: Store;
}

/** A section that is to be emitted: one of the program's, or a part of one. */
export interface EmittedSection<Store> extends Section {
  /**
   * Taken at the end of each step that asks for them where steps are walked, and after the last instruction in the other
   * kinds of section.
   */
  readonly samples: readonly Sample<Store>[];
}

/** The steps that a function works on: those of a block, or of a window for sections of kind `window`. */
export interface Block {
  /** Steps taken before its first, so that step t of it has number `stepsBefore + t + 1`, and time number * dt. */
  readonly stepsBefore: number;
  /** May be 0 in a section of kind `before`; instructions none of whose views has steps run all the same. */
  readonly steps: number;
  /** The items that are to be worked on: all, or where the engine `takesItemRanges` some of them. Others stay as they are. */
  readonly firstItem: number;
  readonly items: number;
  /** For each sample of the section, or of all sections of a sequence, the steps t that ask for it, ascending: the k-th goes to slice k. */
  readonly sampled: readonly (readonly number[])[];
}

/** Runs a section over a block: a `steps` section walks it, in its direction; the others have all of its steps as an axis. */
export type BlockFunction = (block: Block) => void | Promise<void>;

/** What functions are bound to: memory, scalars and host functions, for a number of items. */
export interface Frame<Store> {
  /**
   * The program as it is run: inputs that are fed have a value for each step. One object for all frames of a program, so that
   * what does not depend on items may be remembered by it.
   */
  readonly program: Program;
  readonly items: number;
  /** Steps that blocks have at most. */
  readonly blockSteps: number;
  /**
   * Where a buffer lies. To be asked while sections are emitted: memory is allocated when it is first asked for, so that what lives
   * within an emitted section needs none.
   */
  place(buffer: string): Place<Store>;
  /** Values by name, in float64; they change between windows. */
  readonly scalars: ReadonlyMap<string, number>;
  /** The running copies of a host function: one per item, or one for scope `batch`. To be asked at each call. */
  instancesOf(host: string): readonly HostInstance[];
}

/** A part of a section, as timings tell of it. */
export interface TimedPart {
  readonly kind: TimedPartKind;
  readonly labels: readonly string[];
  /** Of a call. */
  readonly cost: CallCost;
}

/** What emitted functions tell of their parts, where these are to be timed. */
export interface PartClock {
  /** Announces a part of a section, by the section's number among those that are emitted. @returns the part's number */
  part(section: number, part: TimedPart): number;
  /**
   * To be called when a part is done: the time since the last one was, or since the function was called, is that part's. Where steps are walked,
   * to be called at each.
   */
  readonly done: (part: number) => void;
  /** Takes what calls `done` so often with the number 0, which is no part, in the way in which the functions do: so that its own time is known. */
  calibrateBy(callDone: (times: number) => void): void;
}

/** What an engine may make use of while it emits. */
export interface Emission {
  /**
   * Sections, by their numbers among those that are emitted, which are run one after another over one block. An engine that can do so at one call
   * gives a function for each list, behind those of the sections.
   */
  readonly sequences: readonly (readonly number[])[];
  /** Where parts are to be timed, by an engine that `timesParts`. */
  readonly clock?: PartClock | undefined;
  /**
   * To be called now and then, and waited for where it returns a promise: others get their turn.
   * @throws where the call is aborted that the functions are for
   */
  pause(): void | Promise<void>;
}

/** The streams of random numbers of one generated input, which draw into memory. */
export interface RandomStreams<Store> extends PositionedStreams {
  /** Draws the numbers of so many steps, `size` for each item: rows from `row` on, step by step. */
  draw(store: Store, row: number, steps: number, size: number): void;
}

/** A backend's own part. */
export interface Engine<Store> {
  readonly memory: Memory<Store>;
  /**
   * Steps that blocks of a program should have, where neither time nor memory asks for fewer: many where each call costs,
   * few where a block is to stay in a cache.
   * @param numbers of a step, all items together, in memory for what has a value for each step of a block
   */
  blockSteps(program: Program, items: number, numbers: number): number;
  /**
   * Operations that are done at once, without a turn for others: a section of more is emitted in parts, instruction by instruction.
   * They should take some ten milliseconds. Default: 2^21, as for plain loops.
   */
  readonly longestWork?: number;
  /**
   * Whether functions of a program run beside who calls them, and resolve when they are done: others have their turn meanwhile, so that eight
   * times as much is done at a call. Not asked where a clock is given. Default: false.
   */
  runsBeside?(program: Program): boolean;
  /**
   * Whether functions can be asked for some items at a time. What takes long is then cut: never where an instruction writes what
   * items share, nor where it calls a host. Default: false.
   */
  readonly takesItemRanges?: boolean;
  /**
   * Whether functions tell what their parts take, where an emission has a `clock`. Default: false; then the kit times them instruction by
   * instruction, in blocks of one step.
   */
  readonly timesParts?: boolean;
  /**
   * Functions over blocks, one per section, and behind them none or one per sequence. The program passed `verifyProgram`. Sections are
   * those of `frame.program` in order; where one takes long, parts of it, instruction by instruction, and no sequences.
   *
   * Work may be moved from a section to the one beside it, no farther: what buffers of a block that live in sections more than two apart hold
   * may lie in the same memory.
   */
  emit(
    sections: readonly EmittedSection<Store>[],
    frame: Frame<Store>,
    emission: Emission,
  ): readonly BlockFunction[] | Promise<readonly BlockFunction[]>;
  /** Streams of so many items, for states of a dtype. Default: the kit draws, and writes what it has drawn. */
  randomStreams?(source: GeneratedSource, items: number, dtype: Dtype): RandomStreams<Store>;
  /** The functions of a frame will not be called again: gives back what they took. */
  release?(frame: Frame<Store>): void;
  /** Gives back what all of its executables shared. */
  dispose?(): void;
}
