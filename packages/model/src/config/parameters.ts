/**
 * @file Parameters of objects as tables: what each constructor accepts, its built-in default, and the check that it passes
 * where it is given: to a constructor or to the configuration.
 */
import { isRevoked } from '@ndl/numerics';
import { checkOptions, type Check } from '../data/checks.ts';
import { configuredDefault } from '../networks/context.ts';
import { invalidParameter, missingParameter } from '../errors.ts';
import type { ConfigurableKind } from '../objects/objects.ts';

/** One parameter. Without `fallback` it is required, and cannot be configured. */
export interface Parameter<Value> {
  readonly check: Check<Value>;
  readonly fallback?: { readonly value: Value };
}

/** The parameters of a class by name. */
export type ParameterTable<Values> = { readonly [Name in keyof Values]: Parameter<Values[Name]> };

/** The names of the parameters of a table. */
export function namesOf<Values extends object>(table: ParameterTable<Values>): readonly (keyof Values & string)[] {
  return Object.keys(table) as (keyof Values & string)[];
}

/** Every property optional, `undefined` meaning "not given". */
export type Optional<Options> = { readonly [Name in keyof Options]?: Options[Name] | undefined };

/** A parameter with a built-in default. */
export function parameter<Value>(value: NoInfer<Value>, check: Check<Value>): Parameter<Value> {
  return { check, fallback: { value } };
}

/** A parameter that must be given. */
export function required<Value>(check: Check<Value>): Parameter<Value> {
  return { check };
}

/**
 * The value of every parameter: what was given, else the default of the innermost open network that has one, else the
 * built-in default. @throws NdlError UNKNOWN_OPTION, MISSING_OPTION, and what the checks throw.
 */
export function resolveParameters<Values extends object>(
  kind: ConfigurableKind,
  table: ParameterTable<Values>,
  options: object,
  subject: string,
): Values {
  const names = namesOf(table);
  checkOptions(options, names, subject);
  const entries = names.map((name) => [name, valueOf(kind, name, table[name], options, subject)]);
  return Object.fromEntries(entries) as Values;
}

/** Those parameters that `changes` names, checked. @throws NdlError UNKNOWN_OPTION, and what the checks throw. */
export function checkedChanges<Values extends object>(
  table: ParameterTable<Values>,
  changes: object,
  subject: string,
): Partial<Values> {
  checkOptions(changes, Object.keys(table), subject);
  const entries = Object.entries(changes).map(([name, value]) => [
    name,
    checked(table[name as keyof Values].check, value, `${subject}: ${name}`),
  ]);
  return Object.fromEntries(entries) as Partial<Values>;
}

/** The changes that an object of options names; what is undefined is not named. @throws NdlError INVALID_OPTION */
export function namedChanges<Changes extends object>(changes: Changes, subject: string): Changes {
  checkOptions(changes, Object.keys(changes ?? {}), subject);
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Changes;
}

function checked<Value>(check: Check<Value>, value: unknown, where: string): Value {
  if (isRevoked(value)) throw invalidParameter(where, 'something that can be looked at', value);
  return check(value, where);
}

function valueOf<Value>(
  kind: ConfigurableKind,
  name: string,
  { check, fallback }: Parameter<Value>,
  options: object,
  subject: string,
): Value {
  const given: unknown = (options as Record<string, unknown>)[name];
  if (given !== undefined) return checked(check, given, `${subject}: ${name}`);
  if (fallback === undefined) throw missingParameter(`${subject}: ${name}`);
  const configured = configuredDefault(kind, name);
  return configured === undefined ? fallback.value : (configured.value as Value);
}
