/** @file Hashes of texts are those of exact arithmetic. */
import { describe, expect, it } from 'vitest';
import { hashText } from './hash-text.ts';

describe('hashText', () => {
  // From the authors' tables of test vectors.
  it.each([
    ['', '6c62272e07bb014262b821756295c58d'],
    ['a', 'd228cb696f1a8caf78912b704e4a8964'],
    ['foobar', '343e1662793c64bf6f0d3597ba446f18'],
  ])('of "%s" is what FNV-1a gives', (text, expected) => {
    expect(hashText(text)).toBe(expected);
  });

  it('is that of exact arithmetic, for any text', () => {
    const exact = (text: string): string => {
      let hash = 0x6c62272e07bb014262b821756295c58dn;
      for (const byte of new TextEncoder().encode(text))
        hash = ((hash ^ BigInt(byte)) * 0x0000000001000000000000000000013bn) % 2n ** 128n;
      return hash.toString(16).padStart(32, '0');
    };
    for (const text of ['ndl', 'Ensemble "ä"', '€'.repeat(50), 'x'.repeat(1000)])
      expect(hashText(text)).toBe(exact(text));
  });
});
