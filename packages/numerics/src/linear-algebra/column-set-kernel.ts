/**
 * @file Scalar products with many columns, reflections of them, and triangular problems, in WebAssembly: with the bits of `productFrom`, `reflect`
 * and plain loops.
 */
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
  /** Writes the scalar product of a side with each of `count` columns that is not taken, else 0, to `products`. */
  multiply(
    side: number,
    columns: number,
    stride: number,
    length: number,
    isTaken: number,
    count: number,
    products: number,
  ): void;
  /**
   * Subtracts factor · (direction · column) · direction from each column that is not taken, then multiplies: all but the first element of
   * each with those of the side.
   */
  reflect(
    side: number,
    columns: number,
    stride: number,
    length: number,
    isTaken: number,
    count: number,
    products: number,
    direction: number,
    factor: number,
  ): void;
  /** Solves R·x = y for x in the place of y, where R has the first elements of `size` of the columns, named in their order from `order` on. */
  solve(solved: number, columns: number, stride: number, order: number, size: number): void;
}

const COLUMNS = {
  side: 'i32',
  columns: 'i32',
  stride: 'i32',
  length: 'i32',
  isTaken: 'i32',
  count: 'i32',
  products: 'i32',
} as const;

type Given = { readonly [Name in keyof typeof COLUMNS]: Local<'i32'> };

/** A module that imports its memory and exports a `ColumnSetKernel`. */
export function columnSetModule(): ModuleBuilder {
  const module = new ModuleBuilder();
  module.function('multiply', COLUMNS, addMultiply, true);
  module.function('reflect', { ...COLUMNS, direction: 'i32', factor: 'f64' }, addReflect, true);
  module.function(
    'solve',
    { solved: 'i32', columns: 'i32', stride: 'i32', order: 'i32', size: 'i32' },
    (f, { solved, columns, stride, order, size }) => {
      const row = f.let(op('i32.sub', size, 1), 'row');
      f.while(
        () => op('i32.ge_s', row, 0),
        () => {
          const place = at('i32.load', 0, op('i32.add', order, op('i32.mul', row, WORD)));
          const column = f.let(op('i32.add', columns, op('i32.mul', place, stride)), 'column');
          const [x, r] = [f.let(numberAt(solved, row), 'x'), f.let(numberAt(column, row), 'r')];
          const value = f.let(op('f64.div', at('f64.load', 0, x), at('f64.load', 0, r)), 'value');
          f.do(at('f64.store', 0, x, value));
          subtractMultiple(f, { x: f.let(address(solved), 'x'), v: column, multiple: value, count: row });
          f.set(row, op('i32.sub', row, 1));
        },
      );
    },
    true,
  );
  return module;
}

function addMultiply(f: FunctionBuilder, given: Given): void {
  const { side, columns, length, products } = given;
  forEachColumn(f, given, () => f.do(at('f64.store', 0, products, scalarProduct(f, side, columns, length))));
}

function addReflect(
  f: FunctionBuilder,
  { direction, factor, ...given }: Given & { readonly direction: Local<'i32'>; readonly factor: Local<'f64'> },
): void {
  const { side, columns, length, products } = given;
  const end = f.let(numberAt(direction, length), 'end');
  const whole = op('i32.mul', op('i32.shr_u', op('i32.sub', length, 1), 2), 2 * VECTOR);
  const endOfWhole = f.let(op('i32.add', op('i32.add', direction, NUMBER), whole), 'endOfWhole');
  forEachColumn(f, given, () => {
    const product = f.let(op('f64.mul', factor, scalarProduct(f, direction, columns, length)), 'product');
    const both = f.let(op('f64x2.splat', product), 'both');
    const [v, x, y] = [f.let(address(direction), 'v'), f.let(address(columns), 'x'), f.let(address(side), 'y')];
    const onwards = (bytes: number): void => [v, x, y].forEach((pointer) => f.increase(pointer, bytes));
    const reflected = (): Local<'f64'> => {
      const value = op('f64.sub', at('f64.load', 0, x), op('f64.mul', product, at('f64.load', 0, v)));
      const kept = f.let(value, 'reflected');
      f.do(at('f64.store', 0, x, kept));
      return kept;
    };
    reflected();
    onwards(NUMBER);
    const sums = [0, 1].map(() => f.let(vectorConstant('f64x2', [0, 0]), 'sum'));
    f.while(
      () => op('i32.lt_u', v, endOfWhole),
      () => {
        sums.forEach((sum, half) => {
          const place = half * VECTOR;
          const change = op('f64x2.mul', both, at('v128.load', place, v));
          const pair = f.let(op('f64x2.sub', at('v128.load', place, x), change), 'pair');
          f.do(at('v128.store', place, x, pair));
          f.set(sum, op('f64x2.add', sum, op('f64x2.mul', at('v128.load', place, y), pair)));
        });
        onwards(2 * VECTOR);
      },
    );
    const first = f.let(lane(sums[0]!, 0), 'first');
    f.while(
      () => op('i32.lt_u', v, end),
      () => {
        f.set(first, op('f64.add', first, op('f64.mul', at('f64.load', 0, y), reflected())));
        onwards(NUMBER);
      },
    );
    f.do(at('f64.store', 0, products, sumOfLanes(first, sums)));
  });
}

