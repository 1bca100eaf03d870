/** @file The checks of the neuron suite. Each returns what is wrong, in sentences; nothing, where all is well. */
import { isNdlError, withTuning, type NeuronDefinition, type NeuronStep } from '@ndl/core';
import { differentiateKernel, gradientName, type Dtype } from '@ndl/ir';
import type { NeuronType } from '@ndl/model';
import type { FloatArray } from '@ndl/numerics';
import { drawer, floats, runSteps, stepFunction, type Named } from './neuron-steps.ts';
import { currentsOf, dtOf, EXTREME_CURRENTS, INTERCEPTS, MAX_RATES, type NeuronSuite } from './neuron-suite.ts';

/** Seconds over which outputs are averaged. */
const AVERAGED = 2;

/** Relative error that float32 may add. */
const ROUNDING: Readonly<Record<Dtype, number>> = { float32: 1e-4, float64: 1e-12 };

/** Names that the compiler could not connect. */
export function nameProblems({ kernel, parameters, draws = {} }: NeuronStep, states: readonly string[]): string[] {
  const drawn = Object.keys(draws);
  const outputs = kernel.outputs.map((output) => output.name);
  const valued = kernel.parameters.filter((name) => name !== 'dt');
  const repeated = [kernel.inputs, kernel.parameters, outputs].filter((names) => new Set(names).size < names.length);
  return [
    ...kernel.inputs
      .filter((name) => name !== 'current' && !states.includes(name) && !drawn.includes(name))
      .map((name) => `input ${name} is no state, and no draw`),
    ...drawn.filter((name) => !kernel.inputs.includes(name)).map((name) => `draw ${name} is no input of the kernel`),
    ...drawn
      .filter((name) => name === 'current' || states.includes(name))
      .map((name) => `draw ${name} is called as the current or a state is`),
    ...outputs
      .filter((name) => name !== 'output' && !states.includes(name))
      .map((name) => `output ${name} is no state`),
    ...(outputs.includes('output') ? [] : ['there is no output named output']),
    ...valued
      .filter((name) => !Number.isFinite(parameters[name]))
      .map((name) => `parameter ${name} has no finite value`),
    ...('dt' in parameters ? ['parameter dt has a value, which the compiler fills in'] : []),
    ...repeated.map((names) => `a name is repeated in ${names.join(', ')}`),
  ].map((problem) => `kernel ${kernel.name}: ${problem}`);
}

/** States that the type names and its steps do not know, or that it could not be probed for. */
export function stateProblems<Type extends NeuronType>({ definition }: NeuronSuite<Type>, neuronType: Type): string[] {
  const { kernel } = definition.step(neuronType);
  const { states, probeable, initialState } = neuronType;
  const known = [...kernel.inputs, ...kernel.outputs.map((output) => output.name)];
  return [
    ...states.filter((name) => !known.includes(name)).map((name) => `state ${name}: no step reads or writes it`),
    ...states.filter((name) => !probeable.includes(name)).map((name) => `state ${name} is not probeable`),
    ...states.filter((name) => initialState[name] === undefined).map((name) => `state ${name} begins nowhere`),
  ];
}

/** Outputs and states of 100 steps at extreme currents that are not finite. */
export function finitenessProblems<Type extends NeuronType>(
  suite: NeuronSuite<Type>,
  step: NeuronStep,
  { states }: Type,
  dtype: Dtype,
): string[] {
  const problems: string[] = [];
  const options = { steps: 100, dt: dtOf(suite), dtype, initial: suite.initialState ?? {} };
  runSteps(step, states, EXTREME_CURRENTS, options, (values, index) => {
    for (const [name, numbers] of Object.entries(values)) {
      numbers.forEach((value, neuron) => {
        if (Number.isFinite(value)) return;
        problems.push(
          `${step.kernel.name} in ${dtype}: ${name} is ${value} in step ${index} at current ${EXTREME_CURRENTS[neuron]}`,
        );
      });
    }
  });
  return problems;
}

/** Draws that are other numbers when they are drawn again, or that are not finite. */
export function drawProblems<Type extends NeuronType>(suite: NeuronSuite<Type>, neuronType: Type): string[] {
  const step = suite.definition.step(neuronType);
  const current = currentsOf(suite);
  const [first, again] = [drawer(step, dtOf(suite), 3), drawer(step, dtOf(suite), 3)];
  return Array.from({ length: 20 }, () => [first(current), again(current)] as const).flatMap(([drawn, repeated]) =>
    Object.entries(drawn).flatMap(([name, numbers]) => [
      ...(numbers.every(Number.isFinite) ? [] : [`draw ${name} is not finite`]),
      ...(numbers.every((value, neuron) => value === repeated[name]![neuron])
        ? []
        : [`draw ${name} depends on more than its stream and the current`]),
    ]),
  );
}

