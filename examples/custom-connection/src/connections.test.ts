/** @file The rule and the transform: against closed forms, at work on two backends, and trained. */
import { referenceBackend } from '@ndl/backend-reference';
import { wasmBackend } from '@ndl/backend-wasm';
import { configureSettings } from '@ndl/config';
import type { Plugin } from '@ndl/core';
import { Connection, Ensemble, Network, Node, Probe, uniform } from '@ndl/model';
import { neurons } from '@ndl/neurons';
import { sorters, treePlannerPlugin } from '@ndl/planners';
import { Simulator } from '@ndl/simulator';
import { describeLearningRule, describeTransform } from '@ndl/testing';
import { sgd } from '@ndl/training';
import { describe, expect, test } from 'vitest';
import {
  connections,
  diagonalPlusLowRank,
  diagonalPlusLowRankDefinition,
  normalizedHebb,
  normalizedHebbDefinition,
} from './index.ts';

describeLearningRule('normalized hebb', {
  definition: normalizedHebbDefinition,
  types: [normalizedHebb(), normalizedHebb({ learningRate: 0.5, floor: 3 })],
  expected({ learningRate, floor }, { dt, pre, post }) {
    const square = pre.reduce((sum, value) => sum + value * value, 0);
    return post.map((after) => pre.map((before) => (learningRate * dt * after * before) / (floor + square)));
  },
});

const drawn = { diagonal: uniform(-1, 1), left: uniform(-1, 1), right: uniform(-1, 1) };

describeTransform('diagonal plus low rank', {
  definition: diagonalPlusLowRankDefinition,
  transforms: [diagonalPlusLowRank(4, 2, drawn), diagonalPlusLowRank(3, 1, drawn)],
  matrixOf: ({ shape: [size], rank }, { diagonal, left, right }) =>
    Array.from({ length: size }, (_, row) =>
      Array.from({ length: size }, (__, column) => {
        const onDiagonal = row === column ? diagonal!.data[row]! : 0;
        const through = Array.from(
          { length: rank },
          (___, at) => left!.data[row * rank + at]! * right!.data[at * size + column]!,
        );
        return through.reduce((sum, term) => sum + term, onDiagonal);
      }),
    ),
});

const backends: Readonly<Record<string, () => Plugin>> = { reference: referenceBackend, wasm: wasmBackend };

const create = (net: Network, backend: () => Plugin): Promise<Simulator> =>
  Simulator.create(net, {
    plugins: [connections(), neurons(), treePlannerPlugin(), sorters(), backend()],
    settings: { dtype: 'float64' },
  });

/** A node through a transform into another, and decoded values through a transform of the same kind. */
function transformed() {
  return new Network({ seed: 2 }).within((net) => {
    const stimulus = new Node([0.5, -0.25, 1]);
    const through = new Node({ sizeIn: 3 });
    const way = new Connection(stimulus, through, { transform: diagonalPlusLowRank(3, 1, drawn), synapse: null });
    const a = new Ensemble({ nNeurons: 20, dimensions: 2 });
    const decoded = new Node({ sizeIn: 2 });
    const decoding = new Connection(a, decoded, { transform: diagonalPlusLowRank(2, 1, drawn), synapse: null });
    return {
      net,
      stimulus,
      way,
      decoding,
      output: new Probe(through),
      diagonal: new Probe(way, { attribute: 'diagonal' }),
      decoded: new Probe(decoded),
      before: new Probe(a.neurons),
    };
  });
}

const times = (
  size: number,
  { diagonal, left, right }: Readonly<Record<string, { data: ArrayLike<number> }>>,
  x: readonly number[],
) =>
  Array.from({ length: size }, (_, row) => {
    const middle = x.reduce((sum, value, column) => sum + right!.data[column]! * value, 0);
    return diagonal!.data[row]! * x[row]! + left!.data[row]! * middle;
  });

describe.each(Object.entries(backends))('on the backend %s', (_, backend) => {
  test('a transform multiplies what comes from nodes, and what is decoded', async () => {
    const { net, way, decoding, output, decoded, diagonal, before } = transformed();
    await using sim = await create(net, backend);
    await sim.runSteps(50);
    const { weights, parameters } = sim.data.get(way);
    expect(weights).toBeNull();
    const wanted = times(3, parameters, [0.5, -0.25, 1]);
    wanted.forEach((value, row) => expect(sim.data.get(output).data[row]).toBeCloseTo(value, 12));
    expect([...sim.data.get(diagonal).row(0).data]).toEqual([...parameters['diagonal']!.data]);
    const decoders = sim.data.get(decoding);
    const spikes = [...sim.data.get(before).row(49).data];
    const value = [0, 1].map((row) =>
      spikes.reduce((sum, spike, neuron) => sum + decoders.weights!.data[row * 20 + neuron]! * spike, 0),
    );
    const sent = times(2, decoders.parameters, value);
    sent.forEach((each, row) => expect(sim.data.get(decoded).row(49).data[row]).toBeCloseTo(each, 9));
  });

  test('a transform is trained, by the array, and frozen into the network', async () => {
    const { net, stimulus, way, output } = transformed();
    net.within(() => configureSettings({ trainable: false }));
    net.config.of(way).trainable = true;
    await using sim = await create(net, backend);
    const before = sim.data.get(way).parameters;
    const target = [1, 2, 3];
    await sim.train([[stimulus, [[0.5, -0.25, 1]]]], {
      targets: [[output, [target]]],
      optimizer: sgd({ learningRate: 0.1 }),
      steps: 1,
    });
    const x = [0.5, -0.25, 1];
    const errors = times(3, before, x).map((value, row) => (2 * (value - target[row]!)) / 3);
    const after = sim.data.get(way).parameters;
    errors.forEach((error, row) =>
      expect(after['diagonal']!.data[row]).toBeCloseTo(before['diagonal']!.data[row]! - 0.1 * error * x[row]!, 9),
    );
    sim.freezeParameters();
    await using fresh = await create(net, backend);
    expect(fresh.data.get(way).parameters).toEqual(after);
  });

  test('a rule lets weights between neurons grow along their input', async () => {
    const net = new Network({ seed: 3 });
    const { weights, learning } = net.within(() => {
      const [a, b] = [5, 4].map((nNeurons) => new Ensemble({ nNeurons, dimensions: 1 }));
      const matrix = Array.from({ length: 4 }, () => new Array<number>(5).fill(0));
      const learning = new Connection(a!.neurons, b!.neurons, {
        transform: matrix,
        learningRuleType: normalizedHebb(),
      });
      return { learning, weights: new Probe(learning, { attribute: 'weights' }) };
    });
    await using sim = await create(net, backend);
    await sim.runSteps(200);
    expect(learning.learningRule.probeable).toEqual(['delta']);
    expect(
      sim.data
        .get(weights)
        .row(199)
        .data.some((value) => value > 0),
    ).toBe(true);
  });
});
