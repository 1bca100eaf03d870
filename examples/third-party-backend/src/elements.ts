/** @file `Elements`: what a view shows, as a list of places. Whoever reads or writes a number of a program does so here, and is counted. */
import type { Place } from '@ndl/backend-kit';
import { offsetsOf, type View } from '@ndl/ir';
import type { Store } from './memory.ts';
import type { Ledger } from './tally.ts';

export class Elements {
  /** Number of positions: elements that the view shows, in row-major order, for each step and item. */
  readonly length: number;
  /** Whether it shows a value for each step; otherwise it shows the same at all. */
  readonly hasSteps: boolean;
  /** Whether it shows a value for each item; otherwise it shows the same for all. */
  readonly hasItems: boolean;
  readonly #place: Place<Store>;
  readonly #ledger: Ledger;
  /** By position, within a row. */
  readonly #offsets: Int32Array;
  /** By position, in slices; nothing where all are of the present step. */
  readonly #shifts: Int32Array | undefined;

  constructor(view: View, place: Place<Store>, ledger: Ledger) {
    this.#place = place;
    this.#ledger = ledger;
    this.#offsets = offsetsOf(view);
    this.#shifts = shiftsOf(view, place);
    this.length = this.#offsets.length;
    this.hasSteps = place.buffer.steps !== 'one';
    this.hasItems = place.buffer.items;
  }

  /** The number at a position. @param step of the block, from 0 */
  read(step: number, item: number, position: number): number {
    const { numbers } = this.#place.store;
    this.#ledger.reads++;
    this.#ledger.bytes += numbers.BYTES_PER_ELEMENT;
    return numbers[this.#index(step, item, position)]!;
  }

  /** Replaces the number at a position; it is rounded to the dtype. @param step of the block, from 0 */
  write(step: number, item: number, position: number, value: number): void {
    const { numbers } = this.#place.store;
    this.#ledger.writes++;
    this.#ledger.bytes += numbers.BYTES_PER_ELEMENT;
    numbers[this.#index(step, item, position)] = value;
  }

  /** Adds to the number at a position. @param step of the block, from 0 */
  add(step: number, item: number, position: number, value: number): void {
    this.#ledger.operations++;
    this.write(step, item, position, this.read(step, item, position) + value);
  }

  #index(step: number, item: number, position: number): number {
    const { first, shape, store } = this.#place;
    const slice = (this.hasSteps ? first + step : 0) + (this.#shifts?.[position] ?? 0);
    const row = slice * shape.copies + (this.hasItems ? item : 0);
    return row * store.width + this.#offsets[position]!;
  }
}

/** A lag is a view of time: the same positions, counted in steps. */
function shiftsOf({ buffer, shape, lag }: View, { direction }: Place<Store>): Int32Array | undefined {
  if (lag === undefined) return undefined;
  const lags = offsetsOf({ buffer, shape, offset: lag.base, strides: lag.perAxis });
  return direction === 'descending' ? lags : lags.map((steps) => -steps);
}
