/** @file A product of two square matrices as a program of one instruction, on the WebAssembly backend. */
import { wasmEntry } from '@ndl/backend-wasm';
import type { OutputBlock } from '@ndl/core';
import { fullView, matrixVector, type Buffer, type Program } from '@ndl/ir';
import { NdArray } from 'ndl';
import { warmedUp } from './warmed-up.ts';
import { workedMilliseconds } from './worked-milliseconds.ts';
import { median } from './median.ts';

const SIZE = 1024;
/** Products of one call: its data go in and out once. */
const PRODUCTS = 4;

/** What one process found. */
export interface ProductFigure {
  /** GFLOP per second of work, the median of the repetitions. */
  readonly figure: number;
  /** Of all elements of the product, in order. */
  readonly sum: number;
}

/** Rows of the left matrix are items; the right one is shared. Both are those of `tools/bench/native/product.cpp`. */
export async function measureProduct(repetitions: number): Promise<ProductFigure> {
  const left = matrix((index) => Math.fround(((index % 1009) + 1) / 1010) - 0.5);
  const right = matrix((index) => Math.fround(((index % 997) + 1) / 998) - 0.5);
  const loaded = await wasmEntry.load({ intra_op_parallelism_threads: 1 });
  const executable = await loaded.create();
  await executable.add('product', PROGRAM, {
    arrays: new Map([['right', new NdArray(right, [SIZE, SIZE])]]),
    hosts: new Map(),
  });
  const request = {
    program: 'product',
    items: SIZE,
    steps: PRODUCTS,
    feed: new Map([['left', { kind: 'held' as const, data: left }]]),
    sink: { write: () => undefined },
    state: 'carried',
  } as const;
  const speeds: number[] = [];
  await warmedUp(() => executable.run(request));
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const began = workedMilliseconds();
    await executable.run(request);
    speeds.push((2e-6 * PRODUCTS * SIZE ** 3) / (workedMilliseconds() - began));
  }
  let sum = 0;
  const adding = ({ data }: OutputBlock): void => data.forEach((value) => void (sum += value));
  await executable.run({ ...request, sink: { write: adding } });
  loaded.dispose();
  return {
    figure: median(speeds),
    sum,
  };
}

function matrix(element: (index: number) => number): Float32Array {
  return Float32Array.from({ length: SIZE * SIZE }, (_, index) => element(index));
}

const LEFT: Buffer = {
  id: 'left',
  name: 'left',
  shape: [SIZE],
  items: true,
  steps: 'one',
  role: 'input',
  lifetime: 'window',
  initial: 0,
};
const PRODUCT: Buffer = { ...LEFT, id: 'product', name: 'product', role: 'temp', lifetime: 'step' };
const RIGHT: Buffer = {
  id: 'right',
  name: 'right',
  shape: [SIZE, SIZE],
  items: false,
  steps: 'one',
  role: 'parameter',
  lifetime: 'forever',
  initial: { array: 'right' },
};
const PROGRAM: Program = {
  dtype: 'float32',
  dt: 0.001,
  scalars: [],
  buffers: [LEFT, RIGHT, PRODUCT],
  sections: [
    {
      kind: 'steps',
      direction: 'ascending',
      instructions: [
        {
          kind: 'contract',
          mode: 'set',
          members: [matrixVector(fullView(RIGHT), fullView(LEFT), fullView(PRODUCT))],
        },
      ],
    },
  ],
  inputs: [{ name: 'left', buffer: 'left', held: true }],
  outputs: [{ name: 'product', view: fullView(PRODUCT), every: PRODUCTS }],
  hosts: [],
  symbols: {},
};
