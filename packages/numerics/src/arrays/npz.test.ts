import fc from 'fast-check';
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { decodeNpy, decodeNpz, encodeNpy, encodeNpz, isNdlError, NdArray, type NpyContent } from '../index.ts';

const withCode = (code: string): unknown => expect.objectContaining({ name: 'NdlError', code });
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

/** Written by NumPy 2.4: savez_compressed of arrays <f4, <f8, <i4, <i8, <U and |S. */
const COMPRESSED_BY_NUMPY = bytesOf(
  'UEsDBC0AAAAIAAAAIQBqg+QS//////////8LABQAd2VpZ2h0cy5ucHkBABAAkAAAAAAAAABVAAAAAAAAAJvsF+obEMnI' +
    'UMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CkaaOgq1CmQDLgaGA/YMQIKB' +
    'ocHO3YWZAQBQSwMELQAAAAgAAAAhAMr8ZnT//////////wgAFABiaWFzLm5weQEAEACYAAAAAAAAAFMAAAAAAAAAm+wX' +
    '6hsQychQxlCtnpJanFykbqWgbpNmoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaxjqaOgq1ChQArlkzQWCn' +
    'PQMY/KiH0B/+AwBQSwMELQAAAAgAAAAhAI9+Y4f//////////woAFABjb3VudHMubnB5AQAQAIgAAAAAAAAATwAAAAAA' +
    'AACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mirqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgqGmjoKtQpk' +
    'Ay5GBgaGn////wcAUEsDBC0AAAAIAAAAIQD1o13g//////////8JABQAc3RlcHMubnB5AQAQAIgAAAAAAAAASAAAAAAA' +
    'AACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqaOgq1ChQBLkYG' +
    'EBBgAABQSwMELQAAAAgAAAAhAKeHkej//////////wgAFABtZXRhLm5weQEAEACoAAAAAAAAAFkAAAAAAAAAm+wX6hsQ' +
    'ychQxlCtnpJanFykbqWgbhNqaKCuo6Cell9UUpSYF59flJIKknBLzClOBYoXZyQWpAL5Gpo6CrUKlACuagYGBiUgfgml' +
    'rYBYAcqWu8gIpmuBGABQSwMELQAAAAgAAAAhAC8Uma3//////////wcAFAByYXcubnB5AQAQAIMAAAAAAAAARQAAAAAA' +
    'AACb7BfqGxDJyFDGUK2eklqcXKRupaBeE2ysrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqaOgq1ChQBrsSk' +
    'ZABQSwECLQMtAAAACAAAACEAaoPkElUAAACQAAAACwAAAAAAAAAAAAAAgAEAAAAAd2VpZ2h0cy5ucHlQSwECLQMtAAAA' +
    'CAAAACEAyvxmdFMAAACYAAAACAAAAAAAAAAAAAAAgAGSAAAAYmlhcy5ucHlQSwECLQMtAAAACAAAACEAj35jh08AAACI' +
    'AAAACgAAAAAAAAAAAAAAgAEfAQAAY291bnRzLm5weVBLAQItAy0AAAAIAAAAIQD1o13gSAAAAIgAAAAJAAAAAAAAAAAA' +
    'AACAAaoBAABzdGVwcy5ucHlQSwECLQMtAAAACAAAACEAp4eR6FkAAACoAAAACAAAAAAAAAAAAAAAgAEtAgAAbWV0YS5u' +
    'cHlQSwECLQMtAAAACAAAACEALxSZrUUAAACDAAAABwAAAAAAAAAAAAAAgAHAAgAAcmF3Lm5weVBLBQYAAAAABgAGAEkB' +
    'AAA+AwAAAAA=',
);

