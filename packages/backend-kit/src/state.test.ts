/** @file What lasts: carried and fresh state, symbols, saved states, and programs that share them. */
import type { ExecutableState } from '@ndl/core';
import { fullView, NO_TABLES, type Program, sliceView, type View } from '@ndl/ir';
import { NdArray } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import {
  ADD,
  buffer,
  copy,
  eachStep,
  lagged,
  map,
  program,
  run,
  section,
  source,
  stored,
  totals,
  toyExecutable,
  type ToyExecutable,
} from './programs.test-helper.ts';

const array = (shape: readonly number[], ...values: readonly number[]): NdArray =>
  new NdArray(Float64Array.from(values), shape);

const read = async ({ executable }: ToyExecutable, symbol: string): Promise<unknown> =>
  (await executable.read(symbol)).toNested();

describe('symbols', () => {
  const weights = buffer('weights', 'parameter', [4], { initial: stored(1, 2, 3, 4) });
  const gain = buffer('gain', 'constant', [2], { initial: stored(7, 8) });
  const pair = buffer('pair', 'state', [3], { initial: stored(1, 2, 3) });
  const temp = buffer('temp', 'temp', [1]);
  const named = program({
    buffers: [weights, gain, pair, temp],
    sections: [section('steps', [{ kind: 'fill', value: 0, target: fullView(temp), mode: 'set' }])],
    symbols: {
      weights: fullView({ id: 'weights', shape: [2, 2] }),
      column: { buffer: 'weights', offset: 1, shape: [2], strides: [2] },
      gain: sliceView(fullView(gain), 0, 1, 2),
      head: sliceView(fullView(pair), 0, 0, 1),
      tail: sliceView(fullView(pair), 0, 1, 3),
      temp: fullView(temp),
    },
  });

  test('are read and written where they lie', async () => {
    for (const isLate of [false, true]) {
      const toy = await toyExecutable({ run: named }, { isLate });
      expect(await read(toy, 'weights')).toEqual([
        [1, 2],
        [3, 4],
      ]);
      expect(await read(toy, 'gain')).toEqual([8]);
      expect(await read(toy, 'tail')).toEqual([[2, 3]]);
      await toy.executable.write('column', array([2], 20, 40));
      await toy.executable.write('head', array([2, 1], 5, 6));
      expect(await read(toy, 'weights')).toEqual([
        [1, 20],
        [3, 40],
      ]);
      expect(await read(toy, 'head')).toEqual([[5], [6]]);
      expect(await read(toy, 'tail')).toEqual([
        [2, 3],
        [2, 3],
      ]);
    }
  });

  test('are read and written in long rows, by strides and by lists', async () => {
    const [rows, columns] = [5, 40];
    const places = Array.from({ length: rows * columns }, (_, place) => place);
    const matrix = buffer('matrix', 'parameter', [rows * columns], { initial: stored(...places) });
    const whole = fullView({ id: 'matrix', shape: [rows, columns] });
    const listed = [4, 0, 3].map((row) => row * columns);
    const shown: Readonly<Record<string, readonly [View, (place: readonly number[]) => number]>> = {
      whole: [whole, ([row, column]) => row! * columns + column!],
      rows: [sliceView(whole, 0, 3, 0, -2), ([row, column]) => (3 - 2 * row!) * columns + column!],
      part: [sliceView(whole, 1, 7, 37), ([row, column]) => row! * columns + 7 + column!],
      spread: [sliceView(whole, 1, 1, 40, 3), ([row, column]) => row! * columns + 1 + 3 * column!],
      listed: [
        { ...whole, shape: [3, columns], indices: [{ axis: 0, offsets: listed }] },
        ([row, column]) => listed[row!]! + column!,
      ],
      none: [sliceView(whole, 0, 2, 2), () => 0],
    };
    const symbols = Object.fromEntries(Object.entries(shown).map(([name, [view]]) => [name, view]));
    const temp = buffer('temp', 'temp');
    const sections = [section('steps', [{ kind: 'fill', value: 0, target: fullView(temp), mode: 'set' }])];
    const toy = await toyExecutable({ run: program({ buffers: [matrix, temp], sections, symbols }) });
    const placesOf = (name: string): number[] => {
      const [{ shape }, place] = shown[name]!;
      return Array.from({ length: shape[0]! * shape[1]! }, (_, k) => place([Math.floor(k / shape[1]!), k % shape[1]!]));
    };
    let expected = [...places];
    for (const name of Object.keys(shown)) {
      const own = placesOf(name);
      expect([...(await toy.executable.read(name)).data]).toEqual(own.map((place) => expected[place]));
      const written = own.map((place) => expected[place]! + 1000);
      await toy.executable.write(name, array(symbols[name]!.shape, ...written));
      own.forEach((place, k) => (expected = expected.with(place, written[k]!)));
      expect([...(await toy.executable.read('whole')).data]).toEqual(expected);
    }
  });

  test.each([
    ['UNKNOWN_SYMBOL', (toy: ToyExecutable) => toy.executable.read('wieghts')],
    ['UNKNOWN_SYMBOL', (toy: ToyExecutable) => toy.executable.read('constructor')],
    ['SYMBOL_NOT_READABLE', (toy: ToyExecutable) => toy.executable.read('temp')],
    ['SYMBOL_NOT_WRITABLE', (toy: ToyExecutable) => toy.executable.write('gain', array([1], 1))],
    ['SYMBOL_NOT_WRITABLE', (toy: ToyExecutable) => toy.executable.write('temp', array([1, 1], 1))],
    ['SHAPE_MISMATCH', (toy: ToyExecutable) => toy.executable.write('column', array([1, 2], 1, 2))],
    ['SHAPE_MISMATCH', (toy: ToyExecutable) => toy.executable.write('tail', array([2], 1, 2))],
  ])('%s', async (code, call) => {
    await expect(call(await toyExecutable({ run: named }))).rejects.toMatchObject({ code });
  });

  test('of state for another number of items are written before anything has happened, and not after', async () => {
    const toy = await toyExecutable({ run: totals });
    await toy.executable.write('total', array([3, 1], 1, 2, 3));
    await expect(toy.executable.write('total', array([2, 1], 1, 2))).rejects.toMatchObject({
      code: 'STATE_ITEMS_MISMATCH',
    });
    await expect(run(toy, 1, { items: 2 })).rejects.toMatchObject({ code: 'STATE_ITEMS_MISMATCH' });
    expect((await run(toy, 1, { items: 3 })).of('total')).toEqual([2, 3, 4]);
    toy.executable.reset();
    expect([toy.executable.step, await read(toy, 'total')]).toEqual([0, [[0], [0], [0]]]);
    expect((await run(toy, 1, { items: 2 })).of('total')).toEqual([1, 1]);
  });
});

