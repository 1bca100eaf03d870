/** @file Steps of processes, with what they give checked at the door. */
import type {
  GeneratedNoise,
  ProcessDefinition,
  ProcessItem,
  ProcessSizes,
  ProcessStep,
  ProcessTools,
} from '@ndl/core';
import { problemOfGenerated } from '@ndl/ir';
import type { Process } from '@ndl/model';
import { isRefusedPromise, itemSeed, problemOfPlainData, unfinishedWork, type Pieces } from '@ndl/numerics';
import { callChecked } from '../building/checked-output.ts';
import { resultInvalid, stateNotPlain } from './definition-errors.ts';
import { BUILT_IN_PROCESSES } from '../processes/index.ts';
import { kindOf } from './arrays.ts';
import { checkedCost } from './checked-solver.ts';
import { calling, callingInPieces, definitionName } from './definition-name.ts';

/** A step whose vectors are checked. */
export interface CheckedStep extends Pick<ProcessStep, 'save' | 'restore'> {
  (time: number, input: Float64Array): Float64Array;
}

/** Makes fresh steps, item by item. */
export interface StepMaker {
  (item: number): CheckedStep;
  /** Does beforehand, in pieces, what takes long in making steps of an item, and keeps it; absent where nothing does. */
  prepare?(item: number): Pieces<void>;
  /** Operations that preparing an item takes, where the definition says. */
  readonly operations?: number;
}

/** `step` with what `original` offers to save and restore. */
export function withStateOf<Step extends object>(
  { save, restore }: Pick<ProcessStep, 'save' | 'restore'>,
  step: Step,
): Step & Pick<ProcessStep, 'save' | 'restore'> {
  return Object.assign(step, save !== undefined && { save }, restore !== undefined && { restore });
}

/** The same two functions of a step; what they do wrong is said of the process, `name`. */
function checkedState(
  name: string,
  step: Pick<ProcessStep, 'save' | 'restore'>,
  isBuiltIn: boolean,
): Pick<ProcessStep, 'save' | 'restore'> {
  const { save, restore } = step;
  const atOnce = <Result>(method: string, result: Result): Result => {
    const unfinished = unfinishedWork(result);
    if (unfinished === undefined) return result;
    throw resultInvalid(name, `${unfinished} from ${method}`, `${method} must have done its work when it returns`);
  };
  return {
    ...(save !== undefined && {
      save: () => {
        const saved = atOnce(
          'save',
          calling(`${name}: save`, () => save.call(step)),
        );
        // Nothing at all is restored as nothing. What ndl's own processes save is plain, and each run of noise asks for it.
        const problem = saved === undefined || isBuiltIn ? undefined : problemOfPlainData(saved);
        if (problem !== undefined) throw stateNotPlain(name, problem);
        return saved;
      },
    }),
    ...(restore !== undefined && {
      restore: (state: unknown) =>
        atOnce(
          'restore',
          calling(`${name}: restore`, () => restore.call(step, state)),
        ),
    }),
  };
}

/**
 * What backends may draw in place of a process's steps, of a form that they know; undefined where they may not.
 * @throws NdlError DEFINITION_RESULT, DEFINITION_FAILED
 */
export function generatedNoise(
  process: Process,
  definition: ProcessDefinition,
  sizes: ProcessSizes,
  plugin: string | undefined,
): GeneratedNoise | undefined {
  const name = definitionName('process', process.kind, plugin);
  const noise: unknown = calling(name, () => definition.generated?.(process, sizes));
  if (noise === undefined) return undefined;
  const wanted = 'undefined, or { generator, distribution, factor } of a generated input, is wanted';
  if (typeof noise !== 'object' || noise === null || isRefusedPromise(noise))
    throw resultInvalid(name, `${kindOf(noise)} from generated`, wanted);
  const problem = problemOfGenerated(noise);
  if (problem !== undefined) throw resultInvalid(name, `from generated what ${problem}`, wanted);
  return noise as GeneratedNoise;
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
): StepMaker {
  const name = definitionName('process', process.kind, plugin);
  const sizes = { dt, sizeIn, sizeOut, ...tools };
  const unfinished = unfinishedWork(calling(name, () => definition.check?.(process, sizes)));
  if (unfinished !== undefined)
    throw resultInvalid(name, `${unfinished} from check`, 'it must have refused when it returns');
  // Arrays of a process are copies at each reading: each step function has its own, and reads them once. Ours only read.
  const isBuiltIn = BUILT_IN_PROCESSES.includes(definition);
  const dataOf = (): Process => (isBuiltIn ? process : { ...process });
  const optionsOf = (item: number): ProcessItem => ({ ...sizes, item, seed: itemSeed(seed, item) });
  const prepared = new Map<number, unknown>();
  const make = (item: number): CheckedStep => {
    const known = prepared.has(item) ? { prepared: prepared.get(item) } : {};
    const step = calling(name, () => definition.makeStep(dataOf(), { ...optionsOf(item), ...known }));
    if (typeof step !== 'function') {
      throw resultInvalid(`${label}: ${name}`, `a step given as ${kindOf(step)}`, 'makeStep must return a function');
    }
    const checked = (time: number, input: Float64Array): Float64Array =>
      callChecked(label, sizeOut, time, () => step(time, input), name);
    return withStateOf(checkedState(`${label}: ${name}`, step, isBuiltIn), checked);
  };
  if (definition.prepare === undefined) return make;
  return Object.assign(make, {
    *prepare(item: number): Pieces<void> {
      if (prepared.has(item)) return;
      const pieces = (): Pieces<unknown> => definition.prepare!(dataOf(), optionsOf(item));
      prepared.set(item, yield* callingInPieces(name, 'prepare', pieces));
    },
    ...(definition.cost !== undefined && {
      operations: checkedCost(
        calling(name, () => definition.cost!(process, sizes)),
        name,
      ).operations,
    }),
  });
}
