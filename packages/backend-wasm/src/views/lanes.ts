/**
 * @file `Lanes`: vectors of one dtype as WebAssembly code - moves from and to memory, and the arithmetic over which
 * `@ndl/numerics` writes its elementary functions. All round once, and no lane looks at another. Where arithmetic is fast, products
 * are fused with the sums that they stand in.
 */
import type { Dtype } from '@ndl/ir';
import { type Arithmetic, FLOAT32, FLOAT64 } from '@ndl/numerics';
import {
  at,
  type Code,
  codeOf,
  type FunctionBuilder,
  laneAt,
  type Local,
  op,
  type Operand,
  shuffle,
  vectorConstant,
  wideConstant,
} from '@ndl/wasm-module';
import type { ArithmeticMode } from '../arithmetic.ts';

export type Vector = Code<'v128'>;

/** A place in memory: where a variable points, some bytes on. */
export interface Address {
  /** None where the place is `offset` itself. */
  readonly pointer: Local<'i32'> | undefined;
  readonly offset: number;
}

export function pointerOf({ pointer }: Address): Operand<'i32'> {
  return pointer ?? 0;
}

/** A place as code. */
export function pointerCode({ pointer, offset }: Address): ReturnType<typeof op<'i32.add'>> {
  return op('i32.add', pointer ?? 0, offset);
}

/** A place as one number. */
export function pointerTo({ pointer, offset }: Address): Operand<'i32'> {
  if (pointer === undefined) return offset;
  return offset === 0 ? pointer : op('i32.add', pointer, offset);
}

export function shifted(address: Address, bytes: number): Address {
  return { pointer: address.pointer, offset: address.offset + bytes };
}

export interface Lanes extends Arithmetic<Vector, Vector> {
  readonly dtype: Dtype;
  /** Numbers in a vector. */
  readonly count: 4 | 2;
  /** Bytes of a number. */
  readonly bytes: 4 | 8;
  root(a: Vector): Vector;
  floor(a: Vector): Vector;
  lessEqual(a: Vector, b: Vector): Vector;
  /** Whether two numbers differ: of NaN, always. */
  different(a: Vector, b: Vector): Vector;
  /** The greater one; NaN where one is. */
  greatest(a: Vector, b: Vector): Vector;
  /** `a` where the mask is set, else +0. */
  where(mask: Vector, a: Vector): Vector;
  /** `a` where the mask is not set, else +0. */
  whereNot(mask: Vector, a: Vector): Vector;
  /** One bit per lane, the first lowest. */
  bits(mask: Vector): Code<'i32'>;
  /** One number in all lanes. */
  splat(address: Address): Vector;
  /** Numbers in a row, of which the first `count` matter; no more are read. */
  load(address: Address, count?: number): Vector;
  /** One number, in the first lane. */
  loadOne(address: Address): Vector;
  /** The vector with one lane from memory. */
  withLane(vector: Vector, lane: number, address: Address): Vector;
  /** Stores the first `count` lanes in a row. */
  store(f: FunctionBuilder, address: Address, vector: Local<'v128'>, count?: number): void;
  storeLane(address: Address, vector: Local<'v128'>, lane: number): Code<'none'>;
  kept(vector: Vector): Local<'v128'>;
}

/** The vectors of a dtype, in a function under construction. */
export function lanesIn(f: FunctionBuilder, dtype: Dtype, arithmetic: ArithmeticMode = 'exact'): Lanes {
  const lanes = dtype === 'float32' ? float32Lanes(f) : float64Lanes(f);
  if (arithmetic === 'exact') return lanes;
  return dtype === 'float32' ? fusing(lanes, 'f32x4') : fusing(lanes, 'f64x2');
}

