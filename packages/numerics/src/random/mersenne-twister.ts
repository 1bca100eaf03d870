/**
 * @file The generator MT19937 with the seedings that NumPy's `RandomState` uses: a stream of uniform 32-bit words.
 * Source: Matsumoto & Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998), with the 2002 initialization.
 */
import { invalidRandomSnapshot, invalidSeed } from '../basics/errors.ts';

const WORDS = 624;
const MIDDLE = 397;
const UPPER_BIT = 0x80000000;
const LOWER_BITS = 0x7fffffff;
const TWIST = 0x9908b0df;

/** A seed as NumPy takes it: a whole number from 0 to 2^32 - 1, or a non-empty list of such numbers. */
export type Seed = number | readonly number[];

/** Where a generator stands: its 624 words and the index of the next one to be used (624: none is left). */
export interface TwisterState {
  readonly words: Uint32Array;
  readonly position: number;
}

/** Uniform 32-bit words. */
export class MersenneTwister {
  readonly #words: Uint32Array;
  #position = WORDS;

  /** @throws NdlError INVALID_OPTION */
  constructor(seed: Seed) {
    if (!isSeed(seed)) throw invalidSeed(seed);
    this.#words = typeof seed === 'number' ? wordsFromNumber(seed) : wordsFromList(seed);
  }

  /** The next word, from 0 to 2^32 - 1. */
  next(): number {
    if (this.#position === WORDS) {
      twist(this.#words);
      this.#position = 0;
    }
    let word = this.#words[this.#position++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  /** A copy of the state. */
  save(): TwisterState {
    return { words: this.#words.slice(), position: this.#position };
  }

  /** Continues where `state` was saved. @throws NdlError INVALID_RANDOM_STATE */
  restore(state: TwisterState): void {
    const { words, position } = state;
    if (words.length !== WORDS) {
      throw invalidRandomSnapshot(`it has ${words.length} words instead of ${WORDS}`);
    }
    if (!Number.isInteger(position) || position < 0 || position > WORDS) {
      throw invalidRandomSnapshot(`its position is ${position}, outside 0 to ${WORDS}`);
    }
    this.#words.set(words);
    this.#position = position;
  }
}

/** Knuth's linear congruential filling, TAOCP vol. 2, 3rd ed., p. 106. */
function wordsFromNumber(seed: number): Uint32Array {
  const words = new Uint32Array(WORDS);
  words[0] = seed;
  for (let index = 1; index < WORDS; index++) {
    words[index] = Math.imul(1812433253, scrambled(words[index - 1]!)) + index;
  }
  return words;
}

/** The "initialization by array" of 2002: two rounds that mix the whole list into all words. */
function wordsFromList(seed: readonly number[]): Uint32Array {
  const words = wordsFromNumber(19650218);
  let index = 1;
  const advance = (): void => {
    index++;
    if (index < WORDS) return;
    words[0] = words[WORDS - 1]!;
    index = 1;
  };
  for (let step = 0; step < Math.max(WORDS, seed.length); step++) {
    const taken = step % seed.length;
    const mixed = Math.imul(scrambled(words[index - 1]!), 1664525);
    words[index] = (words[index]! ^ mixed) + seed[taken]! + taken;
    advance();
  }
  for (let step = 0; step < WORDS - 1; step++) {
    const mixed = Math.imul(scrambled(words[index - 1]!), 1566083941);
    words[index] = (words[index]! ^ mixed) - index;
    advance();
  }
  words[0] = UPPER_BIT;
  return words;
}

/** Replaces all words by their successors. */
function twist(words: Uint32Array): void {
  for (let index = 0; index < WORDS; index++) {
    const joined = (words[index]! & UPPER_BIT) | (words[(index + 1) % WORDS]! & LOWER_BITS);
    words[index] = words[(index + MIDDLE) % WORDS]! ^ (joined >>> 1) ^ ((joined & 1) === 0 ? 0 : TWIST);
  }
}

function scrambled(word: number): number {
  return word ^ (word >>> 30);
}

function isSeed(seed: unknown): seed is Seed {
  return Array.isArray(seed) ? seed.length > 0 && seed.every(isWord) : isWord(seed);
}

function isWord(value: unknown): value is number {
  return typeof value === 'number' && value >>> 0 === value;
}
