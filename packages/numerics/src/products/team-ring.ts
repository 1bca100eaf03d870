/**
 * @file `TeamRing`: tasks in a memory that threads share, in a ring. The thread that gives them does them too, and waits for those that
 * others have begun: in pieces, so that a page is never blocked.
 */
import { growTo } from './kernel-module.ts';
import type { KernelCalls } from './kernel-calls.ts';
import { PART_ROWS } from './packed-rows.ts';
import type { Pieces } from '../basics/pieces.ts';
import { LIST_BYTES } from './sparse-gram-kernel.ts';
import {
  CALL_ARGUMENTS,
  CALL_WORDS,
  DENSE,
  RING,
  SPARSE,
  TASK_BYTES,
  TASK_CALLS,
  TASK_COUNT,
  TASK_DONE,
  TEAM_WORDS,
  type TeamKernels,
} from './team-kernels.ts';

const WORD = 4;
const NUMBER = 8;

/** Calls of a task at most, and bytes of a part of a target. */
const MOST_CALLS = 32;
const TARGET_BYTES: number = PART_ROWS * PART_ROWS * NUMBER;
const CALLS_BYTES: number = MOST_CALLS * CALL_WORDS * WORD;

/** Milliseconds that this thread sleeps at a time, where it may, while others finish. */
const NAP = 1;

/** A part of a target that a thread works on, in a copy of its own. */
export interface PartWork {
  /** Fills the copy, [PART_ROWS, PART_ROWS] from a number on. */
  fetch(numbers: Float64Array, copy: number): void;
  /** What is to be done: `MOST_CALLS` of calls at most, and how many operations they are. */
  work(target: number): { readonly calls: readonly KernelCalls[]; readonly operations: number };
  /** Takes over what the copy holds. */
  put(numbers: Float64Array, copy: number): void;
}

/** What is given and not yet put. */
interface Given {
  readonly part: PartWork;
  readonly operations: number;
}

export class TeamRing {
  readonly memory: WebAssembly.Memory;
  /** Tasks that the ring holds: a power of two. */
  readonly size: number;
  /** Where operands are packed: an address. */
  readonly packed: number;
  readonly #kernels: TeamKernels;
  readonly #words: Int32Array;
  readonly #targets: number;
  /** Tasks given so far, and those of them that were put. */
  #given = 0;
  #put = 0;

  constructor(memory: WebAssembly.Memory, kernels: TeamKernels, threads: number) {
    const { size, calls, targets, packed } = placesFor(threads);
    this.memory = memory;
    this.size = size;
    this.packed = packed;
    this.#kernels = kernels;
    this.#targets = targets;
    growTo(memory, packed);
    this.#words = new Int32Array(memory.buffer);
    for (let place = 0; place < size; place++)
      this.#words[(RING + place * TASK_BYTES + TASK_CALLS) / WORD] = calls + place * CALLS_BYTES;
  }

  /** Whether all that was given is done and put. */
  get isEmpty(): boolean {
    return this.#put === this.#given;
  }

