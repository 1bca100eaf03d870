/**
 * @file `Slices`: the place of a buffer, and which of its slices are those of the present block.
 *
 * What ascends keeps `keep` slices before the steps to come: they stand before slice `end`. A block writes what follows; where
 * there is no room left, the kept slices move to the front, so that for long ones it happens seldom. What descends fills its
 * slices from the last to the first, and its lags reach up to `keep` slices behind, which are zero beyond the window.
 */
import type { Buffer, Dtype, Section } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import type { Memory, Place, StoreShape } from '../engine.ts';
import type { Rows } from './row-transfers.ts';

/** How the slices of a buffer are laid out. */
export interface SlicesPlan {
  readonly buffer: Buffer;
  readonly direction: Section['direction'];
  /** What its steps span, or `one` where it has a value for all. */
  readonly span: 'one' | 'block' | 'window';
  /** Slices that lags reach beyond those of the present block. */
  readonly keep: number;
  /** Steps before the first window that a `before` section works on. */
  readonly ahead: number;
}

/** What slices are laid out for. @property steps most steps of a block, or of a window for what spans one */
export interface SlicesExtent {
  readonly dtype: Dtype;
  readonly items: number;
  readonly steps: number;
}

/** The memory that slices need. */
export function shapeOf(
  { buffer, direction, span, keep, ahead }: SlicesPlan,
  { dtype, items, steps }: SlicesExtent,
): StoreShape {
  const beyond = direction === 'descending' ? ahead : 0;
  const slices = span === 'one' ? 1 : 2 * keep + steps + beyond;
  return { dtype, slices, copies: buffer.items ? items : 1, size: sizeOf(buffer.shape) };
}

export class Slices<Store> implements Place<Store> {
  readonly buffer: Buffer;
  readonly direction: Section['direction'];
  readonly keep: number;
  readonly span: SlicesPlan['span'];
  readonly shape: StoreShape;
  readonly store: Store;
  /** The slice after that of the last step taken, where the buffer ascends. */
  end: number;
  #first = 0;
  /** The slice of the window's first step. */
  #windowStart = 0;
  readonly #ahead: number;
  readonly #memory: Memory<Store>;

  /** @param store the memory, where it is there already */
  constructor(memory: Memory<Store>, plan: SlicesPlan, extent: SlicesExtent, store?: Store) {
    const { buffer, direction, span, keep, ahead } = plan;
    this.#memory = memory;
    this.buffer = buffer;
    this.direction = direction;
    this.span = span;
    this.keep = keep;
    this.#ahead = direction === 'descending' ? ahead : 0;
    this.shape = shapeOf(plan, extent);
    this.store = store ?? memory.allocate(this.shape);
    this.end = keep;
  }

  get first(): number {
    return this.#first;
  }

  /** The first row of a slice. */
  row(slice: number): number {
    return slice * this.shape.copies;
  }

  /** Makes room for a window of so many steps. */
  openWindow(steps: number): void {
    if (this.span !== 'window') return;
    if (this.direction === 'ascending') {
      if (this.buffer.lifetime !== 'run') this.end = this.keep;
      this.#makeRoom(steps);
    }
    this.#windowStart = this.direction === 'ascending' ? this.end : this.#ahead;
    this.#first = this.#windowStart;
  }

  /** To be called before a descending pass over a window of `steps` steps: beyond it, all is zero. */
  beginDescent(steps: number): void {
    if (this.direction !== 'descending' || this.span === 'one') return;
    if (this.span === 'block') this.#first = this.shape.slices - this.keep;
    const beyond = this.span === 'block' ? this.#first : this.#windowStart + steps;
    this.#clear(beyond, this.keep);
  }

  /** The block of `steps` steps that begins `start` steps into the window. */
  beginBlock(start: number, steps: number): void {
    if (this.span === 'one') return;
    if (this.span === 'window') this.#first = this.#windowStart + start;
    else if (this.direction === 'ascending') {
      this.#makeRoom(steps);
      this.#first = this.end;
    } else {
      const last = this.shape.slices - this.keep;
      if (this.#first < steps) {
        this.#move(this.#first, last);
        this.#first = last;
      }
      this.#first -= steps;
    }
  }

  /** The block is done, with so many steps: the next one follows. */
  endBlock(steps: number): void {
    if (this.span === 'block' && this.direction === 'ascending') this.end = this.#first + steps;
  }

  /** All of the window, or of what is done of it: `steps` steps. */
  commitWindow(steps: number): void {
    if (this.span === 'window' && this.direction === 'ascending') this.end = this.#windowStart + steps;
  }

  /** The whole window, as its own sections see it. */
  showWindow(): void {
    if (this.span === 'window') this.#first = this.#windowStart;
  }

  /** The steps before the first window, as `before` sections see them; what descends is zero there. */
  showBefore(depth: number): void {
    if (this.span !== 'window') return;
    this.#first = this.#windowStart - depth;
    if (this.direction === 'descending') this.#clear(this.#first, depth);
  }

  /** The slices that are kept: those before the steps to come. */
  kept(count: number = this.keep): Rows<Store> {
    return { store: this.store, row: this.row(this.end - count), count: this.row(count), size: this.shape.size };
  }

  #makeRoom(steps: number): void {
    if (this.keep > 0 && this.end + steps <= this.shape.slices) return;
    this.#move(this.end - this.keep, 0);
    this.end = this.keep;
  }

  #move(from: number, to: number): void {
    if (this.keep === 0 || from === to) return;
    this.#memory.copy(this.store, this.row(from), this.store, this.row(to), this.row(this.keep));
  }

  #clear(from: number, slices: number): void {
    if (slices > 0) this.#memory.fill(this.store, this.row(from), this.row(slices), 0);
  }
}
