/** @file Tables of bad input: what is done, the code of the error, and what its message must name. */
import { expect, it } from 'vitest';
import { isNdlError } from './index.ts';

/** One wrong thing to do. `names`: all must be found in the message. */
export interface BadInput {
  readonly what: string;
  readonly code: string;
  readonly names: readonly (string | RegExp)[];
  act(): unknown;
}

/** A test per entry: the act fails, at once or by a rejected promise, with the code and the names. */
export function refuses(table: readonly BadInput[]): void {
  it.each(table.map((entry) => [entry.what, entry] as const))('%s', async (_, { act, code, names }) => {
    const error = await failureOf(act);
    if (!isNdlError(error)) throw new Error('the act did not fail with an NdlError', { cause: error });
    expect(error.code).toBe(code);
    for (const name of names)
      expect(error.message).toMatch(typeof name === 'string' ? new RegExp(escaped(name)) : name);
    expect(error.message).not.toMatch(/undefined is not|\[object Object\]|\n +at /);
  });
}

async function failureOf(act: () => unknown): Promise<unknown> {
  try {
    await act();
  } catch (error) {
    return error;
  }
  return undefined;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
