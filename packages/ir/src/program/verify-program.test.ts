import { describe, expect, it } from 'vitest';
import {
  broadcastView,
  insertAxis,
  sliceView,
  transposeView,
  verifyProgram,
  verifyTraining,
  type Instruction,
  type Training,
  type View,
} from '../index.ts';
import {
  ADD,
  buffer,
  dot,
  EACH_STEP,
  LOWPASS,
  messageOf,
  MULTIPLY,
  program,
  SQUARED_ERROR,
  TANH,
  view,
} from '../program-fixtures.test-helper.ts';

const buffers = [
  buffer('x', 'input', [3]),
  buffer('w', 'parameter', [2, 3]),
  buffer('bias', 'parameter', [2]),
  buffer('c', 'constant', [2]),
  buffer('y', 'temp', [2]),
  buffer('z', 'temp', [2]),
  buffer('h', 'temp', [2], EACH_STEP),
  buffer('v', 'state', [2]),
  buffer('s', 'temp', [], { items: false }),
];
const inputs = [{ name: 'x', buffer: 'x', held: false }];
const product: Instruction = dot(view('w', 1, 2, 3), view('x', 1, 3), view('y', 1, 2));
const setY: Instruction = { kind: 'fill', value: 0, target: view('y', 2), mode: 'set' };

const copyFrom = (indices: NonNullable<View['indices']>): Instruction => ({
  kind: 'copy',
  source: { buffer: 'x', offset: 0, shape: [1, 2], strides: [0, 0], indices },
  target: view('y', 1, 2),
  mode: 'set',
});

const verdict = (parts: Parameters<typeof program>[0]): string =>
  messageOf(() => verifyProgram(program({ buffers, inputs, ...parts })));
const step = (...instructions: readonly Instruction[]): string => verdict({ step: instructions });

