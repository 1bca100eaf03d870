import { describe, expect, it } from 'vitest';
import {
  broadcastView,
  type Buffer,
  insertAxis,
  type Instruction,
  kernel,
  type Program,
  type Section,
  type Tables,
  verifyProgram,
  type View,
} from './index.ts';
import { type Call, Machine } from './interpret.test-helper.ts';
import { ADD, ARRAYS, buffer, EACH_STEP, program, stored, TANH, view } from './program-fixtures.test-helper.ts';

const keeping = (before: number): Partial<Buffer> => ({ steps: { span: 'block', before }, lifetime: 'run' });
const FED = [{ name: 'x', buffer: 'x', held: false }];
const at = (source: View, base: number): View => ({ ...source, lag: { base, perAxis: source.shape.map(() => 0) } });
const copy = (source: View, target: View, mode: 'set' | 'add' = 'set'): Instruction => {
  return { kind: 'copy', source, target, mode };
};
const section = (kind: Section['kind'], ...instructions: readonly Instruction[]): Section => {
  return { kind, direction: 'ascending', instructions };
};

/** `[step][item][element]`, without pattern. */
function numbers(steps: number, items: number, size: number, seed: number): number[][][] {
  const at = (t: number, b: number, e: number): number => Math.sin(12.9898 * ((t * items + b) * size + e + 1) + seed);
  const list = <Value>(length: number, make: (index: number) => Value): Value[] =>
    Array.from({ length }, (_, k) => make(k));
  return list(steps, (t) => list(items, (b) => list(size, (e) => at(t, b, e))));
}

/** What a buffer holds over windows, step after step. */
function over(tested: Program, windows: readonly Call[], id: string, hosts: Tables['hosts'] = new Map()): number[][][] {
  const tables = { arrays: ARRAYS, hosts };
  verifyProgram(tested, tables);
  const machine = new Machine(tested, tables);
  return windows.flatMap((call) =>
    machine
      .window(call)
      .get(id)!
      .map((items) => items.map((values) => [...values])),
  );
}

/** The first element of the first item at each step. */
function firsts(values: readonly (readonly (readonly number[])[])[]): number[] {
  return values.map((items) => items[0]![0]!);
}

const LENGTHS = [1, 2, 3, 4, 5, 6, 7] as const;

describe('a finite impulse response over an axis of lags', () => {
  const [taps, width] = [3, 2];
  const shape = [width, taps];
  const signal: View = { buffer: 'x', offset: 0, shape, strides: [1, 0], lag: { base: 0, perAxis: [0, 1] } };
  const filter: Instruction = {
    kind: 'contract',
    mode: 'set',
    members: [
      { left: insertAxis(view('h', taps), 0, width), right: signal, target: insertAxis(view('y', width), 1, taps) },
    ],
  };
  const h = [0.5, -0.25, 0.7];
  const filtering = (kind: 'steps' | 'block'): Program =>
    program({
      buffers: [
        buffer('x', 'input', [width], { ...keeping(taps - 1), initial: 0.125 }),
        buffer('h', 'constant', [taps], { initial: stored({ shape: [taps], data: Float64Array.from(h) }) }),
        buffer('y', 'temp', [width], EACH_STEP),
      ],
      inputs: FED,
      sections: [section(kind, filter)],
    });
  const x = numbers(7, 2, width, 1);
  const expected = x.map((items, t) =>
    items.map((vector, item) =>
      vector.map((_, c) => h.reduce((sum, tap, k) => sum + tap * (x[t - k]?.[item]![c] ?? 0.125), 0)),
    ),
  );

  it.each(['steps', 'block'] as const)('in a %s section, has the same bits for each block length', (kind) => {
    for (const block of LENGTHS)
      expect(over(filtering(kind), [{ items: 2, steps: 7, block, feed: { x } }], 'y')).toEqual(expected);
  });

  it('goes on from window to window, also from one that is shorter than the filter', () => {
    const windows = [x.slice(0, 4), x.slice(4, 5), x.slice(5, 7)];
    const calls = windows.map((part) => ({ items: 2, steps: part.length, block: 2, feed: { x: part } }));
    expect(over(filtering('block'), calls, 'y')).toEqual(expected);
  });
});

