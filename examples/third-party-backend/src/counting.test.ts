/** @file What is counted is what can be worked out by hand. */
import { referenceBackend } from '@ndl/backend-reference';
import { configureSettings } from '@ndl/config';
import type { Executable, InputFeed, Settings } from '@ndl/core';
import { fullView, insertAxis, kernel, NO_TABLES, type Buffer, type Program } from '@ndl/ir';
import { Connection, Ensemble, lifRate, Network, Node, Probe } from '@ndl/model';
import { neurons } from '@ndl/neurons';
import { NOOP_PLANNER, noopPlannerPlugin, sorters } from '@ndl/planners';
import { Simulator } from '@ndl/simulator';
import { sgd } from '@ndl/training';
import { describe, expect, test } from 'vitest';
import {
  COUNTING_BACKEND,
  countingBackend,
  countingEntry,
  countsByObject,
  countsTable,
  OUTPUTS,
  Tally,
} from './index.ts';

const halved = kernel({ name: 'half and input', inputs: ['state', 'input'], parameters: [] }, (k) => ({
  output: k.add(k.multiply(k.inputs.state, 0.5), k.inputs.input),
}));

const buffer = (id: string, shape: readonly number[], rest: Pick<Buffer, 'role' | 'lifetime'>): Buffer => ({
  id,
  name: id,
  shape,
  items: rest.lifetime !== 'forever',
  steps: 'one',
  initial: 1,
  ...rest,
});
const x = buffer('x', [2], { role: 'input', lifetime: 'step' });
const weights = buffer('weights', [3, 2], { role: 'parameter', lifetime: 'forever' });
const product = buffer('product', [3], { role: 'temp', lifetime: 'step' });
const state = buffer('state', [3], { role: 'state', lifetime: 'run' });

/** state := state / 2 + weights · x, and once more + weights · x. */
const program: Program = {
  dtype: 'float32',
  dt: 0.001,
  scalars: [],
  buffers: [x, weights, product, state],
  sections: [
    {
      kind: 'steps',
      direction: 'ascending',
      instructions: [
        {
          kind: 'contract',
          label: 'product',
          members: [
            {
              left: fullView(weights),
              right: insertAxis(fullView(x), 0, 3),
              target: insertAxis(fullView(product), 1, 2),
            },
          ],
          events: 'right',
          mode: 'set',
        },
        {
          kind: 'map',
          label: 'filter',
          kernel: halved,
          inputs: [fullView(state), fullView(product)],
          parameters: [],
          outputs: [{ target: fullView(state), mode: 'set' }],
        },
        { kind: 'copy', label: 'sum', source: fullView(product), target: fullView(state), mode: 'add' },
      ],
    },
  ],
  inputs: [{ name: 'x', buffer: 'x', held: false }],
  outputs: [{ name: 'state', view: fullView(state), every: 2 }],
  hosts: [],
  symbols: { weights: fullView(weights), state: fullView(state) },
};

const ITEMS = 2;

/** Runs the program, of which x[1] of each item is always 0, for some steps. */
async function runSteps(executable: Executable, steps: number): Promise<void> {
  const data = Float32Array.from({ length: steps * ITEMS * 2 }, (_, index) => (index % 2 === 0 ? 1 : 0));
  const feed = new Map<string, InputFeed>([['x', { kind: 'sequence', data }]]);
  await executable.run({ program: 'run', items: ITEMS, steps, feed, state: 'carried', sink: { write: () => {} } });
}

async function executableOf(tally: Tally, dtype: Program['dtype']): Promise<Executable> {
  const backend = await countingEntry(tally).load({});
  const executable = await backend.create();
  await executable.add('run', { ...program, dtype }, NO_TABLES);
  return executable;
}

describe('a program', () => {
  test.each([
    ['float32', 4],
    ['float64', 8],
  ] as const)('costs in %s what its instructions say, for each step and item', async (dtype, width) => {
    const tally = new Tally();
    await runSteps(await executableOf(tally, dtype), 40);
    const times = 40 * ITEMS;
    // Each of 6 terms asks whether there was a spike; for half of them there was none.
    const productReads = 6 + 3;
    expect(Object.fromEntries(tally.byLabel)).toEqual({
      product: {
        multiplyAdds: 3 * times,
        operations: 0,
        reads: productReads * times,
        writes: 3 * times,
        bytes: (productReads + 3) * times * width,
      },
      filter: { multiplyAdds: 0, operations: 6 * times, reads: 6 * times, writes: 3 * times, bytes: 9 * times * width },
      sum: { multiplyAdds: 0, operations: 3 * times, reads: 6 * times, writes: 3 * times, bytes: 9 * times * width },
      // Read at every other step.
      [OUTPUTS]: {
        multiplyAdds: 0,
        operations: 0,
        reads: 1.5 * times,
        writes: 1.5 * times,
        bytes: 3 * times * width,
      },
    });
    expect(tally.total).toMatchObject({ multiplyAdds: 3 * times, operations: 9 * times });
  });

  test('costs the same in one call and in many, and nothing once the counts are reset', async () => {
    const [together, apart] = [new Tally(), new Tally()];
    await runSteps(await executableOf(together, 'float32'), 40);
    const executable = await executableOf(apart, 'float32');
    for (let call = 0; call < 40; call++) await runSteps(executable, 1);
    expect(apart.byLabel).toEqual(together.byLabel);
    apart.reset();
    expect(apart.byLabel).toEqual(new Map());
    await runSteps(executable, 40);
    expect(apart.byLabel).toEqual(together.byLabel);
  });
});

