/** @file What `@ndl/backend-wasm` alone says; what all executables say is `executableErrors` of `@ndl/core`. */
import { NdlError } from '@ndl/numerics';

/** A number format that this backend does not have. */
export function dtypeUnsupported(dtype: string, known: readonly string[]): string {
  return `dtype ${dtype} is not one of ${known.join(', ')}`;
}

/** A host without WebAssembly, or without its vectors. */
export function vectorsAbsent(): string {
  return 'this host cannot run WebAssembly with vectors (SIMD), which every browser and Node has had since 2021';
}

/** @param bytes that state and parameters need */
export function memoryTooSmall(bytes: number): string {
  return `state and parameters take ${(bytes / 2 ** 30).toFixed(1)} GiB, and WebAssembly has 4 GiB at most`;
}

/** @param bytes that were asked for on top of what is taken */
export function memoryExhausted(bytes: number, taken: number): NdlError {
  const megabytes = (count: number): string => `${Math.ceil(count / 2 ** 20)} MiB`;
  return new NdlError(
    'MEMORY_EXHAUSTED',
    `Backend wasm: no room for ${megabytes(bytes)} beside the ${megabytes(taken)} that are taken; WebAssembly has 4 GiB at most. ` +
      'Use a smaller minibatch, a shorter truncation, or the reference backend (configureSettings({ backend: REFERENCE_BACKEND })).',
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

/** @param seconds that were waited */
export function threadSilent(seconds: number): NdlError {
  return new NdlError('BACKEND_FAILED', `Backend wasm: threads did not start within ${seconds} s.`);
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
