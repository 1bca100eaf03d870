/** @file Reads HDF5: attributes and arrays by path. Files are untrusted: whatever is wrong with one is said of the file. */
import { isNdlError, NdArray, showThrown, sizeOf } from '@ndl/numerics';
import type { Dataset, File, Group } from 'jsfive';
import { sourceInvalid } from '../errors.ts';
import { MOST_PACKED, SizeBounds } from '../size-bounds.ts';

/** An HDF5 file, opened. */
export class Hdf5File {
  readonly #file: File;
  readonly #what: string;
  readonly #bytes: number;
  readonly #bounds: SizeBounds;
  /** What has been read, by path: who asks twice gets the same. */
  readonly #arrays = new Map<string, NdArray>();

  private constructor(file: File, what: string, bytes: number) {
    this.#file = file;
    this.#what = what;
    this.#bytes = bytes;
    this.#bounds = new SizeBounds(what);
  }

  /** @param what how messages call it. @throws NdlError MODEL_INVALID */
  static async open(bytes: Uint8Array, what: string): Promise<Hdf5File> {
    const { File: Opened } = await import('jsfive');
    return reading(what, 'it is damaged or cut short', () => {
      const own = bytes.slice();
      return new Hdf5File(new Opened(own.buffer, what), what, bytes.length);
    });
  }

  /** A text attribute; undefined where there is none. */
  text(path: string, name: string): string | undefined {
    const value = this.#attribute(path, name);
    return typeof value === 'string' ? withoutPadding(value) : undefined;
  }

  /** An attribute that is a list of texts; empty where there is none. Keras cuts long lists into parts, `name0`, `name1` … */
  texts(path: string, name: string): readonly string[] {
    const whole = this.#attribute(path, name);
    const parts: unknown[] = whole === undefined ? [] : [whole];
    for (let part = 0; whole === undefined; part++) {
      const next = this.#attribute(path, `${name}${part}`);
      if (next === undefined) break;
      parts.push(next);
    }
    return parts
      .flat()
      .filter((text): text is string => typeof text === 'string' && text !== '')
      .map(withoutPadding);
  }

  /** Names of what lies in a group; empty where there is none. */
  names(path: string): readonly string[] {
    const found = this.#find(path);
    return found !== undefined && 'keys' in found ? reading(this.#what, `group '${path}'`, () => found.keys) : [];
  }

  /** An array of numbers; undefined where there is none. */
  array(path: string): NdArray | undefined {
    const known = this.#arrays.get(path);
    if (known !== undefined) return known;
    const found = this.#find(path);
    if (found === undefined || !('shape' in found)) return undefined;
    const array = this.#read(found, path);
    this.#arrays.set(path, array);
    return array;
  }

  #read(found: Dataset, path: string): NdArray {
    return reading(this.#what, `the array '${path}' is damaged or cut short`, () => {
      const { shape, dtype } = found;
      const size = sizeOf(shape);
      if (typeof dtype !== 'string' || !/^[<>|]?[fiu]\d$/.test(dtype))
        throw sourceInvalid(this.#what, `the array '${path}' is of type ${String(dtype)}, not of numbers`);
      if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0) || size > this.#bytes * MOST_PACKED)
        throw sourceInvalid(this.#what, `the array '${path}' is said to be of shape [${shape.join(', ')}]`);
      this.#bounds.numbers(size);
      const { value } = found;
      const data = Float64Array.from(value as ArrayLike<number>, Number);
      if (data.length !== size)
        throw sourceInvalid(this.#what, `the array '${path}' has ${data.length} numbers in place of ${size}`);
      return new NdArray(data, shape);
    });
  }

  #attribute(path: string, name: string): unknown {
    const found = this.#find(path);
    if (found === undefined) return undefined;
    const attributes = reading(this.#what, `attributes of '${path}'`, () => found.attrs);
    return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  }

  #find(path: string): Group | Dataset | undefined {
    return reading(this.#what, `'${path}'`, () => {
      let at: Group | Dataset = this.#file;
      for (const part of path.split('/').filter((each) => each !== '')) {
        if (!('keys' in at) || !at.keys.includes(part)) return undefined;
        const next: Group | Dataset | null | undefined = at.get(part);
        if (next === null || next === undefined) return undefined;
        at = next;
      }
      return at;
    });
  }
}

/** Calls; what it throws is said of the file. */
function reading<Result>(what: string, problem: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (isNdlError(error)) throw error;
    throw sourceInvalid(what, `${problem} (${showThrown(error)})`, error);
  }
}

/** Texts of fixed length are filled up with zeros. */
function withoutPadding(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
