/** @file Whether a model keeps what it promises by its export `expected`. */
import type { ExpectedResult, ModelHost } from '@ndl/model-source';
import type { Simulator } from 'ndl';

/** What was promised, and what came of it. */
export interface KeptPromise {
  readonly what: string;
  readonly value: number;
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
  readonly isKept: boolean;
}

export async function measurePromise(
  { what, measure, atLeast, atMost }: ExpectedResult,
  simulator: Simulator,
  host: ModelHost,
): Promise<KeptPromise> {
  const value = await measure(simulator, host);
  const isKept = value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity);
  return { what, value, atLeast, atMost, isKept };
}

export function promiseText({ what, value, atLeast, atMost, isKept }: KeptPromise): string {
  const bounds = [
    ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
    ...(atMost === undefined ? [] : [`at most ${atMost}`]),
  ];
  return `${isKept ? 'kept' : 'BROKEN'}: ${what}: ${Number(value.toPrecision(4))} (promised: ${bounds.join(', ')})`;
}
