/** @file The checks of the neuron suite find nothing wrong with a sound kind, and each fault in one that has it. */
import { NdlError, type NeuronStep, type TunedNeuronDefinition } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import { defineNeuronType, type NeuronType } from '@ndl/model';
import { describe, expect, test } from 'vitest';
import {
  drawProblems,
  finitenessProblems,
  nameProblems,
  rateProblems,
  slopeProblems,
  stateProblems,
  steadyRateProblems,
  tuningProblems,
} from './neuron-checks.ts';
import type { NeuronSuite } from './neuron-suite.ts';

/** A spiking neuron that fires at ten times the square root of its current. */
const integrator = (speed: number): NeuronType & { readonly speed: number } =>
  defineNeuronType({ kind: 'integrator', spiking: true, speed, initialState: { charge: 0 } });

type Integrator = ReturnType<typeof integrator>;

const STEP: Kernel = kernel({ name: 'integrator', inputs: ['current', 'charge'], parameters: ['dt', 'speed'] }, (k) => {
  const rate = k.multiply(k.parameters.speed, k.sqrt(k.max(k.inputs.current, 0)));
  const charge = k.add(k.inputs.charge, k.multiply(rate, k.parameters.dt));
  const spikes = k.floor(charge);
  return { output: k.divide(spikes, k.parameters.dt), charge: k.subtract(charge, spikes) };
});

const RATE: Kernel = kernel({ name: 'integratorRate', inputs: ['current'], parameters: ['speed'] }, (k) => ({
  output: k.multiply(k.parameters.speed, k.sqrt(k.max(k.inputs.current, 1e-12))),
}));

/** rate² = speed² · (gain x + bias), silent at the intercept. */
const sound: TunedNeuronDefinition<Integrator> = {
  kind: 'integrator',
  step: ({ speed }) => ({ kernel: STEP, parameters: { speed } }),
  rateStep: ({ speed }) => ({ kernel: RATE, parameters: { speed } }),
  rates: ({ speed }, current) => current.map((value) => speed * Math.sqrt(Math.max(value, 1e-12))),
  gainBias({ speed }, maxRates, intercepts) {
    if (maxRates.some((maxRate) => maxRate > 300)) throw new NdlError('MAX_RATE_UNREACHABLE', 'too fast');
    const gain = maxRates.map((maxRate, index) => (maxRate / speed) ** 2 / (1 - intercepts[index]!));
    return { gain, bias: gain.map((value, index) => -value * intercepts[index]!) };
  },
  maxRatesIntercepts: ({ speed }, gain, bias) => ({
    maxRates: gain.map((value, index) => speed * Math.sqrt(value + bias[index]!)),
    intercepts: gain.map((value, index) => -bias[index]! / value),
  }),
};

const type = integrator(10);

function suiteOf(changes: Partial<TunedNeuronDefinition<Integrator>> = {}): NeuronSuite<Integrator> {
  return { definition: { ...sound, ...changes }, neuronTypes: [type, integrator(20)] };
}

const DTYPES = ['float32', 'float64'] as const;

test('nothing is wrong with a sound kind', () => {
  const suite = suiteOf();
  const [step, rate] = [sound.step(type), sound.rateStep!(type)];
  expect([
    ...stateProblems(suite, type),
    ...nameProblems(step, type.states),
    ...nameProblems(rate, type.states),
    ...DTYPES.flatMap((dtype) => finitenessProblems(suite, step, type, dtype)),
    ...DTYPES.flatMap((dtype) => steadyRateProblems(suite, type, dtype)),
    ...DTYPES.flatMap((dtype) => rateProblems(suite, type, dtype)),
    ...tuningProblems(suite, type),
    ...slopeProblems(suite, rate, type),
  ]).toEqual([]);
});

