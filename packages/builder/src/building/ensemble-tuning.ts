/** @file What the build draws and computes for an ensemble: evaluation points, encoders, gains and biases. */
import {
  gainBiasFromRatesInPieces,
  maxRatesInterceptsFromRatesInPieces,
  type BuildContext,
  type BuiltEnsemble,
  type GainBias,
  type MaxRatesIntercepts,
} from '@ndl/core';
import { describeObject, kept, type Distribution, type Ensemble } from '@ndl/model';
import { euclideanNorm, identity, NdArray, OperationCount, type Pieces, type RandomState } from '@ndl/numerics';
import { interceptOutOfRange, maxRateUnreachable, zeroEncoder } from './build-errors.ts';
import { sampleEvalPoints } from './eval-points.ts';
import { firstIndex, tunedInParts } from './in-parts.ts';
import { partOf } from './part-of.ts';
import { tunedType } from './tuned-type.ts';

/**
 * Draws, from the generator of the ensemble's seed, evaluation points, encoders, then maximum rates and intercepts
 * (or gain and bias), in this order.
 * @throws NdlError ENCODERS_ZERO, INTERCEPT_OUT_OF_RANGE, MAX_RATE_UNREACHABLE, SHAPE_MISMATCH, DISTRIBUTION_SHAPE
 */
export async function tuneEnsemble(
  ensemble: Ensemble,
  context: BuildContext,
  random: RandomState,
): Promise<BuiltEnsemble> {
  const evalPoints = await sampleEvalPoints(ensemble, kept(ensemble, 'evalPoints'), ensemble.radius, context, random);
  const encoders = await ensembleEncoders(ensemble, context, random);
  const tuning = await neuronTuning(ensemble, context, random);
  const scaledEncoders =
    tuning.gain === null ? encoders : await context.work.run(scaled(encoders, tuning.gain, ensemble.radius));
  return { evalPoints, encoders, scaledEncoders, ...tuning };
}

async function ensembleEncoders(
  ensemble: Ensemble,
  context: BuildContext,
  random: RandomState,
): Promise<NdArray<Float64Array>> {
  const { dimensions, nNeurons, neuronType, normalizeEncoders } = ensemble;
  if (neuronType.kind === 'direct') return identity(dimensions);
  const encoders = await partOf(ensemble, 'encoders', () =>
    context.work.run(context.sampleInPieces(kept(ensemble, 'encoders'), nNeurons, dimensions, random)),
  );
  if (normalizeEncoders) await context.work.run(normalize(ensemble, encoders));
  return encoders;
}

