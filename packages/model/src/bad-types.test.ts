import { isNdlError } from '@ndl/numerics';
import { expect, test } from 'vitest';
import {
  adaptiveLif,
  adaptiveLifRate,
  alpha,
  brownNoise,
  choice,
  Connection,
  defineDistribution,
  defineNeuronType,
  defineProcess,
  defineSolver,
  defineSynapse,
  dense,
  Ensemble,
  filteredNoise,
  gaussian,
  izhikevich,
  leakyRelu,
  lif,
  lifRate,
  linearFilter,
  lowpass,
  lstsq,
  lstsqL2,
  Network,
  Node,
  noSolver,
  noTransform,
  piecewise,
  poissonSpiking,
  presentInput,
  Probe,
  rectifiedLinear,
  regularSpiking,
  samples,
  scatteredHypersphere,
  sigmoid,
  softLifRate,
  spikingLeakyRelu,
  spikingRectifiedLinear,
  stochasticSpiking,
  tanh,
  uniform,
  uniformHypersphere,
  whiteNoise,
  whiteSignal,
} from './index.ts';
import { EVERY_TYPE, LISTS, NUMBERS } from './wrong-types.test-helper.ts';

const net = new Network();
const inNet = <R>(build: () => R): R => net.within(build);
const ensemble = inNet(() => new Ensemble({ nNeurons: 2, dimensions: 2 }));
const sink = inNet(() => new Node({ sizeIn: 2 }));
const anEnsemble = (options: object) => inNet(() => new Ensemble({ nNeurons: 2, dimensions: 2, ...options }));
const aNode = (options: object) => inNet(() => new Node(options));
const aConnection = (options: object) => inNet(() => new Connection(ensemble, sink, options));
const aProbe = (options: object) => inNet(() => new Probe(ensemble, options));

const ABOVE_ZERO = ['fraction', 'one'];
const FUNCTIONS = ['function', 'async'];

/** What is called with each value, the name that errors must call the place by, and which values are welcome. */
type Door = readonly [name: string, open: (value: never) => unknown, accepts?: readonly string[]];

const option =
  (make: (options: never) => unknown, name: string) =>
  (value: unknown): unknown =>
    make({ [name]: value } as never);

const neuronOptions = (make: (options: never) => unknown, names: readonly string[]): readonly Door[] =>
  names.map((name): Door => [name, option(make, name), ABOVE_ZERO]);

const seedOptions = (make: (options: never) => unknown): readonly Door[] => [
  ['sizeOut', option(make, 'sizeOut'), ['one']],
  ['seed', option(make, 'seed'), ['null', 'one']],
];

const noiseOptions = (make: (options: never) => unknown): readonly Door[] => [
  ['distribution', option(make, 'distribution')],
  ['scale', option(make, 'scale'), ['yes']],
  ...seedOptions(make),
];

