/**
 * @file The border between the Simulator and executables. What a user does wrong is refused before it gets here; whatever an
 * executable still says of programs is a fault of ndl, and is told so; whatever else it throws is a fault of its backend.
 */
import { backendFailed, type Executable, type RunRequest, type TrainRequest } from '@ndl/core';
import { faultOfNdl, isNdlError } from '@ndl/numerics';

/**
 * The executable of a backend, whose errors about programs become faults of ndl, and those that are none of ndl's NdlError
 * BACKEND_FAILED, by the name of the backend. What a call is aborted with passes, and that the executable was disposed of, which is left
 * to the Simulator to tell.
 */
export function guardedExecutable(backend: string, executable: Executable): Executable {
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
  const { takeTimings, saveOptimizer, restoreOptimizer } = executable;
  return {
    ...(takeTimings !== undefined && { takeTimings: () => done('takeTimings', () => takeTimings.call(executable)) }),
    ...(saveOptimizer !== undefined && {
      saveOptimizer: () => asked('saveOptimizer', () => saveOptimizer.call(executable)),
    }),
    ...(restoreOptimizer !== undefined && {
      restoreOptimizer: (memory) => asked('restoreOptimizer', () => restoreOptimizer.call(executable, memory)),
    }),
    add: (name, job, tables) => asked('add', () => executable.add(name, job, tables)),
    has: (name) => done('has', () => executable.has(name)),
    remove: (name) => done('remove', () => executable.remove(name)),
    run: (request) => asked('run', () => executable.run(request), request),
    gradients: (request) => asked('gradients', () => executable.gradients(request), request),
    trainStep: (request) => asked('trainStep', () => executable.trainStep(request), request),
    evaluate: (request) => asked('evaluate', () => executable.evaluate(request), request),
    read: (symbol) => asked('read', () => executable.read(symbol)),
    write: (symbol, data) => asked('write', () => executable.write(symbol, data)),
    save: () => asked('save', () => executable.save()),
    restore: (state) => asked('restore', () => executable.restore(state)),
    reset: () => done('reset', () => executable.reset()),
    resetOptimizer: () => done('resetOptimizer', () => executable.resetOptimizer()),
    get step() {
      return executable.step;
    },
    dispose: () => executable.dispose(),
  };
}
