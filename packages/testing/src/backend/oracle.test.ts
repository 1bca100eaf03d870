/** @file The oracle against numbers worked out by hand. */
import { fullView, type Instruction, kernel, type Kernel, type Section, type View } from '@ndl/ir';
import { describe, expect, test } from 'vitest';
import { arithmeticOf } from './oracle-kernel.ts';
import { Oracle, type OracleFeed } from './oracle.ts';
import {
  buffer,
  copyTo,
  dotTo,
  EACH_STEP,
  EACH_STEP_OF_BLOCK,
  host,
  inputsOf,
  keeping,
  lagged,
  mapTo,
  outerTo,
  outputsOf,
  program,
  section,
  setTo,
  storedNumbers,
} from './write-program.ts';

const matrix = buffer('matrix', 'constant', [2, 3], { initial: storedNumbers([1, 2, 3, 4, 5, 6], [2, 3]) });
const vector = buffer('vector', 'constant', [3], { initial: storedNumbers([1, 10, 100]) });
const pair = buffer('pair', 'constant', [2], { initial: storedNumbers([2, 3]) });

const ADD: Kernel = kernel({ name: 'add', inputs: ['x', 'y'] }, (k) => ({ output: k.add(k.inputs.x, k.inputs.y) }));

/** What an instruction leaves in a target of this shape that held ones. */
function after(shape: readonly number[], write: (target: View) => Instruction): readonly number[] {
  const target = buffer('target', 'temp', shape, { items: false });
  const first: readonly Instruction[] = [
    { kind: 'fill', value: 1, ...setTo(fullView(target)) },
    write(fullView(target)),
  ];
  const oracle = new Oracle(program({ buffers: [matrix, vector, pair, target], first }), 1);
  oracle.run(1);
  return oracle.read(fullView(target));
}

/** A number for each step of a window. */
const x = buffer('x', 'input', [1], EACH_STEP);
const y = buffer('y', 'temp', [1], EACH_STEP);
const feed = (...values: readonly number[]): OracleFeed => new Map([['x', (step: number) => [values[step]!]]]);

describe('instructions', () => {
  test('fill, set and add', () => {
    expect(after([2], (target) => ({ kind: 'fill', value: 5, target, mode: 'set' }))).toEqual([5, 5]);
    expect(after([2], (target) => ({ kind: 'fill', value: 5, target, mode: 'add' }))).toEqual([6, 6]);
  });

  test('copy through indices that repeat', () => {
    const indices = [{ axis: 0, offsets: [1, 0, 1] }];
    const repeated = { buffer: 'target', offset: 0, shape: [3], strides: [0], indices };
    expect(after([2], () => copyTo(repeated, fullView(vector), 'add'))).toEqual([11, 102]);
  });

  test('map with broadcasting', () => {
    const subtract = kernel({ name: 'subtract', inputs: ['x', 'y'] }, (k) => ({
      output: k.subtract(k.inputs.x, k.inputs.y),
    }));
    const column = { ...fullView(pair), shape: [2, 1], strides: [1, 0] };
    expect(after([2, 3], (target) => mapTo(target, subtract, [fullView(vector), column]))).toEqual([
      -1, 8, 98, -2, 7, 97,
    ]);
  });

  test('products, plain and transposed, summed into repeated elements, and without any term', () => {
    expect(after([2], (target) => dotTo(target, fullView(matrix), fullView(vector), 'add'))).toEqual([322, 655]);
    const transposed = { buffer: 'matrix', offset: 0, shape: [3, 2], strides: [1, 3] };
    expect(after([3], (target) => dotTo(target, transposed, fullView(pair)))).toEqual([14, 19, 24]);
    expect(after([2, 3], (target) => outerTo(target, fullView(pair), fullView(vector)))).toEqual([
      2, 20, 200, 3, 30, 300,
    ]);
    const overlapping = { buffer: 'target', offset: 0, shape: [2, 3], strides: [1, 1] };
    expect(after([4], () => outerTo(overlapping, fullView(pair), fullView(vector), 'add'))).toEqual([3, 24, 231, 301]);
    const nothing = (view: View): View => ({ ...view, shape: [2, 0], strides: [0, 0] });
    const member = { left: nothing(fullView(matrix)), right: nothing(fullView(vector)) };
    const sumOfNothing = (target: View): Instruction => {
      const kept = { ...target, shape: [2, 0], strides: [1, 0] };
      return { kind: 'contract', members: [{ ...member, target: kept }], mode: 'set' };
    };
    expect(after([2], sumOfNothing)).toEqual([0, 0]);
  });

  test('reduce over either axis', () => {
    const source = fullView(matrix);
    expect(
      after([3], (target) => ({ kind: 'reduce', operation: 'sum', source, axes: [0], target, mode: 'set' })),
    ).toEqual([5, 7, 9]);
    expect(
      after([2], (target) => ({ kind: 'reduce', operation: 'max', source, axes: [1], target, mode: 'add' })),
    ).toEqual([4, 7]);
  });

  test('sums begin at +0 where they set, at the target where they add, and zeros of spikes are absent', () => {
    const [a, b, c] = [0, 1, 2].map((id) => fullView(buffer(`${id}`, 'temp', [1]))) as [View, View, View];
    const none = buffer('none', 'constant', [1]);
    const right = { ...fullView(pair), shape: [1] };
    const product = (target: View, mode: 'set' | 'add', marked: object = {}): Instruction => {
      return { kind: 'contract', members: [{ left: fullView(none), right, target }], mode, ...marked };
    };
    const minusZero = (target: View): Instruction => ({ kind: 'fill', value: -0, ...setTo(target) });
    const written = program({
      buffers: [none, pair, ...[a, b, c].map((view) => buffer(view.buffer, 'temp', [1]))],
      first: [product(a, 'set'), minusZero(b), product(b, 'add'), minusZero(c), product(c, 'add', { events: 'left' })],
    });
    const oracle = new Oracle(written, 1);
    oracle.run(1);
    expect([a, b, c].map((view) => oracle.read(view)[0])).toEqual([0, 0, -0]);
  });
});