describe('state that begins as a parameter', () => {
  const weight = buffer('weight', 'parameter', [1], { initial: 2 });
  const learnt = buffer('learnt', 'state', [1], { initial: { parameter: 'weight' } });
  const delayed = { ...learnt, id: 'delayed', steps: { span: 'block', before: 2 } } as const;
  const learning = program({
    buffers: [buffer('x', 'input'), weight, learnt, delayed],
    fed: ['x'],
    read: ['learnt', 'delayed'],
    sections: [
      section('steps', [
        copy(fullView(buffer('x', 'input')), fullView(learnt), 'add'),
        map(ADD, [lagged(fullView(delayed), 2), 100], fullView(delayed)),
      ]),
    ],
    symbols: { weight: fullView(weight), learnt: fullView(learnt), delayed: fullView(delayed) },
  });

  test('follows it until something happens, and begins anew as it is by then', async () => {
    const toy = await toyExecutable({ run: learning });
    const { executable } = toy;
    expect([await read(toy, 'learnt'), await read(toy, 'delayed')]).toEqual([[[2]], [[2]]]);
    await executable.write('weight', array([1], 3));
    expect([await read(toy, 'learnt'), await read(toy, 'delayed')]).toEqual([[[3]], [[3]]]);
    const failing = source(() => {
      throw new Error('no data');
    });
    await expect(run(toy, 1, { feed: failing })).rejects.toThrow('no data');
    await executable.write('weight', array([1], 4));
    const first = await run(toy, 3);
    expect([first.of('learnt'), first.of('delayed')]).toEqual([
      [5, 7, 10],
      [104, 104, 204],
    ]);
    await executable.write('weight', array([1], 50));
    const second = await run(toy, 1);
    expect([second.of('learnt'), second.of('delayed')]).toEqual([[14], [204]]);
    expect((await run(toy, 1, { state: 'fresh', items: 2 })).of('learnt')).toEqual([51, 51]);
    executable.reset();
    expect((await run(toy, 1)).of('learnt')).toEqual([51]);
  });
});

