/** @file What plugins that work in pieces give, checked where it comes in. */
import { isPieces, showValue, type Pieces } from '@ndl/numerics';

/** What is wrong with what `method` gave, to follow the name of whose it is; `undefined` for a computation in pieces. */
export function problemOfPieces(method: string, given: unknown): string | undefined {
  if (isPieces(given)) return undefined;
  return `${method} gave ${showValue(given)}, which is no generator: write *${method}(…), without async`;
}

/** @throws TypeError for what are no pieces */
export function requirePieces<Result>(method: string, given: Pieces<Result>): Pieces<Result> {
  const problem = problemOfPieces(method, given);
  if (problem !== undefined) throw new TypeError(problem);
  return given;
}
