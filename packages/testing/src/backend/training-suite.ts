/** @file Conformance of training: gradients, updates, truncation, evaluation, and what an abort leaves. */
import type { TrainRequest } from '@ndl/core';
import { printProgram, verifyTraining, type SectionKind, type Training } from '@ndl/ir';
import fc from 'fast-check';
import { expect } from 'vitest';
import { type CallData, randomData, stepsOf } from './call-data.ts';
import { expectAgreement, expectClose } from './comparison.ts';
import type { InstructionKind } from './random-instructions.ts';
import { randomTraining } from './random-program.ts';
import { Recorder } from './recorder.ts';
import { checkEach, feedOf, held, runRequest, sequence, source, withExecutable, type BackendSuite } from './suite.ts';
import {
  blocks,
  delayed,
  gathers,
  heldInput,
  hostLoss,
  INPUT_SIZE,
  layer,
  matrixPerItem,
  recurrence,
  surrogate,
  throughHost,
} from './training-fixtures.ts';
import { differences, expectedGradients, initialParameters, runWindow, windowsOf } from './training-oracle.ts';
import {
  DECAY,
  expectGradients,
  expectParameters,
  expectReports,
  gradientTolerance,
  parametersOf,
  rateOf,
  requestOf,
  withTraining,
} from './training-requests.ts';
import { tablesOf } from './write-program.ts';

const ITEMS = 3;
const STEPS = 5;

