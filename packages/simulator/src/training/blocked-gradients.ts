/** @file Warns of what keeps gradients from all that is trained: functions of the host language, delays, losses out of reach. */
import {
  outputName,
  passesGradient,
  type CompiledNetwork,
  type LearningTask,
  type ObjectiveOnOutput,
} from '@ndl/compiler';
import type { Operator, OperatorGraph, Signal, SignalView } from '@ndl/core';
import { isZero, kernelDerivatives } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';

/** A network whose operators carry what training runs. */
export type TrainedNetwork = Pick<CompiledNetwork, 'graph'>;

/** That what is written depends smoothly on what is read. */
interface Flow {
  readonly from: readonly SignalView[];
  readonly to: readonly SignalView[];
}

type FlowsOf = (operator: Operator) => readonly Flow[];

/**
 * Names the functions that stand between a trainable parameter and the losses of a task, and the losses that no gradient
 * reaches, if there are any.
 */
export function warnOfBlockedGradients(
  network: TrainedNetwork,
  { objectives }: LearningTask,
  warn: (message: string) => void,
): void {
  const { graph } = network;
  const blocked = blockingFunctions(graph, signalsOf(graph, lossesAmong(objectives)), flowsOf);
  if (blocked.length > 0) {
    warn(
      `No gradient passes ${blocked.map(({ label }) => label).join(', ')}: functions of JavaScript cannot be ` +
        'differentiated, so what lies before them learns nothing through them. Decode the function from an ensemble, or ' +
        'freeze what lies before.',
    );
  }
  const lost = outOfReach(network, objectives, flowsOf);
  if (lost.length === 0) return;
  warn(
    `No gradient of ${lost.map(({ report }) => `'${report}'`).join(', ')} reaches any trainable parameter, so nothing is learnt ` +
      'from it: what its probe records does not depend smoothly on any, as states of neurons do not, which training leaves ' +
      'alone; or the loss does not depend smoothly on what the probe records.',
  );
}

/**
 * Warns of losses of one step that depend on no trainable parameter, since a synapse lies between: within a step only what
 * operators set or add to counts, and what probes read right where it is updated.
 */
export function warnOfDelayedOutputs(
  network: TrainedNetwork,
  { objectives }: LearningTask,
  warn: (message: string) => void,
): void {
  const { graph } = network;
  const within: FlowsOf = (operator) => {
    const kept = new Set([...operator.sets, ...operator.incs].map(({ signal }) => signal));
    return flowsOf(operator).map(({ from, to }) => ({ from, to: to.filter(({ signal }) => kept.has(signal)) }));
  };
  const moved = reached(trainableSignals(graph), graph.operators, within);
  const seen = new Set(moved);
  for (const { from, to } of graph.operators.flatMap(flowsOf)) {
    if (from.some(({ signal }) => moved.has(signal))) for (const { signal } of to) seen.add(signal);
  }
  const lost = outOfReach(network, objectives, flowsOf);
  const delayed = lossesAmong(objectives).filter(
    (objective) => !lost.includes(objective) && !signalsOf(graph, [objective]).some((signal) => seen.has(signal)),
  );
  if (delayed.length === 0) return;
  const isAll = delayed.length === lossesAmong(objectives).length;
  const which = isAll ? '' : ` of ${delayed.map(({ report }) => `'${report}'`).join(', ')}`;
  warn(
    `No gradient${which} reaches any trainable parameter: outputs at step 1 do not depend on them, since synapses delay by at ` +
      'least one step, and gradients are taken over one step. Use synapse: null, or more steps (and truncation).',
  );
}

/** The losses that nothing can be learnt from, however many steps there are. */
function outOfReach(
  { graph }: TrainedNetwork,
  objectives: LearningTask['objectives'],
  flowsOf: FlowsOf,
): readonly ObjectiveOnOutput[] {
  const learnt = reached(trainableSignals(graph), graph.operators, flowsOf);
  return lossesAmong(objectives).filter((objective) => {
    const signals = signalsOf(graph, [objective]);
    const size = signals.length === 0 ? 1 : sizeOf(signals[0]!.shape);
    return !signals.some((signal) => learnt.has(signal)) || !passesGradient(objective.objective, size);
  });
}

function lossesAmong(objectives: LearningTask['objectives']): readonly ObjectiveOnOutput[] {
  return objectives.filter(({ weight }) => weight !== null);
}

function trainableSignals({ signals }: OperatorGraph): readonly Signal[] {
  return signals.filter(({ trainable }) => trainable);
}

/** What probes record that these objectives are of. */
function signalsOf(graph: OperatorGraph, objectives: readonly ObjectiveOnOutput[]): readonly Signal[] {
  const measured = new Set(objectives.map(({ output }) => output));
  return graph.probes.flatMap(({ view }, index) => (measured.has(outputName(index)) ? [view.signal] : []));
}

/** Neurons pass on what their training step does, of time constants that are learnt too; all other operators, what they read to what they write. */
const flowsOf: FlowsOf = (operator) => {
  if (operator.kind !== 'simNeurons') return [{ from: operator.reads, to: written(operator) }];
  const { kernel } = operator.steps!.training;
  const { timeConstants = {} } = operator;
  const viewOf = (name: string, direct: 'current' | 'output'): SignalView =>
    name === direct ? operator[direct] : operator.states[operator.neuronType.states.indexOf(name)]!;
  const learnt = kernel.parameters.filter((name) => Object.hasOwn(timeConstants, name));
  return kernel.outputs.map(({ name }, row) => {
    const passesOn = (operand: string): boolean => !isZero(kernelDerivatives(kernel, operand)[row]!);
    const inputs = kernel.inputs.filter(passesOn).map((input) => viewOf(input, 'current'));
    const constants = learnt.filter(passesOn).map((constant) => timeConstants[constant]!);
    return { from: [...inputs, ...constants], to: [viewOf(name, 'output')] };
  });
};

/** The first functions on the ways from trainable parameters to these signals. */
function blockingFunctions(graph: OperatorGraph, losses: readonly Signal[], flowsOf: FlowsOf): readonly Operator[] {
  const functions = graph.operators.filter(isBlocking);
  if (functions.length === 0) return [];
  const others = graph.operators.filter((operator) => !isBlocking(operator));
  const learnt = reached(trainableSignals(graph), others, flowsOf);
  const heard = reached(losses, graph.operators, (operator) =>
    flowsOf(operator).map(({ from, to }) => ({ from: to, to: from })),
  );
  const touches = (views: readonly SignalView[], signals: ReadonlySet<Signal>): boolean =>
    views.some(({ signal }) => signals.has(signal));
  return functions.filter((operator) => touches(operator.reads, learnt) && touches(written(operator), heard));
}

function written({ sets, incs, updates }: Operator): readonly SignalView[] {
  return [...sets, ...incs, ...updates];
}

/** All signals that can be reached from some. */
function reached(from: readonly Signal[], operators: readonly Operator[], flowsOf: FlowsOf): ReadonlySet<Signal> {
  const flows = operators.flatMap(flowsOf);
  const signals = new Set(from);
  for (let known = -1; known !== signals.size;) {
    known = signals.size;
    for (const flow of flows) {
      if (!flow.from.some(({ signal }) => signals.has(signal))) continue;
      for (const { signal } of flow.to) signals.add(signal);
    }
  }
  return signals;
}

/** Whether it is a function that no gradient passes. */
function isBlocking(operator: Operator): boolean {
  return operator.kind === 'hostFunction' && operator.batch?.derivative === undefined;
}
