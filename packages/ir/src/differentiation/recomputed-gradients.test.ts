/** @file Gradients of blocks that are computed once more: what is kept all the same, and what must not happen twice. */
import { sizeOf } from '@ndl/numerics';
import { describe, expect, it } from 'vitest';
import {
  assembleTraining,
  type Buffer,
  differentiate,
  type Instruction,
  kernel,
  type Tables,
  type Training,
  type View,
} from '../index.ts';
import { interpret } from '../interpret.test-helper.ts';
import { ARRAYS, buffer, dot, MULTIPLY, program, TANH, view } from '../program-fixtures.test-helper.ts';
import { expectGradients } from './gradient-check.test-helper.ts';
import { CALL, FED, LOSS, map, OUT, parameter, squaredLoss } from './training-fixtures.test-helper.ts';

const TABLES: Tables = { arrays: ARRAYS, hosts: new Map() };

const copy = (source: View, target: View, mode: 'set' | 'add' = 'set'): Instruction => {
  return { kind: 'copy', source, target, mode };
};

describe('gradients of blocks that are computed once more', () => {
  it('keep of many taps what the window has of them, not copies for each block; and no place has one for each tap', () => {
    const TAPS = 9;
    const forward = program({
      buffers: [
        buffer('x', 'input', [3]),
        parameter('w', [2, 3]),
        parameter('taps', [TAPS], 3),
        buffer('u', 'state', [2], { steps: { span: 'block', before: TAPS - 1 } }),
        OUT,
      ],
      inputs: FED,
      step: [
        dot(view('w', 1, 2, 3), view('x', 1, 3), view('u', 1, 2)),
        {
          kind: 'contract',
          members: [
            {
              left: { ...view('taps', TAPS), shape: [2, TAPS], strides: [0, 1] },
              right: { ...view('u', 2), shape: [2, TAPS], strides: [1, 0], lag: { base: 0, perAxis: [0, 1] } },
              target: { ...view('y', 2), shape: [2, TAPS], strides: [1, 0] },
            },
          ],
          mode: 'set',
        },
      ],
    });
    const training = squaredLoss(forward, view('y', 2), ['w', 'taps']);
    expectGradients(training);
    // As many numbers for each step as the input has are the most that any place has: none has one for each tap.
    const perStep = differentiate(training).backward.buffers.filter(({ steps }) => steps !== 'one');
    expect(Math.max(...perStep.map(({ shape }) => sizeOf(shape)))).toBe(3);
    const again: Training = { ...training, tape: 'recompute' };
    // Each block begins with a copy of the steps before: a long past is kept for the window instead.
    const { buffers } = assembleTraining(again, TABLES, 'gradients').program;
    expect(buffers.find(({ id }) => id === 'u')!.steps).toEqual({ span: 'window', before: TAPS - 1 });
  });

  it('set once more all that is set together with what is set once more, and add to it', () => {
    const back = (id: string): View => ({ ...view(id, 2), lag: { base: 2, perAxis: [0] } });
    const part = (id: string, offset: number): View => ({ ...view(id, 1), offset });
    const kept: Partial<Buffer> = { steps: { span: 'block', before: 2 } };
    const both = (from: View, ...targets: readonly View[]): Instruction => ({
      kind: 'map',
      kernel: kernel({ name: 'both', inputs: ['x'] }, (k) => ({
        first: k.tanh(k.inputs.x),
        second: k.multiply(k.inputs.x, k.inputs.x),
      })),
      inputs: [from],
      parameters: [],
      outputs: targets.map((target) => ({ target, mode: 'set' })),
    });
    const forward = program({
      buffers: [
        buffer('x', 'input', [3]),
        parameter('w', [2, 3]),
        buffer('p', 'temp', [2]),
        // `a` and `c` are kept, as they are read two steps back; `b` is set together with the one, and so the other, too.
        buffer('a', 'state', [2], kept),
        buffer('c', 'state', [2], kept),
        buffer('b', 'temp', [1]),
        OUT,
      ],
      inputs: FED,
      step: [
        dot(view('w', 1, 2, 3), view('x', 1, 3), view('p', 1, 2)),
        both(part('p', 0), part('a', 0), view('b', 1)),
        both(part('p', 1), part('a', 1), part('c', 0)),
        copy(part('p', 0), part('c', 1)),
        copy(back('c'), view('c', 2), 'add'),
        map(MULTIPLY, [back('a'), view('b', 1)], view('y', 2)),
        map(MULTIPLY, [view('c', 2), view('c', 2)], view('y', 2), [], 'add'),
      ],
    });
    expectGradients(squaredLoss(forward, view('y', 2), ['w']));
  });

  it('leave sums over steps as they are', () => {
    const forward = program({
      buffers: [
        buffer('x', 'input', [3]),
        parameter('w', [2, 3]),
        buffer('s', 'temp', [2], { lifetime: 'window' }),
        OUT,
      ],
      inputs: FED,
      first: [{ kind: 'fill', value: 0, target: view('s', 2), mode: 'set' }],
      step: [dot(view('w', 1, 2, 3), view('x', 1, 3), view('y', 1, 2)), copy(view('y', 2), view('s', 2), 'add')],
    });
    const { loss, ...training } = squaredLoss(forward, view('y', 2), ['w']);
    const more: readonly Instruction[] = [
      map(TANH, [view('s', 2)], view('m', 2)),
      { kind: 'reduce', operation: 'sum', source: view('m', 2), axes: [0, 'items'], target: LOSS, mode: 'add' },
    ];
    const buffers = [...training.buffers, buffer('m', 'temp', [2], { lifetime: 'window' })];
    const whole: Training = { ...training, buffers, loss: [...loss, ...more] };
    expectGradients(whole);
    const [kept, again] = (['keep', 'recompute'] as const).map((tape) =>
      interpret(assembleTraining({ ...whole, tape }, TABLES, 'gradients').program, CALL).get('s'),
    );
    expect(again).toEqual(kept);
  });
});
