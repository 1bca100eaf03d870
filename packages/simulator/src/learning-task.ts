/** @file Losses and metrics per probe → the task that a training program is made for. */
import { outputName, type LearningTask, type ObjectiveOnOutput } from '@ndl/compiler';
import type { Objective, OperatorGraph, Optimizer } from '@ndl/core';
import type { Probe } from '@ndl/model';
import { meanSquaredError } from '@ndl/training';
import type { DataTable } from './data-table.ts';
import { foreignObject } from './errors.ts';
import type { Objectives } from './learning-options.ts';

/** The loss of targets that are given none. */
const defaultLoss: Objective = /* @__PURE__ */ meanSquaredError();

/** What a call measures, as the user gave it. */
export interface Measures {
  readonly losses?: Objectives | undefined;
  readonly lossWeights?: ReadonlyMap<Probe, number> | readonly (readonly [Probe, number])[] | undefined;
  readonly metrics?: Objectives | undefined;
}

/** Tasks by id; equal tasks (the same objective objects on the same probes) share an id, and thereby a compiled program. */
export class LearningTasks {
  readonly #graph: OperatorGraph;
  readonly #tasks: Map<string, LearningTask>;
  readonly #labelOf: (probe: Probe) => string;

  constructor(graph: OperatorGraph, tasks: Map<string, LearningTask>, labelOf: (probe: Probe) => string) {
    this.#graph = graph;
    this.#tasks = tasks;
    this.#labelOf = labelOf;
  }

  /** Id of the task that measures these targets, made where it is new. */
  idOf(targets: readonly DataTable[], measures: Measures, optimizer: Optimizer | undefined): string {
    const task: LearningTask = { objectives: this.#objectives(targets, measures), optimizer };
    for (const [id, known] of this.#tasks) {
      if (isSameTask(known, task)) return id;
    }
    const id = `task ${this.#tasks.size}`;
    this.#tasks.set(id, task);
    return id;
  }

  #objectives(targets: readonly DataTable[], { losses, lossWeights, metrics }: Measures): readonly ObjectiveOnOutput[] {
    const targeted = this.#graph.probes.flatMap(({ probe }, index) => (targets.some(({ name }) => name === outputName(index)) ? [{ probe, output: outputName(index) }] : []));
    const prefix = (probe: Probe): string => (targeted.length === 1 ? '' : `${this.#labelOf(probe)}.`);
    const lossOf = this.#lookUp('losses', losses ?? defaultLoss, targeted.map(({ probe }) => probe));
    const metricOf = metrics === undefined ? () => undefined : this.#lookUp('metrics', metrics, targeted.map(({ probe }) => probe));
    const weights = new Map(lossWeights ?? []);
    return targeted.flatMap(({ probe, output }) => {
      const metric = metricOf(probe);
      const loss = lossOf(probe) ?? defaultLoss;
      const measured: ObjectiveOnOutput[] = [{ report: `${prefix(probe)}${loss.kind}`, output, objective: loss, weight: weights.get(probe) ?? 1 }];
      if (metric !== undefined) measured.push({ report: `${prefix(probe)}${metric.kind}`, output, objective: metric, weight: null });
      return measured;
    });
  }

  #lookUp(what: string, objectives: Objectives, targeted: readonly Probe[]): (probe: Probe) => Objective | undefined {
    if ('build' in objectives) return () => objectives;
    const byProbe = new Map(objectives);
    for (const probe of byProbe.keys()) {
      if (!targeted.includes(probe)) throw foreignObject(what, `probe ${this.#labelOf(probe)} has no targets here or`, targeted.map(this.#labelOf));
    }
    return (probe) => byProbe.get(probe);
  }
}

function isSameTask(a: LearningTask, b: LearningTask): boolean {
  return (
    a.optimizer === b.optimizer &&
    a.objectives.length === b.objectives.length &&
    a.objectives.every((objective, index) => {
      const other = b.objectives[index]!;
      return objective.output === other.output && objective.objective === other.objective && objective.weight === other.weight;
    })
  );
}
