/** @file Warns of functions of the host language that keep a gradient from what is trained. */
import { outputName, type CompiledNetwork, type LearningTask } from '@ndl/compiler';
import type { Operator, OperatorGraph, Signal, SignalView } from '@ndl/core';

/** Names the functions that stand between a trainable parameter and the losses of a task, if there are any. */
export function warnOfBlockedGradients(
  { graph }: CompiledNetwork,
  { objectives }: LearningTask,
  warn: (message: string) => void,
): void {
  const measured = new Set(objectives.flatMap(({ output, weight }) => (weight === null ? [] : [output])));
  const losses = graph.probes.flatMap(({ view }, index) => (measured.has(outputName(index)) ? [view.signal] : []));
  const blocked = blockingFunctions(graph, losses);
  if (blocked.length === 0) return;
  warn(
    `No gradient passes ${blocked.map(({ label }) => label).join(', ')}: functions of JavaScript cannot be ` +
      'differentiated, so what lies before them learns nothing through them. Decode the function from an ensemble, or ' +
      'freeze what lies before.',
  );
}

/** The first functions on the ways from trainable parameters to these signals. */
function blockingFunctions(graph: OperatorGraph, losses: readonly Signal[]): readonly Operator[] {
  const functions = graph.operators.filter(({ kind }) => kind === 'hostFunction');
  if (functions.length === 0) return [];
  const others = graph.operators.filter(({ kind }) => kind !== 'hostFunction');
  const learnt = reached(
    graph.signals.filter(({ trainable }) => trainable),
    others,
    (operator) => operator.reads,
    written,
  );
  const heard = reached(losses, graph.operators, written, (operator) => operator.reads);
  const touches = (views: readonly SignalView[], signals: ReadonlySet<Signal>): boolean =>
    views.some(({ signal }) => signals.has(signal));
  return functions.filter((operator) => touches(operator.reads, learnt) && touches(written(operator), heard));
}

function written({ sets, incs, updates }: Operator): readonly SignalView[] {
  return [...sets, ...incs, ...updates];
}

/** All signals that can be reached from some, over operators from one side to the other. */
function reached(
  from: readonly Signal[],
  operators: readonly Operator[],
  entries: (operator: Operator) => readonly SignalView[],
  exits: (operator: Operator) => readonly SignalView[],
): ReadonlySet<Signal> {
  const signals = new Set(from);
  for (let known = -1; known !== signals.size;) {
    known = signals.size;
    for (const operator of operators) {
      if (!entries(operator).some(({ signal }) => signals.has(signal))) continue;
      for (const { signal } of exits(operator)) signals.add(signal);
    }
  }
  return signals;
}
