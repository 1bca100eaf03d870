/**
 * @file The border between the Simulator and executables. What a user does wrong is refused before it gets here; whatever an
 * executable still says of programs is a fault of ndl, and is told so.
 */
import type { Executable } from '@ndl/core';
import { faultOfNdl, isNdlError } from '@ndl/numerics';

/** The executable, whose errors about programs become faults of ndl. That it was disposed of is left to the Simulator to tell. */
export function withFaultsOfNdl(executable: Executable): Executable {
  const asked = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    try {
      return await call();
    } catch (error) {
      throw told(error);
    }
  };
  const done = (call: () => void): void => {
    try {
      call();
    } catch (error) {
      throw told(error);
    }
  };
  const { takeTimings, saveOptimizer, restoreOptimizer } = executable;
  return {
    ...(takeTimings !== undefined && { takeTimings: () => takeTimings.call(executable) }),
    ...(saveOptimizer !== undefined && { saveOptimizer: () => asked(() => saveOptimizer.call(executable)) }),
    ...(restoreOptimizer !== undefined && {
      restoreOptimizer: (memory) => asked(() => restoreOptimizer.call(executable, memory)),
    }),
    add: (name, job, tables) => asked(() => executable.add(name, job, tables)),
    has: (name) => executable.has(name),
    remove: (name) => done(() => executable.remove(name)),
    run: (request) => asked(() => executable.run(request)),
    gradients: (request) => asked(() => executable.gradients(request)),
    trainStep: (request) => asked(() => executable.trainStep(request)),
    evaluate: (request) => asked(() => executable.evaluate(request)),
    read: (symbol) => asked(() => executable.read(symbol)),
    write: (symbol, data) => asked(() => executable.write(symbol, data)),
    save: () => asked(() => executable.save()),
    restore: (state) => asked(() => executable.restore(state)),
    reset: () => done(() => executable.reset()),
    resetOptimizer: () => done(() => executable.resetOptimizer()),
    get step() {
      return executable.step;
    },
    dispose: () => executable.dispose(),
  };
}

function told(error: unknown): unknown {
  return isNdlError(error, 'EXECUTABLE_DISPOSED') ? error : faultOfNdl(error);
}
