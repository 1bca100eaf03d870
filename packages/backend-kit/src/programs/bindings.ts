/** @file Programs bound to memory: those that were run last are kept, the others give their memory back. */
import type { Interruption } from '@ndl/core';
import type { RunnableProgram } from '../calls/job.ts';
import { BoundProgram } from './bound-program.ts';
import type { CheckedEngine } from '../calls/checked-engine.ts';
import type { ParameterStore } from '../memory/parameter-store.ts';
import { Recent } from '../calls/recent.ts';
import type { RunState } from '../memory/run-state.ts';
import type { Timings } from '../timings/timings.ts';

/** Kept: of a run, its variants and those of training and validation, of two sizes of minibatch each. */
const REMEMBERED = 8;

interface Binding<Store> {
  readonly runnable: RunnableProgram;
  readonly outputs: string;
  readonly bound: BoundProgram<Store>;
}

export class Bindings<Store> {
  readonly #engine: CheckedEngine<Store>;
  readonly #timings: Timings | undefined;
  readonly #recent: Recent<Binding<Store>> = new Recent(REMEMBERED, ({ bound }) => bound.free());

  /** @param timings where what programs take is to be told */
  constructor(engine: CheckedEngine<Store>, timings?: Timings) {
    this.#engine = engine;
    this.#timings = timings;
  }

  /**
   * A program bound to a state, with memory for windows of so many steps where it needs such.
   * @param outputs those that are read
   * @param interruption of the call that it is for
   */
  async bind(
    runnable: RunnableProgram,
    state: RunState<Store>,
    parameters: ParameterStore<Store>,
    windowSteps: number,
    outputs: ReadonlySet<string>,
    interruption: Interruption,
  ): Promise<BoundProgram<Store>> {
    const { prepared, tables } = runnable;
    const sorted = JSON.stringify([...outputs].toSorted());
    const known = this.#recent.find(
      (binding) =>
        binding.runnable === runnable &&
        binding.bound.state === state &&
        binding.outputs === sorted &&
        (!prepared.spansWindow || binding.bound.windowSteps >= windowSteps),
    );
    if (known !== undefined && !known.bound.isTooLong) return known.bound;
    if (known !== undefined) this.#recent.drop((binding) => binding === known);
    const context = {
      engine: this.#engine,
      prepared,
      tables,
      state,
      parameters,
      windowSteps,
      outputs,
      interruption,
      times: this.#timings?.of(runnable),
    };
    let bound = await BoundProgram.bind(context);
    if (bound.isTooLong) {
      bound.free();
      bound = await BoundProgram.bind(context);
    }
    this.#recent.add({ runnable, outputs: sorted, bound });
    return bound;
  }

  /** Gives back the memory of those bound to a state, or to programs that are no longer run; or of all. */
  drop(of?: RunState<Store> | readonly RunnableProgram[]): void {
    this.#recent.drop(({ runnable, bound }) => {
      if (of === undefined) return true;
      return 'items' in of ? bound.state === of : of.includes(runnable);
    });
  }
}
