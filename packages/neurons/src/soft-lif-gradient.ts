/** @file The gradient approximation that trains LIF neurons as SoftLIF. */
import { refuseSurplus } from '@ndl/numerics';
import { token, type GradientApproximation, type Token } from '@ndl/core';
import { gradientUnsupported, smoothingInvalid } from './errors.ts';
import { checkOptionNames } from './option-names.ts';
import { softLifStepFor, type LifParameters } from './soft-lif.ts';

/**
 * σ where nobody says otherwise, in units of normalized current (the threshold is 1): smooth enough to train silent
 * neurons, close enough to LIF to run in spikes afterwards.
 */
export const DEFAULT_LIF_SMOOTHING = 0.1;

const KINDS: readonly string[] = ['lif', 'lifRate'];

/**
 * Trains `lif` and `lifRate` as SoftLIF, forward and backward; states stay as they were. σ is `sigma`, or else the setting
 * `lifSmoothing`, or else 0.1.
 * @throws NdlError SMOOTHING_INVALID where `sigma` is no positive number; INVALID_OPTION, UNKNOWN_OPTION
 */
export function softLifGradient(options: { readonly sigma?: number } = {}): GradientApproximation {
  refuseSurplus('softLifGradient', arguments, 1);
  checkOptionNames('softLifGradient', options, ['sigma'], '{ sigma: 0.1 }');
  const { sigma } = options;
  if (sigma !== undefined && !(typeof sigma === 'number' && sigma > 0 && sigma < Infinity))
    throw smoothingInvalid('sigma of softLifGradient', sigma);
  return {
    name: 'softLif',
    supports: (definition) => KINDS.includes(definition.kind),
    trainingStep(definition, neuronType, { lifSmoothing }) {
      if (!KINDS.includes(definition.kind)) {
        throw gradientUnsupported(
          'softLif',
          definition.kind,
          `it stands in for ${KINDS.join(' and ')} alone`,
          'Name the kinds that it is for, and the others keep the default: configureSettings({ gradient: { lif: SOFT_LIF_GRADIENT } }).',
        );
      }
      const parameters = neuronType as typeof neuronType & LifParameters;
      return softLifStepFor(parameters, sigma ?? lifSmoothing ?? DEFAULT_LIF_SMOOTHING);
    },
  };
}

/** Chooses `softLifGradient()` in `configureSettings({ gradient })`. */
export const SOFT_LIF_GRADIENT: Token<GradientApproximation> = /* @__PURE__ */ token<GradientApproximation>(
  '@ndl/neurons/soft-lif-gradient',
);
