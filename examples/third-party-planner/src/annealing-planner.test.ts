/** @file The planner under ndl's conformance suite, and at work in a Simulator. */
import { referenceBackend } from '@ndl/backend-reference';
import { configureSettings } from '@ndl/config';
import { isNdlError, type Settings } from '@ndl/core';
import { Connection, Ensemble, lifRate, Network, Node, Probe, rectifiedLinear } from '@ndl/model';
import { neurons } from '@ndl/neurons';
import { noopPlannerPlugin, NOOP_PLANNER, sorters } from '@ndl/planners';
import { Simulator } from '@ndl/simulator';
import { describePlanner } from '@ndl/testing';
import { describe, expect, test } from 'vitest';
import { annealing, ANNEALING_PLANNER, annealingPlanner } from './index.ts';

describePlanner('anneal', annealingPlanner, { merges: 'fewest', settings: { annealingSteps: 50 } });

/** Populations of three kinds around a loop: which kind goes first decides how much merges. */
function loop(settings: Partial<Settings> = {}): { readonly net: Network; readonly probe: Probe } {
  const net = new Network({ seed: 0 });
  const probe = net.within(() => {
    configureSettings(settings);
    const stimulus = new Node((t) => Math.sin(6 * t));
    const a = new Ensemble({ nNeurons: 30, dimensions: 1 });
    const b = new Ensemble({ nNeurons: 30, dimensions: 2, neuronType: rectifiedLinear() });
    const [c, d] = [1, 2].map(() => new Ensemble({ nNeurons: 30, dimensions: 1, neuronType: lifRate() }));
    new Connection(stimulus, a);
    new Connection(a, b.at(0), { synapse: null });
    new Connection(b.at(1), c!, { synapse: null, function: (x) => x[0] ** 2 });
    new Connection(a, c!, { synapse: null });
    new Connection(c!, d!, { synapse: null });
    new Connection(d!, a, { synapse: 0.1 });
    for (const ensemble of [a, b, c!]) new Probe(ensemble);
    return new Probe(d!, { synapse: 0.01 });
  });
  return { net, probe };
}

const plugins = [neurons(), annealing(), noopPlannerPlugin(), sorters(), referenceBackend()];

async function groupsUnder(settings: Partial<Settings>, seed = 0): Promise<number> {
  const chosen = { planner: ANNEALING_PLANNER, ...settings };
  await using sim = await Simulator.create(loop(chosen).net, { plugins, seed });
  return sim.plan.groups.length;
}

describe('annealing', () => {
  test('is chosen by its token, and its steps find fewer groups than none', async () => {
    const without = await groupsUnder({ annealingSteps: 0 });
    const withSteps = await groupsUnder({ annealingSteps: 200 });
    expect(withSteps).toBeLessThan(without);
    expect(await groupsUnder({})).toBe(withSteps);
  });

  test('never makes a plan worse than that of the first ranking', async () => {
    const without = await groupsUnder({ annealingSteps: 0 });
    for (const seed of [1, 2, 3]) expect(await groupsUnder({ annealingSteps: 5 }, seed)).toBeLessThanOrEqual(without);
  });

  test('gives the numbers of a plan without merging, to the last bit', async () => {
    const samplesUnder = async (planner: Settings['planner']): Promise<ArrayLike<number>> => {
      const { net, probe } = loop({ planner, dtype: 'float64' });
      await using sim = await Simulator.create(net, { plugins });
      await sim.runSteps(50);
      return sim.data.get(probe).data;
    };
    expect(await samplesUnder(ANNEALING_PLANNER)).toEqual(await samplesUnder(NOOP_PLANNER));
  });

  test('works as a function, without its plugin', async () => {
    await using sim = await Simulator.create(loop({ planner: annealingPlanner() }).net, {
      plugins: plugins.filter(({ name }) => name !== '@acme/ndl-planner-anneal'),
      seed: 0,
    });
    expect(sim.plan.groups.length).toBe(await groupsUnder({ annealingSteps: 200 }));
  });

  test.each([-1, 2.5, Number.NaN, '200', null])(
    'refuses %s steps, naming the place that set them',
    async (annealingSteps) => {
      const creation = groupsUnder({ annealingSteps } as unknown as Partial<Settings>);
      await expect(creation).rejects.toSatisfy((error) => isNdlError(error, 'INVALID_SETTING'));
      await expect(creation).rejects.toThrow(/'annealingSteps', set at .*: must be a whole number/);
    },
  );

  test('is the only one that knows its setting', async () => {
    const creation = Simulator.create(loop({ annealingSteps: 3 }).net, {
      plugins: [neurons(), sorters(), referenceBackend()],
    });
    await expect(creation).rejects.toThrow(/Unknown setting 'annealingSteps', set at .*add that plugin to `plugins`/);
  });
});
