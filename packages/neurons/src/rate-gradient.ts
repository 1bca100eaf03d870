/** @file The default gradient approximation: neurons train as their rates, in both passes. */
import { token, type GradientApproximation, type Token } from '@ndl/core';
import type { Lif } from '@ndl/model';
import { gradientUnsupported } from './errors.ts';
import { softLifStepFor } from './soft-lif.ts';

/**
 * Trains with the steady rate in place of spikes, forward and backward; states stay as they were. Where the setting
 * `lifSmoothing` is given, `lif` trains as SoftLIF of that σ.
 */
export const rateGradient: GradientApproximation = {
  name: 'rate',
  supports: (definition) => definition.rateStep !== undefined,
  trainingStep(definition, neuronType, { lifSmoothing = null }, dt) {
    if (definition.kind === 'lif' && lifSmoothing !== null) return softLifStepFor(neuronType as Lif, lifSmoothing);
    if (definition.rateStep === undefined) {
      throw gradientUnsupported(
        'rate',
        definition.kind,
        'their definition has no rateStep, a closed form of the rate',
        `Give it one, or choose an approximation for this kind: configureSettings({ gradient: { ${definition.kind}: … } }).`,
      );
    }
    return definition.rateStep(neuronType, dt);
  },
};

/** Chooses `rateGradient` in `configureSettings({ gradient })`. */
export const RATE_GRADIENT: Token<GradientApproximation> =
  /* @__PURE__ */ token<GradientApproximation>('@ndl/neurons/rate-gradient');
