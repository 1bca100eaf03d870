/** @file Random programs are valid, vary, and reach every instruction in every way that matters. */
import {
  hasRepeats,
  type Instruction,
  lagsOf,
  type Program,
  readsOf,
  type SectionKind,
  verifyProgram,
  verifyTraining,
  writesOf,
} from '@ndl/ir';
import { expect, test } from 'vitest';
import { sampleSize } from '../../../../tools/sample-size.ts';
import { expectClose, expectSame } from './comparison.ts';
import type { InstructionKind } from './random-instructions.ts';
import { randomLoss, randomProgram, randomTraining } from './random-program.ts';
import { tablesOf } from './write-program.ts';

const KINDS: readonly InstructionKind[] = ['fill', 'copy', 'map', 'contract', 'reduce', 'host'];
const seeds = (count: number): readonly number[] => Array.from({ length: count }, (_, seed) => seed);

const optionsOf = (seed: number, count: number) => ({ seed, dtype: 'float64', kinds: KINDS, count }) as const;

test('programs and trainings of any seed obey the law', () => {
  for (const seed of seeds(sampleSize(40, 3000))) {
    const options = optionsOf(seed, (seed % 12) + 1);
    const written = randomProgram(options);
    verifyProgram(written, tablesOf(written));
    for (const training of [randomLoss(options), randomTraining({ ...options, pass: ['steps'] })])
      verifyTraining(training, tablesOf(training).arrays);
  }
});

test('all kinds occur in all sections, set and added, gathered and scattered, writing states', () => {
  const seen = new Set<string>();
  const note = (section: SectionKind, instruction: Instruction): void => {
    for (const { target, mode } of writesOf(instruction)) {
      seen.add(`${instruction.kind} ${mode} in ${section}`);
      if (target.indices !== undefined) seen.add(`${instruction.kind} scatters`);
      if (hasRepeats(target)) seen.add(`${instruction.kind} adds repeatedly`);
      if (['memory', 'trace'].includes(target.buffer)) seen.add(`${instruction.kind} writes a state`);
    }
    if (instruction.kind !== 'contract') return;
    if (instruction.members.length > 1) seen.add('several members');
    if (instruction.events !== undefined) seen.add(`events on the ${instruction.events}`);
  };
  for (const seed of seeds(150))
    for (const { kind, instructions } of randomProgram(optionsOf(seed, 3)).sections)
      for (const instruction of instructions) note(kind, instruction);
  const sections = ['window', 'steps', 'block'] as const;
  const inAll = ['copy', 'map', 'contract'].flatMap((kind) =>
    ['set', 'add'].flatMap((mode) => sections.map((section) => `${kind} ${mode} in ${section}`)),
  );
  const summing = ['copy', 'map', 'contract', 'reduce'].flatMap((kind) => [
    `${kind} scatters`,
    `${kind} adds repeatedly`,
  ]);
  const states = ['fill', 'copy', 'map', 'contract'].map((kind) => `${kind} writes a state`);
  const others = [
    'host set in steps',
    'host set in block',
    'several members',
    'events on the left',
    'events on the right',
  ];
  expect([...inAll, ...summing, ...states, ...others].filter((each) => !seen.has(each))).toEqual([]);
});

test('all spans, lifetimes, directions, lags and lengths of blocks occur', () => {
  const seen = new Set<string>();
  const note = ({ buffers, sections, maximumBlock }: Program): void => {
    seen.add(`blocks of ${maximumBlock ?? 'any length'}`);
    for (const { steps, lifetime, initial } of buffers) {
      seen.add(`${lifetime} of ${steps === 'one' ? 'one' : steps.span}`);
      if (typeof initial !== 'number') seen.add(`begins as ${Object.keys(initial)[0]}`);
    }
    for (const { kind, direction, instructions } of sections) {
      if (kind !== 'window') seen.add(`${kind} ${direction}`);
      for (const view of instructions.flatMap(readsOf)) {
        const { least, most } = lagsOf(view);
        if (least < most) seen.add(`lags along an axis in ${kind}`);
        if (most > 0) seen.add(`${view.buffer} at a lag in ${kind} ${direction}`);
      }
    }
  };
  for (const seed of seeds(150)) note(randomProgram(optionsOf(seed, 6)));
  const expected = [
    ...['any length', '1', '2', '3'].map((length) => `blocks of ${length}`),
    'step of one',
    'block of one',
    'block of block',
    'window of one',
    'window of window',
    'run of one',
    'run of block',
    'run of window',
    'forever of one',
    'begins as array',
    'begins as parameter',
    ...['steps', 'block'].flatMap((kind) => [
      `lags along an axis in ${kind}`,
      ...['ascending', 'descending'].flatMap((direction) => [
        `${kind} ${direction}`,
        ...['signal', 'echo'].map((id) => `${id} at a lag in ${kind} ${direction}`),
      ]),
    ]),
  ];
  expect(expected.filter((each) => !seen.has(each))).toEqual([]);
});

test('the same seed gives the same program', () => {
  const withoutIds = (program: Program): unknown =>
    JSON.parse(JSON.stringify(program, (key, value: unknown) => (key === 'initial' ? undefined : value)));
  expect(withoutIds(randomProgram(optionsOf(7, 5)))).toEqual(withoutIds(randomProgram(optionsOf(7, 5))));
});

test('numbers are close within a tolerance of the largest, and not beyond', () => {
  expectClose([1, 100.5, NaN], [1, 100, NaN], 0.006, 'numbers');
  expect(() => expectClose([1, 100.5], [1, 100], 0.004, 'numbers')).toThrow('element 1 of 2 is 100.5, expected 100');
  expect(() => expectClose([NaN], [1], 1, 'numbers')).toThrow('NaN');
  expect(() => expectClose([1], [NaN], 1, 'numbers')).toThrow('NaN');
  expect(() => expectClose([1, 2], [1], 1, 'numbers')).toThrow('length');
});

test('numbers are the same in every bit, the sign of zeros too, or they are not', () => {
  expectSame([1, -0, NaN], [1, -0, NaN], 'numbers');
  expect(() => expectSame([1, 0], [1, -0], 'numbers')).toThrow('element 1 of 2 is 0, expected -0');
  expect(() => expectSame([1 + 2 ** -52], [1], 'numbers')).toThrow('element 0');
  expect(() => expectSame([1], [1, 2], 'numbers')).toThrow('length');
});
