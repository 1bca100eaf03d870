/** @file No tensor is left behind: the count of tfjs stays the same over steps, minibatches and failures. */
import { gradientOf, kernel, matrixVector, type Tables, type Training } from '@ndl/ir';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { tfjs, type TfjsOptions } from './index.ts';
import {
  buffer,
  EACH_STEP,
  entryOf,
  program,
  runRequest,
  tablesOf,
  training,
  trainRequest,
  view,
  withExecutable,
} from './program-fixtures.test-helper.ts';

const leak = kernel({ name: 'leak', inputs: ['x', 'y'] }, (k) => ({
  y: k.add(k.multiply(0.9, k.inputs.y), k.tanh(k.inputs.x)),
  twice: k.multiply(2, k.inputs.y),
}));
const square = kernel({ name: 'square', inputs: ['x'] }, (k) => ({ output: k.multiply(k.inputs.x, k.inputs.x) }));
const descend = kernel({ name: 'descend', inputs: ['x', 'gradient', 'memory'] }, (k) => ({
  x: k.subtract(k.inputs.x, k.multiply(0.1, k.inputs.gradient)),
  memory: k.add(k.inputs.memory, k.inputs.gradient),
}));

/** A leaky layer with a fill, a gather, a partial write, and a host function that fails when it is told to. */
function network(fails: () => boolean): { readonly training: Training; readonly tables: Tables } {
  const forward = program({
    buffers: [
      buffer('in', 'input', [2]),
      buffer('w', 'parameter', [1, 3, 2], { initial: { array: 'w' } }),
      buffer('x', 'temp', [4]),
      buffer('y', 'state', [4], { initial: { array: 'y' } }),
      buffer('twice', 'temp', [4]),
      buffer('picked', 'temp', [2]),
      buffer('called', 'temp', [2]),
      buffer('each', 'temp', [4], EACH_STEP),
    ],
    hosts: [{ id: 'h', label: 'h', scope: 'item', acts: false, differentiable: false }],
    inputs: [{ name: 'in', buffer: 'in', held: false }],
    step: [
      { kind: 'fill', value: 0, target: view('x', 4), mode: 'set' },
      {
        kind: 'contract',
        members: [
          matrixVector(
            view('w', 1, 3, 2),
            { buffer: 'in', offset: 0, shape: [1, 2], strides: [2, 1] },
            { buffer: 'x', offset: 1, shape: [1, 3], strides: [3, 1] },
          ),
        ],
        mode: 'add',
      },
      {
        kind: 'map',
        kernel: leak,
        inputs: [view('x', 4), view('y', 4)],
        parameters: [],
        outputs: [
          { target: view('y', 4), mode: 'set' },
          { target: view('twice', 4), mode: 'set' },
        ],
      },
      {
        kind: 'copy',
        source: { buffer: 'y', offset: 0, shape: [2], strides: [1], indices: [{ axis: 0, offsets: [3, 0] }] },
        target: view('picked', 2),
        mode: 'set',
      },
      { kind: 'host', host: 'h', inputs: [view('picked', 2)], outputs: [view('called', 2)] },
      { kind: 'copy', source: view('y', 4), target: view('each', 4), mode: 'set' },
    ],
    outputs: [{ name: 'called', view: view('called', 2), every: 1 }],
    symbols: { y: view('y', 4), picked: view('picked', 2) },
  });
  const task = training({
    forward,
    buffers: [
      buffer('squares', 'temp', [4], EACH_STEP),
      buffer('objective', 'temp', [], { items: false, lifetime: 'window' }),
      buffer('memory', 'optimizer', [1, 3, 2]),
    ],
    loss: [
      {
        kind: 'map',
        kernel: square,
        inputs: [view('each', 4)],
        parameters: [],
        outputs: [{ target: view('squares', 4), mode: 'set' }],
      },
      {
        kind: 'reduce',
        operation: 'sum',
        source: view('squares', 4),
        axes: [0, 'items', 'steps'],
        target: view('objective'),
        mode: 'set',
      },
    ],
    objective: view('objective'),
    reports: { loss: view('objective') },
    trainable: ['w'],
    update: [
      {
        kind: 'map',
        kernel: descend,
        inputs: [view('w', 1, 3, 2), view(gradientOf('w'), 1, 3, 2), view('memory', 1, 3, 2)],
        parameters: [],
        outputs: [
          { target: view('w', 1, 3, 2), mode: 'set' },
          { target: view('memory', 1, 3, 2), mode: 'set' },
        ],
      },
    ],
  });
  const tables = tablesOf(
    {
      w: { shape: [1, 3, 2], data: Float64Array.of(1, -1, 0.5, 2, 0, 1) },
      y: { shape: [4], data: Float64Array.of(1, 2, 3, 4) },
    },
    {
      h: {
        make: () => ({
          call: (_time, _step, [x], [y]) => {
            if (fails()) throw new Error('told to');
            y!.set(x!);
          },
        }),
      },
    },
  );
  return { training: task, tables };
}

const STYLES: readonly (readonly [string, TfjsOptions])[] = [
  ['wasm', { engine: 'wasm' }],
  ['cpu', { engine: 'cpu' }],
  ['cpu, as on a GPU', { engine: 'cpu', maps: 'operations' }],
];

describe.each(STYLES)('tensors on %s', (_, options) => {
  test('stay as many over steps, minibatches and failures, and none is left after dispose', async () => {
    let isFailing = false;
    const { training: task, tables } = network(() => isFailing);
    const before = tf.engine().state.numTensors;
    await withExecutable(entryOf(tfjs(options)), { run: task.forward, training: task, tables }, async (executable) => {
      const feed = (steps: number) =>
        new Map([['in', { kind: 'sequence', data: new Float32Array(steps * 3 * 2).fill(0.3) } as const]]);
      const all = async (): Promise<number> => {
        await executable.run(runRequest({ items: 3, steps: 5, feed: feed(5) }));
        await executable.run(runRequest({ items: 3, steps: 5, feed: feed(5), state: 'fresh' }));
        const request = trainRequest({ items: 3, steps: 4, feed: feed(4), truncation: 3 });
        await executable.trainStep(request);
        await executable.gradients(request);
        await executable.evaluate(request);
        isFailing = true;
        await expect(executable.run(runRequest({ items: 3, steps: 5, feed: feed(5) }))).rejects.toThrow('told to');
        await expect(executable.trainStep(request)).rejects.toThrow('told to');
        isFailing = false;
        await executable.read('picked');
        return tf.engine().state.numTensors;
      };
      const first = await all();
      for (let round = 0; round < 3; round++) expect(await all()).toBe(first);
      executable.reset();
      executable.resetOptimizer();
    });
    expect(tf.engine().state.numTensors).toBe(before);
  });
});
