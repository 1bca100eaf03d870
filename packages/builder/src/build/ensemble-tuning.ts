/** @file What the build draws and computes for an ensemble: evaluation points, encoders, gains and biases. */
import type { BuildContext, BuiltEnsemble } from '@ndl/core';
import { describeObject, type Distribution, type Ensemble } from '@ndl/model';
import { identity, isNdArray, NdArray, type RandomState } from '@ndl/numerics';
import { interceptOutOfRange, maxRateUnreachable, zeroEncoder } from '../errors.ts';
import { partOf } from './part-of.ts';

/**
 * Draws, from the generator of the ensemble's seed, evaluation points, encoders, then maximum rates and intercepts
 * (or gain and bias), in this order.
 * @throws NdlError ENCODERS_ZERO, INTERCEPT_OUT_OF_RANGE, MAX_RATE_UNREACHABLE, SHAPE_MISMATCH, DISTRIBUTION_SHAPE
 */
export function tuneEnsemble(ensemble: Ensemble, context: BuildContext, random: RandomState): BuiltEnsemble {
  const evalPoints = sampleEvalPoints(ensemble, ensemble.evalPoints, ensemble.radius, context, random);
  const encoders = ensembleEncoders(ensemble, context, random);
  const tuning = neuronTuning(ensemble, context, random);
  const scaledEncoders = tuning.gain === null ? encoders : scaled(encoders, tuning.gain, ensemble.radius);
  return { evalPoints, encoders, scaledEncoders, ...tuning };
}

/**
 * Evaluation points, [points, dimensions], times `scale`. A distribution gives `nEvalPoints` of them, by default 500
 * per dimension between 750 and 2500, or two per neuron if that is more.
 */
export function sampleEvalPoints(
  ensemble: Ensemble,
  source: Distribution | NdArray,
  scale: number,
  context: BuildContext,
  random: RandomState,
): NdArray {
  const { dimensions, nNeurons, nEvalPoints } = ensemble;
  const defaultCount = Math.max(Math.min(Math.max(500 * dimensions, 750), 2500), 2 * nNeurons);
  const count = isNdArray(source) ? source.shape[0]! : (nEvalPoints ?? defaultCount);
  const points = partOf(ensemble, 'evalPoints', () => context.sample(source, count, dimensions, random));
  return new NdArray(
    points.data.map((value) => value * scale),
    points.shape,
  );
}

function ensembleEncoders(ensemble: Ensemble, context: BuildContext, random: RandomState): NdArray {
  const { dimensions, nNeurons, neuronType, normalizeEncoders } = ensemble;
  if (neuronType.kind === 'direct') return identity(dimensions);
  const encoders = partOf(ensemble, 'encoders', () => context.sample(ensemble.encoders, nNeurons, dimensions, random));
  if (!normalizeEncoders) return encoders;
  for (let neuron = 0; neuron < nNeurons; neuron++) {
    const { data } = encoders.row(neuron);
    const length = Math.hypot(...data);
    if (!(length > 0 && Number.isFinite(length))) throw zeroEncoder(describeObject(ensemble), neuron);
    for (let axis = 0; axis < dimensions; axis++) data[axis]! /= length;
  }
  return encoders;
}

type Tuning = Pick<BuiltEnsemble, 'gain' | 'bias' | 'maxRates' | 'intercepts'>;

function neuronTuning(ensemble: Ensemble, context: BuildContext, random: RandomState): Tuning {
  const { nNeurons, neuronType } = ensemble;
  const draw = (
    name: 'gain' | 'bias' | 'maxRates' | 'intercepts',
    source: Distribution | NdArray,
  ): NdArray<Float64Array> =>
    partOf(ensemble, name, () => context.sample(source, nNeurons, undefined, random)) as NdArray<Float64Array>;
  const vector = (data: Float64Array): NdArray => new NdArray(data, [nNeurons]);
  const isDirect = neuronType.kind === 'direct';

  if (ensemble.gain !== null && ensemble.bias !== null) {
    const gain = draw('gain', ensemble.gain);
    const bias = draw('bias', ensemble.bias);
    if (isDirect) return { gain: null, bias: null, maxRates: null, intercepts: null };
    const { maxRates, intercepts } = context
      .neuron(neuronType.kind)
      .maxRatesIntercepts(neuronType, gain.data, bias.data);
    return { gain, bias, maxRates: vector(maxRates), intercepts: vector(intercepts) };
  }
  const maxRates = draw('maxRates', ensemble.maxRates);
  const intercepts = draw('intercepts', ensemble.intercepts);
  if (isDirect) return { gain: null, bias: null, maxRates, intercepts };
  const { gain, bias } = solvedGainBias(ensemble, context, maxRates, intercepts);
  return { gain: vector(gain), bias: vector(bias), maxRates, intercepts };
}

function solvedGainBias(
  ensemble: Ensemble,
  context: BuildContext,
  maxRates: NdArray<Float64Array>,
  intercepts: NdArray<Float64Array>,
): { readonly gain: Float64Array; readonly bias: Float64Array } {
  const { neuronType } = ensemble;
  const limit = neuronType.maximumRate ?? Infinity;
  const tooFast = maxRates.data.findIndex((rate) => rate >= limit);
  if (tooFast >= 0) {
    throw maxRateUnreachable(describeObject(ensemble), tooFast, maxRates.data[tooFast]!, limit, neuronType.kind);
  }
  const outside = (neuron: number): Error =>
    interceptOutOfRange(describeObject(ensemble), neuron, intercepts.data[neuron]!, maxRates.data[neuron]!);
  const beyondRadius = intercepts.data.findIndex((intercept) => intercept >= 1);
  if (beyondRadius >= 0) throw outside(beyondRadius);
  const { gain, bias } = partOf(ensemble, 'gain and bias', () =>
    context.neuron(neuronType.kind).gainBias(neuronType, maxRates.data, intercepts.data),
  );
  const unusable = gain.findIndex((value) => !(value > 0 && Number.isFinite(value)));
  if (unusable >= 0) throw outside(unusable);
  return { gain, bias };
}

/** encoders · gain / radius, row by row. */
function scaled(encoders: NdArray, gain: NdArray, radius: number): NdArray {
  const [, dimensions] = encoders.shape as [number, number];
  const data = Float64Array.from(
    encoders.data,
    (value, index) => value * (gain.data[Math.floor(index / dimensions)]! / radius),
  );
  return new NdArray(data, encoders.shape);
}
