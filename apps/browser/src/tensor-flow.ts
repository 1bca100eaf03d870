/** @file What TensorFlow.js gives in a page, with the WebAssembly that its plugin carries, beside the backend that is taken where none is named. */
import {
  adam,
  Connection,
  Ensemble,
  meanSquaredError,
  NdArray,
  Network,
  Node,
  Probe,
  Simulator,
  softLifRate,
  TFJS_BACKEND,
  type Settings,
} from 'ndl';

/** What came of a network on TensorFlow.js. */
export interface TensorFlowReport {
  /** What the backend says of itself. */
  readonly description: string;
  readonly warnings: readonly string[];
  /** The largest distance of a number from that of the default backend, of outputs before training and of losses. */
  readonly apart: number;
  /** What the default backend says of itself, and what was said of it. */
  readonly usual: { readonly description: string; readonly warnings: readonly string[] };
}

/** Runs and trains a network there and on the default backend. @param threads that the engine is asked for */
export async function reportTensorFlow(threads: number): Promise<TensorFlowReport> {
  const warnings: string[] = [];
  const sessionConfig = { intra_op_parallelism_threads: threads };
  const there = await compute({ backend: TFJS_BACKEND, sessionConfig }, (warning) => void warnings.push(warning));
  const ofUsual: string[] = [];
  const here = await compute({}, (warning) => void ofUsual.push(warning));
  const apart = Math.max(...there.numbers.map((value, index) => Math.abs(value - here.numbers[index]!)));
  const usual = { description: here.description, warnings: ofUsual };
  return { description: there.description, warnings, apart, usual };
}

async function compute(
  settings: Partial<Settings>,
  onWarning: (warning: string) => void,
): Promise<{ readonly description: string; readonly numbers: readonly number[] }> {
  const net = new Network({ seed: 0 });
  const [input, output] = net.within(() => {
    const node = new Node([0.5]);
    const ensemble = new Ensemble({ nNeurons: 40, dimensions: 1, neuronType: softLifRate() });
    new Connection(node, ensemble, { synapse: null });
    return [node, new Probe(ensemble, { synapse: null })];
  });
  await using sim = await Simulator.create(net, { settings, onWarning });
  await sim.runSteps(20);
  const before = sim.data.get(output).data;
  const { epochs } = await sim.train([[input, new NdArray(Float32Array.of(-0.5, 0, 0.5, 1), [4, 1, 1])]], {
    targets: [[output, new NdArray(Float32Array.of(0.25, 0, 0.25, 1), [4, 1, 1])]],
    losses: meanSquaredError(),
    optimizer: adam({ learningRate: 0.01 }),
    minibatchSize: 4,
    epochs: 3,
  });
  return {
    description: sim.backend.description,
    numbers: [...before, ...epochs.map(({ training }) => training['loss']!)],
  };
}
