/** @file What reaches targets and probes: held against the same sums done by hand. */
import {
  alpha,
  Connection,
  defineProcess,
  dense,
  direct,
  Ensemble,
  lifRate,
  linearFilter,
  lowpass,
  Network,
  Node,
  noSolver,
  Probe,
  uniform,
  type ConnectionEnd,
  type ConnectionOptions,
} from '@ndl/model';
import { ndarray, RandomState } from '@ndl/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeSource, processSeed } from '../index.ts';
import { build, DEFINITIONS } from './build.test-helper.ts';
import { runGraph } from './run-graph.test-helper.ts';

const SOURCE = [1, 10, 100, 1000];

/** What a junction of `size` receives over one connection from a constant node, after `steps` steps. */
async function received(
  size: number,
  connect: (source: Node, target: Node) => [pre: ConnectionEnd, post: ConnectionEnd, options?: ConnectionOptions],
  steps = 1,
): Promise<number[]> {
  const network = new Network({ seed: 0 }, () => {
    const target = new Node({ sizeIn: size });
    const [pre, post, options] = connect(new Node(SOURCE), target);
    new Connection(pre, post, { synapse: null, ...options });
    new Probe(target);
  });
  return runGraph(await build(network), steps)
    .get(network.probes[0]!)!
    .at(-1)!;
}

