/** @file The pipeline: OperatorGraph → simplified graph → Plan → memory layout → Programs, each stage plain data. */
import {
  frozenInPieces,
  inRunningOrderInPieces,
  isReader,
  readsOnly,
  simplifyInPieces,
  verifyPlanInPieces,
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
import { runPassesInPieces, specialize, type PassOptions, type Program, type ProgramPass, type Tables } from '@ndl/ir';
import { complete, faultOfNdl, isNdlError, type Pieces, refuseSurplus } from '@ndl/numerics';
import { noGroup, stageFailed, unknownMergeClass } from './errors.ts';
import { withGeneratedInputs } from './generated-inputs.ts';
import { lowerPlan } from './lower-plan.ts';
import type { LoweredProgram, LoweredTraining } from './lowered.ts';
import { layOutMemory, type MemoryLayout } from './memory-layout.ts';
import { mergeClasses } from './merge-class.ts';
import type { LearningTask } from './learning-task.ts';
import { requirePieces } from './required-pieces.ts';
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
  /** Program passes, in order: while everything is one loop over steps. */
  readonly passes: readonly ProgramPass[];
  /** Passes after these, of programs that are run, which take the loop apart; gradients are derived before. */
  readonly loopPasses: readonly ProgramPass[];
  /** After which passes programs are verified. Default: the last. */
  readonly verify?: PassOptions['verify'];
  /** Told what is done next, for people: `plan`, `pass fuseMaps`. */
  readonly onStage?: ((stage: string) => void) | undefined;
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
  /** `forwardProgram` in pieces. */
  forwardProgramInPieces(neurons: keyof NeuronSteps, held: ReadonlySet<string>): Pieces<LoweredProgram>;
  /** Forward pass, losses and updates of a task. */
  trainingProgram(task: LearningTask, variant: TrainingVariant): LoweredTraining;
  /** `trainingProgram` in pieces. */
  trainingProgramInPieces(task: LearningTask, variant: TrainingVariant): Pieces<LoweredTraining>;
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
  refuseSurplus('compileNetwork', arguments, 2);
  return complete(compileNetworkInPieces(built, options));
}

/**
 * `compileNetwork` in pieces. Simplifications, planners, sorters and lowerings that work in pieces do so; what others do at once,
 * and each program pass, is one piece.
 */
export function* compileNetworkInPieces(built: OperatorGraph, options: CompileOptions): Pieces<CompiledNetwork> {
  refuseSurplus('compileNetworkInPieces', arguments, 2);
  const stage = options.onStage ?? ((): void => undefined);
  const onPass = ({ name }: ProgramPass): void => stage(`pass ${name}`);
  const plugins = new Map(options.simplifications.map((each) => [each.name, options.pluginOf?.(each)]));
  const named = ({ name }: Simplification): string => {
    const plugin = plugins.get(name);
    return plugin === undefined ? name : `${name} of plugin ${plugin}`;
  };
  const simplifications = options.simplifications.map((simplification) => {
    return blamed(simplification, named(simplification), stage);
  });
  const { graph, report } = yield* simplifyInPieces(yield* inRunningOrderInPieces(built), simplifications, named);
  const pluginOf = (kind: string): string | undefined => options.pluginOf?.(options.lowerings.get(kind));
  const { planner, plannerName, sorter, sorterName, settings, random } = options;
  const readers = [planner, sorter, ...options.lowerings.values()];
  if (!readers.every((reader) => isReader(reader))) yield* frozenInPieces(graph);
  stage('plan');
  const classOf = yield* mergeClasses(graph, options.lowerings, pluginOf);
  const mergeClassOf = (operator: Operator): string => {
    const mergeClass = classOf(operator);
    if (mergeClass === undefined) throw unknownMergeClass(plannerName, operator);
    return mergeClass;
  };
  const context: PlanContext = Object.freeze({ mergeClassOf, settings, random });
  const planned = yield* blamingInPieces('Planner', plannerName, () =>
    planner.inPieces === undefined
      ? atOnce(() => planner(graph, context))
      : requirePieces('inPieces', planner.inPieces(graph, context)),
  );
  stage('check the plan');
  const plan = yield* verifyPlanInPieces(planned, graph, context, plannerName);
  stage('sort');
  const answered = yield* blamingInPieces('Sorter', sorterName, () =>
    sorter.inPieces === undefined
      ? atOnce(() => sorter(plan, graph))
      : requirePieces('inPieces', sorter.inPieces(plan, graph)),
  );
  const sorted = verifySortedPlan(answered, plan, graph, sorterName);
  stage('lay out memory');
  const layout = yield* layOutMemory(graph, sorted);

  const lower = (neurons: keyof NeuronSteps): Pieces<LoweredProgram> => {
    stage('lower');
    const { lowerings } = options;
    return withGeneratedInputs(
      graph,
      lowerPlan({ graph, sorted, layout, lowerings, pluginOf, dtype: settings.dtype, neurons }),
    );
  };
  const lowered = { run: once(() => lower('run')), training: once(() => lower('training')) };
  const improved = function* (
    program: Program,
    tables: Tables,
    passes: readonly ProgramPass[],
    keep: readonly string[] = [],
  ): Pieces<LoweredProgram> {
    const arrays = new Map(tables.arrays);
    const better = yield* runPassesInPieces(
      program,
      passes,
      { keep, arrays },
      { verify: options.verify ?? 'last', onPass },
    );
    return { program: better, tables: { ...tables, arrays } };
  };
  const forwardOf = (neurons: keyof NeuronSteps, held: ReadonlySet<string>): Pieces<LoweredProgram> =>
    blamingNdl(function* () {
      const { program, tables } = yield* lowered[neurons]();
      return yield* improved(specialize(program, held), tables, [...options.passes, ...options.loopPasses]);
    });
  const forward = {
    run: rememberedByHeld((held) => forwardOf('run', held)),
    training: rememberedByHeld((held) => forwardOf('training', held)),
  };
  const trainingOf = (task: LearningTask, { held, heldTargets, neurons }: TrainingVariant): Pieces<LoweredTraining> =>
    blamingNdl(function* () {
      const trainable = neurons === 'training' ? layout.trainable : [];
      const { program, tables } = yield* lowered[neurons]();
      const made = trainingProgram({ program: specialize(program, held), tables }, trainable, task, heldTargets);
      const { training } = made;
      const keep = training.forward.buffers.filter(({ steps: axis }) => axis !== 'one').map(({ id }) => id);
      const better = yield* improved(training.forward, made.tables, options.passes, keep);
      return { training: { ...training, forward: better.program }, tables: better.tables };
    });
  return {
    graph,
    simplifications: report,
    sorted,
    layout,
    forwardProgram: (neurons, held) => complete(forward[neurons](held)),
    forwardProgramInPieces: (neurons, held) => forward[neurons](held),
    trainingProgram: (task, variant) => complete(trainingOf(task, variant)),
    trainingProgramInPieces: trainingOf,
  };
}

