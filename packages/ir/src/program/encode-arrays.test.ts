/** @file Tables of arrays survive as text and as clones. */
import { isNdlError, ndarray } from '@ndl/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ArrayData, decodeArrays, encodeArrays } from '../index.ts';

const anyArray: fc.Arbitrary<ArrayData> = fc
  .tuple(fc.array(fc.nat(3), { maxLength: 3 }), fc.boolean())
  .chain(([shape, isDouble]) => {
    const length = shape.reduce((product, each) => product * each, 1);
    const numbers = fc.array(isDouble ? fc.double() : fc.float(), { minLength: length, maxLength: length });
    return numbers.map((data) => ({ shape, data: isDouble ? Float64Array.from(data) : Float32Array.from(data) }));
  });

const bytesOf = ({ data }: ArrayData): number[] => [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];

describe('tables of arrays', () => {
  it('survive as text and as clones, bit by bit', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), anyArray), (record) => {
        const original = new Map(Object.entries(record));
        for (const copy of [decodeArrays(encodeArrays(original)), structuredClone(original)]) {
          expect(new Set(copy.keys())).toEqual(new Set(original.keys()));
          for (const [id, array] of original) {
            expect(copy.get(id)!.shape).toEqual(array.shape);
            expect(copy.get(id)!.data.constructor).toBe(array.data.constructor);
            expect(bytesOf(copy.get(id)!)).toEqual(bytesOf(array));
          }
          expect(encodeArrays(copy)).toBe(encodeArrays(original));
        }
      }),
    );
  });

  it('give the same text in any order, and from parts of memory', () => {
    const memory = Float64Array.of(9, 1, 2, 3);
    const [a, b] = [ndarray([1, 2, 3]), { shape: [3], data: memory.subarray(1) }];
    const text = encodeArrays(
      new Map<string, ArrayData>([
        ['a', a],
        ['b', b],
      ]),
    );
    expect(
      encodeArrays(
        new Map<string, ArrayData>([
          ['b', a],
          ['a', b],
        ]),
      ),
    ).toBe(text);
    expect([...decodeArrays(text).get('b')!.data]).toEqual([1, 2, 3]);
  });

  it('may be large', () => {
    const data = Float32Array.from({ length: 100_000 }, (_, k) => Math.sin(k));
    const copy = decodeArrays(encodeArrays(new Map([['a', { shape: [data.length], data }]]))).get('a')!.data;
    expect(copy.length).toBe(data.length);
    expect(copy.findIndex((value, k) => value !== data[k])).toBe(-1);
  });

  it('are refused where they are none', () => {
    const text = encodeArrays(new Map([['a', ndarray([1, 2])]]));
    const refusal = (wrong: string): string => {
      try {
        decodeArrays(wrong);
      } catch (error) {
        if (isNdlError(error, 'PROGRAM_TEXT_INVALID')) return error.message;
        throw error;
      }
      return 'none';
    };
    expect(refusal(text)).toBe('none');
    expect(refusal('{')).toMatch(/it is no JSON/);
    expect(refusal(text.replace('"version":1', '"version":3'))).toMatch(/version: it is 3/);
    expect(refusal(text.replace('[2]', '[3]'))).toMatch(/arrays\[0\]: its shape \[3\] takes 24 bytes, but here are 16/);
    expect(refusal(text.replace('[2]', '[-2]'))).toMatch(/no shape: \[-2\]/);
    expect(refusal(text.replace('float64', 'int8'))).toMatch(/dtype: one of float32, float64 is wanted/);
    expect(refusal(text.replace(/"data":"[^"]*"/, '"data":"?!"'))).toMatch(/its elements are no base 64/);
    const twice = text.replace(/\[(\{.*\})\]/, '[$1,$1]');
    expect(refusal(twice)).toMatch(/arrays\[1\]: "a" stands twice/);
  });
});
