/** @file Runs in blocks: what is fed, what is put out, and what is left where something fails. */
import { describe, expect, test } from 'vitest';
import type { InputFeed } from '@ndl/core';
import { NdArray, type FloatArray } from '@ndl/numerics';
import { fullView, type View } from '@ndl/ir';
import {
  buffer,
  copy,
  eachStep,
  program,
  Recorder,
  run,
  section,
  sequence,
  source,
  totals,
  toyExecutable,
} from './programs.test-helper.ts';

const triangular = (step: number): number => (step * (step + 1)) / 2;
const counted = (count: number, first = 1): number[] => Array.from({ length: count }, (_, k) => first + k);

describe.each([{ isLate: false }, { isLate: true }])('with an engine that answers later: $isLate', ({ isLate }) => {
  test('a run goes on where the last one ended, for blocks of any length', async () => {
    for (const blockSteps of [1, 2, 3, 7, 1000]) {
      const toy = await toyExecutable({ run: totals }, { isLate, blockSteps });
      const [first, second] = [await run(toy, 5), await run(toy, 10)];
      expect([...first.of('total'), ...second.of('total')]).toEqual(counted(15).map(triangular));
      expect([...first.stepsOf('total'), ...second.stepsOf('total')]).toEqual(counted(15));
      expect(toy.executable.step).toBe(15);
      expect(Math.max(...toy.log.blocks)).toBeLessThanOrEqual(blockSteps);
    }
  });

  test('outputs are read at the steps that they ask for, and only those that are wanted', async () => {
    const view = fullView(buffer('total', 'state'));
    const outputs = [1, 2, 2.5, 7].map((every) => ({ name: `every ${every}`, view, every }));
    const toy = await toyExecutable({ run: { ...totals, outputs } }, { isLate });
    const all = await run(toy, 15, { state: 'fresh' });
    expect(all.stepsOf('every 2')).toEqual([2, 4, 6, 8, 10, 12, 14]);
    expect(all.of('every 2')).toEqual([2, 4, 6, 8, 10, 12, 14].map(triangular));
    expect(all.stepsOf('every 2.5')).toEqual([3, 5, 8, 10, 13, 15]);
    expect(all.of('every 7')).toEqual([7, 14].map(triangular));
    const [first, second] = [await run(toy, 6), await run(toy, 9, { outputs: new Set(['every 7', 'every 1']) })];
    expect(first.stepsOf('every 7')).toEqual([]);
    expect(second.stepsOf('every 7')).toEqual([7, 14]);
    expect(second.of('every 1')).toEqual(counted(9, 7).map(triangular));
    expect(second.of('every 2')).toEqual([]);
  });

  test('items are fed, and put out, side by side', async () => {
    const toy = await toyExecutable({ run: totals }, { isLate });
    const fed = await run(toy, 3, { items: 2, feed: sequence(1, 10, 2, 20, 3, 30) });
    expect(fed.of('total')).toEqual([1, 10, 3, 30, 6, 60]);
    const held = await run(toy, 2, { items: 2, feed: new Map([['x', { kind: 'held', data: Float64Array.of(1, 2) }]]) });
    expect(held.of('total')).toEqual([7, 62, 8, 64]);
    expect((await toy.executable.read('total')).toNested()).toEqual([[8], [64]]);
  });
});

test('a sequence that copies its steps is asked for no more than a block at a time, and never for all', async () => {
  const copied: (readonly [first: number, steps: number])[] = [];
  const x: InputFeed = {
    kind: 'sequence',
    get data(): FloatArray {
      throw new Error('all of it');
    },
    copy: (first, into) => {
      copied.push([first, into.length]);
      for (let k = 0; k < into.length; k++) into[k] = first + k + 1;
    },
  };
  const toy = await toyExecutable({ run: totals }, { blockSteps: 4 });
  const sink = await run(toy, 6, { feed: new Map([['x', x]]) });
  await run(toy, 3, { feed: new Map([['x', x]]) }, sink);
  expect(sink.of('total')).toEqual([1, 3, 6, 10, 15, 21, 22, 24, 27]);
  expect(copied).toEqual([
    [0, 4],
    [4, 2],
    [0, 3],
  ]);
});

