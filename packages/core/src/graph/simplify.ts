/** @file Runs a list of simplifications over a graph until none of them finds anything more. */
import { complete, type Pieces, refuseSurplus } from '@ndl/numerics';
import { simplificationBrokeGraph, simplificationNeverEnds } from '../errors.ts';
import { frozenInPieces, isReader } from './frozen.ts';
import type { OperatorGraph } from './operator-graph.ts';
import type { Signal } from './signals.ts';
import type { Simplification } from '../contracts/planner.ts';
import { isAmong, problemOfGraph, problemOfView } from './verify-graph.ts';

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
 * Applies simplifications in order, again and again until a whole round changes nothing. What they are given, and what they
 * return, is frozen in depth, but for those that `readsOnly` vouches for.
 * @throws NdlError SIMPLIFICATION_NEVER_ENDS where rounds outnumber what the graph can lose; SIMPLIFICATION_BROKE_GRAPH
 * where what comes back is no graph, or lost more than operators.
 */
export function simplify(graph: OperatorGraph, simplifications: readonly Simplification[]): SimplifiedGraph {
  refuseSurplus('simplify', arguments, 2);
  return complete(simplifyInPieces(graph, simplifications));
}

/** `simplify` in pieces; of simplifications that work in pieces, those are asked for. @param nameOf what errors call them; default: their names */
export function* simplifyInPieces(
  graph: OperatorGraph,
  simplifications: readonly Simplification[],
  nameOf: (simplification: Simplification) => string = ({ name }) => name,
): Pieces<SimplifiedGraph> {
  refuseSurplus('simplifyInPieces', arguments, 3);
  // Enough for each operator in turn to be rewritten, turned into a reset, and dropped.
  const mostRounds = 4 * graph.operators.length + 4;
  const report: SimplificationReport[] = [];
  let current = graph;
  for (let round = 0; ; round++) {
    if (round === mostRounds) throw simplificationNeverEnds(simplifications.map(nameOf), round);
    const before = current;
    for (const simplification of simplifications) {
      if (!isReader(simplification)) yield* frozenInPieces(current);
      const next = yield* applied(simplification, current);
      const problem = next === current ? undefined : yield* problemOf(current, next);
      if (problem !== undefined) throw simplificationBrokeGraph(nameOf(simplification), problem);
      if (next !== current || round === 0) {
        report.push({
          name: simplification.name,
          operatorsBefore: current.operators.length,
          operatorsAfter: next.operators.length,
        });
      }
      current = isReader(simplification) ? next : yield* frozenInPieces(next);
    }
    if (current === before) return { graph: current, report };
  }
}

function* applied(simplification: Simplification, graph: OperatorGraph): Pieces<OperatorGraph> {
  const { applyInPieces } = simplification;
  if (applyInPieces !== undefined) return yield* applyInPieces.call(simplification, graph);
  const next = simplification.apply(graph);
  yield LOOK_COST * graph.operators.length;
  return next;
}

/** What a look at an operator, or at a signal, is worth, in operations. */
const LOOK_COST = 512;

/** What is wrong with what a simplification made of a graph. */
function* problemOf(before: OperatorGraph, after: OperatorGraph): Pieces<string | undefined> {
  const malformed = yield* problemOfGraph(after, before);
  if (malformed !== undefined) return malformed;
  if (after.dt !== before.dt) return 'changed dt';
  const isKept = {
    signals: haveSame(before.signals, after.signals, describeSignal),
    inputs: haveSame(before.inputs, after.inputs, ({ node }) => node),
    probes: haveSame(before.probes, after.probes, ({ probe }) => probe),
  };
  yield LOOK_COST * after.signals.length;
  const [changed] = Object.entries(isKept).find(([, isSame]) => !isSame) ?? [];
  if (changed !== undefined) return `changed the list of ${changed}`;
  for (const map of ['objects', 'ensembles', 'connections', 'seeds'] as const) {
    if (!haveSameKeys(before[map], after[map])) return `changed the Map of ${map}`;
  }
  return problemOfEnds(before, after);
}

/** What is wrong with where a graph is fed and recorded, or with the signals of its objects. */
function problemOfEnds(before: OperatorGraph, after: OperatorGraph): string | undefined {
  const isKnown = isAmong(after.signals);
  const isFed = after.inputs.every(
    ({ signal }, index) => isKnown(signal) && signal.name === before.inputs[index]!.signal.name,
  );
  if (!isFed) return 'moved an input to another signal';
  for (const [index, { view }] of after.probes.entries()) {
    const problem = problemOfView(view, isKnown);
    if (problem !== undefined) return `made a probe record ${problem}`;
    if (view.shape.join() !== before.probes[index]!.view.shape.join()) return 'made a probe record another shape';
  }
  if (after.objects === before.objects && after.signals === before.signals) return undefined;
  const views = [...after.objects.values()].flatMap((roles) => Object.values(roles));
  const problem = views.map((view) => problemOfView(view, isKnown)).find((found) => found !== undefined);
  return problem === undefined ? undefined : `made an object stand for ${problem}`;
}

/** What may not change of a signal: its initial contents may. */
function describeSignal({ name, shape, role, trainable }: Signal): string {
  return `${name} [${shape.join()}] ${role} ${trainable}`;
}

function haveSame<T>(before: readonly T[], after: readonly T[], keyOf: (entry: T) => unknown): boolean {
  if (before === after) return true;
  const isSame = (entry: T, other: T): boolean => entry === other || keyOf(entry) === keyOf(other);
  return before.length === after.length && before.every((entry, index) => isSame(entry, after[index]!));
}

function haveSameKeys(before: ReadonlyMap<object, unknown>, after: unknown): boolean {
  if (before === after) return true;
  return after instanceof Map && after.size === before.size && [...before.keys()].every((key) => after.has(key));
}
