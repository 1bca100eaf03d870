/** @file `SignalLayout`: the order of signals in memory while it is being improved. */
import type { Signal } from '@ndl/core';
import type { SignalClass } from './signal-chain.ts';

/** Places of signals. Signals move only among the places of their class. */
export class SignalLayout {
  readonly #signals: Signal[];
  readonly #placeOf = new Map<Signal, number>();
  readonly #classOf = new Map<Signal, number>();

  constructor(classes: readonly SignalClass[]) {
    this.#signals = classes.flatMap(({ signals }) => signals);
    this.#signals.forEach((signal, place) => this.#placeOf.set(signal, place));
    classes.forEach(({ signals }, number) => signals.forEach((signal) => this.#classOf.set(signal, number)));
  }

  /** Signals in the order of their places. */
  get signals(): readonly Signal[] {
    return this.#signals;
  }

  placeOf(signal: Signal): number {
    return this.#placeOf.get(signal)!;
  }

  /** Whether signals, in this order, would stand in ascending places once they had followed it. */
  canFollow(wanted: readonly Signal[]): boolean {
    const places = [...this.#placesFor(wanted).values()];
    return places.every((place, index) => index === 0 || place > places[index - 1]!);
  }

  /** Reorders the signals of each class among the places that they hold. Says whether any moved. */
  follow(wanted: readonly Signal[]): boolean {
    let moved = false;
    for (const [signal, place] of this.#placesFor(wanted)) {
      if (this.#signals[place] !== signal) moved = true;
      this.#signals[place] = signal;
      this.#placeOf.set(signal, place);
    }
    return moved;
  }

  /** The place that each signal would get, by first mention. */
  #placesFor(wanted: readonly Signal[]): ReadonlyMap<Signal, number> {
    const distinct = [...new Set(wanted)];
    const byClass = new Map<number, number[]>();
    for (const signal of distinct) {
      const number = this.#classOf.get(signal)!;
      const places = byClass.get(number);
      if (places === undefined) byClass.set(number, [this.placeOf(signal)]);
      else places.push(this.placeOf(signal));
    }
    // Descending, so that the next place is the last of the list.
    for (const places of byClass.values()) places.sort((a, b) => b - a);
    return new Map(distinct.map((signal) => [signal, byClass.get(this.#classOf.get(signal)!)!.pop()!]));
  }
}
