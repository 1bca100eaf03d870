/** @file Every diagnostic of `@ndl/model-source`: one function each, with a stable code, the line, and the fix. */
import { NdlError, nearestName, showValue, suggest } from '@ndl/numerics';

/** An error that knows where in the source of a model it is. */
export class ModelSourceError extends NdlError {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;

  constructor(code: string, place: Place, message: string, cause?: unknown) {
    super(code, `line ${place.line}: ${message}`, { cause });
    this.line = place.line;
    this.column = place.column;
  }
}

/** A place in a source: line and column, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Text that is no TypeScript. */
export function badSyntax(place: Place, reason: string, cause: unknown): ModelSourceError {
  return new ModelSourceError('MODEL_SYNTAX', place, `this is no TypeScript: ${reason}.`, cause);
}

/** Syntax that is more than types, and would have to be translated. */
export function notErasable(place: Place, what: string, instead: string): ModelSourceError {
  return new ModelSourceError(
    'MODEL_NOT_ERASABLE',
    place,
    `${what} is more than a type; of a model, only types can be erased. Write ${instead}.`,
  );
}

/** An import of what is no part of ndl. */
export function foreignImport(place: Place, specifier: string): ModelSourceError {
  return new ModelSourceError(
    'MODEL_IMPORT',
    place,
    `a model imports packages of ndl alone: 'ndl' or '@ndl/…'; this is '${specifier}'. Write what you need of it into the model.`,
  );
}

/** A name that a package does not export. */
export function missingExport(
  place: Place,
  specifier: string,
  name: string,
  known: readonly string[],
): ModelSourceError {
  const nearest = nearestName(name, known);
  const instead =
    name === 'default'
      ? `Write import { … } from '${specifier}'`
      : nearest === undefined
        ? 'Its documentation lists what it has'
        : `Did you mean ${nearest}?`;
  const what = name === 'default' ? 'no default export' : `no '${name}'`;
  return new ModelSourceError(
    'MODEL_IMPORT',
    place,
    `'${specifier}' has ${what}. ${instead}${instead.endsWith('?') ? '' : '.'}`,
  );
}

/** `import(…)`, whose target cannot be known beforehand. */
export function dynamicImport(place: Place): ModelSourceError {
  return new ModelSourceError(
    'MODEL_IMPORT',
    place,
    "import(…) is not for models; write import … from 'ndl' at the top.",
  );
}

/** A module that exports no model. */
export function noModel(given: unknown): NdlError {
  const got = given === undefined ? 'it has no default export' : `its default export is ${describeExport(given)}`;
  return new NdlError(
    'MODEL_EXPORT',
    `A model default-exports a Network or { network, training?, panels? }; ${got}. Write: export default net;`,
  );
}

function describeExport(given: unknown): string {
  const isPromise = typeof (given as { readonly then?: unknown } | null)?.then === 'function';
  return isPromise ? 'a promise, before which await belongs' : showValue(given);
}

/** A part of a model that is not what it must be. */
export function badPart(part: string, requirement: string, given: unknown): NdlError {
  return new NdlError('MODEL_EXPORT', `model: ${part} must be ${requirement}; got ${showValue(given)}.`);
}

/** A part that models do not have. */
export function unknownPart(where: string, part: string, known: readonly string[]): NdlError {
  return new NdlError('UNKNOWN_OPTION', `${where} has no part '${part}'. ${suggest(part, known)}`, { known });
}

/** An argument of a public function that does not fit. */
export function badArgument(call: string, what: string, requirement: string, given: unknown): NdlError {
  return new NdlError('INVALID_OPTION', `${call}: ${what} must be ${requirement}; got ${showValue(given)}.`);
}

/** A package of ndl that the host does not have. */
export function missingPackage(specifier: string, suggestion: string): NdlError {
  return new NdlError('MODEL_IMPORT', `The package '${specifier}' is not here for models. ${suggestion}`);
}