  /** Does all parts, side by side. @param check throws where nobody must wait any longer; told whether something was done since */
  *run(parts: Iterable<PartWork>, check: (hasMoved: boolean) => void): Pieces<void> {
    const numbers = new Float64Array(this.memory.buffer);
    const open: Given[] = [];
    for (const part of parts) {
      if (open.length === this.size) yield* this.#settle(open.shift()!, numbers, check);
      open.push({ part, operations: this.#give(part, numbers) });
    }
    while (open.length > 0) yield* this.#settle(open.shift()!, numbers, check);
  }

  /** Lets all other threads leave. */
  close(): void {
    Atomics.store(this.#words, TEAM_WORDS.isOver / WORD, 1);
    Atomics.notify(this.#words, TEAM_WORDS.given / WORD);
  }

  #give(part: PartWork, numbers: Float64Array): number {
    const words = this.#words;
    const place = this.#given & (this.size - 1);
    const target = this.#targets + place * TARGET_BYTES;
    part.fetch(numbers, target / NUMBER);
    const { calls, operations } = part.work(target);
    const task = (RING + place * TASK_BYTES) / WORD;
    writeCalls(words, words[task + TASK_CALLS / WORD]! / WORD, calls);
    words[task + TASK_COUNT / WORD] = calls.length;
    Atomics.store(words, task + TASK_DONE / WORD, 0);
    Atomics.add(words, TEAM_WORDS.given / WORD, 1);
    if (Atomics.load(words, TEAM_WORDS.sleepers / WORD) > 0) Atomics.notify(words, TEAM_WORDS.given / WORD, 1);
    this.#given = (this.#given + 1) | 0;
    return operations;
  }

  /** Waits for the oldest task, and does others meanwhile. */
  *#settle({ part, operations }: Given, numbers: Float64Array, check: (hasMoved: boolean) => void): Pieces<void> {
    const place = this.#put & (this.size - 1);
    const done = (RING + place * TASK_BYTES + TASK_DONE) / WORD;
    while (Atomics.load(this.#words, done) === 0) {
      const hasHelped = this.#help();
      if (!hasHelped) sleep(this.#words, done);
      check(hasHelped);
      yield 0;
    }
    part.put(numbers, (this.#targets + place * TARGET_BYTES) / NUMBER);
    this.#put = (this.#put + 1) | 0;
    check(true);
    yield operations;
  }

  /** Does a task, if there is one that nobody has taken. */
  #help(): boolean {
    const words = this.#words;
    const taken = TEAM_WORDS.taken / WORD;
    const next = Atomics.load(words, taken);
    if (next === this.#given) return false;
    if (Atomics.compareExchange(words, taken, next, (next + 1) | 0) !== next) return true;
    const task = (RING + (next & (this.size - 1)) * TASK_BYTES) / WORD;
    this.#kernels.calls(words[task + TASK_CALLS / WORD]!, words[task + TASK_COUNT / WORD]!, listOf(0));
    Atomics.store(words, task + TASK_DONE / WORD, 1);
    return true;
  }
}

/** Where a thread keeps its list. */
export function listOf(thread: number): number {
  return LISTS + thread * LIST_BYTES;
}

/** Bytes that a team of so many threads needs, beside what is packed. */
export function bytesOfRing(threads: number): number {
  return placesFor(threads).packed;
}

/** Tasks that the ring holds at least. */
const LEAST_TASKS = 8;
const MOST_TASKS = 128;
const LISTS: number = alignedTo(RING + MOST_TASKS * TASK_BYTES, LIST_BYTES);

interface Places {
  readonly size: number;
  readonly calls: number;
  readonly targets: number;
  readonly packed: number;
}

function placesFor(threads: number): Places {
  let size = LEAST_TASKS;
  while (size < 2 * threads && size < MOST_TASKS) size *= 2;
  const calls = LISTS + threads * LIST_BYTES;
  const targets = alignedTo(calls + size * CALLS_BYTES, LIST_BYTES);
  return { size, calls, targets, packed: targets + size * TARGET_BYTES };
}

function alignedTo(address: number, grain: number): number {
  return Math.ceil(address / grain) * grain;
}

function writeCalls(words: Int32Array, start: number, calls: readonly KernelCalls[]): void {
  let at = start;
  for (const { kernel, times, first, steps } of calls) {
    words[at] = kernel === 'sparse' ? SPARSE : DENSE;
    words[at + 1] = times;
    for (let index = 0; index < CALL_ARGUMENTS; index++) {
      words[at + 2 + index] = first[index] ?? 0;
      words[at + 2 + CALL_ARGUMENTS + index] = steps[index] ?? 0;
    }
    at += CALL_WORDS;
  }
}

/** Sleeps until a word is no longer 0, or for a moment. The main threads of pages may not: there it returns at once. */
function sleep(words: Int32Array, index: number): void {
  try {
    Atomics.wait(words, index, 0, NAP);
  } catch {
    // The caller gives others a turn, and looks again.
  }
}
