/**
 * @file The tabulated inverse of I_y(k/2, 1/2) with which Nengo scatters points over spheres by default.
 * Between its 200 points it is off by up to 3e-3, so that the same points need the same table, not the exact inverse.
 */
import { outOfDomain } from '../basics/errors.ts';
import { inverseRegularizedIncompleteBeta, regularizedIncompleteBeta } from './incomplete-beta.ts';
import { interpolate, lastIndexAtMost, linspace } from './interpolation.ts';
import { complete, type Pieces } from '../basics/pieces.ts';
import { RandomState } from '../random/random-state.ts';

/** Points of each table. */
const POINTS = 200;

/** The k above 25 that have a table. */
const SPARSE_K: readonly number[] = [
  26, 30, 35, 41, 48, 56, 65, 75, 88, 102, 119, 138, 161, 188, 219, 254, 296, 345, 402, 468, 544, 634, 738, 859, 1000,
];

/** All k that have a table; the others mix the tables of their neighbours. */
const TABULATED: readonly number[] = [...Array.from({ length: 25 }, (_, index) => index + 1), ...SPARSE_K];

interface Table {
  readonly probabilities: Float64Array;
  readonly values: Float64Array;
  /** For each of `SPANS` equal spans of probability, the last of the points that are not above its beginning. */
  readonly places: Uint8Array;
}

/** A power of two, so that multiplying by it is exact. */
const SPANS = 512;

function tableWith(probabilities: Float64Array, values: Float64Array): Table {
  const places = Uint8Array.from({ length: SPANS }, (_, span) =>
    Math.max(0, lastIndexAtMost(span / SPANS, probabilities)),
  );
  return { probabilities, values, places };
}

/** Tables computed so far; they depend on nothing but k. */
const tables = new Map<number, Table>();

/**
 * The function from a probability in [0, 1] to the y with I_y(k/2, 1/2) ≈ probability, as Nengo tabulates it.
 * Its tables are computed once, a few milliseconds each.
 * @param k a whole number of at least 1; above 1000, it is as at 1000.
 * @throws NdlError OUT_OF_DOMAIN
 */
export function tabulatedInverseBeta(k: number): (probability: number) => number {
  return complete(tabulatedInverseBetaInPieces(k));
}

/** `tabulatedInverseBeta`, its tables computed in pieces. @throws NdlError OUT_OF_DOMAIN */
export function* tabulatedInverseBetaInPieces(k: number): Pieces<(probability: number) => number> {
  if (!(Number.isInteger(k) && k >= 1)) {
    throw outOfDomain('tabulatedInverseBeta', 'k', 'a whole number of at least 1', k);
  }
  const table = yield* tableOf(Math.min(k, TABULATED.at(-1)!));
  return (probability) => valueAt(probability, table);
}

/** As `interpolate`, which it leaves what lies beyond the ends. */
function valueAt(probability: number, { probabilities, values, places }: Table): number {
  if (!(probability >= probabilities[0]! && probability < probabilities[POINTS - 1]! && probability < 1))
    return interpolate(probability, probabilities, values);
  let left = places[(probability * SPANS) | 0]!;
  while (probabilities[left + 1]! <= probability) left++;
  const [x, y] = [probabilities[left]!, values[left]!];
  if (x === probability) return y;
  return ((values[left + 1]! - y) / (probabilities[left + 1]! - x)) * (probability - x) + y;
}

/** What a value of the integral, and of its inverse, is worth, in operations. */
const VALUE_COST = 2 ** 12;
const INVERSE_COST = 2 ** 15;

function* tableOf(k: number): Pieces<Table> {
  let table = tables.get(k);
  if (table === undefined) {
    table = TABULATED.includes(k) ? yield* computeTable(k) : yield* mixNeighbours(k);
    tables.set(k, table);
  }
  return table;
}

function* computeTable(k: number): Pieces<Table> {
  const distinct = yield* distinctProbabilities(k);
  const probabilities = Float64Array.from([...distinct, ...(yield* replacements(k, distinct.length))]).sort();
  const values = new Float64Array(probabilities.length);
  for (const [index, p] of probabilities.entries()) {
    values[index] = inverseRegularizedIncompleteBeta(k / 2, 0.5, p);
    yield INVERSE_COST;
  }
  return tableWith(probabilities, values);
}

/** Between two tables: both curves mixed linearly, at the probabilities that mix those of both. */
function* mixNeighbours(k: number): Pieces<Table> {
  const above = TABULATED.findIndex((tabulated) => tabulated > k);
  const [lowerK, upperK] = [TABULATED[above - 1]!, TABULATED[above]!];
  const [lower, upper] = [yield* tableOf(lowerK), yield* tableOf(upperK)];
  const weight = (k - lowerK) / (upperK - lowerK);
  const mix = (a: number, b: number): number => (1 - weight) * a + weight * b;
  const probabilities = lower.probabilities.map((p, index) => mix(p, upper.probabilities[index]!));
  const values = probabilities.map((p) => mix(valueAt(p, lower), valueAt(p, upper)));
  return tableWith(probabilities, values);
}

/** Evenly spaced probabilities, and those of evenly spaced values; fewer than `POINTS` where small ones underflow to 0. */
function* distinctProbabilities(k: number): Pieces<number[]> {
  const distinct = new Set<number>(linspace(0, 1, 40));
  for (const y of linspace(1e-16, 1 - 1e-7, 160)) {
    distinct.add(regularizedIncompleteBeta(k / 2, 0.5, y));
    yield VALUE_COST;
  }
  return [...distinct];
}

/** Uniform probabilities in place of those that coincided, from one stream that serves all tables in ascending order. */
function* replacements(k: number, distinctCount: number): Pieces<Float64Array> {
  const missing = POINTS - distinctCount;
  if (missing === 0) return new Float64Array();
  const random = new RandomState(0);
  for (const smaller of TABULATED.slice(0, TABULATED.indexOf(k))) {
    random.random(POINTS - (yield* distinctCountOf(smaller)));
  }
  return random.random(missing);
}

const distinctCounts = new Map<number, number>();

/** How many distinct probabilities the table of k has, counted once. */
function* distinctCountOf(k: number): Pieces<number> {
  let count = distinctCounts.get(k);
  if (count === undefined) distinctCounts.set(k, (count = (yield* distinctProbabilities(k)).length));
  return count;
}
