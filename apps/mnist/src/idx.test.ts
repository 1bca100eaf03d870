import { isNdlError } from 'ndl';
import { describe, expect, test } from 'vitest';
import { decodeIdx } from './idx.ts';

const header = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3];

describe('decodeIdx', () => {
  test('reads the shape and the bytes', () => {
    const { shape, data } = decodeIdx(Uint8Array.from([...header, 1, 2, 3, 4, 5, 6]), 'six');
    expect(shape).toEqual([2, 3]);
    expect([...data]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test.each([
    ['another format', [1, 0, 8, 1, 0, 0, 0, 0]],
    ['another element type', [0, 0, 13, 1, 0, 0, 0, 0]],
    ['a header cut short', [0, 0, 8, 3, 0, 0]],
    ['too few bytes', [...header, 1, 2]],
    ['too many bytes', [...header, 1, 2, 3, 4, 5, 6, 7]],
    ['nothing', []],
  ])('refuses %s by name', (_, bytes) => {
    const decode = (): unknown => decodeIdx(Uint8Array.from(bytes), 'some-file');
    expect(decode).toThrow(/some-file/);
    expect(decode).toThrow(expect.toSatisfy((error) => isNdlError(error, 'IDX_INVALID')));
  });
});
