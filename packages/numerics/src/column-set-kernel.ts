/** @file Scalar products with many columns, and reflections of them, in WebAssembly: with the bits of `offsetProduct` and `reflect`. */
import {
  at,
  type Code,
  type FunctionBuilder,
  type Local,
  ModuleBuilder,
  onLane,
  op,
  vectorConstant,
} from '@ndl/wasm-module';

const NUMBER = 8;
const VECTOR = 16;
const WORD = 4;

/** What a `ColumnSet` has done in WebAssembly. Addresses and strides are in bytes. */
export interface ColumnSetKernel {
  /** Writes the scalar product of a vector with each of `count` columns that is not taken, else 0, to `products`. */
  multiply(
    vector: number,
    columns: number,
    stride: number,
    length: number,
    isTaken: number,
    count: number,
    products: number,
  ): void;
  /** Subtracts factor · (direction · column) · direction from each column that is not taken. */
  reflect(
    direction: number,
    columns: number,
    stride: number,
    length: number,
    isTaken: number,
    count: number,
    factor: number,
  ): void;
}

const COLUMNS = {
  vector: 'i32',
  columns: 'i32',
  stride: 'i32',
  length: 'i32',
  isTaken: 'i32',
  count: 'i32',
} as const;

type Given = { readonly [Name in keyof typeof COLUMNS]: Local<'i32'> };

/** A module that imports its memory and exports a `ColumnSetKernel`. */
export function columnSetModule(): ModuleBuilder {
  const module = new ModuleBuilder();
  module.function(
    'multiply',
    { ...COLUMNS, products: 'i32' },
    (f, { products, ...given }) => {
      const product = f.local('f64', 'product');
      forEachColumn(f, given, (isFree) => {
        f.if(
          isFree,
          () => f.set(product, scalarProduct(f, given)),
          () => f.set(product, 0),
        );
        f.do(at('f64.store', 0, products, product));
        f.increase(products, NUMBER);
      });
    },
    true,
  );
  module.function(
    'reflect',
    { ...COLUMNS, factor: 'f64' },
    (f, { factor, ...given }) => {
      forEachColumn(f, given, (isFree) => {
        f.if(isFree, () => {
          const product = f.let(op('f64.mul', factor, scalarProduct(f, given)), 'product');
          const both = f.let(op('f64x2.splat', product), 'both');
          const [v, x] = [f.let(address(given.vector), 'v'), f.let(address(given.columns), 'x')];
          const end = f.let(pairsEnd(x, given.length), 'end');
          f.while(
            () => op('i32.lt_u', x, end),
            () => {
              const change = op('f64x2.mul', both, at('v128.load', 0, v));
              f.do(at('v128.store', 0, x, op('f64x2.sub', at('v128.load', 0, x), change)));
              f.increase(v, VECTOR);
              f.increase(x, VECTOR);
            },
          );
          f.if(op('i32.and', given.length, 1), () => {
            const change = op('f64.mul', product, at('f64.load', 0, v));
            f.do(at('f64.store', 0, x, op('f64.sub', at('f64.load', 0, x), change)));
          });
        });
      });
    },
    true,
  );
  return module;
}

function forEachColumn(
  f: FunctionBuilder,
  { columns, stride, isTaken, count }: Given,
  each: (isFree: Code<'i32'>) => void,
): void {
  const end = f.let(op('i32.add', isTaken, op('i32.mul', count, WORD)), 'end');
  f.while(
    () => op('i32.lt_u', isTaken, end),
    () => {
      each(op('i32.eqz', at('i32.load', 0, isTaken)));
      f.set(columns, op('i32.add', columns, stride));
      f.increase(isTaken, WORD);
    },
  );
}

/** Four sums that do not wait for each other, and what is left of them by the first. */
function scalarProduct(f: FunctionBuilder, { vector, columns, length }: Given): Code<'f64'> {
  const sums = [0, 1].map(() => f.let(vectorConstant('f64x2', [0, 0]), 'sum'));
  const [a, b] = [f.let(address(vector), 'a'), f.let(address(columns), 'b')];
  const whole = op('i32.mul', op('i32.shr_u', length, 2), 2 * VECTOR);
  const end = f.let(op('i32.add', a, whole), 'end');
  f.while(
    () => op('i32.lt_u', a, end),
    () => {
      sums.forEach((sum, half) => {
        const product = op('f64x2.mul', at('v128.load', half * VECTOR, a), at('v128.load', half * VECTOR, b));
        f.set(sum, op('f64x2.add', sum, product));
      });
      f.increase(a, 2 * VECTOR);
      f.increase(b, 2 * VECTOR);
    },
  );
  const first = f.let(onLane('f64x2.extract_lane', 0, sums[0]!), 'first');
  const last = f.let(op('i32.add', vector, op('i32.mul', length, NUMBER)), 'last');
  f.while(
    () => op('i32.lt_u', a, last),
    () => {
      f.set(first, op('f64.add', first, op('f64.mul', at('f64.load', 0, a), at('f64.load', 0, b))));
      f.increase(a, NUMBER);
      f.increase(b, NUMBER);
    },
  );
  const lane = (sum: number, which: number): Code<'f64'> => onLane('f64x2.extract_lane', which, sums[sum]!);
  return op('f64.add', op('f64.add', first, lane(0, 1)), op('f64.add', lane(1, 0), lane(1, 1)));
}

function address(local: Local<'i32'>): Code<'i32'> {
  return op('i32.add', local, 0);
}

/** Where whole pairs end of so many numbers from `start` on. */
function pairsEnd(start: Local<'i32'>, length: Local<'i32'>): Code<'i32'> {
  return op('i32.add', start, op('i32.mul', op('i32.shr_u', length, 1), VECTOR));
}
