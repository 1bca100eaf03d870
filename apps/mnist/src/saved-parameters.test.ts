/** @file Where the files of the job go, and what is said where they cannot. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isNdlError } from 'ndl';
import { expect, test } from 'vitest';
import { makeOutputFolder, SavedParameters } from './saved-parameters.ts';

test('folder and file of the parameters; a file in the place of the folder is named', async () => {
  const base = mkdtempSync(join(tmpdir(), 'ndl-mnist-'));
  try {
    await makeOutputFolder(join(base, 'a', 'b'));
    await makeOutputFolder(join(base, 'a', 'b'));
    const saved = new SavedParameters();
    const path = join(base, 'a', 'b', 'parameters.npz');
    await saved.write(path, Uint8Array.of(1, 2, 3));
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
    expect(saved.describe()).toBe(`What was learnt so far is in ${path}`);

    writeFileSync(join(base, 'file'), '');
    const refused: unknown = await makeOutputFolder(join(base, 'file')).catch((error: unknown) => error);
    expect(isNdlError(refused, 'USAGE')).toBe(true);
    expect((refused as Error).message).toContain(join(base, 'file'));
  } finally {
    rmSync(base, { recursive: true });
  }
});