test('fresh runs begin anew, and leave the carried state alone', async () => {
  const toy = await toyExecutable({ run: totals });
  await run(toy, 3);
  for (const items of [2, 1, 2])
    expect((await run(toy, 2, { state: 'fresh', items })).of('total').slice(-items)).toEqual(Array(items).fill(3));
  expect(toy.executable.step).toBe(3);
  expect((await run(toy, 1)).of('total')).toEqual([10]);
});

/** The same signals, laid out in several ways: two totals of the input, and the input two steps ago. */
const LAYOUTS: Readonly<Record<string, Program>> = (() => {
  const x = buffer('x', 'input');
  const made = (totalsOf: (id: string) => View, buffers: Program['buffers'], walked: Program['sections']): Program => ({
    ...program({ buffers: [x, ...buffers], fed: ['x'], sections: walked }),
    outputs: ['a', 'b'].map((name) => ({ name, view: totalsOf(name), every: 1 })),
    symbols: Object.fromEntries(['a', 'b', 'old'].map((name) => [name, totalsOf(name)])),
  });
  const old = { ...buffer('old', 'state'), steps: { span: 'block', before: 2 } } as const;
  const keepOld = copy(fullView(x), fullView(old));
  const [a, b] = [buffer('a', 'state'), buffer('b', 'state')];
  const addOld = (to: View): ReturnType<typeof copy> => copy(lagged(fullView(old), 2), to, 'add');
  const own = (id: string): View => fullView({ id, shape: [1] });
  const merged = buffer('ab', 'state', [2]);
  const slice = (id: string): View =>
    id === 'old' ? fullView(old) : sliceView(fullView(merged), 0, id === 'a' ? 0 : 1, id === 'a' ? 1 : 2);
  const spanning = [a, b].map((each) => ({ ...each, steps: { span: 'window', before: 1 } }) as const);
  const addLagged = (id: string): ReturnType<typeof copy>[] => [
    copy(lagged(own(id), 1), own(id)),
    copy(fullView(x), own(id), 'add'),
  ];
  return {
    apart: made(
      own,
      [a, b, old],
      [
        section('steps', [
          copy(fullView(x), fullView(a), 'add'),
          copy(fullView(x), fullView(b), 'add'),
          keepOld,
          addOld(fullView(b)),
        ]),
      ],
    ),
    merged: made(
      slice,
      [merged, old],
      [
        section('steps', [
          copy(fullView(x), slice('b'), 'add'),
          copy(fullView(x), slice('a'), 'add'),
          keepOld,
          addOld(slice('b')),
        ]),
      ],
    ),
    spanning: made(
      own,
      [...spanning, old],
      [section('steps', [...addLagged('a'), ...addLagged('b'), keepOld, addOld(own('b'))])],
    ),
  };
})();

