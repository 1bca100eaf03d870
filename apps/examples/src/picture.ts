/** @file Draws `docs/images/decoded-sine.svg`, the picture of the README's example: `node apps/examples/dist/picture.js`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { Connection, Ensemble, Network, Node, Probe, REFERENCE_BACKEND, Simulator } from 'ndl';

interface Point {
  readonly time: number;
  readonly value: number;
  readonly of: string;
}

const NAMES = { decoded: 'sin(6t)', squared: 'its square' } as const;
const { times, decoded, squared } = await simulate();
const drawn = [...pointsOf(decoded, NAMES.decoded), ...pointsOf(squared, NAMES.squared)];
const sine = times.map((time) => Math.sin(6 * time));
const ideal = [
  ...pointsOf(sine, NAMES.decoded),
  ...pointsOf(
    sine.map((value) => value ** 2),
    NAMES.squared,
  ),
];

const { document } = parseHTML('<!doctype html><html><body></body></html>');
const channels = { x: 'time', y: 'value', z: 'of', stroke: 'of' } as const;
const plot = Plot.plot({
  document: document as unknown as Document,
  width: 760,
  height: 280,
  marginRight: 90,
  style: { background: 'white', fontFamily: 'system-ui, sans-serif', fontSize: '12px' },
  x: { label: 'seconds' },
  y: { label: 'value', grid: true },
  color: { domain: Object.values(NAMES), range: ['#4e79a7', '#e15759'] },
  marks: [
    Plot.line(ideal, { ...channels, strokeOpacity: 0.35, strokeWidth: 4 }),
    Plot.line(drawn, channels),
    Plot.text(
      drawn,
      Plot.selectLast({ x: 'time', y: 'value', z: 'of', fill: 'of', text: 'of', textAnchor: 'start', dx: 6 }),
    ),
  ],
});
plot.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
const folder = new URL('../../../docs/images/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('decoded-sine.svg', folder), plot.outerHTML);

/** The README's example, on a backend that gives the same numbers everywhere. */
async function simulate() {
  const net = new Network({ seed: 0 });
  const probes = net.within(() => {
    const stimulus = new Node((t) => Math.sin(6 * t));
    const a = new Ensemble({ nNeurons: 100, dimensions: 1 });
    new Connection(stimulus, a);
    const square = new Node({ sizeIn: 1 });
    new Connection(a, square, { function: (x) => x[0] ** 2 });
    return { decoded: new Probe(a, { synapse: 0.02 }), squared: new Probe(square, { synapse: 0.02 }) };
  });
  await using sim = await Simulator.create(net, { settings: { backend: REFERENCE_BACKEND } });
  await sim.run(2);
  return {
    times: Array.from(sim.trange()),
    decoded: Array.from(sim.data.get(probes.decoded).data),
    squared: Array.from(sim.data.get(probes.squared).data),
  };
}

/** A point every 4 ms: enough for the eye. */
function pointsOf(values: readonly number[], of: string): Point[] {
  return values.map((value, step) => ({ time: times[step]!, value, of })).filter((_, step) => step % 4 === 3);
}
