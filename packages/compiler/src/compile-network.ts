/** @file The pipeline: OperatorGraph → simplified graph → Plan → memory layout → Programs, each stage plain data. */
import {
  simplify,
  verifyPlan,
  verifySortedPlan,
  type GradientApproximation,
  type NeuronDefinition,
  type NeuronStep,
  type Operator,
  type OperatorGraph,
  type OperatorLowering,
  type Planner,
  type Settings,
  type Simplification,
  type SimplificationReport,
  type SortedPlan,
  type Sorter,
} from '@ndl/core';
import { runPasses, specialize, type Program, type ProgramPass, type Tables } from '@ndl/ir';
import type { NeuronType } from '@ndl/model';
import { faultOfNdl, isNdlError } from '@ndl/numerics';
import { stageFailed, unknownNeuron } from './errors.ts';
import { lowerPlan } from './lower-plan.ts';
import type { LoweredProgram, LoweredTraining } from './lowered.ts';
import { checkedStep } from './checked-step.ts';
import { layOutMemory, type MemoryLayout } from './memory-layout.ts';
import { mergeClasses } from './merge-class.ts';
import type { LearningTask } from './learning-task.ts';
import { trainingProgram } from './training-program.ts';

/** Everything that a compilation may choose. */
export interface CompileOptions {
  readonly settings: Settings;
  readonly simplifications: readonly Simplification[];
  readonly planner: Planner;
  /** For error messages: the token's id, or the function's name. */
  readonly plannerName: string;
  readonly sorter: Sorter;
  readonly sorterName: string;
  /** Uniform in [0, 1), for planners that draw. */
  readonly random: () => number;
  readonly lowerings: ReadonlyMap<string, OperatorLowering>;
  /** Name of the plugin that lowers a kind, for error messages. */
  readonly pluginOf?: (kind: string) => string | undefined;
  readonly neurons: ReadonlyMap<string, NeuronDefinition>;
  /** The approximation that trains neurons of this kind. */
  gradientFor(neuronKind: string): GradientApproximation;
  /** Program passes, in order. */
  readonly passes: readonly ProgramPass[];
}

/** A network on its way to a backend. */
export interface CompiledNetwork {
  /** After simplification. */
  readonly graph: OperatorGraph;
  /** Operators before and after each simplification. */
  readonly simplifications: readonly SimplificationReport[];
  readonly sorted: SortedPlan;
  readonly layout: MemoryLayout;
  /** The program that runs neurons as they are, or as training does; the same object for the same held inputs. */
  forwardProgram(neurons: 'run' | 'training', held: ReadonlySet<string>): LoweredProgram;
  /** The step that training runs of neurons of a type. @throws NdlError NEURON_STEP_INVALID, UNKNOWN_NEURON */
  trainingStep(neuronType: NeuronType): NeuronStep;
  /** Forward pass, losses and updates of a task. */
  trainingProgram(task: LearningTask, variant: TrainingVariant): LoweredTraining;
}

/** Which variant of a training program is meant. */
export interface TrainingVariant {
  /** Names of the inputs, and of the targets, that are held over a window. */
  readonly held: ReadonlySet<string>;
  readonly heldTargets: ReadonlySet<string>;
  /**
   * `training`: neurons as the gradient approximation says; `run`: neurons as they are, for losses of spiking runs; nothing is
   * trainable then.
   */
  readonly neurons: 'training' | 'run';
}

/**
 * Simplifies, plans, sorts and lays out a graph. Programs are lowered when first asked for.
 * @throws NdlError UNKNOWN_OPERATOR, UNKNOWN_NEURON, GRAPH_CYCLE, PLAN_* and SORT_* for what a planner or a sorter did
 * wrong, PLANNER_FAILED, SORTER_FAILED and SIMPLIFICATION_FAILED where one threw.
 */
