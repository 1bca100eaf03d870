/**
 * @file Gradients of matrices, sums over items and steps of any number, have the bits of the reference backend: numbers of terms around
 * those that loops of the compiled backend are written out for.
 */
import { expect, test } from 'vitest';
import {
  Connection,
  Network,
  Node,
  Probe,
  RandomState,
  REFERENCE_BACKEND,
  sgd,
  Simulator,
  WASM_BACKEND,
  type Settings,
} from './index.ts';

const [SIZE_IN, SIZE_OUT] = [18, 37];

/** The weights after one update, of random data. */
async function trained(items: number, steps: number, settings: Partial<Settings>): Promise<ArrayLike<number>> {
  const random = new RandomState(items + 100 * steps);
  const draw = (size: number): number[][][] =>
    Array.from({ length: items }, () => Array.from({ length: steps }, () => [...random.normal(0, 1, size)]));
  const { net, input, connection, probe } = new Network({ seed: 1 }).within((net) => {
    const [input, output] = [new Node({ sizeIn: SIZE_IN }), new Node({ sizeIn: SIZE_OUT })];
    const source = new Node(new Array<number>(SIZE_IN).fill(0));
    new Connection(source, input, { synapse: null });
    const transform = Array.from({ length: SIZE_OUT }, () => [...random.normal(0, 1, SIZE_IN)]);
    const connection = new Connection(input, output, { transform, synapse: null });
    return { net, input: source, connection, probe: new Probe(output) };
  });
  await using sim = await Simulator.create(net, { settings });
  await sim.train([[input, draw(SIZE_IN)]], {
    targets: [[probe, draw(SIZE_OUT)]],
    optimizer: sgd({ learningRate: 0.1 }),
    minibatchSize: items,
  });
  return sim.data.get(connection).weights!.data;
}

test.each(['float32', 'float64'] as const)('%s', async (dtype) => {
  for (const [items, steps] of [1, 2, 3, 4, 5, 7].flatMap((items) =>
    [1, 2, 3].map((steps) => [items, steps] as const),
  )) {
    const [expected, made] = await Promise.all(
      [REFERENCE_BACKEND, WASM_BACKEND].map((backend) => trained(items, steps, { backend, dtype })),
    );
    expect({ items, steps, weights: Array.from(made!) }).toEqual({ items, steps, weights: Array.from(expected!) });
  }
});
