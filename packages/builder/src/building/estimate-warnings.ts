/** @file What an estimate of a build has to say to its user: how long, how much, and what would help. */
import type { EstimatedPart } from './estimated-part.ts';

/** An estimate of a whole build. */
export interface BuildEstimate {
  readonly parts: ReadonlyMap<object, EstimatedPart>;
  /** Of all parts, and of what each object takes whatever its size. */
  readonly operations: number;
  /** What comes after the build. */
  readonly later: EstimatedPart;
}

/** Operations per second of an ordinary machine. */
const USUAL_PACE = 1e9;

/** Seconds from which on a warning is due. */
const LONG = 10;

/** What to tell before a build that takes long: of each part that does, else of all together. */
export function warningsOf({ parts, operations, later }: BuildEstimate): readonly string[] {
  const costly = [...parts.values(), later].toSorted((a, b) => b.cost.operations - a.cost.operations);
  const long = costly.filter(({ cost }) => secondsOf(cost.operations) >= LONG);
  if (long.length > 0) return long.map(warningOf);
  const [largest] = costly;
  const all = operations + later.cost.operations;
  if (secondsOf(all) < LONG) return [];
  return [
    `Building the network takes about ${secondsText(all)}; the longest of its ${costly.length} parts is ` +
      `${largest!.describe()}. ${largest!.advice} ${WATCHED}`,
  ];
}

/** `1.2 GB`. */
export function bytesText(bytes: number): string {
  const unit = UNITS.find(([, size]) => bytes >= size) ?? UNITS.at(-1)!;
  return `${Number((bytes / unit[1]).toPrecision(2))} ${unit[0]}`;
}

const UNITS: readonly (readonly [string, number])[] = [
  ['TB', 1e12],
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
];

const WATCHED = 'The build can be aborted with signal, and onProgress tells how far it is.';

function warningOf({ describe, cost, advice }: EstimatedPart): string {
  return (
    `${describe()} take about ${secondsText(cost.operations)} to build and ${bytesText(cost.bytes)} of memory. ` +
    `${advice} ${WATCHED}`
  );
}

function secondsOf(operations: number): number {
  return operations / USUAL_PACE;
}

function secondsText(operations: number): string {
  return `${Number(secondsOf(operations).toPrecision(2))} seconds`;
}
