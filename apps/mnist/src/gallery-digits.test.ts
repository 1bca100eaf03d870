/** @file The digits that the gallery ships are MNIST's, and few bytes. */
import { readFileSync } from 'node:fs';
import { decodeNpz, type NdArray } from '@ndl/numerics';
import { expect, test } from 'vitest';
import { GALLERY_DIGITS, GALLERY_NOTICE, galleryDigits } from './gallery-digits.ts';

test('are the first of MNIST, in 16 shades, in less than a megabyte', async () => {
  const file = readFileSync(GALLERY_DIGITS);
  expect(file.length).toBeLessThan(1e6);
  const shipped = decodeNpz(file);
  const digits = await galleryDigits();
  expect([...shipped.keys()]).toEqual([...Object.keys(digits), 'notice']);
  expect(shipped.get('notice')).toBe(readFileSync(GALLERY_NOTICE, 'utf8'));
  for (const [name, { shape, bytes }] of Object.entries(digits)) {
    const array = shipped.get(name) as NdArray;
    expect(array.shape).toEqual(shape);
    expect(Buffer.compare(Uint8Array.from(array.data), bytes)).toBe(0);
  }
});
