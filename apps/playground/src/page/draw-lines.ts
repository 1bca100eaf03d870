/** @file Values over time, and one value against another. */
import { acrossOf, BELOW, drawSeconds, LEFT, mark, type Sheet } from './plot-canvas.ts';
import type { SampleRing } from './sample-ring.ts';
import { drawThinned, type Samples } from './thin-line.ts';

const COLOURS = 6;
/** Points of a trail, at most. */
const MOST_POINTS = 1000;

/** Between which values is drawn; grows with what comes. */
export interface Extent {
  bottom: number;
  top: number;
}

/** Makes room for rows [time, values …] of `size` values. What is not finite needs none. */
export function widen(extent: Extent, rows: Float32Array, size: number): void {
  for (let row = 0; row < rows.length; row += size + 1)
    for (let at = row + 1; at <= row + size; at++) {
      const value = rows[at]!;
      if (value < extent.bottom && value !== -Infinity) extent.bottom = value;
      if (value > extent.top && value !== Infinity) extent.top = value;
    }
}

/** Lines over the window that ends at `time`. */
export function drawLines(sheet: Sheet, ring: SampleRing, size: number, extent: Extent, time: number): void {
  const { begin, across } = acrossOf(sheet, time);
  const [first, end] = [ring.firstFrom(begin), ring.firstFrom(time + 1e-9)];
  const up = drawAxis(sheet, extent);
  sheet.context.lineWidth = 1.5;
  for (let value = 0; value < size; value++)
    line(sheet, sheet.colour(`--line-${value % COLOURS}`), {
      count: end - first,
      x: (sample) => across(ring.at(first + sample, 0)),
      y: (sample) => up(ring.at(first + sample, value + 1)),
    });
  drawSeconds(sheet, time);
}

/** Seconds of voltages that are shown: spikes are to be told apart. */
const VOLTAGE_WINDOW = 0.4;

/** One line for each neuron, one below the other. */
export function drawVoltages(sheet: Sheet, ring: SampleRing, neurons: number, extent: Extent, time: number): void {
  const { begin, across } = acrossOf(sheet, time, VOLTAGE_WINDOW);
  const [first, end] = [ring.firstFrom(begin), ring.firstFrom(time + 1e-9)];
  const rowHeight = (sheet.height - BELOW) / neurons;
  const { bottom, top } = extent;
  for (let neuron = 0; neuron < neurons; neuron++) {
    const floor = (neuron + 1) * rowHeight - 1;
    sheet.context.fillText(String(neuron + 1), 4, floor - rowHeight / 2 + 4);
    line(sheet, sheet.colour(`--line-${neuron % COLOURS}`), {
      count: end - first,
      x: (sample) => across(ring.at(first + sample, 0)),
      y: (sample) => floor - ((ring.at(first + sample, neuron + 1) - bottom) / (top - bottom)) * (rowHeight - 3),
    });
  }
  drawSeconds(sheet, time, VOLTAGE_WINDOW);
}

/** The first value against the second, with a trail that fades, and where it is at `time`. */
export function drawPlane(sheet: Sheet, ring: SampleRing, extent: Extent, time: number): void {
  const { begin } = acrossOf(sheet, time);
  const [first, end] = [ring.firstFrom(begin), ring.firstFrom(time + 1e-9)];
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
  const stride = Math.max(1, Math.floor((end - first) / MOST_POINTS));
  for (let part = 0; part < parts; part++) {
    const from = first + Math.floor(((end - first) * part) / parts);
    const to = Math.min(end, first + Math.floor(((end - first) * (part + 1)) / parts) + 1);
    context.globalAlpha = (part + 1) / parts;
    context.strokeStyle = colour('--line-0');
    context.beginPath();
    for (let row = Math.ceil(from / stride) * stride; row < to; row += stride)
      context.lineTo(across(ring.at(row, 1)), up(ring.at(row, 2)));
    context.stroke();
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

function line({ context, scale }: Sheet, colour: string, samples: Samples): void {
  context.strokeStyle = colour;
  context.beginPath();
  drawThinned(context, samples, scale);
  context.stroke();
}
