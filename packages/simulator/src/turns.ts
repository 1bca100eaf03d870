/** @file Lets timers, signals and painting have their turn during long calls that are made of many short ones. */

import { eventLoopTurn, LIVE_TIME } from '@ndl/core';

/** Milliseconds of work after which others get their turn. */
const TURN = 40;

/** To be awaited between pieces of work: settles at once, or now and then after the event loop has gone round. @param isLive whether what others do is heard */
export function takeTurns(isLive = false): () => Promise<void> {
  const turn = isLive ? LIVE_TIME / 2 : TURN;
  let lastTurn = performance.now();
  return async () => {
    if (performance.now() - lastTurn < turn) return;
    await eventLoopTurn();
    lastTurn = performance.now();
  };
}
