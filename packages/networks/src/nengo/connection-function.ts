/** @file What a golden connection computes of its source: the values that were recorded, a formula, or a function known by its name. */
import type { GoldenConnection, GoldenFile, Matrix } from './golden-file.ts';
import { entryOf } from './entries.ts';
import { MissingKind } from './missing-kind.ts';
import { formulaFunction } from './formula.ts';
import { namedFunction } from './named-functions.ts';
import { recordedFunction } from './recorded-function.ts';

/** What is known of where a connection begins, beside what it says itself. */
export type SourceOf = Pick<GoldenFile, 'ensembles' | 'nodes'>;

/**
 * Values that were recorded where it is decoded win over the formula, and that over the name. Where decoders are given, and nobody asks
 * what the function computes, its size is enough. @throws MissingKind for names that say too little
 */
export function connectionFunction(
  file: SourceOf,
  golden: GoldenConnection,
): ((x: readonly number[]) => number[]) | null {
  const { function: name, function_targets: targets, formula, size_mid: size } = golden;
  if (name === null) return null;
  if (targets !== null && targets !== undefined) return recordedFunction(targets, recordedPoints(file, golden));
  const sizeIn = sizeOfSource(file, golden);
  const known =
    (formula === undefined ? undefined : formulaFunction(formula, sizeIn, size)) ?? namedFunction(name, sizeIn, size);
  if (known !== undefined) return known;
  if (golden.decoded && golden.solver.type === 'NoSolver')
    return recordedFunction([new Array<number>(size).fill(0)], []);
  throw new MissingKind(`function '${name.slice(0, 100)}' without a table`);
}

/** The points of the recorded values, as the function saw them; null where the file has none. */
function recordedPoints({ ensembles }: SourceOf, golden: GoldenConnection): Matrix | null {
  const { eval_points: own, scale_eval_points: isScaled, pre, function_targets: targets } = golden;
  const ensemble = entryOf(ensembles, pre.id);
  if (ensemble === undefined) return null;
  const points = Array.isArray(own)
    ? (own as Matrix).map((point) => point.map((value) => (isScaled ? value * ensemble.radius : value)))
    : own === 'ensemble'
      ? ensemble.eval_points
      : null;
  if (points?.length !== targets!.length) return null;
  const { indices } = pre;
  return indices === undefined ? points : points.map((point) => indices.map((index) => point[index]!));
}

function sizeOfSource({ ensembles, nodes }: SourceOf, { pre }: GoldenConnection): number {
  if (pre.indices !== undefined) return pre.indices.length;
  if (pre.kind === 'node') return entryOf(nodes, pre.id)!.size_out;
  const { dimensions, n_neurons: neurons } = entryOf(ensembles, pre.id)!;
  return pre.kind === 'neurons' ? neurons : dimensions;
}
