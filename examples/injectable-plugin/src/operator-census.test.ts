/** @file The injectable class, constructed by ndl's container within a Simulator. */
import { referenceBackend } from '@ndl/backend-reference';
import { definePlugin, isNdlError, SIMPLIFICATIONS, type Plugin } from '@ndl/core';
import { Connection, Ensemble, Network, Node, Probe } from '@ndl/model';
import { neurons } from '@ndl/neurons';
import { simplifications, sorters, treePlannerPlugin } from '@ndl/planners';
import { Simulator } from '@ndl/simulator';
import { expect, test } from 'vitest';
import { OperatorCensus, operatorCensus } from './index.ts';

function network(): Network {
  return new Network({ seed: 0 }, () => {
    const ensembles = [10, 20].map((nNeurons) => new Ensemble({ nNeurons, dimensions: 1 }));
    for (const ensemble of ensembles) new Connection(new Node([1]), ensemble);
    new Probe(ensembles[0]!);
  });
}

const composedWith = (...plugins: readonly Plugin[]): readonly Plugin[] => [
  neurons(),
  treePlannerPlugin(),
  sorters(),
  ...plugins,
  referenceBackend(),
];

type Counts = ReadonlyMap<string, number>;

const total = (counts: Counts): number => [...counts.values()].reduce((sum, count) => sum + count, 0);

test('the container constructs the class with the listener that the plugin was given', async () => {
  const seen: Counts[] = [];
  const plugins = composedWith(operatorCensus((counts) => void seen.push(counts)));
  await using sim = await Simulator.create(network(), { plugins });
  expect(seen).toHaveLength(1);
  expect(seen[0]!.get('simNeurons')).toBe(2);
  expect(total(seen[0]!)).toBe(sim.graph.operators.length);
});

test('it sees the graph as its neighbours in the list leave it', async () => {
  const first: Counts[] = [];
  await using sim = await Simulator.create(network(), {
    plugins: composedWith(
      simplifications(),
      operatorCensus((counts) => void first.push(counts)),
    ),
  });
  expect(total(first[0]!)).toBeLessThan(sim.graph.operators.length);
  expect(total(first.at(-1)!)).toBe(sim.compiled.graph.operators.length);
});

test('each simulator has a census of its own', async () => {
  const [one, other]: [Counts[], Counts[]] = [[], []];
  await using first = await Simulator.create(network(), {
    plugins: composedWith(operatorCensus((counts) => void one.push(counts))),
  });
  await using second = await Simulator.create(network(), {
    plugins: composedWith(operatorCensus((counts) => void other.push(counts))),
  });
  expect([one.length, other.length]).toEqual([1, 1]);
  expect(first.plan.groups).toHaveLength(second.plan.groups.length);
});

test('a class whose token nobody binds is refused by name', async () => {
  const forgetful = definePlugin({
    name: '@acme/forgetful',
    register: ({ contribute }) => void contribute(SIMPLIFICATIONS).to(OperatorCensus),
  });
  const creation = Simulator.create(network(), { plugins: composedWith(forgetful) });
  await expect(creation).rejects.toSatisfy((error) => isNdlError(error, 'UNKNOWN_TOKEN'));
  await expect(creation).rejects.toThrow(
    /Nothing is bound to @acme\/ndl-operator-census\/listener.*No loaded plugin is of @acme\/ndl-operator-census/,
  );
});
