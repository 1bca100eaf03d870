/** @file Lowering of simNeurons: populations of one kind become one map, whatever their sizes and parameters. */
import type { LoweringContext, NeuronStep, OperatorLowering, SignalView, SimNeuronsOperator } from '@ndl/core';
import type { Operand, View } from '@ndl/ir';

export const simNeuronsLowering: OperatorLowering<SimNeuronsOperator> = {
  kind: 'simNeurons',
  mergeClass: ({ neuronType }) => `${neuronType.kind} ${neuronType.states.join(',')}`,
  lower(group, context) {
    for (const members of byKernel(group, context)) lowerPopulation(members, context);
  },
};

interface Member {
  readonly operator: SimNeuronsOperator;
  readonly step: NeuronStep;
}

/** A definition normally has one kernel for all its neuron types; where it has more, each gets a map of its own. */
function byKernel(group: readonly SimNeuronsOperator[], context: LoweringContext): Iterable<readonly Member[]> {
  const families = new Map<NeuronStep['kernel'], Member[]>();
  for (const operator of group) {
    const step = context.neuronStep(operator);
    const family = families.get(step.kernel);
    if (family === undefined) families.set(step.kernel, [{ operator, step }]);
    else family.push({ operator, step });
  }
  return families.values();
}

function lowerPopulation(members: readonly Member[], context: LoweringContext): void {
  const { kernel } = members[0]!.step;
  const { states } = members[0]!.operator.neuronType;
  const views = (pick: (operator: SimNeuronsOperator) => SignalView): View =>
    context.concatenated(members.map(({ operator }) => pick(operator)));
  const named = (name: string, direct: 'current' | 'output'): View => {
    if (name === direct) return views((operator) => operator[direct]);
    const position = states.indexOf(name);
    return views((operator) => operator.states[position]!);
  };
  const parameter = (name: string): Operand => {
    if (name === 'dt') return context.dt;
    return context.perElement(
      members.map(({ step }) => step.parameters[name]!),
      members.map(({ operator }) => operator.output),
    );
  };
  context.emit({
    kind: 'map',
    kernel,
    inputs: kernel.inputs.map((name) => named(name, 'current')),
    parameters: kernel.parameters.map(parameter),
    outputs: kernel.outputs.map(({ name }) => ({ target: named(name, 'output'), mode: 'set' })),
  });
}
