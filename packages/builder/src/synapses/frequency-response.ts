/** @file What synapses make of sine waves, in continuous time or in steps. */
import type { DiscreteSystem, StateSystem, SynapseDefinition } from '@ndl/core';
import { checkedSynapse as checkedSynapseInput, transferFunctionOf, type Synapse } from '@ndl/model';
import {
  atan2,
  cos,
  isNdlError,
  NdArray,
  ndarray,
  refuseSurplus,
  sin,
  solveLinearSystem,
  zeros,
  type ArrayLikeInput,
} from '@ndl/numerics';
import { argumentInvalid, unknownOption, invalidTimeStep } from '../errors.ts';
import { filterNotFinite, needsTimeStep } from './filter-errors.ts';
import { processTools } from '../processes/process-tools.ts';
import { BUILT_IN_SYNAPSES } from './index.ts';

/** Options of `frequencyResponse`. */
export interface FrequencyResponseOptions {
  /** Seconds per step: the response is that of the filter as simulated. Default: none; the response is that in continuous time. */
  readonly dt?: number;
  /** Kinds of synapse beyond the built-in ones. */
  readonly definitions?: readonly SynapseDefinition[];
}

/** By frequency, [frequencies] each; infinite or NaN where a filter has a pole there. */
export interface FrequencyResponse {
  readonly real: NdArray<Float64Array>;
  readonly imaginary: NdArray<Float64Array>;
  /** By how much the amplitude is multiplied. */
  readonly gain: NdArray<Float64Array>;
  /** How far the wave is ahead, from -π to π; below 0 where it lags. */
  readonly phase: NdArray<Float64Array>;
}

/**
 * What a synapse (a number is a lowpass of that many seconds) makes of sine waves with these frequencies in Hz.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, NOT_FINITE, UNKNOWN_KIND; FILTER_NEEDS_DT for a filter that is one only in steps
 */
export function frequencyResponse(
  synapse: Synapse | number,
  frequencies: ArrayLikeInput,
  options: FrequencyResponseOptions = {},
): FrequencyResponse {
  refuseSurplus('frequencyResponse', arguments, 3);
  const { dt, definitions } = checkedOptions(options);
  const known = checkedSynapseInput(synapse, 'frequencyResponse: the synapse');
  const waves = wavesOf(frequencies);
  const respond = dt === undefined ? inContinuousTime(known) : inSteps(known, dt, definitions);
  const response = Array.from(waves, (frequency) => respond(2 * Math.PI * frequency));
  const collected = (part: (value: Complex) => number): NdArray<Float64Array> =>
    new NdArray(Float64Array.from(response, part), [response.length]);
  return {
    real: collected(([real]) => real),
    imaginary: collected(([, imaginary]) => imaginary),
    gain: collected(([real, imaginary]) => Math.sqrt(real * real + imaginary * imaginary)),
    phase: collected(([real, imaginary]) => atan2(imaginary, real)),
  };
}

type Complex = readonly [real: number, imaginary: number];

/** The transfer function at iω. */
function inContinuousTime(synapse: Synapse): (omega: number) => Complex {
  const transfer = transferFunctionOf(synapse);
  if (transfer?.analog !== true) throw needsTimeStep('frequencyResponse', synapse.kind);
  const { numerator, denominator } = transfer;
  return (omega) => divide(polynomialAt(numerator, [0, omega]), polynomialAt(denominator, [0, omega]));
}

/** The response of the system at z = e^(iω·dt), of a wave that has always been there. */
function inSteps(synapse: Synapse, dt: number, definitions: readonly SynapseDefinition[]): (omega: number) => Complex {
  const system = processTools({ synapses: [...BUILT_IN_SYNAPSES, ...definitions] }).discretize(synapse, dt);
  return (omega) => systemAt(system, [cos(omega * dt), sin(omega * dt)]);
}

