/** @file Extension point: how neurons are trained, where their own step cannot be differentiated. */
import type { NeuronType } from '@ndl/model';
import type { NeuronDefinition, NeuronStep } from './neuron-definition.ts';
import type { Choice } from './plugin.ts';
import type { Settings } from './settings.ts';
import { token, type Token } from './token.ts';

/**
 * Picks the step that training runs in place of the neuron's own. Rate in both passes, a smoothed rate, or real spikes
 * forward with a surrogate derivative backward (`withDerivativeOf`): whatever a kernel can say.
 */
export interface GradientApproximation {
  readonly name: string;
  /**
   * Whether its derivative is, on purpose, not that of the value it computes: real spikes forward, something smooth
   * backward. Gradient checks then put the approximation in place of the value. Default false.
   */
  readonly isSurrogate?: boolean;
  /** Whether it can train this kind. */
  supports(definition: NeuronDefinition): boolean;
  /**
   * The step used in training. A step that does not write a state leaves it as it was.
   * @param settings what is set: a setting of a plugin is there as long as that plugin is
   * @param dt seconds of a step, for `definition.rateStep`. Default 0.001
   */
  trainingStep(
    definition: NeuronDefinition,
    neuronType: NeuronType,
    settings: Readonly<Partial<Settings>>,
    dt?: number,
  ): NeuronStep;
}

declare module './settings.ts' {
  interface Settings {
    /** One choice for all kinds of neuron, or one per kind. */
    readonly gradient:
      Token<GradientApproximation> | Readonly<Record<string, Token<GradientApproximation>>> | undefined;
  }
}

/** The default approximation: bound to the plugins' first choice unless the setting `gradient` picks another. */
export const GRADIENT_APPROXIMATION: Token<GradientApproximation> = /* @__PURE__ */ token<GradientApproximation>(
  '@ndl/core/gradient-approximation',
);

/** Collection of the choices for the setting `gradient`. */
export const GRADIENT_APPROXIMATIONS: Token<Choice<GradientApproximation>> = /* @__PURE__ */ token<
  Choice<GradientApproximation>
>('@ndl/core/gradient-approximations');
