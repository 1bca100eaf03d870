/** @file What an engine does at one call that can do several sections in a row: the same numbers, with fewer ways to it and back. */
import { fullView, type Training } from '@ndl/ir';
import { expect, test } from 'vitest';
import {
  ADD,
  buffer,
  copy,
  eachStep,
  map,
  program,
  run,
  section,
  sequence,
  toyExecutable,
} from './programs.test-helper.ts';

const [x, total, out] = [
  buffer('x', 'input'),
  buffer('total', 'state'),
  buffer('out', 'temp', [1], eachStep('window')),
];

/** The sum of what was fed, and the same and 1. */
const forward = program({
  buffers: [x, total, out],
  fed: ['x'],
  read: ['total', 'out'],
  sections: [
    section('steps', [copy(fullView(x), fullView(total), 'add'), copy(fullView(total), fullView(out))]),
    section('block', [map(ADD, [fullView(out), 1], fullView(out))]),
  ],
});

test.each([
  [1, [2, 2, 2, 2, 2, 2]],
  [4, [2, 2, 2]],
  [9, [2, 2]],
])('sections of a pass: blocks of %i steps', async (blockSteps, calls) => {
  for (const isLate of [false, true]) {
    const toy = await toyExecutable({ run: forward }, { blockSteps, isLate, takesSequences: true });
    const sink = await run(toy, 5);
    await run(toy, 1, {}, sink);
    const sums = [1, 3, 6, 10, 15, 21];
    expect(sink.of('total')).toEqual(sums);
    expect(sink.of('out')).toEqual(sums.map((value) => value + 1));
    expect(toy.log.calls).toEqual(calls);
  }
});

const loss = buffer('loss', 'temp', [], { items: false, lifetime: 'window' });
const training: Training = {
  forward,
  targets: [],
  buffers: [loss],
  scalars: [],
  hosts: [],
  loss: [
    { kind: 'fill', value: 0, target: fullView(loss), mode: 'set' },
    {
      kind: 'reduce',
      operation: 'sum',
      source: fullView(out),
      axes: [0, 'items', 'steps'],
      target: fullView(loss),
      mode: 'add',
    },
  ],
  objective: fullView(loss),
  reports: { loss: fullView(loss) },
  trainable: [],
  update: [],
};

test.each([
  [9, true, [3, 3]],
  [6, true, [3, 3]],
  [4, true, [2, 2, 1, 3]],
  [9, false, [1, 1, 1, 1, 1, 1]],
])('a window that is one block: blocks of %i steps, sequences: %s', async (blockSteps, takesSequences, calls) => {
  for (const isLate of [false, true]) {
    const toy = await toyExecutable({ learn: training }, { blockSteps, isLate, takesSequences });
    const reports = await toy.executable.evaluate({
      training: 'learn',
      items: 1,
      steps: 10,
      truncation: 6,
      feed: sequence(...Array.from({ length: 10 }, (_, k) => k + 1)),
      targets: new Map(),
      scalars: () => ({}),
    });
    // Triangular numbers, and 1 each: of steps 1 to 6, and 7 to 10.
    const [first, second] = [56 + 6, 28 + 36 + 45 + 55 + 4];
    expect(reports['loss']).toBeCloseTo((6 * first + 4 * second) / 10, 12);
    expect(toy.log.calls).toEqual(calls);
  }
});
