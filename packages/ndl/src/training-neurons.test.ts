/** @file Which neurons training runs: LIF as LIFRate, smoothed, or as a gradient approximation says; and that runs spike. */
import { describe, expect, test } from 'vitest';
import { relativeError } from '@ndl/golden';
import type { GradientApproximation } from '@ndl/core';
import {
  configureSettings,
  Connection,
  directGradient,
  Ensemble,
  lif,
  lifRate,
  meanSquaredError,
  Network,
  Node,
  Probe,
  RATE_GRADIENT,
  sgd,
  SOFT_LIF_GRADIENT,
  spikingRectifiedLinear,
  TFJS_BACKEND,
  token,
  type NeuronType,
  type Settings,
  type Simulator,
} from './index.ts';
import { bitsOf, failing, simulate } from './reference-simulator.test-helper.ts';

const TAU_RC = 0.03;
const TAU_REF = 0.0015;
const AMPLITUDE = 0.7;
const testedLif = lif({ tauRc: TAU_RC, tauRef: TAU_REF, amplitude: AMPLITUDE });

/** A rate and its derivative by the current. */
interface Rate {
  readonly value: number;
  readonly slope: number;
}

/** a = A / (τ_ref + τ_rc c) of the charging time c in units of τ_rc, and da/dJ = -(a² / A) τ_rc dc/dJ. */
function rateOf(charging: number, chargingSlope: number): Rate {
  const value = AMPLITUDE / (TAU_REF + TAU_RC * charging);
  return { value, slope: ((-value * value) / AMPLITUDE) * TAU_RC * chargingSlope };
}

/** c = ln(1 + 1 / (J - 1)) above threshold; below, it is never reached. */
function lifRateAt(current: number): Rate {
  return current > 1 ? rateOf(Math.log1p(1 / (current - 1)), -1 / (current * (current - 1))) : { value: 0, slope: 0 };
}

/** c = ln(1 + 1/z), where z = σ ln(1 + e^s) and s = (J - 1) / σ. Far below threshold ln(1 + e^s) is e^s. */
const softLifAt =
  (sigma: number) =>
  (current: number): Rate => {
    const s = (current - 1) / sigma;
    const isFar = s < -40;
    const softplus = Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s)));
    const z = sigma * softplus;
    const logarithmOfZ = Math.log(sigma) + (isFar ? s : Math.log(softplus));
    const growth = isFar ? 1 / sigma : 1 / (1 + Math.exp(-s)) / z;
    return rateOf(Math.log1p(z) - logarithmOfZ, -growth / (1 + z));
  };

/** One ensemble, which sees x = 0.4 unless it is fed; with its neurons, voltages and a decoded value probed. */
function sample(settings: Partial<Settings> = {}, neuronType: NeuronType = testedLif) {
  const net = new Network({ seed: 2 });
  return net.within(() => {
    configureSettings(settings);
    const stimulus = new Node([0.4]);
    const ensemble = new Ensemble({ nNeurons: 40, dimensions: 1, neuronType });
    new Connection(stimulus, ensemble, { synapse: null });
    const output = new Node({ sizeIn: 1 });
    const decoding = new Connection(ensemble, output, { synapse: null });
    const neurons = new Probe(ensemble.neurons);
    const voltages = neuronType.kind === 'lif' ? new Probe(ensemble.neurons, { attribute: 'voltage' }) : undefined;
    return { net, stimulus, ensemble, decoding, neurons, voltages, decoded: new Probe(output) };
  });
}

type Sample = ReturnType<typeof sample>;

/** Currents J = encoders · x + bias into every neuron. */
function currentsOf(simulator: Simulator, { ensemble }: Sample, x: number): readonly number[] {
  const { scaledEncoders, bias } = simulator.data.get(ensemble);
  return Array.from(scaledEncoders.data, (encoder, neuron) => encoder * x + bias!.data[neuron]!);
}

/** What training runs, forward: [items, neurons] of the last step. */
async function trainingRates(
  simulator: Simulator,
  { stimulus, neurons }: Sample,
  x: number,
): Promise<ArrayLike<number>> {
  const predicted = await simulator.predict([[stimulus, [[x]]]], { mode: 'rate', lastStepOnly: true });
  return predicted.get(neurons)!.data;
}