const FACTORY_DOORS: Readonly<Record<string, readonly Door[]>> = {
  uniform: [
    ['low', (value) => uniform(value, 9), NUMBERS],
    ['high', (value) => uniform(-9, value), NUMBERS],
    ['options', (value) => uniform(0, 1, value), ['emptyObject']],
    ['integer', (value) => uniform(0, 1, { integer: value }), ['yes']],
  ],
  gaussian: [
    ['mean', (value) => gaussian(value, 1), NUMBERS],
    ['standardDeviation', (value) => gaussian(0, value), ABOVE_ZERO],
  ],
  choice: [
    ['options', (value) => choice(value), [...LISTS, 'matrix']],
    ['weights', (value) => choice([1, 2], value), ['null', ...LISTS]],
  ],
  samples: [['samples', (value) => samples(value), [...LISTS, 'matrix', 'emptyList']]],
  uniformHypersphere: [
    ['options', (value) => uniformHypersphere(value), ['emptyObject']],
    ['surface', option(uniformHypersphere, 'surface'), ['yes']],
    ['minMagnitude', option(uniformHypersphere, 'minMagnitude')],
  ],
  scatteredHypersphere: [
    ['options', (value) => scatteredHypersphere(value), ['emptyObject']],
    ['surface', option(scatteredHypersphere, 'surface'), ['yes']],
    ['minMagnitude', option(scatteredHypersphere, 'minMagnitude')],
    ['base', option(scatteredHypersphere, 'base')],
    ['method', option(scatteredHypersphere, 'method')],
  ],
  lif: [
    ['options', (value) => lif(value), ['emptyObject']],
    ...neuronOptions(lif, ['tauRc', 'tauRef', 'amplitude']),
    ['minVoltage', option(lif, 'minVoltage'), ['negative']],
    ['initialState', option(lif, 'initialState'), ['emptyObject']],
    [
      'initialState.voltage',
      (value) => lif({ initialState: { voltage: value } }),
      [...NUMBERS, ...LISTS, 'matrix', 'emptyList'],
    ],
  ],
  lifRate: [
    ['options', (value) => lifRate(value), ['emptyObject']],
    ...neuronOptions(lifRate, ['tauRc', 'tauRef', 'amplitude']),
  ],
  softLifRate: [
    ['options', (value) => softLifRate(value), ['emptyObject']],
    ...neuronOptions(softLifRate, ['tauRc', 'tauRef', 'amplitude', 'sigma']),
  ],
  rectifiedLinear: [
    ['options', (value) => rectifiedLinear(value), ['emptyObject']],
    ...neuronOptions(rectifiedLinear, ['amplitude']),
  ],
  spikingRectifiedLinear: [
    ['options', (value) => spikingRectifiedLinear(value), ['emptyObject']],
    ...neuronOptions(spikingRectifiedLinear, ['amplitude']),
    ['initialState', option(spikingRectifiedLinear, 'initialState'), ['emptyObject']],
  ],
  adaptiveLif: [
    ['options', (value) => adaptiveLif(value), ['emptyObject']],
    ...neuronOptions(adaptiveLif, ['tauRc', 'tauRef', 'amplitude', 'tauN', 'incN']),
    ['minVoltage', option(adaptiveLif, 'minVoltage'), ['negative']],
    ['initialState', option(adaptiveLif, 'initialState'), ['emptyObject']],
  ],
  adaptiveLifRate: [
    ['options', (value) => adaptiveLifRate(value), ['emptyObject']],
    ...neuronOptions(adaptiveLifRate, ['tauRc', 'tauRef', 'amplitude', 'tauN', 'incN']),
    ['initialState', option(adaptiveLifRate, 'initialState'), ['emptyObject']],
  ],
  izhikevich: [
    ['options', (value) => izhikevich(value), ['emptyObject']],
    ...neuronOptions(izhikevich, ['tauRecovery', 'coupling']),
    ['resetVoltage', option(izhikevich, 'resetVoltage'), NUMBERS],
    ['resetRecovery', option(izhikevich, 'resetRecovery'), NUMBERS],
    ['initialState', option(izhikevich, 'initialState'), ['emptyObject']],
  ],
  leakyRelu: [
    ['options', (value) => leakyRelu(value), ['emptyObject']],
    ...neuronOptions(leakyRelu, ['negativeSlope', 'amplitude']),
  ],
  spikingLeakyRelu: [
    ['options', (value) => spikingLeakyRelu(value), ['emptyObject']],
    ...neuronOptions(spikingLeakyRelu, ['negativeSlope', 'amplitude']),
    ['initialState', option(spikingLeakyRelu, 'initialState'), ['emptyObject']],
  ],
  regularSpiking: [
    ['baseType', (value) => regularSpiking(value)],
    ['options', (value) => regularSpiking(tanh(), value), ['emptyObject']],
    ['amplitude', (value) => regularSpiking(tanh(), { amplitude: value }), ABOVE_ZERO],
    ['initialState', (value) => regularSpiking(tanh(), { initialState: value }), ['emptyObject']],
  ],
  stochasticSpiking: [
    ['baseType', (value) => stochasticSpiking(value)],
    ['options', (value) => stochasticSpiking(tanh(), value), ['emptyObject']],
    ['amplitude', (value) => stochasticSpiking(tanh(), { amplitude: value }), ABOVE_ZERO],
  ],
  poissonSpiking: [
    ['baseType', (value) => poissonSpiking(value)],
    ['options', (value) => poissonSpiking(tanh(), value), ['emptyObject']],
    ['amplitude', (value) => poissonSpiking(tanh(), { amplitude: value }), ABOVE_ZERO],
  ],
  sigmoid: [['options', (value) => sigmoid(value), ['emptyObject']], ...neuronOptions(sigmoid, ['tauRef'])],
  tanh: [['options', (value) => tanh(value), ['emptyObject']], ...neuronOptions(tanh, ['tauRef'])],
  defineNeuronType: [
    ['', (value) => defineNeuronType(value)],
    ['kind', (value) => defineNeuronType({ kind: value, spiking: true }), ['text', 'digits']],
    ['spiking', (value) => defineNeuronType({ kind: 'x', spiking: value }), ['yes']],
    ['baseType', (value) => defineNeuronType({ kind: 'x', spiking: true, baseType: value })],
    ['maximumRate', (value) => defineNeuronType({ kind: 'x', spiking: true, maximumRate: value }), ABOVE_ZERO],
    [
      'initialState',
      (value) => defineNeuronType({ kind: 'x', spiking: true, initialState: value }),
      ['object', 'emptyObject', 'fakeArray'],
    ],
  ],
  lowpass: [['tau', (value) => lowpass(value), ABOVE_ZERO]],
  alpha: [['tau', (value) => alpha(value), ABOVE_ZERO]],
  linearFilter: [
    ['numerator', (value) => linearFilter(value, [1, 1, 1]), [...NUMBERS, ...LISTS]],
    ['denominator', (value) => linearFilter([1], value), [...NUMBERS, ...LISTS]],
    ['options', (value) => linearFilter([1], [1], value), ['emptyObject']],
    ['analog', (value) => linearFilter([1], [1], { analog: value }), ['yes']],
    ['method', (value) => linearFilter([1], [1], { method: value })],
  ],
  lstsqL2: [
    ['options', (value) => lstsqL2(value), ['emptyObject']],
    ['regularization', option(lstsqL2, 'regularization'), ABOVE_ZERO],
    ['weights', option(lstsqL2, 'weights'), ['yes']],
  ],
  lstsq: [
    ['options', (value) => lstsq(value), ['emptyObject']],
    ['conditionThreshold', option(lstsq, 'conditionThreshold'), ABOVE_ZERO],
    ['weights', option(lstsq, 'weights'), ['yes']],
  ],
  noSolver: [
    ['options', (value) => noSolver(value), ['emptyObject']],
    ['values', option(noSolver, 'values'), ['null', 'matrix']],
    ['weights', option(noSolver, 'weights'), ['yes']],
    ['compositional', option(noSolver, 'compositional'), ['yes']],
  ],
  defineSolver: [
    ['', (value) => defineSolver(value)],
    ['kind', (value) => defineSolver({ kind: value, weights: true, compositional: true }), ['text', 'digits']],
    ['weights', (value) => defineSolver({ kind: 'x', weights: value, compositional: true }), ['yes']],
    ['compositional', (value) => defineSolver({ kind: 'x', weights: true, compositional: value }), ['yes']],
  ],
  dense: [
    ['', (value) => dense(value)],
    ['shape', (value) => dense([value, 1]), ['one']],
    ['dense', (value) => dense([2, 2], value), [...NUMBERS, ...LISTS]],
  ],
  noTransform: [['size', (value) => noTransform(value), ['one']]],
  presentInput: [
    ['inputs', (value) => presentInput(value, 1), [...LISTS, 'matrix']],
    ['presentationTime', (value) => presentInput([1], value), ABOVE_ZERO],
  ],
  piecewise: [
    ['piecewise', (value) => piecewise(value), ['matrix']],
    ['piecewise', (value) => piecewise([value]), ['list']],
    ['times', (value) => piecewise([[value, 1]]), [...NUMBERS, 'digits']],
    ['value', (value) => piecewise({ 0: value }), [...NUMBERS, ...LISTS]],
    ['value', (value) => piecewise({ 0: () => value }), [...NUMBERS, ...LISTS]],
    ['options', (value) => piecewise({ 0: 1 }, value), ['emptyObject']],
    ['interpolation', (value) => piecewise({ 0: 1 }, { interpolation: value })],
  ],
  whiteNoise: [['options', (value) => whiteNoise(value), ['emptyObject']], ...noiseOptions(whiteNoise)],
  brownNoise: [['options', (value) => brownNoise(value), ['emptyObject']], ...noiseOptions(brownNoise)],
  filteredNoise: [
    ['options', (value) => filteredNoise(value), ['emptyObject']],
    ['synapse', option(filteredNoise, 'synapse'), ABOVE_ZERO],
    ...noiseOptions(filteredNoise),
  ],
  whiteSignal: [
    ['period', (value) => whiteSignal(value, 9), ABOVE_ZERO],
    ['high', (value) => whiteSignal(1, value), ABOVE_ZERO],
    ['options', (value) => whiteSignal(1, 9, value), ['emptyObject']],
    ['rms', (value) => whiteSignal(1, 9, { rms: value }), ABOVE_ZERO],
    ['y0', (value) => whiteSignal(1, 9, { y0: value }), ['null', ...NUMBERS]],
    ...seedOptions((options) => whiteSignal(1, 9, options)),
  ],
  defineProcess: [
    ['defineProcess', (value) => defineProcess(value), ['fakeObject', 'fakeData']],
    ['kind', (value) => defineProcess({ kind: value }), ['text', 'digits']],
    ['defaultSizeIn', (value) => defineProcess({ kind: 'x', defaultSizeIn: value }), ['one']],
    ['defaultSizeOut', (value) => defineProcess({ kind: 'x', defaultSizeOut: value }), ['one']],
    ['fixedSize', (value) => defineProcess({ kind: 'x', fixedSize: value }), ['yes']],
    ['seed', (value) => defineProcess({ kind: 'x', seed: value }), ['null', 'one']],
  ],
  defineSynapse: [
    ['defineSynapse', (value) => defineSynapse(value), ['fakeObject', 'fakeData']],
    ['kind', (value) => defineSynapse({ kind: value }), ['text', 'digits']],
  ],
  defineDistribution: [
    ['defineDistribution', (value) => defineDistribution(value), ['fakeObject', 'fakeData']],
    ['kind', (value) => defineDistribution({ kind: value }), ['text', 'digits']],
  ],
};

