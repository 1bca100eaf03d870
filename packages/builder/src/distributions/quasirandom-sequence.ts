/**
 * @file The additive quasirandom ("R") sequence: low-discrepancy points in the unit cube, their order shuffled.
 * Source: M. Roberts, The unreasonable effectiveness of quasirandom sequences (2018); φ_d is the root of x^(d+1) = x
 * + 1.
 */
import { exp2, log2, NdArray, OperationCount, type Pieces, type RandomState } from '@ndl/numerics';

/**
 * `count` points of [0, 1)^dimensions, shape [count, dimensions], with the bits of a generator in float64 whose every
 * operation is rounded right: φ, 1/φ, its powers, their multiples, the sum with the offset.
 * Draws: `dimensions` uniforms (the offset), then a shuffle of the rows.
 */
export function* quasirandomPoints(
  count: number,
  dimensions: number,
  random: RandomState,
): Pieces<NdArray<Float64Array>> {
  const points = yield* dimensions === 1 ? evenlySpaced(count, random) : additive(count, dimensions, random);
  yield* random.shuffleInPieces(points);
  return points;
}

function* evenlySpaced(count: number, random: RandomState): Pieces<NdArray<Float64Array>> {
  const offset = random.uniform(0, 1);
  const data = new Float64Array(count);
  const operations = new OperationCount();
  for (let index = 0; index < count; index++) {
    data[index] = fractionOf(offset + index / count);
    const done = operations.add(FRACTION_COST);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return new NdArray(data, [count, 1]);
}

function* additive(count: number, dimensions: number, random: RandomState): Pieces<NdArray<Float64Array>> {
  const offset = random.uniform(0, 1, dimensions);
  const steps = stepsIn(dimensions);
  const data = new Float64Array(count * dimensions);
  const operations = new OperationCount();
  for (let index = 0; index < count; index++) {
    const at = index * dimensions;
    for (let axis = 0; axis < dimensions; axis++)
      data[at + axis] = fractionOf(offset[axis]! + (index + 1) * steps[axis]!);
    const done = operations.add(FRACTION_COST * dimensions);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return new NdArray(data, [count, dimensions]);
}

/** What a point costs per dimension, in operations. */
const FRACTION_COST = 4;

/** What is behind the point, of a number that is not negative; exact. */
function fractionOf(x: number): number {
  return x - Math.floor(x);
}

/** The steps of sequences that were asked for lately: networks have many ensembles of few sizes. */
const knownSteps: Map<number, Float64Array> = new Map();
const MOST_KNOWN = 32;

function stepsIn(dimensions: number): Float64Array {
  const steps = knownSteps.get(dimensions) ?? powersOf(1 / goldenRatio(dimensions), dimensions);
  knownSteps.delete(dimensions);
  knownSteps.set(dimensions, steps);
  if (knownSteps.size > MOST_KNOWN) knownSteps.delete(knownSteps.keys().next().value!);
  return steps;
}

/**
 * Whole numbers of 2^-192 stand for fractions here: float64, and `**`, which differs between engines, would lose the
 * last bits of φ and of its powers, and the index of a point multiplies what is lost.
 */
const FRACTION_BITS = 192;
const ONE = 1n << BigInt(FRACTION_BITS);
const UNIT = 2 ** 192;

/** The positive root of x^(d+1) = x + 1 by Newton's method, rounded to float64; the golden ratio for d = 1. */
function goldenRatio(dimensions: number): number {
  const degree = BigInt(dimensions);
  let root = fixed(exp2(1 / dimensions));
  for (;;) {
    const power = powerOf(root, dimensions);
    const value = multiply(root, power) - root - ONE;
    const slope = (degree + 1n) * power - ONE;
    const change = (value << BigInt(FRACTION_BITS)) / slope;
    root -= change;
    // Convergence is quadratic: what is left after so small a change is far below the last bit of float64.
    if (change >> BigInt(FRACTION_BITS / 2) === 0n || -change >> BigInt(FRACTION_BITS / 2) === 0n) return rounded(root);
  }
}

/** base, base², … up to base^count, each rounded to float64. */
function powersOf(base: number, count: number): Float64Array {
  const powers = new Float64Array(count);
  const factor = fixed(base);
  let power = ONE;
  for (let index = 0; index < count; index++) {
    power = multiply(power, factor);
    powers[index] = rounded(power);
  }
  return powers;
}

function powerOf(base: bigint, exponent: number): bigint {
  let result = ONE;
  for (let bit = exp2(Math.floor(log2(exponent))); bit >= 1; bit /= 2) {
    result = multiply(result, result);
    if (Math.floor(exponent / bit) % 2 === 1) result = multiply(result, base);
  }
  return result;
}

function multiply(a: bigint, b: bigint): bigint {
  return (a * b) >> BigInt(FRACTION_BITS);
}

/** Exact for numbers between 2^-100 and 2^100. */
function fixed(value: number): bigint {
  return BigInt(value * 2 ** 128) << BigInt(FRACTION_BITS - 128);
}

/** To the nearest number of float64, ties to even. */
function rounded(value: bigint): number {
  return Number(value) / UNIT;
}
