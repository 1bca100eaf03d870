/** @file The operators that simplifications put in place of others. */
import type { CopyOperator, ResetOperator, SignalView } from '@ndl/core';
import { asValue, type Constant } from './constant.ts';

/** Sets `target` to a number, or to numbers in the order of its elements. */
export function resetOf(label: string, target: SignalView, value: Constant): ResetOperator {
  return {
    kind: 'reset',
    label,
    target,
    value: asValue(value, target.shape),
    sets: [target],
    incs: [],
    reads: [],
    updates: [],
  };
}

/** Sets `target` to `source`, or increments it. */
export function copyOf(label: string, source: SignalView, target: SignalView, mode: 'set' | 'inc'): CopyOperator {
  return {
    kind: 'copy',
    label,
    source,
    target,
    mode,
    sets: mode === 'set' ? [target] : [],
    incs: mode === 'inc' ? [target] : [],
    reads: [source],
    updates: [],
  };
}
