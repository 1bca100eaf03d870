/** @file Memory that buffers of a block take turns in: how much of it there is, and that nobody finds what another one left. */
import { type Buffer, fullView, type Instruction, type Program, type Section, sliceView, type View } from '@ndl/ir';
import { describe, expect, test } from 'vitest';
import {
  ADD,
  buffer,
  copy,
  eachStep,
  map,
  program,
  Recorder,
  run,
  section,
  toyExecutable,
} from '../programs.test-helper.ts';

const STEPS = [1, 2, 3, 4, 5, 6, 7];

/** x(t) = t; all elements of a buffer are the first one of the buffer before it, plus 1. Sections alternate in kind. */
function chain(sizes: readonly number[], read: readonly number[], symbols: readonly number[] = []): Program {
  const x = buffer('x', 'input', [1], eachStep('block'));
  const one = buffer('one', 'constant', [1], { initial: 1 });
  const links = sizes.map((size, index) => buffer(`link${index}`, 'temp', [size], eachStep('block')));
  const sections = links.map((link, index): Section => {
    const before = index === 0 ? x : links[index - 1]!;
    return section(index % 2 === 0 ? 'block' : 'steps', [plus(firstOf(before), firstOf(one), link)]);
  });
  return program({
    buffers: [x, one, ...links],
    fed: ['x'],
    read: read.map((index) => `link${index}`),
    sections,
    symbols: Object.fromEntries(symbols.map((index) => [`link${index}`, fullView(links[index]!)])),
  });
}

function firstOf(whole: Buffer): View {
  return sliceView(fullView(whole), 0, 0, 1);
}

/** Both are shown by all elements of the target. */
function plus(a: View, b: View, { id, shape }: Buffer): Instruction {
  const everywhere = (view: View): View => ({ ...view, shape, strides: [0] });
  return map(ADD, [everywhere(a), everywhere(b)], fullView({ id, shape }));
}

/** Numbers that are allocated for one item and blocks of 4 steps, while the program runs. */
async function numbersOf(tested: Program, read: readonly number[]): Promise<number> {
  const toy = await toyExecutable({ run: tested });
  const sink = await run(toy, STEPS.length);
  for (const index of read) {
    const values = sink.of(`link${index}`);
    const size = values.length / STEPS.length;
    expect(values).toEqual(STEPS.flatMap((step) => new Array<number>(size).fill(step + index + 1)));
  }
  return toy.log.stores.reduce((sum, { array }) => sum + array.length, 0);
}

describe('buffers that live within a block', () => {
  test('take turns: a chain that is four times as long needs no more memory', async () => {
    const sizes = (count: number): readonly number[] => new Array<number>(count).fill(10);
    const short = await numbersOf(chain(sizes(10), [9]), [9]);
    expect(await numbersOf(chain(sizes(40), [39]), [39])).toBe(short);
  });

  test('of any sizes', async () => {
    const sizes = [1, 7, 2, 30, 5, 5, 1, 40, 3, 2, 11, 1, 30, 30, 2, 4];
    const all = sizes.reduce((sum, size) => sum + size);
    const read = [sizes.length - 1];
    expect(await numbersOf(chain(sizes, read), read)).toBeLessThan(0.8 * 4 * all);
  });

  test('keep what is read until it is', async () => {
    const read = [0, 3, 8, 11];
    await numbersOf(chain([3, 1, 2, 3, 3, 3, 1, 1, 4, 3, 3, 3], read), read);
  });

  test('stay where they can be looked at from outside', async () => {
    const [sizes, read] = [new Array<number>(12).fill(3), [11]];
    const hidden = await numbersOf(chain(sizes, read), read);
    expect(await numbersOf(chain(sizes, read, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), read)).toBeGreaterThan(hidden);
  });

  test('are there once more where a later pass computes them again', async () => {
    // There: link0 to link5; back: the same, and their sum over the steps, from the last to the first.
    const forward = chain(new Array<number>(6).fill(2), []);
    const total = buffer('total', 'temp', [2], { lifetime: 'window' });
    const last = fullView({ id: 'link5', shape: [2] });
    const seen = buffer('seen', 'temp', [2], eachStep('window'));
    const tested: Program = {
      ...program({ buffers: [...forward.buffers, total, seen], fed: ['x'], read: ['seen'] }),
      sections: [
        ...forward.sections,
        section('block', [copy(last, fullView(seen))]),
        section('window', [{ kind: 'fill', value: 0, target: fullView(total), mode: 'set' }]),
        ...forward.sections,
        section('block', [map(ADD, [last, last], fullView(seen))]),
      ],
    };
    const toy = await toyExecutable({ run: tested });
    const sink = await run(toy, STEPS.length, {}, new Recorder());
    expect(sink.of('seen')).toEqual(STEPS.flatMap((step) => [2 * (step + 6), 2 * (step + 6)]));
  });

  test('leave inputs alone, which may be written once for all blocks', async () => {
    const toy = await toyExecutable({ run: chain(new Array<number>(12).fill(1), [11]) });
    const feed = new Map([['x', { kind: 'held', data: Float64Array.of(5) }]] as const);
    expect((await run(toy, 11, { feed })).of('link11')).toEqual(new Array<number>(11).fill(17));
  });

  test('all go back when the executable goes', async () => {
    const toy = await toyExecutable({ run: chain([3, 3, 3, 3, 3, 3, 3, 3], [7]) });
    await run(toy, 3);
    toy.executable.dispose();
    expect(toy.log.stores.every(({ isFreed }) => isFreed)).toBe(true);
  });
});
