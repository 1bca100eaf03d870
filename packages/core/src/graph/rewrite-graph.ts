/** @file Rewriting graphs: operators and signals are replaced in a new graph; the old one stays as it was. */
import { complete, OperationCount, type Pieces, refuseSurplus } from '@ndl/numerics';
import type { ObjectSignals, OperatorGraph } from './operator-graph.ts';
import type { Signal } from './signals.ts';
import type { Operator } from './operators.ts';

/** What is to change. */
export interface GraphChanges {
  /** What stands in the place of an operator; an empty list drops it. The new operators name the old signals. */
  readonly operators?: ReadonlyMap<Operator, readonly Operator[]>;
  /** New signals for old ones, of equal id, name and shape; replaced wherever the graph names them. */
  readonly signals?: ReadonlyMap<Signal, Signal>;
}

/**
 * A graph with these changes made in operators, inputs, probes and object signals alike; the same graph where there are
 * none. Every property of an operator is searched for views, in arrays and plain objects too, so that operators of plugins
 * are rewritten as well; what names no replaced signal keeps its identity.
 */
export function rewriteGraph(graph: OperatorGraph, changes: GraphChanges): OperatorGraph {
  refuseSurplus('rewriteGraph', arguments, 2);
  return complete(rewriteGraphInPieces(graph, changes));
}

/** What the search of an operator, or of the signals of an object, is worth, in operations. */
const SEARCH_COST = 2048;

/** `rewriteGraph` in pieces. */
export function* rewriteGraphInPieces(graph: OperatorGraph, changes: GraphChanges): Pieces<OperatorGraph> {
  refuseSurplus('rewriteGraphInPieces', arguments, 2);
  const { operators = new Map<Operator, readonly Operator[]>(), signals = new Map<Signal, Signal>() } = changes;
  if (operators.size === 0 && signals.size === 0) return graph;
  const kept = operators.size === 0 ? graph.operators : graph.operators.flatMap((old) => operators.get(old) ?? [old]);
  if (signals.size === 0) return { ...graph, operators: kept };
  const replaced = (signal: Signal): Signal => signals.get(signal) ?? signal;
  const replace = replacer(signals);
  const operations = new OperationCount();
  const rewritten: Operator[] = [];
  for (const operator of kept) {
    rewritten.push(replace(operator));
    const done = operations.add(SEARCH_COST);
    if (done !== undefined) yield done;
  }
  const objects = new Map<object, ObjectSignals>();
  for (const [object, roles] of graph.objects) {
    objects.set(object, replace(roles));
    const done = operations.add(SEARCH_COST);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return {
    ...graph,
    signals: graph.signals.map(replaced),
    operators: rewritten,
    inputs: graph.inputs.map((input) => ({ ...input, signal: replaced(input.signal) })),
    probes: graph.probes.map((probe) => ({ ...probe, view: replace(probe.view) })),
    objects,
  };
}

/** Copies plain data with signals replaced; parts without any stay the same objects, and shared parts shared. */
function replacer(signals: ReadonlyMap<Signal, Signal>): <T extends object>(data: T) => T {
  const done = new Map<unknown, unknown>();
  const visit = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const newSignal = signals.get(value as Signal);
    if (newSignal !== undefined) return newSignal;
    if (!isPlain(value)) return value;
    const known = done.get(value);
    if (known !== undefined) return known;
    done.set(value, value);
    const result = isSignal(value) ? value : Array.isArray(value) ? visitList(value) : visitRecord(value);
    done.set(value, result);
    return result;
  };
  const visitList = (list: readonly unknown[]): readonly unknown[] => {
    let copy: unknown[] | undefined;
    for (let index = 0; index < list.length; index++) {
      const after = visit(list[index]);
      if (after !== list[index]) (copy ??= [...list])[index] = after;
    }
    return copy ?? list;
  };
  const visitRecord = (record: object): object => {
    const before = record as Readonly<Record<string, unknown>>;
    let copy: Record<string, unknown> | undefined;
    for (const key of Object.keys(before)) {
      const after = visit(before[key]);
      if (after !== before[key]) (copy ??= { ...before })[key] = after;
    }
    return copy ?? record;
  };
  return <T extends object>(data: T): T => {
    done.clear();
    return visit(data) as T;
  };
}

/** Arrays and records; instances of classes (arrays of numbers, nodes, host functions) are opaque. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

/** Signals hold no other signals, so there is nothing to look for in them. */
function isSignal(value: object): value is Signal {
  return 'id' in value && 'role' in value && 'initial' in value;
}
