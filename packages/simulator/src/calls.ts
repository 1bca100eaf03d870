/** @file The calls of a Simulator: one at a time, as long as it lives, each with its signal and its listener. */
import { busy, disposed, disposedMeanwhile, inferenceOnly } from './errors.ts';
import { checkedOptions, type CallOptions } from './options/option-specs.ts';
import { abortable, untilAborted } from './progress/progress.ts';
import type { ProgressListener } from './progress/progress-listener.ts';

/** What every call may bring, and falls back to. */
export interface CallDefaults {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** Calls that nothing is built for where a network is for inference only. */
const TRAINING_CALLS: readonly string[] = ['train', 'evaluate', 'gradients', 'checkGradients', 'profileTraining'];

export class Calls {
  readonly #defaults: CallDefaults;
  readonly #isForInference: boolean;
  #running: string | undefined;
  /** Of the call that runs. */
  #signal: AbortSignal | undefined;
  /** Steps taken when the simulator went; undefined while it lives. */
  #endedAt: number | undefined;
  /** The call that ran then. */
  #interrupted: string | undefined;
  readonly #end = new AbortController();

  constructor({ signal, onProgress }: CallDefaults, isForInference: boolean) {
    this.#defaults = { signal, onProgress };
    this.#isForInference = isForInference;
  }

  /** Steps taken when the simulator was disposed of; undefined while it lives. */
  get endedAt(): number | undefined {
    return this.#endedAt;
  }

  /** Ends all calls: the one that runs rejects. */
  end(step: number): void {
    this.#endedAt = step;
    this.#interrupted = this.#running;
    this.#end.abort();
  }

  /** One call at a time. What fails because the simulator went meanwhile says so, unless it was aborted. */
  async exclusively<Result>(call: string, action: () => Promise<Result>): Promise<Result> {
    this.requireIdle(call);
    this.#running = call;
    this.#signal = undefined;
    try {
      return await action();
    } catch (error) {
      const signal = this.#signal as AbortSignal | undefined;
      const isAbort = signal?.aborted === true && error === signal.reason;
      throw this.#endedAt === undefined || isAbort ? error : disposedMeanwhile(call, error);
    } finally {
      this.#running = undefined;
    }
  }

  /** Does what a call with options is for. @throws NdlError INFERENCE_ONLY, UNKNOWN_OPTION, INVALID_OPTION. */
  async withOptions<Call extends Exclude<keyof CallOptions, 'trange' | 'keepLearnt'>, Result>(
    call: Call,
    options: CallOptions[Call],
    action: (options: CallOptions[Call]) => Promise<Result>,
  ): Promise<Result> {
    return this.exclusively(call, () => {
      if (this.#isForInference && TRAINING_CALLS.includes(call)) throw inferenceOnly(call);
      const checked = this.withDefaults(checkedOptions(call, options));
      if (this.#isForInference && 'mode' in checked && checked.mode === 'rate')
        throw inferenceOnly(`${call} with mode 'rate'`);
      return action(checked);
    });
  }

  /** The options of the call that runs. */
  withDefaults<Options extends CallDefaults>(options: Options): Options {
    const { signal = this.#defaults.signal, onProgress = this.#defaults.onProgress } = options;
    this.#signal = signal;
    return { ...options, signal, onProgress: abortable(onProgress, [signal, this.#end.signal]) };
  }

  /** What a user's promise settles with; or a rejection, as soon as the call that runs is aborted or the simulator goes. */
  readonly waitFor = <Result>(promise: PromiseLike<Result>): Promise<Result> =>
    untilAborted(promise, [this.#signal, this.#end.signal]);

  requireIdle(call: string): void {
    this.requireLive(call);
    if (this.#running !== undefined) throw busy(call, this.#running);
  }

  requireLive(call: string): void {
    if (this.#endedAt !== undefined) throw disposed(call, this.#interrupted);
  }
}