describe('a delay', () => {
  const x = numbers(7, 1, 1, 2);
  const delayed = [0, 0, 0, ...firsts(x.slice(0, 4))].map((value) => [[value]]);

  it.each(['steps', 'block'] as const)('of an input in a %s section is a lag', (kind) => {
    const tested = program({
      buffers: [buffer('x', 'input', [1], keeping(3)), buffer('y', 'temp', [1], EACH_STEP)],
      inputs: FED,
      sections: [section(kind, copy(at(view('x', 1), 3), view('y', 1)))],
    });
    for (const block of LENGTHS)
      expect(over(tested, [{ items: 1, steps: 7, block, feed: { x } }], 'y')).toEqual(delayed);
  });

  it('in a cycle runs in blocks as long as it is, with the bits of a loop', () => {
    const add: Instruction = {
      kind: 'map',
      kernel: kernel({ name: 'addTanh', inputs: ['x', 's'] }, (k) => ({ s: k.tanh(k.add(k.inputs.x, k.inputs.s)) })),
      inputs: [view('x', 1), at(view('s', 1), 3)],
      parameters: [],
      outputs: [{ target: view('s', 1), mode: 'set' }],
    };
    const cycle = (kind: 'steps' | 'block', maximumBlock?: number): Program =>
      program({
        ...(maximumBlock !== undefined && { maximumBlock }),
        buffers: [
          buffer('x', 'input', [1], { ...keeping(0), lifetime: 'block' }),
          buffer('s', 'state', [1], { ...keeping(3), initial: 0.4 }),
          buffer('y', 'temp', [1], EACH_STEP),
        ],
        inputs: FED,
        sections: [section(kind, add), section('block', copy(view('s', 1), view('y', 1)))],
      });
    const s: number[] = [];
    firsts(x).forEach((value, t) => s.push(Math.tanh(value + (s[t - 3] ?? 0.4))));
    const looped = over(cycle('steps'), [{ items: 1, steps: 7, feed: { x } }], 'y');
    firsts(looped).forEach((value, t) => expect(value).toBeCloseTo(s[t]!, 12));
    for (const block of LENGTHS)
      expect(over(cycle('block', 3), [{ items: 1, steps: 7, block, feed: { x } }], 'y')).toEqual(looped);
  });
});

describe('where steps descend', () => {
  // g(t) = e(t) + g(t + 2) / 2, and zero beyond the window.
  const half = kernel({ name: 'half', inputs: ['e', 'g'] }, (k) => ({
    g: k.add(k.inputs.e, k.multiply(0.5, k.inputs.g)),
  }));
  const gather: Instruction = {
    kind: 'map',
    kernel: half,
    inputs: [view('x', 1), at(view('g', 1), 2)],
    parameters: [],
    outputs: [{ target: view('g', 1), mode: 'set' }],
  };
  const tested = program({
    buffers: [
      buffer('x', 'input', [1], EACH_STEP),
      buffer('g', 'temp', [1], { steps: { span: 'window', before: 2 }, lifetime: 'window' }),
      buffer('total', 'temp', [], { items: false, lifetime: 'window' }),
    ],
    inputs: FED,
    sections: [
      section('window', { kind: 'fill', value: 0, target: view('total'), mode: 'set' }),
      { kind: 'steps', direction: 'descending', instructions: [gather] },
      {
        kind: 'block',
        direction: 'descending',
        instructions: [
          {
            kind: 'reduce',
            operation: 'sum',
            source: view('g', 1),
            axes: [0, 'items', 'steps'],
            target: view('total'),
            mode: 'add',
          },
        ],
      },
    ],
  });
  const x = numbers(7, 1, 1, 3);

  it('lags lead to later steps, and beyond the window all is zero', () => {
    const g: number[] = [];
    for (let t = 6; t >= 0; t--) g[t] = x[t]![0]![0]! + 0.5 * (g[t + 2] ?? 0);
    // Sums follow the section: the last step comes first.
    const total = g.reduceRight((sum, value) => sum + value, 0);
    for (const block of LENGTHS) {
      const windows = [{ items: 1, steps: 7, block, feed: { x } }];
      expect(over(tested, windows, 'g')).toEqual(g.map((value) => [[value]]));
      expect(over(tested, windows, 'total')).toEqual([[[total]]]);
    }
  });

  it('nothing is carried from window to window', () => {
    const alone = (part: number[][][]): number[][][] =>
      over(tested, [{ items: 1, steps: part.length, feed: { x: part } }], 'g');
    const [first, second] = [x.slice(0, 4), x.slice(4)];
    const calls = [first, second].map((part) => ({ items: 1, steps: part.length, feed: { x: part } }));
    expect(over(tested, calls, 'g')).toEqual([...alone(first), ...alone(second)]);
  });
});