/** Currents at which the mean output of a long steady run is not the declared rate. */
export function steadyRateProblems<Type extends NeuronType>(
  suite: NeuronSuite<Type>,
  neuronType: Type,
  dtype: Dtype,
): string[] {
  const { definition, settlingTime = 0.5, rateTolerance = neuronType.spiking ? 0.01 : 1e-9 } = suite;
  const [currents, dt] = [currentsOf(suite), dtOf(suite)];
  const [settling, averaged] = [Math.ceil(settlingTime / dt), Math.ceil(AVERAGED / dt)];
  const means = new Float64Array(currents.length);
  let largest = 0;
  const options = { steps: settling + averaged, dt, dtype, initial: suite.initialState ?? {} };
  runSteps(definition.step(neuronType), neuronType.states, currents, options, ({ output }, index) => {
    if (index < settling) return;
    output!.forEach((value, neuron) => {
      means[neuron]! += value / averaged;
      largest = Math.max(largest, Math.abs(value));
    });
  });
  // One spike more or less, and where in the window it falls.
  const counting = neuronType.spiking ? (1.5 * largest * dt) / AVERAGED : 0;
  const rates = (suite.steadyRates ?? definition.rates.bind(definition))(neuronType, currents);
  return differing(`mean output in ${dtype}`, currents, means, rates, rateTolerance + ROUNDING[dtype], counting);
}

/** What is wrong with `rates` itself, and where `rateStep` says something else. */
export function rateProblems<Type extends NeuronType>(
  suite: NeuronSuite<Type>,
  neuronType: Type,
  dtype: Dtype,
): string[] {
  const { definition } = suite;
  const currents = currentsOf(suite);
  const rates = definition.rates(neuronType, currents);
  const reversed = definition.rates(neuronType, currents.toReversed());
  const problems = differing('rate of the current among others', currents, reversed.toReversed(), rates, 0, 0);
  if (rates.length !== currents.length) problems.push(`${rates.length} rates of ${currents.length} currents`);
  if (!rates.every(Number.isFinite)) problems.push(`rates are not finite: ${rates.join(', ')}`);
  if (definition.rateStep === undefined) return problems;
  const take = stepFunction(definition.rateStep(neuronType, dtOf(suite)), dtOf(suite), dtype);
  const current = floats(dtype, currents);
  const { output } = take({ ...atZero(neuronType.states, current), current });
  const allowed = suite.rateStepError?.(Math.max(...rates)) ?? 0;
  return [...problems, ...differing(`rateStep in ${dtype}`, currents, output!, rates, ROUNDING[dtype], allowed)];
}

/**
 * Max rates and intercepts that do not come back from the gain and bias made of them, and gains that depend on other neurons. Where
 * the definition leaves tuning to its rates: those for which no gain and bias are found.
 */
export function tuningProblems<Type extends NeuronType>(suite: NeuronSuite<Type>, neuronType: Type): string[] {
  const definition = withTuning(suite.definition);
  const { tuningTolerance = 1e-6 } = suite;
  const pairs = reachableRates(definition, neuronType).flatMap((maxRate) =>
    INTERCEPTS.map((intercept) => ({ maxRate, intercept })),
  );
  if (pairs.length === 0) return [`none of the max rates ${MAX_RATES.join(', ')} Hz can be reached`];
  const maxRates = Float64Array.from(pairs, ({ maxRate }) => maxRate);
  const intercepts = Float64Array.from(pairs, ({ intercept }) => intercept);
  const { gain, bias } = definition.gainBias(neuronType, maxRates, intercepts);
  const back = definition.maxRatesIntercepts(neuronType, gain, bias);
  const reversed = definition.gainBias(neuronType, maxRates.toReversed(), intercepts.toReversed());
  if (suite.definition.gainBias === undefined) {
    return pairs
      .filter((_, index) => !(gain[index]! > 0 && Number.isFinite(gain[index]) && Number.isFinite(bias[index])))
      .map(
        ({ maxRate, intercept }) => `max rate ${maxRate}, intercept ${intercept}: no gain and bias found from rates`,
      );
  }
  const sociable = pairs.filter((_, index) => {
    const other = pairs.length - 1 - index;
    return reversed.gain[other] !== gain[index] || reversed.bias[other] !== bias[index];
  });
  const amongOthers = sociable.map(
    ({ maxRate, intercept }) =>
      `max rate ${maxRate}, intercept ${intercept}: gain or bias depends on the other neurons`,
  );
  const lost = pairs.flatMap(({ maxRate, intercept }, index) => {
    const errors = [back.maxRates[index]! / maxRate - 1, back.intercepts[index]! - intercept].map(Math.abs);
    if (errors.every((error) => error <= tuningTolerance)) return [];
    return [
      `max rate ${maxRate}, intercept ${intercept} come back as ${back.maxRates[index]}, ${back.intercepts[index]}`,
    ];
  });
  return [...lost, ...amongOthers];
}

