/** @file `AddressSpace`: the one memory of a backend, in which pieces are taken and given back. */
import { memoryExhausted, memoryInsufficient, type SpaceNeed } from '../errors.ts';

const PAGE = 2 ** 16;

/** Pieces begin, and end, at a multiple of this: a line of a cache. */
const LINE = 64;

/** What may be read behind a piece: a vector that begins in its last number. */
const SLACK = 16;

/** Nothing lies at address 0, so that a forgotten address shows. */
const FIRST = 1024;

interface Piece {
  readonly address: number;
  readonly bytes: number;
}

/** Pages that a memory of 32 bits can have. */
const MOST_PAGES = 2 ** 16;

/** Where a host grants no more, less is asked for, down to this. */
const FEWEST_PAGES = 2 ** 12;

/** What a memory is to be. */
export interface SpaceOptions {
  /** Whether threads can share it. Default: false. */
  readonly isShared?: boolean;
  /** Bytes that it may have at most. Default: what 32 bits address. */
  readonly most?: number;
}

export class AddressSpace {
  readonly isShared: boolean;
  /** Bytes that it may have at most. */
  readonly most: number;
  readonly memory: WebAssembly.Memory;
  /** By address; no two touch. */
  readonly #free: Piece[] = [];
  #end = FIRST;
  #float32: Float32Array;
  #float64: Float64Array;
  #int32: Int32Array;

  constructor({ isShared = false, most = MOST_PAGES * PAGE }: SpaceOptions = {}) {
    this.isShared = isShared;
    const { memory, pages } = isShared
      ? sharedMemory()
      : { memory: new WebAssembly.Memory({ initial: 1 }), pages: MOST_PAGES };
    this.memory = memory;
    this.most = Math.min(most, pages * PAGE);
    this.#float32 = new Float32Array(this.memory.buffer);
    this.#float64 = new Float64Array(this.memory.buffer);
    this.#int32 = new Int32Array(this.memory.buffer);
  }

  /** Refuses what there is no room for together, before any of it is taken. @throws NdlError MEMORY_EXHAUSTED */
  require(needs: readonly SpaceNeed[]): void {
    const wanted = needs.reduce((sum, { bytes }) => sum + sizeOfPiece(bytes), 0);
    const free = this.#free.reduce((sum, { bytes }) => sum + bytes, 0);
    const taken = this.#end - free;
    if (taken + wanted > this.most) throw memoryInsufficient(needs, taken, this.most);
  }

  /** A piece of zeros. @throws NdlError MEMORY_EXHAUSTED */
  take(wanted: number): number {
    const bytes = sizeOfPiece(wanted);
    const index = this.#free.findIndex((piece) => piece.bytes >= bytes);
    if (index < 0) return this.#takeAtEnd(bytes);
    const { address, bytes: room } = this.#free[index]!;
    if (room === bytes) this.#free.splice(index, 1);
    else this.#free[index] = { address: address + bytes, bytes: room - bytes };
    new Uint8Array(this.memory.buffer, address, bytes).fill(0);
    return address;
  }

  /** Gives a piece back that was taken with this size. */
  give(address: number, wanted: number): void {
    let piece: Piece = { address, bytes: sizeOfPiece(wanted) };
    let index = this.#free.findIndex((other) => other.address > address);
    if (index < 0) index = this.#free.length;
    const after = this.#free[index];
    if (after !== undefined && piece.address + piece.bytes === after.address) {
      piece = { address, bytes: piece.bytes + after.bytes };
      this.#free.splice(index, 1);
    }
    const before = this.#free[index - 1];
    if (before === undefined || before.address + before.bytes !== piece.address) this.#free.splice(index, 0, piece);
    else this.#free[index - 1] = { address: before.address, bytes: before.bytes + piece.bytes };
  }

  /** All of memory as numbers of one kind; to be asked for anew after pieces were taken. */
  get float32(): Float32Array {
    return this.#float32;
  }

  get float64(): Float64Array {
    return this.#float64;
  }

  get int32(): Int32Array {
    return this.#int32;
  }

  #takeAtEnd(bytes: number): number {
    if (this.#end + bytes > this.most) throw memoryExhausted(bytes, this.#end, this.most);
    const missing = this.#end + bytes - this.memory.buffer.byteLength;
    if (missing > 0) {
      // More than is asked for, so that views of memory are not remade for each small piece.
      const generous = Math.max(missing, Math.min(this.memory.buffer.byteLength, 2 ** 26));
      if (!this.#grow(generous) && !this.#grow(missing)) throw memoryExhausted(bytes, this.#end, this.#end);
    }
    const address = this.#end;
    this.#end += bytes;
    return address;
  }

  #grow(bytes: number): boolean {
    try {
      this.memory.grow(Math.ceil(bytes / PAGE));
    } catch {
      return false;
    }
    // Nobody else lets it grow: code only reads and writes.
    this.#float32 = new Float32Array(this.memory.buffer);
    this.#float64 = new Float64Array(this.memory.buffer);
    this.#int32 = new Int32Array(this.memory.buffer);
    return true;
  }
}

/** As large as the host grants: what is never used takes addresses alone. */
function sharedMemory(): { readonly memory: WebAssembly.Memory; readonly pages: number } {
  for (let maximum = MOST_PAGES; ; maximum /= 2) {
    try {
      return { memory: new WebAssembly.Memory({ initial: 1, maximum, shared: true }), pages: maximum };
    } catch (error) {
      if (maximum <= FEWEST_PAGES) throw error;
    }
  }
}

function sizeOfPiece(wanted: number): number {
  return Math.ceil((wanted + SLACK) / LINE) * LINE;
}
