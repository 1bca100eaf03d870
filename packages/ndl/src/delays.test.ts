/** @file Delays of connections: what arrives is what would have arrived some steps before, in runs, loops, training and saved states. */
import { describe, expect, it, test } from 'vitest';
import { sampleSize } from '../../../tools/sample-size.ts';
import {
  Connection,
  Ensemble,
  GREEDY_PLANNER,
  lifRate,
  lowpass,
  Network,
  Node,
  NOOP_PLANNER,
  Probe,
  rectifiedLinear,
  sgd,
  TFJS_BACKEND,
  TRANSITIVE_PLANNER,
  WASM_BACKEND,
  type ConnectionOptions,
  type Settings,
  type Simulator,
} from './index.ts';
import { bitsOf, failing, simulate } from './reference-simulator.test-helper.ts';

const WASM: Partial<Settings> = { backend: WASM_BACKEND };
const TFJS: Partial<Settings> = { backend: TFJS_BACKEND, dtype: 'float32', sessionConfig: { engine: 'cpu' } };
const EVERYWHERE: readonly (readonly [string, Partial<Settings>])[] = [
  ['no planner', { planner: NOOP_PLANNER, simplifications: [] }],
  ['the greedy planner', { planner: GREEDY_PLANNER }],
  ['the tree planner', {}],
  ['the transitive planner', { planner: TRANSITIVE_PLANNER }],
  ['wasm', WASM],
];

const STEPS = 50;

/** Paths of every kind, each once without delay and once with this one; what they bring, probe by probe. */
function sample(delay: NonNullable<ConnectionOptions['delay']>) {
  const pairs: (readonly [prompt: Probe, late: Probe])[] = [];
  const net = new Network({ seed: 5 }, () => {
    const source = new Node((time) => [Math.sin(70 * time) + 0.3, Math.cos(90 * time)]);
    const spiking = new Ensemble({ nNeurons: 20, dimensions: 2, seed: 1, nEvalPoints: 40 });
    const rates = new Ensemble({ nNeurons: 15, dimensions: 2, neuronType: lifRate(), seed: 2, nEvalPoints: 40 });
    for (const target of [spiking, rates]) new Connection(source, target, { synapse: null });
    const pair = (pre: ConnectionSource, size: number, options: ConnectionOptions): void => {
      const [prompt, late] = [null, delay].map((waits) => {
        const target = new Node({ sizeIn: size });
        new Connection(pre, target, { seed: 3, ...options, delay: waits });
        return new Probe(target);
      });
      pairs.push([prompt!, late!]);
    };
    pair(source, 2, { synapse: null });
    pair(source.at(1), 1, { synapse: 0.004, transform: 2 });
    pair(spiking, 2, { synapse: null });
    pair(spiking, 1, { synapse: lowpass(0.01), function: (x) => x[0]! * x[1]! });
    pair(rates, 2, { synapse: 0.01 });
    pair(spiking.neurons, 3, {
      synapse: null,
      transform: Array.from({ length: 3 }, (_, row) =>
        Array.from({ length: 20 }, (_column, index) => (index === row ? 1 : 0)),
      ),
    });
  });
  return { net, pairs };
}

type ConnectionSource = ConstructorParameters<typeof Connection>[0];

const recordOf = (sim: Simulator, probes: readonly Probe[]): readonly (readonly bigint[])[] =>
  probes.map((probe) => bitsOf(sim.data.get(probe).data));

