import { describe, expect, test } from 'vitest';
import {
  adaptiveLif,
  adaptiveLifRate,
  choice,
  defineNeuronType,
  direct,
  Ensemble,
  izhikevich,
  leakyRelu,
  lif,
  lifRate,
  Network,
  poissonSpiking,
  rectifiedLinear,
  regularSpiking,
  sigmoid,
  softLifRate,
  spikingLeakyRelu,
  spikingRectifiedLinear,
  stochasticSpiking,
  tanh,
  uniform,
} from '../index.ts';

const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

test('have the parameters and defaults of Nengo', () => {
  expect(lif()).toEqual({
    family: 'neuronType',
    kind: 'lif',
    tauRc: 0.02,
    tauRef: 0.002,
    minVoltage: 0,
    amplitude: 1,
    spiking: true,
    states: ['voltage', 'refractoryTime'],
    probeable: ['output', 'voltage', 'refractoryTime'],
    initialState: { voltage: uniform(0, 1), refractoryTime: choice([0]) },
    maximumRate: 500,
  });
  expect(lifRate()).toMatchObject({
    kind: 'lifRate',
    tauRc: 0.02,
    tauRef: 0.002,
    amplitude: 1,
    spiking: false,
    states: [],
  });
  expect(softLifRate()).toMatchObject({ kind: 'softLifRate', tauRc: 0.02, tauRef: 0.002, amplitude: 1, sigma: 1 });
  expect(rectifiedLinear()).toMatchObject({ kind: 'rectifiedLinear', amplitude: 1, spiking: false });
  expect(spikingRectifiedLinear()).toMatchObject({
    kind: 'spikingRectifiedLinear',
    amplitude: 1,
    spiking: true,
    states: ['voltage'],
  });
  expect(sigmoid()).toMatchObject({ kind: 'sigmoid', tauRef: 0.0025, maximumRate: 400 });
  expect(tanh()).toMatchObject({ kind: 'tanh', tauRef: 0.0025, maximumRate: 400 });
  expect(direct()).toMatchObject({ kind: 'direct', spiking: false, states: [] });
  expect(adaptiveLif()).toMatchObject({
    kind: 'adaptiveLif',
    tauRc: 0.02,
    tauRef: 0.002,
    minVoltage: 0,
    amplitude: 1,
    tauN: 1,
    incN: 0.01,
    spiking: true,
    states: ['voltage', 'refractoryTime', 'adaptation'],
    initialState: { voltage: uniform(0, 1), refractoryTime: choice([0]), adaptation: choice([0]) },
    maximumRate: 500,
  });
  expect(adaptiveLifRate()).toMatchObject({ tauN: 1, incN: 0.01, spiking: false, states: ['adaptation'] });
  expect(izhikevich()).toMatchObject({
    tauRecovery: 0.02,
    coupling: 0.2,
    resetVoltage: -65,
    resetRecovery: 8,
    spiking: true,
    states: ['voltage', 'recovery'],
    initialState: { voltage: uniform(0, 1), recovery: choice([0]) },
  });
  expect(leakyRelu()).toMatchObject({ negativeSlope: 0.3, amplitude: 1, spiking: false, states: [] });
  expect(spikingLeakyRelu()).toMatchObject({ negativeSlope: 0.3, amplitude: 1, spiking: true, states: ['voltage'] });
});

test('rates become spikes: what is tuned is the base type, and its rates and states can be probed', () => {
  const type = regularSpiking(adaptiveLifRate({ tauRef: 0.004 }), { amplitude: 0.5 });
  expect(type).toMatchObject({
    kind: 'regularSpiking',
    baseType: adaptiveLifRate({ tauRef: 0.004 }),
    amplitude: 0.5,
    spiking: true,
    states: ['voltage'],
    probeable: ['output', 'voltage', 'rateOut', 'adaptation'],
    maximumRate: 250,
  });
  expect(stochasticSpiking(tanh())).toMatchObject({ amplitude: 1, states: [], probeable: ['output', 'rateOut'] });
  expect(poissonSpiking(rectifiedLinear())).toMatchObject({ kind: 'poissonSpiking', amplitude: 1, states: [] });
  expect(poissonSpiking(rectifiedLinear())).not.toHaveProperty('maximumRate');
  const voltages = (values: readonly number[]): unknown =>
    new Network().within(() => {
      const neuronType = regularSpiking(adaptiveLifRate({ initialState: { adaptation: values } }));
      return new Ensemble({ nNeurons: 2, dimensions: 1, neuronType });
    });
  expect(() => voltages([0.1, 0.2])).not.toThrow();
  expect(() => voltages([0.1])).toThrow(failing('SHAPE_MISMATCH', 'initialState.adaptation'));
});

