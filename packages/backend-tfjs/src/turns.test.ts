/** @file Others get their turn while tfjs works: within a step of many items, and within windows of many steps. */
import { kernel, type Instruction, type Program, type Training } from '@ndl/ir';
import { describe, expect, test } from 'vitest';
import { tfjs } from './index.ts';
import {
  buffer,
  EACH_STEP,
  entryOf,
  mapTo,
  program,
  Recorder,
  runRequest,
  training,
  trainRequest,
  view,
  withExecutable,
} from './program-fixtures.test-helper.ts';

/** Enough that a step of `LAYERS` maps takes longer than a turn is waited for, on any machine. */
const ITEMS = 100_000;
const LAYERS = 30;

/** Layers of a program of many instructions. */
const LONG = 500;

const leak = kernel({ name: 'leak', inputs: ['x', 'y', 'w'] }, (k) => ({
  output: k.add(k.multiply(k.inputs.w, k.inputs.y), k.tanh(k.inputs.x)),
}));

/** A row of leaky states: each follows the one before. */
function chain(layers: number): Program {
  const states = Array.from({ length: layers }, (_, index) => `s${index}`);
  const step = states.map((id, index): Instruction => {
    const from = index === 0 ? 'x' : states[index - 1]!;
    return mapTo(view(id, 1), leak, view(from, 1), view(id, 1), view('w', 1));
  });
  return program({
    buffers: [
      buffer('x', 'input', [1], { lifetime: 'window' }),
      buffer('w', 'parameter', [1], { initial: 0.5 }),
      ...states.map((id) => buffer(id, 'state', [1])),
      buffer('y', 'temp', [1], EACH_STEP),
    ],
    inputs: [{ name: 'x', buffer: 'x', held: true }],
    step: [...step, { kind: 'copy', source: view(states.at(-1)!, 1), target: view('y', 1), mode: 'set' }],
    outputs: [{ name: 'y', view: view('y', 1), every: 1 }],
    symbols: { s0: view('s0', 1), w: view('w', 1) },
  });
}

function task(layers: number): Training {
  return training({
    forward: chain(layers),
    buffers: [buffer('objective', 'temp', [], { items: false, lifetime: 'window' })],
    loss: [
      {
        kind: 'reduce',
        operation: 'sum',
        source: view('y', 1),
        axes: [0, 'items', 'steps'],
        target: view('objective'),
        mode: 'set',
      },
    ],
    objective: view('objective'),
    reports: { loss: view('objective') },
    trainable: ['w'],
  });
}

const heldFeed = (items: number) =>
  new Map([['x', { kind: 'held', data: new Float32Array(items).fill(0.3) } as const]]);

/** Turns that the event loop had while work was under way, but for the first. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  await work.finally(() => (isDone = true));
  return turns - 1;
}

describe.each(['wasm', 'cpu'] as const)('on %s', (engine) => {
  test('a single step of many items can be aborted', async () => {
    await withExecutable(entryOf(tfjs({ engine })), { run: chain(LAYERS) }, async (executable) => {
      const request = runRequest({ items: ITEMS, feed: heldFeed(ITEMS) });
      const controller = new AbortController();
      const reason = new Error('enough');
      setTimeout(() => controller.abort(reason), 1);
      const sink = new Recorder();
      const aborted = executable.run({ ...request, sink, signal: controller.signal });
      await expect(aborted).rejects.toBe(reason);
      expect(sink.steps.size).toBe(0);
      expect(executable.step).toBe(0);
      expect((await executable.read('s0')).data.every((value) => value === 0)).toBe(true);
    });
  });

  test('a minibatch of one long window can be aborted', async () => {
    await withExecutable(entryOf(tfjs({ engine })), { training: task(1) }, async (executable) => {
      // Nothing may be done, or made, for each of these steps at once.
      const request = trainRequest({ steps: 1e9, feed: heldFeed(1) });
      for (const call of ['evaluate', 'gradients', 'trainStep'] as const) {
        const controller = new AbortController();
        const reason = new Error('enough');
        setTimeout(() => controller.abort(reason), 100);
        await expect(executable[call]({ ...request, signal: controller.signal })).rejects.toBe(reason);
      }
      expect((await executable.read('w')).toNested()).toEqual([0.5]);
    });
  });
});

test('while a program is lowered, before its first step, it can be aborted at each instruction', async () => {
  const long = chain(LONG);
  const inputs = [{ name: 'x', buffer: 'x', held: false }];
  const buffers = long.buffers.map((each) => (each.id === 'x' ? buffer('x', 'input', [1]) : each));
  await withExecutable(entryOf(tfjs({ engine: 'wasm' })), { run: { ...long, inputs, buffers } }, async (executable) => {
    const { signal } = new AbortController();
    let looks = 0;
    signal.throwIfAborted = () => void (looks += 1);
    let looksBefore: number | undefined;
    const call = (): void => void (looksBefore ??= looks);
    await executable.run(runRequest({ items: 1, feed: new Map([['x', { kind: 'source', call }]]), signal }));
    expect(looksBefore).toBeGreaterThan(LONG);
  });
});

test('the gradients of many items let others in', async () => {
  await withExecutable(entryOf(tfjs({ engine: 'wasm' })), { training: task(LAYERS) }, async (executable) => {
    const request = trainRequest({ items: ITEMS, feed: heldFeed(ITEMS) });
    expect(await turnsDuring(executable.gradients(request))).toBeGreaterThan(1);
  });
});
