/** @file Data that the user opened, by name: what cannot be read takes no place of what could. */
import type { DataFile } from './data-files.ts';

export class OpenedData {
  readonly #files = new Map<string, DataFile>();
  /** What stood there before files of which it is not yet known whether they can be read. */
  readonly #before = new Map<string, DataFile | undefined>();

  get(name: string): DataFile | undefined {
    return this.#files.get(name);
  }

  /** A file was opened. */
  offer(file: DataFile): void {
    // Of several that nobody has looked at yet, all may be damaged.
    if (!this.#before.has(file.name)) this.#before.set(file.name, this.#files.get(file.name));
    this.#files.set(file.name, file);
  }

  /** It can be read. @returns whether that was not known before */
  accept(name: string): boolean {
    return this.#before.delete(name);
  }

  /** It cannot: what there was before is there again. */
  refuse(name: string): void {
    if (!this.#before.has(name)) return;
    const before = this.#before.get(name);
    this.#before.delete(name);
    if (before === undefined) this.#files.delete(name);
    else this.#files.set(name, before);
  }
}
