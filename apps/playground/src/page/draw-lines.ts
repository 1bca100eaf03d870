/** @file Values over time, and one value against another. */
import { acrossOf, BELOW, drawSeconds, LEFT, mark, type Sheet } from './plot-canvas.ts';
import type { SampleRing } from './sample-ring.ts';

const COLOURS = 6;
/** Points of a line, at most: as many as the eye tells apart. */
const MOST_POINTS = 1000;

/** Between which values is drawn; grows with what is seen. */
export interface Extent {
  bottom: number;
  top: number;
}

/** Lines over the window that ends at `time`. */
export function drawLines(sheet: Sheet, ring: SampleRing, size: number, extent: Extent, time: number): void {
  const { begin, across } = acrossOf(sheet, time);
  const [first, end] = [ring.firstFrom(begin), ring.firstFrom(time + 1e-9)];
  widen(extent, ring, size, first, end);
  const up = drawAxis(sheet, extent);
  sheet.context.lineWidth = 1.5;
  for (let value = 0; value < size; value++)
    line(sheet, sheet.colour(`--line-${value % COLOURS}`), first, end, (row) => [
      across(ring.at(row, 0)),
      up(ring.at(row, value + 1)),
    ]);
  drawSeconds(sheet, time);
}

/** Seconds of voltages that are shown: spikes are to be told apart. */
const VOLTAGE_WINDOW = 0.4;

/** One line for each neuron, one below the other. */
export function drawVoltages(sheet: Sheet, ring: SampleRing, neurons: number, extent: Extent, time: number): void {
  const { begin, across } = acrossOf(sheet, time, VOLTAGE_WINDOW);
  const [first, end] = [ring.firstFrom(begin), ring.firstFrom(time + 1e-9)];
  widen(extent, ring, neurons, first, end);
  const rowHeight = (sheet.height - BELOW) / neurons;
  const { bottom, top } = extent;
  for (let neuron = 0; neuron < neurons; neuron++) {
    const floor = (neuron + 1) * rowHeight - 1;
    sheet.context.fillText(String(neuron + 1), 4, floor - rowHeight / 2 + 4);
    line(sheet, sheet.colour(`--line-${neuron % COLOURS}`), first, end, (row) => [
      across(ring.at(row, 0)),
      floor - ((ring.at(row, neuron + 1) - bottom) / (top - bottom)) * (rowHeight - 3),
    ]);
  }
  drawSeconds(sheet, time, VOLTAGE_WINDOW);
}

/** The first value against the second, with a trail that fades, and where it is at `time`. */
export function drawPlane(sheet: Sheet, ring: SampleRing, extent: Extent, time: number): void {
  const { begin } = acrossOf(sheet, time);
  const [first, end] = [ring.firstFrom(begin), ring.firstFrom(time + 1e-9)];
  widen(extent, ring, 2, first, end);
  const up = drawAxis(sheet, extent);
  const { context, width, height, colour } = sheet;
  const { bottom, top } = extent;
  // Both axes have one scale, so that circles are round.
  const side = height - BELOW - 6;
  const middle = LEFT + (width - LEFT) / 2;
  const across = (value: number): number => middle + ((value - bottom) / (top - bottom) - 0.5) * side;
  context.beginPath();
  context.moveTo(across(0), 4);
  context.lineTo(across(0), height - BELOW);
  context.stroke();
  context.lineWidth = 1.5;
  const parts = 8;
  for (let part = 0; part < parts; part++) {
    const from = first + Math.floor(((end - first) * part) / parts);
    const to = Math.min(end, first + Math.floor(((end - first) * (part + 1)) / parts) + 1);
    context.globalAlpha = (part + 1) / parts;
    line(sheet, colour('--line-0'), from, to, (row) => [across(ring.at(row, 1)), up(ring.at(row, 2))]);
  }
  context.globalAlpha = 1;
  if (end > first) {
    context.fillStyle = colour('--line-1');
    context.beginPath();
    context.arc(across(ring.at(end - 1, 1)), up(ring.at(end - 1, 2)), 3.5, 0, 7);
    context.fill();
  }
  context.fillStyle = colour('--quiet');
  for (const value of [bottom, 0, top]) {
    const text = mark(value);
    context.fillText(text, across(value) - context.measureText(text).width / 2, height - 3);
  }
}

function widen(extent: Extent, ring: SampleRing, size: number, first: number, end: number): void {
  const stride = strideOf(first, end);
  for (let row = first; row < end; row += stride)
    for (let value = 1; value <= size; value++) {
      const seen = ring.at(row, value);
      if (seen < extent.bottom) extent.bottom = seen;
      if (seen > extent.top) extent.top = seen;
    }
}

function drawAxis({ context, width, height }: Sheet, { bottom, top }: Extent): (value: number) => number {
  const up = (value: number): number => 4 + ((top - value) / (top - bottom)) * (height - BELOW - 6);
  context.beginPath();
  context.moveTo(LEFT, up(0));
  context.lineTo(width, up(0));
  context.stroke();
  for (const value of [top, 0, bottom])
    context.fillText(mark(value), 4, Math.max(10, Math.min(height - BELOW, up(value) + 4)));
  return up;
}

const strideOf = (first: number, end: number): number => Math.max(1, Math.floor((end - first) / MOST_POINTS));

function line(
  { context }: Sheet,
  colour: string,
  first: number,
  end: number,
  point: (row: number) => readonly [number, number],
): void {
  const stride = strideOf(first, end);
  context.strokeStyle = colour;
  context.beginPath();
  for (let row = Math.ceil(first / stride) * stride; row < end; row += stride) context.lineTo(...point(row));
  context.stroke();
}