/** The same, but that a product which is added to something, or subtracted, at once is rounded with the sum only. */
function fusing(lanes: Lanes, shape: 'f32x4' | 'f64x2'): Lanes {
  const factorsOf = ({ head, operands }: Vector): readonly [Vector, Vector] | undefined =>
    head === `${shape}.mul` ? (operands as readonly [Vector, Vector]) : undefined;
  return {
    ...lanes,
    add(a, b) {
      const [factors, term] = factorsOf(b) === undefined ? [factorsOf(a), b] : [factorsOf(b), a];
      return factors === undefined ? lanes.add(a, b) : op(`${shape}.relaxed_madd`, ...factors, term);
    },
    subtract(a, b) {
      const factors = factorsOf(b);
      return factors === undefined ? lanes.subtract(a, b) : op(`${shape}.relaxed_nmadd`, ...factors, a);
    },
  };
}

/** Used in more than one place, vectors are variables: what is one already stays. */
function keeping(f: FunctionBuilder): { kept(vector: Vector): Local<'v128'>; keep(vector: Vector): Vector } {
  const kept = (vector: Vector): Local<'v128'> => f.let(vector, 'v');
  return {
    kept,
    keep: (vector) => (/^(local\.get|v128\.const)/.test(vector.head) ? vector : codeOf('v128', kept(vector))),
  };
}

function float32Lanes(f: FunctionBuilder): Lanes {
  const constant = (value: number): Vector => vectorConstant('f32x4', new Array<number>(4).fill(value));
  const integers = (value: number): Vector => vectorConstant('i32x4', new Array<number>(4).fill(value));
  const { kept, keep } = keeping(f);
  return {
    dtype: 'float32',
    count: 4,
    bytes: 4,
    coefficients: FLOAT32,
    constant,
    kept,
    keep,
    add: (a, b) => op('f32x4.add', a, b),
    subtract: (a, b) => op('f32x4.sub', a, b),
    multiply: (a, b) => op('f32x4.mul', a, b),
    divide: (a, b) => op('f32x4.div', a, b),
    negate: (a) => op('f32x4.neg', a),
    absolute: (a) => op('f32x4.abs', a),
    root: (a) => op('f32x4.sqrt', a),
    floor: (a) => op('f32x4.floor', a),
    copySign: (a, b) => op('v128.or', op('f32x4.abs', a), op('v128.and', b, integers(-(2 ** 31)))),
    minimum: (a, b) => op('f32x4.pmin', a, b),
    maximum: (a, b) => op('f32x4.pmax', a, b),
    greatest: (a, b) => op('f32x4.max', a, b),
    less: (a, b) => op('f32x4.lt', a, b),
    lessEqual: (a, b) => op('f32x4.le', a, b),
    equal: (a, b) => op('f32x4.eq', a, b),
    different: (a, b) => op('f32x4.ne', a, b),
    select: (mask, a, b) => op('v128.bitselect', a, b, mask),
    where: (mask, a) => op('v128.and', a, mask),
    whereNot: (mask, a) => op('v128.andnot', a, mask),
    bits: (mask) => op('i32x4.bitmask', mask),
    // Adding the rounding shift leaves k in the low bits of the significand; from there it is moved to those of the exponent.
    powerOfTwo: (k) =>
      op('i32x4.add', op('i32x4.shl', op('f32x4.add', k, constant(FLOAT32.roundingShift)), 23), integers(0x3f800000)),
    exponent: (u) => op('f32x4.convert_i32x4_s', op('i32x4.shr_s', op('i32x4.sub', u, integers(0x3f3504f3)), 23)),
    splat: (address) => at('v128.load32_splat', address.offset, pointerOf(address)),
    loadOne: (address) => at('v128.load32_zero', address.offset, pointerOf(address)),
    load(address, count = 4) {
      if (count === 4) return at('v128.load', address.offset, pointerOf(address));
      if (count === 1) return this.loadOne(address);
      const two = at('v128.load64_zero', address.offset, pointerOf(address));
      return count === 2 ? two : this.withLane(two, 2, shifted(address, 8));
    },
    withLane: (vector, lane, address) => laneAt('v128.load32_lane', lane, address.offset, pointerOf(address), vector),
    store(builder, address, vector, count = 4) {
      if (count === 4) builder.do(at('v128.store', address.offset, pointerOf(address), vector));
      else if (count === 1) builder.do(this.storeLane(address, vector, 0));
      else {
        builder.do(laneAt('v128.store64_lane', 0, address.offset, pointerOf(address), vector));
        if (count === 3) builder.do(this.storeLane(shifted(address, 8), vector, 2));
      }
    },
    storeLane: (address, vector, lane) => laneAt('v128.store32_lane', lane, address.offset, pointerOf(address), vector),
  };
}

