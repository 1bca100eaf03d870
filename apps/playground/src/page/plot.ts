/** @file A plot on a canvas: values over time, x against y, or spikes. Its latest values stand beside it as text. */
import type { Panel } from '../runner/messages.ts';
import { element } from './element.ts';
import { SampleRing } from './sample-ring.ts';

/** Seconds that are shown, and samples that are kept. */
const WINDOW = 2;
const KEPT = { value: 60_000, xy: 60_000, raster: 120_000 } as const;
const COLOURS = 6;

export interface Plot {
  readonly panel: Panel;
  readonly node: HTMLElement;
  push(rows: Float32Array): void;
  /** Draws what there was until `time`. */
  draw(time: number): void;
}

/** @param onRemove undefined where the plot is the model's own */
export function createPlot(panel: Panel, onRemove: (() => void) | undefined): Plot {
  const isRaster = panel.kind === 'raster';
  const ring = new SampleRing(isRaster ? 2 : panel.size + 1, KEPT[panel.kind]);
  const canvas = element('canvas', { role: 'img', tabindex: '0' });
  const reading = element('output', { class: 'reading' });
  const heading = element('h3', {}, [panel.title]);
  const bar = element('div', { class: 'plot-bar' }, [heading, reading]);
  if (onRemove) {
    const button = element(
      'button',
      { type: 'button', class: 'quiet', 'aria-label': `Remove the plot of ${panel.title}` },
      ['×'],
    );
    button.onclick = onRemove;
    bar.append(button);
  }
  const node = element('section', { class: 'plot', 'aria-label': panel.title }, [bar, canvas]);
  let [bottom, top] = [-1, 1];

  function say(time: number): void {
    const row = ring.firstFrom(time + 1e-9) - 1;
    let text = 'nothing yet';
    if (isRaster) {
      const spikes = row + 1 - ring.firstFrom(time - 1);
      text = `${spikes} spikes/s`;
    } else if (row >= 0) {
      const values = Array.from({ length: panel.size }, (_, value) => ring.at(row, value + 1).toFixed(2));
      text = values.slice(0, 4).join('  ') + (values.length > 4 ? ' …' : '');
    }
    if (reading.textContent !== text) {
      reading.textContent = text;
      canvas.setAttribute('aria-label', `${panel.title} at ${time.toFixed(2)} s: ${text}`);
    }
  }

  function draw(time: number): void {
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (width === 0 || height === 0) return;
    const scale = Math.min(2, globalThis.devicePixelRatio);
    if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
    if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
    const context = canvas.getContext('2d')!;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    const style = getComputedStyle(node);
    const colour = (name: string): string => style.getPropertyValue(name);
    const begin = Math.max(0, time - WINDOW);
    const left = 36;
    const across = (moment: number): number => left + ((moment - begin) / WINDOW) * (width - left - 4);
    const [first, end] = [ring.firstFrom(begin), ring.firstFrom(time + 1e-9)];
    context.font = '11px system-ui, sans-serif';
    context.fillStyle = colour('--quiet');
    context.strokeStyle = colour('--rule');
    context.lineWidth = 1;
    if (isRaster) {
      const rowHeight = (height - 18) / panel.size;
      context.fillText(String(panel.size), 4, 12);
      context.fillText('1', 4, height - 20);
      context.fillStyle = colour('--line-0');
      for (let row = first; row < end; row++)
        context.fillRect(across(ring.at(row, 0)), 2 + ring.at(row, 1) * rowHeight, 1.5, Math.max(1, rowHeight - 0.5));
    } else {
      for (let row = first; row < end; row++)
        for (let value = 1; value <= panel.size; value++) {
          bottom = Math.min(bottom, ring.at(row, value));
          top = Math.max(top, ring.at(row, value));
        }
      const up = (value: number): number => 4 + ((top - value) / (top - bottom)) * (height - 24);
      context.beginPath();
      context.moveTo(left, up(0));
      context.lineTo(width, up(0));
      context.stroke();
      for (const mark of [top, 0, bottom])
        context.fillText(String(Number(mark.toPrecision(2))), 4, Math.min(height - 18, up(mark) + 4));
      context.lineWidth = 1.5;
      if (panel.kind === 'xy') {
        const side = (value: number): number => left + ((value - bottom) / (top - bottom)) * (width - left - 4);
        line(context, colour('--line-0'), first, end, (row) => [side(ring.at(row, 1)), up(ring.at(row, 2))]);
      } else {
        for (let value = 0; value < panel.size; value++)
          line(context, colour(`--line-${value % COLOURS}`), first, end, (row) => [
            across(ring.at(row, 0)),
            up(ring.at(row, value + 1)),
          ]);
      }
    }
    if (panel.kind !== 'xy') {
      context.fillStyle = colour('--quiet');
      for (let second = Math.ceil(begin * 2) / 2; second <= begin + WINDOW; second += 0.5)
        context.fillText(`${second} s`, Math.min(width - 28, across(second)), height - 3);
    }
    say(time);
  }

  return { panel, node, push: (rows) => ring.push(rows), draw };
}

/** As many points as the eye tells apart. */
function line(
  context: CanvasRenderingContext2D,
  colour: string,
  first: number,
  end: number,
  point: (row: number) => readonly [number, number],
): void {
  const stride = Math.max(1, Math.floor((end - first) / 1000));
  context.strokeStyle = colour;
  context.beginPath();
  for (let row = Math.ceil(first / stride) * stride; row < end; row += stride) context.lineTo(...point(row));
  context.stroke();
}