describe('verifyProgram', () => {
  it('accepts a layer with a filtered state', () => {
    const filter: Instruction = {
      kind: 'map',
      kernel: LOWPASS,
      inputs: [view('y', 2), view('v', 2)],
      parameters: [0.9],
      outputs: [{ target: view('v', 2), mode: 'set' }],
    };
    expect(
      verdict({
        step: [product, filter],
        outputs: [{ name: 'out', view: view('v', 2), every: 1 }],
        symbols: { v: view('v', 2) },
      }),
    ).toBe('valid');
  });

  it('names the section, the number and the text of the instruction', () => {
    expect(step(setY, { kind: 'copy', source: view('z', 2), target: view('y', 2), mode: 'add' })).toBe(
      'steps 1 (y[2] += z[2]): reads z[2] before it was wholly set; what a step may read first is state.',
    );
  });

  it.each<[string, Instruction, RegExp]>([
    [
      'unknown buffers',
      { kind: 'copy', source: view('yy', 2), target: view('y', 2), mode: 'set' },
      /unknown buffer "yy"\. Did you mean y\?/,
    ],
    [
      'unknown scalars',
      { kind: 'fill', value: { scalar: 'rate' }, target: view('y', 2), mode: 'set' },
      /unknown scalar "rate"/,
    ],
    ['unknown hosts', { kind: 'host', host: 'node', inputs: [], outputs: [view('y', 2)] }, /unknown host "node"/],
    [
      'views out of bounds',
      { kind: 'fill', value: 0, target: { ...view('y', 2), offset: 1 }, mode: 'set' },
      /reaches elements 1 to 2; buffer y has 2/,
    ],
    [
      'negative offsets',
      { kind: 'fill', value: 0, target: { ...view('y', 2), strides: [-1] }, mode: 'set' },
      /reaches elements -1 to 0/,
    ],
    [
      'shapes that differ',
      { kind: 'copy', source: view('x', 3), target: view('y', 2), mode: 'set' },
      /source has shape \[3\], expected \[2\]/,
    ],
    [
      'members of more than one shape',
      {
        kind: 'contract',
        members: [{ left: view('w', 2, 3), right: view('v', 2), target: insertAxis(view('y', 2), 1, 3) }],
        mode: 'set',
      },
      /views of a member have one shape: v\[2\] differs from target y\[2, \*3\]/,
    ],
    [
      'a step that is counted without end',
      { kind: 'fill', value: { clock: 'step', modulus: 0 }, target: view('y', 2), mode: 'set' },
      /modulus is a whole number from 1 to 2\^24, got 0/,
    ],
    [
      'a clock that tells something else',
      { kind: 'fill', value: { clock: 'date' } as never, target: view('y', 2), mode: 'set' },
      /time or step, not date/,
    ],
    ['products of nothing', { kind: 'contract', members: [], mode: 'set' }, /one member or more/],
    [
      'a factor that is neither left nor right',
      { ...product, events: 'up' as never },
      /names the factor left or right, not up/,
    ],
    [
      'products that set an element twice',
      {
        kind: 'contract',
        members: [
          { left: view('bias', 2), right: view('v', 2), target: { buffer: 'y', offset: 0, shape: [2], strides: [0] } },
          { left: view('bias', 2), right: view('v', 2), target: view('y', 2) },
        ],
        mode: 'set',
      },
      /y\[2\] and y\[\], which overlap/,
    ],
    [
      'indices out of order',
      copyFrom([
        { axis: 1, offsets: [0, 1] },
        { axis: 0, offsets: [0] },
      ]),
      /has indices for axis 0; one list per axis, by ascending axis/,
    ],
    ['indices of no axis', copyFrom([{ axis: 2, offsets: [0, 1] }]), /has indices for axis 2/],
    ['too few indices', copyFrom([{ axis: 1, offsets: [1] }]), /has 1 indices for axis 1 of length 2/],
    ['indices that are no whole numbers', copyFrom([{ axis: 1, offsets: [0, 0.5] }]), /not made of whole numbers/],
    ['indices out of bounds', copyFrom([{ axis: 1, offsets: [0, 3] }]), /reaches elements 0 to 3; buffer x has 3/],
    [
      'operands that do not broadcast',
      {
        kind: 'map',
        kernel: TANH,
        inputs: [view('x', 3)],
        parameters: [],
        outputs: [{ target: view('y', 2), mode: 'set' }],
      },
      /does not broadcast/,
    ],
    [
      'a wrong number of operands',
      { kind: 'map', kernel: TANH, inputs: [], parameters: [], outputs: [{ target: view('y', 2), mode: 'set' }] },
      /kernel tanh has 1 inputs \(x\), got 0/,
    ],
    [
      'values of items in shared targets',
      { kind: 'reduce', operation: 'sum', source: view('x', 3), axes: [0], target: view('s'), mode: 'set' },
      /items/,
    ],
    [
      'reading temps before they are set',
      { kind: 'copy', source: view('z', 2), target: view('y', 2), mode: 'set' },
      /before it was wholly set/,
    ],
    [
      'adding to temps before they are set',
      { kind: 'fill', value: 1, target: view('y', 2), mode: 'add' },
      /adds to y\[2\] before/,
    ],
    [
      'writing constants',
      { kind: 'fill', value: 1, target: view('c', 2), mode: 'set' },
      /role constant is never written/,
    ],
    [
      'writing parameters',
      { kind: 'fill', value: 1, target: view('w', 2, 3), mode: 'set' },
      /role parameter is written in window only/,
    ],
    ['writing inputs', { kind: 'fill', value: 1, target: view('x', 3), mode: 'set' }, /role input is never written/],
    [
      'setting an element twice',
      { kind: 'fill', value: 1, target: broadcastView(view('y', 1), [2]), mode: 'set' },
      /more than once/,
    ],
    [
      'an unknown reduced axis',
      { kind: 'reduce', operation: 'sum', source: view('x', 3), axes: [1], target: view('y', 2), mode: 'set' },
      /source has no axis 1/,
    ],
  ])('refuses %s', (_, instruction, problem) => {
    expect(step(instruction)).toMatch(problem);
  });

  it('refuses overlap of reads and writes but for exactly the same view of a map', () => {
    const shifted = [sliceView(view('v', 2), 0, 1, 2), sliceView(view('v', 2), 0, 0, 1)] as const;
    expect(step({ kind: 'copy', source: view('v', 2), target: view('v', 2), mode: 'set' })).toMatch(/overlap/);
    expect(
      step({
        kind: 'map',
        kernel: TANH,
        inputs: [view('v', 2)],
        parameters: [],
        outputs: [{ target: view('v', 2), mode: 'set' }],
      }),
    ).toBe('valid');
    expect(
      step({
        kind: 'map',
        kernel: TANH,
        inputs: [sliceView(view('v', 2), 0, 1, -1, -1)],
        parameters: [],
        outputs: [{ target: view('v', 2), mode: 'set' }],
      }),
    ).toMatch(/overlap/);
    expect(step({ kind: 'copy', source: shifted[0], target: shifted[1], mode: 'set' })).toBe('valid');
  });

  it('refuses two outputs of a map on one place', () => {
    const twice = { ...TANH, outputs: [...TANH.outputs, { ...TANH.outputs[0]!, name: 'again' }] };
    const target = { target: view('y', 2), mode: 'set' } as const;
    expect(
      step({ kind: 'map', kernel: twice, inputs: [view('v', 2)], parameters: [], outputs: [target, target] }),
    ).toMatch(/which overlap/);
  });

  it('knows a temp to be set when its parts are', () => {
    const half = (start: number): Instruction => ({
      kind: 'fill',
      value: 1,
      target: sliceView(view('y', 2), 0, start, start + 1),
      mode: 'set',
    });
    const read: Instruction = { kind: 'copy', source: view('y', 2), target: view('v', 2), mode: 'set' };
    expect(step(half(0), half(1), read)).toBe('valid');
    expect(step(half(0), read)).toMatch(/before it was wholly set/);
  });

  it('reduces over steps what has a value for each, and lets it out in no other way', () => {
    const keep: Instruction = { kind: 'fill', value: 1, target: view('h', 2), mode: 'set' };
    const total: Instruction = {
      kind: 'reduce',
      operation: 'sum',
      source: view('h', 2),
      axes: ['steps', 'items', 0],
      target: view('s'),
      mode: 'set',
    };
    expect(verdict({ step: [keep], last: [total] })).toBe('valid');
    expect(verdict({ step: [keep], last: [{ ...total, axes: ['items', 0] }] })).toMatch(/does not reduce over steps/);
    expect(
      verdict({ step: [keep], last: [{ kind: 'copy', source: view('h', 2), target: view('y', 2), mode: 'set' }] }),
    ).toMatch(/reads every step of h\[2\] but writes y\[2\], which has one for all/);
  });

  it('lets shared temps be set in a step, from what is shared', () => {
    expect(step({ kind: 'fill', value: 1, target: view('s'), mode: 'set' })).toBe('valid');
    expect(step({ kind: 'copy', source: view('v'), target: view('s'), mode: 'set' })).toMatch(
      /reads v\[\], which has items, but writes shared s\[\]/,
    );
  });

  it('refuses symbols out of bounds', () => {
    expect(verdict({ symbols: { far: view('y', 9) } })).toMatch(/symbol far: .*reaches/);
  });

  it('accepts a program that reads, and refuses one that writes, what the program before left', () => {
    const before = program({ buffers, inputs, step: [setY] });
    const read: Instruction = { kind: 'copy', source: view('y', 2), target: view('z', 2), mode: 'set' };
    const after = (instruction: Instruction): string =>
      messageOf(() =>
        verifyProgram(program({ buffers, step: [instruction] }), {
          after: program({ buffers: before.buffers.filter(({ id }) => id !== 'z') }),
        }),
      );
    expect(after(read)).toBe('valid');
    expect(after(setY)).toMatch(/belongs to the program before/);
  });

  it('lets instructions read the clock in steps, and where each step has a place', () => {
    const now = (target: View): Instruction => ({ kind: 'fill', value: { clock: 'time' }, target, mode: 'set' });
    expect(step(now(view('y', 2)))).toBe('valid');
    expect(verdict({ first: [now(view('h', 2))] })).toBe('valid');
    expect(verdict({ first: [now(view('y', 2))] })).toMatch(/reads the clock outside of the steps/);
  });
});

