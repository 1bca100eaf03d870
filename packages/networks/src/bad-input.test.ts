/** @file What networks refuse, with what they say of it; nothing of them is left behind. */
import { direct, Network } from '@ndl/model';
import { describe, expect, it } from 'vitest';
import {
  AssociativeMemory,
  BasalGanglia,
  CircularConvolution,
  EnsembleArray,
  InputGatedMemory,
  discreteLegendreSystem,
  Integrator,
  LegendreMemory,
  legendreReadout,
  legendreSystem,
  LegendreUnit,
  Oscillator,
  Product,
  Thalamus,
  thresholdingEnsembles,
  withDefaults,
} from './index.ts';

const failing = (code: string, text: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

describe('refuses', () => {
  const array =
    (options: object): (() => unknown) =>
    () =>
      new EnsembleArray({ nNeurons: 3, nEnsembles: 2, ...options });
  const inputVectors = [[1, 0]];
  const memory =
    (options: object): (() => unknown) =>
    () =>
      new AssociativeMemory({ inputVectors, ...options });
  it.each<[string, () => unknown, string, string]>([
    [
      'half an ensemble',
      array({ nEnsembles: 0.5 }),
      'INVALID_OPTION',
      'EnsembleArray: nEnsembles must be a whole number',
    ],
    ["a dimension of ensembles in Nengo's words", array({ ens_dimensions: 2 }), 'UNKNOWN_OPTION', "'ens_dimensions'"],
    ['encoders of another number', array({ radius: -1 }), 'INVALID_OPTION', 'radius'],
    ['no options', () => new EnsembleArray(null as never), 'INVALID_OPTION', 'EnsembleArray: the options'],
    [
      'too few functions',
      () => new EnsembleArray({ nNeurons: 3, nEnsembles: 2 }).addOutput('x', [() => 1]),
      'INVALID_OPTION',
      '2, one per ensemble; got 1',
    ],
    [
      'an output of the same name',
      () => new EnsembleArray({ nNeurons: 3, nEnsembles: 2 }).addOutput('output', null),
      'DUPLICATE_NAME',
      "has 'output' already",
    ],
    [
      'an output that there is not',
      () => new EnsembleArray({ nNeurons: 3, nEnsembles: 2 }).outputNamed('outputs'),
      'UNKNOWN_NAME',
      'Did you mean output?',
    ],
    [
      'neurons of Direct ensembles',
      () => new EnsembleArray({ nNeurons: 3, nEnsembles: 2, neuronType: direct() }).addNeuronInput(),
      'NO_NEURONS',
      'direct()',
    ],
    [
      'a magnitude of zero',
      () => new Product({ nNeurons: 2, dimensions: 1, inputMagnitude: 0 }),
      'INVALID_OPTION',
      'above 0',
    ],
    [
      'an inversion that is a text',
      () => new CircularConvolution({ nNeurons: 2, dimensions: 2, invertA: 'yes' as never }),
      'INVALID_OPTION',
      'CircularConvolution: invertA must be true or false',
    ],
    ['no time constant', () => new Integrator({ nNeurons: 2 } as never), 'INVALID_OPTION', 'Integrator: recurrentTau'],
    [
      'an infinite frequency',
      () => new Oscillator({ recurrentTau: 1, frequency: Infinity, nNeurons: 2 }),
      'INVALID_OPTION',
      'Oscillator: frequency',
    ],
    [
      'a transform of a transmitter',
      () => new BasalGanglia({ dimensions: 2, ampa: { transform: 2 } as never }),
      'UNKNOWN_OPTION',
      'BasalGanglia: ampa',
    ],
    ['a threshold of one', () => new Thalamus({ dimensions: 2, threshold: 1 }), 'INVALID_OPTION', 'below 1'],
    [
      'vectors of two lengths',
      memory({ inputVectors: [[1], [1, 2]] }),
      'RAGGED_ARRAY',
      'AssociativeMemory: inputVectors',
    ],
    ['a vector of NaN', memory({ inputVectors: [[Number.NaN]] }), 'INVALID_OPTION', 'of finite numbers'],
    [
      'outputs of other items',
      memory({ outputVectors: [[1], [2]] }),
      'INVALID_OPTION',
      'a list of 1 vector of one length',
    ],
    ['too many thresholds', memory({ threshold: [1, 2] }), 'INVALID_OPTION', 'a number, or 1 numbers'],
    [
      'a default for an output that there is not',
      () => new AssociativeMemory({ inputVectors }).addDefaultOutputVector([1, 0], { outputName: 'x' }),
      'UNKNOWN_NAME',
      "has no 'x'",
    ],
    [
      'a memory without neurons',
      () => new InputGatedMemory({ nNeurons: 0, dimensions: 1 }),
      'INVALID_OPTION',
      'InputGatedMemory: nNeurons',
    ],
    ['a system that no array holds', () => legendreSystem(1e6), 'TOO_LARGE', 'legendreSystem: order: 1000000'],
    ['its steps', () => discreteLegendreSystem(1e6, 1, 0.001), 'TOO_LARGE', '1000000000000 numbers'],
    ['a readout that no array holds', () => legendreReadout(1e9, 0), 'TOO_LARGE', 'legendreReadout: order'],
    ['a memory that none holds', () => new LegendreMemory({ order: 1e6, theta: 1 }), 'TOO_LARGE', 'LegendreMemory'],
    [
      'a unit that none holds',
      () => new LegendreUnit({ inputs: 1, units: 1, order: 1e6, theta: 1 }),
      'TOO_LARGE',
      'Unit',
    ],
    ['too many actions', () => new BasalGanglia({ dimensions: 1e5 }), 'TOO_LARGE', 'BasalGanglia: dimensions'],
    ['too many actions of a thalamus', () => new Thalamus({ dimensions: 1e5 }), 'TOO_LARGE', 'Thalamus: dimensions'],
    [
      'frequencies that no array holds',
      () => new CircularConvolution({ nNeurons: 1, dimensions: 2e4 }),
      'TOO_LARGE',
      'CircularConvolution: dimensions',
    ],
    ['a window of no length', () => legendreSystem(0), 'INVALID_OPTION', 'legendreSystem: order'],
    ['a step of no length', () => discreteLegendreSystem(2, 1, 0), 'INVALID_OPTION', 'discreteLegendreSystem: dt'],
    ['a share above one', () => legendreReadout(2, 1.1), 'INVALID_OPTION', 'a number from 0 to 1'],
    [
      'a delay beyond the window',
      () => new LegendreMemory({ order: 3, theta: 0.5 }).addDelayedOutput(0.6),
      'INVALID_OPTION',
      'from 0 to theta, which is 0.5',
    ],
    ['half a neuron', () => new LegendreMemory({ order: 3, theta: 1, nNeurons: 0.5 }), 'INVALID_OPTION', 'nNeurons'],
    ['no units', () => new LegendreUnit({ units: 0, order: 3, theta: 1 }), 'INVALID_OPTION', 'LegendreUnit: units'],
    [
      'an order of the memory that is missing',
      () => new LegendreUnit({ units: 1 } as never),
      'INVALID_OPTION',
      'order',
    ],
    ['a threshold at the radius', () => thresholdingEnsembles(1), 'INVALID_OPTION', 'below the radius, which is 1'],
    [
      'defaults of a class that there is not',
      () => withDefaults({ ensembles: {} } as never, () => 1),
      'UNKNOWN_OPTION',
      'Did you mean ensemble?',
    ],
    [
      'a default that there is not',
      () => withDefaults({ ensemble: { size: 1 } as never }, () => 1),
      'UNKNOWN_OPTION',
      'size',
    ],
  ])('%s', (_, make, code, text) => {
    const network = new Network({ seed: 0 });
    expect(() => network.within(make)).toThrow(failing(code, text));
  });

  it('leaves nothing behind of a network that could not be made', () => {
    const network = new Network({ seed: 0 });
    expect(() => network.within(array({ maxRates: [1, 2, 3], neuronType: 5 }))).toThrow(
      failing('INVALID_OPTION', 'neuronType'),
    );
    expect(network.networks).toEqual([]);
  });
});
