/**
 * @file The generator MT19937, and what is drawn from it, as a module: the operations of `RandomState` of `@ndl/numerics`, one by one.
 * Source: Matsumoto & Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998).
 */
import type { Dtype } from '@ndl/ir';
import { elementaryForms } from '@ndl/numerics';
import {
  at,
  type Code,
  type FunctionBuilder,
  type FunctionHandle,
  type Local,
  ModuleBuilder,
  onLane,
  op,
  vectorConstant,
} from '@ndl/wasm-module';
import { lanesIn } from '../views/lanes.ts';
import { elementBytes } from '../memory/memory.ts';
import { read } from '../sections/section-context.ts';

const WORDS = 624;
const MIDDLE = 397;
const WORDS_BYTES = 4 * WORDS;

/** Where the parts of a stream lie, in bytes; its words come first. */
interface StreamLayout {
  /** The number of the next word, and whether a normal number is yet to be handed out: i32. */
  readonly position: number;
  readonly hasNormal: number;
  /** That number: f64. */
  readonly normal: number;
  /** Whether words were replaced, and kept, since the stream was marked: i32. */
  readonly isKept: number;
  /** The words before. */
  readonly kept: number;
  /** Bytes of all. */
  readonly bytes: number;
  /** How many words there are. */
  readonly words: number;
}

export const STREAM: StreamLayout = {
  position: WORDS_BYTES,
  hasNormal: WORDS_BYTES + 4,
  normal: WORDS_BYTES + 8,
  isKept: WORDS_BYTES + 16,
  kept: WORDS_BYTES + 32,
  bytes: 2 * WORDS_BYTES + 32,
  words: WORDS,
};

/**
 * Draws the numbers of some steps: of each step `size` in a row, and `gap` bytes on those of the next. Uniform ones are
 * `a + b · u`, normal ones `a + b · n`, and all are multiplied by `factor`.
 */
export type Draw = (
  stream: number,
  target: number,
  steps: number,
  size: number,
  gap: number,
  a: number,
  b: number,
  factor: number,
) => void;

const PARAMETERS = {
  stream: 'i32',
  target: 'i32',
  steps: 'i32',
  size: 'i32',
  gap: 'i32',
  a: 'f64',
  b: 'f64',
  factor: 'f64',
} as const;

/** A module that exports `uniform` and `normal`, functions `Draw` into memory of a dtype, which threads may share. */
export function twisterModule(dtype: Dtype, isShared: boolean): ModuleBuilder {
  const module = new ModuleBuilder({ isShared });
  const twist = module.function('twist', { stream: 'i32' }, (f, { stream }) => emitTwist(f, stream));
  const draw = (
    name: string,
    emit: (f: FunctionBuilder, stream: Local<'i32'>, next: () => Local<'f64'>) => Local<'f64'>,
  ) =>
    module.function(
      name,
      PARAMETERS,
      (f, { stream, target, steps, size, gap, a, b, factor }) => {
        const position = f.let(at('i32.load', STREAM.position, stream), 'position');
        f.count(0, steps, 1, () => {
          f.count(0, size, 1, () => {
            const drawn = emit(f, stream, () => emitUnit(f, twist, stream, position));
            const value = op('f64.mul', op('f64.add', a, op('f64.mul', b, drawn)), factor);
            if (dtype === 'float32') f.do(at('f32.store', 0, target, op('f32.demote_f64', value)));
            else f.do(at('f64.store', 0, target, value));
            f.increase(target, elementBytes(dtype));
          });
          f.increase(target, gap);
        });
        f.do(at('i32.store', STREAM.position, stream, position));
      },
      true,
    );
  draw('uniform', (_, __, next) => next());
  draw('normal', emitNormal);
  return module;
}

