/** @file Conformance, instruction by instruction and then all together, on random programs held against the oracle. */
import {
  fullView,
  matrixVector,
  printProgram,
  verifyProgram,
  verifyTraining,
  type Buffer,
  type Instruction,
  type ReduceAxis,
  type SectionKind,
} from '@ndl/ir';
import fc from 'fast-check';
import { expectedOutputs, feedOfData, oracleFeed, randomData, recordRun, targetsOfData } from './call-data.ts';
import { expectAgreement } from './comparison.ts';
import { arithmeticOf, MATHEMATICS } from './oracle-kernel.ts';
import { Oracle } from './oracle.ts';
import type { InstructionKind } from './random-instructions.ts';
import { randomLoss, randomProgram } from './random-program.ts';
import { Recorder } from './recorder.ts';
import { checkEach, feedOf, runRequest, sequence, withExecutable, type BackendSuite } from './suite.ts';
import { objectiveProgram } from './training-oracle.ts';
import { buffer, inputsOf, outputsOf, program, setTo, storedNumbers, tablesOf } from './write-program.ts';

const KINDS: readonly InstructionKind[] = ['fill', 'copy', 'map', 'contract', 'reduce', 'host'];
const KINDS_OF_LOSSES: readonly InstructionKind[] = ['fill', 'copy', 'map', 'contract', 'reduce'];

/** Passes of one section, by the name that tests give them. */
const PLACES: Readonly<Record<string, readonly SectionKind[]>> = { steps: ['steps'], blocks: ['block'] };

export interface RandomCase {
  readonly seed: number;
  readonly count: number;
  readonly items: number;
  readonly steps: number;
}

/** Seeds of random programs with so many instructions, and calls of them. */
export function randomCases(least: number, most: number): fc.Arbitrary<RandomCase> {
  return fc.record({
    seed: fc.integer({ min: 0, max: 1e6 }),
    count: fc.integer({ min: least, max: most }),
    items: fc.constantFrom(1, 3),
    steps: fc.constantFrom(1, 5),
  });
}

export function describeInstructions(suite: BackendSuite): void {
  for (const [place, pass] of Object.entries(PLACES)) {
    for (const kind of KINDS)
      suite.test(`${kind} in ${place}`, () =>
        checkEach(15, randomCases(1, 3), (each) => checkRun(suite, [kind], each, pass)),
      );
  }
  for (const kind of KINDS_OF_LOSSES)
    suite.test(`${kind} over windows`, () =>
      checkEach(15, randomCases(1, 3), (each) => checkLoss(suite, [kind], each)),
    );
  suite.test('zero terms of spikes are absent', () => checkEvents(suite));
  suite.test('a maximum, of numbers in any order', () => checkMaxima(suite));
  suite.test('random programs', () => checkEach(60, randomCases(2, 12), (each) => checkRun(suite, KINDS, each)));
  suite.test('random losses', () =>
    checkEach(30, randomCases(2, 10), (each) => checkLoss(suite, KINDS_OF_LOSSES, each)),
  );
}

async function checkRun(
  suite: BackendSuite,
  kinds: readonly InstructionKind[],
  { seed, count, items, steps }: RandomCase,
  pass?: readonly SectionKind[],
): Promise<void> {
  const written = randomProgram({ seed, dtype: suite.dtype, kinds, count, ...(pass && { pass }) });
  verifyProgram(written, tablesOf(written));
  const data = randomData(written, items, steps);
  await withExecutable(suite, { run: written }, async (executable) => {
    const sink = await recordRun(executable, written, data);
    for (const [name, expected] of expectedOutputs(suite, written, data))
      expectAgreement(suite, sink.of(name), expected, () => `output ${name} of\n${printProgram(written)}\n`);
  });
}

