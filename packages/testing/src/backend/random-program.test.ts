/** @file Random programs are valid, vary, and reach every instruction in every way that matters. */
import { hasRepeats, verifyProgram, verifyTraining, writesOf, type Instruction } from '@ndl/ir';
import { expect, test } from 'vitest';
import { expectClose } from './comparison.ts';
import { randomBlockTraining, randomProgram, randomTraining, type InstructionKind } from './random-program.ts';

const KINDS: readonly InstructionKind[] = ['fill', 'copy', 'map', 'contract', 'reduce', 'host'];
const SEEDS: readonly number[] = Array.from({ length: 150 }, (_, seed) => seed);

test('programs and trainings of any seed obey the law', () => {
  for (const seed of SEEDS) {
    const options = { seed, dtype: 'float64', kinds: KINDS, count: (seed % 12) + 1 } as const;
    verifyProgram(randomProgram(options));
    verifyTraining(randomBlockTraining(options));
    verifyTraining(randomTraining(options));
  }
});

test('all kinds occur, set and added, gathered and scattered, writing states, in prologues and steps', () => {
  const programs = SEEDS.map((seed) => randomProgram({ seed, dtype: 'float64', kinds: KINDS, count: 3 }));
  const seen = new Set<string>();
  const note = (section: string, instruction: Instruction): void => {
    for (const { target, mode } of writesOf(instruction)) {
      seen.add(`${instruction.kind} ${mode} in ${section}`);
      if (target.indices !== undefined) seen.add(`${instruction.kind} scatters`);
      if (hasRepeats(target)) seen.add(`${instruction.kind} adds repeatedly`);
      if (['memory', 'trace'].includes(target.buffer)) seen.add(`${instruction.kind} writes a state`);
    }
  };
  for (const { prologue, step } of programs) {
    for (const instruction of prologue) note('prologue', instruction);
    for (const instruction of step) note('step', instruction);
  }
  const summing = ['copy', 'map', 'contract', 'reduce'];
  const expected = summing.flatMap((kind) => [
    ...['set', 'add'].flatMap((mode) => [`${kind} ${mode} in prologue`, `${kind} ${mode} in step`]),
    `${kind} scatters`,
    `${kind} adds repeatedly`,
  ]);
  const states = ['fill', 'copy', 'map', 'contract'].map((kind) => `${kind} writes a state`);
  expect([...expected, ...states, 'host set in step'].filter((each) => !seen.has(each))).toEqual([]);
});

test('numbers are close within a tolerance of the largest, and not beyond', () => {
  expectClose([1, 100.5, NaN], [1, 100, NaN], 0.006, 'numbers');
  expect(() => expectClose([1, 100.5], [1, 100], 0.004, 'numbers')).toThrow('element 1 of 2 is 100.5, expected 100');
  expect(() => expectClose([NaN], [1], 1, 'numbers')).toThrow('NaN');
  expect(() => expectClose([1], [NaN], 1, 'numbers')).toThrow('NaN');
  expect(() => expectClose([1, 2], [1], 1, 'numbers')).toThrow('length');
});