/** Does something for each column that is not taken; the product of the others is 0. */
function forEachColumn(
  f: FunctionBuilder,
  { columns, stride, isTaken, count, products }: Given,
  each: () => void,
): void {
  const end = f.let(op('i32.add', isTaken, op('i32.mul', count, WORD)), 'end');
  f.while(
    () => op('i32.lt_u', isTaken, end),
    () => {
      f.if(op('i32.eqz', at('i32.load', 0, isTaken)), each, () => f.do(at('f64.store', 0, products, 0)));
      f.set(columns, op('i32.add', columns, stride));
      f.increase(isTaken, WORD);
      f.increase(products, NUMBER);
    },
  );
}

/** Four sums that do not wait for each other, and what is left of them by the first. */
function scalarProduct(
  f: FunctionBuilder,
  vector: Local<'i32'>,
  column: Local<'i32'>,
  length: Local<'i32'>,
): Code<'f64'> {
  const sums = [0, 1].map(() => f.let(vectorConstant('f64x2', [0, 0]), 'sum'));
  const [a, b] = [f.let(address(vector), 'a'), f.let(address(column), 'b')];
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
  const first = f.let(lane(sums[0]!, 0), 'first');
  const last = f.let(numberAt(vector, length), 'last');
  f.while(
    () => op('i32.lt_u', a, last),
    () => {
      f.set(first, op('f64.add', first, op('f64.mul', at('f64.load', 0, a), at('f64.load', 0, b))));
      f.increase(a, NUMBER);
      f.increase(b, NUMBER);
    },
  );
  return sumOfLanes(first, sums);
}

/** The first sum, as it has become, and the three others. */
function sumOfLanes(first: Local<'f64'>, [low, high]: readonly Local<'v128'>[]): Code<'f64'> {
  return op('f64.add', op('f64.add', first, lane(low!, 1)), op('f64.add', lane(high!, 0), lane(high!, 1)));
}

/** x[i] -= multiple · v[i] for the first `count` elements; moves both pointers. */
function subtractMultiple(
  f: FunctionBuilder,
  {
    x,
    v,
    multiple,
    count,
  }: {
    readonly x: Local<'i32'>;
    readonly v: Local<'i32'>;
    readonly multiple: Local<'f64'>;
    readonly count: Local<'i32'>;
  },
): void {
  const both = f.let(op('f64x2.splat', multiple), 'both');
  const end = f.let(op('i32.add', x, op('i32.mul', op('i32.shr_u', count, 1), VECTOR)), 'end');
  f.while(
    () => op('i32.lt_u', x, end),
    () => {
      const change = op('f64x2.mul', both, at('v128.load', 0, v));
      f.do(at('v128.store', 0, x, op('f64x2.sub', at('v128.load', 0, x), change)));
      f.increase(v, VECTOR);
      f.increase(x, VECTOR);
    },
  );
  f.if(op('i32.and', count, 1), () => {
    const change = op('f64.mul', multiple, at('f64.load', 0, v));
    f.do(at('f64.store', 0, x, op('f64.sub', at('f64.load', 0, x), change)));
  });
}

function lane(sum: Local<'v128'>, which: number): Code<'f64'> {
  return onLane('f64x2.extract_lane', which, sum);
}

function address(local: Local<'i32'>): Code<'i32'> {
  return op('i32.add', local, 0);
}

/** Where the number stands that is so many numbers after the first. */
function numberAt(start: Local<'i32'>, index: Local<'i32'>): Code<'i32'> {
  return op('i32.add', start, op('i32.mul', index, NUMBER));
}
