/** @file stream: a run in pieces, each handed on as it is done. */
import type { Probe } from '@ndl/model';
import { isNdlError, refuseSurplus, type NdArray } from '@ndl/numerics';
import type { BuiltNetwork } from './composition/built-network.ts';
import type { Calls } from './calls.ts';
import { badOption } from './errors.ts';
import { nameOf } from './results/object-name.ts';
import type { ProbeRecorder } from './results/probe-recorder.ts';
import type { Runner } from './runner.ts';
import type { StreamOptions } from './options/stream-options.ts';

/** One piece of a stream: samples of each probe, of the shape that `data.get` gives. */
export interface StreamedSteps {
  /** Steps taken so far. */
  readonly step: number;
  readonly time: number;
  /** [samples, size], or [items, samples, size] where the simulator has a minibatch size. */
  get(probe: Probe): NdArray;
}

/** What a stream runs on. */
export interface StreamContext {
  readonly built: BuiltNetwork;
  readonly runner: Runner;
  readonly calls: Calls;
  /** Whether samples have an axis of items. */
  readonly hasItems: boolean;
  /** Steps and seconds simulated so far. */
  readonly clock: { readonly nSteps: number; readonly time: number };
}

/** The pieces of a stream; it ends where the simulator does. Steps that were done before one failed are a piece, then it throws. */
export async function* streamed(
  { built, runner, calls, hasItems, clock }: StreamContext,
  { steps = Infinity, every = 1, ...runOptions }: StreamOptions,
): AsyncGenerator<StreamedSteps> {
  for (let done = 0; done < steps && calls.endedAt === undefined; done += every) {
    const recorder = runner.freshRecorder();
    let begun = Infinity;
    let failure: { readonly error: unknown } | undefined;
    try {
      await calls.exclusively('stream', () => {
        begun = clock.nSteps;
        return runner.run('stream', Math.min(every, steps - done), calls.withDefaults(runOptions), recorder);
      });
    } catch (error) {
      if (isNdlError(error, 'SIMULATOR_DISPOSED') && calls.endedAt !== undefined) return;
      failure = { error };
      if (clock.nSteps <= begun) throw error;
    }
    yield Object.freeze<StreamedSteps>({
      step: clock.nSteps,
      time: clock.time,
      get(probe) {
        refuseSurplus('get', arguments, 1);
        const samples = samplesOf(recorder, probe, built);
        return hasItems ? samples : samples.row(0);
      },
    });
    if (failure !== undefined) throw failure.error;
  }
}

function samplesOf(recorder: ProbeRecorder, probe: Probe, built: BuiltNetwork): NdArray {
  if (built.partOf(probe) === 'late') throw built.refusalOf('stream', probe, nameOf(probe), []);
  if ((probe as Partial<Probe> | null | undefined)?.kind !== 'probe')
    throw badOption('stream', 'get', 'must be given a probe', probe);
  return recorder.samples(probe);
}
