/** @file Views by the buffer that they are of: whoever looks for those that meet another one looks at those of its buffer alone. */
import type { View } from '@ndl/ir';

export class ViewsByBuffer {
  readonly #views = new Map<string, View[]>();

  constructor(views: Iterable<View>) {
    this.add(views);
  }

  add(views: Iterable<View>): void {
    for (const view of views) {
      const others = this.#views.get(view.buffer);
      if (others === undefined) this.#views.set(view.buffer, [view]);
      else others.push(view);
    }
  }

  of(buffer: string): readonly View[] {
    return this.#views.get(buffer) ?? [];
  }

  /** Whether something holds of some view of these and some view of others, which are both of one buffer. */
  someWith(others: ViewsByBuffer, holds: (own: View, other: View) => boolean): boolean {
    for (const [buffer, views] of this.#views) {
      const theirs = others.of(buffer);
      if (theirs.length > 0 && views.some((own) => theirs.some((other) => holds(own, other)))) return true;
    }
    return false;
  }
}
