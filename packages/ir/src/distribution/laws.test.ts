/** @file Why a rule of distribution is a rule: small programs that show what stays a loop, and what leaves it. */
import { describe, expect, it } from 'vitest';
import { distribute, type Instruction, lagForm, type Program, runPasses, verifyProgram, type View } from '../index.ts';
import { Machine } from '../interpret.test-helper.ts';
import { withDepths } from '../lag-form/lags.ts';
import { map } from '../differentiation/training-fixtures.test-helper.ts';
import {
  ADD,
  ARRAYS,
  buffer,
  contextOf,
  dot,
  EACH_STEP,
  LOWPASS,
  messageOf,
  outer,
  program,
  stored,
  TANH,
  view,
} from '../program-fixtures.test-helper.ts';
import { ndarray } from '@ndl/numerics';

const kindsOf = ({ sections }: Program): string => sections.map(({ kind }) => kind).join(' ');
const apart = (tested: Program): Program => runPasses(tested, [lagForm, distribute], contextOf(['y']));
const lagged = (seen: View, base: number): View => ({ ...seen, lag: { base, perAxis: seen.shape.map(() => 0) } });

const W = buffer('w', 'parameter', [2, 2], { initial: stored(ndarray([0.3, -0.5, 0.8, 0.1]).reshape([2, 2])) });
const X = buffer('x', 'input', [2]);
const FED: Program['inputs'] = [{ name: 'x', buffer: 'x', held: false }];
const OUT = buffer('y', 'temp', [2], EACH_STEP);
const product = (from: View, to: string): Instruction => dot(view('w', 1, 2, 2), from, view(to, 1, 2));

describe('what leaves a loop', () => {
  it('a product that feeds state, and one that follows it; the state itself does not', () => {
    const tested = program({
      buffers: [X, W, OUT, buffer('p', 'temp', [2]), buffer('v', 'state', [2])],
      inputs: FED,
      step: [
        product(view('x', 1, 2), 'p'),
        map(LOWPASS, [view('p', 2), view('v', 2)], view('v', 2), [0.5]),
        product(view('v', 1, 2), 'y'),
      ],
    });
    expect(kindsOf(apart(tested))).toBe('block steps block');
  });

  it('nothing where a product stands in the cycle', () => {
    const tested = program({
      buffers: [X, W, OUT, buffer('p', 'temp', [2]), buffer('v', 'state', [2])],
      inputs: FED,
      step: [
        product(view('v', 1, 2), 'p'),
        map(ADD, [view('p', 2), view('x', 2)], view('v', 2)),
        { kind: 'copy', source: view('v', 2), target: view('y', 2), mode: 'set' },
      ],
    });
    expect(kindsOf(apart(tested))).toBe('steps');
  });

  it('each layer of a merged map by itself', () => {
    const half = (id: string, part: number): View => ({ ...view(id, 2), offset: 2 * part });
    const tested = program({
      buffers: [X, W, OUT, buffer('p', 'temp', [4]), buffer('v', 'state', [4])],
      inputs: FED,
      step: [
        product(view('x', 1, 2), 'p'),
        { kind: 'copy', source: half('v', 0), target: half('p', 1), mode: 'set' },
        map(LOWPASS, [view('p', 4), view('v', 4)], view('v', 4), [0.5]),
        dot(view('w', 1, 2, 2), { ...view('v', 1, 2), offset: 2 }, view('y', 1, 2)),
      ],
    });
    expect(kindsOf(apart(tested))).toBe('block steps block');
  });

  it('no acting host, nor anything beside one', () => {
    const tested = program({
      buffers: [X, W, OUT],
      inputs: FED,
      hosts: [{ id: 'arm', label: 'arm', scope: 'item', acts: true, differentiable: false }],
      step: [product(view('x', 1, 2), 'y'), { kind: 'host', host: 'arm', inputs: [view('y', 2)], outputs: [] }],
    });
    expect(kindsOf(apart(tested))).toBe('steps');
  });

  it('elementwise work goes with its neighbours', () => {
    const tested = program({
      buffers: [X, OUT, buffer('p', 'temp', [2]), buffer('v', 'state', [2])],
      inputs: FED,
      step: [
        map(TANH, [view('x', 2)], view('p', 2)),
        map(LOWPASS, [view('p', 2), view('v', 2)], view('v', 2), [0.5]),
        map(TANH, [view('v', 2)], view('y', 2)),
      ],
    });
    expect(kindsOf(apart(tested))).toBe('steps');
  });
});

