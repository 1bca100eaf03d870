/** @file The WebAssembly backend as a choice: what it can do, and how it is loaded. */
import { createBackend, type Engine } from '@ndl/backend-kit';
import type { Backend, BackendEntry, OnIgnoredOption, Support } from '@ndl/core';
import { type Dtype, expectedSeconds, type Program } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import { ARITHMETIC_OPTION, type ArithmeticMode, arithmeticOf } from './arithmetic.ts';
import { AddressSpace } from './memory/address-space.ts';
import { WASM_COSTS } from './costs.ts';
import { type EmittedModule, emitModule } from './sections/emit.ts';
import { type BufferNeed, dtypeUnsupported, compilingForbidden, memoryTooSmall, vectorsAbsent } from './errors.ts';
import { elementBytes, type Store, WasmMemory } from './memory/memory.ts';
import { Twisters, WasmStreams } from './random/random-streams.ts';
import { ThreadChoice, THREADS_OPTION } from './threads/thread-choice.ts';
import { threadHost } from '@ndl/threads';
import type { TeamHost } from './threads/team-host.ts';
import { type Thresholds, THRESHOLDS } from './threads/work-time.ts';

const DTYPES: readonly Dtype[] = ['float32', 'float64'];

/** Above TensorFlow.js, which is slower in every kind of work that was measured, and above its GPUs, which are so for small networks. */
const PRIORITY = 20;

/** Steps of a block, at most and at least: what is done once per block should not count. */
const BLOCK_STEPS = 256;
const FEWEST_STEPS = 8;

/** Bytes of what has a value for each step of a block: it should stay in a cache. */
const BLOCK_BYTES = 2 ** 22;

/** Operations of ten milliseconds, more or less. */
const LONGEST_WORK = 2 ** 25;

/** Bytes that a WebAssembly memory can address. */
const MOST_BYTES = 2 ** 32;

/** The WebAssembly backend: runs every program. */
export const wasmEntry: BackendEntry = {
  name: 'wasm',
  priority: PRIORITY,
  dtypes: DTYPES,
  sessionConfig: [THREADS_OPTION, ARITHMETIC_OPTION],
  supports({ dtype }: Program): Support {
    if (!DTYPES.includes(dtype)) return { supported: false, reason: dtypeUnsupported(dtype, DTYPES) };
    const reason = whyNoVectors();
    return reason === undefined ? { supported: true } : { supported: false, reason };
  },
  estimate(program, job) {
    const needs = leastNeeds(program, job.items);
    const bytes = elementBytes(program.dtype);
    const numbers = needs.reduce((sum, need) => sum + need.numbers * need.items, 0);
    if (numbers * bytes > MOST_BYTES) return { supported: false, reason: memoryTooSmall(needs, bytes) };
    const seconds = expectedSeconds(program, job, WASM_COSTS);
    if (seconds !== undefined) return { supported: true, seconds };
    return { supported: false, reason: dtypeUnsupported(program.dtype, DTYPES) };
  },
  load: async (sessionConfig, onIgnored) => loadWith(sessionConfig, onIgnored, threadHost()),
};

/** The backend on a host of threads. @param thresholds from which they are used @throws NdlError ARITHMETIC_UNAVAILABLE */
export function loadWith(
  sessionConfig: Readonly<Record<string, unknown>>,
  onIgnored: OnIgnoredOption | undefined,
  host: TeamHost,
  thresholds: Thresholds = THRESHOLDS,
): Backend {
  const arithmetic = arithmeticOf(sessionConfig);
  const threads = new ThreadChoice(sessionConfig, onIgnored, host, thresholds);
  return createBackend(
    {
      name: 'wasm',
      get description() {
        return `WebAssembly (SIMD${arithmetic === 'fast' ? ', fast arithmetic' : ''}), ${threads.description}`;
      },
    },
    wasmEngine(threads, arithmetic),
  );
}

function wasmEngine(threads: ThreadChoice, arithmetic: ArithmeticMode): Engine<Store> {
  const space = new AddressSpace({ isShared: threads.count > 1 });
  const twisters = new Twisters(space);
  const emitted = new WeakMap<object, EmittedModule>();
  const engine: Engine<Store> = {
    memory: new WasmMemory(space),
    blockSteps: stepsInCache,
    longestWork: LONGEST_WORK,
    timesParts: true,
    runsBeside: (program) => threads.mayRun(program),
    async emit(sections, frame, emission) {
      const crew = threads.crew(space, () => frame.blockSteps);
      const module = await emitModule(sections, frame, space, emission, { arithmetic, crew });
      emitted.set(frame, module);
      return module.functions;
    },
    randomStreams: (source, items, dtype) => new WasmStreams(space, twisters, source, items, dtype),
    release: (frame) => emitted.get(frame)?.free(),
    dispose: () => threads.end(),
  };
  threads.endWith(engine);
  return engine;
}

/** What buffers take that live as long as a run, for blocks of one step. */
function leastNeeds({ buffers }: Program, items: number): readonly BufferNeed[] {
  return buffers
    .filter(({ lifetime }) => lifetime === 'run' || lifetime === 'forever')
    .map((buffer) => ({ name: buffer.name, numbers: sizeOf(buffer.shape), items: buffer.items ? items : 1 }));
}

function stepsInCache({ dtype }: Program, _items: number, numbers: number): number {
  const steps = Math.floor(BLOCK_BYTES / Math.max(1, numbers * elementBytes(dtype)));
  return Math.max(FEWEST_STEPS, Math.min(steps, BLOCK_STEPS));
}

/** A function that leaves an empty vector, and drops it. */
const SMALLEST = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11];

/** What keeps this host from running vectors; undefined where nothing does. A page's policy may forbid to compile what is valid. */
function whyNoVectors(): string | undefined {
  const bytes = Uint8Array.from(SMALLEST);
  if (typeof WebAssembly !== 'object' || !WebAssembly.validate(bytes)) return vectorsAbsent();
  try {
    return void new WebAssembly.Module(bytes);
  } catch (error) {
    return compilingForbidden(error);
  }
}
