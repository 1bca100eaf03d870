/** @file Conformance, instruction by instruction and then all together, on random programs held against the oracle. */
import fc from 'fast-check';
import {
  fullView,
  matrixVector,
  printProgram,
  verifyProgram,
  verifyTraining,
  type Instruction,
  type Program,
  type Training,
} from '@ndl/ir';
import { NdArray, RandomState } from '@ndl/numerics';
import { expectClose } from './comparison.ts';
import { Oracle } from './oracle.ts';
import { randomBlockTraining, randomProgram, type InstructionKind } from './random-program.ts';
import { buffer, program } from './write-program.ts';
import { feedOf, held, Recorder, runRequest, sequence, withExecutable, type BackendSuite } from './suite.ts';

const STEP_KINDS: readonly InstructionKind[] = ['fill', 'copy', 'map', 'contract', 'reduce', 'host'];
const BLOCK_KINDS: readonly InstructionKind[] = ['fill', 'copy', 'map', 'contract', 'reduce'];

interface Case {
  readonly seed: number;
  readonly count: number;
  readonly items: number;
  readonly steps: number;
}

/** Numbers that flow into inputs and targets, the same for the backend and the oracle. */
interface Data {
  /** [steps, items, 5]. */
  readonly signal: Float64Array;
  /** [items, 4]. */
  readonly setting: Float64Array;
  /** [steps, items, 1]. */
  readonly probe: Float64Array;
}

export function describeInstructions(suite: BackendSuite): void {
  for (const kind of STEP_KINDS) {
    suite.test(`${kind} in prologue and step`, () => check(25, cases(1, 3), (c) => checkRun(suite, [kind], c)));
  }
  for (const kind of BLOCK_KINDS) {
    suite.test(`${kind} over whole blocks`, () => check(25, cases(1, 3), (c) => checkBlock(suite, [kind], c)));
  }
  suite.test('zero terms of spikes are absent', () => checkEvents(suite));
  suite.test('random programs', () => check(60, cases(2, 12), (c) => checkRun(suite, STEP_KINDS, c)));
  suite.test('random losses', () => check(40, cases(2, 10), (c) => checkBlock(suite, BLOCK_KINDS, c)));
}

function cases(least: number, most: number): fc.Arbitrary<Case> {
  return fc.record({
    seed: fc.integer({ min: 0, max: 1e6 }),
    count: fc.integer({ min: least, max: most }),
    items: fc.constantFrom(1, 3),
    steps: fc.constantFrom(1, 5),
  });
}

/** Always the same cases, so that a failure comes back. */
async function check(
  numRuns: number,
  arbitrary: fc.Arbitrary<Case>,
  property: (value: Case) => Promise<void>,
): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitrary, property), { numRuns, seed: 1 });
}

async function checkRun(
  suite: BackendSuite,
  kinds: readonly InstructionKind[],
  { seed, count, items, steps }: Case,
): Promise<void> {
  const program = randomProgram({ seed, dtype: suite.dtype, kinds, count });
  verifyProgram(program);
  const data = randomData(seed, items, steps);
  const expected = oracleOutputs(program, data, items, steps);
  await withExecutable(suite, program, async (executable) => {
    const sink = new Recorder();
    const feed = feedOf({ signal: sequence(data.signal), setting: held(data.setting) });
    await executable.run(runRequest({ items, steps, feed, sink }));
    for (const { name } of program.outputs) {
      expectClose(sink.of(name), expected.get(name)!, suite.tolerance, `output ${name} of\n${printProgram(program)}\n`);
    }
  });
}

