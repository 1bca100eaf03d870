/** @file Values of every type, as strangers pass them where something else is wanted. */

/** Values by the names that tables of tests call them. */
export const EVERY_TYPE: Readonly<Record<string, unknown>> = {
  text: 'abc',
  digits: '2',
  empty: '',
  null: null,
  NaN: NaN,
  infinity: Infinity,
  negative: -3,
  fraction: 1.5,
  one: 1,
  bigint: 2n,
  yes: true,
  function: () => 'x',
  async: async () => 1,
  symbol: Symbol('s'),
  object: { a: 1 },
  emptyObject: {},
  date: new Date(0),
  map: new Map([['tauRc', 1]]),
  promise: Promise.resolve(1),
  list: [1, 2],
  emptyList: [],
  texts: ['a'],
  bigints: [1n],
  matrix: [[1, 2]],
  // oxlint-disable-next-line no-sparse-arrays -- holes are the point
  hole: [0, , 2],
  // oxlint-disable-next-line no-sparse-arrays -- holes are the point
  nestedHole: [[1, , 3]],
  ragged: [[1], [1, 2]],
  withNaN: [NaN, 1],
  bigintArray: BigInt64Array.of(1n, 2n),
  dataView: new DataView(new ArrayBuffer(8)),
  buffer: new ArrayBuffer(8),
  clamped: Uint8ClampedArray.of(1, 2),
  int: Int32Array.of(1, 2),
  fakeArray: { shape: [1], data: [1] },
  fakeObject: { kind: 'ensemble' },
  fakeData: { family: 'cake', kind: 'lif' },
};

/** Names of values that pass for common checks. */
export const NUMBERS: readonly string[] = ['negative', 'fraction', 'one'];
export const LISTS: readonly string[] = ['list', 'clamped', 'int'];