describe('sources', () => {
  const twoInputs = (() => {
    const [a, b, c] = [buffer('a', 'input'), buffer('b', 'input'), buffer('c', 'temp')];
    const add = [copy(fullView(a), fullView(c)), copy(fullView(b), fullView(c), 'add')];
    return program({ buffers: [a, b, c], fed: ['a', 'b'], read: ['c'], sections: [section('steps', add)] });
  })();

  test('are asked step by step in the order of the feed, never beyond the call', async () => {
    const toy = await toyExecutable({ run: twoInputs });
    const asked: string[] = [];
    const ask = (name: string) => ({
      kind: 'source' as const,
      call: (time: number, step: number, into: { fill(value: number): unknown }) => {
        asked.push(`${name} ${step} at ${time}`);
        into.fill(step);
      },
    });
    const feed = new Map([
      ['b', ask('b')],
      ['a', ask('a')],
    ]);
    const sink = await run(toy, 3, { feed });
    expect(asked).toEqual(['b 1 at 0.5', 'a 1 at 0.5', 'b 2 at 1', 'a 2 at 1', 'b 3 at 1.5', 'a 3 at 1.5']);
    expect(sink.of('c')).toEqual([2, 4, 6]);
  });

  test.each([1, 3, 4, 5, 9])('that fail at step %i leave all steps before done', async (failing) => {
    const toy = await toyExecutable({ run: totals });
    const feed = source((step) => {
      if (step === failing) throw new Error('no data');
      return step;
    });
    const sink = new Recorder();
    await expect(run(toy, 12, { feed }, sink)).rejects.toThrow('no data');
    expect(toy.executable.step).toBe(failing - 1);
    expect(sink.of('total')).toEqual(counted(failing - 1).map(triangular));
    expect((await run(toy, 2)).of('total')).toEqual([failing, failing + 1].map(triangular));
  });

  test('see what hosts that act have done, and what the sink was given', async () => {
    const heard = buffer('heard', 'state');
    const acting = program({
      buffers: [buffer('x', 'input'), heard],
      fed: ['x'],
      read: ['heard'],
      hosts: [{ id: 'echo', label: 'echo', scope: 'item', acts: true, differentiable: false }],
      sections: [
        section('steps', [
          { kind: 'host', host: 'echo', inputs: [fullView(buffer('x', 'input'))], outputs: [fullView(heard)] },
        ]),
      ],
    });
    let world = 1;
    const make = () => ({
      call: (_time: number, _step: number, [given]: readonly ArrayLike<number>[], [out]: readonly Float64Array[]) => {
        world = 2 * given![0]!;
        out![0] = world;
      },
    });
    const hosts = new Map([['echo', { make: make as never }]]);
    const toy = await toyExecutable({ run: acting }, { hosts });
    let seen = 0;
    const sink = new Recorder(({ data }) => (seen = data[0]!));
    await run(
      toy,
      4,
      {
        feed: source(() => {
          expect(seen).toBe(world === 1 ? 0 : world);
          return world;
        }),
      },
      sink,
    );
    expect(sink.of('heard')).toEqual([2, 4, 8, 16]);
  });
});

