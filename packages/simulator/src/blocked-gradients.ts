/** @file Warns of what keeps gradients from all that is trained: functions of the host language, delays. */
import { outputName, type CompiledNetwork, type LearningTask } from '@ndl/compiler';
import type { Operator, OperatorGraph, Signal, SignalView } from '@ndl/core';

/** Names the functions that stand between a trainable parameter and the losses of a task, if there are any. */
export function warnOfBlockedGradients(
  { graph }: CompiledNetwork,
  { objectives }: LearningTask,
  warn: (message: string) => void,
): void {
  const blocked = blockingFunctions(graph, signalsOfLosses(graph, objectives));
  if (blocked.length === 0) return;
  warn(
    `No gradient passes ${blocked.map(({ label }) => label).join(', ')}: functions of JavaScript cannot be ` +
      'differentiated, so what lies before them learns nothing through them. Decode the function from an ensemble, or ' +
      'freeze what lies before.',
  );
}

/**
 * Warns where losses of one step depend on no trainable parameter, since a synapse lies between: within a step only what
 * operators set or add to counts, and what probes read right where it is updated.
 */
export function warnOfDelayedOutputs(
  { graph }: CompiledNetwork,
  { objectives }: LearningTask,
  warn: (message: string) => void,
): void {
  const within = ({ sets, incs }: Operator): readonly SignalView[] => [...sets, ...incs];
  const trainable = graph.signals.filter((signal) => signal.trainable);
  const moved = reached(trainable, graph.operators, (operator) => operator.reads, within);
  const seen = new Set(moved);
  for (const { reads, updates } of graph.operators) {
    if (!reads.some(({ signal }) => moved.has(signal))) continue;
    for (const { signal } of updates) seen.add(signal);
  }
  if (signalsOfLosses(graph, objectives).some((signal) => seen.has(signal))) return;
  warn(
    'No gradient reaches any trainable parameter: outputs at step 1 do not depend on them, since synapses delay by at ' +
      'least one step, and gradients are taken over one step. Use synapse: null, or more steps (and truncation).',
  );
}

function signalsOfLosses(graph: OperatorGraph, objectives: LearningTask['objectives']): readonly Signal[] {
  const measured = new Set(objectives.flatMap(({ output, weight }) => (weight === null ? [] : [output])));
  return graph.probes.flatMap(({ view }, index) => (measured.has(outputName(index)) ? [view.signal] : []));
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
