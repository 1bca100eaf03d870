/** @file The settings of ndl itself, as a table: name, default, meaning, and what is wrong with a value. */
import type { SettingSpec, Settings } from '@ndl/core';
import { isPlainObject, trainableOpinion } from '@ndl/model';
import { reservedNameIn } from './setting-names.ts';

type Validate = (value: unknown) => string | undefined;

/** A setting of ndl itself, whose values can be judged where they are set: by themselves. */
export interface BuiltInSettingSpec extends SettingSpec {
  validate(value: unknown): string | undefined;
}

const problemOfTrainable: Validate = (value) => {
  try {
    trainableOpinion(value, 'trainable');
    return undefined;
  } catch {
    return 'must be true, false or null, or true and false by the names of parameters, such as { tau: true }';
  }
};

const trueOrFalse: Validate = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');

const tokenOrFunction =
  (example: string): Validate =>
  (value) =>
    typeof value === 'symbol' || typeof value === 'function'
      ? undefined
      : `must be a token, such as ${example}, or a function`;

const isToken = (value: unknown): boolean => typeof value === 'symbol';

function isSimplification(value: unknown): boolean {
  if (isToken(value)) return true;
  const { name, apply } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  return typeof name === 'string' && typeof apply === 'function';
}

function problemOfSessionConfig(value: unknown): string | undefined {
  if (!isPlainObject(value)) return 'must be an object of dotted names and values';
  const reserved = reservedNameIn(value);
  if (reserved !== undefined) return `must not contain the reserved name '${reserved}'`;
  const bad = Object.entries(value).find(([, option]) => !isScalar(option));
  if (bad === undefined) return undefined;
  const [name, option] = bad;
  const dotted = isPlainObject(option) ? dottedNamesIn(name, option) : [];
  if (dotted.length > 0) return `takes dotted names: write ${dotted.join(', ')}, not an object under '${name}'`;
  return `must hold texts, finite numbers, true or false, but '${name}' is none`;
}

/** Levels of nested objects whose names are told: an object may contain itself. */
const DEEPEST = 4;

/** How the names in nested objects are written, quoted. */
function dottedNamesIn(name: string, nested: object, depth = 1): readonly string[] {
  return Object.entries(nested).flatMap(([inner, option]) =>
    isPlainObject(option) && depth < DEEPEST
      ? dottedNamesIn(`${name}.${inner}`, option, depth + 1)
      : [`'${name}.${inner}'`],
  );
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

function problemOfGradient(value: unknown): string | undefined {
  if (isToken(value)) return undefined;
  const isPerKind = isPlainObject(value) && Object.values(value).every(isToken);
  return isPerKind ? undefined : 'must be a token, such as RATE_GRADIENT, or an object of one token per kind of neuron';
}

/** Settings of ndl itself; plugins add others to `Settings`. */
type BuiltInSetting =
  | 'trainable'
  | 'planner'
  | 'sorter'
  | 'simplifications'
  | 'backend'
  | 'sessionConfig'
  | 'inferenceOnly'
  | 'gradient'
  | 'dtype'
  | 'keepHistory';

/** One spec per name, so that none is forgotten. */
const SPECS: {
  readonly [Name in BuiltInSetting]: Omit<SettingSpec<Name>, 'name' | 'validate'> & { readonly validate: Validate };
} = {
  trainable: {
    default: undefined,
    summary: 'Adds the attribute `trainable`: whether training changes parameters that nothing else is said about.',
    validate: problemOfTrainable,
  },
  planner: {
    default: undefined,
    summary: 'Groups operators that run as one.',
    validate: tokenOrFunction('TREE_PLANNER'),
  },
  sorter: {
    default: undefined,
    summary: 'Orders signals in memory.',
    validate: tokenOrFunction('ORDER_SIGNALS'),
  },
  simplifications: {
    default: undefined,
    summary: 'Rewrites of the operator graph, in order; all that are loaded, unless given.',
    validate: (value) =>
      Array.isArray(value) && Array.from(value).every(isSimplification)
        ? undefined
        : 'must be a list of tokens, or of objects with a name and a function apply',
  },
  backend: {
    default: undefined,
    summary: 'What runs the network; the best loaded one that can, unless given.',
    validate: (value) => (isToken(value) ? undefined : 'must be the token of a backend'),
  },
  sessionConfig: {
    default: Object.freeze({}),
    summary: 'Options of the backend, by dotted name.',
    validate: problemOfSessionConfig,
  },
  inferenceOnly: {
    default: false,
    summary: 'Leaves out all that training needs.',
    validate: trueOrFalse,
  },
  gradient: {
    default: undefined,
    summary: 'How spiking neurons are trained: by their rates, unless given.',
    validate: problemOfGradient,
  },
  dtype: {
    default: 'float32',
    summary: 'Precision of the simulation.',
    validate: (value) => (value === 'float32' || value === 'float64' ? undefined : "must be 'float32' or 'float64'"),
  },
  keepHistory: {
    default: true,
    summary: 'Whether probes keep every sample, or only the last.',
    validate: trueOrFalse,
  },
};

/** The settings of ndl itself. */
export const builtInSettingSpecs: readonly BuiltInSettingSpec[] = Object.freeze(
  Object.entries(SPECS).map(([name, spec]) => Object.freeze({ ...spec, name: name as keyof Settings })),
);
