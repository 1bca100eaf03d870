/** @file A file as a stream of events: its text now, and after each change. */
import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { EventResponse } from './serve-site.ts';

/** Milliseconds between looks at the file; looking finds what editors that replace files do, on every file system. */
const INTERVAL = 100;

/**
 * Answers with server-sent events, `{ source }` as JSON each, until the page goes. A file that is gone for a moment, as while an editor
 * replaces it, says nothing.
 */
export async function followFile(path: string, response: EventResponse): Promise<void> {
  const file = resolve(path);
  let known: string | undefined;
  const tell = async (): Promise<void> => {
    const source = await readFile(file, 'utf8').catch(() => known);
    if (source === known || source === undefined) return;
    known = source;
    response.write(`data: ${JSON.stringify({ source })}\n\n`);
  };
  const look = (): void => void tell();
  watchFile(file, { interval: INTERVAL }, look);
  response.on('close', () => unwatchFile(file, look));
  await tell();
}
