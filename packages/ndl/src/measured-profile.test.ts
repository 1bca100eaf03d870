/** @file `sim.profile({ steps })`, `sim.profileTraining`: what parts take, and that measuring leaves no trace. */
import { describe, expect, test } from 'vitest';
import {
  adam,
  Connection,
  Ensemble,
  Network,
  Node,
  Probe,
  REFERENCE_BACKEND,
  type Settings,
  Simulator,
  TFJS_BACKEND,
  WASM_BACKEND,
} from './index.ts';
import { bitsOf, failing, parameterBits } from './reference-simulator.test-helper.ts';

interface Model {
  readonly network: Network;
  readonly stimulus: Node;
  readonly shown: Probe;
}

/** A population that feeds itself, and one that it drives. */
function model(): Model {
  let parts: Omit<Model, 'network'>;
  const network = new Network({ seed: 1 }, () => {
    const stimulus = new Node((t) => Math.sin(6 * t), { label: 'stimulus' });
    const [first, second] = ['first', 'second'].map((label) => new Ensemble({ nNeurons: 30, dimensions: 1, label }));
    new Connection(stimulus, first!);
    new Connection(first!, first!, { synapse: 0.1 });
    new Connection(first!, second!, { label: 'onwards' });
    parts = { stimulus, shown: new Probe(second!, { synapse: 0.01 }) };
  });
  return { network, ...parts! };
}

const BACKENDS: readonly (readonly [string, Partial<Settings>])[] = [
  ['wasm', { backend: WASM_BACKEND }],
  ['wasm, float64', { backend: WASM_BACKEND, dtype: 'float64' }],
  ['reference', { backend: REFERENCE_BACKEND, dtype: 'float64' }],
];

describe.each(BACKENDS)('on %s', (_, settings) => {
  test('measuring a run changes no bit of the simulation, and leaves nothing behind', async () => {
    const [measured, plain] = [model(), model()];
    await using sim = await Simulator.create(measured.network, { settings });
    await using other = await Simulator.create(plain.network, { settings });
    await sim.runSteps(20);
    const profile = await sim.profile({ steps: 15 });
    expect(sim.nSteps).toBe(20);
    await sim.runSteps(20);
    await other.runSteps(40);
    expect(bitsOf(sim.data.get(measured.shown).data)).toEqual(bitsOf(other.data.get(plain.shown).data));
    expect(Buffer.from(await sim.saveState())).toEqual(Buffer.from(await other.saveState()));
    expect(parameterBits(sim)).toEqual(parameterBits(other));

    const text = profile.parts.map(({ label }) => label).join('\n');
    for (const label of ['first: neurons', 'second: neurons', 'onwards: weights']) expect(text).toContain(label);
    for (const { milliseconds, calls } of profile.parts) {
      expect(milliseconds).toBeGreaterThanOrEqual(0);
      expect(calls).toBeGreaterThan(0);
    }
    const times = profile.parts.map(({ milliseconds }) => milliseconds!);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(profile.sections.flatMap(({ parts }) => parts)).toHaveLength(times.length);
    for (const { kind, parts, milliseconds, operations } of profile.sections) {
      if (kind !== 'steps') continue;
      for (const part of parts.filter((each) => each.kind !== 'call')) expect(part.calls).toBe(15);
      expect(milliseconds).toBeCloseTo(parts.reduce((sum, part) => sum + part.milliseconds!, 0));
      expect(operations).toBe(parts.reduce((sum, part) => sum + part.operations, 0));
    }
    expect(JSON.parse(JSON.stringify(profile))).toEqual({ ...profile });
    expect(String(profile)).toContain('first: neurons');
  });
});

test('neurons are one loop with what makes their current, and operations are those of all items and steps', async () => {
  const network = new Network({ seed: 1 }, () => {
    const stimulus = new Node((time) => [time, 0.25]);
    const population = new Ensemble({ nNeurons: 40, dimensions: 2, label: 'population' });
    new Connection(stimulus, population, { synapse: null });
    new Probe(population, { label: 'decoded' });
  });
  await using sim = await Simulator.create(network, { minibatchSize: 3, settings: { backend: WASM_BACKEND } });
  const { parts } = await sim.profile({ steps: 10 });
  const loop = parts.find(({ label }) => label.includes('population: neurons'))!;
  expect(loop).toMatchObject({ kind: 'loop', calls: 10 });
  expect(loop.label).toMatch(/population: encode.*population: neurons/);
  // A multiplication and an addition for each of 40 neurons and two dimensions, at each step, for each item.
  const decoding = parts.filter(({ kind, label }) => kind === 'product' && label.includes('decoded: weights'));
  expect(decoding.reduce((sum, { operations }) => sum + operations, 0)).toBe(2 * 40 * 2 * 10 * 3);
});

