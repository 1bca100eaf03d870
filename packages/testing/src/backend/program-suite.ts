/** @file Conformance of programs by name: they come late, go, share parameters and state, and are asked for by name. */
import { isNdlError, type RunRequest } from '@ndl/core';
import { fullView, kernel, type Kernel, NO_TABLES, type Program } from '@ndl/ir';
import { NdArray } from '@ndl/numerics';
import { expect } from 'vitest';
import { randomData } from './call-data.ts';
import { expectClose } from './comparison.ts';
import { Recorder } from './recorder.ts';
import { add, feedOf, held, runRequest, withExecutable, type BackendSuite } from './suite.ts';
import { layer } from './training-fixtures.ts';
import { requestOf } from './training-requests.ts';
import {
  buffer,
  inputsOf,
  keeping,
  lagged,
  mapTo,
  outputsOf,
  program,
  storedNumbers,
  symbolsOf,
  tablesOf,
} from './write-program.ts';

const STEP_ON: Kernel = /* @__PURE__ */ kernel(
  { name: 'stepOn', inputs: ['sum', 'gain', 'x'], parameters: ['sign'] },
  (k) => ({
    output: k.add(k.inputs.sum, k.multiply(k.parameters.sign, k.multiply(k.inputs.gain, k.inputs.x))),
  }),
);

/** sum ← sum ± gain · x, in place or from the value of the step before. */
function summing(suite: BackendSuite, sign: 1 | -1, isPath = false): Program {
  const [x, sum] = [buffer('x', 'input', [1]), buffer('sum', 'state', [1], isPath ? keeping(1) : {})];
  const before = isPath ? lagged(fullView(sum), 1) : fullView(sum);
  const gain = buffer('gain', 'parameter', [1], { initial: storedNumbers([2]) });
  return program({
    dtype: suite.dtype,
    buffers: [x, sum, gain],
    step: [mapTo(fullView(sum), STEP_ON, [before, fullView(gain), fullView(x)], [sign])],
    inputs: inputsOf(x),
    outputs: outputsOf(sum),
    symbols: symbolsOf([sum, gain]),
  });
}

