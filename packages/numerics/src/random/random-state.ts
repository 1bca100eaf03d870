/**
 * @file `RandomState`: NumPy's legacy generator, so that a seed gives the same draws as in NumPy and hence in Nengo.
 * Integers, uniforms and shuffles agree bit for bit; what passes through log, pow or exp agrees to rounding.
 */
import { refuseSurplus } from '../basics/refuse-surplus.ts';
import { log } from '../elementary/float64.ts';
import { outOfDomain } from '../basics/errors.ts';
import { MersenneTwister, type Seed, type TwisterState } from './mersenne-twister.ts';
import { isNdArray, type FloatArray, type NdArray } from '../arrays/nd-array.ts';
import { complete, OperationCount, type Pieces } from '../basics/pieces.ts';
import { drawBeta, drawExponential, drawPoisson, type DrawSource } from './random-draws.ts';

/** The whole state of a `RandomState`: plain data, safe to keep. */
export interface RandomSnapshot extends TwisterState {
  /** The second value of the last pair of normal variates, if it is yet to be handed out. */
  readonly cachedNormal: number | null;
}

/**
 * A stream of random numbers. Each distribution gives one number or, with `size`, that many in the order in which
 * NumPy would fill an array of any shape of that size.
 */
export class RandomState {
  readonly #twister: MersenneTwister;
  #cachedNormal: number | null = null;
  readonly #source: DrawSource = {
    uniform: () => this.#unit(),
    normal: () => this.#normal(),
  };

  /**
   * @param seed a whole number from 0 to 2^32 - 1, or a non-empty list of such numbers.
   * @throws NdlError INVALID_OPTION
   */
  constructor(seed: Seed) {
    refuseSurplus('new RandomState', arguments, 1);
    this.#twister = new MersenneTwister(seed);
  }

  /** Uniform in [0, 1), in steps of 2^-53. */
  random(): number;
  random(size: number): Float64Array;
  random(size?: number): number | Float64Array {
    return this.#draw(size, () => this.#unit());
  }

  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  uniform(low: number, high: number, size: number): Float64Array;
  uniform(low: number, high: number, size?: number): number | Float64Array {
    const range = high - low;
    if (!Number.isFinite(range)) throw outOfDomain('uniform', 'high - low', 'finite', range);
    return this.#draw(size, () => low + range * this.#unit());
  }

  /**
   * A whole number in [0, high) or [low, high), by rejection of masked words.
   * @throws NdlError OUT_OF_DOMAIN when a bound is no safe integer or the interval is empty.
   */
  randint(high: number): number;
  randint(low: number, high: number): number;
  randint(low: number, high: number, size: number): Float64Array;
  randint(first: number, second?: number, size?: number): number | Float64Array {
    const [low, high] = second === undefined ? [0, first] : [first, second];
    const largest = high - 1 - low;
    if (!Number.isSafeInteger(low)) throw outOfDomain('randint', 'low', 'a safe integer', low);
    if (!Number.isSafeInteger(high)) throw outOfDomain('randint', 'high', 'a safe integer', high);
    if (!(largest >= 0 && Number.isSafeInteger(largest))) {
      throw outOfDomain('randint', 'high', `above low = ${low} and within 2^53 of it`, high);
    }
    return this.#draw(size, () => low + this.#integerUpTo(largest));
  }

  /** Normal with mean 0 and standard deviation 1, by Marsaglia's polar method. */
  standardNormal(): number;
  standardNormal(size: number): Float64Array;
  standardNormal(size?: number): number | Float64Array {
    return this.#draw(size, () => this.#normal());
  }

  /** Normal; `scale`, the standard deviation, is at least 0. */
  normal(mean: number, scale: number): number;
  normal(mean: number, scale: number, size: number): Float64Array;
  normal(mean: number, scale: number, size?: number): number | Float64Array {
    if (!(scale >= 0)) throw outOfDomain('normal', 'scale', 'at least 0', scale);
    return this.#draw(size, () => mean + scale * this.#normal());
  }

  /** Exponential with mean `scale`, at least 0. */
  exponential(scale: number): number;
  exponential(scale: number, size: number): Float64Array;
  exponential(scale: number, size?: number): number | Float64Array {
    if (!(scale >= 0)) throw outOfDomain('exponential', 'scale', 'at least 0', scale);
    return this.#draw(size, () => scale * drawExponential(this.#source));
  }

  /** Beta; both shape parameters are above 0. */
  beta(a: number, b: number): number;
  beta(a: number, b: number, size: number): Float64Array;
  beta(a: number, b: number, size?: number): number | Float64Array {
    if (!(a > 0)) throw outOfDomain('beta', 'a', 'above 0', a);
    if (!(b > 0)) throw outOfDomain('beta', 'b', 'above 0', b);
    return this.#draw(size, () => drawBeta(this.#source, a, b));
  }

  /** Poisson with mean `rate`, from 0 to 9e15. */
  poisson(rate: number): number;
  poisson(rate: number, size: number): Float64Array;
  poisson(rate: number, size?: number): number | Float64Array {
    if (!(rate >= 0 && rate <= 9e15)) throw outOfDomain('poisson', 'rate', '0 to 9e15', rate);
    return this.#draw(size, () => drawPoisson(this.#source, rate));
  }

  /** Shuffles in place: the elements of a list, or the blocks along the first axis of an array (rows of a matrix). */
  shuffle(items: unknown[] | FloatArray | NdArray): void {
    complete(this.shuffleInPieces(items));
  }

  /** `shuffle` in pieces: nothing else may draw from this stream until all are done. */
  *shuffleInPieces(items: unknown[] | FloatArray | NdArray): Pieces<void> {
    if (isNdArray(items)) {
      const blocks = items.shape[0] ?? 0;
      const length = blocks === 0 ? 0 : items.size / blocks;
      yield* this.#shuffleWith(blocks, length, (a, b) => swapBlocks(items.data, a, b, length));
    } else {
      yield* this.#shuffleWith(items.length, 1, (a, b) => swap(items, a, b));
    }
  }

  /** A copy of the whole state. */
  save(): RandomSnapshot {
    return { ...this.#twister.save(), cachedNormal: this.#cachedNormal };
  }

  /** Continues where `snapshot` was saved. @throws NdlError INVALID_RANDOM_STATE */
  restore(snapshot: RandomSnapshot): void {
    this.#twister.restore(snapshot);
    this.#cachedNormal = snapshot.cachedNormal;
  }

  #draw(size: number | undefined, next: () => number): number | Float64Array {
    if (size === undefined) return next();
    const drawn = new Float64Array(size);
    for (let index = 0; index < size; index++) drawn[index] = next();
    return drawn;
  }

  /** 27 bits of one word above 26 of the next. */
  #unit(): number {
    const high = this.#twister.next() >>> 5;
    const low = this.#twister.next() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  #normal(): number {
    if (this.#cachedNormal !== null) {
      const cached = this.#cachedNormal;
      this.#cachedNormal = null;
      return cached;
    }
    for (;;) {
      const x = 2 * this.#unit() - 1;
      const y = 2 * this.#unit() - 1;
      const squared = x * x + y * y;
      if (squared < 1 && squared !== 0) {
        const factor = Math.sqrt((-2 * log(squared)) / squared);
        this.#cachedNormal = factor * x;
        return factor * y;
      }
    }
  }

  /** Uniform on 0 … `largest`: one word per try up to 2^32 - 1, two beyond, the high one first. */
  #integerUpTo(largest: number): number {
    if (largest === 0) return 0;
    if (largest <= 0xffffffff) {
      const mask = maskOf(largest);
      for (;;) {
        const word = (this.#twister.next() & mask) >>> 0;
        if (word <= largest) return word;
      }
    }
    const highMask = maskOf(Math.floor(largest / 2 ** 32));
    for (;;) {
      const high = (this.#twister.next() & highMask) >>> 0;
      const word = high * 2 ** 32 + this.#twister.next();
      if (word <= largest) return word;
    }
  }

  /** Fisher and Yates' shuffle from the end, of `count` blocks of `length` elements. */
  *#shuffleWith(count: number, length: number, exchange: (a: number, b: number) => void): Pieces<void> {
    const operations = new OperationCount();
    for (let last = count - 1; last > 0; last--) {
      const other = this.#integerUpTo(last);
      if (other !== last) exchange(last, other);
      const done = operations.add(SHUFFLE_COST + 2 * length);
      if (done !== undefined) yield done;
    }
    yield operations.rest();
  }
}

/** The smallest mask of low bits, as a 32-bit pattern, that covers a word. */
function maskOf(word: number): number {
  return 0xffffffff >>> Math.clz32(word);
}

function swap(items: unknown[] | FloatArray, a: number, b: number): void {
  [items[a], items[b]] = [items[b], items[a]] as [number, number];
}

function swapBlocks(data: FloatArray, a: number, b: number, length: number): void {
  for (let i = a * length, j = b * length; i < (a + 1) * length; i++, j++) {
    const kept = data[i]!;
    data[i] = data[j]!;
    data[j] = kept;
  }
}

/** What a draw and a far memory access are worth, in operations. */
const SHUFFLE_COST = 32;
