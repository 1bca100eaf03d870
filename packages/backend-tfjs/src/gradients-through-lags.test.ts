/** @file Gradients through what is read at lags, in blocks and across them: tfjs derives them by its tape, and equals the closed form. */
import { kernel, matrixVector, type Training, type View } from '@ndl/ir';
import { describe, expect, test } from 'vitest';
import { tfjs } from './index.ts';
import {
  buffer,
  EACH_STEP,
  entryOf,
  keeping,
  mapTo,
  program,
  section,
  training,
  trainRequest,
  view,
  withExecutable,
} from './program-fixtures.test-helper.ts';

const [ITEMS, STEPS, DECAY] = [2, 7, 0.5] as const;

const follow = kernel({ name: 'follow', inputs: ['x', 'y'] }, (k) => ({
  output: k.add(k.multiply(DECAY, k.inputs.y), k.inputs.x),
}));
const difference = kernel({ name: 'difference', inputs: ['x', 'y'] }, (k) => ({
  output: k.subtract(k.inputs.x, k.inputs.y),
}));
const halfSquare = kernel({ name: 'halfSquare', inputs: ['x'] }, (k) => ({
  output: k.multiply(0.5, k.multiply(k.inputs.x, k.inputs.x)),
}));

function back(id: string, lag: number): View {
  return { ...view(id, 1), lag: { base: lag, perAxis: [0] } };
}

/** y ← w x + y two steps before / 2, from `start`; z = y - y one step before; objective Σ z² / 2. */
function task(maximumBlock: number | undefined): Training {
  return training({
    forward: program({
      buffers: [
        buffer('x', 'input', [1], keeping(0)),
        buffer('w', 'parameter', [1, 1, 1], { initial: 0.75 }),
        buffer('start', 'parameter', [1], { initial: -0.5 }),
        buffer('current', 'temp', [1], keeping(0)),
        buffer('y', 'state', [1], { ...keeping(2), initial: { parameter: 'start' } }),
        buffer('z', 'temp', [1], EACH_STEP),
      ],
      inputs: [{ name: 'x', buffer: 'x', held: false }],
      sections: [
        section('block', [
          {
            kind: 'contract',
            members: [matrixVector(view('w', 1, 1, 1), view('x', 1, 1), view('current', 1, 1))],
            mode: 'set',
          },
        ]),
        section('steps', [mapTo(view('y', 1), follow, view('current', 1), back('y', 2))]),
        section('block', [mapTo(view('z', 1), difference, view('y', 1), back('y', 1))]),
      ],
      ...(maximumBlock !== undefined && { maximumBlock }),
    }),
    buffers: [
      buffer('squares', 'temp', [1], EACH_STEP),
      buffer('objective', 'temp', [], { items: false, lifetime: 'window' }),
    ],
    loss: [
      mapTo(view('squares', 1), halfSquare, view('z', 1)),
      {
        kind: 'reduce',
        operation: 'sum',
        source: view('squares', 1),
        axes: [0, 'items', 'steps'],
        target: view('objective'),
        mode: 'set',
      },
    ],
    objective: view('objective'),
    reports: { loss: view('objective') },
    trainable: ['w', 'start'],
  });
}

const x = Float32Array.from({ length: STEPS * ITEMS }, (_, index) => Math.sin(index + 1));

/** The gradients by w and start, carried forward with the values; both are cut where a window begins. */
function expected(truncation: number): { readonly w: number; readonly start: number } {
  const sum = { w: 0, start: 0 };
  for (let item = 0; item < ITEMS; item++) {
    // y and its derivatives at the two steps before, oldest first.
    let before = [0, 1].map(() => ({ y: -0.5, w: 0, start: 1 }));
    for (let step = 0; step < STEPS; step++) {
      if (step > 0 && step % truncation === 0) before = before.map(({ y }) => ({ y, w: 0, start: 0 }));
      const [two, one] = before as [(typeof before)[0], (typeof before)[0]];
      const given = x[step * ITEMS + item]!;
      const now = { y: 0.75 * given + DECAY * two.y, w: given + DECAY * two.w, start: DECAY * two.start };
      sum.w += (now.y - one.y) * (now.w - one.w);
      sum.start += (now.y - one.y) * (now.start - one.start);
      before = [one, now];
    }
  }
  return sum;
}

describe.each(['wasm', 'cpu'] as const)('on %s', (engine) => {
  for (const maximumBlock of [undefined, 1, 2, 3]) {
    for (const truncation of [STEPS, 3, 1]) {
      test(`windows of ${truncation} steps in blocks of ${maximumBlock ?? 'any length'}`, async () => {
        await withExecutable(entryOf(tfjs({ engine })), { training: task(maximumBlock) }, async (executable) => {
          const request = trainRequest({
            items: ITEMS,
            steps: STEPS,
            truncation,
            feed: new Map([['x', { kind: 'sequence', data: x }]]),
          });
          const { gradients } = await executable.gradients(request);
          const { w, start } = expected(truncation);
          expect(gradients.get('w')!.data[0]).toBeCloseTo(w, 4);
          expect(gradients.get('start')!.data[0]).toBeCloseTo(start, 4);
        });
      });
    }
  }
});
