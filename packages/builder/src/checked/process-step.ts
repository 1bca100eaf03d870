/** @file Steps of processes, with what they give checked at the door. */
import type { ProcessDefinition, ProcessStep, ProcessTools } from '@ndl/core';
import type { Process } from '@ndl/model';
import { itemSeed } from '@ndl/numerics';
import { callChecked } from '../building/checked-output.ts';
import { resultInvalid } from '../errors.ts';
import { BUILT_IN_PROCESSES } from '../processes/index.ts';
import { kindOf } from './arrays.ts';
import { calling, definitionName } from './definition-name.ts';

/** A step whose vectors are checked. */
export interface CheckedStep extends Pick<ProcessStep, 'save' | 'restore'> {
  (time: number, input: Float64Array): Float64Array;
}

/** `step` with what `original` offers to save and restore. */
export function withStateOf<Step extends object>(
  { save, restore }: Pick<ProcessStep, 'save' | 'restore'>,
  step: Step,
): Step & Pick<ProcessStep, 'save' | 'restore'> {
  return Object.assign(step, save !== undefined && { save }, restore !== undefined && { restore });
}

/** What a process runs in. */
export interface ProcessUse {
  /** Of the object that it runs in, for messages. */
  readonly label: string;
  readonly dt: number;
  readonly sizeIn: number;
  readonly sizeOut: number;
  /** See `processSeed`. */
  readonly seed: number;
  readonly plugin: string | undefined;
  readonly tools: ProcessTools;
}

/**
 * `make(item)` gives a fresh step function of one item, which throws NdlError NODE_OUTPUT_INVALID, naming object, process
 * and time, for what is no vector of `sizeOut` finite numbers.
 * @throws NdlError of the process where it cannot run so; `make` throws DEFINITION_RESULT, DEFINITION_FAILED for a process that
 * gives no step function
 */
export function processStep(
  process: Process,
  definition: ProcessDefinition,
  { label, dt, sizeIn, sizeOut, seed, plugin, tools }: ProcessUse,
): (item: number) => CheckedStep {
  const name = definitionName('process', process.kind, plugin);
  const sizes = { dt, sizeIn, sizeOut, ...tools };
  if (definition.check !== undefined) calling(name, () => definition.check!(process, sizes));
  return (item) => {
    // Arrays of a process are copies at each reading: each step function has its own, and reads them once. Ours only read.
    const data = BUILT_IN_PROCESSES.includes(definition) ? process : { ...process };
    const options = { ...sizes, item, seed: itemSeed(seed, item) };
    const step = calling(name, () => definition.makeStep(data, options));
    if (typeof step !== 'function') {
      throw resultInvalid(`${label}: ${name}`, `a step given as ${kindOf(step)}`, 'makeStep must return a function');
    }
    const checked = (time: number, input: Float64Array): Float64Array =>
      callChecked(label, sizeOut, time, () => step(time, input), name);
    return withStateOf(step, checked);
  };
}
