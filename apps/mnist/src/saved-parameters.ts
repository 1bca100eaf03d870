/** @file Files of the job: whole or not at all, and which of them holds what was learnt so far. */
import { rename, writeFile } from 'node:fs/promises';

/** Where the parameters learnt so far were written, if they were. */
export class SavedParameters {
  #path: string | undefined;

  async write(path: string, parameters: Uint8Array): Promise<void> {
    await writeWhole(path, parameters);
    this.#path = path;
  }

  describe(): string {
    return this.#path === undefined ? 'Nothing was learnt yet.' : `What was learnt so far is in ${this.#path}`;
  }
}

/** Writes a file such that it holds the old contents or the new, never a part. */
export async function writeWhole(path: string, contents: string | Uint8Array): Promise<void> {
  const draft = `${path}.${process.pid}.part`;
  await writeFile(draft, contents);
  await rename(draft, path);
}
