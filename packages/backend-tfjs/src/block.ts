/** @file One block of steps: its frame, the way through it, and what is carried out of it. */
import type { Buffer } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import type { Arithmetic } from './arithmetic.ts';
import type { Engine } from './engine.ts';
import type { Work } from './fetch.ts';
import { positionsOf, type Feeder } from './feeds.ts';
import { Frame, initialValue } from './frame.ts';
import type { LoweredProgram } from './lowered-program.ts';
import type { Action } from './lowering.ts';
import { Operations } from './operations.ts';
import { makePicking, pickFromOne, type Picking } from './picking.ts';
import type { Segment } from './segments.ts';
import type { RunState, TensorStore } from './stored-tensors.ts';
import type { Tape } from './tape.ts';
import type { Tensor } from './tensors.ts';

/** Where a block takes place. */
export interface BlockPlace {
  readonly engine: Engine;
  readonly lowered: LoweredProgram;
  readonly parameters: TensorStore;
  readonly state: RunState;
  readonly steps: number;
  readonly scalars: ReadonlyMap<string, number>;
}

/** A frame over parameters, constants and carried state. */
export function frameAt({ engine, lowered, parameters, state, steps, scalars }: BlockPlace, tape?: Tape): Frame {
  const { segments, program, training } = lowered;
  const operations = new Operations(engine.arithmetic, engine.kernelGradients, tape);
  const hosts = new Map([...program.hosts, ...(training?.hosts ?? [])].map((host) => [host.id, host]));
  return new Frame({
    tf: engine.tf,
    segments,
    operations,
    items: state.items,
    steps,
    stepsBefore: state.step,
    dt: program.dt,
    scalars,
    instancesOf: (id) => state.instancesOf(hosts.get(id)!),
    load(segment) {
      const { buffer } = segment;
      if (buffer.role === 'constant')
        return lowered.constant(segment, () => initialValue(operations, segment, [1, 1, segment.length]));
      const store = storeOf(buffer, parameters, state);
      return store && partOf(operations, store.get(buffer), segment);
    },
  });
}

function storeOf({ role }: Buffer, parameters: TensorStore, state: RunState): TensorStore | undefined {
  if (role === 'parameter' || role === 'optimizer') return parameters;
  return role === 'state' ? state.tensors : undefined;
}

/** A segment of a whole buffer's tensor: the tensor itself where it is not cut. */
export function partOf(operations: Operations, whole: Tensor, segment: Segment): Tensor {
  const isWhole = segment.length === whole.shape[2];
  return isWhole ? whole : operations.pick([whole], pickFromOne(positionsOf(segment)));
}

/** Runs prologue, steps and epilogue; others may get their turn before each step and after the last. */
export function* throughBlock(frame: Frame, lowered: LoweredProgram, feeder: Feeder, afterStep: () => void): Work {
  const { histories, program } = lowered;
  const { steps } = frame.context;
  try {
    yield* frame.through('block', [() => feeder.writeHeld(frame), ...lowered.prologue]);
    frame.beginSteps(histories);
    let slice = 0;
    const step: readonly Action[] = [
      () => frame.enterStep(slice),
      () => feeder.writeStep(frame),
      ...lowered.step,
      () => frame.leaveStep(histories),
    ];
    for (let count = 0; count < steps; count++) {
      yield undefined;
      slice = program.direction === 'ascending' ? count : steps - 1 - count;
      yield* frame.through('step', step);
      afterStep();
    }
    yield undefined;
    frame.endSteps(histories);
    yield* frame.through('block', lowered.epilogue);
  } finally {
    feeder.dispose();
  }
}

/** Hands buffers of these roles over to a store, where a frame changed them. */
export function storeBuffers(frame: Frame, roles: readonly Buffer['role'][], store: TensorStore): void {
  const { segments, tf } = frame.context;
  for (const buffer of buffersIn(frame, roles)) {
    const own = segments.of(buffer.id);
    const before = store.get(buffer);
    if (own.length === 1) {
      if (frame.get(own[0]!) !== before) store.replace(buffer, frame.release(own[0]!));
      continue;
    }
    store.replace(
      buffer,
      tf.tidy(() => tf.keep(wholeOf(frame, buffer))),
    );
  }
}

/** The buffers of some roles that a frame has touched. */
export function buffersIn(frame: Frame, roles: readonly Buffer['role'][]): readonly Buffer[] {
  const { segments } = frame.context;
  const touched = segments.all.filter((segment) => roles.includes(segment.buffer.role) && frame.has(segment));
  return [...new Set(touched.map(({ buffer }) => buffer))];
}

/** A copy of a buffer's value, as a block sees it. */
export function wholeOf(frame: Frame, buffer: Buffer): Tensor {
  frame.section = 'block';
  const { arithmetic } = frame.operations;
  return joined(
    arithmetic,
    frame.context.segments.of(buffer.id),
    (segment) => frame.get(segment),
    sizeOf(buffer.shape),
  );
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