/** Gives each row length one. @throws NdlError ENCODERS_ZERO */
function* normalize(ensemble: Ensemble, encoders: NdArray<Float64Array>): Pieces<void> {
  const { data } = encoders;
  const [neurons, dimensions] = encoders.shape as [number, number];
  const operations = new OperationCount();
  for (let neuron = 0; neuron < neurons; neuron++) {
    const start = neuron * dimensions;
    const length = euclideanNorm(data, start, dimensions);
    if (!(length > 0 && Number.isFinite(length))) throw zeroEncoder(describeObject(ensemble), neuron);
    for (let at = start; at < start + dimensions; at++) data[at]! /= length;
    const done = operations.add(8 * dimensions);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
}

type Tuning = Pick<BuiltEnsemble, 'gain' | 'bias' | 'maxRates' | 'intercepts'>;

async function neuronTuning(ensemble: Ensemble, context: BuildContext, random: RandomState): Promise<Tuning> {
  const { nNeurons, neuronType } = ensemble;
  const draw = (
    name: 'gain' | 'bias' | 'maxRates' | 'intercepts',
    source: Distribution | NdArray,
  ): Promise<NdArray<Float64Array>> =>
    partOf(ensemble, name, () => context.work.run(context.sampleInPieces(source, nNeurons, undefined, random)));
  const vector = (data: Float64Array): NdArray => new NdArray(data, [nNeurons]);
  const isDirect = neuronType.kind === 'direct';

  const [givenGain, givenBias] = [kept(ensemble, 'gain'), kept(ensemble, 'bias')];
  if (givenGain !== null && givenBias !== null) {
    const gain = await draw('gain', givenGain);
    const bias = await draw('bias', givenBias);
    if (isDirect) return { gain: null, bias: null, maxRates: null, intercepts: null };
    const { maxRates, intercepts } = await partOf(ensemble, 'maxRates and intercepts', () =>
      context.work.run(foundMaxRatesIntercepts(ensemble, context, gain.data, bias.data)),
    );
    return { gain, bias, maxRates: vector(maxRates), intercepts: vector(intercepts) };
  }
  const maxRates = await draw('maxRates', kept(ensemble, 'maxRates'));
  const intercepts = await draw('intercepts', kept(ensemble, 'intercepts'));
  if (isDirect) return { gain: null, bias: null, maxRates, intercepts };
  const { gain, bias } = await solvedGainBias(ensemble, context, maxRates, intercepts);
  return { gain: vector(gain), bias: vector(bias), maxRates, intercepts };
}

async function solvedGainBias(
  ensemble: Ensemble,
  context: BuildContext,
  maxRates: NdArray<Float64Array>,
  intercepts: NdArray<Float64Array>,
): Promise<GainBias> {
  const { neuronType } = ensemble;
  const limit = neuronType.maximumRate ?? Infinity;
  const { work } = context;
  const tooFast = await work.run(firstIndex(maxRates.data, (rate) => rate >= limit));
  if (tooFast >= 0) {
    throw maxRateUnreachable(describeObject(ensemble), tooFast, maxRates.data[tooFast]!, limit, neuronType.kind);
  }
  const outside = (neuron: number): Error =>
    interceptOutOfRange(describeObject(ensemble), neuron, intercepts.data[neuron]!, maxRates.data[neuron]!);
  const beyondRadius = await work.run(firstIndex(intercepts.data, (intercept) => intercept >= 1));
  if (beyondRadius >= 0) throw outside(beyondRadius);
  const { gain, bias } = await partOf(ensemble, 'gain and bias', () =>
    work.run(foundGainBias(ensemble, context, maxRates.data, intercepts.data)),
  );
  const unusable = await work.run(firstIndex(gain, (value) => !(value > 0 && Number.isFinite(value))));
  if (unusable >= 0) throw outside(unusable);
  return { gain, bias };
}

/** By the definition's own rule; where it has none, from the rates of all neurons together. */
function* foundGainBias(
  ensemble: Ensemble,
  context: BuildContext,
  maxRates: Float64Array,
  intercepts: Float64Array,
): Pieces<GainBias> {
  const tuned = tunedType(ensemble.neuronType);
  const definition = context.neuron(tuned.kind);
  if (definition.gainBias === undefined)
    return yield* gainBiasFromRatesInPieces(definition, tuned, maxRates, intercepts);
  const [gain, bias] = yield* tunedInParts(maxRates, intercepts, (rates, starts) => {
    const found = definition.gainBias!(tuned, rates, starts);
    return [found.gain, found.bias];
  });
  return { gain, bias };
}

function* foundMaxRatesIntercepts(
  ensemble: Ensemble,
  context: BuildContext,
  gain: Float64Array,
  bias: Float64Array,
): Pieces<MaxRatesIntercepts> {
  const tuned = tunedType(ensemble.neuronType);
  const definition = context.neuron(tuned.kind);
  if (definition.maxRatesIntercepts === undefined)
    return yield* maxRatesInterceptsFromRatesInPieces(definition, tuned, gain, bias);
  const [maxRates, intercepts] = yield* tunedInParts(gain, bias, (gains, biases) => {
    const found = definition.maxRatesIntercepts!(tuned, gains, biases);
    return [found.maxRates, found.intercepts];
  });
  return { maxRates, intercepts };
}

/** encoders · gain / radius, row by row. */
function* scaled(encoders: NdArray, gain: NdArray, radius: number): Pieces<NdArray> {
  const [neurons, dimensions] = encoders.shape as [number, number];
  const data = new Float64Array(encoders.size);
  const operations = new OperationCount();
  for (let neuron = 0; neuron < neurons; neuron++) {
    const scale = gain.data[neuron]! / radius;
    const end = (neuron + 1) * dimensions;
    for (let at = neuron * dimensions; at < end; at++) data[at] = encoders.data[at]! * scale;
    const done = operations.add(dimensions);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return new NdArray(data, encoders.shape);
}
