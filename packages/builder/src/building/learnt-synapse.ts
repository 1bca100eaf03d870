/** @file Synapses of connections whose time constants are parameters: coefficients are computed in the program, and so can be learnt. */
import type { BuildContext, LearntSynapse, SignalView } from '@ndl/core';
import type { Connection, Synapse } from '@ndl/model';
import { NdArray, zeros } from '@ndl/numerics';
import { definitionName } from '../checked/definition-name.ts';
import { OperatorWriting } from './operator-writing.ts';
import { namedTimeConstants, timeConstantSignals } from './time-constants.ts';
import { wholeOf } from './views.ts';

/** Time constants of the synapse of a connection that are parameters, by name; undefined where there are none. */
export function learntTimeConstants(
  connection: Connection,
  synapse: Synapse,
  context: BuildContext,
): Readonly<Record<string, number>> | undefined {
  const definition = context.synapse(synapse.kind);
  if (definition.learnt === undefined) return undefined;
  const name = definitionName('synapse', definition.kind, context.pluginOf(definition));
  const found = namedTimeConstants(connection, synapse, definition.learnt.timeConstants, name, context);
  return Object.keys(found).length === 0 ? undefined : found;
}

/**
 * Adds the filter of such a synapse and returns its output, which others see one step after its input; undefined where none of its time constants is a
 * parameter. Signals are named as those of other synapses.
 */
export function buildLearntSynapse(
  connection: Connection,
  synapse: Synapse,
  input: SignalView,
  context: BuildContext,
): SignalView | undefined {
  const constants = learntTimeConstants(connection, synapse, context);
  if (constants === undefined) return undefined;
  const { learnt, kind } = context.synapse(synapse.kind);
  const { timeConstants, coefficients, step } = learnt!;
  const name = `${context.nameOf(connection)}.synapse`;
  const writing = new OperatorWriting(
    {
      name,
      label: `${context.labelOf(connection)}: synapse`,
      definition: definitionName('synapse', kind, context.pluginOf(context.synapse(kind))),
    },
    context,
  );
  const learntSignals = timeConstantSignals(connection, constants, [], context);
  const fixed = timeConstants.filter((constant) => !Object.hasOwn(constants, constant));
  const value = (constant: string): number => (synapse as unknown as Readonly<Record<string, number>>)[constant]!;
  const fixedSignals = fixed.map((constant) => {
    return [constant, writing.signal(constant, new NdArray(Float64Array.of(value(constant)), []))] as const;
  });
  const computed = coefficients.outputs.map((output) => [output.name, writing.signal(output.name, zeros([]))] as const);
  writing.map({
    kernel: coefficients,
    inputs: { ...learntSignals, ...Object.fromEntries(fixedSignals) },
    parameters: { dt: context.dt },
    outputs: Object.fromEntries(computed),
    mode: 'set',
  });
  const initial = zeros(input.shape);
  const output = wholeOf(context.signal({ name, initial }));
  const states = statesOf(learnt!).map((state, index) => [state, writing.signal(`state[${index}]`, initial)] as const);
  const outputs = { output, ...Object.fromEntries(states) };
  const spread = computed.map(([coefficient, view]) => [coefficient, { view, along: [] }] as const);
  writing.map({
    kernel: step,
    inputs: { input, ...outputs, ...Object.fromEntries(spread) },
    outputs,
    mode: 'update',
  });
  return output;
}

function statesOf({ step }: LearntSynapse): readonly string[] {
  return step.outputs.map(({ name }) => name).filter((name) => name !== 'output');
}
