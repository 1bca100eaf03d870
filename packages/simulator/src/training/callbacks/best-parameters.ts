/** @file `bestParameters`: keeps the parameters of the best epoch. */
import { NdlError, refuseSurplus } from '@ndl/numerics';
import type { EpochRecord, TrainingCallbacks } from '@ndl/training';
import { badOption } from '../../errors.ts';
import type { Simulator } from '../../simulator.ts';
import { Monitor, type MonitorOptions } from './monitor.ts';

/** A callback that keeps parameters. */
export interface BestParameters extends TrainingCallbacks {
  onEpochEnd(record: EpochRecord): void;
  /** The best epoch of the last training; undefined before one has ended. */
  readonly epoch: number | undefined;
  /** The parameters after it, as `encodeParameters` gives them; undefined before one has ended. */
  readonly parameters: Uint8Array | undefined;
  /** Puts them back. @throws NdlError NOTHING_KEPT before an epoch has ended; what `decodeParameters` throws */
  restore(): Promise<void>;
}

/**
 * A callback that keeps the parameters of a simulator after the best epoch: `callbacks: [best]`, then `await best.restore()`. Each call of `train` is looked at
 * anew. Give `validation`, which is measured of the very parameters that are kept; losses of training are not (`on`).
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION; while training, UNKNOWN_REPORT
 */
export function bestParameters(simulator: Simulator, options: MonitorOptions = {}): BestParameters {
  refuseSurplus('bestParameters', arguments, 2);
  requireSimulator('bestParameters', simulator);
  const monitor = new Monitor('bestParameters', options);
  let kept: { readonly epoch: number; readonly parameters: Uint8Array } | undefined;
  return {
    onEpochEnd(record) {
      if (monitor.isBestOfTraining(record)) kept = { epoch: record.epoch, parameters: simulator.encodeParameters() };
    },
    get epoch() {
      return kept?.epoch;
    },
    get parameters() {
      return kept?.parameters.slice();
    },
    async restore() {
      refuseSurplus('restore', arguments, 0);
      if (kept === undefined)
        throw new NdlError('NOTHING_KEPT', 'bestParameters: no epoch has ended yet; give it to train() in callbacks.');
      await simulator.decodeParameters(kept.parameters);
    },
  };
}

/** @throws NdlError INVALID_OPTION */
export function requireSimulator(call: string, simulator: unknown): asserts simulator is Simulator {
  const { encodeParameters } = (simulator ?? {}) as Partial<Simulator>;
  if (typeof encodeParameters !== 'function') throw badOption(call, 'simulator', 'must be a Simulator', simulator);
}