function once<Value>(make: () => Pieces<Value>): () => Pieces<Value> {
  let made: { readonly value: Value } | undefined;
  return function* () {
    return (made ??= { value: yield* make() }).value;
  };
}

/** What is wrong with a program that no plugin is to blame for is a fault of ndl, and says so. */
function* blamingNdl<Result>(call: () => Pieces<Result>): Pieces<Result> {
  try {
    return yield* call();
  } catch (error) {
    throw faultOfNdl(error);
  }
}

/** What a plugin does at once, as a piece. */
function* atOnce<Result>(call: () => Result): Pieces<Result> {
  const result = call();
  yield 0;
  return result;
}

/** Does what a plugin gave; whatever it throws is said of it, but for errors that have a code already. */
function* blamingInPieces<Result>(
  stage: Parameters<typeof stageFailed>[0],
  name: string,
  call: () => Pieces<Result>,
): Pieces<Result> {
  try {
    return yield* call();
  } catch (error) {
    throw isNdlError(error) && error.about !== 'program' ? error : stageFailed(stage, name, error);
  }
}

/** @param named what errors call it */
function blamed(simplification: Simplification, named: string, stage: (name: string) => void): Simplification {
  const { name } = simplification;
  const applyInPieces = (graph: OperatorGraph): Pieces<OperatorGraph> => {
    stage(`simplify: ${name}`);
    return blamingInPieces('Simplification', named, () =>
      simplification.applyInPieces === undefined
        ? atOnce(() => simplification.apply(graph))
        : requirePieces('applyInPieces', simplification.applyInPieces(graph)),
    );
  };
  const blaming = { name, apply: (graph: OperatorGraph) => complete(applyInPieces(graph)), applyInPieces };
  return isReader(simplification) ? readsOnly(blaming) : blaming;
}

/** Programs remembered for sets of held inputs: of constant nodes, and of what a few calls feed. */
const REMEMBERED_PROGRAMS = 8;

/** Each program is made once: choosing a backend and running on it ask for the same. */
function rememberedByHeld<Made>(
  make: (held: ReadonlySet<string>) => Pieces<Made>,
): (held: ReadonlySet<string>) => Pieces<Made> {
  const programs = new Map<string, Made>();
  return function* (held) {
    const key = JSON.stringify([...held].sort());
    const program = programs.get(key) ?? (yield* make(held));
    programs.delete(key);
    programs.set(key, program);
    if (programs.size > REMEMBERED_PROGRAMS) programs.delete(programs.keys().next().value!);
    return program;
  };
}

/** Label of the merged operators of a group, for prints: `3 × dotInc`. @throws NdlError INVALID_OPTION for what is no group. */
export function describeGroup(group: readonly Operator[]): string {
  refuseSurplus('describeGroup', arguments, 1);
  const isGroup = Array.isArray(group) && typeof (group[0] as Partial<Operator> | undefined)?.kind === 'string';
  if (!isGroup) throw noGroup(group);
  return group.length === 1 ? `${group[0]!.kind} (${group[0]!.label})` : `${group.length} × ${group[0]!.kind}`;
}
