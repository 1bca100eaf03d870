/**
 * @file Neurons: what an operator of them runs - its own step, and in training the one of its gradient approximation -, and its
 * lowering, by which populations of one kind become one map, whatever their sizes and parameters.
 */
import { refuseSurplus } from '@ndl/numerics';
import {
  rewriteGraph,
  type GradientApproximation,
  type LoweringContext,
  type NeuronDefinition,
  type NeuronStep,
  type NeuronSteps,
  type OperatorGraph,
  type OperatorLowering,
  type Settings,
  type SignalView,
  type SimNeuronsOperator,
} from '@ndl/core';
import type { Operand, View } from '@ndl/ir';
import { checkedStep } from '../checked-step.ts';
import { neuronsWithoutSteps, unknownNeuron } from '../errors.ts';
import { lowerDraw, type Member } from './neuron-draws.ts';

/** Where steps come from. */
export interface StepSources {
  readonly neurons: ReadonlyMap<string, NeuronDefinition>;
  /** The approximation that trains neurons of this kind. */
  gradientFor(neuronKind: string): GradientApproximation;
  /** Name of the plugin that contributed a definition, or bound an approximation, for error messages. */
  pluginOf?(definition: object | undefined): string | undefined;
  readonly settings: Settings;
}

/** The graph, every operator of neurons carrying what it runs. */
export function withNeuronSteps(graph: OperatorGraph, sources: StepSources): OperatorGraph {
  refuseSurplus('withNeuronSteps', arguments, 2);
  const neurons = graph.operators.filter((operator) => operator.kind === 'simNeurons');
  return rewriteGraph(graph, {
    operators: new Map(
      neurons.map(
        (operator) => [operator, [{ ...operator, steps: new StepsOfOperator(operator, graph.dt, sources) }]] as const,
      ),
    ),
  });
}

/** Steps are made when they are first asked for: only training asks for its own. */
class StepsOfOperator implements NeuronSteps {
  readonly #operator: SimNeuronsOperator;
  readonly #dt: number;
  readonly #sources: StepSources;
  readonly #made = new Map<string, NeuronStep>();

  constructor(operator: SimNeuronsOperator, dt: number, sources: StepSources) {
    this.#operator = operator;
    this.#dt = dt;
    this.#sources = sources;
  }

  get run(): NeuronStep {
    const { neuronType } = this.#operator;
    return this.#step('step', (definition) => definition.step(neuronType));
  }

  get training(): NeuronStep {
    const { gradientFor, pluginOf, settings } = this.#sources;
    const { neuronType } = this.#operator;
    const approximation = gradientFor(neuronType.kind);
    const plugin = pluginOf?.(approximation);
    const whose = `"${approximation.name}"${plugin === undefined ? '' : ` (plugin ${plugin})`}`;
    return this.#step(`trainingStep of the gradient approximation ${whose}`, (definition) =>
      approximation.trainingStep(definition, neuronType, settings, this.#dt),
    );
  }

  #step(source: string, make: (definition: NeuronDefinition) => NeuronStep): NeuronStep {
    const { label, neuronType } = this.#operator;
    const { neurons, pluginOf, settings } = this.#sources;
    const { kind, states } = neuronType;
    const definition = neurons.get(kind);
    if (definition === undefined) throw unknownNeuron(kind, [...neurons.keys()]);
    const owner = { kind, label, plugin: pluginOf?.(definition) };
    const step =
      this.#made.get(source) ?? checkedStep({ owner, states, source, dtype: settings.dtype }, () => make(definition));
    this.#made.set(source, step);
    return step;
  }
}

export const simNeuronsLowering: OperatorLowering<SimNeuronsOperator> = {
  kind: 'simNeurons',
  mergeClass: ({ neuronType, timeConstants = {} }) =>
    `${neuronType.kind} ${neuronType.states.join(',')} ${Object.keys(timeConstants).join(',')}`,
  lower(group, context) {
    for (const members of byKernel(group, context)) lowerPopulation(members, context);
  },
};

/** A definition normally has one kernel for all its neuron types; where it has more, each gets a map of its own. */
function byKernel(group: readonly SimNeuronsOperator[], context: LoweringContext): Iterable<readonly Member[]> {
  const families = new Map<NeuronStep['kernel'], Member[]>();
  for (const operator of group) {
    if (operator.steps === undefined) throw neuronsWithoutSteps(operator.label);
    const step = operator.steps[context.neurons];
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
  const { draws = {} } = members[0]!.step;
  const named = (name: string, direct: 'current' | 'output'): View => {
    if (name === direct) return views((operator) => operator[direct]);
    if (direct === 'current' && Object.hasOwn(draws, name)) return lowerDraw(name, members, context);
    const position = states.indexOf(name);
    return views((operator) => operator.states[position]!);
  };
  const parameter = (name: string): Operand => {
    if (name === 'dt') return context.dt;
    const { timeConstants = {} } = members[0]!.operator;
    if (Object.hasOwn(timeConstants, name)) return views((operator) => operator.timeConstants![name]!);
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