/** Written by NumPy 2.4: savez of a vector and an empty matrix. */
const STORED_BY_NUMPY = bytesOf(
  'UEsDBC0AAAAAAAAAIQAkIeEr//////////8FABQAYS5ucHkBABAAmAAAAAAAAACYAAAAAAAAAJNOVU1QWQEAdgB7J2Rl' +
    'c2NyJzogJzxmOCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgzLCksIH0gICAgICAgICAgICAgICAg' +
    'ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAAAAAAAAAAAAAAAAADwPwAAAAAAAABA' +
    'UEsDBC0AAAAAAAAAIQAxNwnj//////////8FABQAYi5ucHkBABAAgAAAAAAAAACAAAAAAAAAAJNOVU1QWQEAdgB7J2Rl' +
    'c2NyJzogJzxmOCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgwLCA0KSwgfSAgICAgICAgICAgICAg' +
    'ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKUEsBAi0DLQAAAAAAAAAhACQh4SuYAAAA' +
    'mAAAAAUAAAAAAAAAAAAAAIABAAAAAGEubnB5UEsBAi0DLQAAAAAAAAAhADE3CeOAAAAAgAAAAAUAAAAAAAAAAAAAAIAB' +
    'zwAAAGIubnB5UEsFBgAAAAACAAIAZgAAAIYBAAAAAA==',
);

test('archives written by NumPy are read', () => {
  const contents = decodeNpz(COMPRESSED_BY_NUMPY);
  expect([...contents.keys()]).toEqual(['weights', 'bias', 'counts', 'steps', 'meta', 'raw']);
  expect(contents.get('weights')).toEqual(new NdArray(Float32Array.of(1.5, -2, 0.25, 3e-40), [2, 2]));
  expect(contents.get('bias')).toEqual(new NdArray(Float64Array.of(0.1, NaN, -Infinity), [3]));
  expect(contents.get('counts')).toEqual(new NdArray(Float64Array.of(1, -7), [2, 1]));
  expect(contents.get('steps')).toEqual(new NdArray(Float64Array.of(2 ** 52 + 1), []));
  expect(contents.get('meta')).toBe('{"é": "𝄞"}');
  expect(contents.get('raw')).toBe('abc');

  const stored = decodeNpz(STORED_BY_NUMPY);
  expect(stored.get('a')).toEqual(new NdArray(Float64Array.of(0, 1, 2), [3]));
  expect(stored.get('b')).toEqual(new NdArray(new Float64Array(), [0, 4]));
});

test('a file has the bytes that NumPy writes', () => {
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
  const text = Buffer.from(encodeNpy(new NdArray(Float32Array.of(1, 2), [1, 2]))).toString('latin1');
  expect(text.slice(0, 8)).toBe('\x93NUMPY\x01\x00');
  expect(text.slice(8, 10)).toBe('v\x00');
  expect(text.slice(10, 128)).toBe(`${header.padEnd(117)}\n`);
  expect(text.slice(128)).toBe('\x00\x00\x80?\x00\x00\x00@');
});

const shapeArbitrary = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });

const arrayArbitrary: fc.Arbitrary<NpyContent> = shapeArbitrary.chain((shape) => {
  const size = shape.reduce((product, length) => product * length, 1);
  const exactly = { minLength: size, maxLength: size };
  return fc.oneof(
    fc.float64Array(exactly).map((data) => new NdArray(data.slice(), shape)),
    fc.float32Array(exactly).map((data) => new NdArray(data.slice(), shape)),
  );
});

const textArbitrary = fc.string({ unit: 'binary' }).filter((text) => !text.endsWith('\0'));

test('what was written is read again, names and order included', () => {
  const contentArbitrary = fc.oneof(arrayArbitrary, textArbitrary);
  const name = fc.string({ unit: 'grapheme', minLength: 1 });
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(name, contentArbitrary), { selector: ([key]) => key }), (entries) => {
      const archive = encodeNpz(entries);
      expect([...decodeNpz(archive)]).toEqual(entries);
      expect(encodeNpz(new Map(entries))).toEqual(archive);
    }),
  );
});

test('a name like __proto__ is a name like any other', () => {
  const content = new NdArray(Float64Array.of(1), [1]);
  const read = decodeNpz(
    encodeNpz([
      ['__proto__', content],
      ['constructor', 'text'],
    ]),
  );
  expect([...read]).toEqual([
    ['__proto__', content],
    ['constructor', 'text'],
  ]);
});

