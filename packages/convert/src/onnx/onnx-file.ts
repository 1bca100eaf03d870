/**
 * @file Reads the parts of an ONNX file that a network is made of: messages of protobuf, by the field numbers of the format's public
 * description (onnx.proto). Files are untrusted.
 */
import type { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { isNdlError, NdArray, showThrown, sizeOf } from '@ndl/numerics';
import { sourceInvalid } from '../errors.ts';
import { MOST_NUMBERS } from '../size-bounds.ts';

/** A value of an attribute of a node. */
export type OnnxAttribute = number | string | readonly number[] | NdArray;

export interface OnnxNode {
  readonly operator: string;
  readonly name: string;
  readonly domain: string;
  /** Names of values; empty where an optional one is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** A value that comes from outside. */
export interface OnnxInput {
  readonly name: string;
  /** Sizes; null where they are left open. */
  readonly shape: readonly (number | null)[];
  /** Whether it is of whole numbers. */
  readonly isWhole: boolean;
}

export interface OnnxGraph {
  /** Of the operators without a domain. */
  readonly version: number;
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, NdArray>;
  readonly inputs: readonly OnnxInput[];
  readonly outputs: readonly string[];
}

const WHAT = 'the ONNX file';

/** @throws NdlError MODEL_INVALID */
export async function readOnnxFile(bytes: Uint8Array): Promise<OnnxGraph> {
  const { BinaryReader: Reader } = await import('@bufbuild/protobuf/wire');
  return guarded(() => model(new Messages(Reader, bytes)));
}

/** An array in a file of its own, as test data have it. @throws NdlError MODEL_INVALID */
export async function readOnnxTensor(bytes: Uint8Array): Promise<NdArray> {
  const { BinaryReader: Reader } = await import('@bufbuild/protobuf/wire');
  return guarded(() => tensor(new Messages(Reader, bytes))[1]);
}

function guarded<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (isNdlError(error)) throw error;
    throw sourceInvalid(WHAT, `it is damaged, cut short, or of another format (${showThrown(error)})`, error);
  }
}

type ReaderClass = typeof BinaryReader;

/** What one field holds, read as the field's number says. */
interface Field {
  readonly number: number;
  text(): string;
  bytes(): Uint8Array;
  message(): Messages;
  whole(): number;
  float(): number;
  /** Numbers, packed or one by one. */
  wholes(): readonly number[];
  floats(): readonly number[];
  doubles(): readonly number[];
}

/** A message as a list of fields. */
class Messages {
  readonly #Reader: ReaderClass;
  readonly #bytes: Uint8Array;

  constructor(Reader: ReaderClass, bytes: Uint8Array) {
    this.#Reader = Reader;
    this.#bytes = bytes;
  }

  /** Calls for each field; what is not read is passed over. */
  each(visit: (field: Field) => void): void {
    const reader = new this.#Reader(this.#bytes);
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      const { pos } = reader;
      visit(this.#field(reader, number, wireType));
      if (reader.pos === pos) reader.skip(wireType, number);
    }
  }

  #field(reader: BinaryReader, number: number, wireType: WireType): Field {
    const packed = (one: (from: BinaryReader) => number): readonly number[] => {
      if ((wireType as number) !== 2) return [one(reader)];
      const inner = new this.#Reader(reader.bytes());
      const list: number[] = [];
      while (inner.pos < inner.len) list.push(one(inner));
      return list;
    };
    const whole = (from: BinaryReader): number => Number(from.int64());
    return {
      number,
      text: () => reader.string(),
      bytes: () => reader.bytes(),
      message: () => new Messages(this.#Reader, reader.bytes()),
      whole: () => whole(reader),
      float: () => reader.float(),
      wholes: () => packed(whole),
      floats: () => packed((from) => from.float()),
      doubles: () => packed((from) => from.double()),
    };
  }
}

function model(message: Messages): OnnxGraph {
  let graph: Omit<OnnxGraph, 'version'> | undefined;
  let version = 1;
  message.each((field) => {
    if (field.number === 7) graph = graphOf(field.message());
    else if (field.number === 8) {
      let [domain, own] = ['', 1];
      field.message().each((inner) => {
        if (inner.number === 1) domain = inner.text();
        else if (inner.number === 2) own = inner.whole();
      });
      if (domain === '' || domain === 'ai.onnx') version = own;
    }
  });
  if (graph === undefined) throw sourceInvalid(WHAT, 'it has no graph in it');
  return { ...graph, version };
}

function graphOf(message: Messages): Omit<OnnxGraph, 'version'> {
  const nodes: OnnxNode[] = [];
  const constants = new Map<string, NdArray>();
  const inputs: OnnxInput[] = [];
  const outputs: string[] = [];
  message.each((field) => {
    if (field.number === 1) nodes.push(node(field.message()));
    else if (field.number === 5) {
      const [name, array] = tensor(field.message());
      constants.set(name, array);
    } else if (field.number === 11) inputs.push(valueInfo(field.message()));
    else if (field.number === 12) outputs.push(valueInfo(field.message()).name);
    else if (field.number === 15) throw sourceInvalid(WHAT, 'it has sparse arrays, which are not read');
  });
  return { nodes, constants, inputs, outputs };
}

