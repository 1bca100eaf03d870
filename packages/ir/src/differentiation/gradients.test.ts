import { describe, expect, it } from 'vitest';
import {
  broadcastView,
  differentiate,
  type HostFunctions,
  insertAxis,
  type Instruction,
  kernel,
  NO_TABLES,
  sliceView,
  type View,
} from '../index.ts';
import { gradientError } from './gradient-check.test-helper.ts';
import {
  ADD,
  buffer,
  dot,
  EACH_STEP,
  instructionsIn,
  LOWPASS,
  MULTIPLY,
  outer,
  program,
  TANH,
  view,
} from '../program-fixtures.test-helper.ts';
import {
  CALL,
  FED,
  feed,
  HELD,
  INPUT,
  LAYER,
  LOSS,
  map,
  OUT,
  parameter,
  squaredLoss,
  layer,
} from './training-fixtures.test-helper.ts';

describe('differentiate agrees with central differences', () => {
  it('for a linear layer, over time', () => {
    const forward = program({ buffers: [...INPUT, parameter('w', [2, 3]), OUT], inputs: FED, step: [LAYER] });
    expect(gradientError(squaredLoss(forward, view('y', 2), ['w']))).toBeLessThan(1e-8);
  });

  it('for two layers, nonlinear, with a broadcast bias, and a parameter that also enters the loss', () => {
    const forward = program({
      buffers: [
        ...INPUT,
        parameter('w', [5, 3]),
        parameter('bias', [5], 2),
        parameter('gain', [1], 3),
        parameter('d', [2, 5], 4),
        buffer('j', 'temp', [5]),
        buffer('r', 'temp', [5]),
        OUT,
      ],
      inputs: FED,
      step: [
        map(ADD, [view('bias', 5), 0.5], view('j', 5)),
        dot(view('w', 1, 5, 3), view('x', 1, 3), view('j', 1, 5), 'add'),
        map(MULTIPLY, [view('j', 5), view('gain', 1)], view('j', 5)),
        map(TANH, [view('j', 5)], view('r', 5)),
        dot(view('d', 1, 2, 5), view('r', 1, 5), view('y', 1, 2)),
      ],
    });
    const training = squaredLoss(forward, view('y', 2), ['w', 'bias', 'gain', 'd']);
    const decay: readonly Instruction[] = [
      map(MULTIPLY, [view('w', 5, 3), view('w', 5, 3)], view('w2', 5, 3)),
      { kind: 'reduce', operation: 'sum', source: view('w2', 5, 3), axes: [0, 1], target: LOSS, mode: 'add' },
    ];
    const decayed = {
      ...training,
      buffers: [...training.buffers, buffer('w2', 'temp', [5, 3], { items: false, lifetime: 'window' })],
      loss: [...training.loss, ...decay],
    };
    expect(gradientError(decayed)).toBeLessThan(1e-8);
  });

  it('for recurrent state, through a filter and a nonlinearity', () => {
    const forward = program({
      buffers: [
        ...INPUT,
        parameter('w', [2, 3]),
        parameter('u', [2, 2], 7),
        buffer('j', 'temp', [2]),
        buffer('v', 'state', [2], { initial: 0.3 }),
        OUT,
      ],
      inputs: FED,
      step: [
        layer(view('j', 1, 2)),
        dot(view('u', 1, 2, 2), view('v', 1, 2), view('j', 1, 2), 'add'),
        map(TANH, [view('j', 2)], view('j', 2)),
        map(LOWPASS, [view('j', 2), view('v', 2)], view('v', 2), [0.6]),
        map(MULTIPLY, [view('v', 2), view('v', 2)], view('y', 2)),
      ],
    });
    expect(gradientError(squaredLoss(forward, view('y', 2), ['w', 'u']))).toBeLessThan(1e-8);
  });

  it('for values read before and after a state is overwritten in place', () => {
    const forward = program({
      buffers: [
        ...INPUT,
        parameter('w', [2, 3]),
        buffer('v', 'state', [2], { initial: 0.5 }),
        buffer('before', 'temp', [2]),
        OUT,
      ],
      inputs: FED,
      step: [
        map(MULTIPLY, [view('v', 2), view('v', 2)], view('before', 2)),
        layer(view('v', 1, 2), 'add'),
        map(TANH, [view('v', 2)], view('v', 2)),
        map(TANH, [view('v', 2)], view('v', 2), [], 'add'),
        map(MULTIPLY, [view('before', 2), view('v', 2)], view('y', 2)),
      ],
    });
    expect(gradientError(squaredLoss(forward, view('y', 2), ['w']))).toBeLessThan(1e-8);
  });

  it('for gathers and scatters with repeated indices, and parts of merged buffers', () => {
    const gather: View = {
      buffer: 'w',
      offset: 0,
      shape: [6],
      strides: [1],
      indices: [{ axis: 0, offsets: [0, 5, 5, 2, 0, 3] }],
    };
    const scatter: View = {
      buffer: 'm',
      offset: 1,
      shape: [6],
      strides: [1],
      indices: [{ axis: 0, offsets: [0, 1, 1, 0, 3, 2] }],
    };
    const forward = program({
      buffers: [...INPUT, parameter('w', [2, 3]), buffer('m', 'temp', [8]), OUT],
      inputs: FED,
      step: [
        { kind: 'fill', value: 0.5, target: view('m', 8), mode: 'set' },
        { kind: 'copy', source: gather, target: scatter, mode: 'add' },
        { kind: 'copy', source: view('x', 3), target: { ...view('m', 3), offset: 5 }, mode: 'set' },
        map(MULTIPLY, [sliceView(view('m', 8), 0, 1, 3), sliceView(view('m', 8), 0, 7, 3, -2)], view('y', 2)),
        { kind: 'copy', source: sliceView(view('m', 8), 0, 3, 5), target: view('y', 2), mode: 'add' },
      ],
    });
    expect(gradientError(squaredLoss(forward, view('y', 2), ['w']))).toBeLessThan(1e-8);
  });

  it('for held inputs and products before the steps, differentiated once per window', () => {
    const forward = program({
      buffers: [
        ...INPUT,
        parameter('w', [2, 3]),
        parameter('d', [2], 5),
        buffer('j', 'temp', [2]),
        buffer('r', 'temp', [2]),
        buffer('v', 'state', [2]),
        OUT,
      ],
      inputs: HELD,
      first: [layer(view('j', 1, 2)), map(TANH, [view('j', 2)], view('r', 2))],
      step: [
        map(LOWPASS, [view('r', 2), view('v', 2)], view('v', 2), [0.7]),
        map(MULTIPLY, [view('v', 2), view('d', 2)], view('y', 2)),
      ],
    });
    const training = squaredLoss(forward, view('y', 2), ['w', 'd']);
    const call = { ...CALL, feed: { ...CALL.feed, x: feed(1, 2, 3) } };
    expect(gradientError(training, call)).toBeLessThan(1e-8);
    const { backward } = differentiate(training);
    const isProduct = ({ kind }: Instruction): boolean => kind === 'contract';
    expect(instructionsIn(backward, 'steps').some(isProduct)).toBe(false);
    expect(backward.sections.at(-1)?.kind).toBe('window');
    expect(backward.sections.at(-1)?.instructions.some(isProduct)).toBe(true);
  });

  it('for a value set before the steps that is overwritten there and in the steps', () => {
    const forward = program({
      buffers: [...INPUT, parameter('w', [2, 3]), buffer('j', 'temp', [2]), buffer('a', 'temp', [2]), OUT],
      inputs: HELD,
      first: [
        layer(view('j', 1, 2)),
        map(MULTIPLY, [view('j', 2), view('j', 2)], view('a', 2)),
        map(TANH, [view('j', 2)], view('j', 2)),
      ],
      step: [map(MULTIPLY, [view('a', 2), view('j', 2)], view('y', 2)), map(TANH, [view('y', 2)], view('y', 2))],
    });
    expect(
      gradientError(squaredLoss(forward, view('y', 2), ['w']), { ...CALL, feed: { ...CALL.feed, x: feed(1, 2, 3) } }),
    ).toBeLessThan(1e-8);
  });

  it('for grouped products with shared factors and some per item, and a vector broadcast over groups', () => {
    const repeated = broadcastView(insertAxis(view('p', 2), 0), [3, 2]);
    const forward = program({
      buffers: [
        ...INPUT,
        parameter('w', [3, 2, 2]),
        parameter('p', [2], 4),
        buffer('m', 'temp', [3, 2, 2]),
        buffer('q', 'temp', [3, 2]),
        buffer('s', 'temp', [3, 2]),
        OUT,
      ],
      inputs: FED,
      step: [
        dot(view('w', 3, 2, 2), repeated, view('q', 3, 2)),
        outer(view('q', 3, 2), repeated, view('m', 3, 2, 2)),
        outer(
          sliceView(broadcastView(insertAxis(view('x', 3), 1), [3, 2]), 0, 0, 3),
          view('q', 3, 2),
          view('m', 3, 2, 2),
          'add',
        ),
        dot(view('m', 3, 2, 2), view('q', 3, 2), view('s', 3, 2)),
        { kind: 'reduce', operation: 'sum', source: view('s', 3, 2), axes: [0], target: view('y', 2), mode: 'set' },
      ],
    });
    expect(gradientError(squaredLoss(forward, view('y', 2), ['w', 'p']))).toBeLessThan(1e-8);
  });

  it('for shared products before the steps', () => {
    const forward = program({
      buffers: [
        ...INPUT,
        parameter('a', [2]),
        parameter('b', [3], 8),
        buffer('w', 'temp', [2, 3], { items: false }),
        buffer('n', 'temp', [3], { items: false }),
        OUT,
      ],
      inputs: FED,
      first: [map(TANH, [view('b', 3)], view('n', 3)), outer(view('a', 1, 2), view('n', 1, 3), view('w', 1, 2, 3))],
      step: [LAYER],
    });
    expect(gradientError(squaredLoss(forward, view('y', 2), ['a', 'b']))).toBeLessThan(1e-8);
  });

  it('for kernels with several outputs that swap two states', () => {
    const swap = kernel({ name: 'swap', inputs: ['a', 'b'] }, (k) => ({
      a: k.sigmoid(k.inputs.b),
      b: k.multiply(k.inputs.a, k.add(k.inputs.b, 0.1)),
    }));
    const forward = program({
      buffers: [
        ...INPUT,
        parameter('w', [2, 3]),
        buffer('a', 'state', [2], { initial: 0.2 }),
        buffer('b', 'state', [2]),
        OUT,
      ],
      inputs: FED,
      step: [
        layer(view('a', 1, 2), 'add'),
        {
          kind: 'map',
          kernel: swap,
          inputs: [view('a', 2), view('b', 2)],
          parameters: [],
          outputs: [
            { target: view('a', 2), mode: 'set' },
            { target: view('b', 2), mode: 'set' },
          ],
        },
        map(ADD, [view('a', 2), view('b', 2)], view('y', 2)),
      ],
    });
    expect(gradientError(squaredLoss(forward, view('y', 2), ['w']))).toBeLessThan(1e-8);
  });

  it('for softmax cross-entropy, made of maximum, map and sum', () => {
    const forward = program({ buffers: [...INPUT, parameter('w', [2, 3]), OUT], inputs: FED, step: [LAYER] });
    const exponential = kernel({ name: 'exponential', inputs: ['x', 'greatest'] }, (k) => ({
      output: k.exp(k.subtract(k.inputs.x, k.inputs.greatest)),
    }));
    const entropy = kernel({ name: 'entropy', inputs: ['x', 'greatest', 'sum', 't'] }, (k) => ({
      output: k.multiply(k.inputs.t, k.subtract(k.add(k.log(k.inputs.sum), k.inputs.greatest), k.inputs.x)),
    }));
    const spread = (id: string): View => broadcastView(view(id), [2]);
    const training = squaredLoss(forward, view('y', 2), ['w'], {
      buffers: [
        buffer('t', 'target', [2], EACH_STEP),
        buffer('greatest', 'temp', [], EACH_STEP),
        buffer('exp', 'temp', [2], EACH_STEP),
        buffer('sum', 'temp', [], EACH_STEP),
        buffer('e', 'temp', [2], EACH_STEP),
        buffer('loss', 'temp', [], { items: false, lifetime: 'window' }),
      ],
      loss: [
        { kind: 'reduce', operation: 'max', source: view('y', 2), axes: [0], target: view('greatest'), mode: 'set' },
        map(exponential, [view('y', 2), spread('greatest')], view('exp', 2)),
        { kind: 'reduce', operation: 'sum', source: view('exp', 2), axes: [0], target: view('sum'), mode: 'set' },
        map(entropy, [view('y', 2), spread('greatest'), spread('sum'), view('t', 2)], view('e', 2)),
        {
          kind: 'reduce',
          operation: 'sum',
          source: view('e', 2),
          axes: [0, 'items', 'steps'],
          target: LOSS,
          mode: 'set',
        },
      ],
    });
    expect(gradientError(training)).toBeLessThan(1e-8);
  });

  it('for maxima over items and steps, and loss terms made of the values of all steps', () => {
    const forward = program({ buffers: [...INPUT, parameter('w', [2, 3]), OUT], inputs: FED, step: [LAYER] });
    const training = squaredLoss(forward, view('y', 2), ['w']);
    const extra: readonly Instruction[] = [
      {
        kind: 'reduce',
        operation: 'max',
        source: view('y', 2),
        axes: ['steps', 'items'],
        target: view('top', 2),
        mode: 'set',
      },
      outer(view('y', 1, 2), view('e', 1, 2), view('gram', 1, 2, 2)),
      { kind: 'reduce', operation: 'sum', source: view('top', 2), axes: [0], target: LOSS, mode: 'add' },
      { kind: 'reduce', operation: 'sum', source: view('gram', 2, 2), axes: [0, 1], target: LOSS, mode: 'add' },
    ];
    const shared = { items: false, lifetime: 'window' } as const;
    const changed = {
      ...training,
      buffers: [...training.buffers, buffer('top', 'temp', [2], shared), buffer('gram', 'temp', [2, 2], shared)],
      loss: [...training.loss, ...extra],
    };
    expect(gradientError(changed)).toBeLessThan(1e-8);
  });

  it('through hosts that declare their derivative', () => {
    const cube: HostFunctions = {
      make: () => ({
        call: (_t, _s, [x], [y]) => {
          for (let k = 0; k < 2; k++) y![k] = x![k]! ** 3;
        },
      }),
      derivative: ([x], [g], [into]) => {
        for (let k = 0; k < 2; k++) into![k]! += 3 * x![k]! ** 2 * g![k]!;
      },
    };
    const forward = program({
      buffers: [...INPUT, parameter('w', [2, 3]), buffer('j', 'temp', [2]), OUT],
      inputs: FED,
      hosts: [{ id: 'cube', label: 'Node "cube"', scope: 'item', acts: false, differentiable: true }],
      step: [layer(view('j', 1, 2)), { kind: 'host', host: 'cube', inputs: [view('j', 2)], outputs: [view('y', 2)] }],
    });
    const [training, hosts] = [squaredLoss(forward, view('y', 2), ['w']), new Map([['cube', cube]])];
    expect(gradientError(training, CALL, hosts)).toBeLessThan(1e-8);
    expect(differentiate(training, { ...NO_TABLES, hosts }).blocked).toEqual([]);
  });
});
