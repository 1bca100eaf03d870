/** @file Counts for people: by object of the network, as a table. */
import { type Counts, sumOf } from './tally.ts';

const COLUMNS = {
  multiplyAdds: 'multiply-adds',
  operations: 'operations',
  reads: 'reads',
  writes: 'writes',
  bytes: 'bytes',
} as const satisfies Record<keyof Counts, string>;

/**
 * Counts by object: labels are `object: part`, as `a: encode` and `a: neurons` are of ensemble a. Where a planner merged objects, a
 * row is of several; under `NOOP_PLANNER` each has its own.
 */
export function countsByObject(byLabel: ReadonlyMap<string, Counts>): ReadonlyMap<string, Counts> {
  const grouped = new Map<string, Counts[]>();
  for (const [label, counts] of byLabel) {
    const objects = label.split(', ').map((part) => part.split(': ', 1)[0]!);
    const object = [...new Set(objects)].join(', ');
    grouped.set(object, [...(grouped.get(object) ?? []), counts]);
  }
  return new Map([...grouped].map(([object, all]) => [object, sumOf(all)]));
}

/** Counts as a table, a line each, and their sum below. */
export function countsTable(rows: ReadonlyMap<string, Counts>): string {
  const names = Object.keys(COLUMNS) as (keyof Counts)[];
  const lines = [...rows, ['total', sumOf(rows.values())] as const].map(([object, counts]) => [
    object,
    ...names.map((name) => counts[name].toLocaleString('en')),
  ]);
  const cells = [['', ...names.map((name) => COLUMNS[name])], ...lines];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)));
  return cells
    .map(([object, ...numbers]) => {
      const padded = numbers.map((number, column) => number.padStart(widths[column + 1]! + 2));
      return object!.padEnd(widths[0]!) + padded.join('');
    })
    .join('\n');
}
