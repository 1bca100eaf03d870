/** @file Extension point: the behaviour of a kind of neuron. A neuron written once, as kernels, runs on every backend. */
import type { Expression, GeneratedDistribution, Kernel, KernelBuilder } from '@ndl/ir';
import type { NeuronType } from '@ndl/model';
import type { RandomState } from '@ndl/numerics';
import { token, type Token } from './token.ts';

/**
 * Random numbers that a step takes, one for each neuron: from a distribution, which backends draw by themselves; or, where how
 * many numbers are drawn depends on the current, by a function of the host language, called for neuron after neuron.
 */
export type NeuronDraw = GeneratedDistribution | CurrentDraw;

/** A draw that depends on the current of its neuron: a Poisson number of spikes, say. No gradient passes. */
export interface CurrentDraw {
  readonly kind: 'ofCurrent';
  /** Draws from `random` and nothing else: a neuron's number in a step of dt seconds. */
  draw(random: RandomState, current: number, dt: number): number;
}

/**
 * A kernel with the values of its parameters. Inputs are named `current` and after states of the neuron type and draws; outputs are
 * `output` and the states that it changes. The parameter `dt` is filled in by the compiler. One definition uses one kernel
 * object for all its neuron types, so that populations of different parameters merge.
 */
export interface NeuronStep {
  readonly kernel: Kernel;
  readonly parameters: Readonly<Record<string, number>>;
  /**
   * Random numbers by the names of the kernel's inputs that they are. Each ensemble, and each item of a minibatch, has a stream of
   * its own: the first draw of neurons without states has Nengo's, that of the ensemble's seed plus one. Default none.
   */
  readonly draws?: Readonly<Record<string, NeuronDraw>>;
}

/** What an operator of neurons runs. To read one may throw, by the name of the operator, what is wrong with it. */
export interface NeuronSteps {
  /** Their own step. */
  readonly run: NeuronStep;
  /** The step of their gradient approximation, which training runs. */
  readonly training: NeuronStep;
}

/** Gain and bias of each neuron: current J = gain · (encoder · x / radius) + bias. */
export interface GainBias {
  readonly gain: Float64Array;
  readonly bias: Float64Array;
}

/** Tuning as users give it. Rates in Hz; intercepts in units of the radius. */
export interface MaxRatesIntercepts {
  readonly maxRates: Float64Array;
  readonly intercepts: Float64Array;
}

/** What spikes are differentiated as. One object for each choice: kernels are kept by it. */
export interface SpikeSurrogate {
  /** As in error messages. */
  readonly name: string;
  /**
   * Smooth in `distance`, how far a neuron is above its threshold, in units of its own. Its slope takes the place of the derivative
   * of the step from 0 spikes to 1 that is there.
   */
  rise(k: KernelBuilder<string, string>, distance: Expression): Expression;
  /** Whether gradients also flow through what spikes do to the neuron itself. */
  readonly reset: 'follow' | 'cut';
}

/** The behaviour of one kind of neuron. */
export interface NeuronDefinition<Type extends NeuronType = NeuronType> {
  readonly kind: Type['kind'];
  /**
   * Parameters of its steps that can be learnt, one value for all neurons of an ensemble: time constants, numbers of seconds that are fields of
   * the neuron type under the same name. Default none.
   */
  readonly timeConstants?: readonly string[];
  /**
   * Name of the field of the neuron type that says for steps of how many seconds its numbers are, where they are for a step and not for a second:
   * a simulation with steps of another length warns of it. Default none.
   */
  readonly stepField?: string;
  /** What a simulation runs. */
  step(neuronType: Type): NeuronStep;
  /**
   * The rate as a kernel: what RATE_GRADIENT trains. Of `current` alone, the steady rate; of neurons that adapt, of `current` and
   * the states of the adaptation, which it moves on as well. Absent where there is none.
   * @param dt seconds of a step, for a rate that is tabulated: it may depend on how long steps are. Default 0.001
   */
  rateStep?(neuronType: Type, dt?: number): NeuronStep;
  /**
   * The step with its real spikes, differentiated as the surrogate says, through its states too: what surrogates train. One kernel
   * object for a surrogate and all neuron types. Absent for kinds that do not spike.
   */
  spikeStep?(neuronType: Type, surrogate: SpikeSurrogate): NeuronStep;
  /** Steady-state firing rates in Hz (or outputs, for rate neurons) at constant currents, elementwise, in float64: one finite number per current. The build asks for few thousand at a time. Of neurons that adapt, the rates before they do. */
  rates(neuronType: Type, current: Float64Array): Float64Array;
  /**
   * Each neuron by itself, whatever the others are: the build asks for few thousand at a time. Where a definition leaves this out,
   * gain and bias are found from `rates` alone, by `gainBiasFromRates`.
   * @throws NdlError MAX_RATE_UNREACHABLE, INTERCEPT_OUT_OF_RANGE.
   */
  gainBias?(neuronType: Type, maxRates: Float64Array, intercepts: Float64Array): GainBias;
  /** Each neuron by itself, as `gainBias`. Left out, they are found by `maxRatesInterceptsFromRates`. */
  maxRatesIntercepts?(neuronType: Type, gain: Float64Array, bias: Float64Array): MaxRatesIntercepts;
}

/** A definition that finds the tuning itself. */
export type TunedNeuronDefinition<Type extends NeuronType = NeuronType> = NeuronDefinition<Type> &
  Required<Pick<NeuronDefinition<Type>, 'gainBias' | 'maxRatesIntercepts'>>;

/** Collection of the known neuron kinds. */
export const NEURON_DEFINITIONS: Token<NeuronDefinition> =
  /* @__PURE__ */ token<NeuronDefinition>('@ndl/core/neuron-definitions');
