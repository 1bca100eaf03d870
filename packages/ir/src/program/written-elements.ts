/** @file Which elements of which buffers have been set. */
import { sizeOf } from '@ndl/numerics';
import type { Buffer } from './program.ts';
import type { View } from './view.ts';
import { forEachOffset, offsetsOf } from './view-elements.ts';
import { isWhole } from './views.ts';

export class WrittenElements {
  readonly #buffers: ReadonlyMap<string, Buffer>;
  readonly #whole = new Set<string>();
  readonly #marks = new Map<string, Uint8Array>();

  constructor(buffers: ReadonlyMap<string, Buffer>) {
    this.#buffers = buffers;
  }

  addWhole(buffer: string): void {
    this.#whole.add(buffer);
  }

  add(view: View): void {
    const buffer = this.#buffers.get(view.buffer)!;
    if (this.#whole.has(buffer.id)) return;
    if (isWhole(view, buffer)) {
      this.#whole.add(buffer.id);
      return;
    }
    const marks = this.#marks.get(buffer.id) ?? new Uint8Array(sizeOf(buffer.shape));
    this.#marks.set(buffer.id, marks);
    forEachOffset(view, (offset) => (marks[offset] = 1));
  }

  /** Whether every element of the view has been set. */
  covers(view: View): boolean {
    if (this.#whole.has(view.buffer)) return true;
    const marks = this.#marks.get(view.buffer);
    return offsetsOf(view).every((offset) => marks?.[offset] === 1);
  }

  forget(buffer: string): void {
    this.#whole.delete(buffer);
    this.#marks.delete(buffer);
  }
}
