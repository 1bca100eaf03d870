/** @file What several rooms of `@ndl/model` say of values and options, with a stable code, the culprit, and the fix. What one room says alone stands there. */
import { NdlError, showValue, sizeOf, suggest, withHint } from '@ndl/numerics';

/** A name that the receiver does not know. */
export function unknownOption(subject: string, option: string, known: readonly string[]): NdlError {
  const isAttribute = option === 'trainable' || option === 'keepHistory';
  const fix = isAttribute
    ? `It belongs to the configuration: say net.config.of(object).${option} = …, after configureSettings({ ${option}: … }) has added it.`
    : suggest(option, known);
  return new NdlError('UNKNOWN_OPTION', `${subject}: unknown option '${option}'. ${fix}`, { known });
}

/** A value of the wrong type or outside its range. `where` is subject and parameter: `lif: tauRc`. */
export function invalidParameter(where: string, requirement: string, actual: unknown, hint = ''): NdlError {
  const got = isNamedByPlace(actual, where) ? 'a function' : showValue(actual);
  return new NdlError('INVALID_OPTION', withHint(`${where} must be ${requirement}; got ${got}.`, hint));
}

/** Whether a function has its name from the option that it was written for, as in `encoders: () => 1`. */
export function isNamedByPlace(value: unknown, where: string): boolean {
  return typeof value === 'function' && value.name !== '' && /\w+$/.exec(where)?.[0] === value.name;
}

/** A parameter without default that was not given. */
export function missingParameter(where: string): NdlError {
  return new NdlError('MISSING_OPTION', `${where} is required and was not given.`);
}

/** An array of another shape than its place asks for; `*` stands for any length. */
export function wrongShape(
  where: string,
  expected: readonly (number | '*')[],
  actual: readonly number[],
  why = '',
): NdlError {
  return new NdlError(
    'SHAPE_MISMATCH',
    withHint(`${where}: expected shape [${expected.join(', ')}], got [${actual.join(', ')}].`, why),
  );
}

/** Sizes whose array no engine can hold. `count` says what there is too much of: "too many neurons". */
export function tooLarge(where: string, count: string, sizes: readonly number[], limit: number): NdlError {
  const total = sizeOf(sizes);
  const sum = sizes.length === 1 ? '' : ` = ${total}`;
  return new NdlError(
    'TOO_LARGE',
    `${where}: ${count}: an array of ${sizes.join(' · ')}${sum} numbers is wanted, and ${limit} are the most that one can hold.`,
  );
}

/** NaN or infinity where a number is wanted. */
export function nonFinite(where: string, value: number, position?: readonly number[]): NdlError {
  const place = position === undefined || position.length === 0 ? '' : ` at [${position.join(', ')}]`;
  return new NdlError('NOT_FINITE', `${where} holds ${value}${place}; every number must be finite.`);
}

/** Data that contain themselves. */
export function cyclicData(data: object): NdlError {
  return new NdlError(
    'CYCLIC_DATA',
    `${showValue(data)} contains itself; data that are kept are copied, so they must end somewhere.`,
  );
}

/** Two options that cannot stand together, or one that needs the other. */
export function optionConflict(subject: string, problem: string): NdlError {
  return new NdlError('OPTION_CONFLICT', `${subject}: ${problem}`);
}
