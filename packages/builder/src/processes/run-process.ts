/** @file Running a process outside of any simulation. */
import type { DistributionDefinition, ProcessDefinition, SynapseDefinition } from '@ndl/core';
import { checkedProcess, type Process } from '@ndl/model';
import { isNdlError, ndarray, type NdArray, refuseSurplus, zeros, type ArrayLikeInput } from '@ndl/numerics';
import { hostSeed } from '../building/assign-seeds.ts';
import { processStep, type CheckedStep } from '../checked/process-step.ts';
import { argumentInvalid, unknownOption, invalidTimeStep } from '../errors.ts';
import { outputTooLong, processNeedsInput, processSizes } from './process-errors.ts';
import { filterNotFinite } from '../synapses/filter-errors.ts';
import { kindTable } from '../kind-table.ts';
import { LONGEST_ARRAY } from '../longest-array.ts';
import { BUILT_IN_DISTRIBUTIONS } from '../distributions/index.ts';
import { BUILT_IN_SYNAPSES } from '../synapses/index.ts';
import { BUILT_IN_PROCESSES } from './index.ts';
import { processTools } from './process-tools.ts';

/** How a process is run. */
export interface RunProcessOptions {
  /** Seconds per step. Default 0.001. */
  readonly dt?: number;
  /** Numbers that it gives in each step. Default: what the process says. */
  readonly sizeOut?: number;
  /** Of its random numbers, where the process has no seed of its own. Default: one from the host's randomness. */
  readonly seed?: number;
  /** Which item of a minibatch it is for; item 0 has the numbers that Nengo draws. Default 0. */
  readonly item?: number;
  /** Kinds beyond the built-in ones. */
  readonly definitions?: ProcessKinds;
}

/** Definitions of a stranger's kinds. */
export interface ProcessKinds {
  readonly processes?: readonly ProcessDefinition[];
  readonly distributions?: readonly DistributionDefinition[];
  readonly synapses?: readonly SynapseDefinition[];
}

/**
 * What a process gives in `seconds`, [steps, sizeOut]; the time of row i is (i + 1)·dt, and there are seconds / dt rows, rounded.
 * @throws NdlError as `runProcessSteps`
 */
export function runProcess(process: Process, seconds: number, options: RunProcessOptions = {}): NdArray<Float64Array> {
  refuseSurplus('runProcess', arguments, 3);
  const dt = checkedStep('runProcess', options);
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds < Infinity))
    throw argumentInvalid('runProcess: seconds', 'a number of seconds, at least 0', seconds);
  return runSteps('runProcess', process, Math.round(seconds / dt), options);
}

/**
 * What a process gives in its first `steps` steps, [steps, sizeOut].
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, UNKNOWN_KIND, PROCESS_NEEDS_INPUT, PROCESS_SIZES, NODE_OUTPUT_INVALID, TOO_LARGE,
 * DEFINITION_…
 */
export function runProcessSteps(
  process: Process,
  steps: number,
  options: RunProcessOptions = {},
): NdArray<Float64Array> {
  refuseSurplus('runProcessSteps', arguments, 3);
  if (!Number.isSafeInteger(steps) || steps < 0)
    throw argumentInvalid('runProcessSteps: steps', 'a whole number, at least 0', steps);
  checkedStep('runProcessSteps', options);
  return runSteps('runProcessSteps', process, steps, options);
}

/**
 * What a process makes of a signal, [steps] or [steps, sizeIn], its input in each step: [steps, sizeOut].
 * @throws NdlError as `runProcessSteps`, but PROCESS_NEEDS_INPUT; NOT_FINITE
 */
export function applyProcess(
  process: Process,
  signal: ArrayLikeInput,
  options: RunProcessOptions = {},
): NdArray<Float64Array> {
  refuseSurplus('applyProcess', arguments, 3);
  const dt = checkedStep('applyProcess', options);
  const input = signalOf(signal);
  const [steps = 0, sizeIn = 1] = input.shape;
  const { step, sizeOut } = prepare('applyProcess', process, sizeIn, dt, options, steps);
  const output = zeros([steps, sizeOut]);
  for (let index = 0; index < steps; index++) {
    const row = input.data.slice(index * sizeIn, (index + 1) * sizeIn);
    output.data.set(step((index + 1) * dt, row), index * sizeOut);
  }
  return output;
}

