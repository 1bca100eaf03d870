/** @file Surrogates in networks: their gradients are checked through time, on every backend, and networks learn by them in spikes. */
import { GRADIENT_APPROXIMATIONS, type GradientApproximation } from '@ndl/core';
import { describe, expect, test } from 'vitest';
import {
  adam,
  adaptiveLif,
  ARCTANGENT_GRADIENT,
  choice,
  configureSettings,
  Connection,
  defaultPlugins,
  definePlugin,
  directGradient,
  Ensemble,
  FAST_SIGMOID_GRADIENT,
  fastSigmoidGradient,
  izhikevich,
  lif,
  lifRate,
  lowpass,
  meanSquaredError,
  Network,
  Node,
  poissonSpiking,
  Probe,
  REFERENCE_BACKEND,
  regularSpiking,
  sgd,
  spikingLeakyRelu,
  STRAIGHT_THROUGH_GRADIENT,
  stochasticSpiking,
  SUPER_SPIKE_GRADIENT,
  tanh,
  TFJS_BACKEND,
  token,
  TRIANGULAR_GRADIENT,
  WASM_BACKEND,
  type NeuronType,
  type Settings,
  type Token,
} from './index.ts';
import { parameterBits, simulate } from './reference-simulator.test-helper.ts';

const FOLLOWING = token<GradientApproximation>('@acme/following/fast-sigmoid');
/** Offers a surrogate that follows resets, as users offer one with options of their own. */
const following = definePlugin({
  name: '@acme/following',
  register({ bind, contribute }) {
    bind(FOLLOWING).toConstantValue(fastSigmoidGradient({ slope: 4, reset: 'follow' }));
    contribute(GRADIENT_APPROXIMATIONS).toConstantValue({ key: FOLLOWING, summary: 'a fast sigmoid, resets too' });
  },
});
const plugins = [...defaultPlugins(), following];

/** A population that hears itself, and a probe of what it represents. */
function loop(neuronType: NeuronType) {
  return new Network({ seed: 6 }).within((net) => {
    const stimulus = new Node([0.6]);
    const a = new Ensemble({ nNeurons: 6, dimensions: 1, neuronType, maxRates: choice([150]) });
    new Connection(stimulus, a, { synapse: null });
    new Connection(a, a, { synapse: lowpass(0.003), transform: 0.5 });
    return { net, stimulus, probe: new Probe(a, { synapse: lowpass(0.005) }) };
  });
}

describe('checkGradients: of the smooth stand-in, through states', () => {
  test.each<[string, NeuronType, Token<GradientApproximation>]>([
    ['lif, reset cut', lif({ minVoltage: -1 }), SUPER_SPIKE_GRADIENT],
    ['lif, reset followed', lif({ minVoltage: -1 }), FOLLOWING],
    ['adaptiveLif', adaptiveLif({ tauN: 0.01, incN: 0.02 }), ARCTANGENT_GRADIENT],
    ['izhikevich, reset followed', izhikevich(), FOLLOWING],
    ['spikingLeakyRelu', spikingLeakyRelu(), TRIANGULAR_GRADIENT],
    ['regularSpiking', regularSpiking(tanh()), FAST_SIGMOID_GRADIENT],
    ['stochasticSpiking', stochasticSpiking(tanh()), STRAIGHT_THROUGH_GRADIENT],
    ['poissonSpiking', poissonSpiking(lifRate()), SUPER_SPIKE_GRADIENT],
  ])('%s', async (_, neuronType, gradient) => {
    await using simulator = await simulate(loop(neuronType).net, { gradient }, { plugins });
    const report = await simulator.checkGradients({ steps: 5 });
    expect(report.backendAgainstIr.error).toBeLessThanOrEqual(1e-6);
    expect(report.irAgainstDifferences.error).toBeLessThanOrEqual(1e-6);
    expect(report.elementsChecked).toBeGreaterThan(4);
  });

  test('TensorFlow.js derives the same by itself, in float32', async () => {
    const settings = { gradient: FOLLOWING, backend: TFJS_BACKEND, dtype: 'float32' } as const;
    await using simulator = await simulate(loop(lif()).net, settings, { plugins });
    const report = await simulator.checkGradients({ steps: 4 });
    expect(report.backendAgainstIr.error).toBeLessThanOrEqual(1e-3);
  });
});

