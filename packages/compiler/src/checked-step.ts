/** @file What neurons run, as neuron definitions and gradient approximations give it, checked where it comes in. */
import type { NeuronStep } from '@ndl/core';
import { evaluateKernel, isFiniteIn, topologicalOrder, type Dtype, type Kernel } from '@ndl/ir';
import { isNdlError, isRefusedPromise, showThrown, showValue, withoutStop } from '@ndl/numerics';
import { badNeuronStep, stepNotFinite, type StepOwner } from './errors.ts';

/** A step that is asked for. */
export interface StepRequest {
  readonly owner: StepOwner;
  /** Of its neurons. */
  readonly states: readonly string[];
  /** Who gives it, for error messages: `trainingStep of …`. */
  readonly source: string;
  /** What its numbers must be finite in. */
  readonly dtype: Dtype;
}

/**
 * A step of neurons, its parameters copied: whoever made it may keep them.
 * @throws NdlError NEURON_STEP_INVALID for what is no step of such neurons, or where making it throws; NOT_FINITE for numbers of it
 * that the dtype makes infinite
 */
export function checkedStep(request: StepRequest, make: () => NeuronStep): NeuronStep {
  const { states, owner, source } = request;
  const step = made(request, make) as Partial<NeuronStep> | null | undefined;
  const refuse = (problem: string): never => {
    throw badNeuronStep(owner, `is no { kernel, parameters }: ${source} ${problem}`);
  };
  if (typeof step !== 'object' || step === null) return refuse(`returned ${showValue(step)}`);
  if (isRefusedPromise(step)) return refuse('returned a promise');
  const { kernel, parameters, draws } = step;
  if (!hasFormOfKernel(kernel)) return refuse('returned a kernel that kernel() has not made');
  if (typeof parameters !== 'object' || parameters === null) return refuse('returned no values of parameters');
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value !== 'number' || !Number.isFinite(value))
      return refuse(`gave the parameter '${name}' the value ${showValue(value)}, which is no finite number`);
  }
  if (!kernel.outputs.some(({ name }) => name === 'output')) return refuse("returned a kernel without 'output'");
  if (draws !== undefined) refuseDraws(draws, states, refuse);
  refuseUnknownNames(owner, kernel, parameters, states, Object.keys(draws ?? {}));
  if (!canBeEvaluated(kernel)) return refuse('returned a kernel that kernel() has not made');
  refuseInfinite(request, kernel, parameters);
  return { kernel, parameters: { ...parameters }, ...(draws !== undefined && { draws: { ...draws } }) };
}

/** What is no draw, or stands under a name that is taken. */
function refuseDraws(draws: unknown, states: readonly string[], refuse: (problem: string) => never): void {
  if (typeof draws !== 'object' || draws === null || Array.isArray(draws))
    refuse(`gave draws that are no draws by name: ${showValue(draws)}`);
  for (const [name, draw] of Object.entries(draws as Readonly<Record<string, Partial<AnyDraw> | null | undefined>>)) {
    if (name === 'current' || states.includes(name))
      refuse(`named a draw '${name}', as the current or a state is called`);
    const problem = problemOfDraw(draw);
    if (problem !== undefined) refuse(`gave the draw '${name}' ${problem}`);
  }
}

/** All that draws can have. */
interface AnyDraw {
  readonly kind: unknown;
  readonly low: unknown;
  readonly high: unknown;
  readonly mean: unknown;
  readonly deviation: unknown;
  readonly draw: unknown;
}

function problemOfDraw(draw: Partial<AnyDraw> | null | undefined): string | undefined {
  if (draw?.kind === 'uniform') {
    const range = (draw.high as number) - (draw.low as number);
    return range >= 0 && Number.isFinite(range) ? undefined : 'bounds that are no finite numbers, low and high';
  }
  if (draw?.kind === 'normal') {
    const isSound = Number.isFinite(draw.mean) && Number.isFinite(draw.deviation) && (draw.deviation as number) >= 0;
    return isSound ? undefined : 'a mean, or a deviation, that is no finite number, the latter at least 0';
  }
  if (draw?.kind !== 'ofCurrent')
    return `the kind ${showValue(draw?.kind)}, which is none of uniform, normal and ofCurrent`;
  return typeof draw.draw === 'function' ? undefined : 'no function draw';
}

function made({ owner, source }: StepRequest, make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    if (isNdlError(error) && error.about !== 'program') throw error;
    throw badNeuronStep(owner, `could not be made: ${source} threw: ${withoutStop(showThrown(error))}`, error);
  }
}

function hasFormOfKernel(value: Partial<Kernel> | null | undefined): value is Kernel {
  const { inputs, parameters, outputs } = value ?? {};
  const isName = (name: unknown): boolean => typeof name === 'string';
  const isNames = (names: unknown): boolean => Array.isArray(names) && names.every(isName);
  return isNames(inputs) && isNames(parameters) && Array.isArray(outputs) && outputs.every((one) => isName(one?.name));
}

/** Kernels whose steps are asked for again and again. */
const evaluated = new WeakSet<Kernel>();

/** Whether the expressions of a kernel are such: it is tried once, on ones. */
function canBeEvaluated(kernel: Kernel): boolean {
  if (evaluated.has(kernel)) return true;
  const ones = (names: readonly unknown[]): Float64Array[] => names.map(() => Float64Array.of(1));
  try {
    evaluateKernel(kernel, ones(kernel.inputs), ones(kernel.parameters), ones(kernel.outputs), 'float64');
  } catch {
    return false;
  }
  evaluated.add(kernel);
  return true;
}

/** Inputs, outputs and parameters of a step are those of its neurons. */
function refuseUnknownNames(
  owner: StepOwner,
  { inputs, parameters: names, outputs }: Kernel,
  parameters: NeuronStep['parameters'],
  states: readonly string[],
  draws: readonly string[],
): void {
  const refuseOthers = (used: readonly string[], direct: 'current' | 'output'): void => {
    const other = used.find((name) => name !== direct && !states.includes(name));
    if (other === undefined) return;
    const known = states.join(', ') || 'none';
    throw badNeuronStep(owner, `uses '${other}', which is neither '${direct}' nor one of its states (${known})`);
  };
  refuseOthers(
    inputs.filter((name) => !draws.includes(name)),
    'current',
  );
  refuseOthers(
    outputs.map(({ name }) => name),
    'output',
  );
  const missing = names.find((name) => name !== 'dt' && parameters[name] === undefined);
  if (missing !== undefined) throw badNeuronStep(owner, `has no value for its parameter '${missing}'`);
}

/** What double precision holds, and the dtype does not. */
function refuseInfinite(
  { owner, source, dtype }: StepRequest,
  kernel: Kernel,
  parameters: NeuronStep['parameters'],
): void {
  if (dtype === 'float64') return;
  const isOverflow = (value: number): boolean => Number.isFinite(value) && !isFiniteIn(dtype, value);
  for (const [name, value] of Object.entries(parameters)) {
    if (isOverflow(value)) throw stepNotFinite(owner, `the parameter '${name}', from ${source},`, value, dtype);
  }
  for (const expression of topologicalOrder(kernel.outputs.map((output) => output.expression))) {
    if (expression.kind === 'constant' && isOverflow(expression.value))
      throw stepNotFinite(owner, `a constant of the kernel '${kernel.name}', from ${source},`, expression.value, dtype);
  }
}