/** Replaces all words by their successors, and keeps them where that was not done since the stream was marked. */
function emitTwist(f: FunctionBuilder, stream: Local<'i32'>): void {
  f.if(op('i32.eqz', at('i32.load', STREAM.isKept, stream)), () => {
    f.count(0, WORDS_BYTES, 16, (distance) => {
      const from = f.let(op('i32.add', stream, distance), 'from');
      f.do(at('v128.store', STREAM.kept, from, at('v128.load', 0, from)));
    });
    f.do(at('i32.store', STREAM.isKept, stream, 1));
  });
  const integers = (value: number): Code<'v128'> => vectorConstant('i32x4', [value, value, value, value]);
  /** Four words at `self` bytes behind `p`, those after them, and those in the middle. */
  const four = (p: Local<'i32'>, self: number, middle: number): void => {
    const high = op('v128.and', at('v128.load', self, p), integers(-(2 ** 31)));
    const joined = f.let(
      op('v128.or', high, op('v128.and', at('v128.load', self + 4, p), integers(2 ** 31 - 1))),
      'joined',
    );
    const halved = op('v128.and', op('i32x4.shr_s', read(joined), 1), integers(2 ** 31 - 1));
    const isOdd = op('i32x4.sub', integers(0), op('v128.and', read(joined), integers(1)));
    const mixed = op(
      'v128.xor',
      op('v128.xor', at('v128.load', middle, p), halved),
      op('v128.and', isOdd, integers(TWIST)),
    );
    f.do(at('v128.store', self, p, mixed));
  };
  const one = (self: number, next: number, middle: number): void => {
    const high = op('i32.and', at('i32.load', 4 * self, stream), -(2 ** 31));
    const joined = f.let(op('i32.or', high, op('i32.and', at('i32.load', 4 * next, stream), 2 ** 31 - 1)), 'joined');
    const isOdd = op('i32.sub', 0, op('i32.and', joined, 1));
    const halved = op('i32.shr_u', joined, 1);
    const mixed = op('i32.xor', op('i32.xor', at('i32.load', 4 * middle, stream), halved), op('i32.and', isOdd, TWIST));
    f.do(at('i32.store', 4 * self, stream, mixed));
  };
  // The first words have a middle that is old, the others one that is new: word k - WRAP for word k.
  const [wrap, whole] = [WORDS - MIDDLE, Math.floor((WORDS - MIDDLE) / 4)];
  const p = f.local('i32', 'p');
  f.set(p, stream);
  f.count(0, whole, 1, () => {
    four(p, 0, 4 * MIDDLE);
    f.increase(p, 16);
  });
  for (let word = 4 * whole; word < wrap; word++) one(word, word + 1, word + MIDDLE);
  f.set(p, stream);
  f.count(0, Math.floor((MIDDLE - 1) / 4), 1, () => {
    four(p, 4 * wrap, 0);
    f.increase(p, 16);
  });
  one(WORDS - 1, 0, MIDDLE - 1);
}

const TWIST = 0x9908b0df | 0;

/** The next word, tempered. */
function emitWord(
  f: FunctionBuilder,
  twist: FunctionHandle,
  stream: Local<'i32'>,
  position: Local<'i32'>,
): Local<'i32'> {
  f.if(op('i32.eq', position, WORDS), () => {
    f.call(twist, stream);
    f.set(position, 0);
  });
  const word = f.let(at('i32.load', 0, op('i32.add', stream, op('i32.shl', position, 2))), 'word');
  f.increase(position, 1);
  f.set(word, op('i32.xor', word, op('i32.shr_u', word, 11)));
  f.set(word, op('i32.xor', word, op('i32.and', op('i32.shl', word, 7), 0x9d2c5680 | 0)));
  f.set(word, op('i32.xor', word, op('i32.and', op('i32.shl', word, 15), 0xefc60000 | 0)));
  f.set(word, op('i32.xor', word, op('i32.shr_u', word, 18)));
  return word;
}

/** A number in [0, 1): 27 bits of one word above 26 of the next. */
function emitUnit(
  f: FunctionBuilder,
  twist: FunctionHandle,
  stream: Local<'i32'>,
  position: Local<'i32'>,
): Local<'f64'> {
  const high = op('i32.shr_u', emitWord(f, twist, stream, position), 5);
  const low = op('i32.shr_u', emitWord(f, twist, stream, position), 6);
  const whole = op('f64.add', op('f64.mul', op('f64.convert_i32_s', high), 2 ** 26), op('f64.convert_i32_s', low));
  return f.let(op('f64.div', whole, 2 ** 53), 'unit');
}

/** A normal number, by Marsaglia's polar method, which gives two at a time. */
function emitNormal(f: FunctionBuilder, stream: Local<'i32'>, unit: () => Local<'f64'>): Local<'f64'> {
  const lanes = lanesIn(f, 'float64');
  const normal = f.local('f64', 'normal');
  f.if(
    at('i32.load', STREAM.hasNormal, stream),
    () => {
      f.set(normal, at('f64.load', STREAM.normal, stream));
      f.do(at('i32.store', STREAM.hasNormal, stream, 0));
    },
    () => {
      const [x, y, squared] = [f.local('f64', 'x'), f.local('f64', 'y'), f.local('f64', 'squared')];
      f.repeat(
        () => {
          f.set(x, op('f64.sub', op('f64.mul', 2, unit()), 1));
          f.set(y, op('f64.sub', op('f64.mul', 2, unit()), 1));
          f.set(squared, op('f64.add', op('f64.mul', x, x), op('f64.mul', y, y)));
        },
        () => op('i32.eqz', op('i32.and', op('f64.lt', squared, 1), op('f64.ne', squared, 0))),
      );
      const both = lanes.kept(op('f64x2.splat', squared));
      const logarithm = elementaryForms.log(lanes, read(both));
      const ratio = lanes.divide(lanes.multiply(lanes.constant(-2), logarithm), read(both));
      const factor = f.let(onLane('f64x2.extract_lane', 0, lanes.root(ratio)), 'factor');
      f.do(at('f64.store', STREAM.normal, stream, op('f64.mul', factor, x)));
      f.do(at('i32.store', STREAM.hasNormal, stream, 1));
      f.set(normal, op('f64.mul', factor, y));
    },
  );
  return normal;
}
