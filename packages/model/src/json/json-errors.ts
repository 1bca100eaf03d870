/** @file What is said of networks as files: what cannot be read, and what cannot be written. */
import { NdlError } from '@ndl/numerics';

/** What is no network as `network.toJSON` writes it. */
export function jsonInvalid(problem: string, cause?: unknown): NdlError {
  return new NdlError('NETWORK_JSON', `This is no network as network.toJSON() writes it: ${problem}.`, { cause });
}

/** A function that has no name in files, or a name without function. */
export function functionNotNamed(where: string, name: string, known: readonly string[]): NdlError {
  const called = name === '' ? 'a function' : `the function '${name}'`;
  return new NdlError(
    'FUNCTION_NOT_NAMED',
    `${where} is ${called}, and files hold functions by name only: give the same { functions: { ${name || 'square'}: … } } to ` +
      `toJSON and networkFromJson. ${known.length === 0 ? 'None is given.' : `Given are ${known.join(', ')}.`}`,
    { known },
  );
}

/** What cannot stand in a file. */
export function notAsJson(where: string, value: string): NdlError {
  return new NdlError(
    'NOT_JSON',
    `${where} is ${value}, which no file can hold: plain data, arrays and named functions can.`,
  );
}
