/** @file Ends loops of a model that hold the thread for too long, and says on which line they stand. */
import { refuseSurplus } from '@ndl/numerics';
import { badArgument } from './errors.ts';

/** A loop that went on for too long. */
class EndlessLoop extends Error {
  override readonly name = 'EndlessLoop';
  readonly line: number;

  constructor(line: number, patience: number) {
    super(`the loop on line ${line} did not end within ${patience / 1000} seconds; was it meant to?`);
    this.line = line;
  }
}

/** Guards loops. */
export interface LoopGuard {
  /** To be called in each round of each loop: what `loopGuard` of `importModel` names. @throws Error with the line, where a loop does not end */
  readonly round: (line: number) => void;
  /** Milliseconds that code may hold the thread. */
  patience: number;
}

/** How often it is noted that the thread is free, in milliseconds. */
const PULSE = 100;

/** A guard that counts from when the event loop last had its turn. @param patience milliseconds @throws NdlError INVALID_OPTION */
export function createLoopGuard(patience: number): LoopGuard {
  refuseSurplus('createLoopGuard', arguments, 1);
  if (!(typeof patience === 'number' && patience > 0))
    throw badArgument('createLoopGuard', 'patience', 'a number of milliseconds above 0', patience);
  let rounds = 0;
  let turn = performance.now();
  const pulse: unknown = setInterval(() => (turn = performance.now()), PULSE);
  // Node would wait for it.
  (pulse as { unref?: () => void }).unref?.();
  const guard: LoopGuard = {
    patience,
    round(line) {
      if ((rounds = (rounds + 1) & 255) !== 0) return;
      if (performance.now() - turn < guard.patience) return;
      turn = performance.now();
      throw new EndlessLoop(line, guard.patience);
    },
  };
  return guard;
}
