/** @file Hands the outputs of a program to a sink, one step at a time. */
import type { Sink } from '@ndl/core';
import { offsetsOf, type Dtype, type OutputDeclaration } from '@ndl/ir';
import { allocate, type Storage } from './storage.ts';
import type { Workspace } from './workspace.ts';

export class OutputReader {
  readonly #readers: readonly ((step: number, slice: number, sink: Sink) => void)[];

  constructor(outputs: readonly OutputDeclaration[], workspace: Workspace, dtype: Dtype) {
    this.#readers = outputs.map(({ name, view }) => {
      const offsets = offsetsOf(view);
      const storage = workspace.storageOf(view.buffer);
      const data = allocate(dtype, workspace.items * offsets.length);
      return (step, slice, sink) => {
        if (!sink.wants(name, step)) return;
        gather(storage, offsets, slice, data);
        sink.write({ output: name, firstStep: step, steps: 1, data });
      };
    });
  }

  /** Writes every wanted output of a step that is complete. What is shared repeats for each item. */
  write(step: number, slice: number, sink: Sink): void {
    for (const read of this.#readers) read(step, slice, sink);
  }
}

function gather(
  { array, itemStride, stepStride }: Storage,
  offsets: Int32Array,
  slice: number,
  data: Float64Array | Float32Array,
): void {
  const items = offsets.length === 0 ? 0 : data.length / offsets.length;
  let to = 0;
  for (let item = 0; item < items; item++) {
    const base = slice * stepStride + item * itemStride;
    for (let element = 0; element < offsets.length; element++) data[to++] = array[base + offsets[element]!]!;
  }
}
