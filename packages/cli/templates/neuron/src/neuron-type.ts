/** @file The neuron type: frozen data that a network holds. What the neurons do is in `definition.ts`. */
import { NdlError } from '@ndl/core';
import { defineNeuronType, uniform, type NeuronType } from '@ndl/model';

/** Half-squaring neurons, spiking; state `phase`, from 0 to 1, the part of the way to the next spike. */
export interface Squaring extends NeuronType {
  readonly kind: 'acmeSquaring';
  /** Rate in Hz at a current of 1. */
  readonly scale: number;
}

/**
 * Fires regularly, at scale · max(current, 0)² Hz. `scale` in Hz, above 0, default 1. @throws NdlError INVALID_OPTION
 */
export function squaring({ scale = 1 }: { readonly scale?: number } = {}): Squaring {
  if (!(scale > 0 && scale < Infinity))
    throw new NdlError('INVALID_OPTION', `squaring: scale must be above 0, got ${scale}.`);
  return defineNeuronType({ kind: 'acmeSquaring', spiking: true, initialState: { phase: uniform(0, 1) }, scale });
}
