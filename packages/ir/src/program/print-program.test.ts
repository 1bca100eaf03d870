import { describe, expect, it } from 'vitest';
import {
  differentiateKernel,
  type Instruction,
  kernel,
  printKernel,
  printProgram,
  printView,
  sliceView,
  transposeView,
} from '../index.ts';
import { buffer, dot, EACH_STEP, LOWPASS, outer, program, view } from '../program-fixtures.test-helper.ts';

describe('printProgram', () => {
  it('shows where inputs come from', () => {
    const printed = printProgram(
      program({
        buffers: [buffer('x', 'input', [3])],
        inputs: [
          { name: 'fed', buffer: 'x', held: false, source: 'fed' },
          {
            name: 'even',
            buffer: 'x',
            held: false,
            source: {
              generator: 'mt19937',
              distribution: { kind: 'uniform', low: -1, high: 2 },
              factor: 1,
              seeds: { first: 8 },
            },
          },
          {
            name: 'noise',
            buffer: 'x',
            held: false,
            source: {
              generator: 'mt19937',
              distribution: { kind: 'normal', mean: 0, deviation: 0.5 },
              factor: 10,
              seeds: { first: 9 },
            },
          },
        ],
      }),
    );
    expect(printed).toContain(
      [
        '  fed -> x',
        '  even -> x from mt19937 uniform(-1, 2) seeds 8',
        '  noise -> x from mt19937 normal(0, 0.5) times 10 seeds 9',
      ].join('\n'),
    );
  });

  it('shows declarations, then instructions by section', () => {
    const printed = printProgram(
      program({
        scalars: [{ name: 'gain', initial: 2 }],
        buffers: [
          buffer('x', 'input', [3]),
          buffer('w', 'parameter', [2, 3], { name: 'weights' }),
          buffer('v', 'state', [2]),
          buffer('y', 'temp', [2], EACH_STEP),
        ],
        inputs: [{ name: 'stimulus', buffer: 'x', held: true }],
        first: [dot(view('w', 1, 2, 3), view('x', 1, 3), view('y', 1, 2))],
        step: [
          {
            kind: 'map',
            kernel: LOWPASS,
            inputs: [view('y', 2), view('v', 2)],
            parameters: [{ scalar: 'gain' }],
            outputs: [{ target: view('v', 2), mode: 'set' }],
          },
          { kind: 'fill', value: 1, target: sliceView(view('y', 2), 0, 1, 2), mode: 'add' },
          { kind: 'host', host: 'log', inputs: [view('v', 2)], outputs: [] },
        ],
        last: [
          {
            kind: 'reduce',
            operation: 'max',
            source: view('y', 2),
            axes: ['steps', 0],
            target: view('v'),
            mode: 'set',
          },
          outer(view('v', 1, 2), view('x', 1, 3), view('w', 1, 2, 3), 'add'),
          {
            kind: 'copy',
            source: { buffer: 'x', offset: 0, shape: [2], strides: [1], indices: [{ axis: 0, offsets: [2, 0] }] },
            target: view('v', 2),
            mode: 'set',
          },
        ],
        outputs: [{ name: 'out', view: view('v', 2), every: 1 }],
        hosts: [{ id: 'log', label: 'Node "log"', scope: 'item', acts: true, differentiable: false }],
        symbols: { voltage: view('v', 2) },
      }),
    );
    expect(printed).toMatchInlineSnapshot(`
      "program float64 dt 0.001
      scalars
        gain = 2
      buffers
        input x [3] per item window = 0
        parameter w "weights" [2, 3] forever = 0
        state v [2] per item run = 0
        temp y [2] per item per step of a window, window = 0
      inputs
        stimulus -> x held
      window  # 12 operations, 88 bytes, 16 widened
        0: y[1, 2, *3] := contract w[1, 2, 3] by x[1, *2, 3]
      steps  # 9 operations, 72 bytes, 8 widened
        0: v[2] := map lowpass(x: y[2], y: v[2]; decay: $gain)
        1: y@1[1] += 1
        2: host log(v[2])
      window  # 14 operations, 144 bytes, 0 widened
        0: v[] := max y[2] over steps, 0
        1: w[1, 2, 3] += contract v[1, 2, *3] by x[1, *2, 3]
        2: v[2] := x[2]{1}#0(2, 0)
      outputs
        out = v[2]
      hosts
        log "Node "log"" per item acting
      symbols
        voltage = v[2]
      "
    `);
  });

  it('shows what each buffer, section, output and host is in time', () => {
    const copy = (id: string): Instruction => ({
      kind: 'copy',
      source: view(id, 2),
      target: view('v', 2),
      mode: 'set',
    });
    const printed = printProgram({
      ...program({
        maximumBlock: 5,
        buffers: [
          buffer('x', 'input', [2], { steps: { span: 'block', before: 3 }, lifetime: 'run' }),
          buffer('w', 'parameter', [2], { initial: { array: 'weights' } }),
          buffer('v', 'state', [2], { initial: { parameter: 'w' } }),
          buffer('k', 'temp', [2], { items: false, lifetime: 'block' }),
          buffer('o', 'temp', [2], EACH_STEP),
        ],
        outputs: [{ name: 'out', view: view('o', 2), every: 2.5 }],
        hosts: [{ id: 'f', label: 'f', scope: 'batch', acts: false, differentiable: true }],
      }),
      sections: [
        { kind: 'window', direction: 'ascending', instructions: [copy('w')] },
        { kind: 'block', direction: 'ascending', instructions: [copy('x')] },
        { kind: 'steps', direction: 'descending', instructions: [copy('k')] },
        { kind: 'before', direction: 'descending', instructions: [copy('w')] },
      ],
    });
    expect(printed).toMatchInlineSnapshot(`
      "program float64 dt 0.001, blocks of 5 at most
      buffers
        input x [2] per item per step of a block and 3 before, run = 0
        parameter w [2] forever = array weights
        state v [2] per item run = parameter w
        temp k [2] block = 0
        temp o [2] per item per step of a window, window = 0
      window  # 0 operations, 32 bytes, 0 widened
        0: v[2] := w[2]
      block  # 0 operations, 32 bytes, 0 widened
        0: v[2] := x[2]
      steps descending  # 0 operations, 32 bytes, 0 widened
        0: v[2] := k[2]
      before descending  # 0 operations, 32 bytes, 0 widened
        0: v[2] := w[2]
      outputs
        out = o[2] every 2.5 steps
      hosts
        f "f" per batch differentiable
      "
    `);
  });

  it('prints lags where they are', () => {
    const x = view('x', 2, 3);
    expect(printView({ ...x, lag: { base: 2, perAxis: [0, 0] } })).toBe('x[2, 3]~2');
    expect(printView({ ...x, lag: { base: 1, perAxis: [0, 3] } })).toBe('x[2, 3]{3, 1}~1{0, 3}');
    const taps = { ...x, strides: [1, 0], lag: { base: 0, perAxis: [0, 1] } };
    expect(printView(taps)).toBe('x[2, 3]{1, 0}~0{0, 1}');
  });

  it('prints strides and indices where they matter', () => {
    expect(printView(transposeView(view('w', 2, 3)))).toBe('w[3, 2]{1, 3}');
    const offsets = Array.from({ length: 12 }, (_, index) => index);
    expect(printView({ ...view('x', 12), indices: [{ axis: 0, offsets }] })).toBe(
      'x[12]{1}#0(0, 1, 2, 3, 4, 5, 6, 7, … 12 in all)',
    );
  });
});

describe('printKernel', () => {
  it('names what is used twice', () => {
    const built = kernel({ name: 'soft', inputs: ['x'], parameters: ['width'] }, (k) => {
      const inside = k.divide(k.subtract(k.inputs.x, 1), k.parameters.width);
      return { rate: k.select(k.greater(inside, 0), k.softplus(inside), k.negate(k.min(k.inputs.x, 0))) };
    });
    expect(printKernel(built)).toMatchInlineSnapshot(`
      "kernel soft(x; width)
        t0 = (x - 1) / width
        rate = select(t0 > 0, softplus(t0), -min(x, 0))
      "
    `);
    expect(printKernel(differentiateKernel(built))).toMatchInlineSnapshot(`
      "kernel gradient of soft(x, gradient of rate; width)
        t0 = (x - 1) / width
        gradient of x = \`gradient of rate\` * select(t0 > 0, sigmoid(t0) * (1 / width), -select(x < 0, 1, 0))
      "
    `);
  });
});
