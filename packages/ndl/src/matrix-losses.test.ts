/** @file Losses on probes of any shape: penalties on weights, encoders and what else is probed. */
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  Connection,
  Ensemble,
  hostLoss,
  kernel,
  kernelLoss,
  lowpass,
  meanSquaredError,
  Network,
  Node,
  Probe,
  rectifiedLinear,
  REFERENCE_BACKEND,
  sgd,
  Simulator,
  TFJS_BACKEND,
  type NdArray,
  type Objective,
  type Settings,
} from './index.ts';
import { expectClose } from './linear-network.test-helper.ts';
import { failing, simulate } from './reference-simulator.test-helper.ts';

const RATE = 0.1;
const square = kernelLoss({
  kernel: kernel({ name: 'square', inputs: ['output'] }, (k) => ({
    loss: k.multiply(k.inputs.output, k.inputs.output),
  })),
});
const hostSquare = hostLoss({
  label: 'square',
  call: (output) => ({
    loss: Array.from(output).reduce((sum, value) => sum + value ** 2, 0) / output.length,
    gradient: Array.from(output, (value) => (2 * value) / output.length),
  }),
});

interface Penalized {
  readonly net: Network;
  readonly probe: Probe;
  readonly read: (sim: Simulator) => NdArray;
}

/** Probes of parameters of every shape; each probe's loss is to pull its parameter to 0. */
const penalized: Readonly<Record<string, () => Penalized>> = {
  'a scalar transform': () => connected(0.5),
  'a diagonal transform': () => connected([0.5, 1]),
  'a matrix': () => connected([[0.5, 1], [2, 3]]), // prettier-ignore
  'a wide matrix': () => {
    const net = new Network({ seed: 0 });
    return net.within(() => {
      const output = new Node({ sizeIn: 2 });
      const connection = new Connection(new Node([1, 1, 1]), output, { synapse: null, transform: [[0.5, 1, -1], [2, 3, 4]] }); // prettier-ignore
      return {
        net,
        probe: new Probe(connection, { attribute: 'weights' }),
        read: (sim) => sim.data.get(connection).weights!,
      };
    });
  },
  'a matrix of one row': () => {
    const net = new Network({ seed: 0 });
    return net.within(() => {
      const output = new Node({ sizeIn: 1 });
      const connection = new Connection(new Node([1, 1]), output, { synapse: null, transform: [[0.5, 1]] });
      return {
        net,
        probe: new Probe(connection, { attribute: 'weights' }),
        read: (sim) => sim.data.get(connection).weights!,
      };
    });
  },
  'a connection between slices': () => {
    const net = new Network({ seed: 0 });
    return net.within(() => {
      const [input, output] = [new Node([1, 1, 1]), new Node({ sizeIn: 3 })];
      const connection = new Connection(input.at([2, 0]), output.at([1, 2]), { synapse: null, transform: [[0.5, 1], [2, 3]] }); // prettier-ignore
      return {
        net,
        probe: new Probe(connection, { attribute: 'weights' }),
        read: (sim) => sim.data.get(connection).weights!,
      };
    });
  },
  decoders: () => {
    const net = new Network({ seed: 0 });
    return net.within(() => {
      const ensemble = new Ensemble({ nNeurons: 6, dimensions: 2, neuronType: rectifiedLinear() });
      const connection = new Connection(ensemble, new Node({ sizeIn: 2 }), { synapse: null });
      return {
        net,
        probe: new Probe(connection, { attribute: 'weights' }),
        read: (sim) => sim.data.get(connection).weights!,
      };
    });
  },
  'scaled encoders': () => {
    const net = new Network({ seed: 0 });
    return net.within(() => {
      const ensemble = new Ensemble({ nNeurons: 5, dimensions: 2, neuronType: rectifiedLinear() });
      new Connection(new Node([0.1, 0.2]), ensemble, { synapse: null });
      return {
        net,
        probe: new Probe(ensemble, { attribute: 'scaledEncoders' }),
        read: (sim) => sim.data.get(ensemble).scaledEncoders,
      };
    });
  },
};

function connected(transform: number | number[] | number[][]): Penalized {
  const net = new Network({ seed: 0 });
  return net.within(() => {
    const output = new Node({ sizeIn: 2 });
    const connection = new Connection(new Node([1, 1]), output, { synapse: null, transform });
    return {
      net,
      probe: new Probe(connection, { attribute: 'weights' }),
      read: (sim) => sim.data.get(connection).weights!,
    };
  });
}

const losses: readonly (readonly [string, Objective])[] = [
  ['a kernel', square],
  ['the mean squared error', meanSquaredError()],
  ['the mean squared error of what is asked for', meanSquaredError({ missing: 'ignore' })],
  ['a host loss', hostSquare],
];

describe.each([
  ['reference', { backend: REFERENCE_BACKEND, dtype: 'float64' }, 1e-12],
  ['tfjs', { backend: TFJS_BACKEND, sessionConfig: { engine: 'cpu' } }, 1e-5],
] as [string, Partial<Settings>, number][])('on %s', (_, settings, tolerance) => {
  describe.each(Object.entries(penalized))('a penalty on %s', (__, make) => {
    it.each(losses)('by %s', async (___, loss) => {
      const { net, probe, read } = make();
      await using sim = await Simulator.create(net, { settings });
      const before = [...read(sim).data];
      const items = 3;
      await sim.train(new Map(), {
        targets: [[probe, Array.from({ length: items }, () => before.map(() => 0))]],
        losses: loss,
        optimizer: sgd({ learningRate: RATE }),
        steps: 2,
      });
      // The mean of w² over the elements of w, at each item and step the same: slope 2 w / size.
      expectClose(
        read(sim).data,
        before.map((w) => w - (RATE * 2 * w) / before.length),
        tolerance,
      );
    });
  });
});

