/** @file Runs a program over one block of steps, from a feed to a sink. */
import type { Interruption, RunRequest } from '@ndl/core';
import type { Program } from '@ndl/ir';
import { BoundProgram } from './bound-program.ts';
import { FeedWriter } from './feed-writer.ts';
import { OutputReader } from './output-reader.ts';
import type { Workspace } from './workspace.ts';

/** A program bound to the workspace that it runs on. */
export class ProgramRun {
  readonly workspace: Workspace;
  readonly #bound: BoundProgram;
  readonly #outputs: OutputReader;
  /** Only host functions can fail in the middle of a step. */
  readonly #canFail: boolean;

  constructor(program: Program, workspace: Workspace) {
    this.workspace = workspace;
    this.#bound = new BoundProgram(program, workspace);
    this.#outputs = new OutputReader(program.outputs, workspace, program.dtype);
    this.#canFail = program.hosts.length > 0;
  }

  /** After a failure or an abort, the state is that of the last completed step. The epilogue then does not run. */
  async run({ feed, steps, sink }: RunRequest, interruption: Interruption): Promise<void> {
    if (steps === 0) return;
    const { state } = this.workspace;
    const clock = this.workspace.beginBlock(state.step);
    const writer = new FeedWriter(this.#bound.program.inputs, feed, this.workspace, 0, clock);
    writer.writeHeld();
    this.#attempt(() => this.#bound.runPrologue());
    for (const slice of this.#bound.slices(steps)) {
      const turn = interruption.point();
      if (turn !== undefined) await turn;
      writer.writeStep(slice);
      this.#attempt(() => this.#bound.runStep(slice));
      state.advance();
      this.#outputs.write(clock.stepOf(slice), slice, sink);
    }
    this.#attempt(() => this.#bound.runEpilogue());
  }

  #attempt(work: () => void): void {
    if (!this.#canFail) {
      work();
      return;
    }
    const rollBack = this.workspace.state.checkpoint();
    try {
      work();
    } catch (error) {
      rollBack();
      throw error;
    }
  }
}
