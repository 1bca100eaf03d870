/**
 * @file What crosses the border of a device. No call reads synchronously, on any engine; on a device, what is asked for comes
 * with one read, and what is fed goes with one write. The device here is tfjs's cpu engine, used as a GPU is.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  adam,
  Connection,
  defaultPlugins,
  Ensemble,
  hostLoss,
  meanSquaredError,
  NdArray,
  Network,
  Node,
  Probe,
  Simulator,
  TFJS_BACKEND,
  tfjs,
} from './index.ts';
import { loadParameters, saveParameters } from './node.ts';

type TfjsOptions = NonNullable<Parameters<typeof tfjs>[0]>;

/** What is watched of an engine of tfjs. */
interface WatchedEngine {
  readonly data: { get(id: object): { readonly values: Float32Array } };
  read(id: object): Promise<Float32Array>;
  readSync(id: object): Float32Array;
  bufferSync?(info: object): unknown;
}

/** tfjs itself, where it keeps itself. */
interface TensorFlowEngine {
  findBackend(name: string): WatchedEngine;
  makeTensor(values: ArrayLike<number>, shape: number[], dtype: string): { dataSync(): Float32Array; dispose(): void };
}

const tensorFlow = (): TensorFlowEngine =>
  (globalThis as unknown as { readonly _tfengine: TensorFlowEngine })._tfengine;

const traffic = { reads: 0, writes: 0 };
const restore: (() => void)[] = [];

/** Replaces a method until the test is over. */
function replace<Owner extends object, Name extends keyof Owner>(
  owner: Owner,
  name: Name,
  make: (original: Owner[Name]) => Owner[Name],
): void {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  const original = owner[name];
  owner[name] = make(original);
  restore.push(() => {
    if (own === undefined) delete owner[name];
    else Object.defineProperty(owner, name, own);
  });
}

/** Forbids synchronous reads, and counts what is read and written otherwise. */
function watch(engine: string): void {
  const tf = tensorFlow();
  const backend = tf.findBackend(engine);
  const forbidden = (name: string) => (): never => {
    throw new Error(`${name} was called`);
  };
  const tensor = tf.makeTensor([0], [1], 'float32');
  const prototype = Object.getPrototypeOf(tensor) as typeof tensor;
  tensor.dispose();
  replace(prototype, 'dataSync', () => forbidden('dataSync'));
  // Kernels of the cpu engine may look at their own operands.
  let isInKernel = false;
  replace(
    backend,
    'readSync',
    (original) => (id) => (isInKernel ? original.call(backend, id) : forbidden('readSync')()),
  );
  if (backend.bufferSync !== undefined) {
    replace(backend, 'bufferSync', (original) => (info) => {
      isInKernel = true;
      try {
        return original!.call(backend, info);
      } finally {
        isInKernel = false;
      }
    });
  }
  replace(backend, 'read', () => async (id) => {
    traffic.reads += 1;
    await Promise.resolve();
    return backend.data.get(id).values;
  });
  replace(tf, 'makeTensor', (original) => (...given) => {
    traffic.writes += 1;
    return original.apply(tf, given);
  });
}

/** What a call reads and writes. */
async function trafficOf(call: () => Promise<unknown>): Promise<{ readonly reads: number; readonly writes: number }> {
  const before = { ...traffic };
  await call();
  return { reads: traffic.reads - before.reads, writes: traffic.writes - before.writes };
}

/** A node that is fed, two populations and, where asked for, functions of the host language. */
function network({ withFunctions }: { readonly withFunctions: boolean }): Network {
  return new Network({ seed: 2 }, () => {
    const input = new Node([0.5], { label: 'input' });
    const [a, b] = [new Ensemble({ nNeurons: 6, dimensions: 1 }), new Ensemble({ nNeurons: 5, dimensions: 1 })];
    new Connection(input, a);
    new Connection(a, b, { function: ([x]) => x! * x! });
    new Connection(b, b, { synapse: 0.1 });
    if (withFunctions) {
      const doubled = new Node((_time: number, x: ArrayLike<number>) => [2 * x[0]!], { sizeIn: 1 });
      new Connection(b, doubled);
      new Connection(doubled, a);
    }
    new Probe(b, { synapse: 0.02 });
    new Probe(a.neurons);
  });
}

async function simulatorOn(net: Network, options: TfjsOptions): Promise<Simulator> {
  const plugins = defaultPlugins().filter(({ name }) => name !== '@ndl/backend-tfjs');
  return Simulator.create(net, { plugins: [...plugins, tfjs(options)], settings: { backend: TFJS_BACKEND } });
}

