/** @file Arguments that a call does not take: refused by the call's name, rather than without effect. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as ndl from './index.ts';
import * as node from './node.ts';
import { failing } from './reference-simulator.test-helper.ts';
import { ears, foreign, motion, net, options } from './senses.test-helper.ts';

/** What is given beyond the last argument, and how it is shown. */
const SURPLUS: readonly (readonly [unknown, string])[] = [
  [1, '1'],
  [null, 'null'],
  [{ seed: 3 }, 'an object with seed'],
];

type Call = (...given: unknown[]) => unknown;
type Entry = readonly [name: string, call: Call, ...given: unknown[]];

const squared = ndl.kernel({ name: 'squared', inputs: ['output'] }, (k) => ({
  term: k.multiply(k.inputs.output, k.inputs.output),
}));

/** Calls with all arguments that they take. */
const functions: readonly Entry[] = [
  ['ndarray', ndl.ndarray as Call, [1, 2]],
  ['lif', ndl.lif as Call, {}],
  ['lifRate', ndl.lifRate as Call, {}],
  ['softLifRate', ndl.softLifRate as Call, {}],
  ['rectifiedLinear', ndl.rectifiedLinear as Call, {}],
  ['spikingRectifiedLinear', ndl.spikingRectifiedLinear as Call, {}],
  ['adaptiveLif', ndl.adaptiveLif as Call, {}],
  ['adaptiveLifRate', ndl.adaptiveLifRate as Call, {}],
  ['izhikevich', ndl.izhikevich as Call, {}],
  ['leaky', ndl.leaky as Call, {}],
  ['leakyRelu', ndl.leakyRelu as Call, {}],
  ['spikingLeakyRelu', ndl.spikingLeakyRelu as Call, {}],
  ['regularSpiking', ndl.regularSpiking as Call, ndl.tanh(), {}],
  ['stochasticSpiking', ndl.stochasticSpiking as Call, ndl.tanh(), {}],
  ['poissonSpiking', ndl.poissonSpiking as Call, ndl.tanh(), {}],
  ['sigmoid', ndl.sigmoid as Call, {}],
  ['tanh', ndl.tanh as Call, {}],
  ['direct', ndl.direct as Call],
  ['defineNeuronType', ndl.defineNeuronType as Call, { kind: 'own', spiking: false }],
  ['recordsSpikes', ndl.recordsSpikes as Call, foreign.probe],
  ['lowpass', ndl.lowpass as Call, 0.1],
  ['alpha', ndl.alpha as Call, 0.1],
  ['linearFilter', ndl.linearFilter as Call, [1], [1, 2], {}],
  ['defineSynapse', ndl.defineSynapse as Call, { kind: 'own' }],
  ['uniform', ndl.uniform as Call, 0, 1, {}],
  ['gaussian', ndl.gaussian as Call, 0, 1],
  ['choice', ndl.choice as Call, [1], [1]],
  ['uniformHypersphere', ndl.uniformHypersphere as Call, {}],
  ['scatteredHypersphere', ndl.scatteredHypersphere as Call, {}],
  ['quasirandomSequence', ndl.quasirandomSequence as Call],
  ['cosineSimilarity', ndl.cosineSimilarity as Call, 3],
  ['exponential', ndl.exponential as Call, 1, {}],
  ['glorot', ndl.glorot as Call, {}],
  ['he', ndl.he as Call, {}],
  ['pdf', ndl.pdf as Call, [0], [1]],
  ['sqrtBeta', ndl.sqrtBeta as Call, 2, 1],
  ['subvectorLength', ndl.subvectorLength as Call, 3, 1],
  ['truncatedNormal', ndl.truncatedNormal as Call, {}],
  ['varianceScaling', ndl.varianceScaling as Call, {}],
  ['cumulativeProbability', ndl.cumulativeProbability as Call, ndl.sqrtBeta(2), 0.5],
  ['probabilityDensity', ndl.probabilityDensity as Call, ndl.sqrtBeta(2), 0.5],
  ['quantile', ndl.quantile as Call, ndl.sqrtBeta(2), 0.5],
  ['samples', ndl.samples as Call, [1]],
  ['defineDistribution', ndl.defineDistribution as Call, { kind: 'own' }],
  ['lstsqL2', ndl.lstsqL2 as Call, {}],
  ['lstsq', ndl.lstsq as Call, {}],
  ['lstsqDrop', ndl.lstsqDrop as Call, {}],
  ['lstsqL1', ndl.lstsqL1 as Call, {}],
  ['lstsqL2nz', ndl.lstsqL2nz as Call, {}],
  ['lstsqMultNoise', ndl.lstsqMultNoise as Call, {}],
  ['lstsqNoise', ndl.lstsqNoise as Call, {}],
  ['nnls', ndl.nnls as Call, {}],
  ['nnlsL2', ndl.nnlsL2 as Call, {}],
  ['nnlsL2nz', ndl.nnlsL2nz as Call, {}],
  ['blockConjugateGradient', ndl.blockConjugateGradient as Call, {}],
  ['cholesky', ndl.cholesky as Call, {}],
  ['conjugateGradient', ndl.conjugateGradient as Call, {}],
  ['lsmr', ndl.lsmr as Call, {}],
  ['randomizedSvd', ndl.randomizedSvd as Call, {}],
  ['relativeConjugateGradient', ndl.relativeConjugateGradient as Call, {}],
  ['svd', ndl.svd as Call],
  ['noSolver', ndl.noSolver as Call, {}],
  ['defineSolver', ndl.defineSolver as Call, { kind: 'own', weights: false, compositional: true }],
  ['presentInput', ndl.presentInput as Call, [1], 0.1],
  ['piecewise', ndl.piecewise as Call, { 0: 1 }, {}],
  ['whiteNoise', ndl.whiteNoise as Call, {}],
  ['filteredNoise', ndl.filteredNoise as Call, {}],
  ['brownNoise', ndl.brownNoise as Call, {}],
  ['whiteSignal', ndl.whiteSignal as Call, 1, 5, {}],
  ['combineFilters', ndl.combineFilters as Call, 0.1, 0.1],
  ['frequencyResponse', ndl.frequencyResponse as Call, 0.1, [1], {}],
  ['runProcess', ndl.runProcess as Call, ndl.whiteNoise(), 0.01, {}],
  ['runProcessSteps', ndl.runProcessSteps as Call, ndl.whiteNoise(), 1, {}],
  ['applyProcess', ndl.applyProcess as Call, ndl.whiteNoise(), [1], {}],
  ['defineProcess', ndl.defineProcess as Call, { kind: 'own' }],
  ['dense', ndl.dense as Call, [1, 1], 1],
  ['noTransform', ndl.noTransform as Call, 1],
  ['channelShape', ndl.channelShape as Call, [2, 1], true],
  ['convolution', ndl.convolution as Call, 1, [3, 1], {}],
  ['convolutionTranspose', ndl.convolutionTranspose as Call, 1, [3, 1], {}],
  ['sparse', ndl.sparse as Call, [1, 1], [[0, 0]], 1],
  ['adam', ndl.adam as Call, {}],
  ['rmsprop', ndl.rmsprop as Call, {}],
  ['sgd', ndl.sgd as Call, {}],
  ['momentum', ndl.momentum as Call, {}],
  ['meanSquaredError', ndl.meanSquaredError as Call, {}],
  ['spikeCountLoss', ndl.spikeCountLoss as Call, {}],
  ['rateLoss', ndl.rateLoss as Call, {}],
  ['latencyLoss', ndl.latencyLoss as Call, {}],
  ['rateEncoding', ndl.rateEncoding as Call, [[0.5]], { steps: 2 }],
  ['latencyEncoding', ndl.latencyEncoding as Call, [[0.5]], { steps: 2 }],
  ['softmaxCrossEntropy', ndl.softmaxCrossEntropy as Call, {}],
  ['directGradient', ndl.directGradient as Call],
  ['accuracy', ndl.accuracy as Call],
  ['kernelLoss', ndl.kernelLoss as Call, { kernel: squared }],
  ['hostLoss', ndl.hostLoss as Call, { label: 'own', call: () => ({ loss: 0, gradient: [0] }) }],
  ['saveParameters', node.saveParameters as Call, {}, 'x'],
  ['loadParameters', node.loadParameters as Call, {}, 'x'],
  ['makeFolder', node.makeFolder as Call, 'x'],
  ['writeWholeFile', node.writeWholeFile as Call, 'x', 'text'],
];