describe('sums over steps', () => {
  const summing = (second: string): Program => {
    const sums = [buffer('a', 'temp', [2, 2], { items: false }), buffer('b', 'temp', [2, 2], { items: false })];
    const both: Program = program({
      buffers: [X, W, ...sums.map((each) => ({ ...each, lifetime: 'window' as const })), OUT],
      inputs: FED,
      first: ['a', 'b'].map((id) => ({ kind: 'fill', value: 0, target: view(id, 2, 2), mode: 'set' })),
      step: [
        product(view('x', 1, 2), 'y'),
        outer(view('y', 1, 2), view('x', 1, 2), view('a', 1, 2, 2), 'add'),
        outer(view('y', 1, 2), view('y', 1, 2), view(second, 1, 2, 2), 'add'),
      ],
    });
    return both;
  };

  it('of two products that share a sum take turns at each step; with one each they are products over blocks', () => {
    expect(kindsOf(apart(summing('b')))).toBe('window block');
    const shared = apart(summing('a'));
    expect(shared.sections.map(({ kind, instructions }) => `${kind} ${instructions.length}`)).toEqual([
      'window 2',
      'block 1',
      'steps 2',
    ]);
  });
});

describe('what means something else over blocks', () => {
  const adding = (add: Instruction): Program =>
    program({
      // Sums over an axis of what items share are shared, too.
      buffers: [X, W, buffer('total', 'temp', [2], { lifetime: 'window', items: add.kind !== 'reduce' }), OUT],
      inputs: FED,
      first: [{ kind: 'fill', value: 0, target: view('total', 2), mode: 'set' }],
      step: [product(view('x', 1, 2), 'y'), add],
    });

  it.each<[string, Instruction]>([
    ['what a map computes at each step', map(TANH, [view('y', 2)], view('total', 2), [], 'add')],
    ['what is the same at each step', { kind: 'copy', source: view('w', 2), target: view('total', 2), mode: 'add' }],
    [
      'sums of what is the same at each step',
      {
        kind: 'reduce',
        operation: 'sum',
        source: view('w', 2, 2),
        axes: [1],
        target: view('total', 2),
        mode: 'add',
      },
    ],
  ])('is added up step by step: %s', (_, add) => {
    const [whole, taken] = [adding(add), apart(adding(add))];
    expect(kindsOf(taken)).toBe('window block steps');
    const x = Array.from({ length: 5 }, (__, step) => [[Math.sin(step), Math.cos(step)]]);
    const totals = (tested: Program, block: number): string => {
      verifyProgram(tested, { arrays: ARRAYS });
      const machine = new Machine(tested, { arrays: ARRAYS, hosts: new Map() });
      return String(machine.window({ items: 1, steps: 5, block, feed: { x } }).get('total'));
    };
    for (const block of [1, 2, 5]) expect(totals(taken, block)).toBe(totals(whole, 5));
  });
});

it('a sum of what is the same at each step stays a loop, as one over blocks would not be there for each of them', () => {
  const tested = program({
    buffers: [X, W, OUT, buffer('p', 'temp', [2]), buffer('s', 'temp', [2], { items: false })],
    inputs: FED,
    step: [
      product(view('x', 1, 2), 'p'),
      { kind: 'reduce', operation: 'sum', source: view('w', 2, 2), axes: [1], target: view('s', 2), mode: 'set' },
      map(ADD, [view('p', 2), view('s', 2)], view('y', 2)),
    ],
  });
  expect(kindsOf(apart(tested))).toBe('block steps');
});

describe('a cycle through a delay', () => {
  const delayed = (steps: number, maximumBlock?: number): Program =>
    withDepths(
      program({
        buffers: [
          X,
          W,
          OUT,
          buffer('p', 'temp', [2]),
          buffer('s', 'state', [2], { steps: { span: 'block', before: 1 }, initial: 0.1 }),
        ],
        inputs: FED,
        step: [
          product(lagged(view('s', 1, 2), steps), 'p'),
          map(ADD, [view('p', 2), view('x', 2)], view('s', 2)),
          { kind: 'copy', source: view('s', 2), target: view('y', 2), mode: 'set' },
        ],
        ...(maximumBlock !== undefined && { maximumBlock }),
      }),
    );
  const observe = (tested: Program, block: number): string => {
    const machine = new Machine(tested, { arrays: ARRAYS, hosts: new Map() });
    const x = Array.from({ length: 12 }, (_, step) => [[Math.sin(step), Math.cos(step)]]);
    return String(machine.window({ items: 1, steps: 12, block, feed: { x } }).get('y'));
  };

  it('is a loop, or block work where blocks are no longer than the delay; the numbers are the same', () => {
    expect(kindsOf(apart(delayed(5)))).toBe('steps');
    const free = apart(delayed(5, 5));
    expect(kindsOf(free)).toBe('block');
    for (const block of [1, 3, 5]) expect(observe(free, block)).toBe(observe(delayed(5), 12));
    expect(messageOf(() => verifyProgram({ ...free, maximumBlock: 6 }))).toMatch(/lags of at least maximumBlock/);
  });
});
