/** @file Probes that keep every sample, and probes that keep the last. */
import { describe, expect, test } from 'vitest';
import { configureSettings, Connection, Ensemble, Network, Node, Probe, type SettingsInput } from './index.ts';
import { simulate } from './reference-simulator.test-helper.ts';

function sample(settings: SettingsInput = {}) {
  return new Network({ seed: 8 }).within((net) => {
    configureSettings(settings);
    const stimulus = new Node((t) => [Math.sin(30 * t), t]);
    const ensemble = new Ensemble({ nNeurons: 30, dimensions: 2 });
    new Connection(stimulus, ensemble);
    const decoded = new Probe(ensemble, { synapse: 0.01 });
    return {
      net,
      stimulus,
      decoded,
      spikes: new Probe(ensemble.neurons),
      rare: new Probe(stimulus, { sampleEvery: 0.004 }),
    };
  });
}

/** The last of the rows of an array of two axes. */
const lastRow = ({
  data,
  shape,
}: {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}): readonly number[] => Array.from(data).slice(-shape[1]!);

describe('keepHistory: false, globally or per probe, keeps the last step only', () => {
  test('globally', async () => {
    const all = sample();
    await using whole = await simulate(all.net);
    const few = sample({ keepHistory: false });
    await using last = await simulate(few.net);
    for (const steps of [10, 1, 11]) {
      await whole.runSteps(steps);
      await last.runSteps(steps);
      for (const name of ['decoded', 'spikes', 'rare'] as const) {
        const kept = last.data.get(few[name]);
        expect(kept.shape).toEqual([1, whole.data.get(all[name]).shape[1]]);
        expect([...kept.data]).toEqual(lastRow(whole.data.get(all[name])));
      }
    }
    expect(whole.data.get(all.decoded).shape).toEqual([22, 2]);
    expect(whole.data.get(all.rare).shape).toEqual([5, 2]);
  });

  test('before the first step there is none', async () => {
    const { net, decoded } = sample({ keepHistory: false });
    await using simulator = await simulate(net);
    expect(simulator.data.get(decoded).shape).toEqual([0, 2]);
    await simulator.runSteps(3);
    simulator.clearProbes();
    expect(simulator.data.get(decoded).shape).toEqual([0, 2]);
  });

  test('per probe, which outranks the class, which outranks the setting', async () => {
    const { net, decoded, spikes, rare } = sample({ keepHistory: true });
    net.config.of(decoded).keepHistory = false;
    const lengths = async (): Promise<readonly number[]> => {
      await using simulator = await simulate(net);
      await simulator.runSteps(8);
      return [decoded, spikes, rare].map((probe) => simulator.data.get(probe).shape[0]!);
    };
    expect(await lengths()).toEqual([1, 8, 2]);
    net.config.of(Probe).keepHistory = false;
    net.config.of(rare).keepHistory = true;
    expect(await lengths()).toEqual([1, 1, 2]);
    net.within(() => configureSettings({ keepHistory: false }));
    delete net.config.of(Probe).keepHistory;
    expect(await lengths()).toEqual([1, 1, 2]);
  });

  test('with items side by side, and in predictions', async () => {
    const { net, stimulus, decoded } = sample({ keepHistory: false });
    await using simulator = await simulate(net, {}, { minibatchSize: 3 });
    await simulator.runSteps(4);
    expect(simulator.data.get(decoded).shape).toEqual([3, 1, 2]);
    const items = [
      [0.1, 0.2],
      [0.3, 0.4],
    ];
    const predicted = await simulator.predict([[stimulus, items]], { steps: 5 });
    expect(predicted.get(decoded)!.shape).toEqual([2, 1, 2]);
    await using whole = await simulate(net, { keepHistory: true });
    const all = (await whole.predict([[stimulus, items]], { steps: 5 })).get(decoded)!;
    expect(all.shape).toEqual([2, 5, 2]);
    expect([...predicted.get(decoded)!.data]).toEqual([...all.data.slice(8, 10), ...all.data.slice(18, 20)]);
  });
});
