/**
 * @file The layer that native programs are measured on, described for ndl and written down for them: encode - LIF step - decode - filter.
 * All read the same tables, so that the same neurons spike.
 */
import { writeFileSync } from 'node:fs';
import {
  Connection,
  Ensemble,
  lif,
  lowpass,
  NdArray,
  Network,
  Node,
  noSolver,
  Probe,
  RandomState,
  Simulator,
} from 'ndl';
import { warmedUp } from './warmed-up.ts';
import { workedMilliseconds } from './worked-milliseconds.ts';
import { median } from './median.ts';

/** One population of LIF neurons with Nengo's constants, in steps of a millisecond, decoded through a filter of 5 ms. */
export interface Layer {
  readonly neurons: number;
  readonly dimensions: number;
  readonly items: number;
  /** What is fed in has other values at each of so many steps; then it begins again. */
  readonly steps: number;
  /** Whether what is decoded is added to the input of the next step: then no step can be computed before the one ahead of it. */
  readonly recurrent: boolean;
}

const SHAPES = [
  { neurons: 1000, dimensions: 64, items: 1, steps: 500 },
  { neurons: 1000, dimensions: 64, items: 64, steps: 50 },
  { neurons: 5000, dimensions: 128, items: 16, steps: 50 },
] as const;

export const LAYERS: readonly Layer[] = [false, true].flatMap((recurrent) =>
  SHAPES.map((shape) => ({ ...shape, recurrent })),
);

/** What one process found. */
export interface LayerFigure {
  /** Microseconds of work per step, all items together: the median of the repetitions. */
  readonly figure: number;
  /** Spikes per neuron and second, while the table is fed for the second time. */
  readonly rate: number;
}

interface Tables {
  /** [dimensions, neurons]; gains are in them. */
  readonly encoders: Float32Array;
  /** [neurons] */
  readonly bias: Float32Array;
  /** [neurons, dimensions] */
  readonly decoders: Float32Array;
  /** Before the first step, [neurons]. */
  readonly voltage: Float32Array;
  /** [steps, items, dimensions] */
  readonly input: Float32Array;
}

/** Half of the neurons fire by themselves, slowly; vectors of a length around 0.6 come in. */
function tablesOf({ neurons, dimensions, items, steps }: Layer): Tables {
  const random = new RandomState(1);
  return {
    encoders: Float32Array.from(random.normal(0, 1, dimensions * neurons)),
    bias: Float32Array.from(random.uniform(0, 2, neurons)),
    decoders: Float32Array.from(random.normal(0, 0.03 / neurons, neurons * dimensions)),
    voltage: Float32Array.from(random.uniform(0, 1, neurons)),
    input: Float32Array.from(random.uniform(-1, 1, steps * items * dimensions), (x) => x / Math.sqrt(dimensions)),
  };
}

/** Writes the layer for `tools/bench/native`: five int32 (neurons, dimensions, items, steps, whether recurrent), then float32. */
export function writeTables(file: string, layer: Layer): void {
  const { encoders, bias, decoders, voltage, input } = tablesOf(layer);
  const { neurons, dimensions, items, steps, recurrent } = layer;
  const header = Int32Array.of(neurons, dimensions, items, steps, Number(recurrent));
  writeFileSync(file, Buffer.concat([header, encoders, bias, decoders, voltage, input].map(bytesOf)));
}

/** Runs the layer on the default backend, once through its table per repetition. What is decoded is recorded at the last step. */
export async function measureLayer(layer: Layer, repetitions: number): Promise<LayerFigure> {
  const { items, neurons, steps } = layer;
  const tables = tablesOf(layer);
  const data = itemsInFront(tables.input, layer);
  const spiking = networkOf(layer, tables, (population) => new Probe(population.neurons));
  const spikes = await Simulator.create(spiking.network, { minibatchSize: items });
  await spikes.runSteps(steps, { inputs: [[spiking.stimulus, data]] });
  spikes.clearProbes();
  await spikes.runSteps(steps, { inputs: [[spiking.stimulus, data]] });
  // Spikes are as high as there are steps in a second.
  const rate = sumOf(spikes.data.get(spiking.probe).data) / (items * steps * neurons);
  await spikes.dispose();

  const { network, stimulus } = networkOf(
    layer,
    tables,
    (_, decoded) => new Probe(decoded, { sampleEvery: steps / 1000 }),
  );
  const settings = { sessionConfig: { intra_op_parallelism_threads: 1 } };
  const simulator = await Simulator.create(network, { minibatchSize: items, settings });
  const once = async (): Promise<number> => {
    const began = workedMilliseconds();
    await simulator.runSteps(steps, { inputs: [[stimulus, data]] });
    simulator.clearProbes();
    return (1000 * (workedMilliseconds() - began)) / steps;
  };
  await warmedUp(once);
  const times: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition++) times.push(await once());
  await simulator.dispose();
  return { figure: median(times), rate };
}

function networkOf(layer: Layer, tables: Tables, probed: (population: Ensemble, decoded: Node) => Probe) {
  const { neurons, dimensions, recurrent } = layer;
  const network = new Network({ seed: 0 });
  return network.within(() => {
    const stimulus = new Node(new Array<number>(dimensions).fill(0));
    const population = new Ensemble({
      nNeurons: neurons,
      dimensions,
      encoders: transposed(tables.encoders, dimensions, neurons),
      normalizeEncoders: false,
      gain: new Array<number>(neurons).fill(1),
      bias: tables.bias,
      nEvalPoints: 1,
      neuronType: lif({ initialState: { voltage: tables.voltage } }),
    });
    const decoded = new Node({ sizeIn: dimensions });
    new Connection(stimulus, population, { synapse: null });
    new Connection(population, decoded, {
      solver: noSolver({ values: new NdArray(tables.decoders, [neurons, dimensions]) }),
      synapse: lowpass(0.005),
    });
    if (recurrent) new Connection(decoded, population, { synapse: null });
    return { network, stimulus, probe: probed(population, decoded) };
  });
}

function transposed(values: Float32Array, rows: number, columns: number): NdArray {
  const result = values.map((_, index) => values[(index % rows) * columns + Math.floor(index / rows)]!);
  return new NdArray(result, [columns, rows]);
}

/** [steps, items, dimensions] as ndl takes it: [items, steps, dimensions]. */
function itemsInFront(input: Float32Array, { dimensions, items, steps }: Layer): NdArray {
  const result = new Float32Array(input.length);
  for (let step = 0; step < steps; step++)
    for (let item = 0; item < items; item++) {
      const from = (step * items + item) * dimensions;
      result.set(input.subarray(from, from + dimensions), (item * steps + step) * dimensions);
    }
  // One item may have its axis, too, where `minibatchSize` is given.
  return new NdArray(result, [items, steps, dimensions]);
}

function sumOf(values: NdArray['data']): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array | Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
