/**
 * @file The values of a segment at many steps: in pieces, each of one step or of several, as they were written. Steps count from 0
 * at the beginning of the window; what was carried into it has negative numbers. Pieces ascend and never overlap.
 */
import type { HeldTensors } from '../engines/held-tensors.ts';
import type { Operations } from '../arithmetic/operations.ts';
import { extentsOf, type Tensor } from '../engines/tensors.ts';

/** What values are taken apart and put together with. */
export interface StepValueContext {
  readonly held: HeldTensors;
  /** Those of the present, on a tape or off it. */
  readonly operations: Operations;
  /** What stands where nothing was written. */
  fill(count: number): Tensor;
}

interface Piece {
  readonly first: number;
  readonly count: number;
  readonly tensor: Tensor;
  /** What single steps are cut off with, and the last one that was. */
  slicer?: (index: number) => Tensor;
  slice?: { readonly index: number; readonly tensor: Tensor };
}

export class StepValues {
  readonly #context: StepValueContext;
  #pieces: Piece[] = [];
  /** Ranges that were joined from pieces, by first step and count. */
  readonly #joined = new Map<string, Tensor>();

  constructor(context: StepValueContext) {
    this.#context = context;
  }

  /** The values of `count` steps from `first` on: [count, items, elements]. */
  range(first: number, count: number): Tensor {
    const index = this.#lastFrom(first);
    const piece = this.#pieces[index];
    if (piece?.first === first && piece.count === count) return piece.tensor;
    if (count === 1) return this.#stepOf(piece, first) ?? this.#context.fill(1);
    const key = `${first} ${count}`;
    const known = this.#joined.get(key);
    if (known !== undefined) return known;
    const joined = this.#context.operations.joinSteps(this.#parts(Math.max(0, index), first, count));
    this.#context.held.hold(joined);
    this.#joined.set(key, joined);
    return joined;
  }

  /** Replaces the values of as many steps as the tensor has. */
  put(first: number, tensor: Tensor): void {
    const count = extentsOf(tensor)[0];
    this.#context.held.hold(tensor);
    this.#forgetJoined();
    const last = this.#pieces.at(-1);
    if (last === undefined || last.first + last.count <= first) {
      this.#pieces.push({ first, count, tensor });
      return;
    }
    const end = first + count;
    let index = Math.max(0, this.#lastFrom(first));
    if (this.#endOf(index) <= first) index += 1;
    while (index < this.#pieces.length && this.#pieces[index]!.first < end) {
      const piece = this.#pieces[index]!;
      const isCovered = piece.first >= first && piece.first + piece.count <= end;
      const singles = isCovered ? [] : this.#apart(piece);
      this.#pieces.splice(index, 1, ...singles);
      this.#drop(piece);
    }
    this.#pieces.splice(index, 0, { first, count, tensor });
  }

  /** Makes one piece of those within a range, so that there are few. */
  join(first: number, count: number): void {
    const end = first + count;
    const from = this.#pieces.findIndex((piece) => piece.first >= first);
    const within = from < 0 ? [] : this.#pieces.slice(from).filter((piece) => piece.first + piece.count <= end);
    const [head] = within;
    if (head === undefined || within.length === 1) return;
    const tail = within.at(-1)!;
    const length = tail.first + tail.count - head.first;
    if (within.reduce((sum, piece) => sum + piece.count, 0) < length) return;
    const tensor = this.range(head.first, length);
    this.#context.held.hold(tensor);
    this.#pieces.splice(from, within.length, { first: head.first, count: length, tensor });
    for (const piece of within) this.#drop(piece);
    this.#forgetJoined();
  }

  /** Forgets pieces that end before a step. */
  dropBefore(step: number): void {
    let count = 0;
    while (count < this.#pieces.length && this.#endOf(count) <= step) this.#drop(this.#pieces[count++]!);
    if (count === 0) return;
    this.#pieces.splice(0, count);
    this.#forgetJoined();
  }

  /** Forgets pieces that begin at a step or after it, and all that was made of the others. */
  dropFrom(step: number): void {
    while ((this.#pieces.at(-1)?.first ?? -Infinity) >= step) this.#drop(this.#pieces.pop()!);
    for (const piece of this.#pieces) {
      if (piece.slice !== undefined) this.#context.held.release(piece.slice.tensor);
      delete piece.slice;
      delete piece.slicer;
    }
    this.#forgetJoined();
  }

  /** Number of the last piece that begins at `step` or before it; -1 where there is none. */
  #lastFrom(step: number): number {
    let [low, high] = [-1, this.#pieces.length - 1];
    if (high >= 0 && this.#pieces[high]!.first <= step) return high;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#pieces[middle]!.first <= step) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #endOf(index: number): number {
    const { first, count } = this.#pieces[index]!;
    return first + count;
  }

  /** A single step of a piece. */
  #stepOf(piece: Piece | undefined, step: number): Tensor | undefined {
    if (piece === undefined || step >= piece.first + piece.count) return undefined;
    if (piece.count === 1) return piece.tensor;
    const index = step - piece.first;
    if (piece.slice?.index === index) return piece.slice.tensor;
    const { operations, held } = this.#context;
    piece.slicer ??= operations.slicer(piece.tensor);
    const tensor = piece.slicer(index);
    held.hold(tensor);
    if (piece.slice !== undefined) held.release(piece.slice.tensor);
    piece.slice = { index, tensor };
    return tensor;
  }

  /** A piece as one per step. */
  #apart(piece: Piece): readonly Piece[] {
    return Array.from({ length: piece.count }, (_, index) => {
      const tensor = this.#stepOf(piece, piece.first + index)!;
      this.#context.held.hold(tensor);
      return { first: piece.first + index, count: 1, tensor };
    });
  }

  /** What a range is made of, from the piece with number `index` on. */
  #parts(index: number, first: number, count: number): readonly Tensor[] {
    const parts: Tensor[] = [];
    const { fill, operations } = this.#context;
    const end = first + count;
    let step = first;
    for (; index < this.#pieces.length && step < end; index++) {
      const piece = this.#pieces[index]!;
      const stop = Math.min(end, piece.first + piece.count);
      if (stop <= step) continue;
      if (piece.first > step) parts.push(fill(Math.min(piece.first, end) - step));
      const start = Math.max(step, piece.first);
      if (start >= end) return parts;
      const isWhole = start === piece.first && stop === piece.first + piece.count;
      parts.push(isWhole ? piece.tensor : operations.sliceSteps(piece.tensor, start - piece.first, stop - start));
      step = stop;
    }
    if (step < end) parts.push(fill(end - step));
    return parts;
  }

  #drop({ tensor, slice }: Piece): void {
    const { held } = this.#context;
    held.release(tensor);
    if (slice !== undefined) held.release(slice.tensor);
  }

  #forgetJoined(): void {
    if (this.#joined.size === 0) return;
    for (const tensor of this.#joined.values()) this.#context.held.release(tensor);
    this.#joined.clear();
  }
}