describe('verifyTraining', () => {
  const forward = program({
    buffers: [buffer('x', 'input', [3]), buffer('w', 'parameter', [2, 3]), buffer('y', 'temp', [2], EACH_STEP)],
    inputs,
    step: [product],
  });
  const training: Training = {
    forward,
    targets: [{ name: 'y', buffer: 't', held: false }],
    buffers: [
      buffer('t', 'target', [2], EACH_STEP),
      buffer('e', 'temp', [2], EACH_STEP),
      buffer('loss', 'temp', [], { items: false, lifetime: 'window' }),
    ],
    scalars: [{ name: 'rate', initial: 0.1 }],
    hosts: [],
    loss: [
      {
        kind: 'map',
        kernel: SQUARED_ERROR,
        inputs: [view('y', 2), view('t', 2)],
        parameters: [],
        outputs: [{ target: view('e', 2), mode: 'set' }],
      },
      {
        kind: 'reduce',
        operation: 'sum',
        source: view('e', 2),
        axes: ['steps', 'items', 0],
        target: view('loss'),
        mode: 'set',
      },
    ],
    objective: view('loss'),
    reports: { loss: view('loss') },
    trainable: ['w'],
    update: [
      {
        kind: 'map',
        kernel: MULTIPLY,
        inputs: [view('gradient:w', 2, 3), { scalar: 'rate' }],
        parameters: [],
        outputs: [{ target: view('w', 2, 3), mode: 'add' }],
      },
    ],
  };
  const trainingVerdict = (changes: Partial<Training>): string =>
    messageOf(() => verifyTraining({ ...training, ...changes }));

  it('accepts a layer trained by gradient descent', () => {
    expect(trainingVerdict({})).toBe('valid');
  });

  it('refuses what is no parameter, no scalar objective, and what has no value for each step', () => {
    expect(trainingVerdict({ trainable: ['x'] })).toMatch(/trainable "x": its role is input/);
    expect(trainingVerdict({ objective: view('e', 2) })).toMatch(/objective: must be a scalar/);
    expect(trainingVerdict({ loss: [] })).toMatch(/objective: is not set by loss/);
    expect(trainingVerdict({ targets: [{ name: 'y', buffer: 't', held: true }] })).toMatch(/target y: is held/);
    expect(
      trainingVerdict({ forward: { ...forward, buffers: [...forward.buffers.slice(0, 2), buffer('y', 'temp', [2])] } }),
    ).toMatch(/loss 0 .*give it a value for each step/);
  });

  it('lets parameters be written in the update only, from shared values', () => {
    const write: Instruction = {
      kind: 'map',
      kernel: ADD,
      inputs: [0, 1],
      parameters: [],
      outputs: [{ target: view('w', 2, 3), mode: 'add' }],
    };
    expect(trainingVerdict({ loss: [...training.loss, write] })).toMatch(/loss 2 .*loss writes temps only/);
    const mixed: Instruction = { ...write, inputs: [0, transposeView(view('y', 1, 1))] };
    expect(trainingVerdict({ update: [mixed] })).toMatch(/has items, but writes shared/);
  });
});