/** How far one step of gradient descent moves the encoders, where a current comes in the first step and the last is looked at. */
async function movedByThePast(neuronType: NeuronType, gradient: Token<GradientApproximation>): Promise<number> {
  const { net, stimulus, probe } = new Network({ seed: 2 }).within((net) => {
    configureSettings({ gradient, trainable: true });
    const stimulus = new Node([0]);
    // Below threshold, and above the floor of the voltage.
    const ensemble = new Ensemble({ nNeurons: 3, dimensions: 1, neuronType, gain: [1, 1, 1], bias: [0.9, 0.9, 0.9] });
    new Connection(stimulus, ensemble, { synapse: null });
    return { net, stimulus, probe: new Probe(ensemble.neurons, { sampleEvery: 0.004 }) };
  });
  await using simulator = await simulate(net, {}, { plugins });
  const ensemble = net.ensembles[0]!;
  const before = simulator.data.get(ensemble).scaledEncoders.data;
  await simulator.train([[stimulus, [[[0.4], [0], [0], [0]]]]], {
    targets: [[probe, [[1, 1, 1]]]],
    losses: directGradient(),
    optimizer: sgd({ learningRate: 1e-3 }),
  });
  const after = simulator.data.get(ensemble).scaledEncoders.data;
  return Math.max(...Array.from(after, (value, index) => Math.abs(value - before[index]!)));
}

test('gradients reach earlier steps through voltages alone', async () => {
  expect(await movedByThePast(lif(), SUPER_SPIKE_GRADIENT)).toBeGreaterThan(1e-5);
  expect(await movedByThePast(izhikevich({ initialState: { voltage: -50 } }), ARCTANGENT_GRADIENT)).toBeGreaterThan(0);
  expect(await movedByThePast(stochasticSpiking(tanh()), SUPER_SPIKE_GRADIENT)).toBe(0);
});

/** A population taught to stay silent for one input and to fire at 120 Hz for another, in real spikes. */
async function taught(
  backend: NonNullable<Settings['backend']>,
): Promise<{ losses: readonly number[]; bits: ReturnType<typeof parameterBits> }> {
  const { net, stimulus, probe } = new Network({ seed: 1 }).within((net) => {
    configureSettings({ gradient: FAST_SIGMOID_GRADIENT, trainable: true });
    const stimulus = new Node([0]);
    const ensemble = new Ensemble({ nNeurons: 10, dimensions: 1, neuronType: lif() });
    new Connection(stimulus, ensemble, { synapse: null });
    return { net, stimulus, probe: new Probe(ensemble.neurons, { synapse: lowpass(0.02) }) };
  });
  await using simulator = await simulate(net, { backend });
  const steps = 60;
  const sequence = (value: number): number[][] => Array.from({ length: steps }, () => [value]);
  const rates = (value: number): number[][] => Array.from({ length: steps }, () => Array(10).fill(value) as number[]);
  const { epochs } = await simulator.train([[stimulus, [sequence(-0.5), sequence(0.5)]]], {
    targets: [[probe, [rates(0), rates(120)]]],
    losses: meanSquaredError(),
    optimizer: adam({ learningRate: 1 }),
    epochs: 40,
  });
  return { losses: epochs.map(({ training }) => training['loss']!), bits: parameterBits(simulator) };
}

test('networks learn in spikes, with the same bits compiled', async () => {
  const [reference, compiled] = [await taught(REFERENCE_BACKEND), await taught(WASM_BACKEND)];
  expect(reference.losses.at(-1)!).toBeLessThan(0.5 * reference.losses[0]!);
  expect(compiled).toEqual(reference);
});
