/** @file What is known of the arguments of functions saves operations, and no bit: also where NaN stands among them, or -0. */
import { evaluateKernel, fullView, kernel, type Kernel, type Program } from '@ndl/ir';
import { expect, test } from 'vitest';
import { wasmEntry } from '../index.ts';

type Dtype = Program['dtype'];

/** Pairs of numbers of every sign and size, zeros of both signs and a square root of -1 among them. */
const NUMBERS = [0, -0, -1, 1, -0.5, 0.2, -0.2, 1e-30, -1e-30, 5, -5, 40, -40, 1e-45, -1e-45];
const PAIRS = NUMBERS.flatMap((x) => NUMBERS.map((y) => [x, y] as const));

const KERNELS: readonly Kernel[] = [
  kernel({ name: 'no bound of NaN from above', inputs: ['x', 'y'] }, (k) => {
    const bounded = k.min(k.max(k.sqrt(k.inputs.y), -0.1), 0.2);
    return { value: k.expm1(k.min(k.max(k.inputs.x, -0.1), bounded)) };
  }),
  kernel({ name: 'no bound of NaN from below', inputs: ['x', 'y'] }, (k) => {
    const bounded = k.max(k.min(k.abs(k.sqrt(k.inputs.y)), 3), 0.1);
    return { value: k.log1p(k.max(k.subtract(k.inputs.x, 0.5), bounded)) };
  }),
  kernel({ name: 'small, and never -0', inputs: ['x', 'y'] }, (k) => {
    const { x, y } = k.inputs;
    return { value: k.expm1(k.multiply(k.max(k.min(k.subtract(k.subtract(x, 0.001), y), 0), -0.1), 2)) };
  }),
  kernel({ name: 'small, and perhaps -0', inputs: ['x', 'y'] }, (k) => ({
    value: k.expm1(k.multiply(k.max(k.min(k.inputs.x, 0.1), -0.1), k.max(k.min(k.inputs.y, 0.5), 0))),
  })),
  kernel({ name: 'too small to keep its sign', inputs: ['x', 'y'] }, (k) => ({
    value: k.expm1(k.multiply(k.max(k.min(k.subtract(k.inputs.x, 0.5), 0), -0.3), k.abs(k.inputs.y))),
  })),
  kernel({ name: 'positive', inputs: ['x', 'y'] }, (k) => ({
    value: k.log1p(k.divide(k.max(k.subtract(1, k.inputs.x), 0), k.max(k.subtract(k.inputs.y, 1), 1e-16))),
  })),
  kernel({ name: 'a sum of zeros', inputs: ['x', 'y'] }, (k) => ({
    value: k.expm1(k.max(k.min(k.add(k.inputs.x, k.inputs.y), 0.3), -0.3)),
  })),
];

/** The kernel over all pairs, as one step of a program. */
function programOf(one: Kernel, dtype: Dtype): Program {
  const shape = [PAIRS.length];
  const lives = { shape, items: true, steps: 'one', lifetime: 'step', initial: 0 } as const;
  const view = (id: string) => fullView({ id, shape });
  return {
    dtype,
    dt: 0.001,
    scalars: [],
    buffers: [
      { id: 'x', name: 'x', role: 'input', ...lives },
      { id: 'y', name: 'y', role: 'input', ...lives },
      { id: 'value', name: 'value', role: 'temp', ...lives },
    ],
    sections: [
      {
        kind: 'steps',
        direction: 'ascending',
        instructions: [
          {
            kind: 'map',
            kernel: one,
            inputs: [view('x'), view('y')],
            parameters: [],
            outputs: [{ target: view('value'), mode: 'set' }],
          },
        ],
      },
    ],
    hosts: [],
    symbols: {},
    inputs: ['x', 'y'].map((name) => ({ name, buffer: name, held: false })),
    outputs: [{ name: 'value', view: view('value'), every: 1 }],
  };
}

const CASES = KERNELS.flatMap((one) =>
  (['float32', 'float64'] as const).map((dtype) => ({ name: one.name, one, dtype })),
);

test.each(CASES)('$name, in $dtype', async ({ one, dtype }) => {
  const array = (position: 0 | 1): Float32Array | Float64Array => {
    const numbers = PAIRS.map((pair) => pair[position]);
    return dtype === 'float32' ? Float32Array.from(numbers) : Float64Array.from(numbers);
  };
  const expected = array(0).slice();
  evaluateKernel(one, [array(0), array(1)], [], [expected], dtype);

  const backend = await wasmEntry.load({});
  const executable = await backend.create();
  await executable.add('run', programOf(one, dtype), { arrays: new Map(), hosts: new Map() });
  const seen: number[] = [];
  const feed = new Map(
    (['x', 'y'] as const).map((name, position) => [
      name,
      { kind: 'sequence', data: array(position as 0 | 1) } as const,
    ]),
  );
  const sink = { write: ({ data }: { readonly data: ArrayLike<number> }) => void seen.push(...Array.from(data)) };
  await executable.run({ program: 'run', items: 1, steps: 1, feed, sink, state: 'carried' });
  backend.dispose();
  expect(seen).toEqual(Array.from(expected));
});