const made = new ndl.Network({ seed: 0 });
const ensemble = made.within(() => new ndl.Ensemble({ nNeurons: 3, dimensions: 2 }));
const within =
  (make: Call): Call =>
  (...given) =>
    made.within(() => make(...given));
const constructed = (constructor: unknown): Call =>
  within((...given) => Reflect.construct(constructor as new () => object, given) as object);
const method = (object: object, name: string): Call => (Reflect.get(object, name) as Call).bind(object);

const objects: readonly Entry[] = [
  ['new Network', constructed(ndl.Network), {}, () => undefined],
  ['within', method(made, 'within'), () => undefined],
  ['new Ensemble', constructed(ndl.Ensemble), { nNeurons: 3, dimensions: 2 }],
  ['new Node', constructed(ndl.Node), 1, {}],
  ['new Connection', constructed(ndl.Connection), ensemble, ensemble, {}],
  ['new Probe', constructed(ndl.Probe), ensemble, {}],
  ['at', method(ensemble, 'at'), 0],
  ['slice', method(ensemble, 'slice'), 0, 1, 1],
  ['at', method(ensemble.neurons, 'at'), 0],
  ['slice', method(ensemble.neurons, 'slice'), 0, 1, 1],
  ['replaceParameters', method(ensemble, 'replaceParameters'), {}],
  ['config.of', method(made.config, 'of'), ndl.Ensemble],
  ['row', method(ndl.ndarray([[1], [2]]), 'row'), 0],
  ['reshape', method(ndl.ndarray([1, 2]), 'reshape'), [2, 1]],
];