/** What training runs, backward: da/dJ of every neuron, as one step of gradient descent moves the biases. */
async function trainingSlopes(simulator: Simulator, objects: Sample, x: number): Promise<readonly number[]> {
  const { stimulus, neurons, ensemble } = objects;
  const before = simulator.data.get(ensemble).bias!.data;
  await simulator.train([[stimulus, [[x]]]], {
    targets: [[neurons, [before.map(() => -1)]]],
    losses: directGradient(),
    optimizer: sgd({ learningRate: 1 }),
  });
  const after = simulator.data.get(ensemble).bias!.data;
  return Array.from(after, (bias, neuron) => bias - before[neuron]!);
}

/** Compares what training runs with a closed form, forward and backward. */
async function expectTrainingRuns(
  objects: Sample,
  closedForm: (current: number) => Rate,
  { settings = {}, tolerance = 1e-12 }: { settings?: Partial<Settings>; tolerance?: number } = {},
): Promise<void> {
  for (const x of [-0.7, 0.4]) {
    await using simulator = await simulate(objects.net, settings);
    const expected = currentsOf(simulator, objects, x).map(closedForm);
    const [values, slopes] = [expected.map(({ value }) => value), expected.map(({ slope }) => slope)];
    expect(slopes.some((slope) => slope > 0)).toBe(true);
    expect(relativeError(await trainingRates(simulator, objects, x), values)).toBeLessThan(tolerance);
    // Slopes are differences of biases, which may be larger: they are known less well.
    expect(relativeError(await trainingSlopes(simulator, objects, x), slopes)).toBeLessThan(1000 * tolerance);
  }
}

/** Checks the backend's gradients against the IR's, and these against central differences. */
async function expectGradientsChecked({ net }: Sample, settings: Partial<Settings> = {}): Promise<void> {
  await using simulator = await simulate(net, settings);
  const report = await simulator.checkGradients();
  expect(report.elementsChecked).toBeGreaterThan(30);
  expect(report.irAgainstDifferences.error).toBeLessThan(1e-6);
}

describe('During training LIF is replaced by LIFRate, forward value and gradient: a probed training output equals the closed form. In runs it spikes. Voltages are bitwise unchanged by training', () => {
  test('forward value and gradient', async () => {
    await expectTrainingRuns(sample(), lifRateAt);
    await expectGradientsChecked(sample());
  });

  test.each([{}, { lifSmoothing: 0.1 }])('on tfjs too, in its float32: %j', async (smoothing) => {
    const settings = { backend: TFJS_BACKEND, dtype: 'float32' } as const;
    const closedForm = 'lifSmoothing' in smoothing ? softLifAt(smoothing.lifSmoothing) : lifRateAt;
    await expectTrainingRuns(sample(smoothing), closedForm, { settings, tolerance: 1e-5 });
    await expectGradientsChecked(sample(smoothing), settings);
  });

  test('a decoded output', async () => {
    const objects = sample();
    await using simulator = await simulate(objects.net);
    const rates = currentsOf(simulator, objects, 0.4).map((current) => lifRateAt(current).value);
    const weights = simulator.data.get(objects.decoding).weights!.data;
    const decoded = rates.reduce((sum, rate, neuron) => sum + rate * weights[neuron]!, 0);
    const predicted = await simulator.predict([[objects.stimulus, [[0.4]]]], { mode: 'rate' });
    expect(relativeError(predicted.get(objects.decoded)!.data, [decoded])).toBeLessThan(1e-12);
  });

  test('runs spike, and so do predictions in mode spiking, before and after training', async () => {
    const objects = sample({ trainable: false });
    objects.net.config.of(objects.decoding).trainable = true;
    await using simulator = await simulate(objects.net);
    const rates = currentsOf(simulator, objects, 0.4).map((current) => lifRateAt(current).value / AMPLITUDE);
    const expectSpikes = (samples: ArrayLike<number>, steps: number): void => {
      const spikes = Array.from(samples);
      expect(new Set(spikes)).toEqual(new Set([0, AMPLITUDE / 0.001]));
      rates.forEach((rate, neuron) => {
        const count = spikes.filter((value, index) => index % rates.length === neuron && value > 0).length;
        expect(Math.abs(count - rate * steps * 0.001)).toBeLessThanOrEqual(1 + 0.02 * rate);
      });
    };
    for (const round of [1, 2]) {
      simulator.reset();
      await simulator.run(0.5);
      expectSpikes(simulator.data.get(objects.neurons).data, 500);
      const predicted = await simulator.predict([[objects.stimulus, [[0.4]]]], { steps: 500 });
      expectSpikes(predicted.get(objects.neurons)!.data, 500);
      if (round === 1) await train(simulator, objects);
    }
  });

  test('voltages', async () => {
    const objects = sample({ trainable: false });
    objects.net.config.of(objects.decoding).trainable = true;
    const trained = await simulate(objects.net);
    const untrained = await simulate(objects.net);
    await trained.runSteps(37);
    await train(trained, objects);
    await trained.runSteps(40);
    await untrained.runSteps(77);
    const bits = (simulator: Simulator): unknown => bitsOf(simulator.data.get(objects.voltages!).data);
    expect(bits(trained)).toEqual(bits(untrained));
    expect(trained.data.get(objects.decoded).data.at(-1)).not.toBe(untrained.data.get(objects.decoded).data.at(-1));

    const before = trained.graph.objects.get(objects.ensemble)!['voltage']!.signal.initial.data;
    const predicted = await trained.predict([[objects.stimulus, [[0.4]]]], {
      mode: 'rate',
      steps: 5,
      lastStepOnly: true,
    });
    expect(bitsOf(predicted.get(objects.voltages!)!.data)).toEqual(bitsOf(before));
    await Promise.all([trained.dispose(), untrained.dispose()]);
  });
});

