/**
 * @file The subject `transforms`: convolutions on the default backend beside TensorFlow.js on WebAssembly, forwards and backwards, and a large
 * sparse matrix beside a plain loop. All figures are the processors' work.
 */
import {
  adam,
  Connection,
  convolution,
  Ensemble,
  ndarray,
  Network,
  Node,
  Probe,
  rectifiedLinear,
  Simulator,
  sparse,
  TFJS_BACKEND,
  WASM_BACKEND,
  type Settings,
} from 'ndl';
import { median } from './median.ts';
import type { Row, Subject } from './report.ts';
import { warmedUp } from './warmed-up.ts';
import { workedMilliseconds } from './worked-milliseconds.ts';

const ITEMS = 32;
const TURNS = 25;

/** Edge and entries of the sparse matrix, and the share of its input that spikes. */
const [SIZE, PER_ROW, DENSITY] = [10_000, 100, 0.02];

const BACKENDS: readonly Partial<Settings>[] = [
  // The processors' work is counted: what threads wait is no part of it.
  { backend: WASM_BACKEND, sessionConfig: { intra_op_parallelism_threads: 1 } },
  { backend: TFJS_BACKEND, sessionConfig: { engine: 'wasm' } },
];

/** Numbers in [0, 1), spread evenly. */
function numbers(length: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => (index * 0.6180339887498949) % 1);
}

/** 28×28 pixels, 16 kernels of 3×3, 32 of 3×3 with strides of 2. */
function images() {
  return new Network({ seed: 0 }).within((network) => {
    const first = convolution(16, [28, 28, 1]);
    const second = convolution(32, [26, 26, 16], { strides: 2 });
    const input = new Node(new Float64Array(first.input.size));
    const [layer, next] = [first, second].map(({ output }) => {
      return new Ensemble({ nNeurons: output.size, dimensions: 1, neuronType: rectifiedLinear() });
    });
    new Connection(input, layer!.neurons, { transform: first, synapse: null });
    new Connection(layer!.neurons, next!.neurons, { transform: second, synapse: null });
    return { network, input, probe: new Probe(next!.neurons) };
  });
}

/** The second of these layers alone, shown spikes. */
function spikes() {
  return new Network({ seed: 0 }).within((network) => {
    const transform = convolution(32, [26, 26, 16], { strides: 2 });
    const input = new Node(new Float64Array(transform.input.size));
    const layer = new Ensemble({ nNeurons: transform.output.size, dimensions: 1, neuronType: rectifiedLinear() });
    new Connection(input, layer.neurons, { transform, synapse: null });
    return { network, input, probe: new Probe(layer.neurons) };
  });
}

/** Milliseconds of a minibatch, forwards and backwards, on one backend after another. */
async function trained(what: string, make: typeof images, density: number): Promise<Row> {
  const taken: number[] = [];
  for (const settings of BACKENDS) {
    const { network, input, probe } = make();
    const simulator = await Simulator.create(network, { minibatchSize: ITEMS, settings });
    const shown = numbers(ITEMS * input.sizeOut).map((value) => (density === 1 ? value : Number(value < density)));
    const inputs = [[input, ndarray(shown).reshape([ITEMS, 1, input.sizeOut])]] as const;
    const targets = [
      [probe, ndarray(new Float32Array(ITEMS * probe.sizeIn)).reshape([ITEMS, 1, probe.sizeIn])],
    ] as const;
    taken.push(await worked(() => simulator.train(inputs, { targets, optimizer: adam() })));
    await simulator.dispose();
  }
  const [ours, theirs] = taken as [number, number];
  return { what, unit: 'ms', values: { ndl: ours, 'tfjs wasm': theirs, 'plain loop': NaN, ratio: theirs / ours } };
}

/** Milliseconds of a step, and of the same product in a plain loop over all entries. */
async function multiplied(): Promise<Row> {
  const columns = Int32Array.from({ length: SIZE * PER_ROW }, (_, entry) => {
    const [row, position] = [Math.floor(entry / PER_ROW), entry % PER_ROW];
    return position * (SIZE / PER_ROW) + ((row * 37) % (SIZE / PER_ROW));
  });
  const rowStarts = Int32Array.from({ length: SIZE + 1 }, (_, row) => row * PER_ROW);
  const values = numbers(columns.length);
  const vectors = Array.from({ length: 10 }, (_, step) =>
    numbers(SIZE).map((_each, index) => Number((index * 0.618 + 0.1 * step) % 1 < DENSITY)),
  );
  const network = new Network({ seed: 0 }, () => {
    const input = new Node((t) => vectors[Math.round(1000 * t) % 10]!, { sizeOut: SIZE });
    const output = new Node({ sizeIn: SIZE });
    new Connection(input, output, { transform: sparse([SIZE, SIZE], { rowStarts, columns }, values), synapse: null });
    new Probe(output, { sampleEvery: 1 });
  });
  const simulator = await Simulator.create(network);
  const steps = 200;
  const ours = (await worked(() => simulator.runSteps(steps))) / steps;
  await simulator.dispose();
  const target = new Float32Array(SIZE);
  const plain = (vector: Float32Array): void => {
    for (let row = 0; row < SIZE; row++) {
      let sum = 0;
      for (let entry = rowStarts[row]!; entry < rowStarts[row + 1]!; entry++)
        sum += values[entry]! * vector[columns[entry]!]!;
      target[row] = sum;
    }
  };
  const loop = (await worked(() => vectors.forEach(plain))) / vectors.length;
  const what = `sparse ${SIZE} × ${SIZE}, ${columns.length} entries, ${100 * DENSITY} % spikes`;
  return { what, unit: 'ms', values: { ndl: ours, 'tfjs wasm': NaN, 'plain loop': loop, ratio: loop / ours } };
}

/** The median of some turns, warmed up. */
async function worked(call: () => unknown): Promise<number> {
  await warmedUp(async () => call());
  const taken: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const began = workedMilliseconds();
    await call();
    taken.push(workedMilliseconds() - began);
  }
  return median(taken);
}

export const transforms: Subject = {
  heading: `Transforms, minibatches of ${ITEMS}, forwards and backwards; a step of the sparse one:`,
  digits: 3,
  async measure() {
    return [
      await trained('28×28×1 → 3×3, 16 → 3×3, 32, strides 2', images, 1),
      await trained('26×26×16 → 3×3, 32, strides 2, 10 % spikes', spikes, 0.1),
      await multiplied(),
    ];
  },
};
