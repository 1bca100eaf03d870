/** @file A running engine of tfjs, as the rest of this package uses it. */
import type { MapRoutines } from '@ndl/core';
import type { Arithmetic } from '../arithmetic/arithmetic.ts';
import { DeviceArithmetic } from '../arithmetic/device-arithmetic.ts';
import { HostArithmetic } from '../arithmetic/host-arithmetic.ts';
import type { KernelGradientTable } from '../arithmetic/kernel-gradients.ts';
import type { Tensor, TensorFlow } from './tensors.ts';

/** How maps run: in one pass over typed arrays, or as tfjs operations. */
export type MapStyle = 'fused' | 'operations';

export class Engine {
  readonly tf: TensorFlow;
  /** Name under which tfjs knows it. */
  readonly name: string;
  readonly arithmetic: Arithmetic;
  readonly kernelGradients: KernelGradientTable = new WeakMap();

  constructor(tf: TensorFlow, name: string, maps: MapStyle, routines?: MapRoutines) {
    this.tf = tf;
    this.name = name;
    this.arithmetic = this.within(() =>
      maps === 'fused' ? new HostArithmetic(tf, routines) : new DeviceArithmetic(tf),
    );
  }

  /**
   * Runs synchronous work on this engine. Which engine is active is one setting of the process: it is put back afterwards,
   * for other backends and for users of tfjs.
   */
  within<T>(work: () => T): T {
    const before = this.tf.getBackend();
    if (before === this.name) return work();
    // An engine that has started already is active as soon as this returns.
    void this.tf.setBackend(this.name);
    try {
      return work();
    } finally {
      if (before) void this.tf.setBackend(before);
    }
  }

  /** The elements of tensors, which live at least until then. Not to be changed. */
  fetch(tensors: readonly Tensor[]): Promise<readonly Float32Array[]> {
    return this.within(() => this.arithmetic.fetch(tensors));
  }

  dispose(): void {
    this.within(() => this.arithmetic.dispose());
  }
}
