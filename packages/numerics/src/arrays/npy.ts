/**
 * @file NumPy's `.npy` files, version 1.0: one array each, or one text. Little-endian, as every host of JavaScript is.
 * Source: the format's description, NumPy Enhancement Proposal 1. Input is not trusted: sizes are checked before use.
 */
import { npzInvalid, npzUnsupported } from '../basics/errors.ts';
import { NdArray, sizeOf, type FloatArray } from './nd-array.ts';

/** What one file holds: an array, or a text (metadata, say). */
export type NpyContent = NdArray | string;

const MAGIC = [0x93, ...Array.from('NUMPY', (letter) => letter.charCodeAt(0)), 1, 0];
const PREAMBLE = MAGIC.length + 2;
const ALIGNMENT = 64;
const MOST_AXES = 32;
const LONGEST_AXIS = 2 ** 31 - 1;

const HEADER = /^\{\s*'descr':\s*'([^']*)',\s*'fortran_order':\s*(True|False),\s*'shape':\s*\(([\d,\s]*)\),?\s*\}\s*$/;

/** How elements of each numeric type become numbers; the key is NumPy's name of the type. */
const NUMERIC_TYPES: Readonly<Record<string, (buffer: ArrayBuffer, subject: string) => FloatArray>> = {
  '<f4': (buffer) => new Float32Array(buffer),
  '<f8': (buffer) => new Float64Array(buffer),
  '|b1': (buffer) => Float32Array.from(new Uint8Array(buffer)),
  '|u1': (buffer) => Float32Array.from(new Uint8Array(buffer)),
  '|i1': (buffer) => Float32Array.from(new Int8Array(buffer)),
  '<u2': (buffer) => Float32Array.from(new Uint16Array(buffer)),
  '<i2': (buffer) => Float32Array.from(new Int16Array(buffer)),
  '<u4': (buffer) => Float64Array.from(new Uint32Array(buffer)),
  '<i4': (buffer) => Float64Array.from(new Int32Array(buffer)),
  '<i8': (buffer, subject) => Float64Array.from(new BigInt64Array(buffer), (n) => exact(n, subject)),
};

/**
 * A float32 or float64 array as `<f4` or `<f8`; a text as a scalar of `<U…`. As in NumPy, a text must not end in
 * zero characters: they are lost.
 */
