/** @file Copies of what crosses the border, so that neither side sees what the other changes. */
import { complete, fillInPieces, isNdArray, NdArray, type FloatArray, type Pieces } from '@ndl/numerics';

/**
 * A deep copy of plain data: records, lists, Maps, Sets, arrays of numbers and bytes. Functions, tokens and instances of other
 * classes stay what they are. What is shared within `data` is shared within the copy.
 * @param replaced what stands for an object in place of a copy; undefined to copy it.
 */
export function copyOf<Data>(data: Data, replaced: (object: object) => object | undefined = () => undefined): Data {
  const { copy, fill } = copier(replaced);
  const made = copy(data);
  complete(fill());
  return made;
}

/** Copies the entries of maps, one by one and long arrays part by part; what any of them share, their copies share. */
export class EntryCopier {
  readonly #copier: Copier = copier(() => undefined);

  *copyOf<Key, Value>(map: ReadonlyMap<Key, Value>): Pieces<ReadonlyMap<Key, Value>> {
    const { copy, fill } = this.#copier;
    const entries = new Map<Key, Value>();
    for (const [key, value] of map) {
      entries.set(copy(key), copy(value));
      yield* fill();
      yield ENTRY_COST;
    }
    return entries;
  }
}

/** What the copy of an entry is worth, in operations. */
const ENTRY_COST = 65_536;

interface Copier {
  /** A copy of data; the numbers of its arrays are still to come. */
  copy<Data>(data: Data): Data;
  /** Fills the arrays of the copies made so far. */
  fill(): Pieces<void>;
}

function copier(replaced: (object: object) => object | undefined): Copier {
  const unfilled: (readonly [target: FloatArray, source: FloatArray])[] = [];
  const emptyArray = ({ data, shape }: NdArray): NdArray => {
    const target = new (data.constructor as new (length: number) => FloatArray)(data.length);
    unfilled.push([target, data]);
    return new NdArray(target, shape);
  };
  const copies = new Map<object, object>();
  const remember = <Copy extends object>(original: object, copy: Copy): Copy => {
    copies.set(original, copy);
    return copy;
  };
  const visit = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const known = copies.get(value) ?? replaced(value);
    if (known !== undefined) return known;
    if (isNdArray(value)) return remember(value, emptyArray(value));
    if (ArrayBuffer.isView(value)) return remember(value, copyOfView(value));
    if (Array.isArray(value)) {
      const list = remember(value, new Array<unknown>(value.length));
      value.forEach((entry, index) => (list[index] = visit(entry)));
      return list;
    }
    if (value instanceof Map) {
      const map = remember(value, new Map<unknown, unknown>());
      for (const [key, entry] of value) map.set(visit(key), visit(entry));
      return map;
    }
    if (value instanceof Set) {
      const set = remember(value, new Set<unknown>());
      for (const entry of value) set.add(visit(entry));
      return set;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return value;
    const record = remember(value, Object.create(prototype) as Record<string | symbol, unknown>);
    for (const name of Reflect.ownKeys(value)) {
      const copy = visit((value as Record<string | symbol, unknown>)[name]);
      // Not by assignment: a name such as __proto__ would set something else.
      Object.defineProperty(record, name, { value: copy, enumerable: true, writable: true, configurable: true });
    }
    return record;
  };
  return {
    copy: <Data>(data: Data): Data => visit(data) as Data,
    *fill() {
      for (const [target, source] of unfilled.splice(0)) yield* fillInPieces(target, source);
    },
  };
}

function copyOfView(view: ArrayBufferView): ArrayBufferView {
  const bytes = Uint8Array.from(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  const make = view.constructor as new (buffer: ArrayBuffer) => ArrayBufferView;
  return new make(bytes.buffer);
}
