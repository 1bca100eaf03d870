/** @file What `@ndl/backend-wasm` alone says; what all executables say is `executableErrors` of `@ndl/core`. */
import { NdlError, showThrown, withoutStop } from '@ndl/numerics';

/** A number format that this backend does not have. */
export function dtypeUnsupported(dtype: string, known: readonly string[]): string {
  return `dtype ${dtype} is not one of ${known.join(', ')}`;
}

/** A host without WebAssembly, or without its vectors. */
export function vectorsAbsent(): string {
  return 'this host cannot run WebAssembly with vectors (SIMD), which every browser and Node has had since 2021';
}

/** A page that may not compile WebAssembly. @param cause what the browser says */
export function compilingForbidden(cause: unknown): string {
  return (
    "this host does not let WebAssembly be compiled; a page's Content-Security-Policy must allow script-src 'wasm-unsafe-eval' " +
    `(${withoutStop(showThrown(cause))})`
  );
}

/** Fast arithmetic on a host whose WebAssembly has no relaxed vectors, which fused multiply-add is part of. */
export function arithmeticUnavailable(): NdlError {
  return new NdlError(
    'ARITHMETIC_UNAVAILABLE',
    "Backend wasm: sessionConfig: { arithmetic: 'fast' } needs WebAssembly's relaxed vectors (relaxed SIMD), which this host does not have. " +
      "Node has them from version 22 on, and so have today's browsers; or leave `arithmetic` out: the exact arithmetic, 'exact', runs everywhere.",
  );
}

/** A buffer that has to be in memory as a whole. */
export interface BufferNeed {
  readonly name: string;
  /** Of one item, or of what items share. */
  readonly numbers: number;
  /** 1 for what items share. */
  readonly items: number;
}

/** Buffers that are named, of many. */
const MOST_NAMED = 3;

/** State and parameters that memory cannot hold. @param bytesPerNumber of each of their numbers */
export function memoryTooSmall(needs: readonly BufferNeed[], bytesPerNumber: number): string {
  const bytesOf = ({ numbers, items }: BufferNeed): number => numbers * items * bytesPerNumber;
  const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const largest = needs.toSorted((a, b) => bytesOf(b) - bytesOf(a)).slice(0, MOST_NAMED);
  const told = largest.map((need) => {
    const factors = [
      `${need.numbers} numbers`,
      ...(need.items > 1 ? [`${need.items} items`] : []),
      `${bytesPerNumber} bytes`,
    ];
    return `${need.name}: ${factors.join(' × ')} = ${gibibytes(bytesOf(need))}`;
  });
  const total = gibibytes(needs.reduce((sum, need) => sum + bytesOf(need), 0));
  return (
    `state and parameters take ${total}, and WebAssembly has 4 GiB at most (${told.join('; ')}); ` +
    'a smaller minibatch takes less, and the reference backend has no such limit'
  );
}

/** A store that is to be allocated. */
export interface SpaceNeed {
  readonly name: string;
  readonly shape: { readonly slices: number; readonly copies: number; readonly size: number };
  readonly bytes: number;
}

/** What to do where memory is too small. */
const LESS =
  'Use a smaller minibatch, a shorter truncation, a smaller `memory` for what trainings keep (they compute the rest once more), ' +
  'keepHistory: false for probes, or the reference backend (configureSettings({ backend: REFERENCE_BACKEND })).';

/**
 * What a call needs at least does not fit, as a whole.
 * @param taken bytes that others have
 * @param most bytes that there can be on this host
 */
export function memoryInsufficient(needs: readonly SpaceNeed[], taken: number, most: number): NdlError {
  const megabytes = (count: number): string => `${Math.ceil(count / 2 ** 20)} MiB`;
  const largest = needs.toSorted((a, b) => b.bytes - a.bytes).slice(0, MOST_NAMED);
  const told = largest.map(({ name, shape: { slices, copies, size }, bytes }) => {
    const perNumber = bytes / Math.max(1, slices * copies * size);
    const factors = [
      ...(slices > 1 ? [`${slices} steps`] : []),
      ...(copies > 1 ? [`${copies} items`] : []),
      `${size} numbers`,
      `${perNumber} bytes`,
    ];
    return `${name}: ${factors.join(' × ')} = ${megabytes(bytes)}`;
  });
  const total = needs.reduce((sum, { bytes }) => sum + bytes, 0);
  return new NdlError(
    'MEMORY_EXHAUSTED',
    `Backend wasm: this call needs ${megabytes(total)} at least beside the ${megabytes(taken)} that are taken, and this host grants ${megabytes(most)}; ` +
      `WebAssembly has 4 GiB at most (${told.join('; ')}). ${LESS}`,
  );
}

/**
 * @param bytes that were asked for on top of what is taken
 * @param most that there can be on this host
 */
export function memoryExhausted(bytes: number, taken: number, most: number): NdlError {
  const megabytes = (count: number): string => `${Math.ceil(count / 2 ** 20)} MiB`;
  return new NdlError(
    'MEMORY_EXHAUSTED',
    `Backend wasm: no room for ${megabytes(bytes)} beside the ${megabytes(taken)} that are taken: this host grants ${megabytes(most)}, and ` +
      `WebAssembly has 4 GiB at most. ${LESS}`,
  );
}

/** A thread trapped, was ended, or could not be started. What it had begun is lost. */
export function threadFailed(cause: unknown): NdlError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new NdlError(
    'BACKEND_FAILED',
    `Backend wasm: a thread failed in the middle of its work: ${reason}. The next call starts new threads; to do without them, ` +
      'set sessionConfig: { intra_op_parallelism_threads: 1 }.',
    { cause },
  );
}

/** @param order that was not answered. @param seconds that were waited */
export function threadSilent(order: string, seconds: number): NdlError {
  const what = order === 'run' ? 'a call' : order === 'begin' ? 'their start' : 'their code';
  return new NdlError(
    'BACKEND_FAILED',
    `Backend wasm: threads have not answered ${what} for ${seconds} s, as if one were gone: the host may have ended it, for want of memory. They are ended, ` +
      'and the next call starts new ones; to do without them, set sessionConfig: { intra_op_parallelism_threads: 1 }.',
  );
}

/** What NDL_DUMP asks for has no place. */
export function dumpNotWritten(file: string, cause: unknown): NdlError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new NdlError(
    'FILE_NOT_WRITTEN',
    `${file}, which NDL_DUMP asks for, cannot be written: ${reason}. Nothing was run; name a folder that can be written, or unset NDL_DUMP.`,
    { cause },
  );
}
