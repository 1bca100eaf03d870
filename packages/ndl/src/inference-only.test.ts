/** @file A simulator that was built without anything of training. */
import { expect, test } from 'vitest';
import { createPluginContainer } from '@ndl/container';
import { rebuildNetwork } from '@ndl/golden';
import { BACKENDS, GRADIENT_APPROXIMATIONS, type BackendEntry, type GradientApproximation } from '@ndl/core';
import {
  adam,
  configureSettings,
  Connection,
  defaultPlugins,
  definePlugin,
  Ensemble,
  Network,
  Node,
  Probe,
  REFERENCE_BACKEND,
  referenceBackend,
  token,
  type Settings,
} from './index.ts';
import { bitsOf, failing, goldenNetwork, parameterBits, simulate } from './reference-simulator.test-helper.ts';

function sample(settings: Partial<Settings> = {}) {
  return new Network({ seed: 6 }).within((net) => {
    configureSettings({ inferenceOnly: true, ...settings });
    const stimulus = new Node((t) => Math.sin(20 * t));
    const ensemble = new Ensemble({ nNeurons: 30, dimensions: 1 });
    new Connection(stimulus, ensemble);
    const output = new Node({ sizeIn: 1 });
    new Connection(ensemble, output, { function: (x) => x[0] ** 2 });
    return { net, stimulus, probe: new Probe(output, { synapse: 0.01 }) };
  });
}

test('inferenceOnly: true builds nothing of training', async () => {
  const WATCHED = token<BackendEntry>('@acme/watched/backend');
  const NEVER_ASKED = token<GradientApproximation>('@acme/watched/gradient');
  await using container = await createPluginContainer([referenceBackend()]);
  const entry = container.get(REFERENCE_BACKEND);
  const added: string[] = [];
  const asked: string[] = [];
  const watch = definePlugin({
    name: '@acme/watched',
    register({ bind, contribute }) {
      bind(WATCHED).toConstantValue({
        ...entry,
        async load(sessionConfig) {
          const backend = await entry.load(sessionConfig);
          return {
            ...backend,
            dispose: () => backend.dispose(),
            create: async () => {
              const executable = await backend.create();
              const { add } = executable;
              executable.add = (name, job, tables) => {
                added.push('forward' in job ? 'training' : 'program');
                return add.call(executable, name, job, tables);
              };
              return executable;
            },
          };
        },
      });
      contribute(BACKENDS).toConstantValue({ key: WATCHED, summary: 'notes what it compiles' });
      bind(NEVER_ASKED).toConstantValue({
        name: 'watched',
        supports: () => true,
        trainingStep: (definition, neuronType) => (asked.push(definition.kind), definition.rateStep!(neuronType)),
      });
      contribute(GRADIENT_APPROXIMATIONS).toConstantValue({ key: NEVER_ASKED, summary: 'notes what it trains' });
    },
  });
  const plugins = [...defaultPlugins(), watch];
  const watched = { backend: WATCHED, gradient: NEVER_ASKED };

  await using simulator = await simulate(sample().net, watched, { plugins });
  await simulator.runSteps(3);
  expect(added.every((kind) => kind === 'program')).toBe(true);
  expect(simulator.graph.signals.filter(({ trainable }) => trainable)).toEqual([]);
  expect(simulator.compiled.layout.trainable).toEqual([]);

  const { net, stimulus, probe } = sample();
  await using trainer = await simulate(net, { ...watched, inferenceOnly: false }, { plugins });
  expect(asked).toEqual([]);
  await trainer.train([[stimulus, [[1]]]], { targets: [[probe, [[1]]]], optimizer: adam() });
  expect(added).toContain('training');
  expect(asked).not.toEqual([]);
});

test('train, checkGradients and friends then fail clearly', async () => {
  const { net, stimulus, probe } = sample();
  await using simulator = await simulate(net);
  const inputs = [[stimulus, [[1]]]] as const;
  const targets = [[probe, [[1]]]] as const;
  const refusal = (call: string): unknown => failing('INFERENCE_ONLY', new RegExp(`^${call} .*inferenceOnly: false`));
  await expect(simulator.train(inputs, { targets, optimizer: adam() })).rejects.toThrow(refusal('train'));
  await expect(simulator.evaluate(inputs, { targets })).rejects.toThrow(refusal('evaluate'));
  await expect(simulator.gradients(inputs, { targets })).rejects.toThrow(refusal('gradients'));
  await expect(simulator.checkGradients()).rejects.toThrow(refusal('checkGradients'));
  await expect(simulator.predict(inputs, { mode: 'rate' })).rejects.toThrow(refusal("predict with mode 'rate'"));
  expect((await simulator.predict(inputs, { steps: 2 })).get(probe)!.shape).toEqual([1, 2, 1]);
  await simulator.runSteps(2);
  expect(simulator.data.get(probe).shape).toEqual([2, 1]);
});

test('the numbers of a run do not change', async () => {
  for (const dtype of ['float64', 'float32'] as const) {
    for (const name of ['lif_sine', 'integrator', 'slicing']) {
      const record = async (inferenceOnly: boolean): Promise<unknown> => {
        const file = goldenNetwork(name);
        const { network, probes } = rebuildNetwork(file);
        await using simulator = await simulate(network, { inferenceOnly, dtype }, { dt: file.dt, seed: file.sim_seed });
        await simulator.runSteps(100);
        return [...probes.values()].map((probe) => bitsOf(simulator.data.get(probe).data));
      };
      expect(await record(true)).toEqual(await record(false));
    }
  }
});

test('parameters learnt elsewhere can be loaded', async () => {
  const { net, stimulus, probe } = sample({ inferenceOnly: false });
  await using trainer = await simulate(net);
  await trainer.train([[stimulus, [[1]]]], { targets: [[probe, [[1]]]], optimizer: adam(), steps: 3 });
  await using simulator = await simulate(net, { inferenceOnly: true });
  const before = parameterBits(simulator);
  await simulator.decodeParameters(trainer.encodeParameters());
  expect(parameterBits(simulator)).toEqual(parameterBits(trainer));
  expect(parameterBits(simulator)).not.toEqual(before);
});
