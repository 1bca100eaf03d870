/**
 * @file The loop over the terms of a tile, some of them written out. Each has a test behind it, as engines load all that a stretch without
 * branches reads before they add it up, and of two terms at once that does not fit in registers.
 */
import { type FunctionBuilder, type Local, op } from '@ndl/wasm-module';

/** What the loop goes along. */
export interface TermWalk {
  /** Where the next term stands; it moves as the loop goes back. */
  readonly pointer: Local<'i32'>;
  /** Bytes from term to term. */
  readonly pace: number;
  /** Behind the last term. */
  readonly end: Local<'i32'>;
  /** Terms that are written out. */
  readonly turns: number;
}

/** Terms to write out, for a tile of some rows together and vectors of each: the wider it is, the more the loop's own work shows. */
export function turnsOf(together: number, vectors: number): number {
  return together * vectors >= 4 ? 4 : 1;
}

/**
 * Adds terms, one at least.
 * @param addTerm the term that many behind the pointer
 * @param goOn moves what else goes along with the pointer by so many terms
 */
export function repeatTerms(
  f: FunctionBuilder,
  { pointer, pace, end, turns }: TermWalk,
  addTerm: (ahead: number) => void,
  goOn: (terms: number) => void,
): void {
  // Where the pointer stands if a turn is the last one; behind the last that is written out, it has moved on.
  const stops = Array.from({ length: turns - 1 }, (_, turn) => f.let(op('i32.sub', end, (turn + 1) * pace), 'stop'));
  f.repeat(
    (turn) => {
      addTerm(turn);
      if (turn < turns - 1) return;
      goOn(turns);
      f.increase(pointer, turns * pace);
    },
    (turn) => (turn < turns - 1 ? op('i32.ne', pointer, stops[turn]!) : op('i32.lt_u', pointer, end)),
    turns,
  );
}
