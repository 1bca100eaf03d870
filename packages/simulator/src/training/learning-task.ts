/** @file Losses and metrics per probe → the task that a training program is made for. */
import { callReports, outputName, taskKey, type LearningTask, type ObjectiveOnOutput } from '@ndl/compiler';
import type { Objective, Optimizer } from '@ndl/core';
import { isFiniteIn } from '@ndl/ir';
import { requireFiniteTask } from '../finite/finite-task.ts';
import { isNetworkObject, type Probe } from '@ndl/model';
import { sizeOf } from '@ndl/numerics';
import { meanSquaredError } from '@ndl/training';
import type { BuiltNetwork } from '../composition/built-network.ts';
import type { DataTable } from '../inputs/data-table.ts';
import { lossWeightNotFinite, noTargetsFor, notATarget, wrongKey } from '../inputs/data-errors.ts';
import { badOption } from '../errors.ts';
import type { Objectives } from './learning-options.ts';
import { nameOf } from '../results/object-name.ts';
import { atSampledSteps } from './sampled-objective.ts';
import { namedObjective } from './user-objective.ts';

/** The loss of targets that are given none. */
const defaultLoss: Objective = /* @__PURE__ */ meanSquaredError();

/** Tasks remembered: many more than one call has. */
const MOST_TASKS = 64;

/** What a call measures, as the user gave it. */
export interface Measures {
  readonly losses?: Objectives | undefined;
  readonly lossWeights?: ReadonlyMap<Probe, number> | readonly (readonly [Probe, number])[] | undefined;
  readonly metrics?: Objectives | undefined;
}

/**
 * Tasks by id. Tasks that compute the same share one, and thereby a compiled program, also where their objectives were made anew:
 * see `taskKey`.
 */
export class LearningTasks {
  readonly #network: BuiltNetwork;
  /** The user's, in the order of outputs. */
  readonly #probes: readonly Probe[];
  readonly #tasks: Map<string, LearningTask>;
  readonly #labelOf: (probe: Probe) => string;
  readonly #onNewTask: (task: LearningTask) => void;
  readonly #onWarning: (message: string) => void;

  /** @param onNewTask is told of each task that updates parameters, once. */
  constructor(
    network: BuiltNetwork,
    tasks: Map<string, LearningTask>,
    labelOf: (probe: Probe) => string,
    onNewTask: (task: LearningTask) => void,
    onWarning: (message: string) => void,
  ) {
    this.#network = network;
    this.#probes = network.graph.probes.map(({ probe }) => network.originalOf(probe));
    this.#tasks = tasks;
    this.#labelOf = labelOf;
    this.#onNewTask = onNewTask;
    this.#onWarning = onWarning;
  }

