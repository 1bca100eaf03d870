/**
 * @file Tables of arrays as text: what stands beside a program. Canonical JSON, in the order of ids; elements are the bytes of
 * their numbers, little-endian as on every host of JavaScript, in base 64. Every bit survives.
 */
import { type FloatArray, sizeOf } from '@ndl/numerics';
import { programTextInvalid } from '../errors.ts';
import { type Codec, failAtPath, listOf, oneOf, parseJson, type Path, REAL, recordOf, TEXT } from './codec.ts';
import type { ArrayData } from './tables.ts';

/** Raised when older versions of ndl could not read the text. */
const VERSION = 1;

/** An array, its elements as text. */
interface Entry {
  readonly id: string;
  readonly dtype: 'float32' | 'float64';
  readonly shape: readonly number[];
  readonly data: string;
}

interface Envelope {
  readonly version: number;
  readonly arrays: readonly Entry[];
}

const ENVELOPE: Codec<Envelope> = recordOf<Envelope>({
  version: REAL,
  arrays: listOf(recordOf<Entry>({ id: TEXT, dtype: oneOf('float32', 'float64'), shape: listOf(REAL), data: TEXT })),
});

/** The arrays as text, on one line. */
export function encodeArrays(arrays: ReadonlyMap<string, ArrayData>): string {
  const entries = [...arrays].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, array]) => entryOf(id, array));
  return JSON.stringify(ENVELOPE.encode({ version: VERSION, arrays: entries }));
}

/**
 * The arrays that a text of `encodeArrays` holds.
 * @throws NdlError PROGRAM_TEXT_INVALID, naming the place
 */
export function decodeArrays(text: string): Map<string, ArrayData> {
  const { version, arrays } = ENVELOPE.decode(parseJson(text), undefined);
  if (version !== VERSION)
    throw programTextInvalid('version', `it is ${version}, but this version of ndl reads version ${VERSION} only`);
  const decoded = new Map<string, ArrayData>();
  arrays.forEach((entry, key) => {
    const path: Path = { parent: { parent: undefined, key: 'arrays' }, key };
    if (decoded.has(entry.id)) failAtPath(path, `"${entry.id}" stands twice`);
    decoded.set(entry.id, arrayOf(entry, path));
  });
  return decoded;
}

function entryOf(id: string, { shape, data }: ArrayData): Entry {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { id, dtype: data.BYTES_PER_ELEMENT === 4 ? 'float32' : 'float64', shape, data: toBase64(bytes) };
}

function arrayOf({ dtype, shape, data }: Entry, path: Path): ArrayData {
  if (!shape.every((length) => Number.isInteger(length) && length >= 0))
    failAtPath(path, `no shape: [${shape.join(', ')}]`);
  const bytes = fromBase64(data, path);
  const expected = sizeOf(shape) * (dtype === 'float32' ? 4 : 8);
  if (bytes.length !== expected)
    failAtPath(path, `its shape [${shape.join(', ')}] takes ${expected} bytes, but here are ${bytes.length}`);
  const elements: FloatArray = dtype === 'float32' ? new Float32Array(bytes.buffer) : new Float64Array(bytes.buffer);
  return { shape, data: elements };
}

/** Bytes per call: what may be passed as arguments. */
const PIECE = 8192;

function toBase64(bytes: Uint8Array): string {
  let letters = '';
  for (let start = 0; start < bytes.length; start += PIECE)
    letters += String.fromCharCode(...bytes.subarray(start, start + PIECE));
  return btoa(letters);
}

function fromBase64(text: string, path: Path): Uint8Array<ArrayBuffer> {
  let letters: string;
  try {
    letters = atob(text);
  } catch {
    return failAtPath(path, 'its elements are no base 64');
  }
  const bytes = new Uint8Array(letters.length);
  for (let index = 0; index < letters.length; index++) bytes[index] = letters.charCodeAt(index);
  return bytes;
}
