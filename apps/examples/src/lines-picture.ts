/** @file Writes a picture of `docs/images`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { traces, type TracesOptions } from '@ndl/plots';

/** Writes lines over time, [samples, lines], to `docs/images/NAME.svg`. */
export function drawLines(
  name: string,
  times: readonly number[],
  values: readonly (readonly number[])[],
  options: TracesOptions,
): void {
  const folder = new URL('../../../docs/images/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const picture = traces(times, values, { width: 760, height: 300, showTitle: false, ...options });
  writeFileSync(new URL(`${name}.svg`, folder), picture);
}