/** Moves the decoders. */
async function train(simulator: Simulator, { stimulus, decoded }: Sample): Promise<void> {
  await simulator.train([[stimulus, [[-0.5], [0.5]]]], {
    targets: [[decoded, [[0.5], [-0.5]]]],
    losses: meanSquaredError(),
    optimizer: sgd({ learningRate: 1e-6 }),
    steps: 10,
  });
}

describe('lifSmoothing: σ trains LIF as SoftLIFRate(σ), equal to its closed form, value and derivative; it tends to LIFRate as σ → 0; σ <= 0 is refused', () => {
  test.each([0.02, 0.1, 1])('σ = %d', async (lifSmoothing) => {
    await expectTrainingRuns(sample({ lifSmoothing }), softLifAt(lifSmoothing));
    await expectGradientsChecked(sample({ lifSmoothing }));
  });

  test('it tends to LIFRate', async () => {
    const distances: number[] = [];
    for (const lifSmoothing of [0.3, 0.1, 0.03, 0.01, 1e-3, 1e-4]) {
      const objects = sample({ lifSmoothing });
      await using simulator = await simulate(objects.net);
      const rates = currentsOf(simulator, objects, 0.4).map((current) => lifRateAt(current).value);
      distances.push(relativeError(await trainingRates(simulator, objects, 0.4), rates));
    }
    expect(distances).toEqual(distances.toSorted((a, b) => b - a));
    expect(distances.at(-1)).toBeLessThan(1e-4);
    expect(distances[0]).toBeGreaterThan(1e-2);
  });

  test('LIFRate, and runs, stay as they are', async () => {
    const rate = sample({ lifSmoothing: 0.3 }, lifRate({ tauRc: TAU_RC, tauRef: TAU_REF, amplitude: AMPLITUDE }));
    await expectTrainingRuns(rate, lifRateAt);
    const record = async (objects: Sample): Promise<unknown> => {
      await using simulator = await simulate(objects.net);
      await simulator.runSteps(50);
      return bitsOf(simulator.data.get(objects.neurons).data);
    };
    expect(await record(sample({ lifSmoothing: 0.3 }))).toEqual(await record(sample()));
  });

  test.each([0, -0.1, NaN])('σ = %d is refused', async (lifSmoothing) => {
    await expect(simulate(sample({ lifSmoothing }).net)).rejects.toThrow(failing('INVALID_SETTING', 'lifSmoothing'));
    await expect(simulate(sample().net, { lifSmoothing })).rejects.toThrow(failing('INVALID_SETTING', 'lifSmoothing'));
    const byHand = sample();
    byHand.net.config.of(Network).lifSmoothing = lifSmoothing;
    await expect(simulate(byHand.net)).rejects.toThrow(failing('INVALID_SETTING', 'lifSmoothing'));
  });
});

