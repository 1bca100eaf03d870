/** @file A run: a program over its steps, from a feed to a sink. */
import type { Interruption, RunRequest } from '@ndl/core';
import { frameAt, storeBuffers, throughBlock, type BlockPlace } from './block.ts';
import { Feeder } from './feeds.ts';
import type { Frame } from './frame.ts';
import { OutputDelivery } from './output-delivery.ts';

/** The end of a run: its values, which the caller disposes of, and why it ended early, if it did. */
export interface EndOfRun {
  readonly frame: Frame;
  readonly error?: { readonly reason: unknown };
}

/**
 * Runs a program over `place.steps` steps. After a failure or an abort, the state is that of the last completed step, and the
 * epilogue has not run.
 */
export async function runProgram(
  place: BlockPlace,
  { feed, sink }: RunRequest,
  interruption: Interruption,
): Promise<EndOfRun> {
  const { engine, lowered, state } = place;
  const feeder = new Feeder(lowered.program.inputs, feed, 0);
  const canFail = lowered.program.hosts.length > 0;
  const mayWait = !canFail && !feeder.hasSources;
  const outputs = new OutputDelivery(engine, lowered.outputs, sink, mayWait);
  const frame = engine.within(() => frameAt(place));
  const stretches = throughBlock(frame, lowered, feeder, () => {
    state.advance();
    outputs.afterStep(frame);
  });
  const next = (): boolean => {
    const stepsBefore = state.step;
    const undoHosts = canFail ? state.hostCheckpoint() : undefined;
    try {
      return engine.within(() => stretches.next().done === true);
    } catch (error) {
      // A sink may fail too, after the step is complete.
      if (state.step === stepsBefore) undoHosts?.();
      throw error;
    }
  };
  try {
    while (!next()) {
      await outputs.flush();
      await interruption.point();
    }
    await outputs.flush(true);
    return { frame };
  } catch (reason) {
    await outputs.flush(true);
    return { frame, error: { reason } };
  } finally {
    engine.within(() => storeBuffers(frame, ['state'], state.tensors));
  }
}
