/** @file What runs, recordings and training of a compiled network need of memory, refused where it is not to be had. */
import type { CompiledNetwork, LearningTask } from '@ndl/compiler';
import { differentiate, type Buffer, type Dtype, type StepAxis, type Training } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import { availableFor, bytesOf, requireMemory, type MemoryNeed } from './memory-needs.ts';
import { samplesIn, type RecordedProbe } from '../results/probe-recorder.ts';

/** What a budget is made of. */
export interface MemoryBudgetOptions {
  readonly compiled: Pick<CompiledNetwork, 'layout' | 'trainingProgram'>;
  /** Of the program of runs. */
  readonly runBuffers: readonly Buffer[];
  /** Functions and processes of which each item has its own. */
  readonly functionsPerItem: number;
  /** By objective id. */
  readonly tasks: ReadonlyMap<string, LearningTask>;
  readonly dtype: Dtype;
  /** Bytes that a call may take (default: as the host says, at each call). */
  readonly available?: () => number;
}

/** Sizes of one call. */
export interface Extent {
  /** Side by side. */
  readonly items: number;
  readonly steps: number;
}

/** What is known of a minibatch before it is trained or measured. */
export interface LearningExtent extends Extent {
  /** Id of its task. */
  readonly objective: string;
  /** Names of the inputs and targets that are held over its steps. */
  readonly held: ReadonlySet<string>;
  readonly heldTargets: ReadonlySet<string>;
  readonly neurons: 'training' | 'run';
  /** Whether gradients are taken, and so a tape is kept. */
  readonly differentiates: boolean;
  /** Default: that of the network. */
  readonly dtype?: Dtype | undefined;
  /** What becomes of the values that gradients need (default `keep`). */
  readonly tape?: Training['tape'];
}

const EACH_STEP: StepAxis = { span: 'window', before: 0 };

/** Steps of the blocks that backends like. */
const STEPS_OF_BLOCK = 32;

/** A function with what it keeps, by the rule of thumb. */
const BYTES_PER_FUNCTION = 200;

export class MemoryBudget {
  readonly #options: MemoryBudgetOptions;
  readonly #available: (needed: number) => number;

  constructor(options: MemoryBudgetOptions) {
    this.#options = options;
    this.#available = options.available ?? availableFor;
  }

  /** Refuses more items side by side than there is memory for. @throws NdlError TOO_LARGE. */
  requireState(call: string, items: number): void {
    const { runBuffers, functionsPerItem, dtype } = this.#options;
    const fed = runBuffers.filter(({ role }) => role === 'input').reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const needs = [
      ...needsOfBuffers(runBuffers, { items, steps: 1 }, dtype),
      needOfItems('what is fed to nodes', fed, 'numbers per item', items, Float64Array.BYTES_PER_ELEMENT),
      needOfItems('functions and processes', functionsPerItem, 'functions per item', items, BYTES_PER_FUNCTION),
    ];
    const available = this.#available(bytesOf(needs));
    requireMemory(call, needs, `Ask for a smaller minibatchSize${this.#most(needs, items)}`, available);
  }

