/** @file Sums over the positions of images, as gradients of kernels are: bit for bit those of the law, whatever is zero. */
import { type ContractInstruction, type Dtype, fullView, type Instruction, type Program, type View } from '@ndl/ir';
import { expect, test } from 'vitest';
import { wasmEntry } from '../index.ts';
import { draws, type Factor, offsetsOf, viewOf } from './written-views.test-helper.ts';

const [ITEMS, STEPS] = [3, 2];

/** `weights += image · gradient`, over the axes along which the weights have a stride of 0, items and steps. */
interface Product {
  readonly shape: readonly number[];
  readonly image: Factor;
  readonly gradient: Factor;
  readonly weights: Factor;
}

/** 7×6 positions of windows of 3×3, 4 channels, strides of 2 and 1, and so many kernels. */
const channelsLast = (kernels: number): Product => ({
  shape: [7, 6, kernels, 3, 3, 4],
  image: { size: 15 * 8 * 4, strides: [64, 4, 0, 32, 4, 1] },
  gradient: { size: 42 * kernels, strides: [6 * kernels, kernels, 1, 0, 0, 0] },
  weights: { size: 36 * kernels, strides: [0, 0, 36, 12, 4, 1] },
});

const PRODUCTS: Readonly<Record<string, Product>> = {
  'windows of an image': channelsLast(16),
  'a number of kernels that fills no vector': channelsLast(9),
  'more kernels than registers': channelsLast(43),
  'channels first': {
    shape: [6, 5, 17, 4, 3, 3],
    image: { size: 4 * 8 * 7, strides: [7, 1, 0, 56, 7, 1] },
    gradient: { size: 17 * 30, strides: [5, 1, 30, 0, 0, 0] },
    weights: { size: 17 * 36, strides: [0, 0, 36, 9, 3, 1] },
  },
  'groups of channels': {
    shape: [4, 4, 2, 16, 2, 2, 4],
    image: { size: 25 * 8, strides: [40, 8, 4, 0, 40, 8, 1] },
    gradient: { size: 16 * 32, strides: [128, 32, 16, 1, 0, 0, 0] },
    weights: { size: 2 * 16 * 16, strides: [0, 0, 256, 16, 8, 4, 1] },
  },
  // As where a convolution is transposed.
  'windows of the gradient': {
    shape: [5, 4, 12, 3, 3, 6],
    image: { size: 20 * 12, strides: [48, 12, 1, 0, 0, 0] },
    gradient: { size: 7 * 6 * 6, strides: [36, 6, 0, 36, 6, 1] },
    weights: { size: 12 * 54, strides: [0, 0, 54, 18, 6, 1] },
  },
  'rows that are listed by their offsets': {
    shape: [20, 12, 24],
    image: {
      size: 240,
      strides: [0, 0, 1],
      indices: [{ axis: 0, offsets: Array.from({ length: 20 }, (_, k) => 9 * ((7 * k) % 20)) }],
    },
    gradient: { size: 240, strides: [12, 1, 0] },
    weights: { size: 288, strides: [0, 1, 12] },
  },
  'an image that is walked backwards': {
    shape: [20, 16, 16],
    image: { size: 20 * 16, offset: 19 * 16, strides: [-16, 0, 1] },
    gradient: { size: 20 * 16, strides: [16, 1, 0] },
    weights: { size: 256, strides: [0, 16, 1] },
  },
};

type Factors = Readonly<Record<'image' | 'gradient', Float64Array>>;

/** What else is asked of a product. */
interface Asked {
  readonly direction?: 'ascending' | 'descending';
  readonly events?: ContractInstruction['events'];
  /** What the weights begin at, where the sum is added to what lasts. Default: it begins at +0, and they are set. */
  readonly begins?: number;
}

function programOf(dtype: Dtype, product: Product, { direction = 'ascending', events, begins }: Asked): Program {
  const { shape, image, gradient, weights } = product;
  const target = begins === undefined ? 'sum' : 'weights';
  const whole = (id: string): View => fullView({ id, shape: [weights.size] });
  const contract: Instruction = {
    kind: 'contract',
    members: [
      {
        left: viewOf('image', shape, image),
        right: viewOf('gradient', shape, gradient),
        target: viewOf(target, shape, weights),
      },
    ],
    mode: 'add',
    ...(events && { events }),
  };
  const fed = (id: string, size: number): Program['buffers'][number] => ({
    id,
    name: id,
    shape: [size],
    items: true,
    steps: { span: 'window', before: 0 },
    role: 'input',
    lifetime: 'window',
    initial: 0,
  });
  const summed = { name: 'weights', shape: [weights.size], items: false, steps: 'one' } as const;
  return {
    dtype,
    dt: 0.001,
    scalars: [],
    buffers: [
      fed('image', image.size),
      fed('gradient', gradient.size),
      { id: 'weights', ...summed, role: 'parameter', lifetime: 'forever', initial: begins ?? 0 },
      { id: 'sum', ...summed, role: 'temp', lifetime: 'window', initial: 0 },
    ],
    sections: [
      {
        kind: 'window',
        direction,
        instructions:
          begins === undefined
            ? [
                { kind: 'fill', value: 0, target: whole('sum'), mode: 'set' },
                contract,
                { kind: 'copy', source: whole('sum'), target: whole('weights'), mode: 'set' },
              ]
            : [contract],
      },
    ],
    inputs: ['image', 'gradient'].map((id) => ({ name: id, buffer: id, held: false })),
    outputs: [],
    hosts: [],
    symbols: { weights: whole('weights') },
  };
}

