import { describe, expect, it } from 'vitest';
import {
  assembleTraining,
  type Buffer,
  differentiate,
  gradientOf,
  type Instruction,
  type Program,
  type Section,
  verifyProgram,
  type View,
} from '../index.ts';
import { interpret } from '../interpret.test-helper.ts';
import {
  ADD,
  ARRAYS,
  buffer,
  dot,
  EACH_STEP,
  LOWPASS,
  MULTIPLY,
  program,
  TANH,
  view,
} from '../program-fixtures.test-helper.ts';
import { expectGradients, gradientsOf } from './gradient-check.test-helper.ts';
import { CALL, FED, LOSS, map, OUT, parameter, squaredLoss } from './training-fixtures.test-helper.ts';

const OF_BLOCK: Partial<Buffer> = { steps: { span: 'block', before: 0 }, lifetime: 'block' };

const section = (kind: Section['kind'], ...instructions: readonly Instruction[]): Section => {
  return { kind, direction: 'ascending', instructions };
};
const copy = (source: View, target: View, mode: 'set' | 'add' = 'set'): Instruction => {
  return { kind: 'copy', source, target, mode };
};
/** target = W x, of 2 × 2 weights. */
const product = (weights: string, from: string, to: string, mode: 'set' | 'add' = 'set'): Instruction =>
  dot(view(weights, 1, 2, 2), view(from, 1, 2), view(to, 1, 2), mode);

describe('gradients of programs of several sections', () => {
  const spanning = ['p', 'q', 'r'].map((id) => buffer(id, 'temp', [2], OF_BLOCK));
  const weights = [parameter('a', [2, 2]), parameter('b', [2, 2], 4), parameter('c', [2, 2], 6)];
  const x = buffer('x', 'input', [3], OF_BLOCK);
  const first = (to: string): Instruction => dot(view('w', 1, 2, 3), view('x', 1, 3), view(to, 1, 2));

  it('products over whole blocks before and after a loop', () => {
    const forward = program({
      buffers: [x, parameter('w', [2, 3]), ...weights, ...spanning, buffer('v', 'state', [2]), OUT],
      inputs: FED,
      sections: [
        section('block', first('p')),
        section(
          'steps',
          map(LOWPASS, [view('p', 2), view('v', 2)], view('v', 2), [0.4]),
          map(TANH, [view('v', 2)], view('q', 2)),
        ),
        section('block', product('a', 'q', 'r'), map(MULTIPLY, [view('r', 2), view('q', 2)], view('y', 2))),
      ],
    });
    expectGradients(squaredLoss(forward, view('y', 2), ['w', 'a']));
    // What only one pass uses has a gradient that lives within a block.
    const { backward } = differentiate(squaredLoss(forward, view('y', 2), ['w', 'a']));
    expect(backward.buffers.find(({ id }) => id === gradientOf('p'))?.steps).toEqual({ span: 'block', before: 0 });
    expect(backward.sections.map(({ kind }) => kind)).toEqual(['window', 'block', 'steps', 'block', 'window']);
  });

  it('two loops, the second of which reads what the first leaves at each step', () => {
    const forward = program({
      buffers: [
        x,
        parameter('w', [2, 3]),
        ...weights,
        ...spanning,
        buffer('v', 'state', [2]),
        buffer('u', 'state', [2], { initial: 0.3 }),
        OUT,
      ],
      inputs: FED,
      sections: [
        section('steps', first('p'), product('a', 'v', 'p', 'add'), map(TANH, [view('p', 2)], view('v', 2))),
        section(
          'steps',
          product('b', 'u', 'q'),
          map(ADD, [view('q', 2), view('p', 2)], view('u', 2)),
          copy(view('u', 2), view('y', 2)),
        ),
      ],
    });
    expectGradients(squaredLoss(forward, view('y', 2), ['w', 'a', 'b']));
  });

  it('values of a block that are overwritten, added to, and read in between', () => {
    const forward = program({
      buffers: [x, parameter('w', [2, 3]), ...weights, ...spanning, OUT],
      inputs: FED,
      sections: [
        section(
          'block',
          first('p'),
          map(MULTIPLY, [view('p', 2), view('p', 2)], view('q', 2)),
          map(TANH, [view('p', 2)], view('p', 2)),
          product('a', 'p', 'q', 'add'),
        ),
        section(
          'steps',
          map(MULTIPLY, [view('q', 2), view('p', 2)], view('r', 2)),
          map(TANH, [view('q', 2)], view('q', 2)),
        ),
        section('block', map(ADD, [view('q', 2), view('r', 2)], view('y', 2))),
      ],
    });
    expectGradients(squaredLoss(forward, view('y', 2), ['w', 'a']));
  });

  it('two passes, the second of which reads what the first leaves for the window', () => {
    const forward = program({
      buffers: [
        x,
        parameter('w', [2, 3]),
        ...weights,
        ...spanning,
        buffer('h', 'temp', [2], EACH_STEP),
        buffer('s', 'temp', [2], { lifetime: 'window' }),
        OUT,
      ],
      inputs: FED,
      sections: [
        section('block', first('p'), map(TANH, [view('p', 2)], view('h', 2))),
        section(
          'window',
          {
            kind: 'reduce',
            operation: 'sum',
            source: view('h', 2),
            axes: ['steps'],
            target: view('s', 2),
            mode: 'set',
          },
          map(TANH, [view('s', 2)], view('s', 2)),
        ),
        section('block', product('a', 'h', 'q'), map(MULTIPLY, [view('q', 2), view('s', 2)], view('y', 2))),
      ],
    });
    expectGradients(squaredLoss(forward, view('y', 2), ['w', 'a']));
  });

  it('sums over the steps of a window, and what is the same at each of them', () => {
    const forward = program({
      buffers: [
        buffer('x', 'input', [3]),
        parameter('w', [2, 3]),
        parameter('d', [2], 5),
        buffer('j', 'temp', [2]),
        buffer('s', 'temp', [2], { lifetime: 'window' }),
        buffer('k', 'temp', [2], { items: false, lifetime: 'window' }),
        OUT,
      ],
      inputs: FED,
      sections: [
        section('window', { kind: 'fill', value: 0, target: view('s', 2), mode: 'set' }),
        section(
          'steps',
          dot(view('w', 1, 2, 3), view('x', 1, 3), view('j', 1, 2)),
          map(TANH, [view('j', 2)], view('y', 2)),
          copy(view('j', 2), view('s', 2), 'add'),
          map(MULTIPLY, [view('d', 2), view('d', 2)], view('k', 2)),
        ),
      ],
    });
    const training = squaredLoss(forward, view('y', 2), ['w', 'd']);
    const more: readonly Instruction[] = [
      map(MULTIPLY, [view('s', 2), view('k', 2)], view('m', 2)),
      { kind: 'reduce', operation: 'sum', source: view('m', 2), axes: [0, 'items'], target: LOSS, mode: 'add' },
    ];
    const buffers = [...training.buffers, buffer('m', 'temp', [2], { lifetime: 'window' })];
    expectGradients({ ...training, buffers, loss: [...training.loss, ...more] });
  });
});

