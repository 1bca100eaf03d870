/** @file `SignalLayout`: the order of signals in memory while it is being improved. */
import type { SignalClass } from './signal-chain.ts';

/** Places of signals, which are named by their numbers. Signals move only among the places of their class. */
export class SignalLayout {
  readonly #signalAt: Int32Array;
  readonly #placeOf: Int32Array;
  readonly #classOf: Int32Array;
  readonly #wanted: WantedPlaces;
  #moves = 0;

  constructor(classes: readonly SignalClass[]) {
    this.#signalAt = Int32Array.from(classes.flatMap(({ signals }) => signals));
    this.#placeOf = new Int32Array(this.#signalAt.length);
    this.#classOf = new Int32Array(this.#signalAt.length);
    this.#signalAt.forEach((signal, place) => (this.#placeOf[signal] = place));
    for (const [number, { signals }] of classes.entries()) {
      for (const signal of signals) this.#classOf[signal] = number;
    }
    this.#wanted = new WantedPlaces(this.#placeOf, this.#classOf, classes.length);
  }

  /** Signals in the order of their places. */
  get signals(): Int32Array {
    return this.#signalAt;
  }

  /** How often signals have moved: while it stays the same, so does every place. */
  get moves(): number {
    return this.#moves;
  }

  placeOf(signal: number): number {
    return this.#placeOf[signal]!;
  }

  /** Whether the signals of members, in this order, would stand in ascending places once they had followed it. */
  canFollow(signals: Int32Array, order: Int32Array): boolean {
    const { count, places } = this.#wanted.find(signals, order);
    for (let index = 1; index < count; index++) if (places[index]! < places[index - 1]!) return false;
    return true;
  }

  /** Reorders the signals of each class among the places that they hold. */
  follow(signals: Int32Array, order: Int32Array): void {
    const { count, places, distinct } = this.#wanted.find(signals, order);
    let moved = false;
    for (let index = 0; index < count; index++) {
      const place = places[index]!;
      const signal = distinct[index]!;
      if (this.#signalAt[place] === signal) continue;
      moved = true;
      this.#signalAt[place] = signal;
      this.#placeOf[signal] = place;
    }
    if (moved) this.#moves++;
  }
}

/** Finds the places that signals would get, in lists that are used again and again. */
class WantedPlaces {
  readonly #placeOf: Int32Array;
  readonly #classOf: Int32Array;
  /** The search that last met each signal, so that later mentions are passed over. */
  readonly #metBy: Int32Array;
  /** Signals of each class that the search has met; then where the next place of the class stands in `#sorted`. */
  readonly #ofClass: Int32Array;
  readonly #sorted: Int32Array;
  #search = 0;
  /** Signals by first mention. */
  readonly distinct: Int32Array;
  /** The place that each of these would get. */
  readonly places: Int32Array;
  /** How many entries of both lists hold. */
  count = 0;

  constructor(placeOf: Int32Array, classOf: Int32Array, classes: number) {
    this.#placeOf = placeOf;
    this.#classOf = classOf;
    this.#metBy = new Int32Array(placeOf.length);
    this.#ofClass = new Int32Array(classes);
    this.#sorted = new Int32Array(placeOf.length);
    this.distinct = new Int32Array(placeOf.length);
    this.places = new Int32Array(placeOf.length);
  }

  /** @param order positions in `signals` */
  find(signals: Int32Array, order: Int32Array): this {
    const search = ++this.#search;
    const classes: number[] = [];
    let count = 0;
    for (let index = 0; index < order.length; index++) {
      const signal = signals[order[index]!]!;
      if (this.#metBy[signal] === search) continue;
      this.#metBy[signal] = search;
      this.distinct[count++] = signal;
      const own = this.#classOf[signal]!;
      if (this.#ofClass[own]!++ === 0) classes.push(own);
    }
    this.count = count;
    this.#sortPlaces(classes);
    for (let index = 0; index < count; index++) {
      this.places[index] = this.#sorted[this.#ofClass[this.#classOf[this.distinct[index]!]!]!++]!;
    }
    for (const own of classes) this.#ofClass[own] = 0;
    return this;
  }

  /** Lists the places of each class, ascending, one class after the other. */
  #sortPlaces(classes: readonly number[]): void {
    const ends: number[] = [];
    let start = 0;
    for (const own of classes) {
      const length = this.#ofClass[own]!;
      this.#ofClass[own] = start;
      ends.push((start += length));
    }
    for (let index = 0; index < this.count; index++) {
      const signal = this.distinct[index]!;
      this.#sorted[this.#ofClass[this.#classOf[signal]!]!++] = this.#placeOf[signal]!;
    }
    for (const [index, own] of classes.entries()) {
      const first = ends[index - 1] ?? 0;
      if (ends[index]! - first > 1) this.#sorted.subarray(first, ends[index]).sort();
      this.#ofClass[own] = first;
    }
  }
}
