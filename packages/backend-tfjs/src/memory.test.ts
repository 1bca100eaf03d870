/** @file No tensor is left behind: the count of tfjs stays the same over steps, minibatches and failures. */
import type { Feed, InputFeed } from '@ndl/core';
import {
  gradientOf,
  kernel,
  matrixVector,
  type HostFunctions,
  type Program,
  type Tables,
  type Training,
  type View,
} from '@ndl/ir';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { tfjs, type TfjsOptions } from './index.ts';
import {
  buffer,
  EACH_STEP,
  entryOf,
  keeping,
  mapTo,
  program,
  runRequest,
  section,
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
const twice = kernel({ name: 'twice', inputs: ['x'] }, (k) => ({ output: k.multiply(2, k.inputs.x) }));
const follow = kernel({ name: 'follow', inputs: ['x', 'y'] }, (k) => ({
  output: k.add(k.multiply(0.5, k.inputs.y), k.tanh(k.inputs.x)),
}));
const square = kernel({ name: 'square', inputs: ['x'] }, (k) => ({ output: k.multiply(k.inputs.x, k.inputs.x) }));
const descend = kernel({ name: 'descend', inputs: ['x', 'gradient', 'memory'] }, (k) => ({
  x: k.subtract(k.inputs.x, k.multiply(0.1, k.inputs.gradient)),
  memory: k.add(k.inputs.memory, k.inputs.gradient),
}));

interface Network {
  readonly training: Training;
  readonly tables: Tables;
}

const hosts: Program['hosts'] = [{ id: 'h', label: 'h', scope: 'item', acts: false, differentiable: false }];

/** A host function that copies two numbers, and fails when it is told to. */
function copying(fails: () => boolean): HostFunctions {
  return {
    make: () => ({
      call: (_time, _step, [x], [y]) => {
        if (fails()) throw new Error('told to');
        y!.set(x!);
      },
    }),
  };
}

/** Trains parameters of these sizes by the squares of `each`, of `size` elements. */
function taskOf(forward: Program, size: number, trainable: Readonly<Record<string, readonly number[]>>): Training {
  return training({
    forward,
    buffers: [
      buffer('squares', 'temp', [size], EACH_STEP),
      buffer('objective', 'temp', [], { items: false, lifetime: 'window' }),
      ...Object.entries(trainable).map(([id, shape]) => buffer(`memory of ${id}`, 'optimizer', shape)),
    ],
    loss: [
      mapTo(view('squares', size), square, view('each', size)),
      {
        kind: 'reduce',
        operation: 'sum',
        source: view('squares', size),
        axes: [0, 'items', 'steps'],
        target: view('objective'),
        mode: 'set',
      },
    ],
    objective: view('objective'),
    reports: { loss: view('objective') },
    trainable: Object.keys(trainable),
    update: Object.entries(trainable).map(([id, shape]) => ({
      kind: 'map',
      kernel: descend,
      inputs: [view(id, ...shape), view(gradientOf(id), ...shape), view(`memory of ${id}`, ...shape)],
      parameters: [],
      outputs: [
        { target: view(id, ...shape), mode: 'set' },
        { target: view(`memory of ${id}`, ...shape), mode: 'set' },
      ],
    })),
  });
}

const W = { shape: [1, 3, 2], data: Float64Array.of(1, -1, 0.5, 2, 0, 1) };

/** A leaky layer with a fill, a gather, a partial write, and a host function. */
function stepByStep(fails: () => boolean): Network {
  const forward = program({
    buffers: [
      buffer('in', 'input', [2]),
      buffer('held', 'input', [3], { lifetime: 'window' }),
      buffer('w', 'parameter', [1, 3, 2], { initial: { array: 'w' } }),
      buffer('x', 'temp', [4]),
      buffer('y', 'state', [4], { initial: { array: 'y' } }),
      buffer('twice', 'temp', [4]),
      buffer('picked', 'temp', [2]),
      buffer('called', 'temp', [2]),
      buffer('each', 'temp', [4], EACH_STEP),
    ],
    hosts,
    inputs: [
      { name: 'in', buffer: 'in', held: false },
      { name: 'held', buffer: 'held', held: true },
    ],
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
    outputs: [{ name: 'called', view: view('called', 2), every: 2 }],
    symbols: { y: view('y', 4), w: view('w', 1, 3, 2) },
  });
  const y = { shape: [4], data: Float64Array.of(1, 2, 3, 4) };
  return { training: taskOf(forward, 4, { w: W.shape }), tables: tablesOf({ w: W, y }, { h: copying(fails) }) };
}

/** A loop between products of whole blocks; what goes in, and the loop, are read at lags, and the loop begins as a parameter. */
function blockByBlock(fails: () => boolean): Network {
  const back = (id: string, lag: number, size: number): View => {
    return { ...view(id, size), lag: { base: lag, perAxis: [0] } };
  };
  const forward = program({
    buffers: [
      buffer('in', 'input', [2], keeping(1)),
      buffer('held', 'input', [3], { lifetime: 'window' }),
      buffer('w', 'parameter', [1, 3, 2], { initial: { array: 'w' } }),
      buffer('start', 'parameter', [3], { initial: 0.5 }),
      buffer('base', 'temp', [3], { lifetime: 'window' }),
      buffer('called', 'temp', [2], keeping(0)),
      buffer('current', 'temp', [3], keeping(0)),
      buffer('y', 'state', [3], { ...keeping(2), initial: { parameter: 'start' } }),
      buffer('each', 'temp', [3], EACH_STEP),
    ],
    hosts,
    inputs: [
      { name: 'in', buffer: 'in', held: false },
      { name: 'held', buffer: 'held', held: true },
    ],
    sections: [
      section('window', [mapTo(view('base', 3), twice, view('held', 3))]),
      section('block', [
        { kind: 'host', host: 'h', inputs: [back('in', 1, 2)], outputs: [view('called', 2)] },
        { kind: 'copy', source: view('base', 3), target: view('current', 3), mode: 'set' },
        {
          kind: 'contract',
          members: [
            matrixVector(view('w', 1, 3, 2), view('called', 1, 2), view('current', 1, 3)),
            matrixVector(view('w', 1, 3, 2), view('in', 1, 2), view('current', 1, 3)),
          ],
          mode: 'add',
        },
      ]),
      section('steps', [
        {
          kind: 'map',
          kernel: follow,
          inputs: [view('current', 3), back('y', 2, 3)],
          parameters: [],
          outputs: [{ target: view('y', 3), mode: 'set' }],
        },
      ]),
      section('block', [mapTo(view('each', 3), follow, view('y', 3), back('y', 1, 3))]),
    ],
    outputs: [
      { name: 'called', view: view('called', 2), every: 1 },
      { name: 'each', view: view('each', 3), every: 2 },
    ],
    symbols: { y: view('y', 3), in: view('in', 2), w: view('w', 1, 3, 2) },
  });
  const task = taskOf(forward, 3, { w: W.shape, start: [3] });
  return { training: task, tables: tablesOf({ w: W }, { h: copying(fails) }) };
}

const STYLES: readonly (readonly [string, TfjsOptions])[] = [
  ['wasm', { engine: 'wasm' }],
  ['cpu', { engine: 'cpu' }],
  ['cpu, as on a GPU', { engine: 'cpu', maps: 'operations' }],
];

describe.each(STYLES)('tensors on %s', (_, options) => {
  test.each([stepByStep, blockByBlock])(
    'stay as many over all that may happen, and none is left: %o',
    async (network) => {
      let isFailing = false;
      const { training: task, tables } = network(() => isFailing);
      const before = tf.engine().state.numTensors;
      await withExecutable(
        entryOf(tfjs(options)),
        { run: task.forward, training: task, tables },
        async (executable) => {
          const held = { kind: 'held', data: new Float32Array(3 * 3).fill(0.1) } as const;
          const feed = (given: InputFeed): Feed =>
            new Map<string, InputFeed>([
              ['in', given],
              ['held', held],
            ]);
          const sequence = (steps: number): Feed =>
            feed({ kind: 'sequence', data: new Float32Array(steps * 3 * 2).fill(0.3) });
          const source = (failsAt: number): Feed =>
            feed({
              kind: 'source',
              call(_time, step, into) {
                if (step >= failsAt) throw new Error('no more');
                into.fill(0.2);
              },
            });
          const all = async (): Promise<number> => {
            await executable.run(runRequest({ items: 3, steps: 5, feed: sequence(5) }));
            await executable.run(runRequest({ items: 3, steps: 9, feed: source(Infinity), state: 'fresh' }));
            const request = trainRequest({ items: 3, steps: 4, feed: sequence(4), truncation: 3 });
            await executable.trainStep(request);
            await executable.gradients(request);
            await executable.evaluate(request);
            isFailing = true;
            const failing = executable.run(runRequest({ items: 3, steps: 5, feed: sequence(5) }));
            await expect(failing).rejects.toThrow('told to');
            await expect(executable.trainStep(request)).rejects.toThrow('told to');
            isFailing = false;
            const early = runRequest({ items: 3, steps: 9, feed: source(8), state: 'fresh' });
            await expect(executable.run(early)).rejects.toThrow('no more');
            await expect(executable.trainStep({ ...request, feed: source(3) })).rejects.toThrow('no more');
            await executable.write('w', await executable.read('w'));
            await executable.write('y', await executable.read('y'));
            await executable.restore(await executable.save());
            return tf.engine().state.numTensors;
          };
          await all();
          const second = await all();
          for (let round = 0; round < 2; round++) expect(await all()).toBe(second);
          executable.reset();
          executable.resetOptimizer();
          executable.remove('run');
          await expect(executable.run(runRequest({}))).rejects.toMatchObject({ code: 'UNKNOWN_PROGRAM' });
        },
      );
      expect(tf.engine().state.numTensors).toBe(before);
    },
  );
});
