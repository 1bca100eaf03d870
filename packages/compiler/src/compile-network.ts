/** @file The pipeline: OperatorGraph → simplified graph → Plan → memory layout → Programs, each stage plain data. */
import {
  simplify,
  verifyPlan,
  verifySortedPlan,
  type NeuronSteps,
  type Operator,
  type OperatorGraph,
  type OperatorLowering,
  type PlanContext,
  type Planner,
  type Settings,
  type Simplification,
  type SimplificationReport,
  type SortedPlan,
  type Sorter,
} from '@ndl/core';
import { runPasses, specialize, type Program, type ProgramPass, type Tables } from '@ndl/ir';
import { faultOfNdl, isNdlError } from '@ndl/numerics';
import { stageFailed, unknownMergeClass } from './errors.ts';
import { lowerPlan } from './lower-plan.ts';
import type { LoweredProgram, LoweredTraining } from './lowered.ts';
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
  /** Name of the plugin that contributed a lowering, for error messages. */
  readonly pluginOf?: (definition: object | undefined) => string | undefined;
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
  forwardProgram(neurons: keyof NeuronSteps, held: ReadonlySet<string>): LoweredProgram;
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
 * Simplifies, plans, sorts and lays out a graph whose operators carry what they run. Programs are lowered when first asked for.
 * @throws NdlError UNKNOWN_OPERATOR, GRAPH_CYCLE, PLAN_* and SORT_* for what a planner or a sorter did
 * wrong, PLANNER_FAILED, SORTER_FAILED and SIMPLIFICATION_FAILED where one threw.
 */
export function compileNetwork(built: OperatorGraph, options: CompileOptions): CompiledNetwork {
  const { graph, report } = simplify(built, options.simplifications.map(blamed));
  const pluginOf = (kind: string): string | undefined => options.pluginOf?.(options.lowerings.get(kind));
  const { plannerName, sorterName, settings, random } = options;
  const classOf = mergeClasses(graph, options.lowerings, pluginOf);
  const mergeClassOf = (operator: Operator): string => {
    const mergeClass = classOf(operator);
    if (mergeClass === undefined) throw unknownMergeClass(plannerName, operator);
    return mergeClass;
  };
  const context: PlanContext = Object.freeze({ mergeClassOf, settings, random });
  const planned = blaming('Planner', plannerName, () => options.planner(graph, context));
  const plan = verifyPlan(planned, graph, context, plannerName);
  const answered = blaming('Sorter', sorterName, () => options.sorter(plan, graph));
  const sorted = verifySortedPlan(answered, plan, graph, sorterName);
  const layout = layOutMemory(graph, sorted);

  const lower = (neurons: keyof NeuronSteps): LoweredProgram =>
    lowerPlan({
      graph,
      sorted,
      layout,
      lowerings: options.lowerings,
      pluginOf,
      dtype: options.settings.dtype,
      neurons,
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

/** Label of the merged operators of a group, for prints: `3 × dotInc`. */
export function describeGroup(group: readonly Operator[]): string {
  return group.length === 1 ? `${group[0]!.kind} (${group[0]!.label})` : `${group.length} × ${group[0]!.kind}`;
}
