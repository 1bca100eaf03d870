/** @file `Tables`: what a program names but does not contain, arrays of numbers and functions of the host language. */
import type { FloatArray } from '@ndl/numerics';

/** Numbers in row-major order. An `NdArray` is one; so is what `structuredClone` makes of it. */
export interface ArrayData {
  readonly shape: readonly number[];
  readonly data: FloatArray;
}

/** One running copy of a host function, for one item (or for the whole batch). */
export interface HostInstance {
  /**
   * Called once per step; fills `outputs` completely. `inputs` hold the step's values: one vector per view, or for scope
   * `batch` those of all items one after another, also where a view shows the same for each. The arrays are the caller's again
   * on return. `time` is `step * dt` in float64, `step` counts from 1.
   */
  call(time: number, step: number, inputs: readonly FloatArray[], outputs: readonly FloatArray[]): void;
  /** Internal state as plain data, for `Executable.save`. */
  save?(): unknown;
  restore?(state: unknown): void;
}

/** What a declared host does, on the thread that owns the executable. */
export interface HostFunctions {
  make(item: number): HostInstance;
  /**
   * Adjoint for hosts that can be differentiated: adds to `inputGradients` the product of `outputGradients` with the
   * Jacobian at `inputs`, as they were at `time`.
   */
  readonly derivative?:
    | ((
        inputs: readonly FloatArray[],
        outputGradients: readonly FloatArray[],
        inputGradients: readonly FloatArray[],
        time: number,
      ) => void)
    | undefined;
  /**
   * What a backend may run in its place, and differentiate as its own, by the name of the backend, which says what it is. Others call the
   * host.
   */
  readonly native?: Readonly<Record<string, unknown>> | undefined;
}

/** Contents by array id, functions by host id. Programs of one network may share one. */
export interface Tables {
  readonly arrays: ReadonlyMap<string, ArrayData>;
  readonly hosts: ReadonlyMap<string, HostFunctions>;
}

/** Tables of nothing. */
export const NO_TABLES: Tables = /* @__PURE__ */ Object.freeze({
  arrays: /* @__PURE__ */ new Map<string, ArrayData>(),
  hosts: /* @__PURE__ */ new Map<string, HostFunctions>(),
});
