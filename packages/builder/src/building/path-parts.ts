/** @file What a path of signals consists of. */
import type {
  Connection,
  ConnectionFunction,
  Distribution,
  Probe,
  Selection,
  Sliceable,
  Solver,
  Synapse,
  Transform,
} from '@ndl/model';
import type { NdArray } from '@ndl/numerics';

/** What a path consists of. */
export interface SignalPath {
  /** Its seed is the path's, and signals are named after it. */
  readonly owner: Connection | Probe;
  readonly source: Sliceable;
  readonly sourceSelection: Selection | null;
  readonly function: ConnectionFunction | NdArray | null;
  readonly sizeMid: number;
  readonly transform: Transform;
  readonly solver: Solver;
  readonly evalPoints: Distribution | NdArray | null;
  readonly scaleEvalPoints: boolean;
  readonly synapse: Synapse | null;
  /**
   * [neurons of the target, size out], where a solver for weights makes the path end at the neurons' currents; else
   * `null`.
   */
  readonly targetEncoders: NdArray | null;
}