describe('slices', () => {
  it('pick what they say, on both ends', async () => {
    const size = 4;
    const selection = fc.array(fc.nat(size - 1), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(selection, fc.infiniteStream(fc.nat(size - 1)), async (from, stream) => {
        const to = [...stream.take(from.length)];
        const expected = [0, 0, 0, 0];
        from.forEach((index, position) => (expected[to[position]!]! += SOURCE[index]!));
        expect(await received(size, (source, target) => [source.at(from), target.at(to)])).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('may step, and step backwards', async () => {
    expect(await received(2, (source, target) => [source.slice(null, null, 2), target])).toEqual([1, 100]);
    expect(await received(4, (source, target) => [source.slice(null, null, -1), target])).toEqual([1000, 100, 10, 1]);
    expect(await received(5, (source, target) => [source.slice(0, 2), target.slice(1, null, 3)])).toEqual([
      0, 1, 0, 0, 10,
    ]);
  });
});

describe('transforms', () => {
  it('are numbers, diagonals and matrices', async () => {
    expect(await received(4, (source, target) => [source, target, { transform: 2 }])).toEqual([2, 20, 200, 2000]);
    expect(await received(2, (source, target) => [source.slice(0, 2), target, { transform: [3, -1] }])).toEqual([
      3, -10,
    ]);
    const transform = [[1, 1, 1, 1]];
    expect(await received(1, (source, target) => [source, target, { transform }])).toEqual([1111]);
  });

  it('may be drawn, from the seed of the connection', async () => {
    const options = { transform: dense([2, 4], uniform(-1, 1)), seed: 8 };
    const drawn = ndarray(new RandomState(8).uniform(-1, 1, 8)).reshape([2, 4]);
    const expected = [0, 1].map((row) =>
      drawn.row(row).data.reduce((sum, weight, column) => sum + weight * SOURCE[column]!, 0),
    );
    (await received(2, (source, target) => [source, target, options])).forEach((value, row) =>
      expect(value).toBeCloseTo(expected[row]!, 9),
    );
  });
});

describe('functions', () => {
  it('see the slice, and are followed by the transform', async () => {
    const options = {
      function: ([x, y]: ArrayLike<number> & Iterable<number>) => [x! * y!, 1, 0],
      transform: [[2, 5, 7]],
    };
    expect(await received(1, (source, target) => [source.slice(1, 3), target, options as ConnectionOptions])).toEqual([
      2005,
    ]);
  });

  it('work on ensembles without neurons', async () => {
    const network = new Network({ seed: 0 }, () => {
      const ensemble = new Ensemble({ nNeurons: 1, dimensions: 2, neuronType: direct(), radius: 7 });
      const target = new Node({ sizeIn: 1 });
      new Connection(new Node([3, 4]), ensemble, { synapse: null });
      new Connection(ensemble, target, { synapse: null, function: (x) => Math.hypot(x[0], x[1]) });
      new Probe(target);
      new Probe(ensemble.at(1));
    });
    const recorded = runGraph(await build(network), 1);
    expect([...recorded.values()]).toEqual([[[5]], [[4]]]);
  });
});

describe('synapses', () => {
  const impulseResponse = async (synapse: ConnectionOptions['synapse'], steps: number): Promise<number[]> => {
    const network = new Network({ seed: 0 }, () => {
      const target = new Node({ sizeIn: 1 });
      new Connection(new Node((t) => (t < 0.0015 ? 1 : 0)), target, { synapse: synapse! });
      new Probe(target);
    });
    return runGraph(await build(network), steps)
      .get(network.probes[0]!)!
      .flat();
  };

  it('delay by one step', async () => {
    expect(await impulseResponse(lowpass(0), 4)).toEqual([0, 1, 0, 0]);
    expect(await impulseResponse(null, 4)).toEqual([1, 0, 0, 0]);
  });

  it('of every form answer an impulse with their weighting function, one step late', async () => {
    const [tau, dt] = [0.01, 0.001];
    (await impulseResponse(lowpass(tau), 30)).forEach((value, step) => {
      expect(value).toBeCloseTo(step === 0 ? 0 : -Math.expm1(-dt / tau) * Math.exp((-dt / tau) * (step - 1)), 12);
    });
    const integral = (t: number): number => 1 - (1 + t / tau) * Math.exp(-t / tau);
    (await impulseResponse(alpha(tau), 30)).forEach((value, step) => {
      expect(value).toBeCloseTo(step === 0 ? 0 : integral(step * dt) - integral((step - 1) * dt), 12);
    });
    // 0.5 + 0.5 / (τs + 1)
    (await impulseResponse(linearFilter([tau / 2, 1], [tau, 1]), 30)).forEach((value, step) => {
      const decayed = step < 2 ? 0 : 0.5 * -Math.expm1(-dt / tau) * Math.exp((-dt / tau) * (step - 2));
      expect(value).toBeCloseTo((step === 1 ? 0.5 : 0) + decayed, 12);
    });
  });
});

describe('neurons', () => {
  it('receive what arrives times their gain', async () => {
    const [gain, bias] = [
      [1, 2, 3],
      [10, 20, 30],
    ];
    const network = new Network({ seed: 0 }, () => {
      const { neurons } = new Ensemble({ nNeurons: 3, dimensions: 1, neuronType: lifRate(), gain, bias });
      new Connection(new Node([1, 1, 1]), neurons, { synapse: null });
      new Connection(new Node([100, 1000]), neurons.at([2, 0]), { synapse: null });
      new Connection(new Node([1e4, 1e5]), neurons.at([1, 1]), { synapse: null });
      new Connection(new Node([1e6]), neurons.slice(1, 2), { synapse: null });
      new Probe(neurons, { attribute: 'input' });
    });
    const [current] = runGraph(await build(network), 1).get(network.probes[0]!)!;
    expect(current).toEqual([11 + 1000, 22 + 2e4 + 2e5 + 2e6, 33 + 300]);
  });

  it('give decoders in the order of the selected dimensions of a weight solver, encoders included', async () => {
    const values = [[1], [2], [3]];
    const network = new Network({ seed: 0 }, () => {
      const a = new Ensemble({ nNeurons: 3, dimensions: 2, neuronType: lifRate() });
      const b = new Ensemble({ nNeurons: 4, dimensions: 3, neuronType: lifRate() });
      new Connection(a.at(1), b.at(2), { solver: noSolver({ values, weights: true }), transform: 10 });
    });
    const graph = await build(network);
    const { weights } = graph.connections.get(network.connections[0]!)!;
    const { scaledEncoders } = graph.ensembles.get(network.ensembles[1]!)!;
    const expected = [0, 1, 2, 3].map((neuron) => values.map(([value]) => 10 * value! * scaledEncoders.get(neuron, 2)));
    expect(weights!.toNested()).toEqual(expected);
  });

  it('take the values of a solver that is not compositional for the weights between neurons, as they are', async () => {
    const values = [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10, 11, 12],
    ];
    const network = new Network({ seed: 0 }, () => {
      const a = new Ensemble({ nNeurons: 3, dimensions: 2, neuronType: lifRate() });
      const b = new Ensemble({ nNeurons: 4, dimensions: 3, neuronType: lifRate() });
      const solver = noSolver({ values, weights: true, compositional: false });
      new Connection(a.at(1), b.at(2), { solver, transform: 10 });
    });
    const { weights, decoders } = (await build(network)).connections.get(network.connections[0]!)!;
    expect(weights!.toNested()).toEqual([0, 1, 2, 3].map((target) => values.map((row) => row[target])));
    expect(decoders).toBeNull();
  });

  it('feel the noise of their ensemble', async () => {
    const noise = defineProcess({ kind: 'ramp', defaultSizeOut: 3 });
    const ramp = {
      kind: 'ramp',
      makeStep:
        (_: unknown, { sizeOut }: { sizeOut: number }) =>
        (time: number) =>
          new Float64Array(sizeOut).fill(time * 1000),
    };
    const network = new Network({ seed: 0 }, () => {
      const gainBias = { gain: [1, 1, 1], bias: [0, 1, 2] };
      const { neurons } = new Ensemble({ nNeurons: 3, dimensions: 1, neuronType: lifRate(), noise, ...gainBias });
      new Probe(neurons, { attribute: 'input' });
    });
    const graph = await build(network, { definitions: { ...DEFINITIONS, processes: [ramp] } });
    expect(
      runGraph(graph, 2)
        .get(network.probes[0]!)!
        .map((row) => row.map(Math.round)),
    ).toEqual([
      [1, 2, 3],
      [2, 3, 4],
    ]);
  });
});

describe('probes', () => {
  it('record what the step leaves, and through a synapse one step late', async () => {
    const network = new Network({ seed: 0 }, () => {
      const node = new Node((t) => Math.round(t * 1000));
      new Probe(node);
      new Probe(node, { synapse: 0 });
    });
    expect([...runGraph(await build(network), 3).values()]).toEqual([
      [[1], [2], [3]],
      [[0], [1], [2]],
    ]);
  });

  it('reach encoders, weights, and what arrives over a connection', async () => {
    const network = new Network({ seed: 0 }, () => {
      const ensemble = new Ensemble({ nNeurons: 2, dimensions: 1, neuronType: lifRate() });
      const connection = new Connection(new Node([3]), ensemble, { transform: 2, synapse: null });
      new Probe(ensemble, { attribute: 'scaledEncoders' });
      new Probe(connection, { attribute: 'weights' });
      new Probe(connection);
      new Probe(connection, { attribute: 'input' });
    });
    const graph = await build(network);
    const [encoders, ...rest] = [...runGraph(graph, 1).values()];
    expect(encoders![0]).toEqual(Array.from(graph.ensembles.get(network.ensembles[0]!)!.scaledEncoders.data));
    expect(rest).toEqual([[[2]], [[6]], [[3]]]);
  });
});

describe('functions of nodes', () => {
  const nodeWith = (output: (t: number) => unknown, sizeOut: number): Node =>
    new Network({ seed: 0 }).within(() => new Node(output as (t: number) => number, { sizeOut, label: 'eye' }));
  const run = (node: Node, steps: number): Float64Array[] => {
    const source = nodeSource(node, { dt: 0.001, seed: 0, process: () => DEFINITIONS.processes[0]! });
    const step = source.kind === 'function' ? source.make(0) : () => source.value;
    return Array.from({ length: steps }, (_, index) => step((index + 1) * 0.001));
  };
  const invalid = expect.objectContaining({ code: 'NODE_OUTPUT_INVALID' });

  it('give vectors of the size of the node', () => {
    expect(
      run(
        nodeWith((t) => [t, 2], 2),
        2,
      ),
    ).toEqual([Float64Array.of(0.001, 2), Float64Array.of(0.002, 2)]);
    expect(
      run(
        nodeWith(() => undefined, 0),
        1,
      ),
    ).toEqual([new Float64Array()]);
  });

  it.each([
    ['undefined', undefined, /returned undefined at time 0.003 s/],
    ['NaN', NaN, /returned NaN at time/],
    ['the wrong size', [1, 2], /returned 2 numbers in place of 1 at/],
    ['text', '1', /returned the text '1'.*at time 0.003 s. Return one finite number/],
    ['a promise', Promise.resolve(1), /returned a promise \(functions are synchronous/],
    ['an object', {}, /something other than numbers/],
  ])('that return %s at some step are refused, with node and time', (_, bad, sentence) => {
    const node = nodeWith((t) => (t > 0.0025 ? bad : 0), 1);
    expect(() => run(node, 2)).not.toThrow();
    expect(() => run(node, 3)).toThrow(invalid);
    expect(() => run(node, 3)).toThrow(sentence);
    expect(() => run(node, 3)).toThrow(/Node 'eye' \(nodes\[0\]\)/);
  });

  it('may throw; the error stays as the cause', () => {
    const broken = new Error('no camera');
    const node = nodeWith(() => {
      throw broken;
    }, 1);
    expect(() => run(node, 1)).toThrow(expect.objectContaining({ code: 'NODE_OUTPUT_INVALID', cause: broken }));
  });

  it('and of connections are checked in a running graph', async () => {
    const network = new Network({ seed: 0 }, () => {
      const clock = new Node((t) => t);
      new Connection(clock, new Node((t, x) => t + x[0], { sizeIn: 1 }), {
        synapse: null,
        function: (x) => (x[0] > 0.0015 ? Infinity : 1),
      });
    });
    const graph = await build(network);
    expect(() => runGraph(graph, 1)).not.toThrow();
    expect(() => runGraph(graph, 2)).toThrow(
      /Connection \(connections\[0\]\): the function returned Infinity at time 0.002 s/,
    );
  });
});

describe('seeds of processes', () => {
  it('are their own, or follow from those of simulator and node, one per item', async () => {
    const seen: number[] = [];
    const recorder = {
      kind: 'recorder',
      makeStep: (_: unknown, { seed }: { seed: number }) => {
        seen.push(seed);
        return () => [0];
      },
    };
    const network = new Network({ seed: 0 }, () => {
      new Node(defineProcess({ kind: 'recorder', seed: 5 }), { sizeIn: 1 });
      new Node(defineProcess({ kind: 'recorder' }), { sizeIn: 1 });
    });
    const seedsWith = async (simulatorSeed: number): Promise<number[]> => {
      seen.length = 0;
      const graph = await build(network, { simulatorSeed, definitions: { ...DEFINITIONS, processes: [recorder] } });
      for (const operator of graph.operators) if (operator.kind === 'hostFunction') [0, 1].forEach(operator.make);
      return [...seen];
    };
    const [own, ownOfItem, drawn, drawnOfItem] = await seedsWith(1);
    expect(own).toBe(5);
    expect(new Set([own, ownOfItem, drawn, drawnOfItem]).size).toBe(4);
    expect(await seedsWith(1)).toEqual([own, ownOfItem, drawn, drawnOfItem]);
    expect((await seedsWith(2)).slice(0, 2)).toEqual([own, ownOfItem]);
    expect((await seedsWith(2))[2]).not.toBe(drawn);
    const { seeds } = await build(network, { definitions: { ...DEFINITIONS, processes: [recorder] } });
    const source = { simulatorSeed: 1, seedOf: (object: object) => seeds.get(object)! };
    expect(processSeed(defineProcess({ kind: 'recorder' }), network.nodes[1]!, source)).toBe(drawn);
  });
});
