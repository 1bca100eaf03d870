/** @file Spikes over time, the activity of neurons as an image, and weights over time as one. */
import { acrossOf, BELOW, drawSeconds, LEFT, type Sheet } from './plot-canvas.ts';
import type { SampleRing } from './sample-ring.ts';

/** A mark for each spike: set as pixels, since there may be ten thousand of them in each of sixty pictures a second. */
export function drawRaster(sheet: Sheet, ring: SampleRing, neurons: number, time: number): void {
  const { context, width, height, scale, colour } = sheet;
  const { begin, across } = acrossOf(sheet, time);
  const [left, right, bottom] = [
    Math.round(LEFT * scale),
    Math.floor(width * scale),
    Math.floor((height - BELOW) * scale),
  ];
  const image = context.createImageData(Math.max(1, right - left), Math.max(1, bottom));
  const columns = image.width;
  const pixels = new Uint32Array(image.data.buffer);
  const ink = pixelOf(context, colour('--line-0'));
  const [thickness, rowHeight] = [Math.max(1, Math.round(1.5 * scale)), bottom / neurons];
  const end = ring.firstFrom(time + 1e-9);
  for (let row = ring.firstFrom(begin); row < end; row++) {
    const neuron = ring.at(row, 1);
    const x = Math.round(across(ring.at(row, 0)) * scale) - left;
    const [top, below] = [Math.floor(neuron * rowHeight), Math.floor((neuron + 1) * rowHeight)];
    const last = Math.max(top + 1, rowHeight > 3 ? below - 1 : below);
    const behind = Math.min(columns, x + thickness);
    for (let y = top; y < last; y++) for (let at = x; at < behind; at++) pixels[y * columns + at] = ink;
  }
  context.putImageData(image, left, 0);
  context.fillText('1', 4, 12);
  if (neurons > 1) context.fillText(String(neurons), 4, height - BELOW - 2);
  drawSeconds(sheet, time);
}

/** A colour as images hold it, whatever the order of bytes. */
function pixelOf(context: CanvasRenderingContext2D, colour: string): number {
  const kept = context.fillStyle;
  context.fillStyle = colour;
  const [, hex = '000000'] = /^#([0-9a-f]{6})$/.exec(String(context.fillStyle)) ?? [];
  context.fillStyle = kept;
  const bytes = Uint8Array.of(...[0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)), 255);
  return new Uint32Array(bytes.buffer)[0]!;
}

/** Columns of a grid for so many neurons, about twice as many as rows. */
const columnsOf = (neurons: number): number => Math.ceil(Math.sqrt(neurons * 2));

/** One field for each neuron, the more coloured the busier it is. @returns the greatest activity */
export function drawGrid(sheet: Sheet, ring: SampleRing, neurons: number, most: number, time: number): number {
  const row = ring.firstFrom(time + 1e-9) - 1;
  if (row < 0) return most;
  let greatest = most;
  for (let neuron = 0; neuron < neurons; neuron++) greatest = Math.max(greatest, ring.at(row, neuron + 1));
  const { context, width, height, colour } = sheet;
  const columns = columnsOf(neurons);
  const rows = Math.ceil(neurons / columns);
  const side = Math.min((width - 8) / columns, (height - 8) / rows);
  const [left, top] = [(width - side * columns) / 2, (height - side * rows) / 2];
  const gap = side > 5 ? 1 : 0;
  context.fillStyle = colour('--rule');
  for (let neuron = 0; neuron < neurons; neuron++)
    context.fillRect(
      left + (neuron % columns) * side,
      top + Math.floor(neuron / columns) * side,
      side - gap,
      side - gap,
    );
  context.fillStyle = colour('--line-0');
  for (let neuron = 0; neuron < neurons; neuron++) {
    context.globalAlpha = Math.max(0, ring.at(row, neuron + 1) / greatest) || 0;
    context.fillRect(
      left + (neuron % columns) * side,
      top + Math.floor(neuron / columns) * side,
      side - gap,
      side - gap,
    );
  }
  context.globalAlpha = 1;
  return greatest;
}

/** Weights from top to bottom, time from left to right; one colour above zero, another below. @returns the greatest weight */
export function drawWeights(sheet: Sheet, ring: SampleRing, weights: number, most: number, time: number): number {
  const { context, height, colour } = sheet;
  const { begin, across } = acrossOf(sheet, time);
  const [first, end] = [Math.max(0, ring.firstFrom(begin) - 1), ring.firstFrom(time + 1e-9)];
  let greatest = most;
  for (let row = first; row < end; row++)
    for (let weight = 1; weight <= weights; weight++) greatest = Math.max(greatest, Math.abs(ring.at(row, weight)));
  const rowHeight = (height - BELOW) / weights;
  for (let row = first; row < end; row++) {
    const left = Math.max(LEFT, across(ring.at(row, 0)));
    const right = across(row + 1 < end ? ring.at(row + 1, 0) : time + 0.1);
    for (let weight = 0; weight < weights; weight++) {
      const value = ring.at(row, weight + 1) / greatest || 0;
      context.globalAlpha = Math.min(1, Math.abs(value));
      context.fillStyle = colour(value < 0 ? '--line-1' : '--line-0');
      context.fillRect(left, 2 + weight * rowHeight, Math.max(1, right - left), Math.max(1, rowHeight));
    }
  }
  context.globalAlpha = 1;
  context.fillStyle = colour('--quiet');
  context.fillText('1', 4, 12);
  context.fillText(String(weights), 4, height - BELOW - 2);
  drawSeconds(sheet, time);
  return greatest;
}
