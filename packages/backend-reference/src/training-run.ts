/**
 * @file Minibatches of one training program, block by block: forward steps, losses, and where asked for, gradients and the
 * update. A block either happens wholly or leaves parameters and optimizer memory as they were.
 */
import type { Interruption, TrainRequest } from '@ndl/core';
import { sizeOf, type NdArray } from '@ndl/numerics';
import type { CompiledTraining } from './compiled-programs.ts';
import { checkNames, checkSizes, FeedWriter, writeTargets } from './feed-writer.ts';
import type { ParameterStore } from './parameter-store.ts';
import { Recent } from './recent.ts';
import { RunState } from './run-state.ts';
import { TrainingBlock, type TrainingGoal } from './training-block.ts';

/** What a minibatch gives. */
export interface TrainingResult {
  /** Averaged over blocks, weighted by their steps. */
  readonly reports: Readonly<Record<string, number>>;
  /** By id of the parameter buffer, summed over blocks; empty unless the goal is `gradients`. */
  readonly gradients: ReadonlyMap<string, NdArray>;
}

/** Bound blocks kept: those of two batch sizes (a last partial minibatch) and two lengths (a last partial block). */
const REMEMBERED_BLOCKS = 4;

/** The scalar that is set here rather than by the caller. */
const PER_ITEM_STEP = 'perItemStep';

export class TrainingRun {
  readonly #compiled: CompiledTraining;
  readonly #parameters: ParameterStore;
  /** By number of items. */
  readonly #states = new Map<number, RunState>();
  readonly #blocks = new Recent<RunState, TrainingBlock>(REMEMBERED_BLOCKS);

  constructor(compiled: CompiledTraining, parameters: ParameterStore) {
    this.#compiled = compiled;
    this.#parameters = parameters;
  }

  /** One minibatch, on fresh state from step 0. @throws NdlError FEED_*, SCALAR_UNKNOWN */
  async run(request: TrainRequest, goal: TrainingGoal, interruption: Interruption): Promise<TrainingResult> {
    this.#check(request);
    const { items, steps } = request;
    const { dtype } = this.#compiled.training.forward;
    const state = this.#states.get(items) ?? new RunState(dtype, items);
    this.#states.set(items, state);
    state.reset();
    const length = Math.min(request.truncation ?? steps, steps);
    const reports = new Map<string, number>();
    const gradients = new Map<string, NdArray>();
    for (let start = 0, number = 0; start < steps; start += length, number++) {
      const blockSteps = Math.min(length, steps - start);
      const block = this.#blockOf(state, blockSteps, goal);
      setScalars(block, request, number);
      await this.#runBlock(block, request, start, interruption);
      for (const [name, value] of block.reports())
        reports.set(name, (reports.get(name) ?? 0) + (value * blockSteps) / steps);
      if (goal === 'gradients') addTo(gradients, block.gradients());
    }
    return { reports: Object.fromEntries(reports), gradients };
  }

  async #runBlock(
    block: TrainingBlock,
    request: TrainRequest,
    start: number,
    interruption: Interruption,
  ): Promise<void> {
    const { workspace, forward } = block;
    const clock = workspace.beginBlock(start);
    writeTargets(this.#compiled.training.targets, request.targets, workspace, start);
    const writer = new FeedWriter(forward.program.inputs, request.feed, workspace, start, clock);
    writer.writeHeld();
    forward.runPrologue();
    for (const slice of forward.slices(workspace.steps)) {
      await interruption.point();
      writer.writeStep(slice);
      forward.runStep(slice);
    }
    forward.runEpilogue();
    block.computeLoss();
    for (const _ of block.backwardSteps()) await interruption.point();
    // Maps alone: nothing can fail in the middle.
    block.update();
  }

  #blockOf(state: RunState, steps: number, goal: TrainingGoal): TrainingBlock {
    const detail = `${goal} ${steps}`;
    return this.#blocks.get(
      state,
      detail,
      () => new TrainingBlock(this.#compiled, goal, steps, state, this.#parameters),
    );
  }

  #check({ feed, targets, items, steps }: TrainRequest): void {
    const { training } = this.#compiled;
    const sizes = new Map(
      [...training.forward.buffers, ...training.buffers].map(({ id, shape }) => [id, sizeOf(shape)]),
    );
    const sizeOfBuffer = (id: string): number => sizes.get(id)!;
    checkNames('input', training.forward.inputs, feed);
    checkSizes('input', training.forward.inputs, feed, sizeOfBuffer, items, steps);
    checkNames('target', training.targets, targets);
    checkSizes('target', training.targets, targets, sizeOfBuffer, items, steps);
  }
}

function setScalars({ workspace }: TrainingBlock, request: TrainRequest, number: number): void {
  workspace.resetScalars();
  for (const [name, value] of Object.entries(request.scalars(number))) workspace.setScalar(name, value);
  if (workspace.hasScalar(PER_ITEM_STEP)) workspace.setScalar(PER_ITEM_STEP, 1 / (request.items * workspace.steps));
}

function addTo(sums: Map<string, NdArray>, gradients: ReadonlyMap<string, NdArray>): void {
  for (const [id, gradient] of gradients) {
    const sum = sums.get(id);
    if (sum === undefined) sums.set(id, gradient);
    else gradient.data.forEach((value, index) => (sum.data[index]! += value));
  }
}