describe('what fails, or is aborted', () => {
  test('leaves whole blocks that were delivered', async () => {
    for (const isLate of [false, true]) {
      const controller = new AbortController();
      const reason = new Error('enough');
      const toy = await toyExecutable({ run: totals }, { isLate });
      const sink = new Recorder(({ steps }) => void (steps.includes(6) && controller.abort(reason)));
      await expect(run(toy, 1e6, { signal: controller.signal }, sink)).rejects.toBe(reason);
      const done = toy.executable.step;
      expect(done).toBeGreaterThanOrEqual(6);
      expect(sink.of('total')).toEqual(counted(done).map(triangular));
      await expect(run(toy, 1, { signal: controller.signal })).rejects.toBe(reason);
      expect((await run(toy, 1)).of('total')).toEqual([triangular(done + 1)]);
    }
  });

  test('in the middle of a block is put back, hosts that can save themselves included', async () => {
    const calls = buffer('calls', 'state');
    let failing = 7;
    const make = () => {
      let count = 0;
      return {
        call: (_time: number, step: number, _inputs: unknown, [out]: readonly Float64Array[]) => {
          if (step === failing) throw new Error('no step 7');
          out![0] = ++count;
        },
        save: () => count,
        restore: (saved: unknown) => void (count = saved as number),
      };
    };
    const counting = program({
      buffers: [buffer('x', 'input'), buffer('total', 'state'), calls],
      fed: ['x'],
      read: ['total', 'calls'],
      hosts: [{ id: 'count', label: 'count', scope: 'item', acts: false, differentiable: false }],
      sections: [
        section('steps', [
          copy(fullView(buffer('x', 'input')), fullView(buffer('total', 'state')), 'add'),
          { kind: 'host', host: 'count', inputs: [], outputs: [fullView(calls)] },
        ]),
      ],
    });
    const hosts = new Map([['count', { make: make as never }]]);
    const toy = await toyExecutable({ run: counting }, { hosts });
    const sink = new Recorder();
    await expect(run(toy, 12, {}, sink)).rejects.toThrow('no step 7');
    const done = toy.executable.step;
    expect(done).toBeLessThan(7);
    expect(sink.of('calls')).toEqual(counted(done));
    failing = 0;
    const rest = await run(toy, 4);
    expect(rest.of('total')).toEqual(counted(4, done + 1).map(triangular));
    expect(rest.of('calls')).toEqual(counted(4, done + 1));
  });

  test('in the sink leaves the block that it refused done', async () => {
    const toy = await toyExecutable({ run: totals });
    let written = 0;
    const sink = new Recorder(({ steps }) => {
      written = steps.at(-1)!;
      throw new Error('disk full');
    });
    await expect(run(toy, 12, {}, sink)).rejects.toThrow('disk full');
    expect(toy.executable.step).toBe(written);
    expect((await run(toy, 1)).of('total')).toEqual([triangular(written + 1)]);
  });
});

test('what takes long is done instruction by instruction, and for some items at a time where none is shared', async () => {
  const items = 5000;
  const [a, b] = [buffer('a', 'state'), buffer('b', 'state')];
  const total = buffer('total', 'temp', [500], { items: false });
  const often = (id: string): View => ({ buffer: id, offset: 0, shape: [500], strides: [0] });
  const long = program({
    buffers: [a, b, total],
    read: ['a'],
    hosts: [{ id: 'watch', label: 'watch', scope: 'item', acts: false, differentiable: false }],
    sections: [
      section('steps', [
        copy(often('a'), often('b'), 'add'),
        { kind: 'host', host: 'watch', inputs: [fullView(b)], outputs: [] },
        {
          kind: 'reduce',
          operation: 'sum',
          source: often('b'),
          axes: ['items'],
          target: fullView(total),
          mode: 'set',
        },
        { kind: 'fill', value: 1, target: often('a'), mode: 'add' },
      ]),
    ],
  });
  const done: (readonly [kind: string, firstItem: number, items: number, samples: number])[] = [];
  const hosts = new Map([['watch', { make: () => ({ call: () => {} }) }]]);
  const toy = await toyExecutable(
    { run: long },
    {
      hosts,
      instead: ({ instructions, samples }, block) => {
        done.push([instructions[0]!.kind, block.firstItem, block.items, samples.length]);
      },
    },
  );
  await run(toy, 2, { items, feed: new Map() });
  expect(done.filter(([kind]) => kind === 'host' || kind === 'reduce')).toEqual(
    [1, 2].flatMap(() => [
      ['host', 0, items, 0],
      ['reduce', 0, items, 0],
    ]),
  );
  for (const [kind, samples] of [
    ['copy', 0],
    ['fill', 1],
  ] as const) {
    const ranges = done.filter(([own]) => own === kind);
    expect(ranges.length).toBeGreaterThan(2);
    expect(ranges.every(([, , , taken]) => taken === samples)).toBe(true);
    // Twice all items, one after another.
    let next = 0;
    for (const [, firstItem, count] of ranges) {
      expect(firstItem).toBe(next % items);
      next += count;
    }
    expect(next).toBe(2 * items);
  }
});

