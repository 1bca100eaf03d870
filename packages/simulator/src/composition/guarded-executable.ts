/**
 * @file The border between the Simulator and executables. What a user does wrong is refused before it gets here; whatever an
 * executable still says of programs is a fault of ndl, and is told so; whatever else it throws is a fault of its backend.
 */
import { backendFailed, type Executable, type RunRequest, type TrainRequest } from '@ndl/core';
import type { Program } from '@ndl/ir';
import { faultOfNdl, isNdlError } from '@ndl/numerics';
import { CheckedSink } from './checked-sink.ts';
import { ExecutableResults } from './executable-results.ts';

/**
 * The executable of a backend, whose errors about programs become faults of ndl, and those that are none of ndl's NdlError
 * BACKEND_FAILED, by the name of the backend; what it gives that is not what is wanted is BACKEND_INVALID. What a call is aborted with passes, and that the executable was disposed of, which is left
 * to the Simulator to tell.
 */
export function guardedExecutable(backend: string, executable: Executable): Executable {
  const results = new ExecutableResults(backend);
  /** What was added, by name. */
  const programs = new Map<string, Program>();
  const told = (what: string, error: unknown, { signal }: Partial<RunRequest | TrainRequest>): unknown => {
    if (isNdlError(error, 'EXECUTABLE_DISPOSED')) return error;
    if (isNdlError(error)) return faultOfNdl(error);
    const isReason = signal?.aborted === true && Object.is(error, signal.reason);
    return isReason ? error : backendFailed(backend, `${what}()`, error);
  };
  const asked = async <Result>(
    what: string,
    call: () => Promise<Result>,
    request: Partial<RunRequest | TrainRequest> = {},
  ): Promise<Result> => {
    try {
      return await call();
    } catch (error) {
      throw told(what, error, request);
    }
  };
  const done = <Result>(what: string, call: () => Result): Result => {
    try {
      return call();
    } catch (error) {
      throw told(what, error, {});
    }
  };
  const doneAtOnce = (what: string, call: () => unknown): void => results.nothing(what, done(what, call));
  const { takeTimings, saveOptimizer, restoreOptimizer } = executable;
  return {
    ...(takeTimings !== undefined && { takeTimings: () => done('takeTimings', () => takeTimings.call(executable)) }),
    ...(saveOptimizer !== undefined && {
      saveOptimizer: async () =>
        results.arrays('saveOptimizer', await asked('saveOptimizer', () => saveOptimizer.call(executable))),
    }),
    ...(restoreOptimizer !== undefined && {
      restoreOptimizer: (memory) => asked('restoreOptimizer', () => restoreOptimizer.call(executable, memory)),
    }),
    async add(name, job, tables) {
      await asked('add', () => executable.add(name, job, tables));
      programs.set(name, 'forward' in job ? job.forward : job);
    },
    has: (name) => done('has', () => executable.has(name)),
    remove(name) {
      doneAtOnce('remove', () => executable.remove(name));
      programs.delete(name);
    },
    async run(request) {
      const from = request.state === 'fresh' ? 0 : executable.step;
      const sink = new CheckedSink(backend, programs.get(request.program) ?? { outputs: [] }, request, from);
      await asked('run', () => executable.run({ ...request, sink }), request);
      sink.end();
    },
    gradients: async (request) =>
      results.gradients(await asked('gradients', () => executable.gradients(request), request)),
    trainStep: async (request) =>
      results.reports('trainStep', await asked('trainStep', () => executable.trainStep(request), request)),
    evaluate: async (request) =>
      results.reports('evaluate', await asked('evaluate', () => executable.evaluate(request), request)),
    read: async (symbol) => results.array('read', await asked('read', () => executable.read(symbol))),
    write: (symbol, data) => asked('write', () => executable.write(symbol, data)),
    save: async () => results.state(await asked('save', () => executable.save())),
    restore: (state) => asked('restore', () => executable.restore(state)),
    reset: () => doneAtOnce('reset', () => executable.reset()),
    resetOptimizer: () => doneAtOnce('resetOptimizer', () => executable.resetOptimizer()),
    get step() {
      return executable.step;
    },
    dispose: () => doneAtOnce('dispose', () => executable.dispose()),
  };
}
