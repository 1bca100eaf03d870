import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readGolden } from '../../../golden/networks/read-golden.ts';
import { isNdlError, ndarray, RandomState, type RandomSnapshot } from '../index.ts';

interface GoldenDraws {
  readonly randint_maxint: Record<string, number[]>;
  readonly uniform01: Record<string, number[]>;
  readonly standard_normal: Record<string, number[]>;
  readonly 'exponential_0.15': number[];
  readonly beta: Record<string, number[]>;
  readonly poisson: Record<string, number[]>;
  readonly 'randint_-5_17': number[];
  readonly shuffle_rows_30: number[];
}

const golden = readGolden<GoldenDraws>('unit_rng');

/** Relative difference, absolute below one. */
const close = (actual: ArrayLike<number>, expected: readonly number[]): void => {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, index) => {
    expect(Math.abs(actual[index]! - value)).toBeLessThanOrEqual(1e-14 * Math.max(1, Math.abs(value)));
  });
};

test('integers below 2^31 - 1, as seeds are drawn, equal NumPy', () => {
  for (const [seed, [scalar, ...sized]] of Object.entries(golden.randint_maxint)) {
    expect(new RandomState(Number(seed)).randint(2 ** 31 - 1)).toBe(scalar);
    expect([...new RandomState(Number(seed)).randint(0, 2 ** 31 - 1, 20)]).toEqual(sized);
  }
});

test('integers of an interval equal NumPy', () => {
  expect([...new RandomState(6).randint(-5, 17, 30)]).toEqual(golden['randint_-5_17']);
});

test('integers of wide intervals take the words that NumPy takes', () => {
  expect([...new RandomState(7).randint(0, 2 ** 32, 3)]).toEqual([327741615, 976413892, 3349725721]);
  expect([...new RandomState(7).randint(0, 2 ** 40, 3)]).toEqual([752595690692, 108744157686, 291964244179]);
  expect([...new RandomState(7).randint(-(2 ** 52), 2 ** 52 - 1, 3)]).toEqual([
    -1987164427328316, -2038385813739018, 3261443452227795,
  ]);
});

test('an interval of one integer consumes nothing', () => {
  const random = new RandomState(3);
  expect(random.randint(4, 5)).toBe(4);
  expect(random.random()).toBe(new RandomState(3).random());
});

test('uniforms equal NumPy bit for bit', () => {
  for (const [seed, expected] of Object.entries(golden.uniform01)) {
    expect([...new RandomState(Number(seed)).uniform(0, 1, 20)]).toEqual(expected);
    expect([...new RandomState(Number(seed)).random(20)]).toEqual(expected);
  }
});

test('normals equal NumPy, a scalar draw handing out the first of the same pair', () => {
  for (const [seed, expected] of Object.entries(golden.standard_normal)) {
    close(new RandomState(Number(seed)).standardNormal(expected.length), expected);
    close([new RandomState(Number(seed)).standardNormal()], expected.slice(0, 1));
    const scaled = expected.map((value) => 2 + 3 * value);
    close(new RandomState(Number(seed)).normal(2, 3, expected.length), scaled);
  }
});

test('exponentials equal NumPy', () => {
  close(new RandomState(2).exponential(0.15, 20), golden['exponential_0.15']);
});

test('beta variates equal NumPy', () => {
  for (const [parameters, expected] of Object.entries(golden.beta)) {
    const [a, b] = parameters.split(',').map(Number) as [number, number];
    close(new RandomState(2).beta(a, b, expected.length), expected);
  }
});

test('beta variates with tiny and with mixed parameters equal NumPy', () => {
  const tiny = [0, 0, 1.6443084987313505e-98, 1, 1, 0, 1, 1];
  close(new RandomState(5).beta(1e-3, 1e-3, 8), tiny);
  close(new RandomState(5).beta(1e-5, 1e-5, 5), [0, 0, 0, 1, 1]);
  const mixed = [0.03431628647359153, 0.4847012756261385, 1.4151435829426341e-5];
  close(new RandomState(3).beta(0.3, 4, 3), mixed);
});