describe('the gradient of state that begins as a parameter', () => {
  const begins = (steps: Buffer['steps'] = 'one'): Buffer =>
    buffer('v', 'state', [2], { initial: { parameter: 'p' }, steps });
  const decaying = (...more: readonly Instruction[]): Program =>
    program({
      buffers: [
        buffer('x', 'input', [3]),
        parameter('w', [2, 3]),
        parameter('p', [2], 5),
        begins(),
        buffer('j', 'temp', [2]),
        OUT,
      ],
      inputs: FED,
      step: [
        dot(view('w', 1, 2, 3), view('x', 1, 3), view('j', 1, 2)),
        map(TANH, [view('v', 2)], view('v', 2)),
        map(LOWPASS, [view('j', 2), view('v', 2)], view('v', 2), [0.6]),
        copy(view('v', 2), view('y', 2)),
        ...more,
      ],
    });

  it('is what its items leave, summed', () => {
    const training = squaredLoss(decaying(), view('y', 2), ['p', 'w']);
    expectGradients(training);
    const { backward } = differentiate(training);
    expect(backward.sections.at(-1)).toMatchObject({ kind: 'before', direction: 'descending' });
    // What the first step hands to the step before it, which the state's beginning stands for.
    expect(backward.sections.at(-1)?.instructions).toMatchObject([
      {
        kind: 'reduce',
        operation: 'sum',
        source: { shape: [2], lag: { base: 1, perAxis: [0] } },
        axes: ['items', 'steps'],
        target: view(gradientOf('p'), 2),
        mode: 'add',
      },
    ]);
  });

  it('comes on top of what the parameter does elsewhere', () => {
    const used = decaying(map(MULTIPLY, [view('p', 2), view('y', 2)], view('y', 2)));
    expectGradients(squaredLoss(used, view('y', 2), ['p', 'w']));
    const hoisted = program({
      ...decaying(),
      sections: [
        section('window', map(TANH, [view('p', 2)], view('k', 2))),
        section(
          'steps',
          ...decaying().sections[0]!.instructions,
          map(MULTIPLY, [view('k', 2), view('y', 2)], view('y', 2)),
        ),
      ],
      buffers: [...decaying().buffers, buffer('k', 'temp', [2], { items: false, lifetime: 'window' })],
    });
    expectGradients(squaredLoss(hoisted, view('y', 2), ['p']));
  });

  it('is what taps see of it before the first step', () => {
    const [taps, shape] = [3, [2, 3]];
    const forward = program({
      buffers: [
        buffer('x', 'input', [3]),
        parameter('w', [2, 3]),
        parameter('taps', [taps], 3),
        parameter('start', [2], 5),
        buffer('v', 'state', [2], { steps: { span: 'block', before: 2 }, initial: { parameter: 'start' } }),
        OUT,
      ],
      inputs: FED,
      step: [
        dot(view('w', 1, 2, 3), view('x', 1, 3), view('v', 1, 2)),
        {
          kind: 'contract',
          members: [
            {
              left: { ...view('taps', taps), shape, strides: [0, 1] },
              right: { ...view('v', 2), shape, strides: [1, 0], lag: { base: 0, perAxis: [0, 1] } },
              target: { ...view('y', 2), shape, strides: [1, 0] },
            },
          ],
          mode: 'set',
        },
      ],
    });
    expectGradients(squaredLoss(forward, view('y', 2), ['w', 'taps', 'start']));
  });

  it('is there though nothing else depends on the parameter, and state is only read', () => {
    const forward = program({
      buffers: [parameter('p', [2], 5), begins(), OUT],
      step: [map(TANH, [view('v', 2)], view('y', 2))],
    });
    expectGradients(squaredLoss(forward, view('y', 2), ['p']));
  });

  it('is not asked for where the parameter is not trained', () => {
    const { backward } = differentiate(squaredLoss(decaying(), view('y', 2), ['w']));
    expect(backward.sections.map(({ kind }) => kind)).toEqual(['window', 'steps', 'window']);
    expect(backward.buffers.map(({ id }) => id)).not.toContain(gradientOf('p'));
  });

  it('is nothing where each step sets the state before anything sees it', () => {
    const forward = program({
      buffers: [
        buffer('x', 'input', [3]),
        parameter('w', [2, 3]),
        parameter('p', [2], 5),
        begins({ span: 'block', before: 0 }),
        OUT,
      ],
      inputs: FED,
      step: [dot(view('w', 1, 2, 3), view('x', 1, 3), view('v', 1, 2)), map(TANH, [view('v', 2)], view('y', 2))],
    });
    const training = squaredLoss(forward, view('y', 2), ['w', 'p']);
    expectGradients(training);
    expect([...gradientsOf(training, CALL).get('p')!]).toEqual([0, 0]);
  });
});

