import { ndarray } from '@ndl/numerics';
import { describe, expect, it } from 'vitest';
import { differentiate, gradientOf, printProgram, type Program } from '../index.ts';
import {
  ADD,
  ARRAYS,
  buffer,
  dot,
  EACH_STEP,
  instructionsIn,
  LOWPASS,
  program,
  stored,
  view,
} from '../program-fixtures.test-helper.ts';
import {
  CALL,
  FED,
  INPUT,
  LAYER,
  LOSS,
  map,
  OUT,
  parameter,
  squaredLoss,
  layer,
} from './training-fixtures.test-helper.ts';
import { gradientsOf } from './gradient-check.test-helper.ts';

describe('differentiate', () => {
  const single = program({ buffers: [...INPUT, parameter('w', [2, 3]), OUT], inputs: FED, step: [LAYER] });

  it('lists hosts without derivative between a trainable and the objective, and no others', () => {
    const host = (id: string): Program['hosts'][number] => ({
      id,
      label: `Node "${id}"`,
      scope: 'item',
      acts: false,
      differentiable: false,
    });
    const hosts = new Map(
      ['source', 'first', 'second', 'aside'].map((id) => [id, { make: () => ({ call: () => undefined }) }]),
    );
    const forward = program({
      buffers: [
        ...INPUT,
        parameter('w', [2, 3]),
        buffer('j', 'temp', [2]),
        buffer('k', 'temp', [2]),
        buffer('l', 'temp', [2]),
        OUT,
      ],
      inputs: FED,
      hosts: [host('source'), host('first'), host('second'), host('aside')],
      step: [
        { kind: 'host', host: 'source', inputs: [view('x', 3)], outputs: [view('l', 2)] },
        dot(view('w', 1, 2, 3), view('x', 1, 3), view('l', 1, 2), 'add'),
        { kind: 'host', host: 'first', inputs: [view('l', 2)], outputs: [view('j', 2)] },
        { kind: 'host', host: 'second', inputs: [view('j', 2)], outputs: [view('y', 2)] },
        { kind: 'host', host: 'aside', inputs: [view('l', 2)], outputs: [view('k', 2)] },
      ],
    });
    const training = squaredLoss(forward, view('y', 2), ['w']);
    expect(differentiate(training, { arrays: ARRAYS, hosts }).blocked).toEqual(['Node "first"', 'Node "second"']);
    expect([...gradientsOf(training, CALL, hosts).get('w')!]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('shares the gradient of a maximum among equal elements', () => {
    const forward = program({
      buffers: [
        ...INPUT,
        buffer('p', 'parameter', [3], { initial: stored(ndarray([1, 4, 4])) }),
        buffer('m', 'temp', []),
      ],
      inputs: FED,
      step: [
        { kind: 'copy', source: view('x', 3), target: view('z', 3), mode: 'set' },
        map(ADD, [view('p', 3), 0], view('z', 3)),
        { kind: 'reduce', operation: 'max', source: view('z', 3), axes: [0], target: view('m'), mode: 'set' },
        { kind: 'copy', source: view('m'), target: view('y'), mode: 'set' },
      ],
    });
    const whole = {
      ...forward,
      buffers: [...forward.buffers, buffer('z', 'temp', [3]), buffer('y', 'temp', [], EACH_STEP)],
    };
    const training = squaredLoss(whole, view('y'), ['p'], {
      buffers: [buffer('loss', 'temp', [], { items: false, lifetime: 'window' })],
      targets: [],
      loss: [
        { kind: 'reduce', operation: 'sum', source: view('y'), axes: ['items', 'steps'], target: LOSS, mode: 'set' },
      ],
    });
    expect([...gradientsOf(training, CALL).get('p')!]).toEqual([0, 4, 4]);
  });

  it('computes nothing for what is not trained: a frozen layer costs no product', () => {
    const forward = program({
      buffers: [...INPUT, parameter('w', [2, 3]), parameter('d', [2, 2], 3), buffer('j', 'temp', [2]), OUT],
      inputs: FED,
      step: [layer(view('j', 1, 2)), dot(view('d', 1, 2, 2), view('j', 1, 2), view('y', 1, 2))],
    });
    const { backward } = differentiate(squaredLoss(forward, view('y', 2), ['d']));
    expect(instructionsIn(backward, 'steps').map((instruction) => instruction.kind)).toEqual(['contract']);
    expect(backward.buffers.map(({ id }) => id)).toContain(gradientOf('d'));
    expect(backward.buffers.map(({ id }) => id)).not.toContain(gradientOf('w'));
  });

  it('keeps for the window only what the adjoint reads: of a linear network, what the products read', () => {
    const forward = program({
      buffers: [...INPUT, parameter('w', [2, 3]), buffer('j', 'temp', [2]), buffer('v', 'state', [2]), OUT],
      inputs: FED,
      step: [
        layer(view('j', 1, 2)),
        map(LOWPASS, [view('j', 2), view('v', 2)], view('v', 2), [0.6]),
        { kind: 'copy', source: view('v', 2), target: view('y', 2), mode: 'set' },
      ],
    });
    const { forward: recorded } = differentiate(squaredLoss(forward, view('y', 2), ['w']));
    const spanning = recorded.buffers.filter(({ steps }) => steps !== 'one' && steps.span === 'window');
    expect(spanning.map(({ id }) => id)).toEqual(['x', 'y', 't', 'e']);
  });

  it('leaves a zero gradient for a parameter without effect', () => {
    const forward = { ...single, buffers: [...single.buffers, parameter('idle', [2])] };
    const gradients = gradientsOf(squaredLoss(forward, view('y', 2), ['idle', 'w']), CALL);
    expect([...gradients.get('idle')!]).toEqual([0, 0]);
  });

  it('writes a backward program that can be read', () => {
    expect(printProgram(differentiate(squaredLoss(single, view('y', 2), ['w'])).backward)).toMatchInlineSnapshot(`
      "program float64 dt 0.001
      scalars
        perItemStep = 0.1
      buffers
        input x [3] per item per step of a window, window = 0
        temp y [2] per item per step of a window, window = 0
        target t [2] per item per step of a window, window = 0
        temp gradient:w "gradient of w" [2, 3] window = 0
        temp gradient:y "gradient of y" [2] per item per step of a window, window = 0
        temp gradient:loss "gradient of loss" [] window = 0
        temp gradient:loss, version 1 "gradient of loss, version 1" [] window = 0
        temp adjoint:0 [1, 2, 3] window = 0
      window descending  # 7 operations, 128 bytes, 16 widened
        0: gradient:loss[] := 1  "gradient of the objective"
        1: gradient:loss, version 1[] := map gradient of multiply(y: $perItemStep, gradient of output: gradient:loss[])
        2: gradient:y[2] := map gradient of squaredError(x: y[2], y: t[2], gradient of output: gradient:loss, version 1[*2])
        3: adjoint:0[1, 2, 3] := 0
      steps descending  # 12 operations, 88 bytes, 0 widened
        0: adjoint:0[1, 2, 3] += contract gradient:y[1, 2, *3] by x[1, *2, 3]
      window descending  # 0 operations, 96 bytes, 0 widened
        0: gradient:w[1, 2, 3] := adjoint:0[1, 2, 3]
      "
    `);
  });
});