test('the view of a larger buffer is read and written like a copy', () => {
  const data = new Float64Array(8).subarray(2, 4).fill(5);
  const file = encodeNpy(new NdArray(data, [2]));
  const shifted = new Uint8Array(file.length + 3);
  shifted.set(file, 3);
  expect(decodeNpy(shifted.subarray(3))).toEqual(new NdArray(Float64Array.of(5, 5), [2]));
  expect(decodeNpy(Buffer.from(file))).toEqual(new NdArray(Float64Array.of(5, 5), [2]));
});

test('an archive that was cut off anywhere is refused', () => {
  for (const archive of [COMPRESSED_BY_NUMPY, STORED_BY_NUMPY]) {
    for (let length = 0; length < archive.length; length++) {
      expect(() => decodeNpz(archive.subarray(0, length))).toThrow(withCode('NPZ_INVALID'));
    }
  }
});

test('a damaged byte gives an error of ours or changes no content', () => {
  // Dates, attributes and names carry no checksum; elements do.
  const fingerprint = (content: NpyContent): string => Buffer.from(encodeNpy(content)).toString('latin1');
  const originals = new Set([...decodeNpz(COMPRESSED_BY_NUMPY).values()].map(fingerprint));
  const isHarmless = (damaged: Uint8Array): boolean => {
    try {
      return [...decodeNpz(damaged).values()].every((content) => originals.has(fingerprint(content)));
    } catch (error) {
      return isNdlError(error) && error.code.startsWith('NPZ_');
    }
  };
  const position = fc.nat(COMPRESSED_BY_NUMPY.length - 1);
  fc.assert(
    fc.property(position, fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = COMPRESSED_BY_NUMPY.slice();
      damaged[at]! ^= flip;
      return isHarmless(damaged);
    }),
    { numRuns: 500 },
  );
});

/** A .npy file with any header and elements. */
const rawNpy = (header: string, elements: number, version = 1): Uint8Array => {
  const file = new Uint8Array(10 + header.length + elements);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, header.length & 255, header.length >> 8]);
  file.set(Buffer.from(header, 'latin1'), 10);
  return file;
};

const headerOf = (type: string, shape: string, order = 'False'): string =>
  `{'descr': '${type}', 'fortran_order': ${order}, 'shape': (${shape}), }\n`;

test.each([
  ['|b1', [0, 1], [0, 1], Float32Array],
  ['|u1', [0, 255], [0, 255], Float32Array],
  ['|i1', [127, 128], [127, -128], Float32Array],
  ['<u2', [1, 0, 255, 255], [1, 65535], Float32Array],
  ['<i2', [1, 0, 255, 255], [1, -1], Float32Array],
  ['<u4', [1, 0, 0, 0, 255, 255, 255, 255], [1, 2 ** 32 - 1], Float64Array],
] as const)('numbers of the type %s are read', (type, bytes, expected, kind) => {
  const file = rawNpy(headerOf(type, '2,'), bytes.length);
  file.set(bytes, file.length - bytes.length);
  const { data, shape } = decodeNpy(file) as NdArray;
  expect(data).toBeInstanceOf(kind);
  expect([Array.from(data), shape]).toEqual([expected, [2]]);
});