test('parameters are those of the simulation, as they are now', async () => {
  const { network, stimulus, shown } = model();
  await using sim = await Simulator.create(network, { settings: { backend: REFERENCE_BACKEND, dtype: 'float64' } });
  const seen: number[] = [];
  const heard = new Map([[stimulus, [[[1], [1], [1]]]]]);
  const targets = new Map([[shown, [[[1], [1], [1]]]]]);
  const options = { targets, optimizer: adam({ learningRate: 0.01 }) };
  await using other = await Simulator.create(network, { settings: { backend: REFERENCE_BACKEND, dtype: 'float64' } });

  const profile = await sim.profileTraining(heard, {
    ...options,
    epochs: 2,
    callbacks: [{ onEpochEnd: ({ training }) => void seen.push(training['loss']!) }],
  });
  expect(parameterBits(sim)).toEqual(parameterBits(other));
  expect(profile.sections.some(({ goal, direction }) => goal === 'update' && direction === 'descending')).toBe(true);
  expect(profile.parts.some(({ label }) => label.includes('gradient of first: neurons'))).toBe(true);

  const history = await sim.train(heard, { ...options, epochs: 2 });
  expect(history.epochs.map(({ training }) => training['loss'])).toEqual(seen);
  const trained = await sim.profileTraining(heard, {
    ...options,
    callbacks: [{ onEpochEnd: (record) => void seen.push(record.training['loss']!) }],
  });
  expect(trained.milliseconds).toBeGreaterThan(0);
  expect(seen[2]).toBeLessThan(seen[0]!);
});

test('a backend that does not tell what parts take counts them, and says so', async () => {
  await using sim = await Simulator.create(model().network, { settings: { backend: TFJS_BACKEND } });
  const profile = await sim.profile({ steps: 3 });
  expect(profile.note).toContain('tfjs does not tell');
  expect(profile.milliseconds).toBeGreaterThan(0);
  for (const { calls, milliseconds, gigaflops } of profile.parts)
    expect([calls, milliseconds, gigaflops]).toEqual([null, null, null]);
  // What is counted is three steps of what is counted without measuring.
  const perStep = sim.profile().sections.filter(({ kind }) => kind === 'steps' || kind === 'block');
  const measured = profile.sections.filter(({ kind }) => kind === 'steps' || kind === 'block');
  expect(measured.map(({ operations }) => operations)).toEqual(perStep.map(({ operations }) => 3 * operations));
  expect(String(profile)).toMatch(/first: neurons/);
});

test('what is no number of steps is refused, and a run that fails leaves the simulation as it was', async () => {
  let fails = false;
  const network = new Network({ seed: 1 }, () => {
    const moody = new Node(() => {
      if (fails) throw new Error('in a bad mood');
      return 1;
    });
    new Probe(moody);
  });
  await using sim = await Simulator.create(network, { settings: { backend: WASM_BACKEND } });
  await expect(sim.profile({})).rejects.toEqual(failing('INVALID_OPTION', /profile.*steps/));
  await expect(sim.profile({ steps: 0 })).rejects.toEqual(failing('INVALID_OPTION', 'steps'));
  await expect(sim.profile({ steps: 1.5 })).rejects.toEqual(failing('INVALID_OPTION', 'steps'));
  await expect(sim.profile(10 as never)).rejects.toEqual(failing('INVALID_OPTION', 'options'));
  await expect(sim.profile({ step: 10 } as never)).rejects.toEqual(failing('UNKNOWN_OPTION', 'steps'));
  await sim.runSteps(2);
  fails = true;
  await expect(sim.profile({ steps: 5 })).rejects.toThrow('in a bad mood');
  fails = false;
  await sim.runSteps(2);
  expect(sim.nSteps).toBe(4);
});
