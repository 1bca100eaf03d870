/** @file What rules have learnt: read per item, made the parameters, saved, frozen; and warned of where training moves it too. */
import { expect, test } from 'vitest';
import { oneNeuron, rulesEverywhere, trajectory } from './learning-rules.test-helper.ts';
import { Connection, Ensemble, Network, Node, TFJS_BACKEND, WASM_BACKEND, type Settings } from './index.ts';
import { bitsOf, failing, simulate } from './reference-simulator.test-helper.ts';

/** The weight of `oneNeuron` after `steps` steps: what is added last shows in the step after. */
const weightAfter = (steps: number): number => trajectory(steps)[steps - 1]! / 2;

test.each<[string, Partial<Settings>, number]>([
  ['reference', {}, 12],
  ['wasm', { backend: WASM_BACKEND }, 12],
  ['tfjs', { backend: TFJS_BACKEND, dtype: 'float32' }, 6],
])('is read, kept and frozen on %s', async (_, settings, digits) => {
  const { net, learning, output } = oneNeuron();
  await using sim = await simulate(net, settings);
  expect([...(await sim.readLearnt(learning)).data]).toEqual([0.25]);
  await sim.runSteps(5);
  const learnt = await sim.readLearnt(learning);
  expect(learnt.shape).toEqual([1, 1]);
  expect(learnt.data[0]).toBeCloseTo(weightAfter(5), digits);
  expect([...sim.data.get(learning).weights!.data]).toEqual([0.25]);
  await sim.keepLearnt();
  expect([...sim.data.get(learning).weights!.data]).toEqual([...learnt.data]);
  const again = oneNeuron();
  await using other = await simulate(again.net, settings);
  await other.decodeParameters(sim.encodeParameters());
  expect([...(await other.readLearnt(again.learning)).data]).toEqual([...learnt.data]);
  sim.freezeParameters();
  await using fresh = await simulate(net, settings);
  await fresh.runSteps(1);
  expect(fresh.data.get(output).data[0]).toBeCloseTo(2 * weightAfter(5), digits);
});

test('is of each item by itself', async () => {
  const { net, probes, inputs } = rulesEverywhere();
  await using sim = await simulate(net, {}, { minibatchSize: 2 });
  const [learning, encoded] = [
    net.connections.find(({ learningRuleType }) => learningRuleType !== null)!,
    net.ensembles[2]!,
  ];
  expect((await sim.readLearnt(learning)).shape).toEqual([2, 2, 9]);
  await sim.runSteps(12, { inputs });
  const learnt = await sim.readLearnt(learning);
  // The probe records what is there after the whole step; a delta is added at the start of the next.
  const probed = sim.data.get(probes[0]!);
  for (const item of [0, 1]) expect(bitsOf(learnt.row(item).data)).toEqual(bitsOf(probed.row(item).row(11).data));
  expect(bitsOf(learnt.row(0).data)).not.toEqual(bitsOf(learnt.row(1).data));
  const encoders = await sim.readLearnt(encoded);
  await sim.keepLearnt({ item: 1 });
  expect(bitsOf(sim.data.get(learning).weights!.data)).toEqual(bitsOf(learnt.row(1).data));
  expect(bitsOf(sim.data.get(encoded).scaledEncoders.data)).toEqual(bitsOf(encoders.row(1).data));
  await expect(sim.keepLearnt({ item: 2 })).rejects.toThrow(failing('INVALID_OPTION', 'item'));
});

test('is refused of what does not learn', async () => {
  const { net, read, learning, output } = oneNeuron();
  await using sim = await simulate(net);
  await expect(sim.readLearnt(read)).rejects.toThrow(failing('NOTHING_LEARNT', 'learningRuleType'));
  await expect(sim.readLearnt(output as never)).rejects.toThrow(failing('INVALID_OPTION', 'readLearnt'));
  await expect(sim.keepLearnt({ item: -1 })).rejects.toThrow(failing('INVALID_OPTION', 'item'));
  await expect(sim.keepLearnt({ items: 1 } as never)).rejects.toThrow(failing('UNKNOWN_OPTION', 'item'));
  const late = net.within(() => new Connection(learning.preObject, new Node({ sizeIn: 1 })));
  await expect(sim.readLearnt(late)).rejects.toThrow(failing('FOREIGN_OBJECT'));
  const dull = new Network({ seed: 1 });
  dull.within(() => new Ensemble({ nNeurons: 3, dimensions: 1 }));
  await using other = await simulate(dull);
  await expect(other.keepLearnt()).rejects.toThrow(failing('NOTHING_LEARNT', 'this network'));
});

test('is told of where training moves it, too', async () => {
  const { net, learning } = oneNeuron();
  const warnings: string[] = [];
  const onWarning = (message: string): void => void warnings.push(message);
  await (await simulate(net, {}, { onWarning })).dispose();
  expect(warnings).toEqual([]);
  net.config.of(learning).trainable = true;
  await (await simulate(net, {}, { onWarning })).dispose();
  expect(warnings).toEqual([
    expect.stringMatching(/^connections\[1\]\.weights: a learning rule changes this .* trainable/),
  ]);
});
