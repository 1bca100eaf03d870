/**
 * @file Reads the entries of a zip archive that is not trusted: every offset, size and checksum is verified.
 * Source: PKWARE's APPNOTE. Stored and deflated entries; no encryption, no ZIP64, no archives in parts.
 */
import { inflateSync } from 'fflate';
import { npzInvalid, npzUnsupported } from '../basics/errors.ts';

const END_SIGNATURE = 0x06054b50;
const DIRECTORY_SIGNATURE = 0x02014b50;
const ENTRY_SIGNATURE = 0x04034b50;
const END_LENGTH = 22;
const DIRECTORY_ENTRY_LENGTH = 46;
const ENTRY_HEADER_LENGTH = 30;
const LONGEST_COMMENT = 0xffff;

const STORED = 0;
const DEFLATED = 8;

/** Deflate cannot shrink data further than this. */
const BEST_RATIO = 1032;

interface DirectoryEntry {
  readonly name: string;
  readonly isEncrypted: boolean;
  readonly method: number;
  readonly checksum: number;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
}

/**
 * Name and unpacked bytes of each entry, in the order of the directory.
 * @param maximumBytes refuses an archive whose entries unpack to more than this in all, before unpacking any.
 * @throws NdlError NPZ_INVALID, NPZ_UNSUPPORTED
 */
export function readZipEntries(
  archive: Uint8Array,
  subject: string,
  maximumBytes: number,
): [name: string, bytes: Uint8Array][] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const entries = readDirectory(archive, view, subject);
  const total = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (total > maximumBytes) {
    const problem = `it would unpack to ${total} bytes, more than the ${maximumBytes} allowed by maximumBytes`;
    throw npzInvalid(subject, problem);
  }
  const packed = entries.reduce((sum, entry) => sum + entry.packedSize, 0);
  if (packed > archive.length) throw npzInvalid(subject, 'its entries overlap');
  return entries.map((entry) => [entry.name, unpack(archive, view, entry, subject)]);
}

function readDirectory(archive: Uint8Array, view: DataView, subject: string): DirectoryEntry[] {
  const end = findEnd(view);
  if (end === undefined) throw npzInvalid(subject, 'it is no zip archive, or was cut off');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffffffff) {
    throw npzUnsupported(subject, 'it is a ZIP64 archive', 'Keep it below 65535 entries and 4 GiB.');
  }
  const entries: DirectoryEntry[] = [];
  for (let index = 0; index < count; index++) {
    const lengths = at + DIRECTORY_ENTRY_LENGTH;
    if (lengths > end || view.getUint32(at, true) !== DIRECTORY_SIGNATURE) {
      throw npzInvalid(subject, `entry ${index} of its directory is damaged`);
    }
    const nameLength = view.getUint16(at + 28, true);
    if (lengths + nameLength > end) throw npzInvalid(subject, 'its directory was cut off');
    entries.push({
      name: new TextDecoder().decode(archive.subarray(lengths, lengths + nameLength)),
      isEncrypted: (view.getUint16(at + 8, true) & 1) !== 0,
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      packedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at = lengths + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

/** The end record stands last, but for a comment. */
function findEnd(view: DataView): number | undefined {
  const last = view.byteLength - END_LENGTH;
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
    if (view.getUint32(at, true) === END_SIGNATURE) return at;
  }
  return undefined;
}

function unpack(archive: Uint8Array, view: DataView, entry: DirectoryEntry, subject: string): Uint8Array {
  const place = `${subject}, entry ${JSON.stringify(entry.name)}`;
  const { method, offset, packedSize, size } = entry;
  if (entry.isEncrypted) throw npzUnsupported(place, 'it is encrypted', 'Save it without a password.');
  if (method !== STORED && method !== DEFLATED) {
    throw npzUnsupported(place, `its compression method is ${method}`, 'Store or deflate it.');
  }
  const header = offset + ENTRY_HEADER_LENGTH;
  if (header > archive.length || view.getUint32(offset, true) !== ENTRY_SIGNATURE) {
    throw npzInvalid(place, 'its header is damaged');
  }
  const start = header + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packedSize > archive.length) throw npzInvalid(place, 'it was cut off');
  if (size > (method === STORED ? packedSize : packedSize * BEST_RATIO)) {
    throw npzInvalid(place, `it claims to unpack from ${packedSize} to ${size} bytes`);
  }
  const packed = archive.subarray(start, start + packedSize);
  const bytes = method === STORED ? packed : inflate(packed, size, place);
  if (bytes.length !== size || crc32(bytes) !== entry.checksum) {
    throw npzInvalid(place, 'its bytes do not match its size or checksum');
  }
  return bytes;
}

/** At most `size` bytes; a stream that holds more is cut, and then fails its checksum. */
function inflate(packed: Uint8Array, size: number, place: string): Uint8Array {
  try {
    return inflateSync(packed, { out: new Uint8Array(size) });
  } catch (cause) {
    throw npzInvalid(place, 'its compressed bytes are damaged', cause);
  }
}

/** The remainders of all bytes, for the reversed polynomial 0xedb88320. */
const CRC_TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder >>> 1) ^ ((remainder & 1) === 0 ? 0 : 0xedb88320);
  }
  return remainder;
});

function crc32(bytes: Uint8Array): number {
  let checksum = 0xffffffff;
  for (let index = 0; index < bytes.length; index++) {
    checksum = (checksum >>> 8) ^ CRC_TABLE[(checksum ^ bytes[index]!) & 0xff]!;
  }
  return ~checksum >>> 0;
}
