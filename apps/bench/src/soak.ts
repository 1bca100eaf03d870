/**
 * @file Whether ndl stays as quick and as small as it begins, however long it runs: ten million steps, a thousand simulators one after
 * another, ten thousand steps of training. Takes some minutes.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { adam, Connection, Ensemble, lifRate, ndarray, Network, Node, Probe, Simulator } from 'ndl';
import { median } from './median.ts';
import type { Row, Subject } from './report.ts';

/** Parts of a soak: the first warms up, and the next is compared with the last. */
const PARTS = 11;

const [STEPS, SIMULATORS, MINIBATCHES] = [10_000_000, 1000, 10_000];

/** A small network with a recurrent population. */
function small(): Network {
  return new Network({ seed: 0 }, () => {
    const input = new Node((t) => Math.sin(t));
    const population = new Ensemble({ nNeurons: 50, dimensions: 1 });
    new Connection(input, population);
    new Connection(population, population, { synapse: 0.1 });
    new Probe(population, { synapse: 0.01 });
  });
}

async function manySteps(): Promise<Row> {
  const simulator = await Simulator.create(small(), { settings: { keepHistory: false } });
  const row = await soaked('steps of one simulator', STEPS, (count) => simulator.runSteps(count));
  await simulator.dispose();
  return row;
}

function manySimulators(): Promise<Row> {
  return soaked('simulators, created, run and disposed', SIMULATORS, async (count) => {
    for (let index = 0; index < count; index++) {
      const simulator = await Simulator.create(small());
      await simulator.runSteps(10);
      await simulator.dispose();
    }
  });
}

async function muchTraining(): Promise<Row> {
  const [items, size] = [10, 20];
  const { network, input, output } = new Network({ seed: 0 }).within((network) => {
    const input = new Node(new Array<number>(size).fill(0));
    const hidden = new Ensemble({ nNeurons: 50, dimensions: 1, neuronType: lifRate() });
    const output = new Node({ sizeIn: 2 });
    new Connection(input, hidden.neurons, {
      synapse: null,
      transform: ndarray(new Float64Array(50 * size).fill(0.01)).reshape([50, size]),
    });
    new Connection(hidden.neurons, output, {
      synapse: null,
      transform: ndarray(new Float64Array(100)).reshape([2, 50]),
    });
    return { network, input, output: new Probe(output) };
  });
  const simulator = await Simulator.create(network, { minibatchSize: items });
  const optimizer = adam();
  const row = await soaked('steps of training', MINIBATCHES, async (count) => {
    const inputs = ndarray(Float32Array.from({ length: count * items * size }, (_, at) => (at * 0.618) % 1));
    const targets = ndarray(Float32Array.from({ length: count * items * 2 }, (_, at) => (at * 0.382) % 1));
    await simulator.train([[input, inputs.reshape([count * items, 1, size])]], {
      targets: [[output, targets.reshape([count * items, 1, 2])]],
      optimizer,
      epochs: 1,
    });
  });
  await simulator.dispose();
  return row;
}

/** Does so many things in parts, and says what the second and the last part take, each, and what memory they leave. */
async function soaked(what: string, total: number, doSome: (count: number) => Promise<unknown>): Promise<Row> {
  const each = Math.ceil(total / (PARTS - 1));
  const parts: { readonly microseconds: number; readonly megabytes: number }[] = [];
  for (let part = 0; part < PARTS; part++) {
    const started = performance.now();
    await doSome(each);
    const microseconds = (1000 * (performance.now() - started)) / each;
    parts.push({ microseconds, megabytes: await memory() });
  }
  const [first, last] = [parts[1]!, parts.at(-1)!];
  return {
    what,
    unit: 'µs, MB',
    values: {
      count: total,
      'µs each, at first': first.microseconds,
      'µs each, in the end': last.microseconds,
      'median of all': median(parts.slice(1).map(({ microseconds }) => microseconds)),
      'MB, at first': first.megabytes,
      'MB, in the end': last.megabytes,
    },
  };
}

/** What the process holds once nobody needs what is left over: heap and arrays. */
async function memory(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let turn = 0; turn < 3; turn++) {
    collect();
    await new Promise((done) => setImmediate(done));
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return (heapUsed + external + arrayBuffers) / 1e6;
}

export const soak: Subject = {
  heading: `## Soak

What each takes at first and in the end, after so many, and the memory that is held then: without a leak, both stay.`,
  digits: 1,
  async measure() {
    return [await manySteps(), await manySimulators(), await muchTraining()];
  },
};
