/** @file What went wrong in a model, as the page shows it: a sentence, and the line where one is known. */
import { lineOfModel, type ReadModel } from '@ndl/model-source';
import { isNdlError } from 'ndl';

export interface ModelFailure {
  readonly message: string;
  readonly line: number | null;
}

/** Where nothing else tells the line, an object that the message names does. */
export function failureOf(error: unknown, declarations: ReadModel['declarations']): ModelFailure {
  const message = error instanceof Error ? error.message : `the model threw ${String(error)}`;
  const isOurs = isNdlError(error) || !(error instanceof Error) || ['Error', 'EndlessLoop'].includes(error.name);
  const line = lineOfCause(error) ?? lineOfNamed(message, declarations) ?? null;
  return { message: isOurs ? message.replace(/^line \d+: /, '') : `${error.name}: ${message}`, line };
}

/** A function of the model that failed is the cause of an error of ndl's. */
function lineOfCause(error: unknown): number | undefined {
  for (let [cause, depth] = [error, 0]; cause instanceof Error && depth < 8; cause = cause.cause, depth++) {
    const line = lineOfModel(cause);
    if (line !== undefined) return line;
  }
  return undefined;
}

function lineOfNamed(message: string, declarations: ReadModel['declarations']): number | undefined {
  for (const [object, { line }] of declarations) {
    const { label } = object as { readonly label?: unknown };
    if (typeof label === 'string' && message.includes(`'${label}'`)) return line;
  }
  return undefined;
}