/** The high halves of both numbers, twice. */
const HIGH_HALVES = [4, 5, 6, 7, 12, 13, 14, 15, 4, 5, 6, 7, 12, 13, 14, 15];

function float64Lanes(f: FunctionBuilder): Lanes {
  const constant = (value: number): Vector => vectorConstant('f64x2', [value, value]);
  const { kept, keep } = keeping(f);
  return {
    dtype: 'float64',
    count: 2,
    bytes: 8,
    coefficients: FLOAT64,
    constant,
    kept,
    keep,
    add: (a, b) => op('f64x2.add', a, b),
    subtract: (a, b) => op('f64x2.sub', a, b),
    multiply: (a, b) => op('f64x2.mul', a, b),
    divide: (a, b) => op('f64x2.div', a, b),
    negate: (a) => op('f64x2.neg', a),
    absolute: (a) => op('f64x2.abs', a),
    root: (a) => op('f64x2.sqrt', a),
    floor: (a) => op('f64x2.floor', a),
    copySign: (a, b) => op('v128.or', op('f64x2.abs', a), op('v128.and', b, wideConstant(SIGN))),
    minimum: (a, b) => op('f64x2.pmin', a, b),
    maximum: (a, b) => op('f64x2.pmax', a, b),
    greatest: (a, b) => op('f64x2.max', a, b),
    less: (a, b) => op('f64x2.lt', a, b),
    lessEqual: (a, b) => op('f64x2.le', a, b),
    equal: (a, b) => op('f64x2.eq', a, b),
    different: (a, b) => op('f64x2.ne', a, b),
    select: (mask, a, b) => op('v128.bitselect', a, b, mask),
    where: (mask, a) => op('v128.and', a, mask),
    whereNot: (mask, a) => op('v128.andnot', a, mask),
    bits: (mask) => op('i64x2.bitmask', mask),
    powerOfTwo: (k) =>
      op(
        'i64x2.add',
        op('i64x2.shl', op('f64x2.add', k, constant(FLOAT64.roundingShift)), 52),
        wideConstant(0x3ff0000000000000n),
      ),
    exponent(u) {
      const bits = kept(u);
      const high = op('i32x4.sub', shuffle(bits, bits, HIGH_HALVES), vectorConstant('i32x4', FOUR_ROOTS));
      return op('f64x2.convert_low_i32x4_s', op('i32x4.shr_s', high, 20));
    },
    splat: (address) => at('v128.load64_splat', address.offset, pointerOf(address)),
    loadOne: (address) => at('v128.load64_zero', address.offset, pointerOf(address)),
    load(address, count = 2) {
      return count === 2 ? at('v128.load', address.offset, pointerOf(address)) : this.loadOne(address);
    },
    withLane: (vector, lane, address) => laneAt('v128.load64_lane', lane, address.offset, pointerOf(address), vector),
    store(builder, address, vector, count = 2) {
      if (count === 2) builder.do(at('v128.store', address.offset, pointerOf(address), vector));
      else builder.do(this.storeLane(address, vector, 0));
    },
    storeLane: (address, vector, lane) => laneAt('v128.store64_lane', lane, address.offset, pointerOf(address), vector),
  };
}

/** The bit of the sign in float64. */
const SIGN = -0x8000000000000000n;

/** The high bits of √½ in float64. */
const FOUR_ROOTS = new Array<number>(4).fill(0x3fe6a09e);
