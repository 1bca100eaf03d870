/** @file Quadratic neurons: against closed forms, and at work and at school on a backend that never heard of them. */
import { referenceBackend } from '@ndl/backend-reference';
import { tfjs } from '@ndl/backend-tfjs';
import { configureSettings } from '@ndl/config';
import { isNdlError, type Plugin } from '@ndl/core';
import { Connection, Ensemble, Network, Node, Probe } from '@ndl/model';
import { evaluateStep, neurons } from '@ndl/neurons';
import { sorters, treePlannerPlugin } from '@ndl/planners';
import { Simulator } from '@ndl/simulator';
import { describeNeuron } from '@ndl/testing';
import { adam } from '@ndl/training';
import { describe, expect, test } from 'vitest';
import { QUADRATIC_GRADIENT, quadratic, quadraticDefinition, quadraticGradient, quadraticNeurons } from './index.ts';

describeNeuron('quadratic', {
  definition: quadraticDefinition,
  neuronTypes: [quadratic(), quadratic({ tau: 0.02 })],
  gradientApproximations: [quadraticGradient()],
});

const backends: Readonly<Record<string, () => Plugin>> = { reference: referenceBackend, tfjs };

const composedWith = (backend: () => Plugin): readonly Plugin[] => [
  quadraticNeurons(),
  neurons(),
  treePlannerPlugin(),
  sorters(),
  backend(),
];

describe('one step', () => {
  const tau = 0.01;
  const stepFrom = (voltage: number, current: number): number =>
    evaluateStep(
      quadraticDefinition.step(quadratic({ tau })),
      { current: [current], voltage: [voltage] },
      { dt: 0.001 },
    )['voltage']![0]!;

  test.each([1.5, 4, 20, 100])('at current %d turns the angle arctan(v / √I) by √I · dt / τ', (current) => {
    const root = Math.sqrt(current - 1);
    for (const voltage of [-30, -2, -0.5, 0, 0.5]) {
      const exact = root * Math.tan(Math.atan(voltage / root) + (root * 0.001) / tau);
      expect(Math.abs(stepFrom(voltage, current) - exact)).toBeLessThan(0.005 * Math.max(1, Math.abs(exact)));
    }
  });

  test.each([0.5, 0, -8])('at current %d follows the hyperbolic flow to rest', (current) => {
    const root = Math.sqrt(1 - current);
    const tangent = Math.tanh((root * 0.001) / tau);
    for (const voltage of [-root - 1, -root, 0]) {
      const exact = (root * (voltage - root * tangent)) / (root - voltage * tangent);
      expect(stepFrom(voltage, current)).toBeCloseTo(exact, 5);
    }
  });
});

describe('tuning', () => {
  test('puts the threshold at the intercept and the max rate at the radius', () => {
    const type = quadratic({ tau: 0.02 });
    const [maxRates, intercepts] = [Float64Array.of(50, 200, 400), Float64Array.of(-0.9, 0, 0.7)];
    const { gain, bias } = quadraticDefinition.gainBias(type, maxRates, intercepts);
    const found = quadraticDefinition.maxRatesIntercepts(type, gain, bias);
    maxRates.forEach((rate, neuron) => expect(found.maxRates[neuron]).toBeCloseTo(rate, 8));
    intercepts.forEach((intercept, neuron) => expect(found.intercepts[neuron]).toBeCloseTo(intercept, 12));
  });

  test.each([
    [0, 0, 'MAX_RATE_UNREACHABLE'],
    [Number.NaN, 0, 'MAX_RATE_UNREACHABLE'],
    [100, 1, 'INTERCEPT_OUT_OF_RANGE'],
  ])('refuses the max rate %d with the intercept %d', (rate, intercept, code) => {
    const tune = (): unknown =>
      quadraticDefinition.gainBias(quadratic(), Float64Array.of(rate), Float64Array.of(intercept));
    expect(tune).toThrow(expect.toSatisfy((error) => isNdlError(error, code)));
  });

  test('refuses time constants and widths that are not above 0', () => {
    const invalid = expect.toSatisfy((error) => isNdlError(error, 'INVALID_OPTION')) as Error;
    expect(() => quadratic({ tau: 0 })).toThrow(invalid);
    expect(() => quadraticGradient({ sigma: Number.NaN })).toThrow(invalid);
  });
});

describe.each(Object.entries(backends))('on the backend %s', (_, backend) => {
  test('fires at √(J - 1) / (π τ) Hz', async () => {
    const currents = [0, 0.9, 1.5, 3, 10, 50];
    const net = new Network({ seed: 0 });
    const spikes = net.within(() => {
      const population = new Ensemble({
        nNeurons: currents.length,
        dimensions: 1,
        neuronType: quadratic(),
        gain: currents.map(() => 1),
        bias: currents,
      });
      return new Probe(population.neurons);
    });
    await using sim = await Simulator.create(net, { plugins: composedWith(backend) });
    await sim.run(1);
    const data = sim.data.get(spikes).data;
    const counts = currents.map(
      (_, neuron) => data.filter((value, index) => index % currents.length === neuron && value > 0).length,
    );
    counts.forEach((count, neuron) => {
      const rate = Math.sqrt(Math.max(currents[neuron]! - 1, 0)) / (Math.PI * 0.01);
      expect(Math.abs(count - rate)).toBeLessThanOrEqual(1 + 0.01 * rate);
    });
  });
});

/** What a population represents after half a second of 0.5, and its losses while it learns a square in spikes. */
async function liveAndLearn(
  backend: () => Plugin,
): Promise<{ readonly value: number; readonly losses: readonly number[] }> {
  const net = new Network({ seed: 1 });
  const { stimulus, output, value } = net.within(() => {
    configureSettings({ gradient: { acmeQuadratic: QUADRATIC_GRADIENT } });
    const stimulus = new Node([0.5]);
    const population = new Ensemble({ nNeurons: 60, dimensions: 1, neuronType: quadratic({ tau: 0.02 }) });
    const square = new Node({ sizeIn: 1 });
    new Connection(stimulus, population, { synapse: null });
    new Connection(population, square, { synapse: 0.02 });
    return { stimulus, output: new Probe(square), value: new Probe(population, { synapse: 0.05 }) };
  });
  await using sim = await Simulator.create(net, { plugins: composedWith(backend) });
  await sim.run(0.5);
  const x = Array.from({ length: 16 }, (_, index) => index / 8 - 1);
  const { epochs } = await sim.train([[stimulus, x.map((value) => [value])]], {
    targets: [[output, x.map((value) => [value ** 2])]],
    optimizer: adam({ learningRate: 1e-4 }),
    steps: 60,
    epochs: 15,
    minibatchSize: 8,
  });
  return { value: sim.data.get(value).data.at(-1)!, losses: epochs.map(({ training }) => training['loss']!) };
}

test('represents and learns on every backend, and on all of them alike', async () => {
  const lives = await Promise.all(Object.values(backends).map(liveAndLearn));
  for (const { value, losses } of lives) {
    expect(value).toBeCloseTo(0.5, 1);
    expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]!);
    expect(value).toBeCloseTo(lives[0]!.value, 4);
    losses.forEach((loss, epoch) => expect(loss / lives[0]!.losses[epoch]!).toBeCloseTo(1, 3));
  }
});
