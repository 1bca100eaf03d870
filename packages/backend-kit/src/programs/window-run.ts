/**
 * @file One window of a program: its passes, block by block, and what runs once between them. The first pass cuts the window into
 * blocks, in which inputs are fed; the others follow its cuts.
 */
import type { Interruption } from '@ndl/core';
import type { BoundPhase, BoundProgram, BoundSection } from './bound-program.ts';
import { type Delivery, inOrderOfSteps } from '../feeds/delivery.ts';
import type { Block, Memory } from '../engine.ts';
import type { Feeder } from '../feeds/feeder.ts';
import type { FetchedBlock } from '../feeds/output-samples.ts';
import { Recomputation } from './recomputation.ts';
import type { Slices } from '../memory/slices.ts';
import { waitFor, type Waiting } from '../calls/waiting.ts';

/** What a window is run with. */
export interface WindowContext<Store> {
  readonly memory: Memory<Store>;
  readonly feeder: Feeder<Store>;
  readonly interruption: Interruption;
  /** Where samples go; none where nothing is read. */
  readonly delivery?: Delivery;
  /** Whether the state is put back where the window, or a block of it, fails. */
  readonly rollsBack: boolean;
  /** Whether a source that fails shortens the window; otherwise nothing of the window happens. */
  readonly mayBeShort: boolean;
}

/** Steps `start` to `start + steps` of a window. */
interface Cut {
  readonly start: number;
  readonly steps: number;
}

/**
 * Runs a window of `steps` steps, and counts them. Where something fails, what is kept is whole blocks; where a source fails, all
 * steps before are done first.
 */
export function* runWindow<Store>(bound: BoundProgram<Store>, steps: number, context: WindowContext<Store>): Waiting {
  yield* new WindowRun(bound, steps, context).run();
}

class WindowRun<Store> {
  readonly #bound: BoundProgram<Store>;
  readonly #context: WindowContext<Store>;
  readonly #slices: readonly Slices<Store>[];
  readonly #stepsBefore: number;
  readonly #recomputation: Recomputation<Store>;
  readonly #cuts: Cut[] = [];
  /** Fewer than were asked for once a source has failed. */
  #steps: number;
  #failure: { readonly error: unknown } | undefined;
  /** Samples that wait for the end of the window, as they may be taken in another order, or be rolled back. */
  readonly #waiting: FetchedBlock[] = [];

  constructor(bound: BoundProgram<Store>, steps: number, context: WindowContext<Store>) {
    this.#bound = bound;
    this.#context = context;
    this.#steps = steps;
    this.#slices = [...bound.places].filter(({ span }) => span !== 'one');
    this.#stepsBefore = bound.state.step;
    this.#recomputation = new Recomputation(context.memory, bound);
  }

