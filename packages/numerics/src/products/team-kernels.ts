/**
 * @file What the threads of a team run in WebAssembly, over one shared memory: tasks, which are lists of calls of kernels, taken from a ring
 * one after another by whoever is free. A task is done by one thread, and no two write to the same place.
 */
import { at, atomicAt, type Code, type FunctionHandle, type Local, ModuleBuilder, op } from '@ndl/wasm-module';
import { addRowProductKernel, type RowProductKernel } from './row-product-kernel.ts';
import { addSparseGramKernel, type SparseGramKernel } from './sparse-gram-kernel.ts';

const WORD = 4;

/** Numbers at the start of the memory: their addresses, each in a line of a cache of its own. */
export const TEAM_WORDS = {
  /** How many tasks were given so far. */
  given: 64,
  /** How many of them were taken. */
  taken: 128,
  /** Threads that sleep until more is given. */
  sleepers: 192,
  /** Whether threads are to leave: 0 or 1. */
  isOver: 256,
} as const;

/** Where the ring of tasks stands, and the bytes of one: where its calls are, how many, and whether it is done. */
export const RING = 512;
export const TASK_BYTES = 64;
export const TASK_CALLS = 0;
export const TASK_COUNT = 4;
export const TASK_DONE = 8;

/** Words of a call: a kernel, how often it is called, its arguments, and what is added to each of them after a call. */
export const CALL_ARGUMENTS = 8;
export const CALL_WORDS: number = 2 + 2 * CALL_ARGUMENTS;

/** The first word of a call. */
export const DENSE = 0;
export const SPARSE = 1;

/** What the module exports. Addresses are in bytes. */
export interface TeamKernels {
  readonly products: RowProductKernel;
  readonly sparseProducts: SparseGramKernel;
  /** Does so many calls. @param list `LIST_BYTES` to work in, of this thread alone */
  readonly calls: (calls: number, count: number, list: number) => void;
  /** Does tasks until it is over; sleeps where there are none. @param mask of positions in the ring */
  readonly serve: (list: number, mask: number) => void;
}

/** Nanoseconds that a thread sleeps before it looks again by itself. */
const NAP = 1_000_000_000n;

/** A module that imports its shared memory and exports `TeamKernels`. @param targetStride bytes from one row of a target to the next */
export function teamModule(targetStride: number): ModuleBuilder {
  const module = new ModuleBuilder({ isShared: true });
  const dense = addRowProductKernel(module, 'products', targetStride);
  const sparse = addSparseGramKernel(module, 'sparseProducts', targetStride);
  addServing(module, addCalls(module, dense, sparse));
  return module;
}

function addCalls(module: ModuleBuilder, dense: FunctionHandle, sparse: FunctionHandle): FunctionHandle {
  const parameters = { calls: 'i32', count: 'i32', list: 'i32' } as const;
  return module.function(
    'calls',
    parameters,
    (f, { calls, count, list }) => {
      const word = (index: number): Code<'i32'> => at('i32.load', index * WORD, calls);
      const given = Array.from({ length: CALL_ARGUMENTS }, () => f.local('i32', 'argument'));
      const times = f.local('i32', 'times');
      const denseGiven = (): readonly (Local<'i32'> | Code<'f64'>)[] => [
        ...given.slice(0, 5),
        op('f64.convert_i32_s', given[5]!),
      ];
      const once = (): void => {
        f.if(
          word(0),
          () => f.call(sparse, ...given, list),
          () => f.call(dense, ...denseGiven()),
        );
        given.forEach((argument, index) => f.set(argument, op('i32.add', argument, word(2 + CALL_ARGUMENTS + index))));
        f.increase(times, -1);
      };
      const run = (): void => {
        f.set(times, word(1));
        given.forEach((argument, index) => f.set(argument, word(2 + index)));
        f.repeat(once, () => times);
        f.increase(calls, CALL_WORDS * WORD);
        f.increase(count, -1);
      };
      f.while(() => count, run);
    },
    true,
  );
}

function addServing(module: ModuleBuilder, calls: FunctionHandle): void {
  const { given, taken, sleepers, isOver } = TEAM_WORDS;
  const load = (address: number): Code<'i32'> => atomicAt('i32.atomic.load', 0, address);
  module.function(
    'serve',
    { list: 'i32', mask: 'i32' },
    (f, { list, mask }) => {
      const [next, last] = [f.local('i32', 'next'), f.local('i32', 'last')];
      const doTask = (): void => {
        const place = op('i32.mul', op('i32.and', next, mask), TASK_BYTES);
        const task = f.let(op('i32.add', place, RING), 'task');
        f.call(calls, at('i32.load', TASK_CALLS, task), at('i32.load', TASK_COUNT, task), list);
        f.do(atomicAt('i32.atomic.store', TASK_DONE, task, 1));
        f.let(atomicAt('memory.atomic.notify', TASK_DONE, task, 1), 'woken');
      };
      const sleep = (): void => {
        f.let(atomicAt('i32.atomic.rmw.add', 0, sleepers, 1), 'asleep');
        f.let(atomicAt('memory.atomic.wait32', 0, given, last, NAP), 'outcome');
        f.let(atomicAt('i32.atomic.rmw.sub', 0, sleepers, 1), 'awake');
      };
      const turn = (): void => {
        f.set(next, load(taken));
        f.set(last, load(given));
        f.if(
          op('i32.ne', next, last),
          () =>
            f.if(
              op('i32.eq', atomicAt('i32.atomic.rmw.cmpxchg', 0, taken, next, op('i32.add', next, 1)), next),
              doTask,
            ),
          sleep,
        );
      };
      f.repeat(turn, () => op('i32.eqz', load(isOver)));
    },
    true,
  );
}
