/** @file What probes recorded, as summaries, charts, tables and pages. */
import { recordsSpikes } from '@ndl/model';
import { raster, terminalPlot, toCsv, traces } from '@ndl/plots';
import type { Simulator } from 'ndl';

/** What one probe recorded. */
export interface Recording {
  readonly label: string;
  /** Samples are [samples, size]. */
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  /** [samples] seconds. */
  readonly times: Float64Array;
  readonly isSpikes: boolean;
}

/** Charts of more values than these would be told apart by nobody. */
const MOST_LINES = 6;

/** Recordings of all probes of a network, in its order. */
export function recordingsOf(simulator: Simulator): readonly Recording[] {
  const taken = new Set<string>();
  return simulator.network.allProbes.map((probe, index) => {
    const { data, shape } = simulator.data.get(probe);
    const label = freeLabel(probe.label ?? `probe ${index}`, taken);
    const every = probe.sampleEvery;
    const times = every === null ? simulator.trange() : simulator.trange({ sampleEvery: every });
    return { label, shape, values: data, times, isSpikes: recordsSpikes(probe) };
  });
}

/** Labels need not differ; columns of a table do. */
function freeLabel(label: string, taken: Set<string>): string {
  let free = label;
  for (let number = 2; taken.has(free); number++) free = `${label} ${number}`;
  taken.add(free);
  return free;
}

/** A chart of characters of what can be drawn so, a line about the rest. */
export function chartOf({ label, values, shape, times, isSpikes }: Recording): string {
  const [samples = 0, size = 0] = shape;
  if (shape.length !== 2 || size > MOST_LINES || samples === 0 || isSpikes)
    return `${label}: [${shape.join(', ')}]${isSpikes ? `, ${spikesIn(values)} spikes` : ''}`;
  const columns = Array.from({ length: samples }, (_, row) =>
    Array.from({ length: size }, (__, column) => values[row * size + column]!),
  );
  const names = size === 1 ? [label] : columns[0]!.map((_, column) => `${label}[${column}]`);
  return terminalPlot(columns, { names, times, rows: 9 });
}

function spikesIn(values: ArrayLike<number>): number {
  return Array.from(values).filter((value) => value !== 0).length;
}

/** What programs read of a recording: the last sample, and least, greatest and mean square root of all. */
export function summaryOf({ label, values, shape }: Recording): Readonly<Record<string, unknown>> {
  const all = Array.from(values);
  const [samples = 0] = shape;
  const size = samples === 0 ? 0 : all.length / samples;
  return {
    label,
    shape,
    last: samples === 0 ? [] : all.slice(-size),
    least: all.reduce((least, value) => Math.min(least, value), Infinity),
    greatest: all.reduce((greatest, value) => Math.max(greatest, value), -Infinity),
    rootMeanSquare: Math.sqrt(all.reduce((sum, value) => sum + value * value, 0) / all.length),
  };
}

/** A table of all recordings that have a sample for each step. @returns the table, and labels of the others */
export function tableOf(
  recordings: readonly Recording[],
  seconds: Float64Array,
): { readonly csv: string; readonly leftOut: readonly string[] } {
  const fit = recordings.filter(({ shape }) => shape.length === 2 && shape[0] === seconds.length);
  const columns = fit.map(({ label, values, shape: [, size = 1] }) => [label, rowsOf(values, size)] as const);
  return {
    csv: toCsv({ seconds, ...Object.fromEntries(columns) }),
    leftOut: recordings.filter((each) => !fit.includes(each)).map(({ label }) => label),
  };
}

function rowsOf(values: ArrayLike<number>, size: number): number[][] {
  return Array.from({ length: values.length / size }, (_, row) =>
    Array.from({ length: size }, (__, column) => values[row * size + column]!),
  );
}

/** A page of pictures, which needs nothing beside it. */
export function pageOf(title: string, recordings: readonly Recording[]): string {
  const pictures = recordings
    .filter(({ shape }) => shape.length === 2)
    .map(({ label, values, shape: [, size = 1], times, isSpikes }) => {
      const rows = rowsOf(values, size);
      return isSpikes ? raster(times, rows, { title: label }) : traces(times, rows, { title: label });
    });
  const escaped = title.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escaped}</title>
<style>body { font: 1rem system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem } svg { max-width: 100%; height: auto }</style>
<h1>${escaped}</h1>
${pictures.map((picture) => `<figure style="margin: 2rem 0">${picture}</figure>`).join('\n')}
</html>
`;
}
