/** @file `npm run bench -- threads`: what two threads gain against one, measured in turns in one process. */
import { Connection, Ensemble, lowpass, Network, Node, Probe, uniform } from 'ndl';
import { integrator } from './benchmark-networks.ts';
import { median } from './median.ts';
import { learning, running, timed, type Work } from './repeated-work.ts';
import type { Row, Subject } from './report.ts';

/** Pairs of measurements that count. */
const TURNS = 7;

const WORKS: readonly Work[] = [
  running('integrator(128, 100), 64 items', () => integrator(128, 100), { items: 64, steps: 40 }),
  running('integrator(128, 100), 1 item', () => integrator(128, 100), { items: 1, steps: 2000 }),
  running('4000 neurons that feed themselves, 1 item', recurrent, { items: 1, steps: 1500 }),
  running('4000 neurons, 4000 × 4000 weights, 1 item', weighted, { items: 1, steps: 100 }),
  learning('held'),
  learning('changing'),
];

/** The subject `threads`. */
export const threads: Subject = {
  heading: 'Two threads against one (milliseconds of the wall; uptime tells whether both cores were free):',
  digits: 3,
  async measure() {
    const rows: Row[] = [];
    for (const { what, unit, prepare } of WORKS) {
      await using one = await prepare({ sessionConfig: { intra_op_parallelism_threads: 1 } });
      await using two = await prepare({ sessionConfig: { intra_op_parallelism_threads: 2 } });
      const times: { readonly one: number; readonly two: number }[] = [];
      for (let turn = 0; turn <= TURNS; turn++) {
        const measured = { one: await timed(one), two: await timed(two) };
        // The first warms up.
        if (turn > 0) times.push(measured);
      }
      const ratios = times.map((time) => time.one / time.two);
      const values = {
        'one thread': median(times.map((time) => time.one)),
        'two threads': median(times.map((time) => time.two)),
        ratio: median(ratios),
        least: Math.min(...ratios),
        most: Math.max(...ratios),
      };
      rows.push({ what, unit, values });
    }
    return rows;
  },
};

function recurrent(): Network {
  return new Network({ seed: 0 }, () => {
    const input = new Node([0.5]);
    const layer = new Ensemble({ nNeurons: 4000, dimensions: 1, nEvalPoints: 200 });
    new Connection(input, layer, { transform: 0.1 });
    new Connection(layer, layer, { synapse: lowpass(0.1) });
    new Probe(layer, { synapse: lowpass(0.01) });
  });
}

function weighted(): Network {
  return new Network({ seed: 0 }, () => {
    const layer = new Ensemble({ nNeurons: 4000, dimensions: 1 });
    new Connection(new Node([0.5]), layer);
    new Connection(layer.neurons, layer.neurons, { transform: uniform(-1e-4, 1e-4), synapse: lowpass(0.1) });
    new Probe(layer.neurons, { sampleEvery: 0.1 });
  });
}
