/** @file What takes long, done so that it can be watched and aborted. */
import type { Pieces } from '@ndl/numerics';

/** The work of one call. All of its methods throw the reason of the call's signal once that is aborted. */
export interface Work {
  /** Does the pieces, and gives the event loop its turn between them. */
  run<Result>(pieces: Pieces<Result>): Promise<Result>;
  /** Waits for what others do; not any longer once the call is aborted. */
  wait<Result>(result: Promise<Result>): Promise<Result>;
  /** To be awaited now and then by what does long work of its own: gives the event loop its turn where it is due. */
  turn(): Promise<void>;
}