async function computed(dtype: Dtype, product: Product, factors: Factors, asked: Asked): Promise<readonly number[]> {
  const backend = await wasmEntry.load({});
  const executable = await backend.create();
  await executable.add('run', programOf(dtype, product, asked), { arrays: new Map(), hosts: new Map() });
  const feed = new Map(Object.entries(factors).map(([name, data]) => [name, { kind: 'sequence', data } as const]));
  const sink = { write: () => {} };
  await executable.run({ program: 'run', items: ITEMS, steps: STEPS, feed, sink, state: 'carried' });
  const { data } = await executable.read('weights');
  backend.dispose();
  return Array.from(data);
}

/** The law, term by term. */
function expected(dtype: Dtype, product: Product, factors: Factors, asked: Asked): readonly number[] {
  const { shape, image, gradient, weights } = product;
  const { direction, events, begins = 0 } = asked;
  const round = dtype === 'float32' ? Math.fround : (value: number): number => value;
  const [ofImage, ofGradient, ofWeights] = [image, gradient, weights].map((factor) => offsetsOf(shape, factor));
  const sums = new Array<number>(weights.size).fill(begins);
  const steps = [...new Array(STEPS).keys()];
  for (const step of direction === 'descending' ? steps.toReversed() : steps)
    for (let item = 0; item < ITEMS; item++) {
      const slice = step * ITEMS + item;
      ofWeights!.forEach((to, term) => {
        const left = round(factors.image[slice * image.size + ofImage![term]!]!);
        const right = round(factors.gradient[slice * gradient.size + ofGradient![term]!]!);
        if ((events === 'left' && left === 0) || (events === 'right' && right === 0)) return;
        sums[to] = round(sums[to]! + round(left * right));
      });
    }
  return sums;
}

/** Spikes at so many of a hundred places, of different sizes, and numbers of either sign. The second item's image is full. */
function drawn({ image, gradient }: Product, percent: number): Factors {
  const random = draws();
  const draw = (): number => random.next().value;
  const isFull = (index: number): boolean => Math.floor(index / image.size) % ITEMS === 1;
  return {
    image: Float64Array.from({ length: STEPS * ITEMS * image.size }, (_, index) =>
      isFull(index) || draw() < percent / 100 ? 1 + draw() : 0,
    ),
    gradient: Float64Array.from({ length: STEPS * ITEMS * gradient.size }, () => draw() - 0.5),
  };
}

/** The same, with other numbers in place of some. */
function changed(factors: Factors, which: keyof Factors, value: number, every: number): Factors {
  const numbers = factors[which].map((number, index) => (index % every === 5 ? value : number));
  return { ...factors, [which]: numbers };
}

for (const dtype of ['float64', 'float32'] as const) {
  test.each(Object.entries(PRODUCTS))(`${dtype}: %s`, async (_, product) => {
    for (const [direction, percent] of [
      ['ascending', 5],
      ['descending', 30],
    ] as const) {
      const factors = drawn(product, percent);
      expect(await computed(dtype, product, factors, { direction })).toEqual(
        expected(dtype, product, factors, { direction }),
      );
    }
  });

  const product = channelsLast(16);
  const spikes = drawn(product, 10);
  const cases: readonly (readonly [string, Factors, Asked])[] = [
    ['no spikes', drawn(product, 0), {}],
    ['spikes of one size', { ...spikes, image: spikes.image.map(Math.sign) }, {}],
    ['zeros below zero', changed(spikes, 'image', -0, 7), {}],
    ['NaN in an image', changed(spikes, 'image', NaN, 900), {}],
    ['an infinite spike', changed(spikes, 'image', Infinity, 900), {}],
    ['infinite gradients, which times 0 are NaN', changed(spikes, 'gradient', -Infinity, 900), {}],
    ['infinite gradients, where zeros are absent', changed(spikes, 'gradient', -Infinity, 900), { events: 'left' }],
    ['events of the other factor', changed(spikes, 'gradient', 0, 6), { events: 'right' }],
    [
      'weights that began at -0',
      { image: new Float64Array(spikes.image.length), gradient: spikes.gradient },
      { begins: -0 },
    ],
    ['weights that last', drawn(product, 10), { begins: 0.5 }],
  ];
  test.each(cases)(`${dtype}: %s`, async (_, factors, asked) => {
    expect(await computed(dtype, product, factors, asked)).toEqual(expected(dtype, product, factors, asked));
  });
}
