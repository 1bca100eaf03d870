/** @file The data of train, evaluate, predict and checkGradients: checked together, and cut into the requests of executables. */
import type { Feed } from '@ndl/core';
import type { Node, Probe } from '@ndl/model';
import type { ContinuedProcesses } from '../inputs/continued-processes.ts';
import { dataTables, type DataOwner, type DataRefusals } from '../inputs/data-table.ts';
import { noData, noProbe, nothingAskedFor } from '../inputs/data-errors.ts';
import { badOption } from '../errors.ts';
import type { InputSources, MakeInputSources } from '../inputs/input-sources.ts';
import type { Inputs, Targets } from './learning-options.ts';
import type { LearningExtent } from '../memory/memory-budget.ts';
import { dataSet, feedOf, targetsOf, type DataSet } from '../inputs/minibatch-feed.ts';
import type { LearningRequest } from '../composition/network-executable.ts';

/** Whom data can be for, and what flows where there are none. */
export interface LearningDataContext {
  readonly inputs: readonly DataOwner<Node>[];
  readonly inputRefusals: DataRefusals;
  readonly targets: readonly DataOwner<Probe>[];
  readonly targetRefusals: DataRefusals;
  readonly sources: MakeInputSources;
  readonly minibatchSize: number | undefined;
}

/** Which processes a minibatch has: fresh ones of the items from `firstItem` on (default 0), or those that go on. */
export interface MinibatchProcesses {
  readonly firstItem?: number | undefined;
  readonly continued?: ContinuedProcesses | undefined;
}

/** Items per minibatch where nothing says otherwise. */
const DEFAULT_MINIBATCH_SIZE = 128;

export class LearningData {
  readonly #context: LearningDataContext;

  constructor(context: LearningDataContext) {
    this.#context = context;
  }

  /** Nodes that data may be given for. */
  get inputs(): readonly DataOwner<Node>[] {
    return this.#context.inputs;
  }

  /** Probes that targets may be given for. */
  get targets(): readonly DataOwner<Probe>[] {
    return this.#context.targets;
  }

  /** @throws NdlError TARGETS_MISSING. */
  requireProbes(where: string): void {
    if (this.targets.length === 0) throw noProbe(where);
  }

  /**
   * Inputs and targets that losses can be measured on. `owners`: of the targets, where they are not those of the simulator.
   * @throws NdlError for data that are for nothing, of a wrong shape, not finite, or at odds with each other.
   */
  measured(
    where: string,
    inputs: Inputs,
    targets: Targets,
    steps: number | undefined,
    owners: readonly DataOwner<Probe>[] = this.targets,
  ): DataSet {
    this.requireProbes(where);
    const tables = this.tables(where, inputs, targets, owners);
    if (tables.targets.length === 0)
      throw badOption(where, 'targets', 'must hold data for at least one probe', targets);
    if (tables.targets.every((table) => table.isMissing())) throw nothingAskedFor(where);
    return dataSet(where, tables.inputs, tables.targets, steps);
  }

  /** Inputs alone. */
  fed(where: string, inputs: Inputs, steps: number | undefined): DataSet {
    return dataSet(where, this.tables(where, inputs, undefined).inputs, [], steps);
  }

  /** Checked data of each owner that has some. */
  tables(
    where: string,
    inputs: Inputs,
    targets: Targets | undefined,
    owners: readonly DataOwner<Probe>[] = this.targets,
  ): Pick<DataSet, 'inputs' | 'targets'> {
    const { inputRefusals, targetRefusals } = this.#context;
    if (inputs === undefined) throw noData(`${where}: inputs`, inputs);
    const tables = {
      inputs: dataTables(`${where}: inputs`, inputs, this.inputs, inputRefusals),
      targets: dataTables(`${where}: targets`, targets, owners, targetRefusals),
    };
    for (const table of tables.inputs) table.requireFinite();
    for (const table of tables.targets) table.requireFinite({ orNaN: true });
    return tables;
  }

  /** Fresh sources of so many items for what a data set feeds nothing to, also where the backend would draw. */
  sources({ inputs }: DataSet, items: number): InputSources {
    const except = new Set(inputs.map(({ name }) => name));
    return this.#context.sources(items, { except, withGenerated: true });
  }

  /** A training request for some items of a data set. */
  request(data: DataSet, items: readonly number[], objective: string, processes?: MinibatchProcesses): LearningRequest {
    return {
      objective,
      items: items.length,
      steps: data.steps,
      feed: this.feed(data, items, processes),
      targets: targetsOf(data.targets, items, data.steps),
      scalars: () => ({}),
    };
  }

  /** What some items of a data set feed to all nodes. */
  feed(
    { inputs, steps }: DataSet,
    items: readonly number[],
    { firstItem = 0, continued }: MinibatchProcesses = {},
  ): Feed {
    const except = new Set(inputs.map(({ name }) => name));
    const fresh = this.#context.sources(items.length, { except, firstItem });
    return feedOf(inputs, items, steps, continued?.over(fresh) ?? fresh);
  }

  minibatchSize(asked: number | undefined, items: number): number {
    return Math.min(items, asked ?? this.#context.minibatchSize ?? DEFAULT_MINIBATCH_SIZE);
  }

  /** What a minibatch of so many items takes. */
  extentOf(
    data: DataSet,
    minibatch: Pick<LearningExtent, 'objective' | 'items' | 'neurons' | 'differentiates'> &
      Partial<Pick<LearningExtent, 'steps' | 'dtype'>>,
  ): LearningExtent {
    const fed = new Set(data.inputs.filter(({ isHeld }) => !isHeld).map(({ name }) => name));
    const heldTargets = data.targets.filter(({ isHeld }) => isHeld).map(({ name }) => name);
    return {
      steps: data.steps,
      ...minibatch,
      held: new Set(this.inputs.map(({ name }) => name).filter((name) => !fed.has(name))),
      heldTargets: new Set(heldTargets),
    };
  }
}
