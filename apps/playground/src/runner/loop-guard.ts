/** @file Ends loops of a model that hold the thread for too long, and says on which line they stand. */

/** Milliseconds that code may hold the thread, and that making the data of a training may. */
const PATIENCE = 2500;
const PATIENCE_FOR_DATA = 25_000;

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
  /** To be called in each round of each loop. */
  readonly round: (line: number) => void;
  /** Whether data are being made, which may take longer. */
  isMakingData: boolean;
}

/** A guard counts from when the event loop last had its turn. */
export function createLoopGuard(): LoopGuard {
  let rounds = 0;
  let turn = performance.now();
  setInterval(() => (turn = performance.now()), 100);
  const guard: LoopGuard = {
    isMakingData: false,
    round(line) {
      if ((rounds = (rounds + 1) & 255) !== 0) return;
      const patience = guard.isMakingData ? PATIENCE_FOR_DATA : PATIENCE;
      if (performance.now() - turn < patience) return;
      turn = performance.now();
      throw new EndlessLoop(line, patience);
    },
  };
  return guard;
}