export function describeTraining(suite: BackendSuite): void {
  const { dtype } = suite;
  const tolerance = gradientTolerance(suite);
  const trainings: Readonly<Record<string, Training>> = {
    'a layer': layer(dtype),
    'a layer with a held target': layer(dtype, true),
    'a recurrence over steps': recurrence(dtype),
    'held inputs, once per window': heldInput(dtype),
    'gathers and scatters': gathers(dtype),
    'a matrix per item, sums and maxima': matrixPerItem(dtype),
    'a host function with a derivative, by items': throughHost(dtype, 'item', true),
    'a host function with a derivative, by batch': throughHost(dtype, 'batch', true),
    'a loss of the host language': hostLoss(dtype),
    'a layer in blocks': blocks(dtype),
  };

  for (const [name, training] of Object.entries(trainings)) {
    suite.test(`gradients of ${name}`, async () => {
      verifyTraining(training, tablesOf(training).arrays);
      for (const [items, steps] of [
        [1, 1],
        [ITEMS, STEPS],
      ] as const) {
        const data = randomData(training, items, steps);
        const expected = expectedGradients(training, data);
        await withTraining(suite, training, async (executable) => {
          const { gradients, reports } = await executable.gradients(requestOf(training, data));
          expectGradients(gradients, expected.gradients, tolerance);
          expectReports(reports, expected.reports, tolerance);
        });
      }
    });
  }

  const passes: Readonly<Record<string, readonly SectionKind[]>> = {
    'random programs': ['steps'],
    'random programs with blocks': ['block', 'steps', 'block'],
  };
  for (const [name, pass] of Object.entries(passes)) {
    suite.test(`gradients of ${name}`, async () => {
      const kinds: readonly InstructionKind[] = ['fill', 'copy', 'map', 'contract', 'reduce'];
      const cases = fc.record({
        seed: fc.integer({ min: 0, max: 1e6 }),
        count: fc.integer({ min: 1, max: 8 }),
        items: fc.constantFrom(1, 2),
        steps: fc.constantFrom(1, 3),
      });
      await checkEach(8, cases, async ({ seed, count, items, steps }) => {
        const training = randomTraining({ seed, dtype, kinds, count, pass });
        verifyTraining(training, tablesOf(training).arrays);
        const data = randomData(training, items, steps);
        const expected = expectedGradients(training, data);
        await withTraining(suite, training, async (executable) => {
          const { gradients, reports } = await executable.gradients(requestOf(training, data));
          expectGradients(gradients, expected.gradients, tolerance);
          expectReports(reports, expected.reports, tolerance);
        });
      });
    });
  }

  suite.test('gradients are the same where blocks are computed once more', async () => {
    const kinds: readonly InstructionKind[] = ['fill', 'copy', 'map', 'contract', 'reduce', 'host'];
    const cases = fc.record({ seed: fc.integer({ min: 0, max: 1e6 }), maximumBlock: fc.constantFrom(1, 2, 5) });
    await checkEach(4, cases, async ({ seed, maximumBlock }) => {
      const training = randomTraining({ seed, dtype, kinds, count: 8, pass: ['steps'] });
      const data = randomData(training, 2, 5);
      const gradientsOf = (given: Training): Promise<readonly number[]> =>
        withTraining(suite, { ...given, forward: { ...given.forward, maximumBlock } }, async (executable) => {
          const { gradients } = await executable.gradients(requestOf(given, data));
          return given.trainable.flatMap((id) => [...gradients.get(id)!.data]);
        });
      expectAgreement(
        { bits: suite.bits, tolerance: gradientTolerance(suite) },
        await gradientsOf({ ...training, tape: 'recompute' }),
        await gradientsOf(training),
        () => `gradients, in blocks of ${maximumBlock}, of\n${printProgram(training.forward)}\n`,
      );
    });
  });

  suite.test('gradients through spikes are those of the surrogate', async () => {
    const training = surrogate(dtype);
    const data = randomData(training, 2, 1);
    await withTraining(suite, training, async (executable) => {
      const { gradients } = await executable.gradients(requestOf(training, data));
      expectClose(gradients.get('weights')!.data, surrogateGradient(training, data), tolerance, 'gradient of weights');
    });
  });

  suite.test('no gradient passes a host function without derivative', async () => {
    const training = throughHost(dtype, 'item', false);
    const data = randomData(training, ITEMS, 2);
    await withTraining(suite, training, async (executable) => {
      const { gradients } = await executable.gradients(requestOf(training, data));
      expect(Array.from(gradients.get('weights')!.data)).toEqual(Array(2 * INPUT_SIZE).fill(0));
    });
  });

  suite.test('truncated gradients are summed over windows', async () => {
    const training = recurrence(dtype);
    const data = randomData(training, ITEMS, STEPS);
    const expected = expectedGradients(training, data, 2);
    await withTraining(suite, training, async (executable) => {
      const { gradients, reports } = await executable.gradients({ ...requestOf(training, data), truncation: 2 });
      expectGradients(gradients, expected.gradients, tolerance);
      expectReports(reports, expected.reports, tolerance);
    });
  });

  for (const truncation of [undefined, 2]) {
    suite.test(
      `an update moves parameters${truncation ? ', once per window of a truncated minibatch' : ''}`,
      async () => {
        const training = recurrence(dtype);
        const data = randomData(training, ITEMS, STEPS);
        await withTraining(suite, training, async (executable) => {
          const optimizer = new ExpectedOptimizer(training);
          const request = { ...requestOf(training, data), truncation };
          for (let minibatch = 0; minibatch < 2; minibatch++) {
            const reports = await executable.trainStep(request);
            expectReports(reports, optimizer.minibatch(data, truncation), tolerance);
            await expectParameters(executable, optimizer.parameters, tolerance);
          }
          executable.resetOptimizer();
          optimizer.forget();
          await executable.trainStep(request);
          optimizer.minibatch(data, truncation);
          await expectParameters(executable, optimizer.parameters, tolerance);
        });
      },
    );
  }

  suite.test('what optimizers remember is saved and put back, where the backend offers both', async () => {
    const training = recurrence(dtype);
    const data = randomData(training, ITEMS, STEPS);
    await withTraining(suite, training, async (executable) => {
      if (executable.saveOptimizer === undefined || executable.restoreOptimizer === undefined) return;
      const optimizer = new ExpectedOptimizer(training);
      const minibatch = async (): Promise<void> => {
        await executable.trainStep(requestOf(training, data));
        optimizer.minibatch(data, undefined);
        await expectParameters(executable, optimizer.parameters, tolerance);
      };
      await minibatch();
      const saved = await executable.saveOptimizer();
      executable.resetOptimizer();
      const withoutMemory = await executable.saveOptimizer();
      if (withoutMemory.size > 0) throw new Error('an optimizer that was reset remembers something');
      await executable.restoreOptimizer(saved);
      for (let time = 0; time < 2; time++) await minibatch();
    });
  });

  suite.test('evaluation reports and changes nothing', async () => {
    const training = layer(dtype);
    const data = randomData(training, ITEMS, STEPS);
    const expected = expectedGradients(training, data).reports;
    await withTraining(suite, training, async (executable) => {
      for (let repeat = 0; repeat < 2; repeat++)
        expectReports(await executable.evaluate(requestOf(training, data)), expected, suite.tolerance);
      await expectParameters(executable, initialParameters(training), suite.tolerance);
    });
  });

  suite.test('evaluation of what is read at a lag, also over windows shorter than it', async () => {
    const training = delayed(dtype);
    const data = randomData(training, ITEMS, STEPS);
    await withTraining(suite, training, async (executable) => {
      for (const truncation of [undefined, 3, 1]) {
        const reports = await executable.evaluate({ ...requestOf(training, data), truncation });
        expectReports(reports, expectedGradients(training, data, truncation).reports, suite.tolerance);
      }
    });
  });

  suite.test('trainings of the same network share its parameters', async () => {
    const [training, heldTarget] = [layer(dtype), layer(dtype, true)];
    await withExecutable(suite, { training, 'held target': heldTarget }, async (executable) => {
      await executable.trainStep(requestOf(training, randomData(training, ITEMS, STEPS)));
      const data = randomData(heldTarget, ITEMS, STEPS);
      const parameters = new Map<string, readonly number[]>();
      for (const id of training.trainable) parameters.set(id, Array.from((await executable.read(id)).data));
      const expected = runWindow(heldTarget, data, { firstStep: 0, steps: STEPS, parameters, state: new Map() });
      const reports = await executable.evaluate({ ...requestOf(heldTarget, data), training: 'held target' });
      expectReports(reports, expected.reports, suite.tolerance);
    });
  });

  suite.test('bad training calls are refused and change nothing', async () => {
    const training = layer(dtype);
    const data = randomData(training, ITEMS, STEPS);
    await withTraining(suite, training, async (executable) => {
      const request = requestOf(training, data);
      const refused: Readonly<Record<string, Partial<TrainRequest>>> = {
        FEED_MISSING: { targets: new Map() },
        UNKNOWN_FEED: { targets: new Map([...request.targets, ['z', held([1])]]) },
        FEED_SIZE: { targets: new Map([['y', sequence([1, 2, 3])]]) },
        UNKNOWN_SCALAR: { scalars: () => ({ rat: 1 }) },
        INVALID_COUNT: { truncation: 0 },
      };
      for (const [code, changes] of Object.entries(refused))
        await expect(executable.trainStep({ ...request, ...changes })).rejects.toMatchObject({ code });
      await expectParameters(executable, initialParameters(training), suite.tolerance);
    });
  });

  suite.test('training begins anew and leaves the carried state alone', async () => {
    const training = recurrence(dtype);
    const data = randomData(training, ITEMS, STEPS);
    await withTraining(suite, training, async (executable) => {
      const run = async (): Promise<Recorder> => {
        const sink = new Recorder();
        const feed = feedOf({ x: sequence(data.inputs['x']!) });
        await executable.run(runRequest({ items: ITEMS, steps: STEPS, feed, sink }));
        return sink;
      };
      await run();
      const kept = await executable.read('state');
      const first = await executable.evaluate(requestOf(training, data));
      await executable.gradients(requestOf(training, data));
      await executable.trainStep({ ...requestOf(training, data), scalars: () => ({ rate: 0, decay: 0 }) });
      expect((await executable.read('state')).toNested()).toEqual(kept.toNested());
      expect(executable.step).toBe(STEPS);
      expect(await executable.evaluate(requestOf(training, data))).toEqual(first);
    });
  });

  suite.test('runs use what training learnt', async () => {
    const training = layer(dtype);
    const data = randomData(training, 1, 1);
    await withTraining(suite, training, async (executable) => {
      await executable.trainStep(requestOf(training, data));
      const learnt = new Map<string, readonly number[]>();
      for (const id of training.trainable) learnt.set(id, Array.from((await executable.read(id)).data));
      expect([...learnt.values()]).not.toEqual([...initialParameters(training).values()]);
      const expected = runWindow(training, data, { firstStep: 0, steps: 1, parameters: learnt, state: new Map() });
      const sink = new Recorder();
      await executable.run(runRequest({ steps: 1, feed: feedOf({ x: sequence(data.inputs['x']!) }), sink }));
      expectClose([Math.max(...sink.of('output'))], [expected.reports['peak']!], suite.tolerance, 'largest output');
    });
  });

  suite.test('an aborted minibatch leaves the parameters of its last whole window', async () => {
    const training = recurrence(dtype);
    const data = randomData(training, ITEMS, STEPS);
    const reason = new Error('enough');
    const learnt = await withTraining(suite, training, async (executable) => {
      await executable.trainStep(requestOf(training, stepsOf(training, data, 0, 2)));
      return parametersOf(executable, training);
    });
    await withTraining(suite, training, async (executable) => {
      const controller = new AbortController();
      const request = requestOf(training, data);
      const size = ITEMS * INPUT_SIZE;
      const aborting: TrainRequest = {
        ...request,
        truncation: 2,
        signal: controller.signal,
        feed: feedOf({
          x: source((_time, step, into) => {
            if (step === 4) controller.abort(reason);
            into.set(data.inputs['x']!.subarray((step - 1) * size, step * size));
          }),
        }),
      };
      await expect(executable.trainStep(aborting)).rejects.toBe(reason);
      expect(await parametersOf(executable, training)).toEqual(learnt);
      await expect(executable.trainStep({ ...request, signal: controller.signal })).rejects.toBe(reason);
      expect(await parametersOf(executable, training)).toEqual(learnt);
    });
  });

  suite.test('the same training gives the same bits', async () => {
    const training = recurrence(dtype);
    const train = (): Promise<unknown> =>
      withTraining(suite, training, async (executable) => {
        const reports: unknown[] = [];
        for (const items of [3, 1, 3])
          reports.push(await executable.trainStep(requestOf(training, randomData(training, items, STEPS))));
        return [reports, await parametersOf(executable, training)];
      });
    expect(await train()).toEqual(await train());
  });
}

