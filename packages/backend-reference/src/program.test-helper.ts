/** @file A program for the tests of this package: state ← state + weight · x, by name of its parts. */
import type { Executable, ProgramSource, RunRequest, Sink } from '@ndl/core';
import { fullView, kernel, type Buffer, type BufferRole, type Program, type Training } from '@ndl/ir';
import { NdArray } from '@ndl/numerics';
import { referenceEntry } from './index.ts';

export function buffer(id: string, role: BufferRole, shape: readonly number[], changes: Partial<Buffer> = {}): Buffer {
  const shared = role === 'parameter' || role === 'constant' || role === 'optimizer';
  return { id, name: id, shape, role, batched: !shared, history: false, initial: 0, ...changes };
}

const ACCUMULATE = kernel({ name: 'accumulate', inputs: ['state', 'weight', 'x'] }, (k) => ({
  state: k.add(k.inputs.state, k.multiply(k.inputs.weight, k.inputs.x)),
}));

const SQUARE = kernel({ name: 'square', inputs: ['x'] }, (k) => ({ output: k.multiply(k.inputs.x, k.inputs.x) }));

const x = buffer('x', 'input', [2]);
const state = buffer('state', 'state', [2]);
const weight = buffer('weight', 'parameter', [2], { initial: new NdArray(Float64Array.of(1, 10), [2]) });

/** Input `x` [2], parameter `weight` [2] = 1 and 10, state and output `state` [2] from 0. */
export const accumulator: Program = {
  dtype: 'float64',
  dt: 0.001,
  scalars: [],
  buffers: [x, state, weight],
  prologue: [],
  step: [
    {
      kind: 'map',
      kernel: ACCUMULATE,
      inputs: [fullView(state), fullView(weight), fullView(x)],
      parameters: [],
      outputs: [{ target: fullView(state), mode: 'set' }],
    },
  ],
  epilogue: [],
  direction: 'ascending',
  inputs: [{ name: 'x', buffer: 'x', held: false }],
  outputs: [{ name: 'state', view: fullView(state) }],
  hosts: [],
  symbols: { x: fullView(x), state: fullView(state), weight: fullView(weight) },
};

/** Minimizes the sum of squares of the states of all steps; nothing is updated. */
export const smallStates: Training = (() => {
  const history = buffer('history', 'temp', [2], { history: true });
  const squares = buffer('squares', 'temp', [2], { history: true });
  const loss = buffer('loss', 'temp', [], { batched: false });
  const target = { target: fullView(squares), mode: 'set' } as const;
  return {
    forward: {
      ...accumulator,
      buffers: [...accumulator.buffers, history],
      step: [...accumulator.step, { kind: 'copy', source: fullView(state), target: fullView(history), mode: 'set' }],
    },
    targets: [],
    buffers: [squares, loss],
    scalars: [],
    hosts: [],
    loss: [
      { kind: 'map', kernel: SQUARE, inputs: [fullView(history)], parameters: [], outputs: [target] },
      {
        kind: 'reduce',
        operation: 'sum',
        source: fullView(squares),
        axes: [0, 'items', 'steps'],
        target: fullView(loss),
        mode: 'set',
      },
    ],
    objective: fullView(loss),
    reports: { loss: fullView(loss) },
    trainable: ['weight'],
    update: [],
  };
})();

export async function compile(source: ProgramSource): Promise<Executable> {
  return (await referenceEntry.load({})).compile(source);
}

/** x = 1 at each step, for one item. */
export const ONES: RunRequest['feed'] = new Map([
  [
    'x',
    { kind: 'source', call: (_time: number, _step: number, into: Float64Array | Float32Array) => void into.fill(1) },
  ],
]);

export const NOWHERE: Sink = { wants: () => false, write: () => {} };

export function run(executable: Executable, steps: number, changes: Partial<RunRequest> = {}): Promise<void> {
  return executable.run({ program: 'run', items: 1, steps, feed: ONES, sink: NOWHERE, state: 'carried', ...changes });
}