export function encodeNpy(content: NpyContent): Uint8Array {
  if (typeof content !== 'string') {
    const { data, shape } = content;
    const type = data.BYTES_PER_ELEMENT === 4 ? '<f4' : '<f8';
    return fileOf(type, shape, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const points = Uint32Array.from(content === '' ? '\0' : content, (letter) => letter.codePointAt(0)!);
  return fileOf(`<U${points.length}`, [], new Uint8Array(points.buffer));
}

/**
 * The content of a file. `<f4`, truth values and integers of 8 and 16 bits give a float32 array, `<f8` and longer integers
 * (`<u4`, `<i4`, `<i8`) a float64 array, and scalars of `<U…` and `|S…` (read as UTF-8) a text.
 * @param subject what errors call the file.
 * @throws NdlError NPZ_INVALID when the file is damaged or hostile, NPZ_UNSUPPORTED when it is a sound file of another
 * version, order or type, or has integers beyond 2^53.
 */
export function decodeNpy(bytes: Uint8Array, subject = 'npy data'): NpyContent {
  const { type, shape, start } = readHeader(bytes, subject);
  const [, kind, digits] = /^[<|]?([A-Za-z])(\d{1,9})$/.exec(type) ?? [];
  const isText = kind === 'U' || kind === 'S';
  if (!isText && !Object.hasOwn(NUMERIC_TYPES, type)) {
    const known = [...Object.keys(NUMERIC_TYPES), '<U…', '|S…'].join(', ');
    throw npzUnsupported(subject, `its elements are of type ${JSON.stringify(type)}`, `Known: ${known}.`);
  }
  if (isText && shape.length > 0) {
    throw npzUnsupported(subject, 'it holds an array of texts', 'Save one text, such as JSON.');
  }
  const declared = sizeOf(shape) * Number(digits) * (kind === 'U' ? 4 : 1);
  const actual = bytes.length - start;
  if (declared !== actual) {
    throw npzInvalid(subject, `its header declares ${declared} bytes of elements, but ${actual} follow`);
  }
  const elements = new Uint8Array(actual);
  elements.set(bytes.subarray(start));
  if (kind === 'U') return textFromPoints(new Uint32Array(elements.buffer), subject);
  if (kind === 'S') return withoutZeros(new TextDecoder().decode(elements));
  return new NdArray(NUMERIC_TYPES[type]!(elements.buffer, subject), shape);
}

function fileOf(type: string, shape: readonly number[], elements: Uint8Array): Uint8Array {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': (${axes}), }`;
  const start = Math.ceil((PREAMBLE + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = `${dictionary.padEnd(start - PREAMBLE - 1)}\n`;
  const file = new Uint8Array(start + elements.length);
  file.set(MAGIC);
  new DataView(file.buffer).setUint16(MAGIC.length, header.length, true);
  file.set(new TextEncoder().encode(header), PREAMBLE);
  file.set(elements, start);
  return file;
}

interface Header {
  readonly type: string;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly start: number;
}

function readHeader(bytes: Uint8Array, subject: string): Header {
  const isVersion = (from: number, to: number): boolean =>
    MAGIC.slice(from, to).every((byte, index) => bytes[from + index] === byte);
  if (bytes.length < PREAMBLE || !isVersion(0, 6)) throw npzInvalid(subject, 'it is no .npy file');
  if (!isVersion(6, 8)) {
    const version = `it has version ${bytes[6]}.${bytes[7]} of the format`;
    throw npzUnsupported(subject, version, 'Save it as version 1.0.');
  }
  const start = PREAMBLE + bytes[MAGIC.length]! + 256 * bytes[MAGIC.length + 1]!;
  if (start > bytes.length) throw npzInvalid(subject, 'it ends within its header');
  const text = new TextDecoder('latin1').decode(bytes.subarray(PREAMBLE, start));
  const [, type, isFortran, axes] = HEADER.exec(text) ?? [];
  if (type === undefined || axes === undefined) {
    throw npzInvalid(subject, `its header is not understood: ${JSON.stringify(text.slice(0, 120))}`);
  }
  if (isFortran === 'True') {
    const fix = 'Save it through numpy.ascontiguousarray.';
    throw npzUnsupported(subject, 'its elements are in column-major order', fix);
  }
  return { type, shape: shapeFrom(axes, subject), start };
}

function shapeFrom(axes: string, subject: string): number[] {
  const lengths = axes.split(',').map((axis) => axis.trim());
  if (lengths.at(-1) === '') lengths.pop();
  const shape = lengths.map(Number);
  const isSound = shape.every((length, index) => /^\d+$/.test(lengths[index]!) && length <= LONGEST_AXIS);
  if (!isSound || shape.length > MOST_AXES) {
    throw npzInvalid(subject, `it declares the impossible shape (${axes.slice(0, 120)})`);
  }
  return shape;
}

function exact(integer: bigint, subject: string): number {
  const number = Number(integer);
  if (Number.isSafeInteger(number)) return number;
  throw npzUnsupported(subject, `the integer ${integer} is beyond 2^53`, 'Save it as <f8.');
}

function textFromPoints(points: Uint32Array, subject: string): string {
  const letters: string[] = [];
  for (const point of points) {
    if (point > 0x10ffff) throw npzInvalid(subject, `its text holds ${point}, which is no character`);
    letters.push(String.fromCodePoint(point));
  }
  return withoutZeros(letters.join(''));
}

/** NumPy pads short texts with zeros. */
function withoutZeros(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '\0') end--;
  return text.slice(0, end);
}