  /**
   * Refuses to record more samples than there is memory for.
   * @param done steps taken before.
   * @throws NdlError TOO_LARGE.
   */
  requireRecording(call: string, probes: readonly RecordedProbe[], { items, steps }: Extent, done = 0): void {
    const needs = probes.map(({ shape, period, keepHistory, output }): MemoryNeed => {
      const taken = samplesIn(done + steps, period) - samplesIn(done, period);
      const samples = keepHistory ? taken : Math.min(1, taken);
      return {
        what: `samples of ${output}`,
        factors: [
          [samples, 'samples'],
          [sizeOf(shape), 'numbers'],
          [items, 'items'],
        ],
        bytesPerNumber: Float64Array.BYTES_PER_ELEMENT,
        longestArray: samples * sizeOf(shape) * items,
      };
    });
    const fix = 'Record less: set sampleEvery, configure keepHistory: false, run in shorter pieces, or use stream';
    requireMemory(call, needs, fix, this.#available(bytesOf(needs)));
  }

  /**
   * Refuses a minibatch whose state, histories and tape there is no memory for. They are counted exactly, but only where an
   * estimate from above does not fit.
   * @throws NdlError TOO_LARGE.
   */
  requireLearning(call: string, extent: LearningExtent): void {
    const { compiled } = this.#options;
    const { dtype = this.#options.dtype } = extent;
    const everything = compiled.layout.buffers.map((buffer) =>
      buffer.items ? { ...buffer, steps: EACH_STEP } : buffer,
    );
    const estimate = 4 * bytesOf(needsOfBuffers(everything, extent, dtype));
    if (estimate <= this.#available(estimate)) return;
    const needs = needsOfBuffers(this.#buffersOf(extent), extent, dtype);
    const fix = 'Use fewer steps, truncation, or a smaller minibatchSize';
    requireMemory(call, needs, fix, this.#available(bytesOf(needs)));
  }

  /** Whether the values that gradients of a window need fit into so many bytes, or are computed once more. */
  tapeWithin(bytes: number, extent: LearningExtent): 'keep' | 'recompute' {
    const { dtype = this.#options.dtype } = extent;
    const kept = this.#buffersOf(extent).filter(({ steps }) => steps !== 'one' && steps.span === 'window');
    return bytesOf(needsOfBuffers(kept, extent, dtype)) <= bytes ? 'keep' : 'recompute';
  }

  #buffersOf({ objective, held, heldTargets, neurons, differentiates, tape }: LearningExtent): readonly Buffer[] {
    const { compiled, tasks } = this.#options;
    const variant = { held, heldTargets, neurons };
    const { training, tables } = compiled.trainingProgram(tasks.get(objective)!, variant);
    const taped = tape === undefined ? training : { ...training, tape };
    const { buffers } = differentiates ? differentiate(taped, tables).forward : training.forward;
    return [...buffers, ...(differentiates ? [] : training.buffers)];
  }

  /** How many items would fit, to follow the advice to ask for fewer. */
  #most(needs: readonly MemoryNeed[], items: number): string {
    const perItem = bytesOf(needs.filter(({ factors }) => factors.some(([, unit]) => unit === 'items'))) / items;
    const most = Math.floor(this.#available(Infinity) / perItem);
    return most >= 1 ? `, up to some ${Number(most.toPrecision(2)).toLocaleString('en-US')}` : '';
  }
}

function needOfItems(what: string, count: number, unit: string, items: number, bytesPerNumber: number): MemoryNeed {
  return {
    what,
    factors: [
      [count, unit],
      [items, 'items'],
    ],
    bytesPerNumber,
    longestArray: count * items,
  };
}

/** Shared buffers, those of each item, and those of each item at each step. */
function needsOfBuffers(buffers: readonly Buffer[], { items, steps }: Extent, dtype: Dtype): readonly MemoryNeed[] {
  const bytesPerNumber = dtype === 'float32' ? 4 : 8;
  const need = (
    what: string,
    unit: string,
    some: readonly Buffer[],
    times: MemoryNeed['factors'],
  ): MemoryNeed | undefined => {
    const sizes = some.map(({ shape }) => sizeOf(shape));
    const count = sizes.reduce((sum, size) => sum + size, 0);
    const copies = times.reduce((product, [factor]) => product * factor, 1);
    const longest = sizes.reduce((most, size) => Math.max(most, size), 0);
    if (count === 0) return undefined;
    return { what, factors: [[count, unit], ...times], bytesPerNumber, longestArray: longest * copies };
  };
  const needs = [
    need(
      'parameters and constants',
      'numbers',
      buffers.filter(({ items: each }) => !each),
      [],
    ),
    need(
      'state',
      'numbers per item',
      buffers.filter(({ items: each, steps: axis }) => each && axis === 'one'),
      [[items, 'items']],
    ),
    need(
      'what is kept of each step',
      'numbers per item and step',
      buffers.filter(({ items: each, steps: axis }) => each && axis !== 'one' && axis.span === 'window'),
      [
        [items, 'items'],
        [steps, 'steps'],
      ],
    ),
    need(
      'what passes through a block of steps',
      'numbers per item and step',
      buffers.filter(({ items: each, steps: axis }) => each && axis !== 'one' && axis.span === 'block'),
      [
        [items, 'items'],
        [Math.min(steps, STEPS_OF_BLOCK), 'steps of a block'],
      ],
    ),
  ];
  return needs.filter((entry) => entry !== undefined);
}
