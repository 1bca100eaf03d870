/** @file What a golden connection computes of its source: the values that were recorded, a formula, or a function known by its name. */
import type { GoldenConnection, GoldenFile, Matrix } from './golden-file.ts';
import { MissingKind } from './golden-kinds.ts';
import { formulaFunction } from './formula.ts';
import { namedFunction } from './named-functions.ts';

/** Recorded values win over the formula, and that over the name. @throws MissingKind for names that say too little */
export function connectionFunction(
  file: GoldenFile,
  golden: GoldenConnection,
): ((x: readonly number[]) => number[]) | null {
  const { function: name, function_targets: targets, formula } = golden;
  if (name === null) return null;
  if (targets !== null) return replayed(targets);
  const sizeIn = sizeOfSource(file, golden);
  const known =
    (formula === undefined ? undefined : formulaFunction(formula, sizeIn, golden.size_mid)) ??
    namedFunction(name, sizeIn, golden.size_mid);
  if (known === undefined) throw new MissingKind(`function '${name}' without a table`);
  return known;
}

function sizeOfSource({ ensembles, nodes }: GoldenFile, { pre }: GoldenConnection): number {
  if (pre.indices !== undefined) return pre.indices.length;
  if (pre.kind === 'node') return nodes.find(({ id }) => id === pre.id)!.size_out;
  const { dimensions, n_neurons: neurons } = ensembles.find(({ id }) => id === pre.id)!;
  return pre.kind === 'neurons' ? neurons : dimensions;
}

/** A function that gives the recorded values, numbers or truth values, in order: the first call is the model's trial, the others are the build's. */
function replayed(targets: Matrix): () => number[] {
  let calls = -1;
  return () => Array.from(targets[Math.max(calls++, 0) % targets.length]!, Number);
}
