/** @file What leaves the page as a file: pictures, samples, parameters. */
import type { Panel } from '../runner/messages.ts';
import type { Plot } from './plot.ts';

/** What is read of a plot. */
export interface Sampled {
  readonly panel: Panel;
  readonly ring: Pick<Plot['ring'], 'rows' | 'width'>;
}

/** Hands a file to the user. */
export function save(name: string, content: BlobPart, type: string): void {
  const link = document.createElement('a');
  link.download = name;
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** One row per sample, `plot,time,…`: tables of plots that have their own times stand one below the other. */
export function samplesAsCsv(plots: readonly Sampled[]): string {
  const lines: string[] = [];
  for (const { panel, ring } of plots) {
    const names =
      panel.kind === 'raster' ? ['neuron'] : Array.from({ length: ring.width - 1 }, (_, value) => `value ${value}`);
    lines.push(['plot', 'time', ...names].map(quoted).join(','));
    const rows = ring.rows();
    for (let at = 0; at < rows.length; at += ring.width) {
      const values = Array.from(rows.subarray(at, at + ring.width), (value) => String(Number(value.toPrecision(7))));
      lines.push([quoted(panel.title), ...values].join(','));
    }
    lines.push('');
  }
  return lines.join('\r\n');
}

/** A cell that no spreadsheet takes for a formula, or for two. */
function quoted(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** An archive with one array per plot, [samples, time and values]. */
export async function samplesAsNpz(plots: readonly Sampled[]): Promise<Uint8Array<ArrayBuffer>> {
  const { encodeNpz, NdArray } = await import('@ndl/numerics');
  const entries = plots.map(({ panel, ring }, place) => {
    const name = `${place}-${panel.kind}-${panel.title.replaceAll(/[^\w-]+/g, '-')}`;
    const rows = ring.rows();
    return [name, new NdArray(rows, [rows.length / ring.width, ring.width])] as const;
  });
  return encodeNpz(entries) as Uint8Array<ArrayBuffer>;
}

/** What of the page's style a picture keeps. */
const STYLED = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'font-size',
  'font-family',
  'font-weight',
  'text-anchor',
] as const;

/** A picture of the page as a file of its own: its style stands in it. */
export function standaloneSvg(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [from, to] = [
    [svg, ...svg.querySelectorAll('*')],
    [copy, ...copy.querySelectorAll('*')],
  ];
  for (const [at, element] of from.entries()) {
    const style = getComputedStyle(element);
    const kept = STYLED.map((name) => `${name}:${style.getPropertyValue(name)}`).join(';');
    to[at]!.setAttribute('style', kept);
    for (const name of ['tabindex', 'role', 'class', 'data-id', 'data-label', 'aria-expanded'])
      to[at]!.removeAttribute(name);
  }
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const [, , width, height] = copy.getAttribute('viewBox')!.split(' ');
  copy.setAttribute('width', width!);
  copy.setAttribute('height', height!);
  return new XMLSerializer().serializeToString(copy);
}

/** All plots, one below the other, as one image. */
export async function plotsAsPng(plots: readonly Plot[]): Promise<Blob> {
  const shown = plots.filter(({ canvas }) => canvas.width > 0);
  const [gap, title] = [12, 40];
  const width = Math.max(1, ...shown.map(({ canvas }) => canvas.width));
  const height = shown.reduce((sum, { canvas }) => sum + canvas.height + title + gap, gap);
  const image = document.createElement('canvas');
  [image.width, image.height] = [width + 2 * gap, height];
  const context = image.getContext('2d')!;
  const style = getComputedStyle(document.documentElement);
  context.fillStyle = style.getPropertyValue('--sheet');
  context.fillRect(0, 0, image.width, image.height);
  context.fillStyle = style.getPropertyValue('--ink');
  context.font = '600 24px system-ui, sans-serif';
  let y = gap;
  for (const { panel, canvas } of shown) {
    context.fillText(panel.title, gap, y + 26);
    context.drawImage(canvas, gap, y + title);
    y += canvas.height + title + gap;
  }
  return new Promise((resolve, reject) =>
    image.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the browser made no image'))), 'image/png'),
  );
}
