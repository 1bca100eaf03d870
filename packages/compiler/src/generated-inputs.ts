/** @file Inputs of a graph that backends draw by themselves where nothing is fed. */
import type { OperatorGraph } from '@ndl/core';
import type { GeneratedSource } from '@ndl/ir';
import type { Pieces } from '@ndl/numerics';
import { inputName } from './lower-plan.ts';
import type { LoweredProgram } from './lowered.ts';

/** The program, whose inputs say what is drawn for them. */
export function* withGeneratedInputs(graph: OperatorGraph, lowering: Pieces<LoweredProgram>): Pieces<LoweredProgram> {
  const lowered = yield* lowering;
  const sources = new Map<string, GeneratedSource>();
  graph.inputs.forEach(({ source }, index) => source && sources.set(inputName(graph, index), source));
  if (sources.size === 0) return lowered;
  const inputs = lowered.program.inputs.map((input) => {
    const source = sources.get(input.name);
    return source === undefined ? input : { ...input, source };
  });
  return { ...lowered, program: { ...lowered.program, inputs } };
}