test('steps and items: sums over all of them at the end of the window, state carried to the next', () => {
  const u = buffer('u', 'input', [1]);
  const sum = buffer('sum', 'state', [1], { initial: 0.5 });
  const kept = buffer('kept', 'temp', [1], EACH_STEP);
  const [total, perItem] = [buffer('total', 'temp', [], { items: false }), buffer('perItem', 'temp', [1])];
  const all = [0, 'items', 'steps'] as const;
  const written = program({
    buffers: [u, sum, kept, total, perItem],
    step: [copyTo(fullView(sum), fullView(u), 'add'), copyTo(fullView(kept), fullView(sum))],
    last: [
      { kind: 'reduce', operation: 'sum', source: fullView(kept), axes: all, ...setTo(fullView(total)) },
      { kind: 'reduce', operation: 'max', source: fullView(kept), axes: ['steps'], ...setTo(fullView(perItem)) },
    ],
    inputs: inputsOf(u),
    outputs: outputsOf(sum),
  });
  const oracle = new Oracle(written, 2);
  const fed = new Map([['u', (step: number) => [step + 1, -1]]]);
  expect(oracle.run(3, fed).get('sum')).toEqual([
    [1.5, -0.5],
    [3.5, -1.5],
    [6.5, -2.5],
  ]);
  expect(oracle.read(fullView(total))).toEqual([7, 7]);
  expect(oracle.read(fullView(perItem))).toEqual([6.5, -0.5]);
  expect(oracle.run(1, fed).get('sum')).toEqual([[7.5, -3.5]]);
});