export function describePrograms(suite: BackendSuite): void {
  const request = (sink: Recorder, changes: Partial<RunRequest> = {}): RunRequest =>
    runRequest({ steps: 2, sink, feed: feedOf({ x: held([1]) }), ...changes });

  suite.test('programs share parameters and carried state, also one that comes late', async () => {
    await withExecutable(suite, { up: summing(suite, 1) }, async (executable) => {
      const sink = new Recorder();
      await executable.run(request(sink, { program: 'up' }));
      await executable.write('gain', new NdArray(Float64Array.of(10), [1]));
      await add(suite, executable, 'down', summing(suite, -1));
      await executable.run(request(sink, { program: 'down' }));
      await executable.run(request(sink, { program: 'up', steps: 1 }));
      expectClose(sink.of('sum'), [2, 4, -6, -16, -6], suite.tolerance, 'sums');
      expect(sink.stepsOf('sum')).toEqual([1, 2, 3, 4, 5]);
      expect((await executable.read('sum')).toNested()).toEqual([[-6]]);
    });
  });

  suite.test('a program that was removed is unknown; its state stays', async () => {
    await withExecutable(suite, { up: summing(suite, 1), down: summing(suite, -1) }, async (executable) => {
      const sink = new Recorder();
      await executable.run(request(sink, { program: 'up' }));
      expect([executable.has('up'), executable.has('nothing')]).toEqual([true, false]);
      executable.remove('up');
      executable.remove('nothing');
      expect(executable.has('up')).toBe(false);
      const refused = executable.run(request(sink, { program: 'up' }));
      await expect(refused).rejects.toMatchObject({ code: 'UNKNOWN_PROGRAM' });
      await executable.run(request(sink, { program: 'down', steps: 1 }));
      await add(suite, executable, 'up', summing(suite, 1));
      await executable.run(request(sink, { program: 'up', steps: 1 }));
      expectClose(sink.of('sum'), [2, 4, 2, 4], suite.tolerance, 'sums');
    });
  });

  suite.test(
    'one program keeps a state in place, the other a value for each step: they carry on from each other',
    async () => {
      const jobs = { place: summing(suite, 1), path: summing(suite, 1, true) };
      await withExecutable(suite, jobs, async (executable) => {
        const sink = new Recorder();
        for (const program of ['place', 'path', 'path', 'place', 'path'])
          await executable.run(request(sink, { program, steps: program === 'place' ? 1 : 2 }));
        expectClose(sink.of('sum'), [2, 4, 6, 8, 10, 12, 14, 16], suite.tolerance, 'sums');
        executable.reset();
        await executable.run(request(new Recorder(), { program: 'path' }));
        const saved = await executable.save();
        for (const program of ['place', 'path']) {
          const rest = new Recorder();
          await executable.restore(saved);
          await executable.run(request(rest, { program }));
          expectClose(rest.of('sum'), [6, 8], suite.tolerance, `sums from what was saved, by ${program}`);
        }
      });
    },
  );

  suite.test('an executable without programs has no step, and nothing to run', async () => {
    await withExecutable(suite, {}, async (executable) => {
      expect([executable.step, executable.has('run')]).toEqual([0, false]);
      await expect(executable.run(request(new Recorder()))).rejects.toMatchObject({ code: 'UNKNOWN_PROGRAM' });
      await expect(executable.read('gain')).rejects.toMatchObject({ code: 'UNKNOWN_SYMBOL' });
      await add(suite, executable, 'run', summing(suite, 1));
      const sink = new Recorder();
      await executable.run(request(sink));
      expectClose(sink.of('sum'), [2, 4], suite.tolerance, 'sums');
    });
  });

  suite.test('a name is taken once', async () => {
    await withExecutable(suite, { run: summing(suite, 1) }, async (executable) => {
      for (const job of [summing(suite, -1), layer(suite.dtype)]) {
        const refused = executable.add('run', job, tablesOf(job));
        await expect(refused).rejects.toMatchObject({ code: 'PROGRAM_DUPLICATE' });
      }
      const sink = new Recorder();
      await executable.run(request(sink));
      expectClose(sink.of('sum'), [2, 4], suite.tolerance, 'sums of the first');
    });
  });

  suite.test('names are looked up among the names that were given', async () => {
    await withExecutable(suite, { run: summing(suite, 1) }, async (executable) => {
      for (const name of ['rnu', 'constructor', '']) {
        expect(executable.has(name)).toBe(false);
        const refused = executable.run(request(new Recorder(), { program: name }));
        await expect(refused).rejects.toMatchObject({ code: 'UNKNOWN_PROGRAM' });
      }
    });
  });

  suite.test('a training is no program, and a program no training', async () => {
    const training = layer(suite.dtype);
    const data = randomData(training, 1, 2);
    await withExecutable(suite, { run: training.forward, training }, async (executable) => {
      const refusedRun = executable.run(request(new Recorder(), { program: 'training' }));
      await expect(refusedRun).rejects.toMatchObject({ code: 'PROGRAM_KIND' });
      for (const call of ['evaluate', 'gradients', 'trainStep'] as const) {
        const calls = [
          ['run', 'PROGRAM_KIND'],
          ['trainning', 'UNKNOWN_PROGRAM'],
        ] as const;
        for (const [name, code] of calls)
          await expect(executable[call]({ ...requestOf(training, data), training: name })).rejects.toMatchObject({
            code,
          });
      }
      expect(executable.step).toBe(0);
    });
  });

  suite.test('a program that breaks a rule, or whose arrays are missing, takes no name', async () => {
    await withExecutable(suite, {}, async (executable) => {
      const written = summing(suite, 1);
      const broken = { ...written, dt: -1 };
      await expect(executable.add('run', broken, tablesOf(written))).rejects.toSatisfy((error) =>
        isNdlError(error, 'IR_INVALID'),
      );
      await expect(executable.add('run', written, NO_TABLES)).rejects.toSatisfy((error) =>
        isNdlError(error, 'IR_INVALID'),
      );
      expect(executable.has('run')).toBe(false);
      await add(suite, executable, 'run', written);
      const sink = new Recorder();
      await executable.run(request(sink));
      expectClose(sink.of('sum'), [2, 4], suite.tolerance, 'sums');
    });
  });
}
