/** @file Minibatches of a training, window by window: losses and, where asked for, gradients and updates. */
import { executableErrors, type Interruption, type Reports, type TrainRequest } from '@ndl/core';
import { gradientOf, type Training, type TrainingGoal } from '@ndl/ir';
import { NdArray, type FloatArray } from '@ndl/numerics';
import type { BoundProgram } from './bound-program.ts';
import type { Memory } from '../engine.ts';
import { Feeder } from '../feeds/feeder.ts';
import { allocate } from '../memory/parameter-store.ts';
import { waitFor, type Waiting } from '../calls/waiting.ts';
import { runWindow } from './window-run.ts';

/** What a minibatch gives. */
export interface TrainingResult {
  /** Averaged over windows, weighted by their steps. */
  readonly reports: Reports;
  /** By id of the parameter buffer, summed over windows; empty unless the goal is `gradients`. */
  readonly gradients: ReadonlyMap<string, NdArray>;
}

/** The scalar that is set here rather than by the caller. */
const PER_ITEM_STEP = 'perItemStep';

/**
 * One minibatch, on fresh state from step 0. Each window happens wholly, or leaves parameters and optimizer memory as they were.
 * @throws NdlError UNKNOWN_SCALAR
 */
export function* runTraining<Store>(
  bound: BoundProgram<Store>,
  training: Training,
  request: TrainRequest,
  goal: TrainingGoal,
  memory: Memory<Store>,
  interruption: Interruption,
): Waiting<TrainingResult> {
  const { steps, feed, targets } = request;
  const call = { inputs: feed, targets, targetDeclarations: training.targets, stepsBefore: 0 };
  const feeder = new Feeder(memory, bound, call, interruption);
  const context = { memory, feeder, interruption, rollsBack: false, mayBeShort: false };
  const reports = new Map<string, number>();
  const gradients = new Map<string, NdArray>();
  yield* bound.begin(interruption);
  const windowSteps = windowStepsOf(request);
  for (let start = 0, window = 0; start < steps; start += windowSteps, window++) {
    const length = Math.min(windowSteps, steps - start);
    setScalars(bound, request, window, length);
    yield* runWindow(bound, length, context);
    for (const [name, value] of yield* readReports(bound, training, memory))
      reports.set(name, (reports.get(name) ?? 0) + value * (length / steps));
    if (goal === 'gradients') yield* addGradients(gradients, bound, training, memory);
  }
  return { reports: Object.fromEntries(reports), gradients };
}

/** Steps of each window but the last. */
export function windowStepsOf({ steps, truncation }: Pick<TrainRequest, 'steps' | 'truncation'>): number {
  return Math.min(truncation ?? steps, steps);
}

function setScalars<Store>(
  bound: BoundProgram<Store>,
  { items, scalars }: TrainRequest,
  window: number,
  steps: number,
): void {
  bound.resetScalars();
  const known = bound.scalars;
  for (const [name, value] of Object.entries(scalars(window))) {
    if (!known.has(name)) throw executableErrors.scalarUnknown(name, [...known.keys()]);
    known.set(name, value);
  }
  if (known.has(PER_ITEM_STEP)) known.set(PER_ITEM_STEP, 1 / (items * steps));
}

/** All are asked for before the first is waited for, so that one way to the device is enough. */
function* readReports<Store>(
  bound: BoundProgram<Store>,
  { reports }: Training,
  memory: Memory<Store>,
): Waiting<readonly (readonly [string, number])[]> {
  const contents = new Map<string, FloatArray>();
  const arrivals: Promise<void>[] = [];
  for (const { buffer } of Object.values(reports)) {
    if (contents.has(buffer)) continue;
    const { store, shape } = bound.slicesOf(buffer);
    const array = allocate(shape.dtype, shape.size);
    contents.set(buffer, array);
    const arrival = memory.read(store, 0, array);
    if (arrival !== undefined) arrivals.push(arrival);
  }
  if (arrivals.length > 0) yield Promise.all(arrivals);
  return Object.entries(reports).map(([name, { buffer, offset }]) => [name, contents.get(buffer)![offset]!]);
}

function* addGradients<Store>(
  sums: Map<string, NdArray>,
  bound: BoundProgram<Store>,
  { trainable }: Training,
  memory: Memory<Store>,
): Waiting {
  for (const id of trainable) {
    const { store, shape, buffer } = bound.slicesOf(gradientOf(id));
    const gradient = new NdArray(allocate(shape.dtype, shape.size), buffer.shape);
    yield* waitFor(memory.read(store, 0, gradient.data));
    const sum = sums.get(id);
    if (sum === undefined) sums.set(id, gradient);
    else for (let index = 0; index < gradient.size; index++) sum.data[index]! += gradient.data[index]!;
  }
}