describe('what arrives is what would have arrived so many steps before', () => {
  test.each([
    [{ steps: 1 }, 1],
    [0.007, 7],
    [0.0034, 3],
    [0.0004, 0],
    [0.2, 200],
  ])('with a delay of %j', async (delay, steps) => {
    const { net, pairs } = sample(delay);
    await using sim = await simulate(net);
    await sim.runSteps(20);
    await sim.runSteps(STEPS - 20);
    for (const [prompt, late] of pairs) {
      const [expected, got] = [sim.data.get(prompt), sim.data.get(late)];
      const size = expected.shape[1]!;
      const zeros = new Array<number>(Math.min(STEPS, steps) * size).fill(0);
      expect([...got.data]).toEqual([...zeros, ...expected.data.subarray(0, Math.max(0, STEPS - steps) * size)]);
    }
  });

  test.each(EVERYWHERE)('with the same bits under %s', async (_, settings) => {
    const { net, pairs } = sample({ steps: 6 });
    await using plain = await simulate(net);
    await using sim = await simulate(net, settings);
    for (const one of [plain, sim]) await one.runSteps(STEPS);
    const probes = pairs.flat();
    expect(recordOf(sim, probes)).toEqual(recordOf(plain, probes));
  });

  test('on tfjs', async () => {
    const { net, pairs } = sample({ steps: 6 });
    await using sim = await simulate(net, TFJS);
    await sim.runSteps(STEPS);
    for (const [prompt, late] of pairs.slice(0, 2)) {
      const [expected, got] = [sim.data.get(prompt), sim.data.get(late)];
      const size = expected.shape[1]!;
      expect([...got.data.subarray(6 * size)]).toEqual([...expected.data.subarray(0, (STEPS - 6) * size)]);
    }
  });
});

test('a delay breaks a cycle: x(t) = u(t) + 0.8 · x(t - 5)', async () => {
  const net = new Network({ seed: 0 });
  const [echo, output] = net.within(() => {
    const source = new Node((time) => (time < 0.0035 ? 1 : 0));
    const sum = new Node({ sizeIn: 1 });
    new Connection(source, sum, { synapse: null });
    const back = new Connection(sum, sum, { synapse: null, transform: 0.8, delay: { steps: 5 } });
    return [new Probe(sum), new Probe(back)];
  });
  const expected: number[] = [];
  for (let step = 0; step < 30; step++) expected.push((step < 3 ? 1 : 0) + 0.8 * (expected[step - 5] ?? 0));
  await using sim = await simulate(net);
  await sim.runSteps(30);
  [...sim.data.get(echo!).data].forEach((value, step) => expect(value).toBeCloseTo(expected[step]!, 12));
  // The output of a connection is what its target gets in the next step.
  [...sim.data.get(output!).data].forEach((value, step) =>
    expect(value).toBeCloseTo(0.8 * (expected[step - 4] ?? 0), 12),
  );
});

test('neurons may be reached late, and an ensemble may hear itself late', async () => {
  const net = new Network({ seed: 2 });
  const [early, late, self] = net.within(() => {
    const source = new Node((time) => Math.sin(50 * time));
    const flat = { gain: [1, 1], bias: [0, 0], nNeurons: 2, dimensions: 1, neuronType: rectifiedLinear() };
    const [a, b] = [new Ensemble(flat), new Ensemble(flat)];
    new Connection(source, a.neurons, { transform: [[1], [-1]], synapse: null });
    new Connection(source, b.neurons, { transform: [[1], [-1]], synapse: null, delay: { steps: 4 } });
    const memory = new Ensemble({ nNeurons: 30, dimensions: 1, neuronType: lifRate() });
    new Connection(source, memory, { synapse: null, transform: 0.1 });
    new Connection(memory, memory, { synapse: null, delay: { steps: 10 } });
    return [new Probe(a.neurons), new Probe(b.neurons), new Probe(memory)];
  });
  await using sim = await simulate(net);
  await sim.runSteps(40);
  expect([...sim.data.get(late!).data.subarray(8)]).toEqual([...sim.data.get(early!).data.subarray(0, 72)]);
  // After ten steps it has its own past added.
  const signal = Array.from({ length: 40 }, (_, step) => 0.1 * Math.sin(50 * (step + 1) * 0.001));
  const sums = signal.map(
    (value, step) =>
      value +
      (step >= 10 ? signal[step - 10]! : 0) +
      (step >= 20 ? signal[step - 20]! : 0) +
      (step >= 30 ? signal[step - 30]! : 0),
  );
  [...sim.data.get(self!).data].forEach((value, step) => expect(Math.abs(value - sums[step]!)).toBeLessThan(0.1));
});

describe('a saved state', () => {
  test.each([EVERYWHERE[0]!, EVERYWHERE.at(-1)!])('goes on under %s', async (_, settings) => {
    const { net, pairs } = sample({ steps: 9 });
    const probes = pairs.flat();
    await using once = await simulate(net);
    await once.runSteps(13);
    const state = await once.saveState();
    once.clearProbes();
    await once.runSteps(20);
    await using sim = await simulate(net, settings);
    await sim.restoreState(state);
    await sim.runSteps(20);
    expect(recordOf(sim, probes)).toEqual(recordOf(once, probes));
  });
});

