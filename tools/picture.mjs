/** @file Draws `docs/images/decoded-sine.svg`, the picture of the README's example: `node tools/picture.mjs` after a build. */
import { mkdirSync, writeFileSync } from 'node:fs';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { Connection, Ensemble, Network, Node, Probe, REFERENCE_BACKEND, Simulator } from 'ndl';

const net = new Network({ seed: 0 });
const { decoded, squared } = net.within(() => {
  const stimulus = new Node((t) => Math.sin(6 * t));
  const a = new Ensemble({ nNeurons: 100, dimensions: 1 });
  new Connection(stimulus, a);
  const square = new Node({ sizeIn: 1 });
  new Connection(a, square, { function: (x) => x[0] ** 2 });
  return { decoded: new Probe(a, { synapse: 0.02 }), squared: new Probe(square, { synapse: 0.02 }) };
});
const sim = await Simulator.create(net, { settings: { backend: REFERENCE_BACKEND } });
await sim.run(2);
const times = sim.trange();
/** A point every 4 ms is enough for the eye. */
const thin = (points) => points.filter((_, step) => step % 4 === 3);
const series = (probe, of) => thin(Array.from(sim.data.get(probe).data, (value, step) => ({ time: times[step], value, of })));
const ideal = (compute, of) => thin(Array.from(times, (time) => ({ time, value: compute(Math.sin(6 * time)), of })));
await sim.dispose();

const { document } = parseHTML('<!doctype html><html><body></body></html>');
const plot = Plot.plot({
  document,
  width: 760,
  height: 280,
  marginRight: 90,
  style: { background: 'white', fontFamily: 'system-ui, sans-serif', fontSize: '12px' },
  x: { label: 'seconds' },
  y: { label: 'value', grid: true },
  color: { domain: ['sin(6t)', 'its square'], range: ['#4e79a7', '#e15759'] },
  marks: [
    Plot.line([...ideal((x) => x, 'sin(6t)'), ...ideal((x) => x * x, 'its square')], {
      x: 'time',
      y: 'value',
      z: 'of',
      stroke: 'of',
      strokeOpacity: 0.35,
      strokeWidth: 4,
    }),
    Plot.line([...series(decoded, 'sin(6t)'), ...series(squared, 'its square')], {
      x: 'time',
      y: 'value',
      z: 'of',
      stroke: 'of',
    }),
    Plot.text([...series(decoded, 'sin(6t)'), ...series(squared, 'its square')].filter(({ time }) => time === times.at(-1)), {
      x: 'time',
      y: 'value',
      text: 'of',
      fill: 'of',
      textAnchor: 'start',
      dx: 6,
    }),
  ],
});
plot.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
mkdirSync(new URL('../docs/images/', import.meta.url), { recursive: true });
writeFileSync(new URL('../docs/images/decoded-sine.svg', import.meta.url), plot.outerHTML);
