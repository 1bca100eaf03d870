/**
 * @file Seeded networks have Nengo's seeds, evaluation points, encoders, gains, biases and decoders – and so its
 * probe data.
 */
import type { BuiltConnection, OperatorGraph } from '@ndl/core';
import type { Connection, Ensemble, Probe } from '@ndl/model';
import { describe, expect, it } from 'vitest';
import { build } from './build.test-helper.ts';
import { rebuild } from './golden-network.test-helper.ts';
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

/** What is compared, what was computed (null for nothing), and what the golden file has. */
type Comparison = readonly [what: string, actual: ArrayLike<number> | null, expected: unknown];

/** Comparisons that fail: of different lengths, or with max|a - b| / max(max|b|, 1e-12) of 1e-9 or more. */
function differences(comparisons: readonly Comparison[]): string[] {
  return comparisons.flatMap(([what, actual, expected]) => {
    const wanted = expected === null ? [] : [expected].flat(3).map(Number);
    const given = Array.from(actual ?? []);
    const largest = wanted.reduce((bound, value) => Math.max(bound, Math.abs(value)), 1e-12);
    const worst = wanted.reduce((error, value, index) => Math.max(error, Math.abs(value - given[index]!)), 0);
    const isEqual = given.length === wanted.length && worst / largest < 1e-9;
    return isEqual ? [] : [`${what}: ${given.length} numbers for ${wanted.length}, error ${worst / largest}`];
  });
}

describe.each(CASES)('the golden network %s', (name) => {
  const { golden, network, objects } = rebuild(name);
  const graph: OperatorGraph = build(network);
  const weightsOf = (id: string): ArrayLike<number> | null => {
    const built: BuiltConnection | undefined = graph.connections.get(objects.get(id) as Connection | Probe);
    return built?.weights?.data ?? null;
  };

  it('has the seeds of Nengo', () => {
    const entries = [...golden.networks, ...golden.ensembles, ...golden.connections, ...golden.probes];
    const seeds = entries.map(({ id }) => graph.seeds.get(objects.get(id)!));
    expect(seeds).toEqual(entries.map(({ seed }) => seed));
  });

  it('has the tuning of Nengo', () => {
    const comparisons = golden.ensembles.flatMap((expected): Comparison[] => {
      const { id } = expected;
      const ensemble = objects.get(id) as Ensemble;
      const { evalPoints, ...built } = graph.ensembles.get(ensemble)!;
      const listed = expected.eval_points.length * expected.dimensions;
      const states = graph.objects.get(ensemble.neurons)!;
      return [
        [`${id}.nEvalPoints`, [evalPoints.shape[0]!], expected.n_eval_points],
        [`${id}.evalPoints`, evalPoints.data.subarray(0, listed), expected.eval_points],
        [`${id}.encoders`, built.encoders.data, expected.encoders],
        [`${id}.scaledEncoders`, built.scaledEncoders.data, expected.scaled_encoders],
        [`${id}.gain`, built.gain?.data ?? null, expected.gain],
        [`${id}.bias`, built.bias?.data ?? null, expected.bias],
        [`${id}.maxRates`, built.maxRates?.data ?? null, expected.max_rates],
        [`${id}.intercepts`, built.intercepts?.data ?? null, expected.intercepts],
        ...Object.entries(expected.initial_state).map(([state, values]): Comparison => {
          const { signal } = states[state === 'refractory_time' ? 'refractoryTime' : state]!;
          return [`${id}.${state}`, signal.initial.data, values];
        }),
      ];
    });
    expect(differences(comparisons)).toEqual([]);
  });

  it('has the weights of Nengo', () => {
    const comparisons = [
      ...golden.connections.map(({ id, weights }): Comparison => [id, weightsOf(id), weights?.data ?? null]),
      ...golden.probes.map(({ id, decoder }): Comparison => [id, weightsOf(id), decoder?.data ?? null]),
    ];
    expect(differences(comparisons)).toEqual([]);
  });

  it('gives the probe data of Nengo', () => {
    const recorded = runGraph(graph, golden.n_steps);
    const comparisons = golden.probes.map(({ id, data, sample_every: sampleEvery }): Comparison => {
      const period = Math.round((sampleEvery ?? 0.001) / 0.001);
      const kept = recorded.get(objects.get(id) as Probe)!.filter((_, step) => (step + 1) % period === 0);
      return [id, kept.flat(), data];
    });
    expect(differences(comparisons)).toEqual([]);
  });
});