describe('a filtered probe of a matrix', () => {
  it('is learnt from through its synapse', async () => {
    const net = new Network({ seed: 0 });
    const { connection, probe } = net.within(() => {
      const connection = new Connection(new Node([1, 1]), new Node({ sizeIn: 2 }), { synapse: null, transform: [[1, 2], [3, 4]] }); // prettier-ignore
      return { connection, probe: new Probe(connection, { attribute: 'weights', synapse: lowpass(0) }) };
    });
    await using sim = await simulate(net);
    const zeros = [[[0, 0], [0, 0]]]; // prettier-ignore
    const { epochs } = await sim.train(new Map(), {
      targets: [[probe, zeros]],
      optimizer: sgd({ learningRate: RATE }),
      steps: 4,
    });
    // What the probe records at step t is the filter's input at step t: lowpass(0) is no filter in Nengo's probes but for its step.
    const predicted = (await sim.predict(new Map([[net.nodes[0]!, [[1, 1]]]]), { steps: 4 })).get(probe)!;
    expect(predicted.shape).toEqual([1, 4, 2, 2]);
    const report = await sim.checkGradients({ targets: [[probe, zeros]], steps: 4 });
    expect(report.irAgainstDifferences.error).toBeLessThan(1e-6);
    expect(epochs[0]!.training['loss']).toBeGreaterThan(0);
    expect(sim.data.get(connection).weights!.data[3]).toBeLessThan(4);
  });
});

describe('targets of a matrix', () => {
  const matrix = [[1, 2, 3], [4, 5, 6]]; // prettier-ignore
  const create = (): { net: Network; probe: Probe; other: Probe } => {
    const net = new Network({ seed: 0 });
    return net.within(() => {
      const connection = new Connection(new Node([1, 1, 1]), new Node({ sizeIn: 2 }), {
        synapse: null,
        transform: matrix,
        label: 'penalized',
      });
      const probe = new Probe(connection, { attribute: 'weights', label: 'weights' });
      return { net, probe, other: new Probe(net.nodes[1]!, { label: 'output' }) };
    });
  };
  // Each element's error is its number: 91 / 6.
  const minus = (by: number): number[][] => matrix.map((row) => row.map((value) => value - by * value));
  const flat = minus(1).flat();

  it.each([
    ['[items, rows, columns]', [minus(1), minus(1)]],
    [
      '[items, steps, rows, columns]',
      [
        [minus(1), minus(1), minus(1)],
        [minus(1), minus(1), minus(1)],
      ],
    ],
    ['[items, size], row after row', [flat, flat]],
    [
      '[items, steps, size], row after row',
      [
        [flat, flat, flat],
        [flat, flat, flat],
      ],
    ],
  ] as [string, never][])('may be %s', async (_, targets) => {
    const { net, probe } = create();
    await using sim = await simulate(net);
    const { loss } = await sim.evaluate(new Map(), { targets: [[probe, targets]], steps: 3 });
    expect(loss).toBeCloseTo(91 / 6, 12);
  });

  it('stand row after row', async () => {
    const { net, probe } = create();
    await using sim = await simulate(net);
    const { loss } = await sim.evaluate(new Map(), { targets: [[probe, [matrix]]] });
    expect(loss).toBe(0);
    const reports = await sim.evaluate(new Map(), {
      targets: [[probe, [[[0, 0, 0], [0, 0, 1]], [[1, 0, 0], [0, 0, 0]]]]],
      metrics: accuracy(),
    }); // prettier-ignore
    // The largest of all elements is the last: right for the first item, wrong for the second.
    expect(reports['accuracy']).toBe(0.5);
  });

  it.each([
    [
      'transposed',
      [
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ],
    ],
    ['of another size', [[1, 2, 3, 4, 5]]],
    ['without items', matrix],
  ] as [string, never][])('%s are refused, with the shapes that fit', async (_, targets) => {
    const { net, probe } = create();
    await using sim = await simulate(net);
    await expect(sim.evaluate(new Map(), { targets: [[probe, targets]] })).rejects.toEqual(
      failing('SHAPE_MISMATCH', /probe weights must be \[items, steps, 2, 3\], or \[items, 2, 3\].*\[items, 6\]/),
    );
  });
});

it('a penalty on activities and one on weights go together with a loss', async () => {
  const net = new Network({ seed: 1 });
  const { input, probes } = net.within(() => {
    const input = new Node([0.3]);
    const ensemble = new Ensemble({ nNeurons: 5, dimensions: 1, neuronType: rectifiedLinear() });
    const output = new Node({ sizeIn: 1 });
    new Connection(input, ensemble, { synapse: null });
    const decoders = new Connection(ensemble, output, { synapse: null });
    return {
      input,
      probes: [
        new Probe(output),
        new Probe(ensemble.neurons),
        new Probe(decoders, { attribute: 'weights' }),
        new Probe(ensemble, { attribute: 'scaledEncoders' }),
      ] as const,
    };
  });
  await using sim = await simulate(net);
  const [output, rates, decoders, encoders] = probes;
  const zeros = (size: number): number[][] => [0, 1].map(() => new Array<number>(size).fill(0));
  const report = await sim.checkGradients({
    inputs: [[input, [[0.4], [-0.2]]]],
    targets: [[output, [[0.1], [0.5]]], [rates, zeros(5)], [decoders, zeros(5)], [encoders, zeros(5)]],
    losses: [[rates, square], [decoders, square], [encoders, square]],
    lossWeights: [[rates, 1e-4], [decoders, 100]],
  }); // prettier-ignore
  expect(report.irAgainstDifferences.error).toBeLessThan(1e-6);
});
