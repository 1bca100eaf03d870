/** @file Between segments of a frame and whole buffers that outlive it. */
import { isCarried, stepsNotKept, type StateOwner } from '@ndl/backend-kit';
import type { Buffer } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import type { Arithmetic } from '../arithmetic/arithmetic.ts';
import type { Engine } from '../engines/engine.ts';
import { positionsOf } from './feeds.ts';
import type { Frame } from './frame.ts';
import { initialContents, initialValue } from './initial-value.ts';
import type { LoweredProgram } from '../lowering/lowered-program.ts';
import type { Operations } from '../arithmetic/operations.ts';
import { makePicking, pickFromOne, type Picking } from '../lowering/picking.ts';
import type { RunState } from './run-state.ts';
import type { Segment } from '../lowering/segments.ts';
import type { TensorStore } from './tensor-store.ts';
import { extentsOf, type Extents, type Tensor } from '../engines/tensors.ts';

/** Where what outlives windows is kept. */
export interface Storage {
  readonly engine: Engine;
  readonly parameters: TensorStore;
  readonly state: RunState;
}

/** What a parameter, or optimizer memory, holds: [1, 1, size]. */
export function storedParameter(buffer: Buffer, { tables }: StateOwner, { engine, parameters }: Storage): Tensor {
  const extents: Extents = [1, 1, sizeOf(buffer.shape)];
  return parameters.get(buffer, (begins) =>
    initialValue(engine.arithmetic, begins ?? initialContents(buffer, tables), 0, extents),
  );
}

/**
 * What runs carry on of a buffer: [steps, items, size], of its last steps, or of its one value. It begins when it is first asked
 * for. Valid until the state changes; where fewer steps are wanted than were kept, until the end of the scope.
 * @throws NdlError BUFFER_CONFLICT where more steps are wanted than were kept
 */
export function storedState(buffer: Buffer, steps: number, owner: StateOwner, storage: Storage): Tensor {
  const { engine, state } = storage;
  const { arithmetic, tf } = engine;
  const known = state.tensors.find(buffer);
  const kept = known && extentsOf(known)[0];
  if (kept === undefined || (kept < steps && state.isInitial)) {
    const extents: Extents = [steps, state.items, sizeOf(buffer.shape)];
    const begin = (): Tensor => {
      const { initial } = buffer;
      if (typeof initial === 'number' || 'array' in initial)
        return initialValue(arithmetic, initialContents(buffer, owner.tables), 0, extents);
      return arithmetic.expand(storedParameter(owner.buffers.get(initial.parameter)!, owner, storage), extents);
    };
    state.tensors.replace(
      buffer,
      tf.tidy(() => tf.keep(begin())),
    );
    return state.tensors.find(buffer)!;
  }
  if (kept < steps) throw stepsNotKept(buffer.id, steps, kept);
  return kept === steps ? known! : arithmetic.sliceSteps(known!, kept - steps, steps);
}

/** How many steps of a buffer a program carries on. */
export function carriedSteps(buffer: Buffer, lowered: LoweredProgram): number {
  if (!isCarried(buffer)) return 0;
  return buffer.steps === 'one' ? 1 : lowered.keepOf(buffer);
}

/** A segment of a whole buffer's tensor: the tensor itself where it is not cut. */
export function partOf(operations: Operations, whole: Tensor, segment: Segment): Tensor {
  const isWhole = segment.length === extentsOf(whole)[2];
  return isWhole ? whole : operations.pick([whole], pickFromOne(positionsOf(segment)));
}

/** Hands what a frame carries over to the state; `done` steps of the window have been taken. */
export function storeCarried(frame: Frame, done: number, lowered: LoweredProgram, { state }: Storage): void {
  for (const buffer of lowered.buffers) {
    const steps = carriedSteps(buffer, lowered);
    if (steps === 0) continue;
    frame.stand('block', done - steps, steps);
    storeBuffer(frame, buffer, state.tensors);
  }
}

/** Hands what a frame has learnt over to the parameters. */
export function storeLearnt(frame: Frame, lowered: LoweredProgram, { parameters }: Storage): void {
  frame.stand('window', 0, frame.steps);
  for (const buffer of lowered.learnt) storeBuffer(frame, buffer, parameters);
}

function storeBuffer(frame: Frame, buffer: Buffer, store: TensorStore): void {
  const { segments, tf } = frame.context;
  const own = segments.of(buffer.id);
  if (!own.some((segment) => frame.has(segment))) return;
  const whole = own.length === 1 ? frame.release(own[0]!) : tf.tidy(() => tf.keep(wholeOf(frame, buffer)));
  store.replace(buffer, whole);
}

/** A copy of a buffer's value where the frame stands. */
function wholeOf(frame: Frame, buffer: Buffer): Tensor {
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
