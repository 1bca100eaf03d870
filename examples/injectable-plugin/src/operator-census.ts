/** @file A simplification that changes nothing: it counts what it is shown. Written as a class that inversify constructs. */
import { token, type OperatorGraph, type Simplification, type Token } from '@ndl/core';
import { inject, injectable } from 'inversify';

/** Told the number of operators of each kind, once for each look at the graph. */
export type CensusListener = (counts: ReadonlyMap<string, number>) => void;

/** Where the counts go. */
export const CENSUS_LISTENER: Token<CensusListener> = /* @__PURE__ */ token<CensusListener>(
  '@acme/ndl-operator-census/listener',
);

/** Counts the operators of a graph by their kind, and hands the graph on as it is. */
@injectable()
export class OperatorCensus implements Simplification {
  readonly name = 'operatorCensus';
  readonly #listener: CensusListener;

  // The token is named: a type alone, with emitDecoratorMetadata, is lost under esbuild and its kin.
  constructor(@inject(CENSUS_LISTENER) listener: CensusListener) {
    this.#listener = listener;
  }

  apply(graph: OperatorGraph): OperatorGraph {
    const counts = new Map<string, number>();
    for (const { kind } of graph.operators) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    this.#listener(counts);
    return graph;
  }
}
