/** @file Products of a kernel by windows of an image, most of whose numbers are 0: bit for bit those of the law. */
import { type ContractInstruction, type Dtype, fullView, type Instruction, type Program } from '@ndl/ir';
import { ndarray } from '@ndl/numerics';
import { expect, test } from 'vitest';
import { wasmEntry } from '../index.ts';
import { draws, type Factor, offsetsOf, viewOf } from './written-views.test-helper.ts';

const [ITEMS, STEPS] = [2, 2];

/** `output = kernel · image`, over the axes along which the output has a stride of 0. */
interface Product {
  readonly shape: readonly number[];
  readonly kernel: Factor;
  readonly image: Factor;
  readonly output: Factor;
}

/** 4×5 positions of windows of 3×3, 4 channels, strides of 2 and 1, and so many kernels. */
const channelsLast = (kernels: number): Product => ({
  shape: [4, 5, kernels, 3, 3, 4],
  kernel: { size: 36 * kernels, strides: [0, 0, 1, 12 * kernels, 4 * kernels, kernels] },
  image: { size: 9 * 7 * 4, strides: [56, 4, 0, 28, 4, 1] },
  output: { size: 20 * kernels, strides: [5 * kernels, kernels, 1, 0, 0, 0] },
});

const PRODUCTS: Readonly<Record<string, Product>> = {
  'windows of an image': channelsLast(16),
  'a number of kernels that fills no vector': channelsLast(11),
  'more kernels than a panel holds': channelsLast(70),
  'windows with gaps': {
    shape: [4, 5, 16, 3, 2, 4],
    kernel: { size: 24 * 16, strides: [0, 0, 1, 128, 64, 16] },
    image: { size: 8 * 7 * 4, strides: [28, 4, 0, 56, 8, 1] },
    output: { size: 20 * 16, strides: [80, 16, 1, 0, 0, 0] },
  },
  'groups of channels': {
    shape: [4, 4, 2, 16, 2, 2, 4],
    kernel: { size: 16 * 32, strides: [0, 0, 256, 1, 128, 64, 16] },
    image: { size: 25 * 8, strides: [40, 8, 4, 0, 40, 8, 1] },
    output: { size: 16 * 32, strides: [128, 32, 16, 1, 0, 0, 0] },
  },
  'one dimension': {
    shape: [30, 16, 3, 8],
    kernel: { size: 24 * 16, strides: [0, 1, 128, 16] },
    image: { size: 34 * 8, strides: [8, 0, 16, 1] },
    output: { size: 30 * 16, strides: [16, 1, 0, 0] },
  },
};

interface Numbers {
  readonly kernel: readonly number[];
  readonly image: Float64Array;
}

/** What else is asked of a product. Default: it is set, with all terms. */
interface Asked {
  readonly events?: ContractInstruction['events'];
  /** What it is added to. */
  readonly begins?: number;
}

function programOf(dtype: Dtype, { shape, kernel, image, output }: Product, { events, begins }: Asked): Program {
  const whole = fullView({ id: 'output', shape: [output.size] });
  const fill: Instruction = { kind: 'fill', value: begins ?? 0, target: whole, mode: 'set' };
  const contract: Instruction = {
    kind: 'contract',
    members: [
      {
        left: viewOf('kernel', shape, kernel),
        right: viewOf('image', shape, image),
        target: viewOf('output', shape, output),
      },
    ],
    mode: begins === undefined ? 'set' : 'add',
    ...(events && { events }),
  };
  const buffer = { steps: 'one', initial: 0, lifetime: 'step' } as const;
  return {
    dtype,
    dt: 0.001,
    scalars: [],
    buffers: [
      {
        id: 'kernel',
        name: 'kernel',
        shape: [kernel.size],
        items: false,
        steps: 'one',
        role: 'parameter',
        lifetime: 'forever',
        initial: { array: 'kernel' },
      },
      { ...buffer, id: 'image', name: 'image', shape: [image.size], items: true, role: 'input' },
      { ...buffer, id: 'output', name: 'output', shape: [output.size], items: true, role: 'temp' },
    ],
    sections: [
      { kind: 'steps', direction: 'ascending', instructions: begins === undefined ? [contract] : [fill, contract] },
    ],
    inputs: [{ name: 'image', buffer: 'image', held: false }],
    outputs: [{ name: 'output', view: whole, every: 1 }],
    hosts: [],
    symbols: {},
  };
}

