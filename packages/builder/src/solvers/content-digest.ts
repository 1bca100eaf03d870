/** @file A digest of texts and numbers: 128 bits, by which contents are told apart that nobody forged. */
import type { FloatArray, Pieces } from '@ndl/numerics';

/** Words that are taken in between two pieces. */
const WORDS_AT_ONCE = 2 ** 16;

/** Four words of 32 bits, each mixed with every word taken in by multiplication and rotation, with odd constants that differ. */
export class ContentDigest {
  #a = 0x9e3779b9;
  #b = 0x85ebca6b;
  #c = 0xc2b2ae35;
  #d = 0x27d4eb2f;
  #length = 0;

  text(text: string): void {
    this.#takeIn(Uint32Array.from(text, (character) => character.codePointAt(0)!));
    this.#takeIn(Uint32Array.of(text.length, 0xffffffff));
  }

  *numbers(numbers: FloatArray): Pieces<void> {
    const exact = numbers instanceof Float64Array ? numbers : Float64Array.from(numbers);
    const isWhole = exact.byteOffset % 4 === 0;
    const words = isWhole
      ? new Uint32Array(exact.buffer, exact.byteOffset, 2 * exact.length)
      : new Uint32Array(exact.slice().buffer);
    for (let from = 0; from < words.length; from += WORDS_AT_ONCE) {
      const part = words.subarray(from, from + WORDS_AT_ONCE);
      this.#takeIn(part);
      yield 4 * part.length;
    }
    this.#takeIn(Uint32Array.of(words.length, 0xfffffffe));
  }

  toString(): string {
    const words = [this.#a, this.#b, this.#c, this.#d].map((word) => finished(word ^ this.#length));
    return words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #takeIn(words: Uint32Array): void {
    let [a, b, c, d] = [this.#a, this.#b, this.#c, this.#d];
    for (let index = 0; index < words.length; index++) {
      const word = words[index]!;
      a = Math.imul(a ^ word, 0x2c1b3c6d) + d;
      a = (a << 13) | (a >>> 19);
      b = Math.imul(b + word, 0x297a2d39) ^ a;
      b = (b << 15) | (b >>> 17);
      c = Math.imul(c ^ (word + b), 0x165667b1);
      c = (c << 17) | (c >>> 15);
      d = Math.imul(d + (word ^ c), 0x1b873593) + 0x52dce729;
      d = (d << 11) | (d >>> 21);
    }
    [this.#a, this.#b, this.#c, this.#d] = [a | 0, b | 0, c | 0, d | 0];
    this.#length = (this.#length + words.length) | 0;
  }
}

/** Spreads each bit over the word. */
function finished(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
