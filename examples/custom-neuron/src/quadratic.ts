/** @file The neuron type: frozen data that a network holds. What the neurons do is in `quadratic-definition.ts`. */
import { NdlError } from '@ndl/core';
import { defineNeuronType, uniform, type NeuronType } from '@ndl/model';

/** Quadratic integrate-and-fire neurons, spiking; state `voltage`, without unit. */
export interface Quadratic extends NeuronType {
  readonly kind: 'acmeQuadratic';
  /** Membrane time constant in seconds. */
  readonly tau: number;
}

/**
 * τ dv/dt = v² + J - 1: silent below J = 1; above, v runs to infinity in finite time, which is a spike, and comes back from
 * minus infinity. `tau` in seconds, above 0, default 0.01. @throws NdlError INVALID_OPTION
 */
export function quadratic({ tau = 0.01 }: { readonly tau?: number } = {}): Quadratic {
  if (!(tau > 0 && tau < Infinity)) throw new NdlError('INVALID_OPTION', `quadratic: tau must be above 0, got ${tau}.`);
  return defineNeuronType({ kind: 'acmeQuadratic', spiking: true, initialState: { voltage: uniform(-1, 0) }, tau });
}
