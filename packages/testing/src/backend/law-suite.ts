/** @file Conformance to laws: how a call is made - items, blocks, calls, absent zeros - changes no bit of what is computed. */
import {
  type Buffer,
  fullView,
  type Instruction,
  matrixVector,
  printProgram,
  type Program,
  type SectionKind,
  type View,
} from '@ndl/ir';
import fc from 'fast-check';
import { type CallData, itemOf, randomData, recordRun } from './call-data.ts';
import { expectAgreement } from './comparison.ts';
import { randomCases } from './instruction-suite.ts';
import type { InstructionKind } from './random-instructions.ts';
import { randomProgram, randomTraining } from './random-program.ts';
import { ADD } from './random-kernels.ts';
import { Recorder } from './recorder.ts';
import { checkEach, runRequest, withExecutable, type BackendSuite } from './suite.ts';
import { gradientTolerance, requestOf, withTraining } from './training-requests.ts';
import {
  buffer,
  copyTo,
  EACH_STEP_OF_BLOCK,
  host,
  inputsOf,
  outputsOf,
  program,
  section,
  setTo,
  storedNumbers,
} from './write-program.ts';

const KINDS: readonly InstructionKind[] = ['fill', 'copy', 'map', 'contract', 'reduce'];

/** Passes that run in one direction over calls of any length. */
const PASSES: readonly (readonly SectionKind[])[] = [['steps'], ['block'], ['block', 'steps', 'block']];

export function describeLaws(suite: BackendSuite): void {
  const recordOf = (job: Program, data: CallData, calls?: readonly number[]): Promise<Recorder> =>
    withExecutable(suite, { run: job }, (executable) => recordRun(executable, job, data, calls));

  suite.test('items together or one by one: the same numbers', async () => {
    await checkEach(12, randomCases(2, 10), async ({ seed, count, steps }) => {
      const items = 3;
      const job = randomProgram({ seed, dtype: suite.dtype, kinds: KINDS, count });
      const data = randomData(job, items, steps);
      const together = await recordOf(job, data);
      for (let item = 0; item < items; item++) {
        const alone = await recordOf(job, itemOf(job, data, item));
        for (const { name } of job.outputs) {
          const size = alone.of(name).length / alone.stepsOf(name).length;
          const own = together.of(name).filter((_, index) => Math.floor(index / size) % items === item);
          expectAgreement(
            suite,
            own,
            alone.of(name),
            () => `item ${item} of output ${name} of\n${printProgram(job)}\n`,
          );
        }
      }
    });
  });

  suite.test('blocks of any length: the same numbers', async () => {
    await checkEach(12, randomCases(2, 10), async ({ seed, count, items }) => {
      const steps = 7;
      const { maximumBlock = steps, ...rest } = randomProgram({ seed, dtype: suite.dtype, kinds: KINDS, count });
      const job: Program = { ...rest, maximumBlock };
      const data = randomData(job, items, steps);
      const expected = await recordOf(job, data);
      const variants = [1, 2, 3, 5]
        .filter((block) => block < maximumBlock)
        .map((block): Program => ({ ...job, maximumBlock: block }));
      for (const variant of [...variants, ...stepByStep(job)]) {
        const actual = await recordOf(variant, data);
        for (const { name } of job.outputs)
          expectAgreement(
            suite,
            actual.of(name),
            expected.of(name),
            () => `output ${name} of\n${printProgram(variant)}\n`,
          );
      }
    });
  });

  suite.test('blocks of any length: the same gradients', async () => {
    const cases = fc.record({ each: randomCases(2, 8), pass: fc.constantFrom(...PASSES) });
    await checkEach(6, cases, async ({ each: { seed, count, items }, pass }) => {
      const steps = 5;
      const training = randomTraining({ seed, dtype: suite.dtype, kinds: KINDS, count, pass });
      const request = requestOf(training, randomData(training, items, steps));
      const resultOf = (maximumBlock: number): Promise<readonly number[]> =>
        withTraining(suite, { ...training, forward: { ...training.forward, maximumBlock } }, async (executable) => {
          const { gradients, reports } = await executable.gradients(request);
          return [...training.trainable.flatMap((id) => [...gradients.get(id)!.data]), ...Object.values(reports)];
        });
      const expected = await resultOf(steps);
      for (const block of [1, 2, 4])
        expectAgreement(
          { bits: suite.bits, tolerance: gradientTolerance(suite) },
          await resultOf(block),
          expected,
          () => `gradients and reports, in blocks of ${block}, of\n${printProgram(training.forward)}\n`,
        );
    });
  });

  suite.test('one call or many: the same numbers', async () => {
    const cases = fc.record({ each: randomCases(2, 10), pass: fc.constantFrom(...PASSES) });
    await checkEach(12, cases, async ({ each: { seed, count, items }, pass }) => {
      const job = randomProgram({ seed, dtype: suite.dtype, kinds: KINDS, count, pass });
      const data = randomData(job, items, 6);
      const expected = await recordOf(job, data);
      for (const calls of [
        [1, 1, 1, 1, 1, 1],
        [4, 2],
        [1, 5],
      ]) {
        const actual = await recordOf(job, data, calls);
        for (const { name } of job.outputs)
          expectAgreement(suite, actual.of(name), expected.of(name), () => `output ${name} of\n${printProgram(job)}\n`);
      }
    });
  });

  suite.test('what a target shows more than once is added to in view order', async () => {
    await withExecutable(suite, { run: piling(suite) }, async (executable) => {
      const sink = new Recorder();
      await executable.run(runRequest({ items: 2, steps: 3, sink }));
      for (const name of ['copied', 'mapped'])
        expectAgreement(
          suite,
          sink.of(name),
          Array(6)
            .fill(suite.bits ? [0, 3] : [1, 3])
            .flat(),
          name,
        );
    });
  });

  suite.test('zero terms of spikes left out by hand: the same numbers', async () => {
    const { sparse, dense } = spiking(suite);
    const data = randomData(dense, 2, 5);
    const [expected, actual] = [await recordOf(sparse, data), await recordOf(dense, data)];
    for (const { name } of dense.outputs) expectAgreement(suite, actual.of(name), expected.of(name), `output ${name}`);
  });
}

