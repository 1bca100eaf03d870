/** @file Ends loops of a model that hold the thread for too long, and says on which line they stand. */

/** Milliseconds that code may hold the thread. */
const PATIENCE = 2500;

/** A loop that went on for too long. */
class EndlessLoop extends Error {
  override readonly name = 'EndlessLoop';
  readonly line: number;

  constructor(line: number) {
    super(`the loop on line ${line} did not end within ${PATIENCE / 1000} seconds; was it meant to?`);
    this.line = line;
  }
}

/** A guard to be called in each round of each loop. It counts from when the event loop last had its turn. */
export function createLoopGuard(): (line: number) => void {
  let rounds = 0;
  let turn = performance.now();
  setInterval(() => (turn = performance.now()), 100);
  return (line) => {
    if ((rounds = (rounds + 1) & 255) !== 0) return;
    if (performance.now() - turn < PATIENCE) return;
    turn = performance.now();
    throw new EndlessLoop(line);
  };
}