test('Poisson counts equal NumPy', () => {
  for (const [rate, expected] of Object.entries(golden.poisson)) {
    expect([...new RandomState(2).poisson(Number(rate), 30)]).toEqual(expected);
  }
  const many = [9997278, 9997090, 9999898, 10002579, 9998102];
  expect([...new RandomState(5).poisson(1e7, 5)]).toEqual(many);
  expect(new RandomState(5).poisson(0)).toBe(0);
});

test('lists, vectors and rows of a matrix are shuffled as NumPy shuffles them', () => {
  const order = golden.shuffle_rows_30;
  const list = order.map((_, index) => index);
  new RandomState(9).shuffle(list);
  expect(list).toEqual(order);

  const vector = Float64Array.from(order.keys());
  new RandomState(9).shuffle(vector);
  expect([...vector]).toEqual(order);

  const matrix = ndarray(order.map((_, index) => [index, 10 * index]));
  new RandomState(9).shuffle(matrix);
  expect(matrix.toNested()).toEqual(order.map((index) => [index, 10 * index]));
});

test('a list of seeds is mixed as in NumPy', () => {
  expect([...new RandomState([1, 2, 3]).randint(0, 2 ** 31 - 1, 3)]).toEqual([471850590, 1552691353, 1660851139]);
  const long = new RandomState(Array.from({ length: 700 }, (_, index) => index));
  expect([...long.randint(0, 2 ** 32, 3)]).toEqual([3727595200, 1914792892, 3929396303]);
});

test('a restored generator repeats what followed the save', () => {
  const draws: readonly ((random: RandomState) => unknown)[] = [
    (random) => random.random(),
    (random) => random.standardNormal(),
    (random) => random.randint(1000),
    (random) => random.poisson(30),
    (random) => random.beta(0.5, 7),
  ];
  const kinds = fc.array(fc.nat(draws.length - 1), { maxLength: 400 });
  fc.assert(
    fc.property(fc.nat(), kinds, kinds, (seed, before, after) => {
      const random = new RandomState(seed);
      const run = (which: RandomState, order: number[]): unknown[] => order.map((kind) => draws[kind]!(which));
      run(random, before);
      const snapshot: RandomSnapshot = random.save();
      const expected = run(random, after);
      random.restore(snapshot);
      const other = new RandomState(0);
      other.restore(snapshot);
      expect(run(random, after)).toEqual(expected);
      expect(run(other, after)).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

const codeOf = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (isNdlError(error)) return error.code;
  }
  return 'none';
};

test('what is no seed is refused', () => {
  for (const seed of [-1, 1.5, 2 ** 32, NaN, '1', null, undefined, [], [1, -1]]) {
    expect(codeOf(() => new RandomState(seed as number))).toBe('INVALID_OPTION');
  }
});

test('impossible parameters are refused', () => {
  const random = new RandomState(0);
  expect(codeOf(() => random.randint(0))).toBe('OUT_OF_DOMAIN');
  expect(codeOf(() => random.randint(0.5, 3))).toBe('OUT_OF_DOMAIN');
  expect(codeOf(() => random.randint(-(2 ** 53) + 1, 2 ** 53 - 1))).toBe('OUT_OF_DOMAIN');
  expect(codeOf(() => random.uniform(0, Infinity))).toBe('OUT_OF_DOMAIN');
  expect(codeOf(() => random.normal(0, -1))).toBe('OUT_OF_DOMAIN');
  expect(codeOf(() => random.exponential(NaN))).toBe('OUT_OF_DOMAIN');
  expect(codeOf(() => random.beta(0, 1))).toBe('OUT_OF_DOMAIN');
  expect(codeOf(() => random.poisson(-1))).toBe('OUT_OF_DOMAIN');
});

test('a state that no generator can have had is refused', () => {
  const random = new RandomState(0);
  const snapshot = random.save();
  const short = { ...snapshot, words: snapshot.words.slice(1) };
  expect(codeOf(() => random.restore(short))).toBe('INVALID_RANDOM_STATE');
  expect(codeOf(() => random.restore({ ...snapshot, position: 625 }))).toBe('INVALID_RANDOM_STATE');
});
