/** @file A run: a program over its steps, from a feed to a sink. */
import { BlockPace, completeFeed } from '@ndl/backend-kit';
import type { Interruption, RunRequest } from '@ndl/core';
import { Feeder } from './feeds.ts';
import { goThrough } from '../engines/fetch.ts';
import type { Frame } from './frame.ts';
import { OutputDelivery } from './output-delivery.ts';
import { storeCarried, storeLearnt } from './stored-values.ts';
import { frameAt, mostSteps, throughWindow, type WindowPlace } from './window.ts';

/** Operations of the first block, before anything was measured. */
const FIRST_BLOCK = 2 ** 18;

/**
 * Runs a program over `place.steps` steps. After a failure or an abort, the state is what it was after the last whole block; where
 * a source has failed, after the step before.
 * @throws what fails
 */
export async function runProgram(place: WindowPlace, request: RunRequest, interruption: Interruption): Promise<void> {
  const { feed, sink, outputs: names } = request;
  const { engine, lowered, state } = place;
  const frame = engine.within(() => frameAt(place));
  const feeder = new Feeder(lowered.program.inputs, completeFeed(feed, lowered.program, state.generators), 0);
  const wanted = lowered.outputs.filter(({ name }) => names?.has(name) ?? true);
  const outputs = new OutputDelivery(engine, frame, wanted, sink);
  const closesLoops = lowered.acts && feeder.hasSources;
  const checkpoint = lowered.program.hosts.length > 0 ? () => state.hosts.checkpoint() : undefined;
  let undoHosts = checkpoint?.();
  let error: { readonly reason: unknown } | undefined;
  let done = 0;
  /** Steps are done for good, up to number `end` of the window. */
  const commit = (end: number): void => {
    frame.commit(lowered.lasting, end);
    state.advance(end - done);
    done = end;
    undoHosts = checkpoint?.();
    outputs.commit();
  };
  const route = {
    place,
    frame,
    feeder,
    pace: new BlockPace(mostSteps(lowered, state.items), FIRST_BLOCK / Math.max(1, lowered.workOfStep * state.items)),
    events: {
      afterStep: (section: number) => outputs.sampleStep(section),
      afterBlock: (pass: number, first: number, count: number) => {
        outputs.sampleBlock(pass, first, count);
        if (lowered.isStepwise) commit(first + count);
      },
      onFailure: (reason: unknown) => (error = { reason }),
    },
  };
  const turn = (): Promise<void> | undefined => {
    const delivered = outputs.flush(closesLoops);
    return delivered === undefined ? interruption.point() : delivered.then(() => interruption.point());
  };
  try {
    await goThrough(engine, throughWindow(route), turn);
    engine.within(() => {
      outputs.sampleWindow();
      if (frame.steps > done) commit(frame.steps);
      else outputs.commit();
    });
    await outputs.flush(true);
  } catch (reason) {
    error = { reason };
    undoHosts?.();
    engine.within(() => {
      outputs.discard();
      frame.rollBack(done);
    });
    // What fails here, too, says no more than what failed first.
    await outputs.flush(true)?.catch(() => {});
  } finally {
    state.generators.rollBack();
    feeder.dispose();
    engine.within(() => {
      frame.stretch(() => store(place, frame, done));
      frame.dispose();
    });
  }
  if (error !== undefined) throw error.reason;
}

function store(place: WindowPlace, frame: Frame, done: number): void {
  if (done === 0) return;
  storeCarried(frame, done, place.lowered, place);
  storeLearnt(frame, place.lowered, place);
}
