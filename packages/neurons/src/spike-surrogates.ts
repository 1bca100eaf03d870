/**
 * @file Surrogates for spikes: real spikes forward; backward, the slope of something smooth at the threshold, through outputs and
 * states. Distances from the threshold are in units of the neuron's: 1 from rest to threshold for LIF, a whole spike for those
 * that integrate, 95 mV for Izhikevich's.
 */
import { token, type GradientApproximation, type NeuronDefinition, type SpikeSurrogate, type Token } from '@ndl/core';
import type { Expression, KernelBuilder } from '@ndl/ir';
import { refuseSurplus } from '@ndl/numerics';
import { arctangentOf } from './arctangent.ts';
import { gradientUnsupported, surrogateValue } from './errors.ts';
import { checkOptionNames } from './option-names.ts';

/** What all surrogates can be told. */
export interface ResetOption {
  /**
   * Whether gradients also flow through what a spike does to the neuron itself, its reset: `follow`, or `cut` (default), as if each
   * reset were an event from outside. Zenke and Vogels (2021) find that the latter learns better.
   */
  readonly reset?: SpikeSurrogate['reset'];
}

/** Options of surrogates that have a steepness. */
export interface SlopeOptions extends ResetOption {
  /** Steepness at the threshold, above 0. */
  readonly slope?: number;
}

/** Options of `triangularGradient`. */
export interface TriangularOptions extends ResetOption {
  /** Distance from the threshold at which the slope has fallen to 0, above 0. Default 1. */
  readonly width?: number;
  /** The slope at the threshold, above 0. Default 0.3. */
  readonly dampening?: number;
}

type Builder = KernelBuilder<string, string>;

/** x / (1 + |x|), written so that nothing cancels: sign(x) (1 - 1 / (1 + |x|)). Its slope is 1 / (1 + |x|)². */
function fastSigmoid(k: Builder, x: Expression): Expression {
  const size = k.subtract(1, k.divide(1, k.add(1, k.abs(x))));
  return k.select(k.less(x, 0), k.negate(size), size);
}

