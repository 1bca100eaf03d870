/** @file A training program bound to memory for one number of items and steps: forward, loss, backward and update. */
import { gradientOf, type Training } from '@ndl/ir';
import { NdArray } from '@ndl/numerics';
import type { Action } from './binding.ts';
import { BoundProgram, runAll } from './bound-program.ts';
import type { CompiledTraining } from './compiled-programs.ts';
import type { ParameterStore } from './parameter-store.ts';
import type { RunState } from './run-state.ts';
import { joinDeclarations, Workspace } from './workspace.ts';

/** What is done once the losses of a block are known. */
export type TrainingGoal = 'evaluate' | 'gradients' | 'update';

export class TrainingBlock {
  readonly workspace: Workspace;
  /** For gradients, with its tape and, at the end of its epilogue, the loss. */
  readonly forward: BoundProgram;
  readonly #loss: readonly Action[];
  readonly #backward: BoundProgram | undefined;
  readonly #update: readonly Action[];
  readonly #training: Training;

  constructor(
    compiled: CompiledTraining,
    goal: TrainingGoal,
    steps: number,
    state: RunState,
    parameters: ParameterStore,
  ) {
    const { training } = compiled;
    const differentiated = goal === 'evaluate' ? undefined : compiled.gradients();
    const forward = differentiated?.forward ?? training.forward;
    const backward = differentiated?.backward;
    const declarations = joinDeclarations(forward, training, backward ?? {});
    this.#training = training;
    this.workspace = new Workspace(declarations, state.items, steps, state, parameters);
    this.forward = new BoundProgram(forward, this.workspace);
    this.#loss = differentiated === undefined ? this.workspace.bind(training.loss, 'block') : [];
    this.#backward = backward && new BoundProgram(backward, this.workspace);
    this.#update = goal === 'update' ? this.workspace.bind(training.update, 'block') : [];
  }

  /** Whatever of the losses the forward program did not compute already. */
  computeLoss(): void {
    runAll(this.#loss);
  }

  /** The backward program, one step at a time: nothing is yielded but the occasion to interrupt. */
  *backwardSteps(): Generator<void> {
    if (this.#backward === undefined) return;
    this.#backward.runPrologue();
    for (const slice of this.#backward.slices(this.workspace.steps)) {
      yield;
      this.#backward.runStep(slice);
    }
    this.#backward.runEpilogue();
  }

  /** Moves the parameters. */
  update(): void {
    runAll(this.#update);
  }

  reports(): readonly (readonly [string, number])[] {
    return Object.entries(this.#training.reports).map(([name, view]) => [name, this.workspace.numberAt(view)]);
  }

  /** Copies, by id of the parameter buffer. */
  gradients(): ReadonlyMap<string, NdArray> {
    return new Map(
      this.#training.trainable.map((id) => {
        const { array, buffer } = this.workspace.storageOf(gradientOf(id));
        return [id, new NdArray(array.slice(), buffer.shape)];
      }),
    );
  }
}
