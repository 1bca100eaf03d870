/** @file Executables that keep account of what parts take: by a clock that moves only where the engine says so. */
import type { ProgramTiming } from '@ndl/core';
import { fullView } from '@ndl/ir';
import { expect, test } from 'vitest';
import { createBackend, type Engine } from '../index.ts';
import { ADD, buffer, copy, eachStep, map, program, Recorder, section, sequence } from '../programs.test-helper.ts';
import { toyEngine, type ToyStore } from '../toy-engine.test-helper.ts';

const [x, total, shown] = [buffer('x', 'input'), buffer('total', 'state'), buffer('shown', 'temp')];
const spanning = { ...shown, ...eachStep('block') };

/** A sum over time, and twice of it, in a section over blocks. */
const twice = program({
  buffers: [x, total, spanning],
  fed: ['x'],
  read: ['shown'],
  sections: [
    section('steps', [
      { ...copy(fullView(x), fullView(total), 'add'), label: 'sum' },
      { ...copy(fullView(total), fullView(spanning)), label: 'shown' },
    ]),
    section('block', [{ ...map(ADD, [fullView(spanning), fullView(spanning)], fullView(spanning)), label: 'twice' }]),
  ],
});

/** What is put out, and what it took, with an engine by whose clock each call of a section takes 5 ms, and looking at it 1 ms. */
async function timed(
  changes: (engine: Engine<ToyStore>, spend: (milliseconds: number) => void) => Partial<Engine<ToyStore>> = () => ({}),
  timesParts = true,
): Promise<{ readonly outputs: readonly number[]; take(): readonly ProgramTiming[] | undefined }> {
  let time = 0;
  const { engine } = toyEngine({ beforeBlock: () => (time += 5) });
  const backend = createBackend(
    { name: 'toy', description: 'one by one' },
    { ...engine, ...changes(engine, (milliseconds) => (time += milliseconds)) },
    { now: () => (time += 1) },
  );
  const executable = await backend.create({ timesParts });
  await executable.add('run', twice, { arrays: new Map(), hosts: new Map() });
  const sink = new Recorder();
  const request = { program: 'run', items: 1, sink, state: 'carried' } as const;
  await executable.run({ ...request, steps: 3, feed: sequence(1, 2, 3) });
  await executable.run({ ...request, steps: 2, feed: sequence(4, 5) });
  return { outputs: sink.of('shown'), take: () => executable.takeTimings?.() };
}

test('without an engine that tells, each instruction is timed, and what asking for the time takes is taken off', async () => {
  const { outputs, take } = await timed();
  const [timing, ...others] = take()!;
  expect(others).toEqual([]);
  expect(timing).toMatchObject({ program: 'run', goal: 'run' });
  expect(timing!.sections.map(({ kind }) => kind)).toEqual(['steps', 'block']);
  const parts = timing!.sections.flatMap((each) => each.parts);
  expect(parts.map(({ labels }) => labels)).toEqual([['copy sum'], ['copy shown'], ['map twice']]);
  for (const { calls, milliseconds } of parts) expect([calls, milliseconds]).toEqual([5, 25]);
  // One addition of numbers of 64 bits, read and written, at each of five steps.
  expect(parts[0]).toMatchObject({ operations: 5, bytes: 5 * (8 + 8) });
  expect(parts[2]).toMatchObject({ operations: 5, bytes: 5 * (8 + 8 + 8) });
  expect(timing!.clock).toBe(15);
  expect(outputs).toEqual([2, 6, 12, 20, 30]);
  expect(take()).toEqual([]);
});

test('an engine that tells of its parts is believed', async () => {
  const cost = { operations: { once: 7, perStep: 2 }, bytes: { once: 0, perStep: 1 } };
  const { outputs, take } = await timed((engine, spend) => ({
    timesParts: true,
    async emit(sections, frame, emission) {
      const { clock } = emission;
      expect(emission.sequences).toEqual([]);
      const functions = await engine.emit(sections, frame, emission);
      return functions.map((run, number): (typeof functions)[number] => {
        const part = clock!.part(number, { kind: 'loop', labels: [`loop ${number}`], cost });
        return (block) => {
          const result = run(block);
          spend(block.steps);
          clock!.done(part);
          return result;
        };
      });
    },
  }));
  const [timing] = take()!;
  const [steps, block] = timing!.sections.map((each) => each.parts);
  expect([steps, block].map((parts) => parts!.length)).toEqual([1, 1]);
  const { calls } = block![0]!;
  // 5 ms a call, and 1 ms a step.
  expect(block![0]).toMatchObject({ labels: ['loop 1'], milliseconds: 5 * calls + 5, operations: 7 * calls + 10 });
  expect(block![0]!.bytes).toBe(5);
  expect(outputs).toEqual([2, 6, 12, 20, 30]);
});

test('an executable that was not asked to has no timings', async () => {
  const { outputs, take } = await timed(() => ({}), false);
  expect(take()).toBeUndefined();
  expect(outputs).toEqual([2, 6, 12, 20, 30]);
});