describe('sections', () => {
  /** y from x by one instruction, in a section of a kind. */
  const through = (
    kind: Section['kind'],
    instruction: Instruction,
    direction: Section['direction'] = 'ascending',
  ): Oracle =>
    new Oracle(
      program({
        buffers: [{ ...x, ...keeping(2, 'window'), initial: 0.5 }, y],
        sections: [section(kind, [instruction], direction)],
        inputs: inputsOf(x),
        outputs: outputsOf(y),
      }),
      1,
    );

  test('a delay, walked and all steps at once, across windows shorter than itself', () => {
    for (const kind of ['steps', 'block'] as const) {
      const oracle = through(kind, copyTo(fullView(y), lagged(fullView(x), 2)));
      const outputs = [oracle.run(1, feed(1)), oracle.run(3, feed(2, 3, 4)), oracle.run(1, feed(5))];
      expect(outputs.flatMap((each) => each.get('y')!)).toEqual([[0.5], [0.5], [1], [2], [3]]);
    }
  });

  test('a filter over an axis of lags', () => {
    const taps = buffer('taps', 'constant', [3], { initial: storedNumbers([100, 10, 1]) });
    const past = lagged({ buffer: 'x', offset: 0, shape: [3], strides: [0] }, 0, [1]);
    const target = { buffer: 'y', offset: 0, shape: [3], strides: [0] };
    const filter: Instruction = {
      kind: 'contract',
      members: [{ left: fullView(taps), right: past, target }],
      mode: 'set',
    };
    const written = program({
      buffers: [{ ...x, ...keeping(2), initial: 9 }, taps, { ...y, ...EACH_STEP_OF_BLOCK }],
      sections: [section('block', [filter])],
      inputs: inputsOf(x),
      outputs: outputsOf(y),
    });
    expect(new Oracle(written, 1).run(3, feed(1, 2, 3)).get('y')).toEqual([[199], [219], [321]]);
  });

  test('what is written backwards is read at later steps, and is zero beyond the window', () => {
    const s = buffer('s', 'temp', [1], { steps: { span: 'block', before: 1 }, lifetime: 'block' });
    const oracle = new Oracle(
      program({
        buffers: [x, s],
        step: [mapTo(fullView(s), ADD, [fullView(x), lagged(fullView(s), 1)])],
        direction: 'descending',
        inputs: inputsOf(x),
        outputs: outputsOf(s),
      }),
      1,
    );
    expect(oracle.run(3, feed(1, 10, 100)).get('s')).toEqual([[111], [110], [100]]);
    expect(oracle.run(2, feed(1, 10)).get('s')).toEqual([[11], [10]]);
  });

  test('sections before the first step run after the first window only, and see what stood there', () => {
    const s = buffer('s', 'state', [1], { ...keeping(2, 'window'), initial: { parameter: 'start' } });
    const start = buffer('start', 'parameter', [1], { initial: 4 });
    const [sum, total] = [buffer('sum', 'temp', [], { items: false }), buffer('total', 'parameter', [])];
    const axes = [0, 'items', 'steps'] as const;
    const written = program({
      buffers: [x, s, start, sum, total],
      sections: [
        section('steps', [mapTo(fullView(s), ADD, [fullView(x), lagged(fullView(s), 2)])]),
        section('window', [{ kind: 'fill', value: 1, ...setTo(fullView(sum)) }]),
        section('before', [
          { kind: 'reduce', operation: 'sum', source: fullView(s), axes, target: fullView(sum), mode: 'add' },
        ]),
        section('window', [copyTo(fullView(total), fullView(sum), 'add')]),
      ],
      inputs: inputsOf(x),
      outputs: outputsOf(s),
    });
    const oracle = new Oracle(written, 2);
    const both = new Map([['x', (step: number) => [step + 1, 10]]]);
    expect(oracle.run(3, both).get('s')).toEqual([
      [5, 14],
      [6, 14],
      [8, 24],
    ]);
    expect(oracle.read(fullView(total))).toEqual([17, 17]);
    oracle.run(1, both);
    expect(oracle.read(fullView(total))).toEqual([18, 18]);
  });

  test('a host function of a window is called for each of its steps', () => {
    const calls: string[] = [];
    const call = (
      time: number,
      step: number,
      [given]: readonly (readonly number[] | Float32Array | Float64Array)[],
    ): void => void calls.push(`${step} at ${time}: ${given![0]}`);
    const logger = host('logger', { make: () => ({ call }) });
    const written = program({
      dt: 0.5,
      buffers: [x, y],
      hosts: [logger],
      last: [{ kind: 'host', host: 'logger', inputs: [fullView(x)], outputs: [fullView(y)] }],
      inputs: inputsOf(x),
    });
    const oracle = new Oracle(written, 1);
    oracle.run(1, feed(3));
    oracle.run(2, feed(4, 5));
    expect(calls).toEqual(['1 at 0.5: 3', '2 at 1: 4', '3 at 1.5: 5']);
  });
});

test('float32 rounds every number, and has functions of its own where bits are compared', () => {
  const third = buffer('third', 'temp', [1]);
  const e = buffer('e', 'temp', [1]);
  const exponential = kernel({ name: 'exponential', inputs: ['x'] }, (k) => ({ output: k.exp(k.inputs.x) }));
  const written = program({
    dtype: 'float32',
    buffers: [third, e],
    first: [
      { kind: 'fill', value: 1 / 3, ...setTo(fullView(third)) },
      mapTo(fullView(e), exponential, [fullView(third)]),
    ],
  });
  for (const formulas of [undefined, arithmeticOf('float32')]) {
    const oracle = new Oracle(written, 1, formulas && { formulas });
    oracle.run(1);
    expect(oracle.read(fullView(third))).toEqual([Math.fround(1 / 3)]);
    const [value] = oracle.read(fullView(e));
    expect(Math.abs(value! - Math.exp(Math.fround(1 / 3)))).toBeLessThan(2e-7);
    expect(value).toBe(Math.fround(value!));
  }
});
