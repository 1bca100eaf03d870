/** @file Work in pieces, between which the event loop has its turn. */
import type { Pieces } from '@ndl/numerics';

/**
 * Does a computation piece by piece.
 * @param pause called after each piece, and waited for where it returns a promise; what it throws, or rejects with, ends the computation
 */
export async function inTurns<Result>(
  pieces: Pieces<Result>,
  pause: () => void | Promise<void> | undefined,
): Promise<Result> {
  try {
    for (;;) {
      const piece = pieces.next();
      if (piece.done === true) return piece.value;
      const turn = pause();
      if (turn !== undefined) await turn;
    }
  } finally {
    // What is left in the middle may clean up.
    pieces.return(undefined as never);
  }
}