describe('gradient takes a token or one per neuron kind; RATE_GRADIENT and SOFT_LIF_GRADIENT ship; lifSmoothing with a gradient for LIF is an error', () => {
  const softByDefault = softLifAt(0.1);
  const asLifRate = lifRate({ tauRc: TAU_RC, tauRef: TAU_REF, amplitude: AMPLITUDE });

  test.each<[string, Settings['gradient'], NeuronType, (current: number) => Rate]>([
    ['RATE_GRADIENT', RATE_GRADIENT, testedLif, lifRateAt],
    ['SOFT_LIF_GRADIENT', SOFT_LIF_GRADIENT, testedLif, softByDefault],
    ['one for lif', { lif: SOFT_LIF_GRADIENT }, testedLif, softByDefault],
    ['one for lif, and lifRate', { lif: SOFT_LIF_GRADIENT }, asLifRate, lifRateAt],
    ['one for lifRate', { lifRate: SOFT_LIF_GRADIENT }, asLifRate, softByDefault],
    ['one for lifRate, and lif', { lifRate: SOFT_LIF_GRADIENT, lif: RATE_GRADIENT }, testedLif, lifRateAt],
  ])('%s', async (_, gradient, neuronType, closedForm) => {
    await expectTrainingRuns(sample({ gradient }, neuronType), closedForm);
  });

  test('a token that is not for a kind leaves it its default', async () => {
    const objects = sample({ gradient: SOFT_LIF_GRADIENT }, spikingRectifiedLinear({ amplitude: AMPLITUDE }));
    const rectified = (current: number): Rate => ({
      value: AMPLITUDE * Math.max(current, 0),
      slope: current > 0 ? AMPLITUDE : 0,
    });
    await expectTrainingRuns(objects, rectified);
  });

  test('unknown tokens and kinds, and a token for a kind that it cannot train, are refused with the place that set them', async () => {
    const refused = (gradient: Settings['gradient'], code: string, text: RegExp): Promise<void> =>
      expect(simulate(sample({ gradient }).net)).rejects.toThrow(failing(code, text));
    const unknown = token<GradientApproximation>('@ndl/neurons/soft-lif');
    await refused(unknown, 'UNKNOWN_TOKEN', /'gradient', set at .*\.test\.ts:\d+.*@ndl\/neurons\/soft-lif-gradient/);
    await refused({ lif: unknown }, 'UNKNOWN_TOKEN', /'gradient', set at .*\.test\.ts:\d+/);
    await refused({ lfi: RATE_GRADIENT }, 'UNKNOWN_KIND', /Did you mean lif\?/);
    await refused({ tanh: SOFT_LIF_GRADIENT }, 'GRADIENT_UNSUPPORTED', /cannot train tanh.*lif, lifRate/);
  });

  test('lifSmoothing beside it', async () => {
    for (const gradient of [RATE_GRADIENT, { lif: SOFT_LIF_GRADIENT }]) {
      await expect(simulate(sample({ lifSmoothing: 0.1, gradient }).net)).rejects.toThrow(
        failing('GRADIENT_CONFLICT', /'lifSmoothing', set at .*\.test\.ts:\d+/),
      );
      await expect(simulate(sample({ gradient }).net, { lifSmoothing: 0.1 })).rejects.toThrow(
        failing('GRADIENT_CONFLICT', /'lifSmoothing', set at the settings of Simulator\.create/),
      );
      await expect(simulate(sample({ lifSmoothing: 0.1 }).net, { gradient })).rejects.toThrow(
        failing('GRADIENT_CONFLICT', 'leave the gradient of lif out'),
      );
    }
    await expectTrainingRuns(sample({ lifSmoothing: 0.05, gradient: { tanh: RATE_GRADIENT } }), softLifAt(0.05));
  });
});