test('are frozen, and plain data', () => {
  const type = lif({ tauRc: 0.05 });
  expect(Object.isFrozen(type) && Object.isFrozen(type.initialState)).toBe(true);
  expect(JSON.parse(JSON.stringify(lifRate()))).toEqual(lifRate());
});

test('initial states may be replaced by numbers, arrays and distributions', () => {
  expect(lif({ initialState: { voltage: 0.5 } }).initialState).toEqual({
    voltage: choice([0.5]),
    refractoryTime: choice([0]),
  });
  expect(lif({ initialState: { voltage: uniform(0, 0.1) } }).initialState['voltage']).toEqual(uniform(0, 0.1));
  expect(lif({ initialState: { refractoryTime: [0.001, 0] } }).initialState['refractoryTime']).toMatchObject({
    shape: [2],
  });
});

test('without a refractory period there is no limit to the rate', () => {
  expect(lif({ tauRef: 0 })).not.toHaveProperty('maximumRate');
});

test.each<[string, () => unknown, string, string]>([
  [
    'a membrane time constant of zero',
    () => lif({ tauRc: 0 }),
    'INVALID_OPTION',
    'lif: tauRc must be a number above 0; got 0.',
  ],
  ['a negative membrane time constant', () => lifRate({ tauRc: -1 }), 'INVALID_OPTION', 'lifRate: tauRc'],
  ['a negative refractory period', () => lif({ tauRef: -0.001 }), 'INVALID_OPTION', 'lif: tauRef'],
  ['an amplitude of zero', () => softLifRate({ amplitude: 0 }), 'INVALID_OPTION', 'softLifRate: amplitude'],
  ['an infinite amplitude', () => rectifiedLinear({ amplitude: Infinity }), 'INVALID_OPTION', 'amplitude'],
  ['a floor above zero', () => lif({ minVoltage: 0.1 }), 'INVALID_OPTION', 'lif: minVoltage must be at most 0'],
  ['a sigma of zero', () => softLifRate({ sigma: 0 }), 'INVALID_OPTION', 'sigma'],
  ['a sigmoid without refractory period', () => sigmoid({ tauRef: 0 }), 'INVALID_OPTION', 'sigmoid: tauRef'],
  ['a text', () => tanh({ tauRef: '1' as never }), 'INVALID_OPTION', "tanh: tauRef must be a number above 0; got '1'."],
  ['an unknown option', () => lif({ tauRC: 0.02 } as never), 'UNKNOWN_OPTION', 'Did you mean tauRc?'],
  ['an unknown state', () => lif({ initialState: { volts: 1 } }), 'UNKNOWN_OPTION', 'lif: initialState'],
  ['a base type that spikes', () => regularSpiking(lif()), 'INVALID_OPTION', 'that puts out rates'],
  ['no neurons for a base type', () => poissonSpiking(direct()), 'INVALID_OPTION', 'poissonSpiking: baseType'],
  ['spikes of spikes', () => stochasticSpiking(regularSpiking(tanh())), 'INVALID_OPTION', "got 'regularSpiking'"],
  [
    'a base type whose state is called as an own one',
    () => regularSpiking(defineNeuronType({ kind: 'mine', spiking: false, initialState: { voltage: 0 } })),
    'INVALID_OPTION',
    "without a state called 'voltage'",
  ],
  ['a reset above the threshold', () => izhikevich({ resetVoltage: 30 }), 'INVALID_OPTION', 'below 30; got 30'],
  ['a recovery that stands still', () => izhikevich({ tauRecovery: 0 }), 'INVALID_OPTION', 'izhikevich: tauRecovery'],
  ['a negative coupling', () => izhikevich({ coupling: -0.1 }), 'INVALID_OPTION', 'izhikevich: coupling'],
  ['an adaptation without time', () => adaptiveLif({ tauN: 0 }), 'INVALID_OPTION', 'adaptiveLif: tauN'],
  ['a negative adaptation', () => adaptiveLifRate({ incN: -1 }), 'INVALID_OPTION', 'adaptiveLifRate: incN'],
  ['a floor above zero of neurons that adapt', () => adaptiveLif({ minVoltage: 1 }), 'INVALID_OPTION', 'at most 0'],
  ['a negative leak', () => leakyRelu({ negativeSlope: -0.1 }), 'INVALID_OPTION', 'leakyRelu: negativeSlope'],
  [
    'an initial state of NaN',
    () => lif({ initialState: { voltage: [Number.NaN] } }),
    'NOT_FINITE',
    'lif: initialState.voltage',
  ],
  [
    'an initial state that is none',
    () => spikingRectifiedLinear({ initialState: { voltage: 'low' as never } }),
    'INVALID_OPTION',
    'a distribution or an array',
  ],
  [
    'a kind without a name',
    () => defineNeuronType({ kind: '', spiking: true }),
    'INVALID_OPTION',
    'defineNeuronType: kind',
  ],
  [
    'an impossible limit',
    () => defineNeuronType({ kind: 'acme/neuron', spiking: true, maximumRate: 0 }),
    'INVALID_OPTION',
    'maximumRate',
  ],
])('%s is refused', (_, make, code, text) => {
  expect(make).toThrow(failing(code, text));
});

