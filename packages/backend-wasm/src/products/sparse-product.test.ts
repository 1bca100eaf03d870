/** @file Products of a few elements of a matrix: bit for bit those of the law - each term from +0, added in the order of the entries. */
import { type Buffer, type Dtype, fullView, type Instruction, type Program, type View } from '@ndl/ir';
import { ndarray } from '@ndl/numerics';
import { expect, test } from 'vitest';
import { wasmEntry } from '../index.ts';

const [ROWS, COLUMNS, ENTRIES] = [7, 90, 200];

/** Numbers in [0, 1) of a linear congruential generator (Knuth, MMIX), the high bits. */
function* draws(): Generator<number, never> {
  for (let state = 1n; ; state = (6364136223846793005n * state + 1442695040888963407n) & 0xffffffffffffffffn)
    yield Number(state >> 40n) / 2 ** 24;
}

interface Matrix {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly values: readonly number[];
}

const entries: Matrix = (() => {
  const random = draws();
  const draw = (below: number): number => Math.floor(random.next().value * below);
  const pairs = Array.from({ length: ENTRIES }, () => [draw(ROWS), draw(COLUMNS)] as const);
  const values = pairs.map(() => random.next().value - 0.5);
  return { rows: pairs.map(([row]) => row), columns: pairs.map(([, column]) => column), values };
})();

/** By rows, and by columns within them; what stands at one place keeps its order. */
const sorted: Matrix = (() => {
  const order = [...entries.rows.keys()].sort(
    (a, b) => entries.rows[a]! - entries.rows[b]! || entries.columns[a]! - entries.columns[b]! || a - b,
  );
  const by = (list: readonly number[]): number[] => order.map((entry) => list[entry]!);
  return { rows: by(entries.rows), columns: by(entries.columns), values: by(entries.values) };
})();

type Vectors = readonly (readonly number[])[];

/** target = matrix · vector at each step; with a number to begin at, a target that lasts grows by it. */
function product(dtype: Dtype, { rows, columns }: Matrix, begins: number | undefined): Program {
  const whole = (id: string, size: number): View => fullView({ id, shape: [size] });
  const listed = (id: string, offsets: readonly number[]): View => {
    return { buffer: id, offset: 0, shape: [ENTRIES], strides: [0], indices: [{ axis: 0, offsets }] };
  };
  const lasts = begins !== undefined;
  const buffer = (id: string, size: number, rest: Omit<Buffer, 'id' | 'name' | 'shape' | 'steps'>): Buffer => {
    return { id, name: id, shape: [size], steps: 'one', ...rest };
  };
  const clear: Instruction = { kind: 'fill', value: 0, target: whole('target', ROWS), mode: 'set' };
  const multiply: Instruction = {
    kind: 'contract',
    members: [{ left: whole('matrix', ENTRIES), right: listed('vector', columns), target: listed('target', rows) }],
    mode: 'add',
  };
  return {
    dtype,
    dt: 0.001,
    scalars: [],
    buffers: [
      buffer('matrix', ENTRIES, {
        items: false,
        role: 'parameter',
        lifetime: 'forever',
        initial: { array: 'values' },
      }),
      buffer('vector', COLUMNS, { items: true, role: 'input', lifetime: 'step', initial: 0 }),
      lasts
        ? buffer('target', ROWS, {
            items: true,
            role: 'state',
            lifetime: 'run',
            initial: { array: 'begins' },
          })
        : buffer('target', ROWS, { items: true, role: 'temp', lifetime: 'step', initial: 0 }),
    ],
    sections: [{ kind: 'steps', direction: 'ascending', instructions: lasts ? [multiply] : [clear, multiply] }],
    inputs: [{ name: 'vector', buffer: 'vector', held: false }],
    outputs: [{ name: 'target', view: whole('target', ROWS), every: 1 }],
    hosts: [],
    symbols: {},
  };
}

async function computed(dtype: Dtype, matrix: Matrix, fed: Vectors, begins?: number): Promise<number[]> {
  const backend = await wasmEntry.load({});
  const executable = await backend.create();
  const arrays = new Map([
    ['values', ndarray(matrix.values)],
    ['begins', ndarray(new Array<number>(ROWS).fill(begins ?? 0))],
  ]);
  await executable.add('run', product(dtype, matrix, begins), { arrays, hosts: new Map() });
  const seen: number[] = [];
  const sink = { write: ({ data }: { readonly data: ArrayLike<number> }) => void seen.push(...Array.from(data)) };
  const feed = new Map([['vector', { kind: 'sequence', data: Float64Array.from(fed.flat()) } as const]]);
  await executable.run({ program: 'run', items: 1, steps: fed.length, feed, sink, state: 'carried' });
  backend.dispose();
  return seen;
}

/** The law, entry by entry. */
function expected(dtype: Dtype, { rows, columns, values }: Matrix, fed: Vectors, begins?: number): number[] {
  const round = dtype === 'float32' ? Math.fround : (x: number): number => x;
  const target = new Array<number>(ROWS).fill(begins ?? 0);
  return fed.flatMap((vector) => {
    if (begins === undefined) target.fill(0);
    rows.forEach((row, entry) => {
      const term = round(round(values[entry]!) * round(vector[columns[entry]!]!));
      target[row] = round(target[row]! + (0 + term));
    });
    return [...target];
  });
}

const spiking: Vectors = (() => {
  const random = draws();
  return Array.from({ length: 3 }, () => Array.from({ length: COLUMNS }, () => Math.max(0, random.next().value - 0.8)));
})();

const silent: Vectors = [new Array<number>(COLUMNS).fill(0), new Array<number>(COLUMNS).fill(-0)];

const infinite: Matrix = {
  ...sorted,
  values: sorted.values.map((value, entry) => (entry % 20 === 0 ? Infinity : value)),
};

const missing: Vectors = [spiking[0]!.map((value, column) => (column === 5 ? NaN : value))];

for (const dtype of ['float64', 'float32'] as const) {
  const cases: readonly (readonly [string, Matrix, Vectors, number?])[] = [
    ['entries by rows', sorted, spiking],
    ['entries in any order', entries, spiking],
    ['nothing but zeros', sorted, silent],
    ['a target that lasts, and began at -0', sorted, [...silent, ...spiking], -0],
    ['infinite values times 0 are NaN', infinite, silent],
    ['NaN in the vector', sorted, missing],
  ];
  for (const [name, matrix, fed, begins] of cases) {
    test(`${dtype}: ${name}`, async () => {
      expect(await computed(dtype, matrix, fed, begins)).toEqual(expected(dtype, matrix, fed, begins));
    });
  }
}
