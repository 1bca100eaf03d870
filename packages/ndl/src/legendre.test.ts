/** @file Legendre memories delay signals, and units learn tasks in time. */
import { describe, expect, it } from 'vitest';
import { adam, Connection, glorot, LegendreMemory, LegendreUnit, lifRate, Network, Node, Probe } from './index.ts';
import { simulate } from './reference-simulator.test-helper.ts';

/** A periodic signal of random phases, all frequencies up to 10 Hz, of root mean square 0.5. */
function whiteSignal(): (t: number) => number {
  const phases = Array.from({ length: 10 }, (_, index) => (index * index * 2.399963) % (2 * Math.PI));
  return (t) =>
    phases.reduce((sum, phase, index) => sum + Math.cos(2 * Math.PI * (index + 1) * t + phase), 0) *
    (0.5 / Math.sqrt(phases.length / 2));
}

/** Root mean square of the error of a delayed signal after the first second, in units of the signal's. */
async function delayError(options: Partial<ConstructorParameters<typeof LegendreMemory>[0]>): Promise<number> {
  const signal = whiteSignal();
  const delay = 0.1;
  const net = new Network({ seed: 0 });
  const probe = net.within(() => {
    const memory = new LegendreMemory({ order: 8, theta: 0.1, ...options });
    new Connection(new Node(signal), memory.input, { synapse: null });
    return new Probe(memory.addDelayedOutput(delay), { synapse: null });
  });
  await using sim = await simulate(net, {});
  await sim.run(2);
  const { data } = sim.data.get(probe);
  let [error, size] = [0, 0];
  for (let step = 1000; step < data.length; step++) {
    const wanted = signal((step + 1) * 0.001 - delay);
    error += (data[step]! - wanted) ** 2;
    size += wanted ** 2;
  }
  return Math.sqrt(error / size);
}

describe('a white signal', () => {
  it('is delayed by a memory without neurons', async () => {
    expect(await delayError({})).toBeLessThan(0.1);
  });

  it('is delayed by a memory of neurons', async () => {
    const neurons = { nNeurons: 100, ensembles: { neuronType: lifRate() } };
    expect(await delayError({ order: 6, ...neurons })).toBeLessThan(0.1);
  });
});

it('a unit learns to repeat what it saw some steps ago', async () => {
  const [items, steps, lag] = [8, 20, 5];
  const net = new Network({ seed: 1 });
  const { input, probe } = net.within(() => {
    const source = new Node([0]);
    const unit = new LegendreUnit({ units: 6, order: 5, theta: 0.01 });
    new Connection(source, unit.input, { synapse: null });
    const output = new Node({ sizeIn: 1 });
    new Connection(unit.hidden.neurons, output, { transform: glorot(), synapse: null });
    return { input: source, probe: new Probe(output) };
  });
  const values = Array.from({ length: items }, (_, item) =>
    Array.from({ length: steps }, (__, step) => [Math.sin(1.7 * item + 0.4 * step * (1 + (item % 3)))]),
  );
  const targets = values.map((sequence) => sequence.map((_, step) => [step < lag ? 0 : sequence[step - lag]![0]!]));
  await using sim = await simulate(net, {}, { minibatchSize: items });
  const lossNow = async (): Promise<number> =>
    (await sim.evaluate([[input, values]], { targets: [[probe, targets]] })).loss!;
  const before = await lossNow();
  await sim.train([[input, values]], {
    targets: [[probe, targets]],
    optimizer: adam({ learningRate: 0.03 }),
    epochs: 60,
  });
  expect((await lossNow()) / before).toBeLessThan(0.25);
});