describe('state', () => {
  it('begins, for each item, as what its parameter holds, and is carried from window to window', () => {
    const count: Instruction = {
      kind: 'map',
      kernel: ADD,
      inputs: [view('v', 2), 1],
      parameters: [],
      outputs: [{ target: view('v', 2), mode: 'set' }],
    };
    const tested = program({
      buffers: [
        buffer('w', 'parameter', [2], { initial: stored({ shape: [2], data: Float64Array.of(10, 20) }) }),
        buffer('v', 'state', [2], { initial: { parameter: 'w' } }),
        buffer('y', 'temp', [2], EACH_STEP),
      ],
      sections: [section('steps', count, copy(view('v', 2), view('y', 2)))],
    });
    const windows = [2, 1].map((steps) => ({ items: 2, steps }));
    expect(over(tested, windows, 'y')).toEqual(
      [11, 12, 13].map((value) => [
        [value, value + 10],
        [value, value + 10],
      ]),
    );
  });
});

describe('a before section', () => {
  it('runs once, over the steps that are kept before the first', () => {
    const sum: Instruction = {
      kind: 'reduce',
      operation: 'sum',
      source: view('v', 1),
      axes: [0, 'items', 'steps'],
      target: view('g'),
      mode: 'add',
    };
    const tested = program({
      buffers: [
        buffer('v', 'state', [1], { steps: { span: 'window', before: 3 }, initial: 0.5 }),
        buffer('g', 'temp', [], { items: false, lifetime: 'window' }),
      ],
      sections: [
        section('window', { kind: 'fill', value: 0, target: view('g'), mode: 'set' }),
        section('steps', copy(at(view('v', 1), 1), view('v', 1))),
        section('before', sum),
      ],
    });
    expect(
      over(
        tested,
        [
          { items: 2, steps: 1 },
          { items: 2, steps: 1 },
        ],
        'g',
      ),
    ).toEqual([[[3]], [[0]]]);
  });
});

describe('hosts and the clock', () => {
  it('go on counting from window to window; what hosts do stands in tables', () => {
    const tested = program({
      dt: 0.5,
      hosts: [{ id: 'count', label: 'Node "count"', scope: 'item', acts: false, differentiable: false }],
      buffers: [buffer('a', 'temp', [2]), buffer('y', 'temp', [2], EACH_STEP), buffer('z', 'temp', [2], EACH_STEP)],
      sections: [
        section(
          'steps',
          { kind: 'fill', value: { clock: 'time' }, target: view('a', 2), mode: 'set' },
          { kind: 'host', host: 'count', inputs: [view('a', 2)], outputs: [view('z', 2)] },
          copy(view('z', 2), view('y', 2)),
        ),
      ],
    });
    const hosts: Tables['hosts'] = new Map([
      [
        'count',
        {
          make: (item: number) => {
            let calls = 0;
            return {
              call: (time, step, [a], [z]) => {
                calls++;
                z!.set([a![0]! - time, 100 * item + 10 * calls + step]);
              },
            };
          },
        },
      ],
    ]);
    const windows = [2, 1].map((steps) => ({ items: 2, steps }));
    expect(over(tested, windows, 'y', hosts)).toEqual(
      [11, 22, 33].map((each) => [
        [0, each],
        [0, 100 + each],
      ]),
    );
  });
});

it('a held value broadcasts over the steps of a block section', () => {
  const tested = program({
    buffers: [
      buffer('x', 'input', [1], { lifetime: 'window' }),
      buffer('y', 'temp', [2], EACH_STEP),
      buffer('z', 'temp', [2], EACH_STEP),
    ],
    inputs: [{ name: 'x', buffer: 'x', held: true }],
    sections: [
      section('window', {
        kind: 'map',
        kernel: ADD,
        inputs: [broadcastView(view('x', 1), [2]), { clock: 'step', modulus: 100 }],
        parameters: [],
        outputs: [{ target: view('y', 2), mode: 'set' }],
      }),
      section('block', {
        kind: 'map',
        kernel: TANH,
        inputs: [view('y', 2)],
        parameters: [],
        outputs: [{ target: view('z', 2), mode: 'set' }],
      }),
    ],
  });
  const call = { items: 1, steps: 3, block: 2, feed: { x: [[[0.5]]] } };
  expect(over(tested, [call], 'y')).toEqual([1.5, 2.5, 3.5].map((value) => [[value, value]]));
  firsts(over(tested, [call], 'z')).forEach((value, t) => expect(value).toBeCloseTo(Math.tanh(t + 1.5), 12));
});