/** The program with a host that acts, on nothing, so that it is run step by step; none where there are only blocks. */
function stepByStep(job: Program): readonly Program[] {
  const number = job.sections.findIndex(({ kind }) => kind === 'steps');
  if (number < 0) return [];
  const [none, silence] = [buffer('none', 'constant', [1]), buffer('silence', 'temp', [1])];
  const actor = host('actor', { make: () => ({ call: () => {} }) }, { acts: true });
  const call: Instruction = { kind: 'host', host: 'actor', inputs: [fullView(none)], outputs: [fullView(silence)] };
  const sections = job.sections.map((each, index) =>
    index === number ? { ...each, instructions: [...each.instructions, call] } : each,
  );
  return [{ ...job, buffers: [...job.buffers, none, silence], hosts: [...job.hosts, actor], sections }];
}

/**
 * 1, a number beside which 1 is nothing, and that number taken away, all added to one element; and 3 to another. Where bits are not
 * promised, the numbers are small.
 */
function piling(suite: BackendSuite): Program {
  const large = suite.bits ? 2 ** 60 : 4;
  const terms = buffer('terms', 'constant', [4], { initial: storedNumbers([1, large, 3, -large]) });
  const instructions = ['copied', 'mapped'].map((id): readonly [Buffer, readonly Instruction[]] => {
    const sum = buffer(id, 'temp', [2], EACH_STEP_OF_BLOCK);
    const piled: View = {
      buffer: id,
      offset: 0,
      shape: [4],
      strides: [0],
      indices: [{ axis: 0, offsets: [0, 0, 1, 0] }],
    };
    const add: Instruction =
      id === 'copied'
        ? copyTo(piled, fullView(terms), 'add')
        : {
            kind: 'map',
            kernel: ADD,
            inputs: [fullView(terms), 0],
            parameters: [],
            outputs: [{ target: piled, mode: 'add' }],
          };
    return [sum, [{ kind: 'fill', value: 0, ...setTo(fullView(sum)) }, add]];
  });
  const sums = instructions.map(([sum]) => sum);
  return program({
    dtype: suite.dtype,
    buffers: [terms, ...sums],
    sections: [
      section(
        'block',
        instructions.flatMap(([, own]) => own),
      ),
    ],
    outputs: outputsOf(...sums),
  });
}

/** Spikes, and which of them are none: all, in the second pattern. */
const PATTERNS: Readonly<Record<string, readonly number[]>> = {
  some: [0, 1, 0, -0, 1000, 1],
  none: [0, 0, -0, 0, 0, 0],
};

/**
 * Products with spikes, set and added to, once with all terms marked as events, and once over a list of those that spike. What
 * is added to begins at -0, which +0 would change.
 */
function spiking(suite: BackendSuite): { readonly dense: Program; readonly sparse: Program } {
  const [rows, columns] = [3, 6];
  const weights = buffer('weights', 'input', [rows, columns], EACH_STEP_OF_BLOCK);
  const products = Object.entries(PATTERNS).flatMap(([name, pattern]) => {
    const spikes = buffer(`${name} spikes`, 'constant', [columns], { initial: storedNumbers(pattern) });
    const active = [...pattern.keys()].filter((column) => pattern[column] !== 0);
    return (['set', 'add'] as const).map((mode) => {
      return { spikes, active, mode, target: buffer(`${name}, ${mode}`, 'temp', [rows], EACH_STEP_OF_BLOCK) };
    });
  });
  const listed = ({ strides, ...view }: View, active: readonly number[]): View => ({
    ...view,
    shape: [rows, active.length],
    strides: strides.with(1, 0),
    indices: [{ axis: 1, offsets: active.map((column) => column * strides[1]!) }],
  });
  const variant = (isDense: boolean): Program => {
    const instructions = products.flatMap(({ spikes, active, mode, target }): Instruction[] => {
      const whole = matrixVector(fullView(weights), fullView(spikes), fullView(target));
      const member = {
        left: listed(whole.left, active),
        right: listed(whole.right, active),
        target: { ...whole.target, shape: [rows, active.length] },
      };
      const product: Instruction = isDense
        ? { kind: 'contract', members: [whole], mode, events: 'right' }
        : { kind: 'contract', members: [member], mode };
      return [{ kind: 'fill', value: -0, ...setTo(fullView(target)) }, product];
    });
    const targets = products.map(({ target }) => target);
    return program({
      dtype: suite.dtype,
      buffers: [weights, ...new Set(products.map(({ spikes }) => spikes)), ...targets],
      sections: [section('block', instructions)],
      inputs: inputsOf(weights),
      outputs: outputsOf(...targets),
    });
  };
  return { dense: variant(true), sparse: variant(false) };
}