  /** Id of the task that measures these targets, made where it is new. `where`: the call, for errors. */
  idOf(where: string, targets: readonly DataTable[], measures: Measures, optimizer: Optimizer | undefined): string {
    const task = { objectives: this.#objectives(where, targets, measures), optimizer };
    const known = this.#tasks.size;
    const id = this.#idOfTask(where, task);
    const isWeightless = task.objectives.every(({ weight }) => weight === null || weight === 0);
    if (isWeightless && this.#tasks.size > known)
      this.#onWarning(
        `${where}: all lossWeights are 0, so the loss is 0 whatever the outputs are${optimizer === undefined ? '' : ', and nothing is learnt'}.`,
      );
    return id;
  }

  #idOfTask(where: string, task: LearningTask): string {
    const { graph, dtype } = this.#network;
    const sizeOfOutput = (output: string): number =>
      sizeOf(graph.probes.find((_, index) => outputName(index) === output)!.view.shape);
    const id = taskKey(task, sizeOfOutput, dtype);
    const known = this.#tasks.get(id);
    if (known === undefined) requireFiniteTask(where, task, this.#network);
    this.#tasks.delete(id);
    this.#tasks.set(id, known ?? task);
    if (this.#tasks.size > MOST_TASKS) this.#tasks.delete(this.#tasks.keys().next().value!);
    if (known === undefined && task.optimizer !== undefined) this.#onNewTask(task);
    return id;
  }

  /** The task of an id. */
  taskOf(id: string): LearningTask {
    return this.#tasks.get(id)!;
  }

  /** Each loss of a task as a task of its own, that updates nothing. */
  singleLosses(id: string): readonly { readonly id: string; readonly label: string; readonly output: string }[] {
    return this.taskOf(id)
      .objectives.filter(({ weight }) => weight !== null)
      .map((objective) => ({
        id: this.#idOfTask('train', { objectives: [{ ...objective, report: objective.objective.kind }] }),
        label: `loss '${objective.report}'`,
        output: objective.output,
      }));
  }

  /** Names of the losses and metrics of a task that blocks reported as not finite. */
  notFinite(id: string, reports: Readonly<Record<string, number>>): readonly string[] {
    const { objectives } = this.taskOf(id);
    const whole = callReports({ objectives }, reports, 1);
    const isEmpty = (report: string): boolean => whole.empty.includes(report);
    return objectives
      .filter(({ report }) => !Number.isFinite(whole.reports[report]) && !isEmpty(report))
      .map(({ report }) => `'${report}'`);
  }

  #objectives(
    where: string,
    targets: readonly DataTable[],
    { losses, lossWeights, metrics }: Measures,
  ): readonly ObjectiveOnOutput[] {
    const targeted = this.#probes.flatMap((probe, index) => {
      const table = targets.find(({ name }) => name === outputName(index));
      if (table === undefined) return [];
      const measuring = (objective: Objective): Objective => {
        const named = namedObjective(objective);
        return table.isSampled ? atSampledSteps(named) : named;
      };
      return [{ probe, output: outputName(index), measuring }];
    });
    const probes = targeted.map(({ probe }) => probe);
    const prefix = (probe: Probe): string => (targeted.length === 1 ? '' : `${this.#labelOf(probe)}.`);
    const lossOf = this.#objectiveOf(where, 'losses', losses, probes);
    const metricOf = this.#objectiveOf(where, 'metrics', metrics, probes);
    const weightOf = this.#weights(where, lossWeights, probes);
    const nameOf = distinctNames();
    return targeted.flatMap(({ probe, output, measuring }) => {
      const loss = lossOf(probe) ?? defaultLoss;
      const metric = metricOf(probe);
      const measured: ObjectiveOnOutput[] = [
        {
          report: nameOf(prefix(probe), 'losses', loss.kind),
          output,
          objective: measuring(loss),
          weight: weightOf(probe),
        },
      ];
      // The loss itself as the metric says no more than the loss does.
      if (metric !== undefined && metric !== loss)
        measured.push({
          report: nameOf(prefix(probe), 'metrics', metric.kind),
          output,
          objective: measuring(metric),
          weight: null,
        });
      return measured;
    });
  }

  #objectiveOf(
    where: string,
    option: 'losses' | 'metrics',
    objectives: Objectives | undefined,
    targeted: readonly Probe[],
  ): (probe: Probe) => Objective | undefined {
    if (objectives === undefined) return () => undefined;
    if (isObjective(objectives)) return () => objectives;
    const byProbe = this.#byProbe(where, option, objectives, targeted, REQUIREMENT);
    for (const objective of byProbe.values()) {
      if (!isObjective(objective)) throw badOption(where, option, REQUIREMENT, objective);
    }
    return (probe) => byProbe.get(probe);
  }

  #weights(where: string, lossWeights: Measures['lossWeights'], targeted: readonly Probe[]): (probe: Probe) => number {
    if (lossWeights === undefined) return () => 1;
    const byProbe = this.#byProbe(where, 'lossWeights', lossWeights, targeted, WEIGHTS_REQUIREMENT);
    const { dtype } = this.#network;
    for (const [probe, weight] of byProbe) {
      if (!Number.isFinite(weight)) throw badOption(where, 'lossWeights', WEIGHTS_REQUIREMENT, weight);
      if (!isFiniteIn(dtype, weight))
        throw lossWeightNotFinite(where, this.#describe(where, probe, 'lossWeights'), weight, dtype);
    }
    return (probe) => byProbe.get(probe) ?? 1;
  }

  #byProbe<Value>(
    where: string,
    option: string,
    values: Iterable<readonly [Probe, Value]>,
    targeted: readonly Probe[],
    requirement: string,
  ): ReadonlyMap<Probe, Value> {
    const isIterable = typeof values === 'object' && values !== null && Symbol.iterator in values;
    const pairs: readonly (readonly [Probe, Value])[] = isIterable ? [...values] : [];
    const arePairs = pairs.every((pair) => Array.isArray(pair) && pair.length === 2);
    if (!isIterable || !arePairs) throw badOption(where, option, requirement, values);
    const byProbe = new Map(pairs);
    if (byProbe.size < pairs.length) throw badOption(where, option, 'must name each probe once', values);
    for (const probe of byProbe.keys()) {
      if (!targeted.includes(probe))
        throw noTargetsFor(`${where}: ${option}`, this.#describe(where, probe, option), targeted.map(this.#labelOf));
    }
    return byProbe;
  }

  #describe(where: string, probe: Probe, option: string): string {
    const what = `${where}: ${option}`;
    const known = this.#probes.map(this.#labelOf);
    if (!isNetworkObject(probe)) throw wrongKey(what, 'the first of a pair', 'a Probe', probe);
    if (probe.kind !== 'probe') throw notATarget(what, nameOf(probe), known, option);
    if (!this.#probes.includes(probe)) throw this.#network.refusalOf(what, probe, nameOf(probe), known);
    return `probe ${this.#labelOf(probe)}`;
  }
}

const REQUIREMENT = 'must be one for all targets, or a Map or pairs of probe and objective, such as meanSquaredError()';

const WEIGHTS_REQUIREMENT = 'must be a Map or pairs of probe and finite number';

function isObjective(value: unknown): value is Objective {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, build } = value as Partial<Objective>;
  return typeof kind === 'string' && typeof build === 'function';
}

/**
 * Names of what a call reports, beside `loss`, the sum: the kind, behind the probe where there are several. Where that is taken, as by
 * a loss of the kind of the metric, the option stands before the kind, and if need be a number behind it.
 */
function distinctNames(): (prefix: string, option: 'losses' | 'metrics', kind: string) => string {
  const taken = new Set(['loss']);
  return (prefix, option, kind) => {
    const own = `${prefix}${option}.${kind}`;
    let name = `${prefix}${kind}`;
    for (let number = 1; taken.has(name); number++) name = number === 1 ? own : `${own} (${number})`;
    taken.add(name);
    return name;
  };
}
