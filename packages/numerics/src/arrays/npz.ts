/** @file NumPy's `.npz` archives: named arrays and texts, each as a `.npy` file in one zip. `numpy.load` opens them. */
import { zipSync, type Zippable } from 'fflate';
import { npzInvalid } from '../basics/errors.ts';
import { decodeNpy, encodeNpy, type NpyContent } from './npy.ts';
import { readZipEntries } from './zip-entries.ts';

const SUFFIX = '.npy';

/** How `decodeNpz` reads. */
export interface DecodeNpzOptions {
  /** What errors call the archive, such as its path; "npz data" unless told. */
  readonly subject?: string;
  /** The most that the entries may unpack to, in bytes, against archives made to exhaust memory; 1 GiB unless told. */
  readonly maximumBytes?: number;
}

/**
 * An archive of the entries, in their order. The same entries give the same bytes, at any time and place.
 * @throws NdlError NPZ_INVALID when a name is empty or occurs twice.
 */
export function encodeNpz(entries: Iterable<readonly [name: string, content: NpyContent]>): Uint8Array {
  const files: Zippable = {};
  for (const [name, content] of entries) {
    const file = `${name}${SUFFIX}`;
    if (name === '') throw npzInvalid('npz data', 'an entry has no name');
    if (Object.hasOwn(files, file)) throw npzInvalid('npz data', `two entries are called ${name}`);
    files[file] = encodeNpy(content);
  }
  // A zip holds local time: a date made of local parts gives the same bytes in every time zone.
  return zipSync(files, { mtime: new Date(1980, 0, 1) });
}

/**
 * The entries of an archive by name, in their order.
 * @throws NdlError NPZ_INVALID when the archive is damaged, foreign or hostile, NPZ_UNSUPPORTED when it uses abilities
 * of the formats that are not read here.
 */
export function decodeNpz(
  archive: Uint8Array,
  { subject = 'npz data', maximumBytes = 2 ** 30 }: DecodeNpzOptions = {},
): Map<string, NpyContent> {
  const contents = new Map<string, NpyContent>();
  for (const [file, bytes] of readZipEntries(archive, subject, maximumBytes)) {
    const place = `${subject}, entry ${JSON.stringify(file)}`;
    const name = file.slice(0, -SUFFIX.length);
    if (!file.endsWith(SUFFIX) || name === '') throw npzInvalid(place, 'it is no .npy file');
    if (contents.has(name)) throw npzInvalid(place, 'it occurs twice');
    contents.set(name, decodeNpy(bytes, place));
  }
  return contents;
}
