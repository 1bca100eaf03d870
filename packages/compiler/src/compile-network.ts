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
  type ProgramSource,
  type Settings,
  type Simplification,
  type SimplificationReport,
  type SortedPlan,
  type Sorter,
} from '@ndl/core';
import { runPasses, type Program, type ProgramPass, type Training } from '@ndl/ir';
import { faultOfNdl, isNdlError } from '@ndl/numerics';
import { stageFailed, unknownMergeClass } from './errors.ts';
import { lowerPlan } from './lower-plan.ts';
import { layOutMemory, type MemoryLayout } from './memory-layout.ts';
import { mergeClasses } from './merge-class.ts';
import { trainingProgram, type LearningTask } from './training-program.ts';

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
  /** The program that runs neurons as they are; the same object for the same held inputs. */
  runProgram(held: ReadonlySet<string>): Program;
  /** Forward pass, losses and updates of a task; `neurons` as in `TrainingProgramRequest`. */
  trainingProgram(task: LearningTask, request: TrainingVariant): Training;
}

/** Which variant of a training program is meant. */
export interface TrainingVariant {
  readonly held: ReadonlySet<string>;
  readonly heldTargets: ReadonlySet<string>;
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

  const lower = (held: ReadonlySet<string>, neurons: keyof NeuronSteps): Program =>
    lowerPlan({
      graph,
      sorted,
      layout,
      lowerings: options.lowerings,
      pluginOf,
      dtype: options.settings.dtype,
      neurons,
      held,
    });
  return {
    graph,
    simplifications: report,
    sorted,
    layout,
    runProgram: rememberedByHeld((held) =>
      blamingNdl(() => runPasses(lower(held, 'run'), options.passes, { keep: [] })),
    ),
    trainingProgram: (task, { held, heldTargets, neurons }) =>
      blamingNdl(() => {
        const trainable = neurons === 'training' ? layout.trainable : [];
        const training = trainingProgram(lower(held, neurons), trainable, task, heldTargets);
        const keep = training.forward.buffers.filter(({ history }) => history).map(({ id }) => id);
        return { ...training, forward: runPasses(training.forward, options.passes, { keep }) };
      }),
  };
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

/** Each program is made once: choosing a backend and compiling on it ask for the same. */
function rememberedByHeld(make: (held: ReadonlySet<string>) => Program): (held: ReadonlySet<string>) => Program {
  const programs = new Map<string, Program>();
  return (held) => {
    const key = JSON.stringify([...held].sort());
    const program = programs.get(key) ?? make(held);
    programs.set(key, program);
    return program;
  };
}

/** What the empty objective id asks for: the forward pass of training, without losses. */
const forwardOnly: LearningTask = { objectives: [] };

/** A program source for backends; `tasks` are looked up by the objective ids of training requests. */
export function programSource(
  compiled: CompiledNetwork,
  tasks: ReadonlyMap<string, LearningTask> | undefined,
): ProgramSource {
  const run: ProgramSource['run'] = (held) => compiled.runProgram(held);
  if (tasks === undefined) return { run };
  return {
    run,
    training: (request) =>
      compiled.trainingProgram(request.objective === '' ? forwardOnly : tasks.get(request.objective)!, request),
  };
}

/** Label of the merged operators of a group, for prints: `3 × dotInc`. */
export function describeGroup(group: readonly Operator[]): string {
  return group.length === 1 ? `${group[0]!.kind} (${group[0]!.label})` : `${group.length} × ${group[0]!.kind}`;
}
