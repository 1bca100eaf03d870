/**
 * @file Extension point: routines that compute scalar kernels over arrays in the host's memory, many times as fast as plain loops. Backends
 * whose arrays lie there may ask for them; who finds none has its own loops.
 */
import type { Dtype, Kernel, KernelEvaluator } from '@ndl/ir';
import { token, type Token } from './token.ts';

/** A service that any one plugin may bind. It is no backend, and knows no program. */
export interface MapRoutines {
  /**
   * A kernel made ready to run, with the bits of `createKernelEvaluator(kernel, dtype)`; undefined where this host cannot. It is for
   * whoever asked, and is not to be entered twice at a time.
   */
  evaluator(kernel: Kernel, dtype: Dtype): KernelEvaluator | undefined;
}

/** Service that a plugin may bind; who uses it does without where none does. */
export const MAP_ROUTINES: Token<MapRoutines> = /* @__PURE__ */ token<MapRoutines>('@ndl/core/map-routines');
