/** @file What a program tells of zeros: spikes and what is rectified hold many, what is made of any numbers does not. */
import { fullView, kernel, type Kernel, type KernelBuilder, type Program, type Expression } from '@ndl/ir';
import { expect, test } from 'vitest';
import { isOftenZero } from './often-zero.ts';

type Build = (k: KernelBuilder<'x' | 'y', never>) => Expression;

const of = (build: Build): Kernel =>
  kernel({ name: 'made', inputs: ['x', 'y'] }, (k) => ({ output: build(k as KernelBuilder<'x' | 'y', never>) }));

/** made := a kernel of x and y; copied := made; fed is an input. */
function programOf(build: Build): Program {
  const ids = ['fed', 'x', 'y', 'made', 'copied'];
  const view = (id: string) => fullView({ id, shape: [4] });
  return {
    dtype: 'float64',
    dt: 0.001,
    scalars: [],
    buffers: ids.map((id) => ({
      id,
      name: id,
      shape: [4],
      role: id === 'fed' ? 'input' : 'temp',
      items: true,
      steps: 'one',
      lifetime: 'step',
      initial: 0,
    })),
    sections: [
      {
        kind: 'steps',
        direction: 'ascending',
        instructions: [
          { kind: 'copy', source: view('made'), target: view('copied'), mode: 'set' },
          {
            kind: 'map',
            kernel: of(build),
            inputs: [view('x'), view('y')],
            parameters: [],
            outputs: [{ target: view('made'), mode: 'set' }],
          },
        ],
      },
    ],
    inputs: [{ name: 'fed', buffer: 'fed', held: false }],
    outputs: [],
    hosts: [],
    symbols: {},
  };
}

const CASES: readonly (readonly [string, boolean, Build])[] = [
  ['spikes', true, (k) => k.select(k.less(1, k.inputs.x), 1000, 0)],
  ['spikes that are counted', true, (k) => k.multiply(1000, k.floor(k.inputs.x))],
  [
    'counts of either sign',
    true,
    (k) => k.select(k.less(k.inputs.x, 0), k.negate(k.floor(k.abs(k.inputs.x))), k.floor(k.inputs.x)),
  ],
  ['counts, and one more by chance', true, (k) => k.add(k.floor(k.inputs.x), k.less(k.inputs.y, 0.5))],
  ['what is rectified', true, (k) => k.multiply(2, k.max(k.inputs.x, 0))],
  ['what a count leaves', false, (k) => k.subtract(k.inputs.x, k.floor(k.inputs.x))],
  ['a choice of numbers', false, (k) => k.select(k.less(k.inputs.x, 0), k.inputs.y, k.floor(k.inputs.x))],
  ['a product of numbers', false, (k) => k.multiply(k.inputs.x, k.inputs.y)],
];

test.each(CASES)('%s: %s', (_, isSo, build) => {
  const program = programOf(build);
  expect(['fed', 'made', 'copied', 'x'].map((id) => isOftenZero(program, id))).toEqual([true, isSo, isSo, false]);
});