describe('training', () => {
  const data = [0.4, -1, 0.8, 0.3, -0.2, 1.1, 0.6];
  const target = [0, 0.5, 0.1, -0.4, 0.2, 0.2, -0.3];

  it.each<[string, Partial<Settings>, number]>([
    ['the reference', {}, 12],
    ['wasm', WASM, 12],
    ['tfjs', TFJS, 5],
  ])('follows the gradient of what came late, on %s', async (_, settings, digits) => {
    const net = new Network({ seed: 1 });
    const { input, output, learnt } = net.within(() => {
      const input = new Node([0]);
      const sum = new Node({ sizeIn: 1 });
      const learnt = new Connection(input, sum, { transform: [[0.5]], synapse: null, delay: { steps: 2 } });
      return { input, output: new Probe(sum), learnt };
    });
    await using sim = await simulate(net, settings);
    await sim.train([[input, [data.map((value) => [value])]]], {
      targets: [[output, [target.map((value) => [value])]]],
      optimizer: sgd({ learningRate: 0.1 }),
    });
    const gradient = target.reduce((sum, wanted, step) => {
      const heard = data[step - 2] ?? 0;
      return sum + (2 * (0.5 * heard - wanted) * heard) / target.length;
    }, 0);
    expect(sim.data.get(learnt).weights!.data[0]).toBeCloseTo(0.5 - 0.1 * gradient, digits);
  });

  it.each<[string, Partial<Settings>]>([
    ['the reference', {}],
    ['tfjs', TFJS],
  ])('has the gradients of central differences through delayed loops, on %s', async (_, settings) => {
    const net = new Network({ seed: 3 });
    const { input, output } = net.within(() => {
      const input = new Node([0]);
      const a = new Ensemble({ nNeurons: 6, dimensions: 1, neuronType: lifRate(), seed: 4 });
      const sum = new Node({ sizeIn: 1 });
      new Connection(input, a, { synapse: null, delay: { steps: 1 } });
      new Connection(a, a, { synapse: 0.003, delay: { steps: 3 }, transform: 0.5 });
      new Connection(a, sum, { synapse: null, delay: { steps: 2 } });
      return { input, output: new Probe(sum) };
    });
    await using sim = await simulate(net, settings);
    const steps = sampleSize(9, 30);
    const wave = (phase: number): number[][] =>
      Array.from({ length: steps }, (_value, step) => [Math.sin(phase + step)]);
    const { elementsChecked, elementsUndecided } = await sim.checkGradients({
      inputs: [[input, [wave(0), wave(2)]]],
      targets: [[output, [wave(1), wave(4)]]],
    });
    expect(elementsChecked).toBeGreaterThan(elementsUndecided);
  });
});

test('what only waits is taken out of the loop over steps: its product is one of all steps of a block', async () => {
  const net = new Network({ seed: 7 });
  net.within(() => {
    const source = new Node((time) => Math.sin(time));
    const [a, b] = [1, 2].map(() => new Ensemble({ nNeurons: 10, dimensions: 1, neuronType: rectifiedLinear() }));
    new Connection(source, a!, { synapse: null });
    new Connection(a!, b!, { synapse: null, delay: { steps: 12 } });
    return new Probe(b!);
  });
  await using sim = await simulate(net);
  const { sections } = sim.compiled.forwardProgram('run', new Set()).program;
  expect(new Set(sections.map(({ kind }) => kind))).toEqual(new Set(['block']));
});

test('a delay can be changed and is refused where it is none', async () => {
  const net = new Network({ seed: 0 });
  const [node, sink] = net.within(() => [new Node([1, 2]), new Node({ sizeIn: 2 })]);
  const connection = net.within(() => new Connection(node!, sink!, { synapse: null, delay: 0.5 }));
  expect(connection.delay).toBe(0.5);
  connection.delay = { steps: 2 };
  expect(connection.delay).toEqual({ steps: 2 });
  for (const delay of [-1, Infinity, { steps: 1.5 }, { steps: -1 }, { step: 1 }, 'x'])
    expect(() => (connection.delay = delay as never)).toThrow(failing('INVALID_OPTION', 'delay'));
  expect(connection.delay).toEqual({ steps: 2 });
});