async function checkBlock(
  suite: BackendSuite,
  kinds: readonly InstructionKind[],
  { seed, count, items, steps }: Case,
): Promise<void> {
  const training = randomBlockTraining({ seed, dtype: suite.dtype, kinds, count });
  verifyTraining(training);
  const data = randomData(seed, items, steps);
  const expected = oracleReports(training, data, items, steps);
  await withExecutable(suite, { run: () => training.forward, training: () => training }, async (executable) => {
    const reports = await executable.evaluate(
      {
        objective: 'reports',
        items,
        steps,
        feed: feedOf({ signal: sequence(data.signal), setting: held(data.setting) }),
        targets: new Map([['probe', sequence(data.probe)]]),
        scalars: () => ({}),
      },
      'training',
    );
    for (const [name, value] of expected) {
      expectClose([reports[name]!], [value], suite.tolerance, `report ${name} of ${JSON.stringify(training.loss)}\n`);
    }
  });
}

/** Weights that are no numbers stand where nothing spikes. */
async function checkEvents(suite: BackendSuite): Promise<void> {
  const [rows, columns] = [2, 4];
  const weights = buffer('weights', 'constant', [rows, columns], {
    initial: new NdArray(Float64Array.of(1, NaN, 2, Infinity, 3, Infinity, 4, NaN), [rows, columns]),
  });
  const spikes = buffer('spikes', 'input', [columns]);
  const outputs = (['left', 'right'] as const).map((events) => ({ events, output: buffer(events, 'temp', [rows]) }));
  const written = program({
    dtype: suite.dtype,
    buffers: [weights, spikes, ...outputs.map(({ output }) => output)],
    inputs: [{ name: 'spikes', buffer: 'spikes', held: false }],
    step: outputs.map(({ events, output }): Instruction => {
      const { left, right, target } = matrixVector(fullView(weights), fullView(spikes), fullView(output));
      const member = events === 'right' ? { left, right, target } : { left: right, right: left, target };
      return { kind: 'contract', members: [member], events, mode: 'set' };
    }),
    outputs: outputs.map(({ events, output }) => ({ name: events, view: fullView(output) })),
  });
  verifyProgram(written);
  await withExecutable(suite, written, async (executable) => {
    const sink = new Recorder();
    const feed = feedOf({ spikes: sequence([1, 0, 10, 0, 0, 0, 0, 0]) });
    await executable.run(runRequest({ items: 2, steps: 1, feed, sink }));
    for (const { events } of outputs) expectClose(sink.of(events), [21, 43, 0, 0], suite.tolerance, events);
  });
}

function randomData(seed: number, items: number, steps: number): Data {
  const random = new RandomState(seed + 1);
  return {
    signal: random.uniform(-1, 1, steps * items * 5),
    setting: random.uniform(-1, 1, items * 4),
    probe: random.uniform(0.5, 1.5, steps * items),
  };
}

function oracleFeed({ signal, setting }: Data, items: number): ReadonlyMap<string, (step: number) => Float64Array> {
  return new Map([
    ['signal', (step: number) => signal.subarray(step * items * 5, (step + 1) * items * 5)],
    ['setting', () => setting],
  ]);
}

function oracleOutputs(program: Program, data: Data, items: number, steps: number): Map<string, number[]> {
  const oracle = new Oracle(program, items, steps);
  const outputs = new Map<string, number[]>(program.outputs.map(({ name }) => [name, []]));
  oracle.run(program, oracleFeed(data, items), 0, (slice) => {
    for (const { name, view } of program.outputs) outputs.get(name)!.push(...oracle.read(view, slice));
  });
  return outputs;
}

function oracleReports(training: Training, data: Data, items: number, steps: number): Map<string, number> {
  const { forward } = training;
  const oracle = new Oracle({ ...forward, buffers: [...forward.buffers, ...training.buffers] }, items, steps);
  for (let step = 0; step < steps; step++)
    oracle.fillSlice('probe', step, data.probe.subarray(step * items, (step + 1) * items));
  oracle.run(forward, oracleFeed(data, items), 0);
  oracle.execute(training.loss);
  return new Map(Object.entries(training.reports).map(([name, view]) => [name, oracle.read(view)[0]!]));
}
