/** @file Reads the golden data of this folder (networks and tables computed by Nengo 4.1), for tests in Node only. */
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/**
 * The parsed content of `NAME.json.gz`. The data is trusted, so the caller simply states its shape:
 * `readGolden<{ x: number[] }>('unit_special')`.
 */
export function readGolden<Content = unknown>(name: string): Content {
  const file = new URL(`./${name}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as Content;
}

/** The names of all that is there. */
export function goldenNames(): readonly string[] {
  const files = readdirSync(new URL('.', import.meta.url)).sort();
  return files.filter((file) => file.endsWith('.json.gz')).map((file) => file.slice(0, -'.json.gz'.length));
}