test('a program without steps of its own puts out what stands at each step', async () => {
  const [held, out] = [
    buffer('x', 'input', [1], { lifetime: 'window' }),
    buffer('out', 'temp', [1], { lifetime: 'window' }),
  ];
  const hoisted = program({
    buffers: [held, out],
    inputs: [{ name: 'x', buffer: 'x', held: true }],
    read: ['out'],
    sections: [section('window', [copy(fullView(held), fullView(out))])],
  });
  const toy = await toyExecutable({ run: hoisted });
  const sink = await run(toy, 6, { feed: new Map([['x', { kind: 'held', data: Float64Array.of(3) }]]) });
  expect(sink.of('out')).toEqual([3, 3, 3, 3, 3, 3]);
});

test('a run needs no memory for its steps, unless something spans the window', async () => {
  const recorded = buffer('recorded', 'temp', [1], eachStep('window'));
  const [walked] = totals.sections;
  const spanning = {
    ...totals,
    buffers: [...totals.buffers, recorded],
    sections: [
      section('steps', [...walked!.instructions, copy(fullView(buffer('total', 'state')), fullView(recorded))]),
    ],
  };
  const largest = async (tested: typeof totals): Promise<number> => {
    const toy = await toyExecutable({ run: tested });
    await run(toy, 300);
    return Math.max(...toy.log.stores.map(({ array }) => array.length));
  };
  expect(await largest(totals)).toBeLessThan(20);
  expect(await largest(spanning)).toBe(300);
});

test('memory is given back: of what is removed, and of all', async () => {
  const toy = await toyExecutable({ run: totals });
  await run(toy, 3);
  const { stores } = toy.log;
  const used = stores.filter(({ isFreed }) => !isFreed).length;
  toy.executable.remove('run');
  await toy.executable.save();
  expect(toy.executable.has('run')).toBe(false);
  expect(stores.filter(({ isFreed }) => !isFreed).length).toBeLessThan(used);
  await expect(run(toy, 1)).rejects.toMatchObject({ code: 'UNKNOWN_PROGRAM' });
  await toy.executable.add('run', totals, { arrays: new Map(), hosts: new Map() });
  expect((await run(toy, 1)).of('total')).toEqual([triangular(4)]);
  expect((await toy.executable.read('total')) instanceof NdArray).toBe(true);
  toy.executable.dispose();
  expect(stores.filter(({ isFreed }) => !isFreed)).toEqual([]);
});

test('programs that come and go leave no memory behind, constants included, while others use them', async () => {
  const { executable, log } = await toyExecutable({});
  const [factor, kept] = [buffer('factor', 'constant', [1], { initial: { array: 'factor' } }), buffer('kept', 'temp')];
  const job = program({
    buffers: [factor, kept],
    read: ['kept'],
    sections: [section('steps', [copy(fullView(factor), fullView(kept))])],
    symbols: { kept: fullView(kept) },
  });
  const add = (name: string, data: Float64Array): Promise<void> =>
    executable.add(name, job, { arrays: new Map([['factor', { data, shape: [1] }]]), hosts: new Map() });
  const result = async (name: string): Promise<readonly number[]> =>
    (await run({ executable, log }, 1, { program: name, feed: new Map() })).of('kept');
  const inUse = (): number => log.stores.filter(({ isFreed }) => !isFreed).length;
  const shared = Float64Array.of(7);
  await add('first', shared);
  await add('second', shared);
  expect([await result('first'), await result('second')]).toEqual([[7], [7]]);
  executable.remove('second');
  expect(await result('first')).toEqual([7]);
  const before = inUse();
  for (const number of [1, 2, 3]) {
    await add('another', Float64Array.of(number));
    expect(await result('another')).toEqual([number]);
    executable.remove('another');
    expect(await result('first')).toEqual([7]);
    expect(inUse()).toBe(before);
  }
});
