/** @file What the built-in synapses compute: Lowpass, Alpha, LinearFilter and Triangle as discrete systems. */
import type { DiscreteSystem, StateSystem, SynapseDefinition } from '@ndl/core';
import type { Alpha, LinearFilter, Lowpass, Triangle } from '@ndl/model';
import { complete, exp, expm1, NdArray, zeros, type Pieces } from '@ndl/numerics';
import { tooManyStates, triangleTooLong } from './filter-errors.ts';
import { LONGEST_ARRAY } from '../longest-array.ts';
import { LEARNT_ALPHA, LEARNT_LOWPASS } from './learnt.ts';
import { generalizedBilinear, stateSpaceOf, zeroOrderHold, type StateSpace } from './state-space.ts';

/** 1 / (τs + 1) by zero-order hold: y = e^(-dt/τ)·y + (1 - e^(-dt/τ))·u. τ = 0 passes its input on. */
const LOWPASS: SynapseDefinition<Lowpass> = {
  kind: 'lowpass',
  discretize({ tau }, dt) {
    if (tau === 0) return PASSTHROUGH;
    return firstOrder(exp(-dt / tau), -expm1(-dt / tau));
  },
  learnt: LEARNT_LOWPASS,
};

/** 1 / (τs + 1)² by zero-order hold. τ = 0 passes its input on. */
const ALPHA: SynapseDefinition<Alpha> = definedInPieces<Alpha>({
  kind: 'alpha',
  *discretizeInPieces({ tau }, dt) {
    return discreteSystem(yield* zeroOrderHold(stateSpaceOf([1], [tau * tau, 2 * tau, 1]), dt));
  },
  learnt: LEARNT_ALPHA,
});

/** Their square are the coefficients of a kernel, each worth about a kilobyte until it is compiled. */
const MOST_STATES = 1000;

/** Any proper transfer function, by the method that it names; a digital one (`analog: false`) is taken as it is. */
const LINEAR_FILTER: SynapseDefinition<LinearFilter> = definedInPieces<LinearFilter>({
  kind: 'linearFilter',
  *discretizeInPieces({ numerator, denominator, analog, method }, dt) {
    const states = denominator.size - 1;
    if (states > MOST_STATES) throw tooManyStates(states, MOST_STATES);
    const system = stateSpaceOf(numerator.data, denominator.data);
    const isDiscrete = !analog || system.b.size === 0;
    return discreteSystem(isDiscrete ? system : yield* METHODS[method](system, dt));
  },
});

/** Weights n, n - 1, …, 1 over their sum, for this step's input and those before. One weight passes its input on. */
const TRIANGLE: SynapseDefinition<Triangle> = {
  kind: 'triangle',
  discretize({ time }, dt) {
    const count = roundHalfToEven(time / dt) + 1;
    if (count === 1) return PASSTHROUGH;
    if (count > LONGEST_ARRAY) throw triangleTooLong(time, dt, count, LONGEST_ARRAY);
    const sum = (count * (count + 1)) / 2;
    const taps = Float64Array.from({ length: count }, (_, index) => (count - index) / sum);
    return { form: 'finiteResponse', taps: new NdArray(taps, [count]) };
  },
};

/** As numpy rounds: 2.5 is 2, and 3.5 is 4. */
function roundHalfToEven(value: number): number {
  const nearest = Math.round(value);
  return nearest - value === 0.5 && nearest % 2 === 1 ? nearest - 1 : nearest;
}

/** A definition that discretizes in pieces, whose plain form does all of them at once. */
function definedInPieces<Type extends Alpha | LinearFilter>(
  definition: Pick<Required<SynapseDefinition<Type>>, 'kind' | 'discretizeInPieces'> &
    Pick<SynapseDefinition<Type>, 'learnt'>,
): SynapseDefinition<Type> {
  return { ...definition, discretize: (synapse, dt) => complete(definition.discretizeInPieces(synapse, dt)) };
}

export const BUILT_IN_SYNAPSES: readonly SynapseDefinition[] = [LOWPASS, ALPHA, LINEAR_FILTER, TRIANGLE];

const METHODS: Record<LinearFilter['method'], (system: StateSpace, dt: number) => Pieces<StateSpace>> = {
  zoh: zeroOrderHold,
  euler: (system, dt) => generalizedBilinear(system, dt, 0),
  bilinear: (system, dt) => generalizedBilinear(system, dt, 0.5),
  backward: (system, dt) => generalizedBilinear(system, dt, 1),
};

const PASSTHROUGH: StateSystem = { form: 'passthrough', a: zeros([0, 0]), b: zeros([0]), c: zeros([0]), d: 1 };

/** Puts a discrete state-space system into the simplest of the four forms. */
function discreteSystem({ a, b, c, d }: StateSpace): DiscreteSystem {
  const order = b.size;
  if (order === 0) return { ...PASSTHROUGH, d };
  if (d !== 0) return { form: 'general', a, b, c, d };
  return order === 1 ? firstOrder(a.data[0]!, b.data[0]! * c.data[0]!) : { form: 'advanced', a, b, c, d };
}

function firstOrder(decay: number, gain: number): DiscreteSystem {
  const one = (value: number, shape: number[]): NdArray => new NdArray(Float64Array.of(value), shape);
  return { form: 'firstOrder', a: one(decay, [1, 1]), b: one(gain, [1]), c: one(1, [1]), d: 0 };
}