function node(message: Messages): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  let [name, operator, domain] = ['', '', ''];
  message.each((field) => {
    if (field.number === 1) inputs.push(field.text());
    else if (field.number === 2) outputs.push(field.text());
    else if (field.number === 3) name = field.text();
    else if (field.number === 4) operator = field.text();
    else if (field.number === 7) domain = field.text();
    else if (field.number === 5) {
      const [key, value] = attribute(field.message());
      if (value !== undefined) attributes.set(key, value);
    }
  });
  return { operator, name: name || outputs[0] || operator, domain, inputs, outputs, attributes };
}

function attribute(message: Messages): readonly [string, OnnxAttribute | undefined] {
  let name = '';
  let value: OnnxAttribute | undefined;
  const list: number[] = [];
  let isList = false;
  message.each((field) => {
    if (field.number === 1) name = field.text();
    else if (field.number === 2) value = field.float();
    else if (field.number === 3) value = field.whole();
    else if (field.number === 4) value = new TextDecoder().decode(field.bytes());
    else if (field.number === 5) value = tensor(field.message())[1];
    else if (field.number === 7 || field.number === 8) {
      isList = true;
      list.push(...(field.number === 7 ? field.floats() : field.wholes()));
    } else if (field.number === 20 && [6, 7].includes(field.whole())) isList = true;
  });
  return [name, isList ? list : value];
}

function valueInfo(message: Messages): OnnxInput {
  let name = '';
  let isWhole = false;
  const shape: (number | null)[] = [];
  message.each((field) => {
    if (field.number === 1) name = field.text();
    else if (field.number === 2)
      field.message().each((type) => {
        if (type.number !== 1) return;
        type.message().each((tensorType) => {
          if (tensorType.number === 1) isWhole = !FRACTIONS.includes(tensorType.whole());
          if (tensorType.number !== 2) return;
          tensorType.message().each((dimension) => {
            if (dimension.number !== 1) return;
            let size: number | null = null;
            dimension.message().each((inner) => {
              if (inner.number === 1) size = inner.whole();
            });
            shape.push(size);
          });
        });
      });
  });
  return { name, shape, isWhole };
}

/** Types of numbers that have fractions. */
const FRACTIONS: readonly number[] = [1, 10, 11, 16];

/** Sizes in bytes of the types of numbers that are read, by the format's numbers for them. */
const TYPES: Readonly<Record<number, readonly [bytes: number, read: (view: DataView, at: number) => number]>> = {
  1: [4, (view, at) => view.getFloat32(at, true)],
  2: [1, (view, at) => view.getUint8(at)],
  3: [1, (view, at) => view.getInt8(at)],
  4: [2, (view, at) => view.getUint16(at, true)],
  5: [2, (view, at) => view.getInt16(at, true)],
  6: [4, (view, at) => view.getInt32(at, true)],
  7: [8, (view, at) => Number(view.getBigInt64(at, true))],
  9: [1, (view, at) => view.getUint8(at)],
  10: [2, (view, at) => half(view.getUint16(at, true))],
  11: [8, (view, at) => view.getFloat64(at, true)],
  12: [4, (view, at) => view.getUint32(at, true)],
  13: [8, (view, at) => Number(view.getBigUint64(at, true))],
  16: [2, (view, at) => brain(view.getUint16(at, true))],
};

/** Where these stand as numbers of their own, each is its pattern of bits. */
const PATTERNS: Readonly<Record<number, (bits: number) => number>> = { 10: half, 16: brain };

/** A number of 16 bits: sign, exponent of 5 bits, fraction of 10 (IEEE 754 binary16). */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 0x1f, (bits & 0x3ff) / 1024];
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return (sign * fraction) / 16384;
  return sign * (1 + fraction) * (exponent < 15 ? 1 / (1 << (15 - exponent)) : 1 << (exponent - 15));
}

/** The upper half of a number of 32 bits. */
function brain(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, bits);
  return view.getFloat32(0);
}

function tensor(message: Messages): readonly [name: string, array: NdArray] {
  let name = '';
  let type = 0;
  let raw: Uint8Array | undefined;
  let isElsewhere = false;
  const shape: number[] = [];
  const parts: (readonly number[])[] = [];
  message.each((field) => {
    if (field.number === 1) shape.push(...field.wholes());
    else if (field.number === 2) type = field.whole();
    else if (field.number === 4) parts.push(field.floats());
    else if (field.number === 5 || field.number === 7 || field.number === 11) parts.push(field.wholes());
    else if (field.number === 8) name = field.text();
    else if (field.number === 9) raw = field.bytes();
    else if (field.number === 10) parts.push(field.doubles());
    else if (field.number === 14) isElsewhere = field.whole() === 1;
  });
  const what = `the array '${name}'`;
  if (isElsewhere) throw sourceInvalid(WHAT, `${what} stands in another file, which is not read`);
  const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (known === undefined) throw sourceInvalid(WHAT, `${what} is of type ${type}, which is not read`);
  const size = sizeOf(shape);
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0) || size > MOST_NUMBERS)
    throw sourceInvalid(WHAT, `${what} is said to be of shape [${shape.join(', ')}]`);
  const pattern = PATTERNS[type];
  const plain = pattern === undefined ? parts.flat() : parts.flat().map((bits) => pattern(bits));
  const given = raw === undefined ? plain : rawNumbers(raw, known);
  if (given.length !== size) throw sourceInvalid(WHAT, `${what} has ${given.length} numbers in place of ${size}`);
  return [name, new NdArray(Float64Array.from(given), shape)];
}

function rawNumbers(raw: Uint8Array, [bytes, read]: (typeof TYPES)[number]): readonly number[] {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Array.from({ length: Math.floor(raw.byteLength / bytes) }, (_, index) => read(view, index * bytes));
}