function runSteps(call: string, process: Process, steps: number, options: RunProcessOptions): NdArray<Float64Array> {
  const { dt = 0.001 } = options;
  const { step, sizeOut } = prepare(call, process, 0, dt, options, steps);
  const output = zeros([steps, sizeOut]);
  const nothing = new Float64Array();
  for (let index = 0; index < steps; index++) output.data.set(step((index + 1) * dt, nothing), index * sizeOut);
  return output;
}

const OPTIONS: readonly string[] = ['dt', 'sizeOut', 'seed', 'item', 'definitions'];

function checkedStep(call: string, options: unknown): number {
  const isObject = typeof options === 'object' && options !== null && !Array.isArray(options);
  if (!isObject) throw argumentInvalid(`${call}: the options`, 'an object, such as { dt: 0.001 }', options);
  const strange = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (strange !== undefined) throw unknownOption(call, strange, OPTIONS);
  const { dt = 0.001 } = options as RunProcessOptions;
  if (typeof dt !== 'number' || !(dt > 0 && dt < Infinity)) throw invalidTimeStep(dt);
  return dt;
}

function prepare(
  call: string,
  given: Process,
  sizeIn: number,
  dt: number,
  { sizeOut: size, seed, item = 0, definitions = {} }: RunProcessOptions,
  steps = 0,
): { readonly step: CheckedStep; readonly sizeOut: number } {
  const process = checkedProcess(given, `${call}: the process`);
  const sizeOut = wholeNumber(`${call}: sizeOut`, size ?? process.defaultSizeOut, 0);
  if (Math.max(1, steps) * sizeOut > LONGEST_ARRAY) throw outputTooLong(call, steps, sizeOut, LONGEST_ARRAY);
  wholeNumber(`${call}: item`, item, 0);
  const first = process.seed ?? wholeNumber(`${call}: seed`, seed ?? hostSeed(), 0, 2 ** 32 - 1);
  const { defaultSizeIn, defaultSizeOut, fixedSize, kind } = process;
  if (sizeIn === 0 && defaultSizeIn > 0) throw processNeedsInput(call, kind, defaultSizeIn);
  if (fixedSize && (sizeIn !== defaultSizeIn || sizeOut !== defaultSizeOut))
    throw processSizes(call, kind, [defaultSizeIn, defaultSizeOut], [sizeIn, sizeOut]);
  const { processes, distributions, synapses } = kindsOf(call, definitions);
  const tools = processTools({
    distributions: [...BUILT_IN_DISTRIBUTIONS, ...distributions],
    synapses: [...BUILT_IN_SYNAPSES, ...synapses],
  });
  const definition = kindTable('process', [...BUILT_IN_PROCESSES, ...processes])(kind);
  const use = { label: call, dt, sizeIn, sizeOut, seed: first, plugin: undefined, tools };
  return { step: processStep(process, definition, use)(item), sizeOut };
}

function kindsOf(call: string, definitions: ProcessKinds): Required<ProcessKinds> {
  const list = <Name extends keyof ProcessKinds>(name: Name): Required<ProcessKinds>[Name] => {
    const given: unknown = (definitions as ProcessKinds | null)?.[name] ?? [];
    if (Array.isArray(given)) return given as Required<ProcessKinds>[Name];
    throw argumentInvalid(`${call}: definitions.${name}`, 'a list of definitions', given);
  };
  return { processes: list('processes'), distributions: list('distributions'), synapses: list('synapses') };
}

function wholeNumber(where: string, value: unknown, low: number, high = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high) return value as number;
  throw argumentInvalid(where, `a whole number, at least ${low}`, value);
}

function signalOf(given: ArrayLikeInput): NdArray<Float64Array> {
  const where = 'applyProcess: the signal';
  let array: NdArray<Float64Array>;
  try {
    array = ndarray(given);
  } catch (error) {
    if (!isNdlError(error)) throw error;
    throw argumentInvalid(where, 'an array of numbers', given);
  }
  if (array.rank !== 1 && array.rank !== 2) throw argumentInvalid(where, 'of shape [steps] or [steps, size]', given);
  const at = array.data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw filterNotFinite(where, array.data[at]!, at);
  return array;
}
