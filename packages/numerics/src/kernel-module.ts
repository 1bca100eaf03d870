/** @file `KernelModule`: a module of kernels, compiled when it is first wanted, in hosts that have WebAssembly with vectors. */
import type { ModuleBuilder } from '@ndl/wasm-module';

/** Bytes of a page of memory. */
const PAGE = 2 ** 16;

/** What `KernelModule` makes. */
export interface KernelsInMemory<Kernels> {
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
}

/** Lets a memory have so many bytes at least. @throws RangeError where there are none left */
export function growTo(memory: WebAssembly.Memory, bytes: number): void {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE);
  if (missing > 0) memory.grow(missing);
}

export class KernelModule<Kernels extends object> {
  readonly #build: () => ModuleBuilder;
  /** Null where it cannot be. */
  #compiled: WebAssembly.Module | null | undefined;

  /** @param build what imports its memory and exports `Kernels` */
  constructor(build: () => ModuleBuilder) {
    this.#build = build;
  }

  /** The kernels, on a memory of their own of so many bytes, a page at least; undefined where the host has no WebAssembly, or none with vectors. */
  withMemory(bytes: number): KernelsInMemory<Kernels> | undefined {
    if (this.#compiled === null) return undefined;
    try {
      this.#compiled ??= new WebAssembly.Module(this.#build().bytes());
      const memory = new WebAssembly.Memory({ initial: Math.max(1, Math.ceil(bytes / PAGE)) });
      const { exports } = new WebAssembly.Instance(this.#compiled, { env: { memory } });
      return { memory, kernels: exports as Kernels };
    } catch {
      this.#compiled = null;
      return undefined;
    }
  }
}