describe('differentiate', () => {
  it('derives gradients through lags: of a delay, of taps, and of state that begins as a parameter', () => {
    const back = (id: string, size: number, base: number, along = 0): View => ({
      ...view(id, size),
      lag: { base, perAxis: [along] },
    });
    const forward = program({
      buffers: [
        buffer('x', 'input', [3]),
        parameter('w', [2, 3]),
        parameter('d', [2], 3),
        parameter('p', [2], 5),
        parameter('q', [3], 6),
        buffer('v', 'state', [2], { steps: { span: 'block', before: 2 }, initial: { parameter: 'p' } }),
        buffer('u', 'state', [2], { steps: { span: 'block', before: 3 }, initial: 0.25 }),
        buffer('j', 'temp', [2]),
        buffer('k', 'temp', [1]),
        OUT,
      ],
      inputs: FED,
      step: [
        dot(view('w', 1, 2, 3), view('x', 1, 3), view('j', 1, 2)),
        map(MULTIPLY, [view('d', 2), back('v', 2, 2)], view('u', 2)),
        map(ADD, [view('j', 2), back('u', 2, 1)], view('u', 2), [], 'add'),
        map(TANH, [view('u', 2)], view('v', 2)),
        map(MULTIPLY, [back('v', 2, 1), view('d', 2)], view('v', 2), [], 'add'),
        {
          kind: 'contract',
          members: [
            {
              left: view('q', 3),
              right: { buffer: 'u', offset: 1, shape: [3], strides: [0], lag: { base: 0, perAxis: [1] } },
              target: { buffer: 'k', offset: 0, shape: [3], strides: [0] },
            },
          ],
          mode: 'set',
        },
        map(MULTIPLY, [view('v', 2), view('k', 1)], view('y', 2)),
      ],
    });
    expectGradients(squaredLoss(forward, view('y', 2), ['w', 'd', 'p', 'q']));
  });

  it('assembles what a goal needs, the update last', () => {
    const forward = program({
      buffers: [buffer('x', 'input', [3]), parameter('w', [2, 3]), OUT],
      inputs: FED,
      step: [dot(view('w', 1, 2, 3), view('x', 1, 3), view('y', 1, 2))],
    });
    const training = squaredLoss(forward, view('y', 2), ['w'], {
      update: [map(MULTIPLY, [view(gradientOf('w'), 2, 3), { scalar: 'rate' }], view('w', 2, 3), [], 'add')],
    });
    const rated = { ...training, scalars: [...training.scalars, { name: 'rate', initial: -0.5 }] };
    const tables = { arrays: ARRAYS, hosts: new Map() };
    const kinds = (goal: Parameters<typeof assembleTraining>[2]): string =>
      assembleTraining(rated, tables, goal)
        .program.sections.map(({ kind }) => kind)
        .join(' ');
    expect(kinds('evaluate')).toBe('block window');
    expect(kinds('gradients')).toBe('block window window block window');
    expect(kinds('update')).toBe('block window window block window window');
    const { program: whole } = assembleTraining(rated, tables, 'update');
    verifyProgram(whole, tables);
    const before = ARRAYS.get((forward.buffers[1]!.initial as { array: string }).array)!.data;
    const gradient = gradientsOf(rated, CALL).get('w')!;
    const after = interpret(whole, CALL).get('w')![0]![0]!;
    expect([...after]).toEqual([...before].map((value, k) => value + gradient[k]! * -0.5));
  });
});