export function compileNetwork(built: OperatorGraph, options: CompileOptions): CompiledNetwork {
  const { graph, report } = simplify(built, options.simplifications.map(blamed));
  const pluginOf = options.pluginOf ?? ((): undefined => undefined);
  const mergeClassOf = mergeClasses(graph, options.lowerings, pluginOf);
  const context = { mergeClassOf, settings: options.settings, random: options.random };
  const plan = blaming('Planner', options.plannerName, () => options.planner(graph, context));
  verifyPlan(plan, graph, context, options.plannerName);
  const sorted = blaming('Sorter', options.sorterName, () => options.sorter(plan, graph));
  verifySortedPlan(sorted, plan, graph, options.sorterName);
  const layout = layOutMemory(graph, sorted);

  const steps = neuronSteps(options);
  const lower = (neurons: 'run' | 'training'): LoweredProgram =>
    lowerPlan({
      graph,
      sorted,
      layout,
      lowerings: options.lowerings,
      pluginOf,
      dtype: options.settings.dtype,
      neuronStep: steps[neurons],
    });
  const lowered = { run: once(() => lower('run')), training: once(() => lower('training')) };
  const improved = (program: Program, tables: Tables, keep: readonly string[]): LoweredProgram => {
    const arrays = new Map(tables.arrays);
    const better = runPasses(program, options.passes, { keep, arrays });
    return { program: better, tables: { ...tables, arrays } };
  };
  const forwardOf = ({ program, tables }: LoweredProgram, held: ReadonlySet<string>): LoweredProgram =>
    blamingNdl(() => improved(specialize(program, held), tables, []));
  const forward = {
    run: rememberedByHeld((held) => forwardOf(lowered.run(), held)),
    training: rememberedByHeld((held) => forwardOf(lowered.training(), held)),
  };
  return {
    graph,
    simplifications: report,
    sorted,
    layout,
    forwardProgram: (neurons, held) => forward[neurons](held),
    trainingStep: steps.training,
    trainingProgram: (task, { held, heldTargets, neurons }) =>
      blamingNdl(() => {
        const trainable = neurons === 'training' ? layout.trainable : [];
        const { program, tables } = lowered[neurons]();
        const made = trainingProgram({ program: specialize(program, held), tables }, trainable, task, heldTargets);
        const { training } = made;
        const keep = training.forward.buffers.filter(({ steps: axis }) => axis !== 'one').map(({ id }) => id);
        const better = improved(training.forward, made.tables, keep);
        return { training: { ...training, forward: better.program }, tables: better.tables };
      }),
  };
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** What is wrong with a program that no plugin is to blame for is a fault of ndl, and says so. */
function blamingNdl<Result>(call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    throw faultOfNdl(error);
  }
}

/** Calls what a plugin gave; whatever it throws is said of it, but for errors that have a code already. */
function blaming<Result>(stage: Parameters<typeof stageFailed>[0], name: string, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    throw isNdlError(error) && error.about !== 'program' ? error : stageFailed(stage, name, error);
  }
}

function blamed(simplification: Simplification): Simplification {
  const { name } = simplification;
  return { name, apply: (graph) => blaming('Simplification', name, () => simplification.apply(graph)) };
}

/** Programs remembered for sets of held inputs: of constant nodes, and of what a few calls feed. */
const REMEMBERED_PROGRAMS = 8;

/** Each program is made once: choosing a backend and running on it ask for the same. */
function rememberedByHeld<Made>(make: (held: ReadonlySet<string>) => Made): (held: ReadonlySet<string>) => Made {
  const programs = new Map<string, Made>();
  return (held) => {
    const key = JSON.stringify([...held].sort());
    const program = programs.get(key) ?? make(held);
    programs.delete(key);
    programs.set(key, program);
    if (programs.size > REMEMBERED_PROGRAMS) programs.delete(programs.keys().next().value!);
    return program;
  };
}

/** The step of a neuron type: its own in runs, in training the one of its gradient approximation. */
function neuronSteps(options: CompileOptions): Record<'run' | 'training', (neuronType: NeuronType) => NeuronStep> {
  const definitionOf = (kind: string): NeuronDefinition => {
    const definition = options.neurons.get(kind);
    if (definition === undefined) throw unknownNeuron(kind, [...options.neurons.keys()]);
    return definition;
  };
  return {
    run: (neuronType) => {
      const definition = definitionOf(neuronType.kind);
      return checkedStep(neuronType.kind, 'step', () => definition.step(neuronType));
    },
    training: (neuronType) => {
      const definition = definitionOf(neuronType.kind);
      const approximation = options.gradientFor(neuronType.kind);
      return checkedStep(neuronType.kind, `trainingStep of the gradient approximation "${approximation.name}"`, () =>
        approximation.trainingStep(definition, neuronType, options.settings),
      );
    },
  };
}

/** Label of the merged operators of a group, for prints: `3 × dotInc`. */
export function describeGroup(group: readonly Operator[]): string {
  return group.length === 1 ? `${group[0]!.kind} (${group[0]!.label})` : `${group.length} × ${group[0]!.kind}`;
}
