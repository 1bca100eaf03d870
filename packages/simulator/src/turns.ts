/** @file Lets timers, signals and painting have their turn during long calls that are made of many short ones. */

/** Milliseconds of work after which others get their turn. */
const TURN = 40;

/** To be awaited between pieces of work: settles at once, or now and then after the event loop has gone round. */
export function takeTurns(): () => Promise<void> {
  let lastTurn = performance.now();
  return async () => {
    if (performance.now() - lastTurn < TURN) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    lastTurn = performance.now();
  };
}
