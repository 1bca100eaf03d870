/** @file The triangle synapse in runs, training and saved states: what it does outside of them, one step later. */
import { instructionsOf } from '@ndl/ir';
import { describe, expect, it, test } from 'vitest';
import { sampleSize } from '../../../tools/sample-size.ts';
import {
  Connection,
  filter,
  GREEDY_PLANNER,
  lowpass,
  Network,
  Node,
  NOOP_PLANNER,
  Probe,
  sgd,
  TFJS_BACKEND,
  TRANSITIVE_PLANNER,
  TREE_PLANNER,
  triangle,
  WASM_BACKEND,
  type Settings,
  type Simulator,
} from './index.ts';
import { bitsOf, simulate } from './reference-simulator.test-helper.ts';

const STEPS = 60;
const signal = Array.from({ length: STEPS }, (_, step) => Math.sin(step) + (step === 3 ? 2 : 0));

/** What targets hear of the signal through each of these, so many elements each. */
const PATHS: readonly { readonly time: number; readonly size: number }[] = [
  { time: 0.003, size: 1 },
  { time: 0.012, size: 2 },
  { time: 0.003, size: 3 },
  { time: 0, size: 1 },
  { time: 0.15, size: 1 },
];

function sample(paths = PATHS): { readonly net: Network; readonly probes: readonly Probe[] } {
  const probes: Probe[] = [];
  const net = new Network({ seed: 0 }, () => {
    const source = new Node((time) => signal[Math.round(time / 0.001) - 1] ?? 0);
    for (const { time, size } of paths) {
      const target = new Node({ sizeIn: size });
      const transform = Array.from({ length: size }, (_, row) => [row + 1]);
      new Connection(source, target, { synapse: triangle(time), transform });
      probes.push(new Probe(target));
    }
  });
  return { net, probes };
}

const recordOf = (sim: Simulator, probes: readonly Probe[]): readonly (readonly bigint[])[] =>
  probes.map((probe) => bitsOf(sim.data.get(probe).data));

const EVERY_PLAN: readonly (readonly [string, Partial<Settings>])[] = [
  ['no planner', { planner: NOOP_PLANNER }],
  ['the greedy planner', { planner: GREEDY_PLANNER }],
  ['the tree planner', { planner: TREE_PLANNER }],
  ['the transitive planner', { planner: TRANSITIVE_PLANNER }],
];

const WASM: Partial<Settings> = { backend: WASM_BACKEND };
const TFJS: Partial<Settings> = { backend: TFJS_BACKEND, dtype: 'float32', sessionConfig: { engine: 'cpu' } };

describe('a run', () => {
  test.each<[string, Partial<Settings>, number]>([
    ...EVERY_PLAN.map(([name, settings]) => [name, settings, 12] as [string, Partial<Settings>, number]),
    ['wasm', WASM, 12],
    ['tfjs', TFJS, 5],
  ])('filters as outside of it, under %s', async (_, settings, digits) => {
    const { net, probes } = sample();
    await using sim = await simulate(net, settings);
    await sim.runSteps(25);
    await sim.runSteps(STEPS - 25);
    probes.forEach((probe, index) => {
      const { time, size } = PATHS[index]!;
      const expected = filter(triangle(time), signal).data;
      const recorded = sim.data.get(probe);
      for (let step = 0; step < STEPS; step++) {
        for (let row = 0; row < size; row++) {
          const value = step === 0 ? 0 : (row + 1) * expected[step - 1]!;
          expect(recorded.get(step, row)).toBeCloseTo(value, digits);
        }
      }
    });
  });

  test('has the same bits under every plan, on wasm too', async () => {
    const records = [];
    for (const settings of [...EVERY_PLAN.map(([, planned]) => planned), WASM]) {
      const { net, probes } = sample();
      await using sim = await simulate(net, settings);
      await sim.runSteps(STEPS);
      records.push(recordOf(sim, probes));
    }
    for (const record of records) expect(record).toEqual(records[0]);
  });

  test('takes one product for triangles of all lengths', async () => {
    const { net } = sample([
      { time: 0.003, size: 1 },
      { time: 0.03, size: 2 },
      { time: 0.01, size: 1 },
    ]);
    await using sim = await simulate(net);
    const { program } = sim.compiled.forwardProgram('run', new Set());
    const products = instructionsOf(program).filter(({ kind }) => kind === 'contract');
    expect(products.filter(({ label }) => label?.includes('synapse'))).toHaveLength(1);
    expect(Math.max(...program.buffers.map(({ steps }) => (steps === 'one' ? 0 : steps.before)))).toBe(30);
  });

  test('goes round a loop: x(t) = u(t) + w · Σ taps[k] · x(t - 1 - k)', async () => {
    const probes: Probe[] = [];
    const net = new Network({ seed: 0 }, () => {
      const source = new Node((time) => signal[Math.round(time / 0.001) - 1] ?? 0);
      const memory = new Node({ sizeIn: 1 });
      new Connection(source, memory, { synapse: null });
      new Connection(memory, memory, { synapse: triangle(0.002), transform: 0.7 });
      probes.push(new Probe(memory));
    });
    const expected: number[] = [];
    for (const value of signal) {
      const [a = 0, b = 0, c = 0] = expected.slice(-3).reverse();
      expected.push(value + 0.7 * ((3 * a + 2 * b + c) / 6));
    }
    await using sim = await simulate(net);
    await sim.runSteps(STEPS);
    const recorded = sim.data.get(probes[0]!).data;
    expected.forEach((value, step) => expect(recorded[step]).toBeCloseTo(value, 12));
  });
});

