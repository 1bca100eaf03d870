/**
 * @file Definitions of plugins, with what they return checked where it comes in. Each of these functions gives a
 * definition that does the same, and throws NdlError DEFINITION_RESULT for what cannot be used, DEFINITION_FAILED for
 * what the definition throws that is no NdlError; both name kind and plugin. Arrays that a plugin gets are its own to
 * change, and those that it gives are copied: it may keep them.
 */
import {
  isReader,
  type DiscreteSystem,
  type DistributionDefinition,
  type FiniteResponse,
  type NeuronDefinition,
  type StateSystem,
  type SynapseDefinition,
} from '@ndl/core';
import { complete, isRefusedPromise, ndarray, showValue, type Pieces } from '@ndl/numerics';
import type { PiecewiseDefinition } from '../distributions/in-pieces.ts';
import { BUILT_IN_DISTRIBUTIONS } from '../distributions/index.ts';
import { resultInvalid } from './definition-errors.ts';
import { kindOf, requireArray, requireArrayInPieces, requireVector } from './arrays.ts';
import { kindTable } from '../kind-table.ts';
import { calling, callingInPieces, definitionName } from './definition-name.ts';

/**
 * A look-up by kind whose definitions are checked, each by the same object every time.
 * @param what the definitions define, for messages: `synapse`.
 * @throws NdlError DUPLICATE_KIND; the look-up throws UNKNOWN_KIND
 */
export function checkedTable<Definition extends { readonly kind: string }, Checked extends Definition>(
  what: string,
  known: readonly Definition[],
  checked: (definition: Definition, name: string) => Checked,
  pluginOf: (definition: object) => string | undefined,
): (kind: string) => Checked {
  return kindTable(
    what,
    known.map((definition) => checked(definition, definitionName(what, definition.kind, pluginOf(definition)))),
  );
}

/** Samples come as fresh float64 arrays of the shape that was asked for; both forms exist. */
export function checkedDistribution(definition: DistributionDefinition, name: string): PiecewiseDefinition {
  const isOwn = BUILT_IN_DISTRIBUTIONS.includes(definition);
  const sampleInPieces: PiecewiseDefinition['sampleInPieces'] = function* (distribution, count, dimensions, random) {
    const shape = dimensions === undefined ? [count] : [count, dimensions];
    const pieces = definition.sampleInPieces?.bind(definition, distribution, count, dimensions, random);
    if (pieces !== undefined) {
      const samples = yield* callingInPieces(name, 'sampleInPieces', pieces);
      yield* requireArrayInPieces(name, 'samples', samples, shape);
      return isOwn && samples.data instanceof Float64Array ? samples : ndarray(samples);
    }
    const samples = calling(name, () => definition.sample(distribution, count, dimensions, random));
    yield* requireArrayInPieces(name, 'samples', samples, shape);
    return ndarray(samples);
  };
  return { kind: definition.kind, sampleInPieces, sample: (...request) => complete(sampleInPieces(...request)) };
}

/** Systems are of one of the five forms, with coefficients that fit it. */
export function checkedSynapse(definition: SynapseDefinition, name: string): PiecewiseSynapse {
  const checked = (system: unknown): DiscreteSystem => {
    if (isRefusedPromise(system)) throw resultInvalid(name, 'a promise', 'a system is wanted at once');
    const { form, taps, a, b, c, d } = (system ?? {}) as Partial<StateSystem & Pick<FiniteResponse, 'taps'>>;
    if (form === undefined || !FORMS.includes(form)) {
      throw resultInvalid(
        name,
        `a system of form ${typeof form === 'string' ? form : showValue(form)}`,
        `one of ${FORMS.join(', ')} is wanted`,
      );
    }
    if ((form as DiscreteSystem['form']) === 'finiteResponse') {
      requireArray(name, 'taps', taps, [Math.max(1, taps?.size ?? 1)]);
      return { form: 'finiteResponse', taps: ndarray(taps) };
    }
    const order = form === 'passthrough' ? 0 : form === 'firstOrder' ? 1 : (b?.size ?? 1);
    requireArray(name, 'coefficients b', b, [order]);
    requireArray(name, 'coefficients a', a, [order, order]);
    requireArray(name, 'coefficients c', c, [order]);
    if (!Number.isFinite(d))
      throw resultInvalid(
        name,
        `a coefficient d given as ${typeof d === 'number' ? d : kindOf(d)}`,
        'a finite number is wanted',
      );
    const passesOn = form === 'passthrough' || form === 'general';
    if (!passesOn && d !== 0) throw resultInvalid(name, `d = ${d}`, `a system of form ${form} has d = 0`);
    return { form, a: ndarray(a), b: ndarray(b), c: ndarray(c), d: d! };
  };
  const discretizeInPieces: PiecewiseSynapse['discretizeInPieces'] = function* (synapse, dt) {
    const pieces = definition.discretizeInPieces?.bind(definition, synapse, dt);
    return checked(
      pieces === undefined
        ? calling(name, () => definition.discretize(synapse, dt))
        : yield* callingInPieces(name, 'discretizeInPieces', pieces),
    );
  };
  return {
    kind: definition.kind,
    discretizeInPieces,
    discretize: (synapse, dt) => complete(discretizeInPieces(synapse, dt)),
    ...(definition.learnt !== undefined && { learnt: definition.learnt }),
  };
}

