/** @file Files that options name: before a command begins, those that it will write are held against those that it reads. */
import { access, constants, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { NamedFile } from './command.ts';
import { outputUnwritable, writesWhatIsRead, writesTwice } from './errors.ts';

/**
 * So that nothing is lost after work that took long: no file is written that is read, or written twice, and each stands in a folder that can be written.
 * @throws NdlError USAGE, OUTPUT_UNWRITABLE
 */
export async function requireOutputs(outputs: readonly NamedFile[], inputs: readonly NamedFile[]): Promise<void> {
  const known = new Map<string, { readonly file: NamedFile; readonly isRead: boolean }>();
  for (const file of inputs) known.set(await identityOf(file.path), { file, isRead: true });
  for (const file of outputs) {
    const identity = await identityOf(file.path);
    const other = known.get(identity);
    if (other?.isRead === true) throw writesWhatIsRead(file, other.file);
    if (other !== undefined) throw writesTwice(file, other.file);
    known.set(identity, { file, isRead: false });
    await requireWritable(file);
  }
}

/** The same for all ways to write where a file is, links among them. */
async function identityOf(path: string): Promise<string> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev} ${ino}`;
  } catch {
    const folder = await realpath(dirname(path)).catch(() => dirname(path));
    return join(folder, basename(path));
  }
}

async function requireWritable(file: NamedFile): Promise<void> {
  const { path } = file;
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) throw outputUnwritable(file, 'it is a folder');
  // Of devices and pipes, as of files in folders without rights, it shows when they are written.
  if (found !== undefined) return;
  const folder = dirname(path);
  const around = await stat(folder).catch(() => undefined);
  if (around === undefined) throw outputUnwritable(file, `there is no folder ${folder}; make it first`);
  if (!around.isDirectory()) throw outputUnwritable(file, `${folder} is no folder`);
  await access(folder, constants.W_OK).catch(() => {
    throw outputUnwritable(file, `nothing can be written in ${folder}`);
  });
}