/** What momentum makes of central differences, from formula and not from the program's update. */
class ExpectedOptimizer {
  parameters: Map<string, readonly number[]>;
  readonly #training: Training;
  #memory = new Map<string, readonly number[]>();

  constructor(training: Training) {
    this.#training = training;
    this.parameters = new Map(initialParameters(training));
  }

  forget(): void {
    this.#memory = new Map();
  }

  /** One update per window; the reports, averaged by steps. */
  minibatch(data: CallData, truncation: number | undefined): Record<string, number> {
    const reports: Record<string, number> = {};
    let state: ReturnType<typeof runWindow>['state'] = new Map();
    windowsOf(data.steps, truncation).forEach((window, number) => {
      const start = { ...window, parameters: new Map(this.parameters), state };
      const result = runWindow(this.#training, data, start);
      for (const [name, value] of Object.entries(result.reports)) {
        reports[name] = (reports[name] ?? 0) + (value * window.steps) / data.steps;
      }
      for (const [id, gradient] of differences(this.#training, data, start)) {
        const memory = gradient.map((value, index) => DECAY * (this.#memory.get(id)?.[index] ?? 0) + value);
        this.#memory.set(id, memory);
        this.parameters.set(
          id,
          this.parameters.get(id)!.map((value, index) => value - rateOf(number) * memory[index]!),
        );
      }
      state = result.state;
    });
    return reports;
  }
}

/** Σ of 2 · perItemStep · (spike - target) · 4 σ(4c)(1 - σ(4c)) · x, c being W x. */
function surrogateGradient(training: Training, data: CallData): number[] {
  const weights = initialParameters(training).get('weights')!;
  const rows = weights.length / INPUT_SIZE;
  const gradient = weights.map(() => 0);
  for (let item = 0; item < data.items; item++) {
    const given = data.inputs['x']!.subarray(item * INPUT_SIZE, (item + 1) * INPUT_SIZE);
    for (let row = 0; row < rows; row++) {
      const current = given.reduce((sum, value, column) => sum + value * weights[row * INPUT_SIZE + column]!, 0);
      const smooth = 1 / (1 + Math.exp(-4 * current));
      const error = (current > 0 ? 1 : 0) - data.targets['y']![item * rows + row]!;
      const slope = (2 / data.items) * error * 4 * smooth * (1 - smooth);
      given.forEach((value, column) => (gradient[row * INPUT_SIZE + column]! += slope * value));
    }
  }
  return gradient;
}
