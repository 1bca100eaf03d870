/** @file A plot: a canvas, its latest values as text beside it, and the last minute of its samples. */
import type { Panel } from '../runner/messages.ts';
import { drawLines, drawPlane, drawVoltages, widen, type Extent } from './draw-lines.ts';
import { drawGrid, drawRaster, drawWeights } from './draw-neurons.ts';
import { element } from './element.ts';
import { sheetOf } from './plot-canvas.ts';
import { SampleRing } from './sample-ring.ts';

/** Rows of a minute, at a step of a millisecond; of spikes about as many as a hundred neurons fire in it. */
const KEPT: Readonly<Record<Panel['kind'], number>> = {
  value: 60_000,
  xy: 60_000,
  voltages: 60_000,
  raster: 400_000,
  grid: 3000,
  weights: 600,
  loss: 1,
  slider: 1,
};

export interface Plot {
  readonly panel: Panel;
  readonly node: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly ring: SampleRing;
  push(rows: Float32Array): void;
  /** Draws what there was until `time`, where it is seen. */
  draw(time: number): void;
  /** Says it, to those who read or have it read to them. All plots are drawn before the first says something: it moves what is around it. */
  say(time: number): void;
}

/** @param onRemove undefined where the plot is the model's own */
export function createPlot(panel: Panel, onRemove: (() => void) | undefined): Plot {
  const { kind, size, title } = panel;
  const ring = new SampleRing(kind === 'raster' ? 2 : size + 1, KEPT[kind]);
  const canvas = element('canvas', { role: 'img', tabindex: '0', class: kind });
  const reading = element('output', { class: 'reading', 'aria-live': 'off' });
  const bar = element('div', { class: 'plot-bar' }, [element('h3', {}, [title]), reading]);
  if (onRemove) {
    const label = `Remove the plot of ${title}`;
    const button = element('button', { type: 'button', class: 'quiet', 'aria-label': label }, ['×']);
    button.onclick = onRemove;
    bar.append(button);
  }
  const node = element('section', { class: 'plot', 'aria-label': title }, [bar, canvas]);
  const extent: Extent = { bottom: kind === 'voltages' ? 0 : -1, top: 1 };
  let most = 1e-9;
  /** What stands there: a value that stays needs no writing, but the time of it goes on. */
  let said = { text: '', label: '' };

  function readingAt(time: number): string {
    const row = ring.firstFrom(time + 1e-9) - 1;
    if (kind === 'raster') return `${row + 1 - ring.firstFrom(time - 1)} spikes/s`;
    if (row < 0) return 'nothing yet';
    const values = Array.from({ length: size }, (_, value) => ring.at(row, value + 1));
    if (kind === 'grid') {
      const mean = values.reduce((sum, value) => sum + value, 0) / size;
      return `${size} neurons, ${mean.toFixed(0)} Hz on average`;
    }
    if (kind === 'weights') return `${size} ${size === 1 ? 'weight' : 'weights'}, up to ${Number(most.toPrecision(2))}`;
    const text = values.slice(0, 4).map((value) => value.toFixed(2));
    return text.join('  ') + (values.length > 4 ? ' …' : '');
  }

  function say(time: number): void {
    const text = readingAt(time);
    if (text !== said.text) reading.textContent = text;
    const label = `${title} at ${time.toFixed(2)} s: ${text}`;
    if (label !== said.label) canvas.setAttribute('aria-label', label);
    said = { text, label };
  }

  function draw(time: number): void {
    const sheet = sheetOf(canvas);
    if (sheet === undefined) return;
    if (kind === 'raster') drawRaster(sheet, ring, size, time);
    else if (kind === 'grid') most = drawGrid(sheet, ring, size, most, time);
    else if (kind === 'weights') most = drawWeights(sheet, ring, size, most, time);
    else if (kind === 'voltages') drawVoltages(sheet, ring, size, extent, time);
    else if (kind === 'xy') drawPlane(sheet, ring, extent, time);
    else drawLines(sheet, ring, size, extent, time);
  }

  function push(rows: Float32Array): void {
    ring.push(rows);
    if (kind === 'value' || kind === 'xy' || kind === 'voltages') widen(extent, rows, size);
  }

  return { panel, node, canvas, ring, push, draw, say };
}