test("a third party's kind has its states and parameters", () => {
  const adaptive = defineNeuronType({
    kind: 'acme/adaptive',
    spiking: true,
    initialState: { voltage: uniform(0, 1), adaptation: 0 },
    tauN: 0.1,
  });
  expect(adaptive.tauN satisfies number).toBe(0.1);
  expect(adaptive).toMatchObject({
    family: 'neuronType',
    kind: 'acme/adaptive',
    states: ['voltage', 'adaptation'],
    probeable: ['output', 'voltage', 'adaptation'],
    initialState: { adaptation: choice([0]) },
  });
  expect(Object.isFrozen(adaptive)).toBe(true);
});

describe('names that ndl uses itself are refused', () => {
  test.each(['input', 'encoders', 'current', 'bias', 'noise', 'output', 'rateOut', 'constructor'])(
    'for a state: %s',
    (name) => {
      expect(() => defineNeuronType({ kind: 'mine', spiking: true, initialState: { [name]: 0 } })).toThrow(
        failing(
          'INVALID_OPTION',
          `mine: the name of a state must be another than what ensembles call their own signals`,
        ),
      );
      expect(() => defineNeuronType({ kind: 'mine', spiking: true, initialState: { [name]: 0 } })).toThrow(
        `got '${name}'`,
      );
    },
  );

  test.each(['family', 'states', 'probeable'])('for a parameter: %s', (name) => {
    expect(() => defineNeuronType({ kind: 'mine', spiking: true, [name]: 1 })).toThrow(
      failing('INVALID_OPTION', `got '${name}'`),
    );
  });
});

test('a type written by hand names each state once, and where it begins', () => {
  const written = (states: readonly string[], initialState: object): unknown =>
    new Network().within(
      () =>
        new Ensemble({
          nNeurons: 2,
          dimensions: 1,
          neuronType: { ...lif(), kind: 'mine', states, initialState } as never,
        }),
    );
  const begun = { v: uniform(0, 1) };
  expect(() => written(['v'], begun)).not.toThrow();
  expect(() => written(['v', 'v'], begun)).toThrow(failing('INVALID_OPTION', "a list without repeats; got 'v'"));
  expect(() => written(['v', 'w'], begun)).toThrow(failing('INVALID_OPTION', "given for the state 'w'"));
});
