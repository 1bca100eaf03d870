/** @file Draws lines over time as a picture of `docs/images`, each with its name at its end. */
import { mkdirSync, writeFileSync } from 'node:fs';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** A point of a line. */
export interface LinePoint {
  /** In seconds. */
  readonly time: number;
  readonly value: number;
  /** The name of the line. */
  readonly of: string;
}

/** What is drawn. */
export interface LinesPicture {
  readonly points: readonly LinePoint[];
  /** Pale and broad, behind the lines: what they were meant to be. */
  readonly meant?: readonly LinePoint[];
  /** Of the values. */
  readonly label: string;
  /** Names of the lines, in the order of `COLORS`. */
  readonly names: readonly string[];
}

const COLORS = ['#4e79a7', '#e15759', '#59a14f'];

/** A point every 4 ms, of a value each ms: enough for the eye. */
export function pointsOf(times: readonly number[], values: readonly number[], of: string): readonly LinePoint[] {
  return values.map((value, step) => ({ time: times[step]!, value, of })).filter((_, step) => step % 4 === 3);
}

/** Writes `docs/images/NAME.svg`. */
export function drawLines(name: string, { points, meant, label, names }: LinesPicture): void {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const channels = { x: 'time', y: 'value', z: 'of', stroke: 'of' } as const;
  const atEnd = { x: 'time', y: 'value', z: 'of', fill: 'of', text: 'of', textAnchor: 'start', dx: 6 } as const;
  const plot = Plot.plot({
    document: document as unknown as Document,
    width: 760,
    height: 280,
    marginRight: 90,
    style: { background: 'white', fontFamily: 'system-ui, sans-serif', fontSize: '12px' },
    x: { label: 'seconds' },
    y: { label, grid: true },
    color: { domain: names, range: COLORS.slice(0, names.length) },
    marks: [
      ...(meant === undefined ? [] : [Plot.line(meant, { ...channels, strokeOpacity: 0.35, strokeWidth: 4 })]),
      Plot.line(points, channels),
      Plot.text(points, Plot.selectLast(atEnd)),
    ],
  });
  plot.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const folder = new URL('../../../docs/images/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${name}.svg`, folder), plot.outerHTML);
}
