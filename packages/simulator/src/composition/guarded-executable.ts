/**
 * @file The border between the Simulator and executables. What a user does wrong is refused before it gets here; whatever an
 * executable still says of programs is a fault of ndl, and is told so; whatever else it throws is a fault of its backend.
 */
import { backendFailed, type Executable, type RunRequest, type TrainRequest } from '@ndl/core';
import type { Program } from '@ndl/ir';
import { faultOfNdl, isNdlError } from '@ndl/numerics';
import { CheckedSink } from './checked-sink.ts';
import { ExecutableResults } from './executable-results.ts';
import { promised, returned, type Telling } from './told-calls.ts';

/**
 * The executable of a backend, whose errors about programs become faults of ndl, and those that are none of ndl's NdlError
 * BACKEND_FAILED, by the name of the backend; what it gives that is not what is wanted is BACKEND_INVALID. What a call is aborted with passes, and that the executable was disposed of, which is left
 * to the Simulator to tell.
 */
export function guardedExecutable(backend: string, executable: Executable): Executable {
  const results = new ExecutableResults(backend);
  /** What was added, by name. */
  const programs = new Map<string, Program>();
  const failureOf =
    (method: string, { signal }: Partial<RunRequest | TrainRequest> = {}): Telling =>
    (error) => {
      if (isNdlError(error, 'EXECUTABLE_DISPOSED')) return error;
      if (isNdlError(error)) return faultOfNdl(error);
      const isReason = signal?.aborted === true && Object.is(error, signal.reason);
      return isReason ? error : backendFailed(backend, `${method}()`, error);
    };
  const returnedBy = <Result>(method: string, call: () => Result): Result => returned(call, failureOf(method));
  const promisedBy = <Result>(
    method: string,
    call: () => Promise<Result>,
    request?: Partial<RunRequest | TrainRequest>,
  ): Promise<Result> => promised(call, failureOf(method, request));
  const nothingBy = (method: string, call: () => unknown): void => results.nothing(method, returnedBy(method, call));
  const { takeTimings, saveOptimizer, restoreOptimizer } = executable;
  return {
    ...(takeTimings !== undefined && {
      takeTimings: () => returnedBy('takeTimings', () => takeTimings.call(executable)),
    }),
    ...(saveOptimizer !== undefined && {
      saveOptimizer: async () =>
        results.arrays('saveOptimizer', await promisedBy('saveOptimizer', () => saveOptimizer.call(executable))),
    }),
    ...(restoreOptimizer !== undefined && {
      restoreOptimizer: (memory) => promisedBy('restoreOptimizer', () => restoreOptimizer.call(executable, memory)),
    }),
    async add(name, job, tables) {
      await promisedBy('add', () => executable.add(name, job, tables));
      programs.set(name, 'forward' in job ? job.forward : job);
    },
    has: (name) => returnedBy('has', () => executable.has(name)),
    remove(name) {
      nothingBy('remove', () => executable.remove(name));
      programs.delete(name);
    },
    async run(request) {
      const from = request.state === 'fresh' ? 0 : executable.step;
      const sink = new CheckedSink(backend, programs.get(request.program) ?? { outputs: [] }, request, from);
      await promisedBy('run', () => executable.run({ ...request, sink }), request);
      sink.end();
    },
    gradients: async (request) =>
      results.gradients(await promisedBy('gradients', () => executable.gradients(request), request)),
    trainStep: async (request) =>
      results.reports('trainStep', await promisedBy('trainStep', () => executable.trainStep(request), request)),
    evaluate: async (request) =>
      results.reports('evaluate', await promisedBy('evaluate', () => executable.evaluate(request), request)),
    read: async (symbol) => results.array('read', await promisedBy('read', () => executable.read(symbol))),
    write: (symbol, data) => promisedBy('write', () => executable.write(symbol, data)),
    save: async () => results.state(await promisedBy('save', () => executable.save())),
    restore: (state) => promisedBy('restore', () => executable.restore(state)),
    reset: () => nothingBy('reset', () => executable.reset()),
    resetOptimizer: () => nothingBy('resetOptimizer', () => executable.resetOptimizer()),
    get step() {
      return executable.step;
    },
    dispose: () => nothingBy('dispose', () => executable.dispose()),
  };
}
