/** @file Runs a list of simplifications over a graph until none of them finds anything more. */
import { simplificationBrokeGraph, simplificationNeverEnds } from './errors.ts';
import type { OperatorGraph } from './operator-graph.ts';
import type { Operator } from './operators.ts';
import type { Simplification } from './planner.ts';

/** What one application of a simplification did. */
export interface SimplificationReport {
  readonly name: string;
  readonly operatorsBefore: number;
  readonly operatorsAfter: number;
}

/** A simplified graph and how it came about: each simplification's first application, and later ones that changed it. */
export interface SimplifiedGraph {
  readonly graph: OperatorGraph;
  readonly report: readonly SimplificationReport[];
}

/**
 * Applies simplifications in order, again and again until a whole round changes nothing.
 * @throws NdlError SIMPLIFICATION_NEVER_ENDS where rounds outnumber what the graph can lose; SIMPLIFICATION_BROKE_GRAPH
 * where an input, a probe or a signal went missing.
 */
export function simplify(graph: OperatorGraph, simplifications: readonly Simplification[]): SimplifiedGraph {
  // Enough for each operator in turn to be rewritten, turned into a reset, and dropped.
  const mostRounds = 4 * graph.operators.length + 4;
  const report: SimplificationReport[] = [];
  let current = graph;
  for (let round = 0; ; round++) {
    if (round === mostRounds)
      throw simplificationNeverEnds(
        simplifications.map(({ name }) => name),
        round,
      );
    const before = current;
    for (const simplification of simplifications) {
      const next = simplification.apply(current);
      if (next !== current) {
        refuseOtherThings(next, simplification.name);
        refuseLosses(current, next, simplification.name);
      }
      if (next !== current || round === 0) {
        report.push({
          name: simplification.name,
          operatorsBefore: current.operators.length,
          operatorsAfter: next.operators.length,
        });
      }
      current = next;
    }
    if (current === before) return { graph: current, report };
  }
}

/** What comes back must be a graph. */
function refuseOtherThings(after: unknown, name: string): void {
  const graph = after as Partial<OperatorGraph & { readonly then: unknown }> | null | undefined;
  const refuse = (problem: string): never => {
    throw simplificationBrokeGraph(name, problem);
  };
  if (typeof graph?.then === 'function') refuse('returned a promise');
  const lists = [graph?.operators, graph?.signals, graph?.inputs, graph?.probes];
  if (!lists.every(Array.isArray)) refuse('returned no graph');
  const known = new Set(graph!.signals);
  for (const operator of graph!.operators as readonly unknown[]) {
    const { kind, label, sets, incs, reads, updates } = (operator ?? {}) as Partial<Operator>;
    const uses = [sets, incs, reads, updates];
    if (typeof kind !== 'string' || typeof label !== 'string' || !uses.every(Array.isArray))
      refuse('put something into the graph that is no operator');
    const stranger = uses.flat().find((view) => !known.has(view!.signal));
    if (stranger !== undefined) refuse(`made ${kind} of ${label} use a signal that is not in the graph`);
  }
}

function refuseLosses(before: OperatorGraph, after: OperatorGraph, name: string): void {
  const check = (what: string, kept: boolean): void => {
    if (!kept) throw simplificationBrokeGraph(name, `changed the list of ${what}`);
  };
  check(
    'inputs',
    haveSame(before.inputs, after.inputs, ({ node }) => node),
  );
  check(
    'probes',
    haveSame(before.probes, after.probes, ({ probe }) => probe),
  );
  check(
    'signals',
    haveSame(before.signals, after.signals, (signal) => signal.name),
  );
}

function haveSame<T>(before: readonly T[], after: readonly T[], keyOf: (entry: T) => unknown): boolean {
  return before.length === after.length && before.every((entry, index) => keyOf(entry) === keyOf(after[index]!));
}
