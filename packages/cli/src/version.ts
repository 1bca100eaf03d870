/** @file The version of ndl: all of its packages share one. */
import { readFile } from 'node:fs/promises';

/** The version of this package: `0.1.0`. */
export async function versionOfNdl(): Promise<string> {
  const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