async function computed(dtype: Dtype, product: Product, { kernel, image }: Numbers, asked: Asked): Promise<number[]> {
  const backend = await wasmEntry.load({});
  const executable = await backend.create();
  const arrays = new Map([['kernel', ndarray(kernel)]]);
  await executable.add('run', programOf(dtype, product, asked), { arrays, hosts: new Map() });
  const seen: number[] = [];
  const sink = { write: ({ data }: { readonly data: ArrayLike<number> }) => void seen.push(...Array.from(data)) };
  const feed = new Map([['image', { kind: 'sequence', data: image } as const]]);
  await executable.run({ program: 'run', items: ITEMS, steps: STEPS, feed, sink, state: 'carried' });
  backend.dispose();
  return seen;
}

/** The law, term by term. */
function expected(dtype: Dtype, product: Product, numbers: Numbers, { events, begins = 0 }: Asked): number[] {
  const { shape, kernel, image, output } = product;
  const round = dtype === 'float32' ? Math.fround : (value: number): number => value;
  const [ofKernel, ofImage, ofOutput] = [kernel, image, output].map((factor) => offsetsOf(shape, factor));
  return Array.from({ length: STEPS * ITEMS }, (_, slice) => {
    const sums = new Array<number>(output.size).fill(begins);
    ofOutput!.forEach((to, term) => {
      const left = round(numbers.kernel[ofKernel![term]!]!);
      const right = round(numbers.image[slice * image.size + ofImage![term]!]!);
      if (events === 'right' && right === 0) return;
      sums[to] = round(sums[to]! + round(left * right));
    });
    return sums;
  }).flat();
}

/** Spikes of different sizes at so many of a hundred places. The second item's image is full. */
function drawn({ kernel, image }: Product, percent: number): Numbers {
  const random = draws();
  const draw = (): number => random.next().value;
  const isFull = (index: number): boolean => Math.floor(index / image.size) % ITEMS === 1;
  return {
    kernel: Array.from({ length: kernel.size }, () => draw() - 0.5),
    image: Float64Array.from({ length: STEPS * ITEMS * image.size }, (_, index) =>
      isFull(index) || draw() < percent / 100 ? 1 + draw() : 0,
    ),
  };
}

for (const dtype of ['float64', 'float32'] as const) {
  test.each(Object.entries(PRODUCTS))(`${dtype}: %s`, async (_, product) => {
    const numbers = drawn(product, 12);
    expect(await computed(dtype, product, numbers, {})).toEqual(expected(dtype, product, numbers, {}));
  });

  const product = channelsLast(16);
  const spikes = drawn(product, 10);
  const replaced = (value: number, every: number): Numbers => {
    return { ...spikes, image: spikes.image.map((number, index) => (index % every === 5 ? value : number)) };
  };
  const infinite = { ...spikes, kernel: spikes.kernel.map((value, index) => (index % 50 === 3 ? Infinity : value)) };
  const cases: readonly (readonly [string, Numbers, Asked])[] = [
    ['no spikes', drawn(product, 0), {}],
    ['zeros below zero', replaced(-0, 7), {}],
    ['NaN in an image', replaced(NaN, 90), {}],
    ['an infinite spike', replaced(-Infinity, 90), {}],
    ['an infinite kernel, which times 0 is NaN', infinite, {}],
    ['an infinite kernel, where zeros are absent', infinite, { events: 'right' }],
    ['added to something, where zeros are absent', infinite, { events: 'right', begins: -0.25 }],
    ['added to something', spikes, { begins: -0.25 }],
  ];
  test.each(cases)(`${dtype}: %s`, async (_, numbers, asked) => {
    expect(await computed(dtype, product, numbers, asked)).toEqual(expected(dtype, product, numbers, asked));
  });
}
