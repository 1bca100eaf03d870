/** @file Simplifications in both forms: in pieces, and at once. */
import { complete, readsOnly, type OperatorGraph, type Pieces, type Simplification } from '@ndl/core';

/** A simplification that works in pieces, whose plain form does all of them at once. */
export function simplification(
  name: string,
  applyInPieces: (graph: OperatorGraph) => Pieces<OperatorGraph>,
): Simplification {
  return readsOnly({ name, apply: (graph: OperatorGraph) => complete(applyInPieces(graph)), applyInPieces });
}

/** What a look at an operator is worth, in operations. */
export const LOOK_COST = 1024;