test('a header that lies is refused before anything is reserved', () => {
  for (const file of [
    new Uint8Array(),
    new TextEncoder().encode('PK is something else'),
    rawNpy(headerOf('<f8', '2,'), 15),
    rawNpy(headerOf('<f8', '2,'), 17),
    rawNpy(headerOf('<f8', '99999999999999999999'), 16),
    rawNpy(headerOf('<f8', '2147483647, 2147483647, 2147483647'), 16),
    rawNpy(headerOf('<f8', '0, 9007199254740993'), 0),
    rawNpy(headerOf('<f8', Array.from({ length: 33 }, () => '1').join(', ')), 8),
    rawNpy(headerOf('<f8', '1,,2'), 16),
    rawNpy(headerOf('<f8', '1 2'), 16),
    rawNpy(headerOf('<f8', '-1'), 8),
    rawNpy(headerOf('<U999999999', ''), 4),
    rawNpy(headerOf('<f8', '1').slice(0, 20), 8),
    rawNpy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }", 8),
    rawNpy(' '.repeat(300), 0).subarray(0, 200),
    rawNpy(headerOf('<U1', ''), 4).fill(0xff, -4),
  ]) {
    expect(() => decodeNpy(file, 'file.npy')).toThrow(withCode('NPZ_INVALID'));
    expect(() => decodeNpy(file, 'file.npy')).toThrow(/^file\.npy: /);
  }
});

test('sound files of another kind are refused with the fix', () => {
  for (const file of [
    rawNpy(headerOf('<f8', '1,'), 8, 2),
    rawNpy(headerOf('<f8', '1, 2', 'True'), 16),
    rawNpy(headerOf('>f8', '1,'), 8),
    rawNpy(headerOf('|O', '1,'), 8),
    rawNpy(headerOf('toString', '1,'), 8),
    rawNpy(headerOf('<U1', '2,'), 8),
    rawNpy(headerOf('<i8', '1,'), 8).fill(0x7f, -8),
  ]) {
    expect(() => decodeNpy(file)).toThrow(withCode('NPZ_UNSUPPORTED'));
  }
});

/** `archive` with its 32-bit number at `offset` from the signature of its first directory entry replaced. */
const withDirectoryField = (archive: Uint8Array, offset: number, value: number): Uint8Array => {
  const changed = archive.slice();
  const directory = Buffer.from(changed.buffer).indexOf('PK\x01\x02', 'latin1');
  new DataView(changed.buffer).setUint32(directory + offset, value, true);
  return changed;
};

test('archives made to exhaust memory are refused by what they declare', () => {
  const large = encodeNpz([['zeros', new NdArray(new Float64Array(1e6), [1e6])]]);
  expect(large.length).toBeLessThan(20_000);
  expect(() => decodeNpz(large, { maximumBytes: 1e6 })).toThrow(/maximumBytes/);
  expect(() => decodeNpz(withDirectoryField(large, 24, 0x3fffffff))).toThrow(/claims to unpack/);
  // Declares less than it holds, and so cannot overrun what was reserved.
  expect(() => decodeNpz(withDirectoryField(large, 24, 1000))).toThrow(withCode('NPZ_INVALID'));
});

test('archives with other things in them are refused', () => {
  const file = encodeNpy('text');
  expect(() => decodeNpz(zipSync({ 'notes.txt': file }))).toThrow(withCode('NPZ_INVALID'));
  expect(() => decodeNpz(zipSync({ '.npy': file }))).toThrow(withCode('NPZ_INVALID'));
  const twice = zipSync({ 'a.npy': file, 'b.npy': file });
  const renamed = Buffer.from(twice).toString('latin1').replaceAll('b.npy', 'a.npy');
  expect(() => decodeNpz(Buffer.from(renamed, 'latin1'))).toThrow(/occurs twice/);
  const encrypted = withDirectoryField(zipSync({ 'a.npy': file }), 8, 0x00080001);
  expect(() => decodeNpz(encrypted)).toThrow(withCode('NPZ_UNSUPPORTED'));
  const exotic = withDirectoryField(zipSync({ 'a.npy': file }), 8, 0x000c0000);
  expect(() => decodeNpz(exotic)).toThrow(withCode('NPZ_UNSUPPORTED'));
});

test('names must be there, and differ', () => {
  expect(() => encodeNpz([['', 'x']])).toThrow(withCode('NPZ_INVALID'));
  expect(() =>
    encodeNpz([
      ['a', 'x'],
      ['a', 'y'],
    ]),
  ).toThrow(withCode('NPZ_INVALID'));
});
