/**
 * @file Values of parameters and settings as JSON, and back, to the last bit: arrays, numbers that JSON does not have, tokens, and
 * functions by name. What stands for something else is an object with one name that begins with $.
 */
import { isNdArray, NdArray, showValue, sizeOf } from '@ndl/numerics';
import { checkKind } from './check-kinds.ts';
import { functionNotNamed, jsonInvalid, notAsJson } from './json-errors.ts';
import { isPlainObject } from '../data/immutable-data.ts';

/** Functions by the names that stand for them in files. */
export type FunctionNames = Readonly<Record<string, (...given: never[]) => unknown>>;

/** A value as JSON. `where` is what it is, for errors. @throws NdlError FUNCTION_NOT_NAMED, NOT_JSON */
export function valueAsJson(value: unknown, functions: FunctionNames, where: string): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return numberAsJson(value);
  if (typeof value === 'function') {
    const name = Object.keys(functions).find((known) => functions[known] === value);
    if (name === undefined) throw functionNotNamed(where, value.name, Object.keys(functions));
    return { $function: name };
  }
  if (typeof value === 'symbol') {
    const id = Symbol.keyFor(value);
    if (id === undefined) throw notAsJson(where, String(value));
    return { $token: id };
  }
  if (isNdArray(value)) {
    const type = value.data instanceof Float32Array ? 'float32' : 'float64';
    return { $array: { type, shape: [...value.shape], data: Array.from(value.data, numberAsJson) } };
  }
  if (Array.isArray(value)) return value.map((element, index) => valueAsJson(element, functions, `${where}[${index}]`));
  if (!isPlainObject(value)) throw notAsJson(where, showValue(value));
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(
    entries.map(([name, entry]) => {
      return [name.startsWith('$') ? `$${name}` : name, valueAsJson(entry, functions, `${where}.${name}`)];
    }),
  );
}

/** Numbers that JSON would change are texts, as `String` writes them; `-0` is that. */
function numberAsJson(value: number): unknown {
  if (Object.is(value, -0)) return { $number: '-0' };
  return Number.isFinite(value) ? value : { $number: String(value) };
}

const NUMBERS: readonly string[] = ['-0', 'NaN', 'Infinity', '-Infinity'];

/** The value that JSON stands for. @throws NdlError NETWORK_JSON, FUNCTION_NOT_NAMED */
export function valueFromJson(json: unknown, functions: FunctionNames, where: string): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map((element, index) => valueFromJson(element, functions, `${where}[${index}]`));
  const names = Object.keys(json);
  const special = names.length === 1 && /^\$[^$]/.test(names[0]!) ? names[0] : undefined;
  if (special !== undefined)
    return specialFromJson(special, json as Readonly<Record<string, unknown>>, functions, where);
  const fields = Object.fromEntries(
    Object.entries(json).map(([name, entry]) => {
      return [name.replace(/^\$\$/, '$'), valueFromJson(entry, functions, `${where}.${name}`)];
    }),
  );
  checkKind(fields, where);
  return fields;
}

function specialFromJson(
  name: string,
  json: Readonly<Record<string, unknown>>,
  functions: FunctionNames,
  where: string,
): unknown {
  const content = json[name];
  switch (name) {
    case '$number':
      if (!NUMBERS.includes(content as string)) throw jsonInvalid(`${where} is no number`);
      return Number(content);
    case '$token':
      if (typeof content !== 'string') throw jsonInvalid(`${where} is no token`);
      return Symbol.for(content);
    case '$function':
      if (typeof content === 'string' && Object.hasOwn(functions, content)) return functions[content];
      throw functionNotNamed(where, String(content), Object.keys(functions));
    case '$array':
      return arrayFromJson(content, functions, where);
    default:
      throw jsonInvalid(`${where} is of a kind that is not known, ${name}`);
  }
}

function arrayFromJson(content: unknown, functions: FunctionNames, where: string): NdArray {
  const { type, shape, data } = (content ?? {}) as Readonly<Record<string, unknown>>;
  const isShape = Array.isArray(shape) && shape.every((length) => Number.isSafeInteger(length) && length >= 0);
  if (!isShape || !Array.isArray(data) || !(type === 'float32' || type === 'float64'))
    throw jsonInvalid(`${where} is no array of a type, a shape and data`);
  // Compared before anything is made of it.
  const size = sizeOf(shape as readonly number[]);
  if (size !== data.length) throw jsonInvalid(`${where} has ${data.length} numbers, and its shape is of ${size}`);
  const numbers = data.map((element) => valueFromJson(element, functions, where));
  if (!numbers.every((number) => typeof number === 'number')) throw jsonInvalid(`${where} has what is no number`);
  return new NdArray(type === 'float32' ? Float32Array.from(numbers) : Float64Array.from(numbers), shape);
}
