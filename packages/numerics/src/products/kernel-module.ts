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
    const { code } = this;
    if (code === undefined) return undefined;
    try {
      const memory = new WebAssembly.Memory({ initial: Math.max(1, Math.ceil(bytes / PAGE)) });
      return { memory, kernels: kernelsOf(code, memory) };
    } catch {
      this.#compiled = null;
      return undefined;
    }
  }

  /** Compiled; undefined where the host has no WebAssembly, or not all that the module asks for. */
  get code(): WebAssembly.Module | undefined {
    if (this.#compiled === undefined) {
      try {
        this.#compiled = new WebAssembly.Module(this.#build().bytes());
      } catch {
        this.#compiled = null;
      }
    }
    return this.#compiled ?? undefined;
  }
}

/** What a module exports, on a memory. */
export function kernelsOf<Kernels extends object>(code: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(code, { env: { memory } }).exports as Kernels;
}
