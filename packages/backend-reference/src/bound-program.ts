/** @file A program bound to a workspace: its three lists as functions. */
import type { Program } from '@ndl/ir';
import type { Action } from './binding.ts';
import type { Workspace } from './workspace.ts';

export class BoundProgram {
  readonly program: Program;
  readonly #prologue: readonly Action[];
  readonly #step: readonly Action[];
  readonly #epilogue: readonly Action[];

  constructor(program: Program, workspace: Workspace) {
    this.program = program;
    this.#prologue = workspace.bind(program.prologue, 'block');
    this.#step = workspace.bind(program.step, 'step');
    this.#epilogue = workspace.bind(program.epilogue, 'block');
  }

  /** The slices of a block of `steps` steps, in the order in which the program walks them. */
  *slices(steps: number): Generator<number> {
    const isAscending = this.program.direction === 'ascending';
    for (let index = 0; index < steps; index++) yield isAscending ? index : steps - 1 - index;
  }

  runPrologue(): void {
    runAll(this.#prologue);
  }

  /** One step; `slice` counts the steps of the block from 0. */
  runStep(slice: number): void {
    runAll(this.#step, slice);
  }

  runEpilogue(): void {
    runAll(this.#epilogue);
  }
}

/** Runs instructions in order. */
export function runAll(actions: readonly Action[], slice = 0): void {
  for (const action of actions) action(slice);
}