/** A definition of a synapse in both forms. */
export interface PiecewiseSynapse extends SynapseDefinition {
  discretizeInPieces(...request: Parameters<SynapseDefinition['discretize']>): Pieces<DiscreteSystem>;
}

const FORMS: readonly DiscreteSystem['form'][] = ['passthrough', 'firstOrder', 'advanced', 'general', 'finiteResponse'];

/** One rate per current, finite; a gain, bias, maximum rate and intercept per neuron. */
export function checkedNeurons(definition: NeuronDefinition, name: string): NeuronDefinition {
  const isTrusted = isReader(definition);
  const given = (values: Float64Array): Float64Array => (isTrusted ? values : values.slice());
  const vector = (part: string, value: unknown, length: number, finite: boolean): Float64Array => {
    requireVector(name, part, value, length, { finite });
    return isTrusted && value instanceof Float64Array ? value : new Float64Array(value);
  };
  const fields = <Field extends string>(value: unknown, wanted: readonly Field[]): Partial<Record<Field, unknown>> => {
    if (typeof value === 'object' && value !== null && !isRefusedPromise(value)) return value;
    throw resultInvalid(name, `values given as ${kindOf(value)}`, `an object with ${wanted.join(' and ')} is wanted`);
  };
  const { timeConstants } = definition;
  if (
    timeConstants !== undefined &&
    !(Array.isArray(timeConstants) && timeConstants.every((each) => typeof each === 'string'))
  )
    throw resultInvalid(name, `timeConstants given as ${kindOf(timeConstants)}`, 'a list of names is wanted');
  return {
    kind: definition.kind,
    ...(timeConstants !== undefined && { timeConstants }),
    step: (neuronType) => definition.step(neuronType),
    ...(definition.rateStep !== undefined && { rateStep: definition.rateStep.bind(definition) }),
    ...(definition.spikeStep !== undefined && { spikeStep: definition.spikeStep.bind(definition) }),
    rates(neuronType, current) {
      const rates = calling(name, () => definition.rates(neuronType, given(current)));
      return vector('rates', rates, current.length, true);
    },
    ...(definition.gainBias !== undefined && {
      gainBias(neuronType, maxRates, intercepts) {
        const found = calling(name, () => definition.gainBias!(neuronType, given(maxRates), given(intercepts)));
        const { gain, bias } = fields(found, ['gain', 'bias']);
        // Gains that are no positive numbers say that a neuron cannot be tuned so: the caller knows which.
        const gains = vector('gains', gain, maxRates.length, false);
        const isTuned = gains.every((value) => value > 0 && value < Infinity);
        return { gain: gains, bias: vector('biases', bias, maxRates.length, isTuned) };
      },
    }),
    ...(definition.maxRatesIntercepts !== undefined && {
      maxRatesIntercepts(neuronType, gain, bias) {
        const found = calling(name, () => definition.maxRatesIntercepts!(neuronType, given(gain), given(bias)));
        const { maxRates, intercepts } = fields(found, ['maxRates', 'intercepts']);
        return {
          maxRates: vector('maximum rates', maxRates, gain.length, false),
          intercepts: vector('intercepts', intercepts, gain.length, false),
        };
      },
    }),
  };
}