/** Those of MAX_RATES that the kind can be tuned to. */
export function reachableRates<Type extends NeuronType>(
  definition: NeuronDefinition<Type>,
  neuronType: Type,
): readonly number[] {
  const { gainBias } = withTuning(definition);
  return MAX_RATES.filter((maxRate) => {
    try {
      gainBias(neuronType, Float64Array.of(maxRate), Float64Array.of(0));
      return true;
    } catch (error) {
      if (isNdlError(error, 'MAX_RATE_UNREACHABLE')) return false;
      throw error;
    }
  });
}

/** Derivatives of the output by the current, states being 0. */
export function slopesOf(
  { kernel, parameters, draws = {} }: NeuronStep,
  states: readonly string[],
  currents: ArrayLike<number>,
  dt: number,
  dtype: Dtype,
): readonly number[] {
  if (!kernel.inputs.includes('current')) return Array.from(currents, () => 0);
  const derivative = differentiateKernel(kernel, { outputs: ['output'], operands: ['current'] });
  const current = floats(dtype, currents);
  const inputs = { ...atZero(states, current), [gradientName('output')]: floats(dtype, current).fill(1) };
  const drawn = drawer({ kernel, parameters, draws }, dt, 1)(current);
  const results = stepFunction({ kernel: derivative, parameters }, dt, dtype)({ ...inputs, ...drawn, current });
  return Array.from(results[gradientName('current')]!);
}

/** States of zero for as many neurons as there are currents. */
function atZero(states: readonly string[], current: FloatArray): Named {
  return Object.fromEntries(states.map((name) => [name, current.map(() => 0)]));
}

/**
 * Currents at which the derivative is not what central differences say, among those around which the output is smooth:
 * differences over one distance and over half of it agree. Most must be.
 */
export function slopeProblems<Type extends NeuronType>(
  suite: NeuronSuite<Type>,
  step: NeuronStep,
  { states }: Type,
): string[] {
  const [currents, dt] = [currentsOf(suite), dtOf(suite)];
  const take = stepFunction(step, dt, 'float64');
  const outputAt = (shift: number): number[] => {
    const current = currents.map((value) => value + shift);
    const zeros = Object.fromEntries(states.map((name) => [name, new Float64Array(currents.length)]));
    return Array.from(take({ ...zeros, ...drawer(step, dt, 1)(currents), current })['output']!);
  };
  const difference = (h: number): number[] => {
    const [above, below] = [outputAt(h), outputAt(-h)];
    return above.map((value, index) => (value - below[index]!) / (2 * h));
  };
  const [coarse, fine] = [difference(1e-4), difference(5e-5)];
  const slopes = slopesOf(step, states, currents, dt, 'float64');
  const allowed = 1e-5 * Math.max(1, ...fine.map(Math.abs));
  const smooth = [...currents.keys()].filter((index) => Math.abs(coarse[index]! - fine[index]!) <= allowed);
  if (smooth.length <= currents.length / 2)
    return [`${step.kernel.name} is smooth around ${smooth.length} currents only`];
  return differing(
    `derivative of ${step.kernel.name}`,
    smooth.map((index) => currents[index]!),
    smooth.map((index) => slopes[index]!),
    smooth.map((index) => fine[index]!),
    0,
    allowed,
  );
}

/** Sentences for each current at which two numbers are further apart than allowed. */
function differing(
  what: string,
  currents: ArrayLike<number>,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  relative: number,
  absolute: number,
): string[] {
  return Array.from(expected, (value, index) => {
    const allowed = relative * Math.max(1, Math.abs(value)) + absolute;
    if (Math.abs(actual[index]! - value) <= allowed) return [];
    return [`${what}, current ${currents[index]}: ${actual[index]}, expected ${value} within ${allowed}`];
  }).flat();
}
