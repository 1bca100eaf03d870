/** @file Looks up which of many views of one signal have an element in common with another. */
import type { SignalView } from './signals.ts';
import { firstAxisOf, forEachPosition, positionCount, viewsOverlap } from './signal-view.ts';

/** So few views are compared one by one. */
const FEW = 8;

/** Entries by the elements of one signal that their views name. */
export class ViewIndex<Entry extends { readonly view: SignalView }> {
  readonly #entries: readonly Entry[];
  /** Entries that name a position, but for those of `#wholes`; undefined where looking through all of them is no worse. */
  #byPosition: ReadonlyMap<number, readonly Entry[]> | undefined;
  #wholes: readonly Entry[] = [];

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
    if (entries.length > FEW) this.#index();
  }

  /** Entries of which `view`, which is one of the same signal, has an element; in no particular order. */
  overlapping(view: SignalView): readonly Entry[] {
    const byPosition = this.#byPosition;
    if (byPosition === undefined || view.selection === undefined)
      return this.#entries.filter((entry) => viewsOverlap(entry.view, view));
    const found = new Set<Entry>(positionCount(view) > 0 ? this.#wholes : []);
    forEachPosition(view, (position) => byPosition.get(position)?.forEach((entry) => found.add(entry)));
    return [...found];
  }

  #index(): void {
    const parts = this.#entries.filter(({ view }) => view.selection !== undefined);
    const positions = parts.reduce((sum, { view }) => sum + positionCount(view), 0);
    if (positions > FEW * this.#entries.length + firstAxisOf(this.#entries[0]!.view.signal)) return;
    const byPosition = new Map<number, Entry[]>();
    for (const entry of parts) {
      forEachPosition(entry.view, (position) => {
        const known = byPosition.get(position);
        if (known === undefined) byPosition.set(position, [entry]);
        else if (known.at(-1) !== entry) known.push(entry);
      });
    }
    this.#byPosition = byPosition;
    this.#wholes = this.#entries.filter(({ view }) => view.selection === undefined);
  }
}
