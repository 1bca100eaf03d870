/**
 * @file Codecs: how plain data become JSON and come back, checked on the way. What a value is made of is stated once, for both
 * directions. Fields stand in the order in which they are stated, so that equal values give equal text.
 */
import { programTextInvalid } from '../errors.ts';

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Where a value stands in what is decoded, from the inside out. */
export interface Path {
  readonly parent: Path | undefined;
  readonly key: string | number;
}

export interface Codec<Value> {
  encode(value: Value): Json;
  /** @throws NdlError PROGRAM_TEXT_INVALID */
  decode(json: Json, path: Path | undefined): Value;
}

/** Throws the error that belongs to a place. */
export function failAtPath(path: Path | undefined, problem: string): never {
  const keys: string[] = [];
  for (let at = path; at !== undefined; at = at.parent)
    keys.unshift(typeof at.key === 'number' ? `[${at.key}]` : `.${at.key}`);
  throw programTextInvalid(keys.join('').replace(/^\./, '') || 'the whole', problem);
}

const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
]);

/** Any number; those that JSON lacks as texts. */
export const REAL: Codec<number> = {
  encode: (value) => {
    if (Object.is(value, -0)) return '-0';
    return Number.isFinite(value) ? value : String(value);
  },
  decode: (json, path) => {
    if (typeof json === 'number') return json;
    const special = typeof json === 'string' ? SPECIAL.get(json) : undefined;
    return special ?? failAtPath(path, `a number is wanted, not ${describe(json)}`);
  },
};

export const TEXT: Codec<string> = {
  encode: (value) => value,
  decode: (json, path) =>
    typeof json === 'string' ? json : failAtPath(path, `a text is wanted, not ${describe(json)}`),
};

export const FLAG: Codec<boolean> = {
  encode: (value) => value,
  decode: (json, path) =>
    typeof json === 'boolean' ? json : failAtPath(path, `true or false is wanted, not ${describe(json)}`),
};

/** JSON, to be looked at later. */
export const AS_IT_IS: Codec<Json> = { encode: (value) => value, decode: (json) => json };

/** One of some texts. */
export function oneOf<const Value extends string>(...values: readonly Value[]): Codec<Value> {
  return {
    encode: (value) => value,
    decode: (json, path) =>
      values.find((value) => value === json) ??
      failAtPath(path, `one of ${values.join(', ')} is wanted, not ${describe(json)}`),
  };
}

export function listOf<Value>(element: Codec<Value>): Codec<readonly Value[]> {
  return {
    encode: (values) => values.map((value) => element.encode(value)),
    decode: (json, path) => {
      if (!isList(json)) return failAtPath(path, `a list is wanted, not ${describe(json)}`);
      return json.map((each, key) => element.decode(each, { parent: path, key }));
    },
  };
}

/** Two values, as a list. */
export function pairOf<First, Second>(first: Codec<First>, second: Codec<Second>): Codec<readonly [First, Second]> {
  return {
    encode: ([a, b]) => [first.encode(a), second.encode(b)],
    decode: (json, path) => {
      if (!isList(json) || json.length !== 2) return failAtPath(path, `a pair is wanted, not ${describe(json)}`);
      return [first.decode(json[0]!, { parent: path, key: 0 }), second.decode(json[1]!, { parent: path, key: 1 })];
    },
  };
}

/** A codec for each field. */
export type Fields<Value> = { readonly [Name in keyof Value]-?: Codec<Exclude<Value[Name], undefined>> };

/** Names of the fields that may be absent. */
type OptionalNames<Value> = { [Name in keyof Value]-?: undefined extends Value[Name] ? Name : never }[keyof Value];

/** An object of these fields and no others; those of `optional` may be absent. */
export function recordOf<Value extends object>(
  fields: Fields<Value>,
  optional: readonly OptionalNames<Value>[] = [],
): Codec<Value> {
  const entries = Object.entries(fields) as [string & keyof Value, Codec<unknown>][];
  const mayBeAbsent = new Set<keyof Value>(optional);
  return {
    encode: (value) => {
      const json: Record<string, Json> = {};
      for (const [name, codec] of entries) if (value[name] !== undefined) json[name] = codec.encode(value[name]);
      return json;
    },
    decode: (json, path) => {
      if (!isObject(json)) return failAtPath(path, `an object is wanted, not ${describe(json)}`);
      const strange = Object.keys(json).find((name) => !Object.hasOwn(fields, name));
      if (strange !== undefined)
        failAtPath(path, `it has a field "${strange}"; known: ${entries.map(([name]) => name).join(', ')}`);
      const value: Partial<Record<keyof Value, unknown>> = {};
      for (const [name, codec] of entries) {
        const own = Object.hasOwn(json, name) ? json[name] : undefined;
        if (own !== undefined) value[name] = codec.decode(own, { parent: path, key: name });
        else if (!mayBeAbsent.has(name)) failAtPath(path, `it lacks the field "${name}"`);
      }
      return value as Value;
    },
  };
}

/** One codec for each kind of object. */
export function taggedBy<Value extends { readonly kind: string }>(kinds: {
  readonly [Kind in Value['kind']]: Codec<Extract<Value, { readonly kind: Kind }>>;
}): Codec<Value> {
  const codecs = kinds as Readonly<Record<string, Codec<Value>>>;
  return {
    encode: (value) => codecs[value.kind]!.encode(value),
    decode: (json, path) => {
      const kind = isObject(json) && Object.hasOwn(json, 'kind') ? json['kind'] : undefined;
      if (typeof kind !== 'string' || !Object.hasOwn(codecs, kind))
        return failAtPath(path, `a kind is wanted: ${Object.keys(codecs).join(', ')}`);
      return codecs[kind]!.decode(json, path);
    },
  };
}

export function isObject(json: Json): json is { readonly [name: string]: Json } {
  return typeof json === 'object' && json !== null && !isList(json);
}

export function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

const SHOWN = 40;

function describe(json: Json): string {
  const text = JSON.stringify(json);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** @throws NdlError PROGRAM_TEXT_INVALID for a text that is no JSON */
export function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw programTextInvalid('the whole', 'it is no JSON', cause);
  }
}
