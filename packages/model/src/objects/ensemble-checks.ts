/** @file What must hold between the parameters of an ensemble: shapes, and rates that its neurons can reach. */
import { isNdArray, type NdArray } from '@ndl/numerics';
import { requireRoomFor } from '../data/array-size.ts';
import { requireShape } from '../data/checks.ts';
import type { Distribution } from '../distributions/any-distribution.ts';
import { largestOf, upperBoundOf } from '../distributions/distributions.ts';
import type { EnsembleValues } from './ensemble.ts';
import { invalidParameter, optionConflict } from '../errors.ts';
import { maxRateUnreachable } from './object-errors.ts';

/** Checks an ensemble as a whole. @throws NdlError SHAPE_MISMATCH, INVALID_OPTION, OPTION_CONFLICT, MAX_RATE_UNREACHABLE */
export function checkEnsemble(values: EnsembleValues, subject: string): void {
  const { nNeurons, dimensions, gain, bias, noise, neuronType } = values;
  requireRoomFor([nNeurons], subject, 'too many neurons');
  requireRoomFor([dimensions], subject, 'too many dimensions');
  requireRoomFor([nNeurons, dimensions], subject, 'too many neurons for so many dimensions');
  requireRoomFor([values.nEvalPoints ?? 1, dimensions], subject, 'too many evaluation points (nEvalPoints)');
  checkShape(values.encoders, [nNeurons, dimensions], `${subject}: encoders`);
  checkShape(values.intercepts, [nNeurons], `${subject}: intercepts`);
  checkShape(values.maxRates, [nNeurons], `${subject}: maxRates`);
  checkShape(values.evalPoints, ['*', dimensions], `${subject}: evalPoints`);
  checkNumberOfPoints(values, subject);
  checkShape(gain, [nNeurons], `${subject}: gain`);
  checkShape(bias, [nNeurons], `${subject}: bias`);
  const { initialState, baseType } = neuronType;
  for (const [state, initial] of Object.entries({ ...baseType?.initialState, ...initialState })) {
    checkShape(initial, [nNeurons], `${subject}: initialState.${state} of its neurons`);
  }
  if ((gain === null) !== (bias === null)) {
    const [given, lacking] = gain === null ? ['bias', 'gain'] : ['gain', 'bias'];
    throw optionConflict(
      subject,
      `${given} was given without ${lacking}; give both, or neither and let rates and intercepts decide.`,
    );
  }
  if (noise !== null && noise.defaultSizeIn > 0) {
    throw invalidParameter(`${subject}: noise`, 'a process without input', noise);
  }
  if (values.normalizeEncoders) checkEncoderLengths(values.encoders, `${subject}: encoders`);
  if (gain === null) checkMaxRates(values, `${subject}: maxRates`);
}

function checkShape(value: Distribution | NdArray | null, expected: readonly (number | '*')[], where: string): void {
  if (!isNdArray(value)) return;
  const isForAll = value.rank === 0 && expected.length === 1;
  requireShape(value, expected, where, isForAll ? forAllNeurons(value.data[0]!, where) : undefined);
}

/** What to give in place of a number. */
function forAllNeurons(value: number, where: string): string {
  return where.endsWith('maxRates') && value <= 0
    ? 'Maximum rates must be above 0 Hz.'
    : `For the same of all neurons give choice([${value}]).`;
}

/** Of an array, every row is a point: there is nothing to draw. */
function checkNumberOfPoints({ evalPoints, nEvalPoints }: EnsembleValues, subject: string): void {
  if (!isNdArray(evalPoints) || nEvalPoints === null || evalPoints.shape[0] === nEvalPoints) return;
  throw optionConflict(
    subject,
    `evalPoints is an array of ${evalPoints.shape[0]} points, and nEvalPoints is ${nEvalPoints}. All points of an array ` +
      'count: leave nEvalPoints out, or give a distribution to draw them from.',
  );
}

function checkEncoderLengths(encoders: Distribution | NdArray, where: string): void {
  if (!isNdArray(encoders)) return;
  for (let neuron = 0; neuron < encoders.shape[0]!; neuron++) {
    if (encoders.row(neuron).data.every((element) => element === 0)) {
      throw invalidParameter(
        `${where}[${neuron}]`,
        'a direction, not all zeros, to be scaled to length one',
        encoders.row(neuron).toNested(),
      );
    }
  }
}

function checkMaxRates({ maxRates, neuronType }: EnsembleValues, where: string): void {
  const limit = neuronType.maximumRate;
  const bound = isNdArray(maxRates) ? { value: largestOf(maxRates), isReached: true } : upperBoundOf(maxRates);
  if (limit === undefined || bound === undefined) return;
  if (bound.value > limit || (bound.isReached && bound.value === limit)) {
    throw maxRateUnreachable(where, bound.value, limit, neuronType.kind);
  }
}
