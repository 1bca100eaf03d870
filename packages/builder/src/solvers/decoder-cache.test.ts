/** @file What solvers found is used again where nothing changed, bit for bit, and nowhere else. */
import {
  defineSolver,
  Connection,
  Ensemble,
  lstsqL2,
  lstsqL2nz,
  lstsqNoise,
  Network,
  Node,
  Probe,
  type Solver,
} from '@ndl/model';
import { ndarray, zeros } from '@ndl/numerics';
import { expect, test } from 'vitest';
import { build, DEFINITIONS } from '../building/build.test-helper.ts';
import { DecoderCache } from '../index.ts';

interface Change {
  readonly power?: number;
  readonly nNeurons?: number;
  readonly radius?: number;
  readonly solver?: Solver;
  readonly seed?: number;
}

function networkWith({ power = 2, nNeurons = 20, radius = 1, solver = lstsqL2(), seed = 3 }: Change = {}): Network {
  return new Network({ seed: 0 }, () => {
    const a = new Ensemble({ nNeurons, dimensions: 1, radius, seed });
    const b = new Ensemble({ nNeurons: 15, dimensions: 1, seed: 4 });
    new Connection(a, b, { function: ([x = 0]) => x ** power, solver, seed: 5 });
    new Connection(b, new Node({ sizeIn: 1 }), { seed: 6 });
  });
}

/** Initial contents of all signals, by name. */
async function arraysOf(network: Network, decoderCache?: DecoderCache): Promise<Record<string, readonly number[]>> {
  const graph = await build(network, { decoderCache });
  return Object.fromEntries(graph.signals.map(({ name, initial }) => [name, [...ndarray(initial).data]]));
}

test('a network that did not change is built of what is kept, bit for bit', async () => {
  for (const solver of [lstsqL2(), lstsqNoise(), lstsqL2nz(), lstsqL2({ weights: true })]) {
    const cache = new DecoderCache();
    const plain = await arraysOf(networkWith({ solver }));
    expect(await arraysOf(networkWith({ solver }), cache)).toEqual(plain);
    expect([cache.solved, cache.reused]).toEqual([2, 0]);
    expect(await arraysOf(networkWith({ solver }), cache)).toEqual(plain);
    expect([cache.solved, cache.reused]).toEqual([2, 2]);
  }
});

test.each<[string, Change]>([
  ['function', { power: 3 }],
  ['number of neurons', { nNeurons: 21 }],
  ['radius', { radius: 2 }],
  ['seed', { seed: 7 }],
  ['solver', { solver: lstsqL2({ regularization: 0.2 }) }],
])('another %s is solved anew, and what it leaves alone is kept', async (_what, change) => {
  const cache = new DecoderCache();
  await arraysOf(networkWith(), cache);
  expect(await arraysOf(networkWith(change), cache)).toEqual(await arraysOf(networkWith(change)));
  expect([cache.solved, cache.reused]).toEqual([3, 1]);
});

test('what a network does to its decoders does not reach those that are kept', async () => {
  const cache = new DecoderCache();
  const before = await arraysOf(networkWith(), cache);
  const graph = await build(networkWith(), { decoderCache: cache });
  for (const { solverErrors, weights } of graph.connections.values()) {
    (solverErrors?.data as Float64Array | undefined)?.fill(9);
    (weights?.data as Float64Array | undefined)?.fill(9);
  }
  expect(await arraysOf(networkWith(), cache)).toEqual(before);
});

test('solvers of others are always asked, and what is cleared is forgotten', async () => {
  let asked = 0;
  const zeroSolver = {
    kind: 'zero',
    needsActivities: true,
    solve: (
      _solver: Solver,
      activities: { readonly shape: readonly number[] },
      targets: { readonly shape: readonly number[] },
    ) => {
      asked++;
      return { weights: zeros([activities.shape[1]!, targets.shape[1]!]), errors: zeros([targets.shape[1]!]) };
    },
  };
  const definitions = { ...DEFINITIONS, solvers: [...DEFINITIONS.solvers, zeroSolver] };
  const cache = new DecoderCache();
  const network = new Network({ seed: 0 }, () => {
    const a = new Ensemble({ nNeurons: 10, dimensions: 1 });
    new Probe(a, { solver: defineSolver({ kind: 'zero', weights: false, compositional: true }) });
    new Probe(a);
  });
  for (let time = 0; time < 2; time++) await build(network, { definitions, decoderCache: cache });
  expect([asked, cache.solved, cache.reused]).toEqual([2, 1, 1]);
  cache.clear();
  await build(network, { definitions, decoderCache: cache });
  expect(cache.solved).toBe(2);
});