async function checkLoss(
  suite: BackendSuite,
  kinds: readonly InstructionKind[],
  { seed, count, items, steps }: RandomCase,
): Promise<void> {
  const training = randomLoss({ seed, dtype: suite.dtype, kinds, count });
  verifyTraining(training, tablesOf(training).arrays);
  const data = randomData(training, items, steps);
  const whole = objectiveProgram(training);
  await withExecutable(suite, { training }, async (executable) => {
    const reports = await executable.evaluate({
      training: 'training',
      items,
      steps,
      feed: feedOfData(training, data),
      targets: targetsOfData(training, data),
      scalars: () => ({}),
    });
    const oracle = new Oracle(whole, items, { formulas: suite.bits ? arithmeticOf(suite.dtype) : MATHEMATICS });
    oracle.run(steps, oracleFeed(training, data));
    for (const [name, view] of Object.entries(training.reports)) {
      const expected = oracle.read(view).slice(0, 1);
      expectAgreement(suite, [reports[name]!], expected, () => `report ${name} of\n${printProgram(whole)}\n`);
    }
  });
}

/** Weights that are no numbers stand where nothing spikes. */
async function checkEvents(suite: BackendSuite): Promise<void> {
  const [rows, columns] = [2, 4];
  const weights = buffer('weights', 'constant', [rows, columns], {
    initial: storedNumbers([1, NaN, 2, Infinity, 3, Infinity, 4, NaN], [rows, columns]),
  });
  const spikes = buffer('spikes', 'input', [columns]);
  const [left, right] = [buffer('left', 'temp', [rows]), buffer('right', 'temp', [rows])];
  const product = matrixVector(fullView(weights), fullView(spikes), fullView(right));
  const written = program({
    dtype: suite.dtype,
    buffers: [weights, spikes, left, right],
    step: [
      { kind: 'contract', members: [product], events: 'right', mode: 'set' },
      {
        kind: 'contract',
        members: [
          {
            left: product.right,
            right: product.left,
            target: matrixVector(fullView(weights), fullView(spikes), fullView(left)).target,
          },
        ],
        events: 'left',
        mode: 'set',
      },
    ],
    inputs: inputsOf(spikes),
    outputs: outputsOf(left, right),
  });
  await withExecutable(suite, { run: written }, async (executable) => {
    const sink = new Recorder();
    const feed = feedOf({ spikes: sequence([1, 0, 10, 0, 0, 0, 0, 0]) });
    await executable.run(runRequest({ items: 2, steps: 1, feed, sink }));
    for (const { name } of written.outputs) expectAgreement(suite, sink.of(name), [21, 43, 0, 0], name);
  });
}

/** Rows, with what their greatest element is: NaN is greater than all, and +0 than -0. */
const MAXIMA: readonly (readonly [row: readonly number[], greatest: number])[] = [
  [[1, NaN, 2], NaN],
  [[NaN, 1, 2], NaN],
  [[-1, -2, NaN], NaN],
  [[-Infinity, NaN, Infinity], NaN],
  [[-Infinity, -Infinity, -Infinity], -Infinity],
  [[-0, 0, -0], 0],
  [[0, -0, -1], 0],
  [[-0, -0, -2], -0],
];

/** Over an axis, and over items. */
async function checkMaxima(suite: BackendSuite): Promise<void> {
  const numbers = MAXIMA.map(([row]) => row);
  const shape = [MAXIMA.length, 3];
  const rows = buffer('rows', 'constant', shape, { initial: storedNumbers(numbers.flat(), shape) });
  const x = buffer('x', 'input', [MAXIMA.length]);
  const [ofRows, ofItems] = ['of rows', 'of items'].map((id) => buffer(id, 'temp', [MAXIMA.length], { items: false }));
  const greatest = (source: Buffer, axis: ReduceAxis, target: Buffer): Instruction => {
    return { kind: 'reduce', operation: 'max', source: fullView(source), axes: [axis], ...setTo(fullView(target)) };
  };
  const written = program({
    dtype: suite.dtype,
    buffers: [rows, x, ofRows!, ofItems!],
    step: [greatest(rows, 1, ofRows!), greatest(x, 'items', ofItems!)],
    inputs: inputsOf(x),
    outputs: outputsOf(ofRows!, ofItems!),
  });
  await withExecutable(suite, { run: written }, async (executable) => {
    const sink = new Recorder();
    const items = [0, 1, 2].flatMap((column) => numbers.map((row) => row[column]!));
    await executable.run(runRequest({ items: 3, steps: 1, feed: feedOf({ x: sequence(items) }), sink }));
    const expected = MAXIMA.map(([, each]) => each);
    for (const { name } of written.outputs)
      expectAgreement(suite, sink.of(name), [...expected, ...expected, ...expected], name);
  });
}
