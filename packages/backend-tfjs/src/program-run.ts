/** @file A run: a program over its steps, from a feed to a sink. */
import type { Interruption, RunRequest } from '@ndl/core';
import { frameAt, storeBuffers, throughBlock, type BlockPlace } from './block.ts';
import { Feeder } from './feeds.ts';
import { goThrough } from './fetch.ts';
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
  const outputs = new OutputDelivery(engine, lowered.outputs, sink);
  const frame = engine.within(() => frameAt(place));
  const checkpoint = lowered.program.hosts.length > 0 ? () => state.hostCheckpoint() : undefined;
  // Host functions back to what they were before the step under way.
  let undoHosts = checkpoint?.();
  const work = throughBlock(frame, lowered, feeder, () => {
    undoHosts = undefined;
    state.advance();
    outputs.afterStep(frame);
  });
  const turn = (): Promise<void> | undefined => {
    undoHosts = checkpoint?.();
    const delivered = outputs.flush();
    return delivered === undefined ? interruption.point() : delivered.then(() => interruption.point());
  };
  try {
    await goThrough(engine, work, turn);
    await outputs.flush(true);
    return { frame };
  } catch (reason) {
    undoHosts?.();
    await outputs.flush(true);
    return { frame, error: { reason } };
  } finally {
    engine.within(() => storeBuffers(frame, ['state'], state.tensors));
  }
}