const sims: { sim?: ndl.Simulator } = {};
beforeAll(async () => {
  sims.sim = await ndl.Simulator.create(net, options);
});
afterAll(() => sims.sim!.dispose());
const ofSim =
  (name: string): Call =>
  (...given) =>
    method(sims.sim!, name)(...given);

const calls: readonly Entry[] = [
  ['Simulator.create', method(ndl.Simulator, 'create'), net, options],
  ['run', ofSim('run'), 0.001, {}],
  ['runSteps', ofSim('runSteps'), 1, {}],
  ['step', ofSim('step'), {}],
  ['stream', ofSim('stream'), {}],
  ['train', ofSim('train'), [[ears, [[1]]]], { targets: [[motion, [[0, 0]]]], optimizer: ndl.sgd() }],
  ['evaluate', ofSim('evaluate'), [[ears, [[1]]]], { targets: [[motion, [[0, 0]]]] }],
  ['predict', ofSim('predict'), [[ears, [[1]]]], {}],
  ['gradients', ofSim('gradients'), [[ears, [[1]]]], { targets: [[motion, [[0, 0]]]] }],
  ['checkGradients', ofSim('checkGradients'), {}],
  ['encodeParameters', ofSim('encodeParameters')],
  ['decodeParameters', ofSim('decodeParameters'), new Uint8Array()],
  ['freezeParameters', ofSim('freezeParameters'), net],
  ['reset', ofSim('reset')],
  ['clearProbes', ofSim('clearProbes')],
  ['dispose', ofSim('dispose')],
  ['trange', ofSim('trange'), {}],
  ['sim.data.get', (...given) => method(sims.sim!.data, 'get')(...given), motion],
];

describe.each([
  ['functions', functions],
  ['objects of a network', objects],
  ['a Simulator', calls],
])('%s', (_, table) => {
  it.each(table.map(([name, call, ...given]) => ({ name, call, given })))('$name', async ({ name, call, given }) => {
    for (const [value, shown] of SURPLUS) {
      const error: unknown = await (async () => call(...given, value))().catch((caught: unknown) => caught);
      expect(error).toEqual(failing('SURPLUS_ARGUMENT', `${name} takes `));
      expect(error).toEqual(failing('SURPLUS_ARGUMENT', `${shown}, would do nothing.`));
    }
  });
});

it('a piece of a stream', async () => {
  const { value } = (await sims.sim!.stream({ steps: 1 }).next()) as { value: ndl.StreamedSteps };
  expect(() => method(value, 'get')(motion, 0)).toThrow(failing('SURPLUS_ARGUMENT', 'get takes one argument') as Error);
});

it('undefined is none, and what map adds is no mistake', () => {
  const lowpass = ndl.lowpass as Call;
  expect(lowpass(0.1, undefined)).toEqual(ndl.lowpass(0.1));
  expect([0.1, 0.2].map(ndl.lowpass).map(({ tau }) => tau)).toEqual([0.1, 0.2]);
  expect([[1], [2]].map(ndl.ndarray).map(({ shape }) => shape)).toEqual([[1], [1]]);
  expect(() => lowpass(0.1, 0, [0.2])).toThrow(failing('SURPLUS_ARGUMENT', 'the second, 0') as Error);
});
