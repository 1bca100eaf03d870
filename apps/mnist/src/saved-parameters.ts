/** @file Files of the job: the folder that they go to, and which of them holds what was learnt so far. */
import { NdlError } from 'ndl';
import { makeFolder, writeWholeFile } from 'ndl/node';

/** Where the parameters learnt so far were written, if they were. */
export class SavedParameters {
  #path: string | undefined;

  async write(path: string, parameters: Uint8Array): Promise<void> {
    await writeWholeFile(path, parameters);
    this.#path = path;
  }

  describe(): string {
    return this.#path === undefined ? 'Nothing was learnt yet.' : `What was learnt so far is in ${this.#path}`;
  }
}

/** Makes the folder of the job's files, where it does not exist. @throws NdlError USAGE */
export async function makeOutputFolder(path: string): Promise<void> {
  try {
    await makeFolder(path);
  } catch (cause) {
    throw new NdlError('USAGE', `--output: ${(cause as Error).message}`, { cause });
  }
}
