/** @file What executables of plugins give, checked: reports, gradients, saved states and arrays. */
import type { ExecutableState, GradientResult, Reports } from '@ndl/core';
import { isNdArray, isRefusedPromise, showValue, type NdArray } from '@ndl/numerics';
import { backendInvalid } from './backend-errors.ts';

/** Judges what calls of a backend, which it is named after, resolve to. Each @throws NdlError BACKEND_INVALID */
export class ExecutableResults {
  readonly #backend: string;

  constructor(backend: string) {
    this.#backend = backend;
  }

  reports(call: string, value: unknown): Reports {
    if (areReports(value)) return value;
    throw this.#invalid(call, 'numbers by name, `loss` among them,', value);
  }

  gradients(value: unknown): GradientResult {
    const { reports, gradients } = (value ?? {}) as Partial<GradientResult>;
    if (areReports(reports) && areArrays(gradients)) return { reports, gradients };
    throw this.#invalid('gradients', '{ reports, gradients }, a Map of NdArrays,', value);
  }

  array(call: string, value: unknown): NdArray {
    if (isNdArray(value)) return value;
    throw this.#invalid(call, 'an NdArray', value);
  }

  arrays(call: string, value: unknown): ReadonlyMap<string, NdArray> {
    if (areArrays(value)) return value;
    throw this.#invalid(call, 'a Map of NdArrays', value);
  }

  state(value: unknown): ExecutableState {
    const { step, items, symbols, hosts } = (value ?? {}) as Partial<ExecutableState>;
    const isState = isCount(step) && isCount(items) && areArrays(symbols) && hosts instanceof Map;
    if (isState) return value as ExecutableState;
    throw this.#invalid('save', '{ step, items, symbols, hosts }', value);
  }

  /** Of a call that is over when it returns. */
  nothing(call: string, value: unknown): void {
    if (isRefusedPromise(value)) throw this.#invalid(call, 'nothing, once all is done,', value);
  }

  #invalid(call: string, wanted: string, value: unknown): Error {
    return backendInvalid(this.#backend, `${call}()`, wanted, showValue(value));
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function areReports(value: unknown): value is Reports {
  if (typeof value !== 'object' || value === null || isRefusedPromise(value)) return false;
  return 'loss' in value && Object.values(value).every((each) => typeof each === 'number');
}

function areArrays(value: unknown): value is ReadonlyMap<string, NdArray> {
  return value instanceof Map && [...value.values()].every((each) => isNdArray(each));
}
