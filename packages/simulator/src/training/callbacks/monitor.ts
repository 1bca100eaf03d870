/** @file `Monitor`: which epoch of a training was the best so far, by a loss or metric. */
import { NdlError, suggest } from '@ndl/numerics';
import type { EpochRecord, Reports } from '@ndl/training';
import { badOption } from '../../errors.ts';
import { requireKnownOptions } from '../../options/known-options.ts';

/** What callbacks that look for the best epoch go by. */
export interface MonitorOptions {
  /** Name of a loss or metric, as reports have it. Default `loss`. */
  readonly monitor?: string | undefined;
  /**
   * Where it is measured. Default: `validation` where the training has one, else `training`. Values of training are means over minibatches, each
   * measured before its update, so that the parameters after the best of them need not be the best; values of validation are those of the parameters.
   */
  readonly on?: 'training' | 'validation' | undefined;
  /** Which value is the best. Default: `greatest` for accuracies, `least` for everything else. */
  readonly best?: 'least' | 'greatest' | undefined;
  /** By how much an epoch must be better than the best before; 0 or above. Default 0: by anything. */
  readonly minDelta?: number | undefined;
}

export class Monitor {
  readonly #call: string;
  readonly #name: string;
  readonly #on: MonitorOptions['on'];
  readonly #sign: 1 | -1;
  readonly #minDelta: number;
  #best = -Infinity;

  /**
   * @param call of the user, for errors
   * @param own options of that call that are not the monitor's
   * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
   */
  constructor(call: string, options: MonitorOptions, own: readonly string[] = []) {
    if (typeof options !== 'object' || options === null) throw badOption(call, 'options', 'must be an object', options);
    requireKnownOptions(call, options, ['monitor', 'on', 'best', 'minDelta', ...own]);
    const { monitor = 'loss', on, best, minDelta = 0 } = options;
    if (typeof monitor !== 'string') throw badOption(call, 'monitor', 'must be the name of a loss or metric', monitor);
    if (on !== undefined && on !== 'training' && on !== 'validation')
      throw badOption(call, 'on', "must be 'training' or 'validation'", on);
    if (best !== undefined && best !== 'least' && best !== 'greatest')
      throw badOption(call, 'best', "must be 'least' or 'greatest'", best);
    if (typeof minDelta !== 'number' || !(minDelta >= 0) || minDelta === Infinity)
      throw badOption(call, 'minDelta', 'must be a finite number, 0 or above', minDelta);
    this.#call = call;
    this.#name = monitor;
    this.#on = on;
    this.#sign = (best ?? (/accuracy/i.test(monitor) ? 'greatest' : 'least')) === 'greatest' ? 1 : -1;
    this.#minDelta = minDelta;
  }

  /**
   * Whether an epoch is better than all before it of the same training, and then the one to beat; the first always is, and one
   * without a value never. @throws NdlError UNKNOWN_REPORT where nothing of that name is measured
   */
  isBestOfTraining(record: EpochRecord): boolean {
    if (record.epoch === 1) this.#best = -Infinity;
    const isBetter = this.isBetter(record);
    if (isBetter) this.beat(record);
    return isBetter;
  }

  /** Whether an epoch is better than the one to beat. @throws NdlError UNKNOWN_REPORT */
  isBetter(record: EpochRecord): boolean {
    const value = this.#sign * this.#valueIn(record);
    return this.#best === -Infinity ? !Number.isNaN(value) : value > this.#best + this.#minDelta;
  }

  /** Makes an epoch the one to beat. @throws NdlError UNKNOWN_REPORT */
  beat(record: EpochRecord): void {
    this.#best = this.#sign * this.#valueIn(record);
  }

  #valueIn({ training, validation }: EpochRecord): number {
    const on = this.#on ?? (validation === undefined ? 'training' : 'validation');
    const reports: Reports | undefined = on === 'training' ? training : validation;
    if (reports !== undefined && Object.hasOwn(reports, this.#name)) return reports[this.#name]!;
    const known = Object.keys(reports ?? {});
    const fix = reports === undefined ? 'Give train() the option validation.' : suggest(this.#name, known);
    throw new NdlError('UNKNOWN_REPORT', `${this.#call}: no '${this.#name}' is measured in ${on}. ${fix}`, { known });
  }
}
