/**
 * @file `ProductTeam`: threads that share long products with the one that asks for them, part by part of what is summed, never the terms of a
 * sum: the same bits for any number of threads. They are started once enough has been asked for that they gain.
 */
import { threadCount, threadHost, type Thread, type ThreadHost } from '@ndl/threads';
import { threadFailed, threadSilent } from '../basics/errors.ts';
import { growTo, KernelModule, kernelsOf } from './kernel-module.ts';
import { PART_ROWS } from './packed-rows.ts';
import type { Pieces } from '../basics/pieces.ts';
import { bytesOfRing, listOf, type PartWork, TeamRing } from './team-ring.ts';
import { type TeamKernels, teamModule } from './team-kernels.ts';

const NUMBER = 8;
const PAGE = 2 ** 16;

/** Numbers that are packed at a time: 64 MiB, and some for what says which of them are not zero. */
export const MOST_PACKED: number = 2 ** 23;
const MOST_PACKED_BYTES: number = (MOST_PACKED + MOST_PACKED / 8) * NUMBER;

/** Multiply-adds of a product that is worth being shared: a millisecond or two. */
const WORTH_SHARING = 2 ** 24;

/** Multiply-adds after which threads are started: some 200 ms. */
const WORTH_STARTING = 2 ** 31;

/** Milliseconds that a thread may take over a task, of some milliseconds, on a machine that does other work. */
const PATIENCE = 120_000;

const kernelModule = /* @__PURE__ */ new KernelModule<TeamKernels>(() => teamModule(PART_ROWS * NUMBER));

/** How a team is made. */
export interface ProductTeamOptions {
  /** Threads, the caller's among them: 1 for none beside it. Default 0: as many as the host has cores, up to 8. */
  readonly threads?: number | undefined;
  /** Where they come from. Default: this host. */
  readonly host?: ThreadHost;
  /** Multiply-adds of products, of 2²⁴ at least, after which they are started. Default: 2³¹, some 200 ms. */
  readonly worthStarting?: number;
  /** Milliseconds that a thread may take over a task of some milliseconds before it is taken for dead. Default: two minutes. */
  readonly patience?: number;
}

/** What a thread is told, once. */
interface Order {
  readonly memory: WebAssembly.Memory;
  readonly code: WebAssembly.Module;
  readonly list: number;
  readonly mask: number;
}

type Answer = { readonly answer: 'begun' } | { readonly answer: 'failed'; readonly error: unknown };

/** Runs in Node and in browsers. */
const TEXT = `'use strict';
const node = typeof process === 'object' ? process.getBuiltinModule?.('node:worker_threads') : undefined;
const port = node === undefined ? self : node.parentPort;
const take = ({ memory, code, list, mask }) => {
  try {
    const { serve } = new WebAssembly.Instance(code, { env: { memory } }).exports;
    port.postMessage({ answer: 'begun' });
    serve(list, mask);
  } catch (error) {
    port.postMessage({ answer: 'failed', error });
  }
};
if (node === undefined) self.onmessage = ({ data }) => take(data);
else port.on('message', take);
`;

/** Threads that compute long products together, with the bits of one. */
export class ProductTeam {
  /** Threads that work together, the caller's among them, as far as they can be started. */
  readonly size: number;
  readonly #host: ThreadHost;
  readonly #worthStarting: number;
  readonly #patience: number;
  readonly #threads = new Set<Thread<Order>>();
  #ring: TeamRing | undefined;
  #asked = 0;
  #isTaken = false;
  #isOver = false;
  #failure: unknown;
  #lastMove = 0;

  constructor({
    threads = 0,
    host = threadHost(),
    worthStarting = WORTH_STARTING,
    patience = PATIENCE,
  }: ProductTeamOptions = {}) {
    this.size = threadCount(threads, host);
    this.#host = host;
    this.#worthStarting = worthStarting;
    this.#patience = patience;
  }

  /**
   * The ring, for so many multiply-adds and one user at a time, until it is left; undefined where one thread does as well.
   * @param packed bytes for operands @throws NdlError THREAD_FAILED where a thread has failed
   */
  take(operations: number, packed: number): TeamRing | undefined {
    if (this.size === 1 || this.#isTaken || this.#isOver) return undefined;
    if (operations < WORTH_SHARING || packed > MOST_PACKED_BYTES) return undefined;
    this.#asked += operations;
    if (this.#asked < this.#worthStarting) return undefined;
    this.#refuseFailed();
    this.#ring ??= this.#start();
    if (this.#ring === undefined) return undefined;
    try {
      growTo(this.#ring.memory, this.#ring.packed + packed);
    } catch {
      // The host grants no more: one thread needs less.
      return undefined;
    }
    this.#isTaken = true;
    return this.#ring;
  }

  /** Gives the ring back. Where something of it is not done, nobody needs it any more: threads end. */
  leave(): void {
    this.#isTaken = false;
    if (this.#ring?.isEmpty === false) this.end();
  }

  /** Does parts, side by side. @throws NdlError THREAD_FAILED */
  run(ring: TeamRing, parts: Iterable<PartWork>): Pieces<void> {
    this.#lastMove = performance.now();
    return ring.run(parts, (hasMoved) => {
      this.#refuseFailed();
      const now = performance.now();
      if (hasMoved) this.#lastMove = now;
      else if (now - this.#lastMove > this.#patience) throw threadSilent(this.#patience / 1000);
    });
  }

  /** Ends all threads. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ring?.close();
    this.#ring = undefined;
    for (const thread of this.#threads) thread.end();
    this.#threads.clear();
  }

  #refuseFailed(): void {
    if (this.#failure !== undefined) throw threadFailed(this.#failure);
  }

  /** Undefined where they cannot be: one thread does it all. */
  #start(): TeamRing | undefined {
    try {
      const { code } = kernelModule;
      if (code === undefined) throw new Error('no threads in WebAssembly');
      const bytes = bytesOfRing(this.size);
      const pages = (count: number): number => Math.ceil(count / PAGE);
      const maximum = pages(bytes + MOST_PACKED_BYTES);
      const memory = new WebAssembly.Memory({ initial: pages(bytes), maximum, shared: true });
      const ring = new TeamRing(memory, kernelsOf<TeamKernels>(code, memory), this.size);
      for (let number = 1; number < this.size; number++)
        this.#begin({ memory, code, list: listOf(number), mask: ring.size - 1 });
      return ring;
    } catch {
      this.end();
      return undefined;
    }
  }

  #begin(order: Order): void {
    let hasBegun = false;
    const gone = (reason: unknown): void => {
      this.#threads.delete(thread);
      // One that does not start is done without.
      if (hasBegun && !this.#isOver) this.#failure ??= reason;
    };
    const thread: Thread<Order> = this.#host.start<Order, Answer>(TEXT, {
      answered(answer) {
        if (answer.answer === 'begun') hasBegun = true;
        else gone(answer.error);
      },
      gone,
    });
    this.#threads.add(thread);
    thread.tell(order);
  }
}

/** The team of the computation that goes on, if it has one. */
let current: ProductTeam | undefined;

/** Does a piece of a computation that may use a team: its own, as others may go on between its pieces. */
export function withTeam<Result>(team: ProductTeam | undefined, piece: () => Result): Result {
  const before = current;
  current = team;
  try {
    return piece();
  } finally {
    current = before;
  }
}

/** The team that products may use here and now. */
export function currentTeam(): ProductTeam | undefined {
  return current;
}
