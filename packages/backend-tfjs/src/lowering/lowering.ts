/** @file How views are read and written within a frame: what every instruction is lowered with. */
import { viewSize, type HostDeclaration, type SectionKind, type Tables, type View, type WriteMode } from '@ndl/ir';
import type { Fetch } from '../engines/fetch.ts';
import type { Frame } from '../running/frame.ts';
import type { KeptTensors } from '../engines/kept-tensors.ts';
import type { Tape } from '../arithmetic/tape.ts';
import { isIdentity, makePicking, makePiece, pickFromOne, type Picking } from './picking.ts';
import type { LaggedSegment, Segment, SegmentTable } from './segments.ts';
import type { Extents, Tensor } from '../engines/tensors.ts';

/** An instruction, ready to run in any frame of its program; it may need elements from a device before it can go on. */
export type Action = (frame: Frame) => Fetch | undefined | void;
/** The elements of a view: [steps, items, elements of the view]. */
export type Reader = (frame: Frame) => Tensor;
/** Writes a value that broadcasts to the target's steps and items. */
export type Writer = (frame: Frame, value: Tensor) => void;

/** What an instruction of one section is lowered with. */
export interface Lowering {
  readonly kind: SectionKind;
  readonly segments: SegmentTable;
  readonly kept: KeptTensors;
  readonly hosts: ReadonlyMap<string, HostDeclaration>;
  readonly functions: Tables['hosts'];
  /** Whether a buffer stays as it is over the steps of a window. */
  isSteady(buffer: string): boolean;
}

/** Reads a view, broadcast to `shape`. What stays the same over the steps of a window is picked once. */
export function readerOf(view: View, lowering: Lowering, shape: readonly number[] = view.shape): Reader {
  const { sources, picking } = lowering.segments.locate(view, shape);
  if (sources.length === 0)
    return (frame) => frame.operations.arithmetic.filled(0, [...leadingExtents(view, lowering, frame), 0]);
  if (sources.length === 1 && isIdentity(picking, sources[0]!.segment.length)) {
    const { segment, lag } = sources[0]!;
    return (frame) => frame.get(segment, lag);
  }
  return lowering.kind === 'steps' && lowering.isSteady(view.buffer)
    ? rememberedReader(sources, picking, lowering.kept)
    : (frame) => frame.operations.pick(valuesOf(sources, frame), picking);
}

function valuesOf(sources: readonly LaggedSegment[], frame: Frame): readonly Tensor[] {
  return sources.map(({ segment, lag }) => frame.get(segment, lag));
}

/** Steps and items of a view's buffer where it is read. */
export function leadingExtents(
  view: View,
  { segments }: Lowering,
  { context, count }: Frame,
): readonly [number, number] {
  return [segments.spans(view.buffer) ? count : 1, segments.buffer(view.buffer).items ? context.items : 1];
}

function rememberedReader(located: readonly LaggedSegment[], picking: Picking, kept: KeptTensors): Reader {
  let last:
    { readonly sources: readonly Tensor[]; readonly value: Tensor; readonly tape: Tape | undefined } | undefined;
  return (frame) => {
    const { operations } = frame;
    const sources = valuesOf(located, frame);
    const tape = sources.some((source) => operations.isActive(source)) ? operations.tape : undefined;
    if (last !== undefined && last.tape === tape && last.sources.every((source, index) => source === sources[index]))
      return last.value;
    if (last !== undefined && last.tape === undefined) kept.drop(last.value);
    // What is on a tape ends with it; the rest outlives it.
    const value =
      tape === undefined
        ? kept.keep(operations.arithmetic.gather(sources, picking))
        : tape.keep(operations.pick(sources, picking));
    last = { sources, value, tape };
    return value;
  };
}

/** Writes a view; where views repeat elements, `add` adds each time. */
export function writerOf(view: View, mode: WriteMode, lowering: Lowering): Writer {
  const { sources, picking } = lowering.segments.locate(view);
  const only = sources[0]?.segment;
  const size = viewSize(view);
  const writes = sources.map(({ segment }, index) => {
    const piece = picking.pieces.find(({ source }) => source === index)!;
    if (sources.length === 1 && isIdentity(picking, segment.length)) return wholeWrite(segment, mode);
    return mode === 'set' ? partialSet(segment, piece.from, piece.to) : partialAdd(segment, piece.from, piece.to, size);
  });
  if (only === undefined) return () => {};
  return (frame, value) => {
    const [steps, items] = frame.extentsOf(only);
    const expanded = frame.operations.expand(value, [steps, items, size]);
    for (const write of writes) write(frame, expanded);
  };
}

function wholeWrite(segment: Segment, mode: WriteMode): Writer {
  if (mode === 'set') return (frame, value) => frame.set(segment, value);
  return (frame, value) => {
    const before = frame.get(segment);
    frame.set(segment, frame.isZero(before) ? value : frame.operations.add(before, value));
  };
}

function partialSet(segment: Segment, from: Int32Array, to: Int32Array): Writer {
  const [BEFORE, VALUE] = [1, 0];
  const source = new Int32Array(segment.length).fill(BEFORE);
  const position = Int32Array.from({ length: segment.length }, (_, index) => index);
  from.forEach((place, k) => {
    source[place] = VALUE;
    position[place] = to[k]!;
  });
  const picking = makePicking(source, position);
  if (!source.includes(BEFORE)) return (frame, value) => frame.set(segment, frame.operations.pick([value], picking));
  return (frame, value) => frame.set(segment, frame.operations.pick([value, frame.get(segment)], picking));
}

function partialAdd(segment: Segment, from: Int32Array, to: Int32Array, size: number): Writer {
  const part = pickFromOne(to);
  const isAll = isIdentity(part, size);
  const piece = makePiece(
    0,
    from,
    Int32Array.from({ length: from.length }, (_, index) => index),
  );
  const back = pickFromOne(from);
  return (frame, value) => {
    const { operations } = frame;
    const added = operations.scatter(isAll ? value : operations.pick([value], part), piece, segment.length, back);
    const before = frame.get(segment);
    frame.set(segment, frame.isZero(before) ? added : operations.add(before, added));
  };
}

/** Where an operation's result goes: [steps, items, elements] of the target. */
export function targetExtents(view: View, lowering: Lowering, frame: Frame): Extents {
  return [...leadingExtents(view, lowering, frame), viewSize(view)];
}