describe('a saved state', () => {
  test.each(EVERY_PLAN)('goes on under %s', async (_, settings) => {
    const whole = sample();
    await using once = await simulate(whole.net);
    await once.runSteps(20);
    const state = await once.saveState();
    once.clearProbes();
    await once.runSteps(STEPS - 20);
    const other = sample();
    await using sim = await simulate(other.net, settings);
    await sim.restoreState(state);
    await sim.runSteps(STEPS - 20);
    expect(recordOf(sim, other.probes)).toEqual(recordOf(once, whole.probes));
  });

  test('goes on from steps before the first, which held nothing', async () => {
    const whole = sample();
    await using once = await simulate(whole.net);
    await once.runSteps(2);
    const state = await once.saveState();
    once.clearProbes();
    await once.runSteps(20);
    const other = sample();
    await using sim = await simulate(other.net, { planner: NOOP_PLANNER });
    await sim.restoreState(state);
    await sim.runSteps(20);
    expect(recordOf(sim, other.probes)).toEqual(recordOf(once, whole.probes));
  });
});

/** input → weight → triangle → output. */
function filteredWeight(weight: number): {
  readonly net: Network;
  readonly input: Node;
  readonly output: Probe;
  readonly learnt: Connection;
} {
  const net = new Network({ seed: 1 });
  return net.within(() => {
    const input = new Node([0]);
    const sum = new Node({ sizeIn: 1 });
    const learnt = new Connection(input, sum, { transform: [[weight]], synapse: triangle(0.003) });
    return { net, input, output: new Probe(sum), learnt };
  });
}

describe('training', () => {
  const data = [0.4, -1, 0.8, 0.3, -0.2, 1.1, 0.6];
  const target = [0, 0.5, 0.1, -0.4, 0.2, 0.2, -0.3];

  it.each<[string, Partial<Settings>, number, number | undefined]>([
    ['the reference', {}, 12, undefined],
    ['the reference, truncated', {}, 12, 3],
    ['tfjs', TFJS, 5, undefined],
  ])('on %s follows the gradient of what was heard at all lags', async (_, settings, digits, truncation) => {
    const { net, input, output, learnt } = filteredWeight(0.5);
    await using sim = await simulate(net, settings);
    await sim.train([[input, [data.map((value) => [value])]]], {
      targets: [[output, [target.map((value) => [value])]]],
      optimizer: sgd({ learningRate: 0.1 }),
      ...(truncation !== undefined && { truncation }),
    });
    // heard(t) = Σ taps[k] · u(t - 1 - k); a window's loss is the mean over its steps, and gradients end where it begins.
    let weight = 0.5;
    const window = truncation ?? data.length;
    const weights = data.map(() => 0);
    for (let begin = 0; begin < data.length; begin += window) {
      const steps = Math.min(window, data.length - begin);
      weights.fill(weight, begin, begin + steps);
      let gradient = 0;
      for (let t = begin; t < begin + steps; t++) {
        let [value, slope] = [0, 0];
        for (let k = 0; k < 4 && t - 1 - k >= 0; k++) {
          const term = ((4 - k) / 10) * data[t - 1 - k]!;
          value += weights[t - 1 - k]! * term;
          if (t - 1 - k >= begin) slope += term;
        }
        gradient += (2 * (value - target[t]!) * slope) / steps;
      }
      weight -= 0.1 * gradient;
    }
    expect(sim.data.get(learnt).weights!.data[0]).toBeCloseTo(weight, digits);
  });

  it.each<[string, Partial<Settings>]>([
    ['the reference', {}],
    ['wasm', WASM],
    ['tfjs', TFJS],
  ])('has the gradients of central differences on %s', async (_, settings) => {
    const net = new Network({ seed: 3 });
    const { input, output } = net.within(() => {
      const input = new Node([0]);
      const [first, second] = [new Node({ sizeIn: 2 }), new Node({ sizeIn: 1 })];
      new Connection(input, first, { transform: [[0.5], [-0.8]], synapse: triangle(0.002) });
      new Connection(first, first, {
        transform: [
          [0.2, 0.1],
          [0, -0.3],
        ],
        synapse: triangle(0.004),
      });
      new Connection(first, second, { transform: [[0.7, 0.4]], synapse: lowpass(0.002) });
      return { input, output: new Probe(second, { synapse: triangle(0.001) }) };
    });
    await using sim = await simulate(net, settings);
    const steps = sampleSize(9, 40);
    const wave = (phase: number): number[][] => Array.from({ length: steps }, (_, step) => [Math.sin(phase + step)]);
    const { elementsChecked, elementsUndecided } = await sim.checkGradients({
      inputs: [[input, [wave(0), wave(2)]]],
      targets: [[output, [wave(1), wave(4)]]],
    });
    expect(elementsChecked).toBeGreaterThan(elementsUndecided);
  });
});
