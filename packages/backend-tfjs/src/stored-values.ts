/** @file Between segments of a frame and whole buffers that outlive it. */
import type { Buffer } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import type { Arithmetic } from './arithmetic.ts';
import type { Engine } from './engine.ts';
import { positionsOf } from './feeds.ts';
import type { Frame } from './frame.ts';
import type { LoweredProgram } from './lowered-program.ts';
import type { Operations } from './operations.ts';
import { makePicking, pickFromOne, type Picking } from './picking.ts';
import type { RunState } from './run-state.ts';
import type { Segment } from './segments.ts';
import { keptSteps, type TensorStore } from './tensor-store.ts';
import { dimsOf, type Tensor } from './tensors.ts';

/** Where what outlives a window is kept. */
export interface Storage {
  readonly engine: Engine;
  readonly lowered: LoweredProgram;
  readonly parameters: TensorStore;
  readonly state: RunState;
}

/** What runs carry on. */
export function isCarried(buffer: Buffer): boolean {
  return buffer.lifetime === 'run' && keptSteps(buffer) > 0;
}

/** The whole of what a buffer holds before a window, where it outlives windows: what it begins with, if it was not asked for before. */
export function storedValue(buffer: Buffer, { engine, lowered, parameters, state }: Storage): Tensor | undefined {
  const { arithmetic, tf } = engine;
  const whole = { buffer, start: 0, length: sizeOf(buffer.shape) };
  if (buffer.role === 'parameter' || buffer.role === 'optimizer')
    return parameters.get(buffer, (dims) => lowered.initial(arithmetic, whole, dims));
  if (!isCarried(buffer)) return undefined;
  return state.tensors.get(buffer, (dims) => {
    const { initial } = buffer;
    if (typeof initial === 'number' || !('parameter' in initial)) return lowered.initial(arithmetic, whole, dims);
    const parameter = storedValue(lowered.segments.buffer(initial.parameter), { engine, lowered, parameters, state })!;
    return tf.tidy(() => arithmetic.expand(parameter, dims));
  });
}

/** A segment of a whole buffer's tensor: the tensor itself where it is not cut. */
export function partOf(operations: Operations, whole: Tensor, segment: Segment): Tensor {
  const isWhole = segment.length === dimsOf(whole)[2];
  return isWhole ? whole : operations.pick([whole], pickFromOne(positionsOf(segment)));
}

/** Hands what a frame carries over to the state; `done` steps of the window have been taken. */
export function storeCarried(frame: Frame, done: number, { lowered, state }: Storage): void {
  for (const buffer of lowered.buffers) {
    if (!isCarried(buffer)) continue;
    const kept = buffer.steps === 'one' ? 1 : buffer.steps.before;
    frame.stand('block', done - kept, kept);
    storeBuffer(frame, buffer, state.tensors);
  }
}

/** Hands what a frame has learnt over to the parameters. */
export function storeLearnt(frame: Frame, { lowered, parameters }: Storage): void {
  frame.stand('window', 0, frame.steps);
  for (const buffer of lowered.learnt) storeBuffer(frame, buffer, parameters);
}

function storeBuffer(frame: Frame, buffer: Buffer, store: TensorStore): void {
  const { segments, tf } = frame.context;
  const own = segments.of(buffer.id);
  if (!own.some((segment) => frame.has(segment))) return;
  store.replace(buffer, own.length === 1 ? frame.release(own[0]!) : tf.tidy(() => tf.keep(wholeOf(frame, buffer))));
}

/** A copy of a buffer's value where the frame stands. */
export function wholeOf(frame: Frame, buffer: Buffer): Tensor {
  const { arithmetic } = frame.operations;
  const own = frame.context.segments.of(buffer.id);
  return joined(arithmetic, own, (segment) => frame.get(segment), sizeOf(buffer.shape));
}

/** A tensor of all segments of a buffer, of `size` elements. */
export function joined(
  arithmetic: Arithmetic,
  own: readonly Segment[],
  valueOf: (segment: Segment) => Tensor,
  size: number,
): Tensor {
  return own.length === 1 ? arithmetic.copy(valueOf(own[0]!)) : arithmetic.gather(own.map(valueOf), joinOf(own, size));
}

/** The picking that joins the segments of a buffer. */
function joinOf(own: readonly Segment[], size: number): Picking {
  const source = new Int32Array(size);
  const position = new Int32Array(size);
  own.forEach((segment, index) => {
    for (let k = 0; k < segment.length; k++) {
      source[segment.start + k] = index;
      position[segment.start + k] = k;
    }
  });
  return makePicking(source, position);
}
