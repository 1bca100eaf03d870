/** @file A heap: what comes first of many, while many are added and few are looked at. */

import { refuseSurplus } from './refuse-surplus.ts';

/** Entries of which the first, by `isBefore`, is at hand; R. W. Floyd, Communications of the ACM 7(12), 1964. */
export class Heap<Entry> {
  readonly #entries: Entry[] = [];
  readonly #isBefore: (a: Entry, b: Entry) => boolean;

  /** @throws NdlError SURPLUS_ARGUMENT */
  constructor(isBefore: (a: Entry, b: Entry) => boolean) {
    refuseSurplus('new Heap', arguments, 1);
    this.#isBefore = isBefore;
  }

  /** The first entry, which stays; undefined where there is none. */
  get first(): Entry | undefined {
    return this.#entries[0];
  }

  add(entry: Entry): void {
    const entries = this.#entries;
    let place = entries.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!this.#isBefore(entry, entries[above]!)) break;
      entries[place] = entries[above]!;
      place = above;
    }
    entries[place] = entry;
  }

  removeFirst(): void {
    const entries = this.#entries;
    const last = entries.pop();
    if (last === undefined || entries.length === 0) return;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= entries.length) break;
      if (below + 1 < entries.length && this.#isBefore(entries[below + 1]!, entries[below]!)) below++;
      if (!this.#isBefore(entries[below]!, last)) break;
      entries[place] = entries[below]!;
      place = below;
    }
    entries[place] = last;
  }
}