describe('a saved state', () => {
  /** a and b after each of these steps, where each was fed its number. */
  const expected = (from: number, to: number): [number[], number[]] => {
    let [a, b] = [0, 0];
    const results: [number[], number[]] = [[], []];
    for (let step = 1; step <= to; step++) {
      a += step;
      b += step + Math.max(0, step - 2);
      if (step < from) continue;
      results[0].push(a);
      results[1].push(b);
    }
    return results;
  };

  const layouts = Object.keys(LAYOUTS);
  test.each(layouts.flatMap((from) => layouts.map((to) => [from, to] as const)))('of %s, in %s', async (from, to) => {
    const first = await toyExecutable({ run: LAYOUTS[from]! }, { isLate: from === 'merged' });
    await run(first, 5, { items: 2 });
    const saved = await first.executable.save();
    expect([saved.step, saved.items]).toEqual([5, 2]);
    expect(saved.symbols.get('old')!.toNested()).toEqual([
      [[4], [4]],
      [[5], [5]],
    ]);
    const second = await toyExecutable({ run: { ...LAYOUTS[to]!, dtype: 'float32' } });
    await run(second, 1);
    await second.executable.restore(saved);
    const there = await run(second, 4, { items: 2 });
    const twice = (values: readonly number[]): number[] => values.flatMap((value) => [value, value]);
    expect([there.of('a'), there.of('b')]).toEqual(expected(6, 9).map(twice));
    expect(second.executable.step).toBe(9);
    // And where it came from, it can be gone back to.
    await run(first, 3, { items: 2 });
    await first.executable.restore(saved);
    expect((await run(first, 4, { items: 2 })).of('b')).toEqual(twice(expected(6, 9)[1]));
  });

  test('of programs under one roof is one, however each lays it out', async () => {
    const { apart, spanning } = LAYOUTS as { apart: Program; spanning: Program };
    const toy = await toyExecutable({ run: apart, other: spanning });
    const results: [number[], number[]] = [[], []];
    for (const name of ['run', 'other', 'other', 'run', 'run', 'other']) {
      const sink = await run(toy, 2, { program: name });
      results[0].push(...sink.of('a'));
      results[1].push(...sink.of('b'));
    }
    expect(results).toEqual(expected(1, 12));
  });

  test('outlives the programs that carried it', async () => {
    const { spanning } = LAYOUTS as { spanning: Program };
    const toy = await toyExecutable({ run: spanning });
    const before = await run(toy, 5);
    toy.executable.remove('run');
    await toy.executable.add('run', spanning, NO_TABLES);
    const after = await run(toy, 4);
    expect([
      [...before.of('a'), ...after.of('a')],
      [...before.of('b'), ...after.of('b')],
    ]).toEqual(expected(1, 9));
  });

  test('of a program that looks further back has more than enough for one that does not', async () => {
    const reading = (lag: number): Program => {
      const old = { ...buffer('old', 'state'), steps: { span: 'block', before: lag } } as const;
      const y = buffer('y', 'temp');
      return program({
        buffers: [buffer('x', 'input'), old, y],
        fed: ['x'],
        read: ['y'],
        sections: [
          section('steps', [
            copy(fullView(buffer('x', 'input')), fullView(old)),
            copy(lagged(fullView(old), lag), fullView(y)),
          ]),
        ],
        symbols: { old: fullView(old) },
      });
    };
    const far = await toyExecutable({ run: reading(5) });
    await run(far, 8);
    const near = await toyExecutable({ run: reading(2) });
    await near.executable.restore(await far.executable.save());
    expect((await run(near, 3)).of('y')).toEqual([7, 8, 9]);
    await expect(far.executable.restore(await near.executable.save())).rejects.toMatchObject({
      code: 'STATE_MISMATCH',
    });
  });

  test('in which nothing has happened is empty, and takes any number of items', async () => {
    const toy = await toyExecutable({ run: totals });
    const nothing = { step: 0, items: 1, symbols: new Map(), hosts: new Map() };
    expect(await toy.executable.save()).toEqual(nothing);
    await run(toy, 0, { items: 4 });
    expect(await toy.executable.save()).toEqual({ ...nothing, items: 4 });
    await run(toy, 3, { items: 2 });
    await toy.executable.restore(nothing);
    expect((await run(toy, 1, { items: 3 })).of('total')).toEqual([1, 1, 1]);
  });

  test('is refused for what only one side has, all of it by name', async () => {
    const hosts = new Map([['noise', { make: () => ({ call: () => {} }) }]]);
    const noise = { id: 'noise', label: 'noise', scope: 'item', acts: false, differentiable: false } as const;
    const toy = await toyExecutable({ run: { ...LAYOUTS['apart']!, hosts: [noise] } }, { hosts });
    await run(toy, 2);
    const saved = await toy.executable.save();
    const altered: ExecutableState = {
      ...saved,
      symbols: new Map([...saved.symbols, ['extra', array([1, 1], 0)], ['more', array([1, 1], 0)]].slice(1) as never),
      hosts: new Map([['clock', [undefined]]]),
    };
    const refusal = toy.executable.restore(altered);
    await expect(refusal).rejects.toMatchObject({ code: 'STATE_MISMATCH' });
    for (const name of ['"extra", "more"', '"a"', '"clock"', '"noise"']) await expect(refusal).rejects.toThrow(name);
    const short = { ...saved, symbols: new Map([...saved.symbols, ['old', array([1, 1], 0)]]) };
    await expect(toy.executable.restore(short)).rejects.toThrow('"old" the last 2 steps are wanted');
    const wrong = { ...saved, symbols: new Map([...saved.symbols, ['a', array([1, 2], 0, 0)]]) };
    await expect(toy.executable.restore(wrong)).rejects.toThrow('"a" has shape [1, 2], expected [1, 1]');
    expect(toy.executable.step).toBe(2);
    expect((await run(toy, 1)).of('a')).toEqual([6]);
  });

  test('brings what hosts save of themselves', async () => {
    const make = (item: number) => {
      let calls = 10 * item;
      return {
        call: (_time: number, _step: number, _inputs: unknown, [out]: readonly Float64Array[]) => {
          out![0] = ++calls;
        },
        save: () => calls,
        restore: (saved: unknown) => void (calls = saved as number),
      };
    };
    const out = { ...buffer('out', 'temp'), ...eachStep('block') };
    const counting = program({
      buffers: [out],
      read: ['out'],
      hosts: [{ id: 'count', label: 'count', scope: 'item', acts: false, differentiable: false }],
      sections: [section('block', [{ kind: 'host', host: 'count', inputs: [], outputs: [fullView(out)] }])],
    });
    const hosts = new Map([['count', { make: make as never }]]);
    const options = { feed: new Map(), items: 2 };
    const toy = await toyExecutable({ run: counting }, { hosts });
    await run(toy, 3, options);
    const saved = await toy.executable.save();
    expect(saved.hosts).toEqual(new Map([['count', [3, 13]]]));
    const other = await toyExecutable({ run: counting }, { hosts });
    await other.executable.restore(saved);
    expect((await run(other, 2, options)).of('out')).toEqual([4, 14, 5, 15]);
  });
});

test('a program that looks further back than what ran before it is refused, unless it was there in time', async () => {
  const looking = (before: number): Program => {
    const x = { ...buffer('x', 'input'), steps: { span: 'block', before }, lifetime: 'run' } as const;
    const y = buffer('y', 'temp');
    return program({
      buffers: [x, y],
      fed: ['x'],
      read: ['y'],
      sections: [section('steps', [copy(lagged(fullView(x), before), fullView(y))])],
    });
  };
  const early = await toyExecutable({ run: looking(1), further: looking(3) });
  await run(early, 5);
  expect((await run(early, 2, { program: 'further' })).of('y')).toEqual([3, 4]);
  const late = await toyExecutable({ run: looking(1) });
  await run(late, 5);
  await late.executable.add('further', looking(3), { arrays: new Map(), hosts: new Map() });
  await expect(run(late, 2, { program: 'further' })).rejects.toMatchObject({ code: 'BUFFER_CONFLICT' });
  expect((await run(late, 1)).of('y')).toEqual([5]);
  late.executable.reset();
  expect((await run(late, 4, { program: 'further' })).of('y')).toEqual([0, 0, 0, 1]);
});