describe('faults are found:', () => {
  test('names that nobody knows', () => {
    const faulty = kernel({ name: 'faulty', inputs: ['current', 'voltage'], parameters: ['dt', 'width'] }, (k) => ({
      spikes: k.multiply(k.inputs.current, k.inputs.voltage),
    }));
    const problems = nameProblems({ kernel: faulty, parameters: { dt: 1 } }, type.states);
    expect(problems.join('\n')).toMatch(
      /input voltage[^]*output spikes[^]*no output named output[^]*width[^]*dt has a value/,
    );
  });

  test('states that nothing moves, or that nobody could look at', () => {
    const forgotten = {
      ...type,
      states: ['charge', 'fatigue'],
      initialState: { charge: type.initialState['charge']! },
    };
    expect(stateProblems(suiteOf(), forgotten).join('\n')).toMatch(
      /fatigue: no step[^]*fatigue is not probeable[^]*fatigue begins nowhere/,
    );
  });

  test('draws that do not follow from their stream, or stand under another name', () => {
    const noisy = kernel({ name: 'noisy', inputs: ['current', 'noise'] }, (k) => ({
      output: k.add(k.inputs.current, k.inputs.noise),
    }));
    const drawn = (draws: NonNullable<NeuronStep['draws']>): NeuronStep => ({ kernel: noisy, parameters: {}, draws });
    const normal = { kind: 'normal', mean: 0, deviation: 1 } as const;
    expect(nameProblems(drawn({ noise: normal }), type.states)).toEqual([]);
    expect(nameProblems(drawn({ charge: normal }), type.states).join('\n')).toMatch(
      /input noise is no state, and no draw[^]*draw charge is no input[^]*draw charge is called as/,
    );
    let calls = 0;
    const counting = suiteOf({
      step: () => drawn({ noise: { kind: 'ofCurrent', draw: () => (calls += 1) } }),
    });
    expect(drawProblems(counting, type)[0]).toBe('draw noise depends on more than its stream and the current');
    const infinite = suiteOf({ step: () => drawn({ noise: { kind: 'ofCurrent', draw: () => Infinity } }) });
    expect(drawProblems(infinite, type)[0]).toBe('draw noise is not finite');
    expect(drawProblems(suiteOf({ step: () => drawn({ noise: normal }) }), type)).toEqual([]);
  });

  test('a tuning from rates that reaches nothing', () => {
    const { kind, step } = sound;
    const withRates = (rateAt: (current: number) => number): NeuronSuite<Integrator> => ({
      definition: { kind, step, rates: (_, current) => current.map(rateAt) },
      neuronTypes: [type, integrator(20)],
    });
    expect(
      tuningProblems(
        withRates((current) => 10 * Math.sqrt(Math.max(current, 0))),
        type,
      ),
    ).toEqual([]);
    expect(
      tuningProblems(
        withRates((current) => (current > 0 ? 5 : 0)),
        type,
      ),
    ).toEqual([expect.stringContaining('can be reached')]);
  });

  test('numbers that are not finite', () => {
    const logarithm = kernel({ name: 'logarithm', inputs: ['current'] }, (k) => ({ output: k.log(k.inputs.current) }));
    const step: NeuronStep = { kernel: logarithm, parameters: {} };
    expect(finitenessProblems(suiteOf(), step, type, 'float64')[0]).toMatch(
      'output is NaN in step 0 at current -10000',
    );
  });

  test('spikes at another rate than declared', () => {
    const suite = suiteOf({ step: ({ speed }) => ({ kernel: STEP, parameters: { speed: speed * 1.1 } }) });
    expect(steadyRateProblems(suite, type, 'float64').length).toBeGreaterThan(8);
  });

  test('a rate kernel at odds with the rates, and rates that depend on the company', () => {
    const louder = suiteOf({ rateStep: ({ speed }) => ({ kernel: RATE, parameters: { speed: speed + 0.01 } }) });
    expect(rateProblems(louder, type, 'float64').length).toBeGreaterThan(8);
    const sociable = suiteOf({ rates: ({ speed }, current) => current.map((value, index) => speed * value + index) });
    expect(rateProblems(sociable, type, 'float64')[0]).toMatch('among others');
  });

  test('tuning of a neuron by the others', () => {
    const sociable = suiteOf({
      gainBias: (neuronType, maxRates, intercepts) => {
        const { gain, bias } = sound.gainBias(neuronType, maxRates, intercepts);
        return { gain: gain.map((value, index) => value + index), bias };
      },
    });
    expect(tuningProblems(sociable, type).join()).toContain('depends on the other neurons');
  });

  test('tuning that does not come back, or that reaches nothing', () => {
    const forgetful = suiteOf({ maxRatesIntercepts: (_, gain, bias) => ({ maxRates: gain, intercepts: bias }) });
    expect(tuningProblems(forgetful, type).length).toBeGreaterThan(0);
    const unwilling = suiteOf({
      gainBias() {
        throw new NdlError('MAX_RATE_UNREACHABLE', 'never');
      },
    });
    expect(tuningProblems(unwilling, type)).toEqual([expect.stringContaining('can be reached')]);
  });

  test('derivatives that are not those of the values', () => {
    const pretending = kernel({ name: 'pretending', inputs: ['current'] }, (k) => ({
      output: k.withDerivativeOf(k.tanh(k.inputs.current), k.multiply(2, k.inputs.current)),
    }));
    expect(slopeProblems(suiteOf(), { kernel: pretending, parameters: {} }, type).length).toBeGreaterThan(8);
  });
});
