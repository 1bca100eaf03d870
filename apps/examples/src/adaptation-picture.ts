/** @file Draws `docs/images/adaptation.svg`, the picture of the example: `node apps/examples/dist/adaptation-picture.js`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { adaptedRates } from './adaptation.ts';

const { times, rates } = await adaptedRates();
const points = Object.entries(rates).flatMap(([of, values]) =>
  values.map((rate, step) => ({ time: times[step]!, rate, of })).filter((_, step) => step % 4 === 3),
);

const { document } = parseHTML('<!doctype html><html><body></body></html>');
const channels = { x: 'time', y: 'rate', z: 'of', stroke: 'of' } as const;
const plot = Plot.plot({
  document: document as unknown as Document,
  width: 760,
  height: 280,
  marginRight: 90,
  style: { background: 'white', fontFamily: 'system-ui, sans-serif', fontSize: '12px' },
  x: { label: 'seconds' },
  y: { label: 'mean rate, Hz', grid: true },
  color: { domain: Object.keys(rates), range: ['#4e79a7', '#e15759', '#59a14f'] },
  marks: [
    Plot.line(points, channels),
    Plot.text(
      points,
      Plot.selectLast({ x: 'time', y: 'rate', z: 'of', fill: 'of', text: 'of', textAnchor: 'start', dx: 6 }),
    ),
  ],
});
plot.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
const folder = new URL('../../../docs/images/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('adaptation.svg', folder), plot.outerHTML);