/**
 * The slope of a fast sigmoid that rises from 0 to 1: slope / 2 / (1 + slope · |distance|)². Default slope 10.
 * Zenke and Ganguli (2018), SuperSpike, Neural Computation 30, eq. of the fast sigmoid, here with an area of 1.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function fastSigmoidGradient(options: SlopeOptions = {}): GradientApproximation {
  refuseSurplus('fastSigmoidGradient', arguments, 1);
  const { slope, reset } = slopeOptions('fastSigmoidGradient', options, 10);
  return surrogate('fastSigmoid', reset, (k, distance) =>
    k.multiply(0.5, k.add(1, fastSigmoid(k, k.multiply(slope, distance)))),
  );
}

/**
 * The slope of an arctangent that rises from 0 to 1: slope / 2 / (1 + (π / 2 · slope · distance)²). Default slope 2.
 * Fang et al. (2021), Incorporating learnable membrane time constant, ICCV, arXiv:2007.05785.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function arctangentGradient(options: SlopeOptions = {}): GradientApproximation {
  refuseSurplus('arctangentGradient', arguments, 1);
  const { slope, reset } = slopeOptions('arctangentGradient', options, 2);
  return surrogate('arctangent', reset, (k, distance) =>
    k.add(0.5, k.divide(arctangentOf(k, k.multiply((Math.PI / 2) * slope, distance)), Math.PI)),
  );
}

/**
 * 1 / (1 + slope · |distance|)², whose height is 1 whatever the slope. Default slope 10. Zenke and Ganguli (2018), SuperSpike, Neural
 * Computation 30; in this form Zenke and Vogels (2021), The remarkable robustness of surrogate gradient learning, Neural Computation 33.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function superSpikeGradient(options: SlopeOptions = {}): GradientApproximation {
  refuseSurplus('superSpikeGradient', arguments, 1);
  const { slope, reset } = slopeOptions('superSpikeGradient', options, 10);
  return surrogate('superSpike', reset, (k, distance) => k.divide(fastSigmoid(k, k.multiply(slope, distance)), slope));
}

/**
 * A slope of 1 at any distance: the gradient passes straight through. Bengio, Léonard and Courville (2013), Estimating or
 * propagating gradients through stochastic neurons, arXiv:1308.3432. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function straightThroughGradient(options: ResetOption = {}): GradientApproximation {
  refuseSurplus('straightThroughGradient', arguments, 1);
  checkOptionNames('straightThroughGradient', options, ['reset'], "{ reset: 'follow' }");
  const reset = resetOption('straightThroughGradient', options);
  return surrogate('straightThrough', reset, (_, distance) => distance);
}

/**
 * dampening · max(0, 1 - |distance| / width). Bellec et al. (2018), Long short-term memory and learning-to-learn in networks of
 * spiking neurons, NeurIPS, arXiv:1803.09574; their dampening is the default. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function triangularGradient(options: TriangularOptions = {}): GradientApproximation {
  refuseSurplus('triangularGradient', arguments, 1);
  const call = 'triangularGradient';
  checkOptionNames(call, options, ['width', 'dampening', 'reset'], '{ width: 1 }');
  const width = positiveOption(call, 'width', options.width, 1);
  const dampening = positiveOption(call, 'dampening', options.dampening, 0.3);
  const reset = resetOption(call, options);
  return surrogate('triangular', reset, (k, distance) => {
    const place = k.min(k.max(k.divide(distance, width), -1), 1);
    const area = k.subtract(place, k.multiply(0.5, k.multiply(place, k.abs(place))));
    return k.multiply(dampening * width, area);
  });
}

function surrogate(name: string, reset: SpikeSurrogate['reset'], rise: SpikeSurrogate['rise']): GradientApproximation {
  const spikes: SpikeSurrogate = { name, reset, rise };
  const supports = ({ spikeStep }: NeuronDefinition): boolean => spikeStep !== undefined;
  return {
    name,
    isSurrogate: true,
    supports,
    trainingStep(definition, neuronType) {
      if (definition.spikeStep !== undefined) return definition.spikeStep(neuronType, spikes);
      throw gradientUnsupported(
        name,
        definition.kind,
        'their definition has no spikeStep, which says where they spike',
        'Name the kinds that it is for, and the others keep the default: configureSettings({ gradient: { lif: … } }).',
      );
    },
  };
}

function slopeOptions(
  call: string,
  options: SlopeOptions,
  byDefault: number,
): { readonly slope: number; readonly reset: SpikeSurrogate['reset'] } {
  checkOptionNames(call, options, ['slope', 'reset'], `{ slope: ${byDefault} }`);
  return { slope: positiveOption(call, 'slope', options.slope, byDefault), reset: resetOption(call, options) };
}

/** Wide enough for all that anybody means, and for float32. */
function positiveOption(call: string, option: string, value: unknown, byDefault: number): number {
  if (value === undefined) return byDefault;
  if (typeof value !== 'number' || !(value >= 1e-6 && value <= 1e6))
    throw surrogateValue(call, option, 'a number from 1e-6 to 1e6', value);
  return value;
}

function resetOption(call: string, { reset = 'cut' }: ResetOption): SpikeSurrogate['reset'] {
  if (reset !== 'cut' && reset !== 'follow') throw surrogateValue(call, 'reset', "'cut' or 'follow'", reset);
  return reset;
}

/** Chooses `fastSigmoidGradient()` in `configureSettings({ gradient })`. */
export const FAST_SIGMOID_GRADIENT: Token<GradientApproximation> = /* @__PURE__ */ token<GradientApproximation>(
  '@ndl/neurons/fast-sigmoid-gradient',
);

/** Chooses `arctangentGradient()` in `configureSettings({ gradient })`. */
export const ARCTANGENT_GRADIENT: Token<GradientApproximation> = /* @__PURE__ */ token<GradientApproximation>(
  '@ndl/neurons/arctangent-gradient',
);

/** Chooses `superSpikeGradient()` in `configureSettings({ gradient })`. */
export const SUPER_SPIKE_GRADIENT: Token<GradientApproximation> = /* @__PURE__ */ token<GradientApproximation>(
  '@ndl/neurons/super-spike-gradient',
);

/** Chooses `straightThroughGradient()` in `configureSettings({ gradient })`. */
export const STRAIGHT_THROUGH_GRADIENT: Token<GradientApproximation> = /* @__PURE__ */ token<GradientApproximation>(
  '@ndl/neurons/straight-through-gradient',
);

/** Chooses `triangularGradient()` in `configureSettings({ gradient })`. */
export const TRIANGULAR_GRADIENT: Token<GradientApproximation> = /* @__PURE__ */ token<GradientApproximation>(
  '@ndl/neurons/triangular-gradient',
);