const sequence = (items: number, steps: number): NdArray =>
  new NdArray(
    Float64Array.from({ length: items * steps }, (_, index) => Math.sin(index)),
    [items, steps, 1],
  );

const ENGINES: readonly (readonly [string, TfjsOptions & { readonly engine: string }])[] = [
  ['wasm', { engine: 'wasm' }],
  ['cpu', { engine: 'cpu' }],
  ['a device', { engine: 'cpu', maps: 'operations' }],
];

beforeEach(() => Object.assign(traffic, { reads: 0, writes: 0 }));
afterEach(() => restore.splice(0).forEach((undo) => undo()));

describe.each(ENGINES)('nothing is read synchronously on %s', (_, options) => {
  test('by runs, streams, training, evaluation, prediction, saving and checks of gradients', async () => {
    const net = network({ withFunctions: true });
    const probe = net.probes[0]!;
    await using simulator = await simulatorOn(net, options);
    watch(options.engine);
    await simulator.runSteps(5);
    await simulator.runSteps(3, { inputs: sequence(1, 3) });
    for await (const piece of simulator.stream({ steps: 4, every: 2 })) expect(piece.get(probe).size).toBe(2);
    expect(simulator.data.get(probe).shape).toEqual([8, 1]);
    const targets = [[probe, sequence(4, 6)]] as const;
    const inputs = sequence(4, 6);
    await simulator.train(inputs, { targets, optimizer: adam(), minibatchSize: 3, truncation: 4 });
    const mine = hostLoss({
      label: 'mine',
      call: (output) => ({ loss: output[0]! ** 2, gradient: Array.from(output, (value) => 2 * value) }),
    });
    await simulator.train(inputs, { targets, losses: mine, optimizer: adam(), minibatchSize: 4 });
    await simulator.evaluate(inputs, { targets, losses: meanSquaredError() });
    await simulator.predict(inputs);
    await simulator.predict(inputs, { mode: 'rate' });
    const path = join(await mkdtemp(join(tmpdir(), 'ndl-')), 'parameters.npz');
    await saveParameters(simulator, path);
    await loadParameters(simulator, path);
    simulator.reset();
    await simulator.runSteps(2);
    const linear = new Network({ seed: 0 }, () => {
      const output = new Node({ sizeIn: 1 });
      new Connection(new Node([0.5]), output, { transform: 2, synapse: null });
      new Probe(output);
    });
    await using checked = await simulatorOn(linear, options);
    await checked.checkGradients();
  });
});

describe('a device is read and written once per call, not per step', () => {
  const device: TfjsOptions = { engine: 'cpu', maps: 'operations' };

  test('outputs of a run come with one read, however many steps and probes', async () => {
    await using simulator = await simulatorOn(network({ withFunctions: false }), device);
    await simulator.runSteps(5);
    watch('cpu');
    expect(await trafficOf(() => simulator.runSteps(50))).toMatchObject({ reads: 1 });
    expect(await trafficOf(() => simulator.runSteps(200))).toMatchObject({ reads: 1 });
  });

  test('what is fed is written once per call', async () => {
    await using simulator = await simulatorOn(network({ withFunctions: false }), device);
    await simulator.runSteps(1, { inputs: sequence(1, 1) });
    watch('cpu');
    const short = await trafficOf(() => simulator.runSteps(10, { inputs: sequence(1, 10) }));
    const long = await trafficOf(() => simulator.runSteps(60, { inputs: sequence(1, 60) }));
    expect(long).toEqual(short);
    expect(long.writes).toBeGreaterThan(0);
  });

  test('the loss of a minibatch is one read, however many steps and blocks', async () => {
    const net = network({ withFunctions: false });
    await using simulator = await simulatorOn(net, device);
    const train = (steps: number, items: number) =>
      simulator.train(sequence(items, steps), {
        targets: [[net.probes[0]!, sequence(items, steps)]],
        optimizer: adam(),
        minibatchSize: 2,
        truncation: 10,
      });
    await train(10, 2);
    watch('cpu');
    const one = await trafficOf(() => train(10, 2));
    const blocks = await trafficOf(() => train(40, 2));
    const minibatches = await trafficOf(() => train(10, 6));
    expect(blocks.reads).toBe(one.reads);
    expect(minibatches.reads - one.reads).toBe(2);
    // One write of inputs and one of targets per block, and the factors that a block changes.
    expect((blocks.writes - one.writes) / 3).toBeLessThan(12);
    const steps = await trafficOf(() =>
      simulator.train(sequence(2, 80), {
        targets: [[net.probes[0]!, sequence(2, 80)]],
        optimizer: adam(),
        minibatchSize: 2,
        truncation: 80,
      }),
    );
    expect(steps.writes).toBeLessThanOrEqual(one.writes + 12);
  });
});
