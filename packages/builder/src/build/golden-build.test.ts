/** @file Seeded networks have Nengo's seeds, evaluation points, encoders, gains, biases, decoders – and so Nengo's probe data. */
import type { BuiltConnection, BuiltEnsemble, OperatorGraph } from '@ndl/core';
import type { Connection, Ensemble, Probe } from '@ndl/model';
import { describe, expect, it } from 'vitest';
import { build } from './build.test-helper.ts';
import { rebuild, type RebuiltCase } from './golden-network.test-helper.ts';
import { runGraph } from './run-graph.test-helper.ts';

const CASES = [
  'lif_sine',
  'lifrate_2d',
  'integrator',
  'integrator_rate',
  'alpha_ens',
  'nosolver_replay',
  'slicing',
  'product',
  'cconv',
];

/** max|a - b| / max(max|b|, 1e-12). */
function relativeError(actual: ArrayLike<number>, expected: unknown): number {
  const flat = (expected as number[]).flat(2);
  expect(actual.length).toBe(flat.length);
  const largest = flat.reduce((bound, value) => Math.max(bound, Math.abs(value)), 1e-12);
  return flat.reduce((worst, value, index) => Math.max(worst, Math.abs(value - actual[index]!)), 0) / largest;
}

describe.each(CASES)('the golden network %s', (name) => {
  const rebuilt: RebuiltCase = rebuild(name);
  const { golden, network, objects } = rebuilt;
  const graph: OperatorGraph = build(network);

  it('has the seeds of Nengo', () => {
    for (const { id, seed } of [...golden.networks, ...golden.ensembles, ...golden.connections, ...golden.probes]) {
      expect(graph.seeds.get(objects.get(id)!), id).toBe(seed);
    }
  });

  it.runIf(golden.ensembles.length > 0)('has the tuning of Nengo', () => {
    for (const expected of golden.ensembles) {
      const built: BuiltEnsemble = graph.ensembles.get(objects.get(expected.id) as Ensemble)!;
      const points = expected.eval_points.length * expected.dimensions;
      expect(built.evalPoints.shape).toEqual([expected.n_eval_points, expected.dimensions]);
      expect(relativeError(built.evalPoints.data.subarray(0, points), expected.eval_points)).toBeLessThan(1e-9);
      expect(relativeError(built.encoders.data, expected.encoders)).toBeLessThan(1e-9);
      expect(relativeError(built.scaledEncoders.data, expected.scaled_encoders)).toBeLessThan(1e-9);
      expect(built.gain === null).toBe(expected.gain === null);
      if (expected.gain === null) continue;
      expect(relativeError(built.gain!.data, expected.gain)).toBeLessThan(1e-9);
      expect(relativeError(built.bias!.data, expected.bias)).toBeLessThan(1e-9);
      expect(relativeError(built.maxRates!.data, expected.max_rates)).toBeLessThan(1e-9);
      expect(relativeError(built.intercepts!.data, expected.intercepts)).toBeLessThan(1e-9);
      const states = graph.objects.get((objects.get(expected.id) as Ensemble).neurons)!;
      for (const [state, values] of Object.entries(expected.initial_state)) {
        const name = state === 'refractory_time' ? 'refractoryTime' : state;
        expect(Array.from(states[name]!.signal.initial.data)).toEqual(values);
      }
    }
  });

  it('has the weights of Nengo', () => {
    const weightsOf = (id: string): BuiltConnection => graph.connections.get(objects.get(id) as Connection | Probe)!;
    for (const { id, weights } of golden.connections) {
      expect(weightsOf(id).weights === null, id).toBe(weights === null);
      if (weights !== null) expect(relativeError(weightsOf(id).weights!.data, [weights.data]), id).toBeLessThan(1e-9);
    }
    for (const { id, decoder } of golden.probes) {
      if (decoder !== null) expect(relativeError(weightsOf(id).weights!.data, decoder.data), id).toBeLessThan(1e-9);
    }
  });

  it('gives the probe data of Nengo', () => {
    const recorded = runGraph(graph, golden.n_steps);
    for (const { id, data, sample_every } of golden.probes) {
      const period = Math.round((sample_every ?? 0.001) / 0.001);
      const actual = recorded
        .get(objects.get(id) as Probe)!
        .filter((_, step) => (step + 1) % period === 0)
        .flat();
      expect(relativeError(actual, data), id).toBeLessThan(1e-9);
    }
  });
});
