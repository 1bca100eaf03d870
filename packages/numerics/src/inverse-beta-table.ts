/**
 * @file The tabulated inverse of I_y(k/2, 1/2) with which Nengo scatters points over spheres by default.
 * Between its 200 points it is off by up to 3e-3, so that the same points need the same table, not the exact inverse.
 */
import { outOfDomain } from './errors.ts';
import { inverseRegularizedIncompleteBeta, regularizedIncompleteBeta } from './incomplete-beta.ts';
import { interpolate, linspace } from './interpolation.ts';
import { RandomState } from './random-state.ts';

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
  if (!(Number.isInteger(k) && k >= 1)) {
    throw outOfDomain('tabulatedInverseBeta', 'k', 'a whole number of at least 1', k);
  }
  const table = tableOf(Math.min(k, TABULATED.at(-1)!));
  return (probability) => valueAt(probability, table);
}

function valueAt(probability: number, { probabilities, values }: Table): number {
  return interpolate(probability, probabilities, values);
}

function tableOf(k: number): Table {
  let table = tables.get(k);
  if (table === undefined) {
    table = TABULATED.includes(k) ? computeTable(k) : mixNeighbours(k);
    tables.set(k, table);
  }
  return table;
}

function computeTable(k: number): Table {
  const distinct = distinctProbabilities(k);
  const probabilities = Float64Array.from([...distinct, ...replacements(k, distinct.length)]).sort();
  const values = probabilities.map((p) => inverseRegularizedIncompleteBeta(k / 2, 0.5, p));
  return { probabilities, values };
}

/** Between two tables: both curves mixed linearly, at the probabilities that mix those of both. */
function mixNeighbours(k: number): Table {
  const above = TABULATED.findIndex((tabulated) => tabulated > k);
  const [lowerK, upperK] = [TABULATED[above - 1]!, TABULATED[above]!];
  const [lower, upper] = [tableOf(lowerK), tableOf(upperK)];
  const weight = (k - lowerK) / (upperK - lowerK);
  const mix = (a: number, b: number): number => (1 - weight) * a + weight * b;
  const probabilities = lower.probabilities.map((p, index) => mix(p, upper.probabilities[index]!));
  const values = probabilities.map((p) => mix(valueAt(p, lower), valueAt(p, upper)));
  return { probabilities, values };
}

/** Evenly spaced probabilities, and those of evenly spaced values; fewer than `POINTS` where small ones underflow to 0. */
function distinctProbabilities(k: number): number[] {
  const ofValues = linspace(1e-16, 1 - 1e-7, 160).map((y) => regularizedIncompleteBeta(k / 2, 0.5, y));
  return [...new Set([...linspace(0, 1, 40), ...ofValues])];
}

/** Uniform probabilities in place of those that coincided, from one stream that serves all tables in ascending order. */
function replacements(k: number, distinctCount: number): Float64Array {
  const missing = POINTS - distinctCount;
  if (missing === 0) return new Float64Array();
  const random = new RandomState(0);
  for (const smaller of TABULATED.slice(0, TABULATED.indexOf(k))) random.random(POINTS - distinctCountOf(smaller));
  return random.random(missing);
}

const distinctCounts = new Map<number, number>();

/** How many distinct probabilities the table of k has, counted once. */
function distinctCountOf(k: number): number {
  let count = distinctCounts.get(k);
  if (count === undefined) distinctCounts.set(k, (count = distinctProbabilities(k).length));
  return count;
}