  *run(): Waiting {
    const { prepared, checkpoint, state } = this.#bound;
    const { rollsBack, delivery, interruption } = this.#context;
    // What is read is kept block by block.
    const together = delivery === undefined ? this.#bound.phasesInOneBlock(this.#steps) : undefined;
    if (prepared.keepsBlocks && together === undefined) {
      yield* this.#phases();
    } else {
      if (rollsBack) yield* checkpoint.take(interruption);
      try {
        yield* together === undefined ? this.#phases() : this.#inOneBlock(together);
      } catch (error) {
        if (rollsBack) yield* checkpoint.putBack(interruption);
        throw error;
      } finally {
        this.#recomputation.free();
      }
      for (const slices of this.#slices) slices.commitWindow(this.#steps);
      state.advance(this.#steps);
    }
    if (delivery !== undefined) yield* delivery.take(inOrderOfSteps(this.#waiting));
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  *#phases(): Waiting {
    const { prepared, phases } = this.#bound;
    const { feeder, interruption } = this.#context;
    for (const slices of this.#slices) slices.openWindow(this.#steps);
    yield* feeder.writeWindow(this.#stepsBefore, this.#steps);
    if (prepared.feedsAhead) this.#shorten(yield* feeder.writeBlock(this.#stepsBefore, this.#steps), 0);
    const first = phases.find(({ kind }) => kind === 'pass');
    for (const phase of phases) {
      if (this.#steps === 0) return;
      yield* waitFor(interruption.point());
      if (phase.kind === 'window') yield* this.#window(phase);
      else if (phase.kind === 'before') yield* this.#before(phase);
      else if (phase === first) yield* this.#firstPass(phase);
      else yield* this.#laterPass(phase);
    }
  }

  /** The window as a single block, at one call for all that stands between `before` sections. */
  *#inOneBlock(phases: readonly BoundPhase<Store>[]): Waiting {
    const { feeder, interruption } = this.#context;
    const [steps, stepsBefore] = [this.#steps, this.#stepsBefore];
    for (const slices of this.#slices) {
      slices.openWindow(steps);
      slices.beginDescent(steps);
      slices.beginBlock(0, steps);
    }
    yield* feeder.writeWindow(stepsBefore, steps);
    this.#shorten(yield* feeder.writeBlock(stepsBefore, steps), 0);
    if (this.#steps === 0) return;
    for (const phase of phases) {
      yield* waitFor(interruption.point());
      if (phase.kind === 'before') yield* this.#before(phase);
      else yield* this.#sections(phase, stepsBefore, this.#steps, true);
      for (const slices of this.#slices) slices.showWindow();
    }
    for (const slices of this.#slices) slices.endBlock(this.#steps);
  }

  *#window(phase: BoundPhase<Store>): Waiting {
    for (const slices of phase.slices) slices.showWindow();
    this.#waiting.push(...(yield* this.#sections(phase, this.#stepsBefore, this.#steps, true)));
  }

  /** Once, after the first window. */
  *#before(phase: BoundPhase<Store>): Waiting {
    if (this.#stepsBefore > 0) return;
    const { depth } = this.#bound.prepared;
    for (const slices of phase.slices) slices.showBefore(depth);
    yield* this.#sections(phase, -depth, depth, true);
  }

  /** Cuts the window into blocks. */
  *#firstPass(phase: BoundPhase<Store>): Waiting {
    const { pace, prepared } = this.#bound;
    if (phase.descends) {
      // Cut before the first block is run, as that is the last one of the window.
      for (let start = 0; start < this.#steps; start += this.#cuts.at(-1)!.steps)
        this.#cuts.push({ start, steps: pace.next(this.#steps - start) });
      return yield* this.#laterPass(phase);
    }
    const { interruption, feeder } = this.#context;
    const { isLive } = feeder;
    for (let start = 0; start < this.#steps;) {
      yield* waitFor(interruption.point());
      const done = pace.begin();
      const wanted = pace.next(this.#steps - start, isLive);
      for (const slices of phase.slices) slices.beginBlock(start, wanted);
      this.#recomputation.keep();
      if (!prepared.feedsAhead) this.#shorten(yield* feeder.writeBlock(this.#stepsBefore + start, wanted), start);
      const steps = Math.min(wanted, this.#steps - start);
      if (steps === 0) return;
      this.#cuts.push({ start, steps });
      yield* this.#block(phase, { start, steps });
      done(steps);
      start += steps;
    }
    this.#recomputation.keep();
  }

  *#laterPass(phase: BoundPhase<Store>): Waiting {
    const { pace } = this.#bound;
    for (const slices of phase.slices) slices.beginDescent(this.#steps);
    const order = phase.descends ? [...this.#cuts.keys()].toReversed() : this.#cuts.keys();
    for (const index of order) {
      const { start, steps } = this.#cuts[index]!;
      yield* waitFor(this.#context.interruption.point());
      const done = pace.begin();
      for (const slices of phase.slices) slices.beginBlock(start, steps);
      this.#recomputation.putBack(index);
      yield* this.#block(phase, { start, steps });
      done(steps);
    }
    this.#recomputation.putBack(this.#cuts.length);
  }

  /** One block of a pass. Where each is kept, it is whole or was not. */
  *#block(phase: BoundPhase<Store>, { start, steps }: Cut): Waiting {
    const { prepared, checkpoint, program, state, isInParts } = this.#bound;
    const { rollsBack, delivery, interruption } = this.#context;
    const stepsBefore = this.#stepsBefore + start;
    const canFail = program.hosts.length > 0 || isInParts;
    if (!prepared.keepsBlocks) {
      this.#waiting.push(...(yield* this.#sections(phase, stepsBefore, steps, true)));
      for (const slices of phase.slices) slices.endBlock(steps);
      return;
    }
    const guards = rollsBack && canFail;
    if (guards) yield* checkpoint.take(interruption);
    let fetched: readonly FetchedBlock[];
    try {
      fetched = yield* this.#sections(phase, stepsBefore, steps, false);
    } catch (error) {
      if (guards) yield* checkpoint.putBack(interruption);
      else state.lose();
      throw error;
    }
    for (const slices of this.#slices) {
      slices.endBlock(steps);
      slices.commitWindow(start + steps);
    }
    state.advance(steps);
    if (delivery !== undefined) yield* delivery.take(fetched);
  }

  /** Sections one after another; returns the samples that were taken. */
  *#sections(
    phase: BoundPhase<Store>,
    stepsBefore: number,
    steps: number,
    isKept: boolean,
  ): Waiting<readonly FetchedBlock[]> {
    const { outputs, isInParts, items } = this.#bound;
    const { interruption } = this.#context;
    const fetched: FetchedBlock[] = [];
    for (const section of phase.bound) {
      const { itemsAtOnce } = section;
      const sampled = this.#sampled(section, stepsBefore, steps);
      for (let firstItem = 0; firstItem < items; firstItem += itemsAtOnce) {
        const count = Math.min(itemsAtOnce, items - firstItem);
        yield* waitFor(section.run({ stepsBefore, steps, firstItem, items: count, sampled }));
        // An update is not left in the middle.
        if (isInParts) yield* waitFor(phase.isUpdate ? interruption.turn() : interruption.point());
      }
      section.outputs.forEach((output, index) => {
        const samples = outputs[output]!.fetch(stepsBefore, sampled[index]!, isKept);
        if (samples !== undefined) fetched.push(samples);
      });
    }
    return fetched;
  }

  #sampled({ outputs }: BoundSection, stepsBefore: number, steps: number): Block['sampled'] {
    return outputs.map((output) => this.#bound.outputs[output]!.sampledIn(stepsBefore, steps));
  }

  /** Where a source failed, the window ends with the steps before. */
  #shorten({ steps, failure }: { steps: number; failure?: { error: unknown } }, start: number): void {
    if (failure === undefined) return;
    if (!this.#context.mayBeShort) throw failure.error;
    this.#steps = start + steps;
    this.#failure = failure;
  }
}
