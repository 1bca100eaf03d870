/** @file The subject `build`: how long networks take from their description to signals and operators. */
import { Connection, Ensemble, Network, Simulator } from 'ndl';
import { basalGanglia, cconv, integrator, learning, randomNetwork } from './benchmark-networks.ts';
import { median } from './median.ts';
import type { Row, Subject } from './report.ts';

const REPETITIONS = 3;

const NETWORKS: readonly (() => Network)[] = [
  () => cconv(64, 50),
  () => integrator(128, 100),
  () => basalGanglia(64, 100),
  () => learning(16, 50),
  () => randomNetwork({ dimensions: 4, neuronsPerDimension: 25, ensembles: 200, connectionsPerEnsemble: 5 }),
  () => single({ nNeurons: 2000, dimensions: 16 }),
  () => single({ nNeurons: 3, dimensions: 500 }),
  () => single({ nNeurons: 300, dimensions: 2, nEvalPoints: 1e5 }),
  () => single({ nNeurons: 4000, dimensions: 1 }),
];

export const build: Subject = {
  heading: 'Build, LIF:',
  digits: 2,
  async measure() {
    const rows: Row[] = [];
    for (const make of NETWORKS) {
      const seconds = { one: [] as number[], two: [] as number[] };
      for (let turn = 0; turn < REPETITIONS; turn++) {
        seconds.one.push(await buildSeconds(make(), 1));
        seconds.two.push(await buildSeconds(make(), 2));
      }
      const values = { 'one thread': median(seconds.one), 'two threads': median(seconds.two) };
      rows.push({ what: make().label!, unit: 's', values });
    }
    return rows;
  },
};

/** One ensemble that remembers what it represents. */
function single(options: { nNeurons: number; dimensions: number; nEvalPoints?: number }): Network {
  const { nNeurons, dimensions, nEvalPoints } = options;
  const points = nEvalPoints === undefined ? '' : `, ${nEvalPoints} points`;
  return new Network({ seed: 0, label: `${nNeurons} neurons in ${dimensions} dimensions${points}` }, () => {
    const ensemble = new Ensemble(options);
    new Connection(ensemble, ensemble, { synapse: 0.1 });
  });
}

/** Until the graph is built, compiling left out. */
async function buildSeconds(network: Network, threads: number): Promise<number> {
  const began = performance.now();
  let ended = began;
  const simulator = await Simulator.create(network, {
    settings: { sessionConfig: { intra_op_parallelism_threads: threads } },
    onWarning() {},
    onProgress({ stage }) {
      if (stage === 'compile' && ended === began) ended = performance.now();
    },
  });
  await simulator.dispose();
  return (ended - began) / 1000;
}
