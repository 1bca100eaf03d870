/** @file Rewriting graphs: operators and signals are replaced in a new graph; the old one stays as it was. */
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
  const { operators = new Map<Operator, readonly Operator[]>(), signals = new Map<Signal, Signal>() } = changes;
  if (operators.size === 0 && signals.size === 0) return graph;
  const kept = operators.size === 0 ? graph.operators : graph.operators.flatMap((old) => operators.get(old) ?? [old]);
  if (signals.size === 0) return { ...graph, operators: kept };
  const replaced = (signal: Signal): Signal => signals.get(signal) ?? signal;
  return {
    ...graph,
    signals: graph.signals.map(replaced),
    operators: kept.map((operator) => withSignals(operator, signals)),
    inputs: graph.inputs.map((input) => ({ ...input, signal: replaced(input.signal) })),
    probes: graph.probes.map((probe) => ({ ...probe, view: withSignals(probe.view, signals) })),
    objects: new Map(
      [...graph.objects].map(([object, roles]): [object, ObjectSignals] => [object, withSignals(roles, signals)]),
    ),
  };
}

/** A copy of plain data in which signals are replaced; parts without any stay the same objects, and shared parts shared. */
function withSignals<T extends object>(data: T, signals: ReadonlyMap<Signal, Signal>): T {
  const done = new Map<unknown, unknown>();
  const visit = (value: unknown): unknown => {
    const newSignal = signals.get(value as Signal);
    if (newSignal !== undefined) return newSignal;
    if (!isPlain(value)) return value;
    if (done.has(value)) return done.get(value);
    done.set(value, value);
    const result = isSignal(value) ? value : Array.isArray(value) ? visitList(value) : visitRecord(value);
    done.set(value, result);
    return result;
  };
  const visitList = (list: readonly unknown[]): readonly unknown[] => {
    const copy = list.map(visit);
    return copy.some((entry, index) => entry !== list[index]) ? copy : list;
  };
  const visitRecord = (record: object): object => {
    const entries = Object.entries(record).map(([key, value]) => [key, value, visit(value)] as const);
    if (entries.every(([, before, after]) => before === after)) return record;
    return Object.fromEntries(entries.map(([key, , after]) => [key, after]));
  };
  return visit(data) as T;
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