const [N, M, D] = [30, 20, 2];

/** Two populations: N neurons that represent D dimensions, whose product is decoded into M neurons. */
function productNetwork(settings: Partial<Settings> = { backend: COUNTING_BACKEND }): {
  readonly net: Network;
  readonly stimulus: Node;
  readonly connection: Connection;
  readonly probe: Probe;
} {
  const net = new Network({ seed: 0 });
  const objects = net.within(() => {
    configureSettings({ planner: NOOP_PLANNER, trainable: false, ...settings });
    const stimulus = new Node((t) => [Math.sin(6 * t), Math.cos(6 * t)]);
    const a = new Ensemble({ nNeurons: N, dimensions: D, neuronType: lifRate(), label: 'a' });
    const b = new Ensemble({ nNeurons: M, dimensions: 1, neuronType: lifRate(), label: 'b' });
    new Connection(stimulus, a, { synapse: null });
    const connection = new Connection(a, b, { function: (x) => x[0] * x[1], synapse: null, label: 'product' });
    return { stimulus, connection, probe: new Probe(b, { label: 'seen' }) };
  });
  net.config.of(objects.connection).trainable = true;
  return { net, ...objects };
}

const multiplyAddsIn = (tally: Tally): Record<string, number> =>
  Object.fromEntries(
    [...countsByObject(tally.byLabel)]
      .filter(([, { multiplyAdds }]) => multiplyAdds > 0)
      .map(([object, { multiplyAdds }]) => [object, multiplyAdds]),
  );

const withCounts = (tally: Tally) => ({ plugins: [neurons(), noopPlannerPlugin(), sorters(), countingBackend(tally)] });

describe('a network', () => {
  test('multiplies once per neuron and dimension, to encode and to decode', async () => {
    const tally = new Tally();
    await using sim = await Simulator.create(productNetwork().net, withCounts(tally));
    await sim.runSteps(10);
    expect(multiplyAddsIn(tally)).toEqual({ a: 10 * N * D, b: 10 * M, product: 10 * N, seen: 10 * M });
  });

  test('has the bits of the reference backend, which runs it where nobody asks for counts', async () => {
    const sampled = async (settings?: Partial<Settings>): Promise<{ samples: readonly number[]; counted: number }> => {
      const tally = new Tally();
      const { net, probe } = productNetwork(settings);
      const plugins = [...withCounts(tally).plugins, referenceBackend()];
      await using sim = await Simulator.create(net, { plugins });
      await sim.runSteps(20);
      return { samples: [...sim.data.get(probe).data], counted: tally.total.reads };
    };
    const [counting, other] = [await sampled(), await sampled({})];
    expect(counting.samples).toEqual(other.samples);
    expect(counting.counted).toBeGreaterThan(0);
    expect(other.counted).toBe(0);
  });

  test('multiplies as often again for what is learnt, and for what lies behind it', async () => {
    const tally = new Tally();
    const { net, stimulus, probe } = productNetwork();
    await using sim = await Simulator.create(net, withCounts(tally));
    tally.reset();
    // One item of ten steps.
    const inputs = [Array.from({ length: 10 }, (_, step) => [step / 10, 0.5])];
    const targets = [Array.from({ length: 10 }, (_, step) => [step / 20])];
    await sim.train([[stimulus, inputs]], { targets: [[probe, targets]], optimizer: sgd() });
    expect(multiplyAddsIn(tally)).toMatchObject({
      product: 10 * N,
      'gradient of product': 10 * N,
      'gradient of seen': 10 * M,
      'gradient of b': 10 * M,
    });
    expect(multiplyAddsIn(tally)).not.toHaveProperty('gradient of a');
  });
});

test('a table has a line for each object, and their sum', () => {
  const counts = { multiplyAdds: 1200, operations: 0, reads: 2400, writes: 12, bytes: 9648 };
  const byLabel = new Map([
    ['a: encode', counts],
    ['a: neurons', counts],
    ['b: encode, c: encode', counts],
  ]);
  expect(countsTable(countsByObject(byLabel)).split('\n')).toEqual([
    '       multiply-adds  operations  reads  writes   bytes',
    'a              2,400           0  4,800      24  19,296',
    'b, c           1,200           0  2,400      12   9,648',
    'total          3,600           0  7,200      36  28,944',
  ]);
});