const labelAndSeed = (make: (options: never) => unknown): readonly Door[] => [
  ['label', option(make, 'label'), ['null', 'text', 'digits', 'empty']],
  ['seed', option(make, 'seed'), ['null', 'one']],
];

const OBJECT_DOORS: Readonly<Record<string, readonly Door[]>> = {
  Network: [
    ['options', (value) => new Network(value), ['emptyObject']],
    ['within', (value) => new Network({}, value), ['function']],
    ['within', (value) => net.within(value), ['function']],
    ['addToContainer', option((options) => new Network(options), 'addToContainer'), ['null']],
    ...labelAndSeed((options) => new Network(options)),
  ],
  Ensemble: [
    ['Ensemble (', (value) => inNet(() => new Ensemble(value))],
    ['nNeurons', option(anEnsemble, 'nNeurons'), ['one']],
    ['dimensions', option(anEnsemble, 'dimensions'), ['one']],
    ['radius', option(anEnsemble, 'radius'), ABOVE_ZERO],
    ['encoders', option(anEnsemble, 'encoders')],
    ['intercepts', option(anEnsemble, 'intercepts'), LISTS],
    ['maxRates', option(anEnsemble, 'maxRates'), LISTS],
    ['evalPoints', option(anEnsemble, 'evalPoints'), ['matrix']],
    ['nEvalPoints', option(anEnsemble, 'nEvalPoints'), ['null', 'one']],
    ['neuronType', option(anEnsemble, 'neuronType')],
    ['gain', (value) => anEnsemble({ gain: value, bias: value === null ? null : [1, 1] }), ['null', ...LISTS]],
    ['bias', (value) => anEnsemble({ bias: value, gain: value === null ? null : [1, 1] }), ['null', ...LISTS]],
    ['noise', option(anEnsemble, 'noise'), ['null']],
    ['normalizeEncoders', option(anEnsemble, 'normalizeEncoders'), ['yes']],
    ...labelAndSeed(anEnsemble),
  ],
  Node: [
    ['output', (value) => aNode({ output: value, sizeOut: 2 }), [...LISTS, ...FUNCTIONS]],
    ['sizeIn', option(aNode, 'sizeIn'), ['null', 'one']],
    ['sizeOut', (value) => aNode({ output: () => 1, sizeOut: value }), ['null', 'one']],
    ['inert', option(aNode, 'inert'), ['yes']],
    ['live', option(aNode, 'live'), ['yes']],
    ['label', option(aNode, 'label'), ['null', 'text', 'digits', 'empty']],
    ['seed', option(aNode, 'seed'), ['null']],
    ['options', (value) => inNet(() => new Node([1], value)), ['emptyObject']],
  ],
  Connection: [
    ['pre', (value) => inNet(() => new Connection(value, sink))],
    ['post', (value) => inNet(() => new Connection(ensemble, value))],
    ['options', (value) => inNet(() => new Connection(ensemble, sink, value)), ['emptyObject']],
    ['synapse', option(aConnection, 'synapse'), ['null', ...ABOVE_ZERO]],
    ['delay', option(aConnection, 'delay'), ['null', ...ABOVE_ZERO]],
    ['delay: steps', (value) => aConnection({ delay: { steps: value } }), ['one']],
    ['function', option(aConnection, 'function'), ['null']],
    ['transform', option(aConnection, 'transform'), ['null', ...NUMBERS, ...LISTS]],
    ['solver', option(aConnection, 'solver')],
    ['evalPoints', option(aConnection, 'evalPoints'), ['null', 'matrix']],
    ['scaleEvalPoints', option(aConnection, 'scaleEvalPoints'), ['yes']],
    ...labelAndSeed(aConnection),
  ],
  Probe: [
    ['target', (value) => inNet(() => new Probe(value))],
    ['options', (value) => inNet(() => new Probe(ensemble, value)), ['emptyObject']],
    ['', option(aProbe, 'attribute'), ['null']],
    ['sampleEvery', option(aProbe, 'sampleEvery'), ['null', ...ABOVE_ZERO]],
    ['synapse', option(aProbe, 'synapse'), ['null', ...ABOVE_ZERO]],
    ['solver', option(aProbe, 'solver'), ['null']],
    ...labelAndSeed(aProbe),
  ],
  views: [
    ['Node (nodes[0])', (value) => sink.at(value), ['one']],
    ['slice bound', (value) => sink.slice(value), ['null', 'negative', 'one']],
    ['slice', (value) => sink.slice(0, value), ['null', 'one']],
    ['slice step', (value) => sink.slice(null, null, value), ['null', 'negative', 'one']],
  ],
  config: [
    ['config.of', (value) => net.config.of(value)],
    ['name', (value) => net.config.addAttribute(value, 1), ['text', 'digits']],
    ['name', (value) => net.config.setSetting(value, 1), ['text', 'digits']],
    ['evalPoints', (value) => (net.config.of(Ensemble).evalPoints = value), ['matrix']],
    ['radius', (value) => (net.config.of(Ensemble).radius = value), ABOVE_ZERO],
  ],
};

/** What happens when a value is passed; the error must name the place, or the option that is not known. */
function outcome([name, open]: Door, value: unknown): string {
  try {
    open(value as never);
    return 'accepted';
  } catch (error) {
    if (!isNdlError(error)) return `raw ${String(error)}`;
    const isNamed = error.message.includes(name) || error.code === 'UNKNOWN_OPTION';
    return isNamed ? 'refused' : `refused without the name: ${error.message}`;
  }
}

const DOORS = Object.entries({ ...FACTORY_DOORS, ...OBJECT_DOORS }).flatMap(([owner, doors]) =>
  doors.map((door): readonly [string, Door] => [`${owner}: ${door[0]}`, door]),
);

test.each(DOORS)('%s takes what it says, and refuses every other type by name', (_, door) => {
  const [, , accepts = []] = door;
  const surprises = Object.entries(EVERY_TYPE).flatMap(([type, value]) => {
    const happened = outcome(door, value);
    return happened === (accepts.includes(type) ? 'accepted' : 'refused') ? [] : [`${type}: ${happened}`];
  });
  expect(surprises).toEqual([]);
});