function systemAt(system: DiscreteSystem, z: Complex): Complex {
  const back: Complex = [z[0], -z[1]];
  if (system.form === 'finiteResponse') return polynomialAt(Float64Array.from(system.taps.data).reverse(), back);
  const { form, a, b, d } = system;
  if (form === 'passthrough') return [d, 0];
  if (form === 'firstOrder') {
    const [decay, gain] = [a.data[0]!, b.data[0]!];
    return divide([gain, 0], [1 - decay * back[0], -decay * back[1]]);
  }
  const [real, imaginary] = stateResponse(system, z);
  return form === 'general' ? [real + d, imaginary] : multiply([real, imaginary], z);
}

/** C · (zI - A)⁻¹ · B, by a real system of twice the size. */
function stateResponse({ a, b, c }: StateSystem, [real, imaginary]: Complex): Complex {
  const order = b.size;
  const size = 2 * order;
  const matrix = zeros([size, size]);
  for (let row = 0; row < order; row++) {
    for (let column = 0; column < order; column++) {
      const own = (row === column ? real : 0) - a.data[row * order + column]!;
      matrix.data[row * size + column] = own;
      matrix.data[(row + order) * size + column + order] = own;
    }
    matrix.data[row * size + row + order] = -imaginary;
    matrix.data[(row + order) * size + row] = imaginary;
  }
  const right = zeros([size, 1]);
  right.data.set(b.data);
  try {
    const state = solveLinearSystem(matrix, right).data;
    const outputs = Array.from(c.data);
    const read = (from: number): number => outputs.reduce((sum, value, at) => sum + value * state[from + at]!, 0);
    return [read(0), read(order)];
  } catch (error) {
    if (isNdlError(error, 'SINGULAR_MATRIX')) return [Infinity, NaN];
    throw error;
  }
}

function polynomialAt(coefficients: ArrayLike<number>, x: Complex): Complex {
  return Array.from(coefficients).reduce<Complex>(
    (value, coefficient) => {
      const [real, imaginary] = multiply(value, x);
      return [real + coefficient, imaginary];
    },
    [0, 0],
  );
}

function multiply([a, b]: Complex, [c, d]: Complex): Complex {
  return [a * c - b * d, a * d + b * c];
}

function divide([a, b]: Complex, [c, d]: Complex): Complex {
  const size = c * c + d * d;
  return [(a * c + b * d) / size, (b * c - a * d) / size];
}

const OPTIONS: readonly string[] = ['dt', 'definitions'];

function checkedOptions(given: unknown): { readonly dt?: number; readonly definitions: readonly SynapseDefinition[] } {
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  if (!isObject) throw argumentInvalid('frequencyResponse: the options', 'an object, such as { dt: 0.001 }', given);
  const strange = Object.keys(given).find((name) => !OPTIONS.includes(name));
  if (strange !== undefined) throw unknownOption('frequencyResponse', strange, OPTIONS);
  const { dt, definitions = [] } = given as FrequencyResponseOptions;
  if (dt !== undefined && (typeof dt !== 'number' || !(dt > 0 && dt < Infinity))) throw invalidTimeStep(dt);
  if (!Array.isArray(definitions))
    throw argumentInvalid('frequencyResponse: definitions', 'a list of definitions of synapses', definitions);
  return { ...(dt !== undefined && { dt }), definitions };
}

function wavesOf(given: ArrayLikeInput): Float64Array {
  const where = 'frequencyResponse: frequencies';
  const isList = typeof given === 'number' || (typeof given === 'object' && given !== null);
  let waves: NdArray<Float64Array>;
  try {
    if (!isList) throw argumentInvalid(where, 'numbers of Hz', given);
    waves = ndarray(given);
  } catch (error) {
    if (!isNdlError(error)) throw error;
    throw argumentInvalid(where, 'numbers of Hz', given);
  }
  if (waves.rank > 1) throw argumentInvalid(where, 'a list of numbers of Hz', given);
  const at = waves.data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw filterNotFinite(where, waves.data[at]!, at);
  return waves.data;
}
