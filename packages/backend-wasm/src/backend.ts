/** @file The WebAssembly backend as a choice: what it can do, and how it is loaded. */
import { createBackend, type Engine } from '@ndl/backend-kit';
import type { BackendEntry, Support } from '@ndl/core';
import { type Dtype, expectedSeconds, type Program } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import { AddressSpace } from './memory/address-space.ts';
import { WASM_COSTS } from './costs.ts';
import { type EmittedModule, emitModule } from './sections/emit.ts';
import { dtypeUnsupported, memoryTooSmall, vectorsAbsent } from './errors.ts';
import { elementBytes, type Store, WasmMemory } from './memory/memory.ts';
import { Twisters, WasmStreams } from './random/random-streams.ts';

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
  sessionConfig: [],
  supports({ dtype }: Program): Support {
    if (!DTYPES.includes(dtype)) return { supported: false, reason: dtypeUnsupported(dtype, DTYPES) };
    return hasVectors() ? { supported: true } : { supported: false, reason: vectorsAbsent() };
  },
  estimate(program, job) {
    const bytes = leastBytes(program, job.items);
    if (bytes > MOST_BYTES) return { supported: false, reason: memoryTooSmall(bytes) };
    const seconds = expectedSeconds(program, job, WASM_COSTS);
    if (seconds !== undefined) return { supported: true, seconds };
    return { supported: false, reason: dtypeUnsupported(program.dtype, DTYPES) };
  },
  load: () => Promise.resolve(createBackend(DESCRIPTION, wasmEngine())),
};

const DESCRIPTION = { name: 'wasm', description: 'WebAssembly (SIMD), 1 thread' };

function wasmEngine(): Engine<Store> {
  const space = new AddressSpace();
  const twisters = new Twisters(space);
  const emitted = new WeakMap<object, EmittedModule>();
  return {
    memory: new WasmMemory(space),
    blockSteps: stepsInCache,
    longestWork: LONGEST_WORK,
    timesParts: true,
    async emit(sections, frame, emission) {
      const module = await emitModule(sections, frame, space, emission);
      emitted.set(frame, module);
      return module.functions;
    },
    randomStreams: (source, items, dtype) => new WasmStreams(space, twisters, source, items, dtype),
    release: (frame) => emitted.get(frame)?.free(),
  };
}

/** What buffers take that live as long as a run, for blocks of one step. */
function leastBytes({ buffers, dtype }: Program, items: number): number {
  const lasting = buffers.filter(({ lifetime }) => lifetime === 'run' || lifetime === 'forever');
  const elements = lasting.reduce((sum, { shape, items: hasItems }) => sum + sizeOf(shape) * (hasItems ? items : 1), 0);
  return elements * elementBytes(dtype);
}

function stepsInCache({ buffers, dtype }: Program, items: number): number {
  const spanning = buffers.filter(({ steps }) => steps !== 'one' && steps.span === 'block');
  const elements = spanning.reduce((sum, buffer) => sum + sizeOf(buffer.shape) * (buffer.items ? items : 1), 0);
  const steps = Math.floor(BLOCK_BYTES / Math.max(1, elements * elementBytes(dtype)));
  return Math.max(FEWEST_STEPS, Math.min(steps, BLOCK_STEPS));
}

/** A function that leaves an empty vector, and drops it. */
const SMALLEST = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11];

function hasVectors(): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(Uint8Array.from(SMALLEST));
}
