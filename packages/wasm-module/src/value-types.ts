/** @file The types of WebAssembly's values, and how a module writes them. */

/** Types of values: whole numbers, floating-point numbers, vectors of 128 bits. */
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** What an instruction leaves on the stack: a value, or nothing. */
export type ResultType = ValueType | 'none';

export const VALUE_TYPE_CODES: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};
